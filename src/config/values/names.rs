//! Names that have rules of their own: headers, roles, patterns, networks, origins.

use axum::http::HeaderName;

use crate::access::{Pattern, Role};
use crate::config::FrameAncestor;
use crate::identity::{Network, Origin};

use super::lists::Item;
use super::{Kind, Value, Wrong};

impl Kind for HeaderName {
    fn read(value: &Value) -> Result<Self, Wrong> {
        const FIX: &str = "write a header's name: \"X-Forwarded-User\"";
        let text = String::read(value)?;
        let name = HeaderName::from_bytes(text.as_bytes()).map_err(|_| {
            let what = format!("{text:?} cannot be a header's name");
            (what, FIX.to_owned())
        })?;
        if is_taken(&fold(&name)) {
            let what = format!("{text:?} has another meaning on the way and cannot be believed");
            return Err((what, FIX.to_owned()));
        }
        Ok(name)
    }

    fn show(&self) -> String {
        self.as_str().to_owned().show()
    }
}

/// The name as servers see it that take `_` and `.` for `-`.
pub(in crate::config) fn fold(name: &HeaderName) -> String {
    name.as_str().replace(['_', '.'], "-")
}

/// Names with which a connection, a body or a browser says something else.
fn is_taken(name: &str) -> bool {
    let hop = [
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
    hop.contains(&name)
        || other.contains(&name)
        || ["content-", "sec-", "hx-"]
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

impl Kind for Role {
    fn read(value: &Value) -> Result<Self, Wrong> {
        const FIX: &str = "write viewer, operator or admin";
        let text = String::read(value).map_err(|(what, _)| (what, FIX.to_owned()))?;
        text.parse()
            .map_err(|_| (format!("{text:?} is no role"), FIX.to_owned()))
    }

    fn show(&self) -> String {
        self.as_str().to_owned().show()
    }
}

impl Item for String {
    const FIX: &'static str = "write texts in brackets: [\"ml-ops\"]";

    /// What has spaces around it, or is empty, would never be equal to anything.
    fn item(text: &str) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Err("it is empty");
        }
        if text.trim() != text {
            return Err("it has spaces around it");
        }
        if text.chars().any(char::is_control) {
            return Err("it holds control characters");
        }
        Ok(text.to_owned())
    }

    fn text(&self) -> String {
        self.clone()
    }
}

impl Item for Pattern {
    const FIX: &'static str = "write names or patterns in brackets: [\"churn-*\"]";

    fn item(text: &str) -> Result<Self, &'static str> {
        text.parse()
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Item for Network {
    const FIX: &'static str =
        "write addresses or networks in brackets: [\"10.0.3.7\", \"fd00::/64\"]";

    fn item(text: &str) -> Result<Self, &'static str> {
        text.parse()
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Item for Origin {
    const FIX: &'static str = "write exact origins: [\"https://ml.example.com\"]";

    fn item(text: &str) -> Result<Self, &'static str> {
        let origin: Origin = text.parse()?;
        if origin.is_secure() || origin.is_loopback() {
            Ok(origin)
        } else {
            Err("without https anyone on the way could act in its name")
        }
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl Item for FrameAncestor {
    const FIX: &'static str = "write \"'self'\" or exact origins: [\"https://portal.example.com\"]; for none, leave the list empty";

    fn item(text: &str) -> Result<Self, &'static str> {
        match text {
            "'self'" => Ok(Self::Own),
            "'none'" => Err("an empty list says so"),
            "self" => Err("it stands in quotes of its own"),
            _ => Origin::item(text).map(Self::Origin),
        }
    }

    fn text(&self) -> String {
        self.to_string()
    }
}
