//! Web origins: scheme, host and port.

use std::fmt;
use std::str::FromStr;

/// A web origin, as browsers send it in `Origin`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    secure: bool,
    host: String,
    port: u16,
}

impl Origin {
    /// The `http` origin of a host and port; an IPv6 address in brackets.
    pub fn http(host: &str, port: u16) -> Self {
        Self {
            secure: false,
            host: host.to_ascii_lowercase(),
            port,
        }
    }

    /// Whether it is reached over TLS.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether it is on this machine, so that nothing travels over a network.
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host == "[::1]" || is_ipv4_loopback(&self.host)
    }

    /// Whether the value of a `Host` header is this origin's host and port.
    pub fn has_authority(&self, authority: &str) -> bool {
        split_authority(authority).is_some_and(|(host, port)| {
            host.eq_ignore_ascii_case(&self.host)
                && port.unwrap_or(default_port(self.secure)) == self.port
        })
    }
}

/// Parses `scheme://host[:port]` and nothing more: no path, user, wildcard or trailing slash. The error is
/// what is wrong with it.
impl FromStr for Origin {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (secure, authority) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (true, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (false, rest),
            Some(_) => return Err("its scheme is neither http nor https"),
            None => return Err("it does not begin with https://"),
        };
        if authority.contains('*') {
            return Err("wildcards would admit any site");
        }
        if authority.contains(['/', '?', '#']) {
            return Err("an origin ends after host and port, without a path or slash");
        }
        if authority.contains('@') {
            return Err("an origin has no user name");
        }
        let (host, port) = split_authority(authority).ok_or("its host or port is malformed")?;
        Ok(Self {
            secure,
            host: host.to_ascii_lowercase(),
            port: port.unwrap_or(default_port(secure)),
        })
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.host)?;
        if self.port == default_port(self.secure) {
            Ok(())
        } else {
            write!(f, ":{}", self.port)
        }
    }
}

fn default_port(secure: bool) -> u16 {
    if secure { 443 } else { 80 }
}

fn is_ipv4_loopback(host: &str) -> bool {
    host.parse::<std::net::Ipv4Addr>()
        .is_ok_and(|address| address.is_loopback())
}

/// Splits `host[:port]`; `None` where either is malformed.
fn split_authority(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = if authority.starts_with('[') {
        let end = authority.find(']')? + 1;
        authority[1..end - 1].parse::<std::net::Ipv6Addr>().ok()?;
        (&authority[..end], &authority[end..])
    } else {
        let end = authority.find(':').unwrap_or(authority.len());
        (&authority[..end], &authority[end..])
    };
    if !host.starts_with('[') && !is_host_name(host) {
        return None;
    }
    match port {
        "" => Some((host, None)),
        _ => Some((host, Some(port_number(port.strip_prefix(':')?)?))),
    }
}

/// `u16::from_str` would accept a sign, which no browser sends.
fn port_number(digits: &str) -> Option<u16> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

fn is_host_name(host: &str) -> bool {
    !host.is_empty()
        && host.len() <= 253
        && host.split('.').all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        })
}
