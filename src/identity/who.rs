//! Who sent a request.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use axum::http::{HeaderMap, Uri};

use super::alb::Alb;
use super::clock::Clock;
use super::jwt::Jwt;
use super::{
    HeaderMode, IdentityHeaders, IdentitySettings, Mode, Network, Refusal, Unknown, check_hygiene,
    header, hops,
};
use crate::access::Person;

/// Tells who sends a request, by the settings' one way. Cheap to clone.
#[derive(Clone)]
pub struct Identity(Arc<Inner>);

struct Inner {
    way: Way,
    trusted: Vec<Network>,
    client_header: Option<axum::http::HeaderName>,
    headers: IdentityHeaders,
}

enum Way {
    Local,
    Header(HeaderMode),
    Jwt(Jwt),
    Alb(Alb),
}

/// The sender of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Who it is.
    pub person: Person,
    /// The right-most address on the way that is no trusted proxy's, where a header tells it. For
    /// the records: nothing is decided by it.
    pub client: Option<IpAddr>,
}

impl Identity {
    /// Reads nothing and asks nobody yet: keys are fetched when they are first needed.
    pub fn new(settings: IdentitySettings) -> Self {
        Self::at(settings, Clock::default())
    }

    /// Like [`Identity::new`], by another clock.
    pub(super) fn at(settings: IdentitySettings, clock: Clock) -> Self {
        let headers = IdentityHeaders::new(&settings);
        let way = match settings.mode {
            Mode::Local => Way::Local,
            Mode::Header(mode) => Way::Header(mode),
            Mode::Jwt(mode) => Way::Jwt(Jwt::new(mode, clock)),
            Mode::Alb(mode) => Way::Alb(Alb::new(mode, clock)),
        };
        Self(Arc::new(Inner {
            way,
            trusted: settings.trusted_proxies,
            client_header: settings.client_ip_header,
            headers,
        }))
    }

    /// Whether everybody who reaches the console is the one local user.
    pub fn is_local(&self) -> bool {
        matches!(self.0.way, Way::Local)
    }

    /// Refuses a head that is ambiguous about who asks or whom; see [`check_hygiene`].
    ///
    /// # Errors
    /// What is wrong with it, always with status 400.
    pub fn check_hygiene(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Refusal> {
        check_hygiene(&self.0.headers, uri, headers)
    }

    /// Whether the request comes from where this console is reached: `peer`, the other end of the
    /// connection, is a trusted proxy, or this machine in local mode.
    ///
    /// # Errors
    /// The answer to strangers, with status 403.
    pub fn check_peer(&self, peer: IpAddr) -> Result<(), Unknown> {
        let peer = peer.to_canonical();
        if self.is_local() && !peer.is_loopback() {
            return Err(Unknown::stranger(format!("{peer} is not this machine")));
        }
        let is_trusted = self.0.trusted.iter().any(|proxy| proxy.contains(peer));
        if self.is_local() || is_trusted {
            Ok(())
        } else {
            Err(Unknown::stranger(format!("{peer} is no trusted proxy")))
        }
    }

    /// Who sent a request that came from `peer` with these headers. The head must have passed
    /// [`Identity::check_hygiene`]; the peer is checked again here.
    ///
    /// # Errors
    /// Why nobody is known to have sent it.
    pub async fn who(&self, peer: IpAddr, headers: &HeaderMap) -> Result<Known, Unknown> {
        self.check_peer(peer)?;
        let person = match &self.0.way {
            Way::Local => Person::local(),
            Way::Header(mode) => header::who(mode, headers)?,
            Way::Jwt(jwt) => jwt.who(headers).await?,
            Way::Alb(alb) => alb.who(headers).await?,
        };
        let client = self.client(headers);
        Ok(Known { person, client })
    }

    /// The right-most address on the way that is no trusted proxy's, as the headers of a request
    /// from a trusted proxy tell it.
    pub fn client(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let name = self.0.client_header.as_ref().filter(|_| !self.is_local())?;
        hops::client(headers, name, &self.0.trusted)
    }

    /// Whether people can be told apart: where tokens are checked, keys have been loaded. Loads
    /// them where they have not been.
    ///
    /// # Errors
    /// What is missing.
    pub async fn is_ready(&self) -> Result<(), &'static str> {
        match &self.0.way {
            Way::Jwt(jwt) => jwt.is_ready().await,
            // A load balancer's keys are asked for by name, and a name stands in a token only.
            Way::Local | Way::Header(_) | Way::Alb(_) => Ok(()),
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match self.0.way {
            Way::Local => "local",
            Way::Header(_) => "header",
            Way::Jwt(_) => "jwt",
            Way::Alb(_) => "alb",
        };
        write!(f, "Identity({way})")
    }
}
