//! Names that have rules of their own: headers, roles, patterns, networks, origins.

use axum::http::HeaderName;

use crate::access::{Pattern, Role};
use crate::config::FrameAncestor;
use crate::config::fixes;
use crate::identity::{Network, Origin};

use super::lists::ListItem;
use super::{SettingValue, Value, ValueError};

impl SettingValue for HeaderName {
    fn parse(value: &Value) -> Result<Self, ValueError> {
        let text = String::parse(value)?;
        let name = HeaderName::from_bytes(text.as_bytes()).map_err(|_| {
            ValueError::new(
                format!("{text:?} cannot be a header's name"),
                fixes::HEADER_NAME,
            )
        })?;
        if is_reserved(&alias_key(&name)) {
            let problem = format!("{text:?} has another meaning in HTTP and cannot be trusted");
            return Err(ValueError::new(problem, fixes::HEADER_NAME));
        }
        Ok(name)
    }

    fn show(&self) -> String {
        self.as_str().to_owned().show()
    }
}

/// The name as seen by servers that treat `_` and `.` as `-`: two headers with one key can be confused.
pub(in crate::config) fn alias_key(name: &HeaderName) -> String {
    name.as_str().replace(['_', '.'], "-")
}

/// Headers that describe a connection, a body or a browser's request.
fn is_reserved(name: &str) -> bool {
    let hop_by_hop = [
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    let other = [
        "cookie",
        "expect",
        "host",
        "origin",
        "referer",
        "set-cookie",
    ];
    hop_by_hop.contains(&name)
        || other.contains(&name)
        || ["content-", "sec-", "hx-"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

impl SettingValue for Role {
    fn parse(value: &Value) -> Result<Self, ValueError> {
        let text = String::parse(value).map_err(|error| error.with_fix(fixes::ROLE))?;
        text.parse()
            .map_err(|_| ValueError::new(format!("{text:?} is not a role"), fixes::ROLE))
    }

    fn show(&self) -> String {
        self.as_str().to_owned().show()
    }
}

impl ListItem for String {
    const FIX: &'static str = fixes::NAMES;

    /// A string that is empty or has spaces around it would never be equal to anything.
    fn parse_item(text: &str) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Err("it is empty");
        }
        if text.trim() != text {
            return Err("it has spaces around it");
        }
        if text.chars().any(char::is_control) {
            return Err("it contains control characters");
        }
        Ok(text.to_owned())
    }

    fn text(&self) -> String {
        self.clone()
    }
}

impl ListItem for Pattern {
    const FIX: &'static str = fixes::PATTERNS;

    fn parse_item(text: &str) -> Result<Self, &'static str> {
        text.parse()
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl ListItem for Network {
    const FIX: &'static str = fixes::NETWORKS;

    fn parse_item(text: &str) -> Result<Self, &'static str> {
        text.parse()
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl ListItem for Origin {
    const FIX: &'static str = fixes::ORIGINS;

    fn parse_item(text: &str) -> Result<Self, &'static str> {
        let origin: Origin = text.parse()?;
        if origin.is_secure() || origin.is_loopback() {
            Ok(origin)
        } else {
            Err("without https, anyone on the network could act in its name")
        }
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl ListItem for FrameAncestor {
    const FIX: &'static str = fixes::FRAME_ANCESTORS;

    fn parse_item(text: &str) -> Result<Self, &'static str> {
        match text {
            "'self'" => Ok(Self::Own),
            "'none'" => Err("an empty list means that"),
            "self" => Err("it needs quotes of its own"),
            _ => Origin::parse_item(text).map(Self::Origin),
        }
    }

    fn text(&self) -> String {
        self.to_string()
    }
}
