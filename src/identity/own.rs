//! The names under which this console answers.

use std::net::SocketAddr;

use super::Origin;

/// The origins of this console: those that are configured, and the listening address's own where
/// only this machine reaches it.
#[derive(Debug, Clone)]
pub struct OwnNames(Vec<Origin>);

impl OwnNames {
    /// The names of a console on its user's own machine, that listens on `listening` (its real
    /// port) and is also reached at `public`.
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

    /// The names of a console that is reached through a proxy, at `public` and nowhere else.
    pub fn public(public: &[Origin]) -> Self {
        Self(public.to_vec())
    }

    /// Whether a `Host` header's value is one of them.
    pub fn know_host(&self, authority: &str) -> bool {
        self.0.iter().any(|own| own.answers_to(authority))
    }

    /// Whether an `Origin` header's value is one of them.
    pub fn know_origin(&self, origin: &str) -> bool {
        origin
            .parse()
            .is_ok_and(|origin: Origin| self.0.contains(&origin))
    }
}
