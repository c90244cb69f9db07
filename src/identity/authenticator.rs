//! Who sent a request.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, Uri};

use super::alb::Alb;
use super::clock::Clock;
use super::jwt::Jwt;
use super::{
    AuthError, AuthReason, HeaderMode, IdentityHeaders, IdentitySettings, Mode, Network,
    RequestError, check_request_head, client_address, header,
};
use crate::access::Person;

/// Authenticates requests by the one method that the settings name. Cheap to clone.
#[derive(Clone)]
pub struct Authenticator(Arc<Inner>);

struct Inner {
    method: Method,
    trusted_proxies: Vec<Network>,
    client_address_header: Option<HeaderName>,
    headers: IdentityHeaders,
}

enum Method {
    Local,
    Header(HeaderMode),
    Jwt(Box<Jwt>),
    Alb(Box<Alb>),
}

/// The sender of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authenticated {
    /// The person.
    pub person: Person,
    /// The right-most address in the client address header that is not a trusted proxy's. It is recorded and
    /// decides nothing.
    pub client_address: Option<IpAddr>,
}

impl Authenticator {
    /// Does no I/O: keys are fetched when they are first needed.
    pub fn new(settings: IdentitySettings) -> Self {
        Self::with_clock(settings, Clock::default())
    }

    /// Like [`Authenticator::new`], with another clock.
    pub(super) fn with_clock(settings: IdentitySettings, clock: Clock) -> Self {
        let headers = IdentityHeaders::new(&settings);
        let method = match settings.mode {
            Mode::Local => Method::Local,
            Mode::Header(mode) => Method::Header(mode),
            Mode::Jwt(mode) => Method::Jwt(Box::new(Jwt::new(mode, clock))),
            Mode::Alb(mode) => Method::Alb(Box::new(Alb::new(mode, clock))),
        };
        Self(Arc::new(Inner {
            method,
            trusted_proxies: settings.trusted_proxies,
            client_address_header: settings.client_ip_header,
            headers,
        }))
    }

    /// Whether everybody who reaches the console is the one local user.
    pub fn is_local(&self) -> bool {
        matches!(self.0.method, Method::Local)
    }

    /// Refuses a request head that is ambiguous about its sender or its host; see [`check_request_head`].
    ///
    /// # Errors
    /// What is wrong with it, always with status 400.
    pub fn check_request_head(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), RequestError> {
        check_request_head(&self.0.headers, uri, headers)
    }

    /// Checks that `peer`, the other end of the connection, is a trusted proxy or, in local mode, this
    /// machine.
    ///
    /// # Errors
    /// The response to anybody else, with status 403.
    pub fn check_peer(&self, peer: IpAddr) -> Result<(), AuthError> {
        let peer = peer.to_canonical();
        if self.is_local() && !peer.is_loopback() {
            return Err(AuthError::untrusted_peer(AuthReason::NotThisMachine {
                peer: peer.to_string(),
            }));
        }
        let proxies = &self.0.trusted_proxies;
        let is_trusted = proxies.iter().any(|proxy| proxy.contains(peer));
        if self.is_local() || is_trusted {
            Ok(())
        } else {
            Err(AuthError::untrusted_peer(AuthReason::UntrustedProxy {
                peer: peer.to_string(),
            }))
        }
    }

    /// Who sent a request that came from `peer` with these headers. The head must have passed
    /// [`Authenticator::check_request_head`]; the peer is checked again here.
    ///
    /// # Errors
    /// Why the sender is not known.
    pub async fn authenticate(
        &self,
        peer: IpAddr,
        headers: &HeaderMap,
    ) -> Result<Authenticated, AuthError> {
        self.check_peer(peer)?;
        let person = match &self.0.method {
            Method::Local => Person::local(),
            Method::Header(mode) => header::authenticate(mode, headers)?,
            Method::Jwt(jwt) => jwt.authenticate(headers).await?,
            Method::Alb(alb) => alb.authenticate(headers).await?,
        };
        let client_address = self.client_address(headers);
        Ok(Authenticated {
            person,
            client_address,
        })
    }

    /// The client's address according to the headers of a request from a trusted proxy; see
    /// [`Authenticated::client_address`].
    pub fn client_address(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let name = self.0.client_address_header.as_ref();
        let name = name.filter(|_| !self.is_local())?;
        client_address::read(headers, name, &self.0.trusted_proxies)
    }

    /// Whether people can be authenticated: where tokens are checked, keys are loaded. Loads them if they
    /// are not.
    ///
    /// # Errors
    /// Why there are no keys.
    pub async fn is_ready(&self) -> Result<(), AuthReason> {
        match &self.0.method {
            Method::Jwt(jwt) => jwt.is_ready().await,
            // A load balancer's keys are fetched by id, and only a token holds an id.
            Method::Local | Method::Header(_) | Method::Alb(_) => Ok(()),
        }
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = match self.0.method {
            Method::Local => "local",
            Method::Header(_) => "header",
            Method::Jwt(_) => "jwt",
            Method::Alb(_) => "alb",
        };
        write!(f, "Authenticator({method})")
    }
}
