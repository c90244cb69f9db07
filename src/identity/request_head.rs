//! What must hold for a request's head before anything in it is trusted.
//!
//! A proxy replaces the headers it knows and passes on the rest. A header that some program on the way may
//! confuse with one of those is refused rather than interpreted.

use axum::http::header::{CONNECTION, HOST};
use axum::http::{HeaderMap, HeaderName, Uri};

use super::error::RequestError;
use super::text::{self, TextError};
use super::{IdentitySettings, Mode};

/// The headers that hold the sender's identity, as the settings name them.
#[derive(Debug, Clone, Default)]
pub struct IdentityHeaders {
    /// Those whose value is read as text.
    texts: Vec<HeaderName>,
    /// Those that hold a secret or a token.
    secrets: Vec<HeaderName>,
    /// The one with the addresses on the way, to which each proxy may add a line.
    client_address: Option<HeaderName>,
}

impl IdentityHeaders {
    /// The headers that these settings name.
    pub fn new(settings: &IdentitySettings) -> Self {
        let client_address = settings.client_ip_header.clone();
        let (texts, secrets) = match &settings.mode {
            Mode::Local => return Self::default(),
            Mode::Header(mode) => {
                let texts = [Some(&mode.user), mode.email.as_ref(), mode.groups.as_ref()];
                let secret = mode.secret.iter().map(|(name, _)| name.clone());
                (
                    texts.into_iter().flatten().cloned().collect(),
                    secret.collect(),
                )
            }
            Mode::Jwt(mode) => (Vec::new(), vec![mode.header.clone()]),
            Mode::Alb(_) => (Vec::new(), vec![super::alb::CLAIMS_HEADER]),
        };
        Self {
            texts,
            secrets,
            client_address,
        }
    }

    /// Those that may occur once at most.
    fn single(&self) -> impl Iterator<Item = &HeaderName> {
        self.texts.iter().chain(&self.secrets)
    }

    fn all(&self) -> impl Iterator<Item = &HeaderName> {
        self.single().chain(&self.client_address)
    }

    /// Whether some program on the way may confuse `name` with one of them.
    fn has_alias(&self, name: &HeaderName) -> bool {
        let name = name.as_str();
        self.all()
            .map(HeaderName::as_str)
            .any(|own| own != name && are_aliases(own.as_bytes(), name.as_bytes()))
    }

    fn contains_alias_of(&self, token: &[u8]) -> bool {
        self.all()
            .any(|own| are_aliases(own.as_str().as_bytes(), token))
    }
}

/// Refuses a request head that is ambiguous about its sender or its host. The same for every method and
/// path, and before any header is trusted.
///
/// # Errors
/// What is wrong with it, always with status 400.
pub fn check_request_head(
    names: &IdentityHeaders,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<(), RequestError> {
    if uri.scheme().is_some() || uri.authority().is_some() {
        return Err(RequestError::AbsoluteTarget);
    }
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) if !host.is_empty() => {}
        _ => return Err(RequestError::HostNotOnce),
    }
    if names.single().any(|name| is_repeated(headers, name)) {
        return Err(RequestError::RepeatedHeader);
    }
    if headers.keys().any(|name| names.has_alias(name)) {
        return Err(RequestError::AliasedHeader);
    }
    if connection_tokens(headers).any(|token| names.contains_alias_of(token)) {
        return Err(RequestError::HopByHopHeader);
    }
    let values = names.texts.iter().filter_map(|name| headers.get(name));
    values
        .map(|value| text::read(value.as_bytes()))
        .find_map(Result::err)
        .map_or(Ok(()), |error: TextError| Err(RequestError::Text(error)))
}

fn is_repeated(headers: &HeaderMap, name: &HeaderName) -> bool {
    headers.get_all(name).iter().nth(1).is_some()
}

fn connection_tokens(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let values = headers.get_all(CONNECTION).into_iter();
    values
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .map(<[u8]>::trim_ascii)
}

/// Whether both names are the same if case is ignored and `_` and `.` count as `-`, as CGI, WSGI and many
/// proxies treat them.
fn are_aliases(one: &[u8], other: &[u8]) -> bool {
    let fold = |byte: &u8| match byte {
        b'_' | b'.' => b'-',
        byte => byte.to_ascii_lowercase(),
    };
    one.iter().map(fold).eq(other.iter().map(fold))
}

#[cfg(test)]
mod tests;
