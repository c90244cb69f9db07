//! The origins at which this console is reached.

use std::net::SocketAddr;

use super::Origin;

/// The origins of this console: those in the settings and, in local mode, those of the listening address.
#[derive(Debug, Clone)]
pub struct ConsoleOrigins(Vec<Origin>);

impl ConsoleOrigins {
    /// The origins of a console on its user's own machine that listens on `listening` (with its real port)
    /// and is also reached at `public`.
    pub fn local(listening: SocketAddr, public: &[Origin]) -> Self {
        let port = listening.port();
        let mut origins: Vec<Origin> = ["127.0.0.1", "localhost", "[::1]"]
            .into_iter()
            .map(|host| Origin::http(host, port))
            .collect();
        let address = match listening {
            SocketAddr::V4(v4) => v4.ip().to_string(),
            SocketAddr::V6(v6) => format!("[{}]", v6.ip()),
        };
        origins.push(Origin::http(&address, port));
        origins.extend_from_slice(public);
        Self(origins)
    }

    /// The origins of a console that is reached through a proxy, at `public` only.
    pub fn public(public: &[Origin]) -> Self {
        Self(public.to_vec())
    }

    /// Whether the value of a `Host` header names one of them.
    pub fn has_host(&self, authority: &str) -> bool {
        self.0.iter().any(|own| own.has_authority(authority))
    }

    /// Whether the value of an `Origin` header is one of them.
    pub fn has_origin(&self, origin: &str) -> bool {
        origin
            .parse()
            .is_ok_and(|origin: Origin| self.0.contains(&origin))
    }
}
