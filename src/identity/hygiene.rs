//! What must hold of a request's head before anything in it is believed.
//!
//! A proxy replaces the headers it knows and passes on the rest. Whatever a stranger sends beside
//! them, under a name that some program on the way takes for the same, is refused and not sorted out.

use axum::http::header::{CONNECTION, HOST};
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri};

use super::text::{self, Flaw};
use super::{IdentitySettings, Mode, Refusal};

const HOST_NOT_ONCE: Refusal = bad("A request must name its host exactly once.");

const WHOLE_ADDRESS: Refusal = bad("A request must ask for a path, and name its host in a header.");

const TWICE: Refusal = bad(
    "A header that tells who asks stands there more than once. The sign-in proxy must replace what \
     its visitors send.",
);

const ALIAS: Refusal = bad(
    "A header is spelled almost like one that tells who asks. The sign-in proxy must not pass it on.",
);

const TAKEN_AWAY: Refusal = bad(
    "The header Connection names one that tells who asks, so a proxy on the way may have taken it \
     away.",
);

const fn bad(sentence: &'static str) -> Refusal {
    Refusal {
        status: StatusCode::BAD_REQUEST,
        title: "Not a proper request",
        sentence,
    }
}

/// The headers that tell who asks, as the settings name them.
#[derive(Debug, Clone, Default)]
pub struct IdentityHeaders {
    /// Those whose value is read as text.
    texts: Vec<HeaderName>,
    /// Those that hold a secret or a token.
    sealed: Vec<HeaderName>,
    /// The one with the addresses on the way; each proxy may add a line.
    hops: Option<HeaderName>,
}

impl IdentityHeaders {
    /// The headers that these settings name.
    pub fn new(settings: &IdentitySettings) -> Self {
        let hops = settings.client_ip_header.clone();
        let (texts, sealed) = match &settings.mode {
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
            Mode::Alb(_) => (Vec::new(), vec![super::alb::DATA]),
        };
        Self {
            texts,
            sealed,
            hops,
        }
    }

    /// Those that may stand once at most.
    fn single(&self) -> impl Iterator<Item = &HeaderName> {
        self.texts.iter().chain(&self.sealed)
    }

    fn all(&self) -> impl Iterator<Item = &HeaderName> {
        self.single().chain(&self.hops)
    }

    /// Whether some program on the way may take `name` for one of them, though it is none.
    fn has_alias(&self, name: &HeaderName) -> bool {
        let name = name.as_str();
        self.all()
            .map(HeaderName::as_str)
            .any(|own| own != name && folds_to(own.as_bytes(), name.as_bytes()))
    }

    fn is_named_by(&self, token: &[u8]) -> bool {
        self.all()
            .any(|own| folds_to(own.as_str().as_bytes(), token))
    }
}

/// Refuses a head that is ambiguous about who asks or whom. The same for every method and path, and
/// before any header is believed.
///
/// # Errors
/// What is wrong with it, always with status 400.
pub fn check_hygiene(
    names: &IdentityHeaders,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<(), Refusal> {
    if uri.scheme().is_some() || uri.authority().is_some() {
        return Err(WHOLE_ADDRESS);
    }
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) if !host.is_empty() => {}
        _ => return Err(HOST_NOT_ONCE),
    }
    if names.single().any(|name| is_repeated(headers, name)) {
        return Err(TWICE);
    }
    if headers.keys().any(|name| names.has_alias(name)) {
        return Err(ALIAS);
    }
    if connection_tokens(headers).any(|token| names.is_named_by(token)) {
        return Err(TAKEN_AWAY);
    }
    let values = names.texts.iter().filter_map(|name| headers.get(name));
    values
        .map(|value| text::read(value.as_bytes()))
        .find_map(Result::err)
        .map_or(Ok(()), |flaw: Flaw| Err(flaw.refusal()))
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

/// Whether both names are one where `_` and `.` count as `-`, in any case: what CGI, WSGI and many
/// a proxy make of them.
fn folds_to(one: &[u8], other: &[u8]) -> bool {
    let fold = |byte: &u8| match byte {
        b'_' | b'.' => b'-',
        byte => byte.to_ascii_lowercase(),
    };
    one.iter().map(fold).eq(other.iter().map(fold))
}

#[cfg(test)]
mod tests;
