//! Why a request is refused before it reaches any page.

use axum::http::{HeaderMap, HeaderName, StatusCode};

use super::AuthReason;
use super::text::TextError;

/// Why a request is refused. The server answers with it, and the audit trail keeps its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestError {
    /// Nobody has signed in, or the credentials are not valid (any more).
    Unauthenticated,
    /// The request does not come from a trusted proxy.
    UntrustedPeer,
    /// The keys that credentials are checked with cannot be reached.
    KeysUnavailable,
    /// There is no `Host` header, or more than one.
    HostNotOnce,
    /// The target is a whole URL instead of a path.
    AbsoluteTarget,
    /// A header with the sender's identity occurs more than once.
    RepeatedHeader,
    /// A header's name can be confused with one that holds the sender's identity.
    AliasedHeader,
    /// `Connection` lists a header with the sender's identity.
    HopByHopHeader,
    /// A name, an e-mail address or a group is malformed.
    Text(TextError),
    /// The host is not one of this console's.
    ForeignHost,
    /// The method is neither GET, HEAD nor POST.
    MethodNotAllowed,
    /// The content of a POST is not a plain form.
    NotAForm,
    /// A form was not sent by a page of this console.
    CrossSiteForm,
    /// `Origin` is `null` or missing, and nothing else proves that a page of this console sent the form.
    WithheldOrigin,
    /// Another site requested something that is not a page.
    CrossSiteRequest,
}

impl RequestError {
    const ALL: [Self; 21] = [
        Self::Unauthenticated,
        Self::UntrustedPeer,
        Self::KeysUnavailable,
        Self::HostNotOnce,
        Self::AbsoluteTarget,
        Self::RepeatedHeader,
        Self::AliasedHeader,
        Self::HopByHopHeader,
        Self::Text(TextError::NotUtf8),
        Self::Text(TextError::Invisible),
        Self::Text(TextError::Comma),
        Self::Text(TextError::NotAnEmail),
        Self::Text(TextError::TooLong),
        Self::Text(TextError::TooManyGroups),
        Self::Text(TextError::Unquoted),
        Self::ForeignHost,
        Self::MethodNotAllowed,
        Self::NotAForm,
        Self::CrossSiteForm,
        Self::WithheldOrigin,
        Self::CrossSiteRequest,
    ];

    /// The error of this code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|error| error.code() == code)
    }

    /// The response's status.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::UntrustedPeer
            | Self::CrossSiteForm
            | Self::WithheldOrigin
            | Self::CrossSiteRequest => StatusCode::FORBIDDEN,
            Self::KeysUnavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::HostNotOnce
            | Self::AbsoluteTarget
            | Self::RepeatedHeader
            | Self::AliasedHeader
            | Self::HopByHopHeader
            | Self::Text(_) => StatusCode::BAD_REQUEST,
            Self::ForeignHost => StatusCode::MISDIRECTED_REQUEST,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }

    /// Its stable code in the audit trail.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::UntrustedPeer => "untrusted_peer",
            Self::KeysUnavailable => "keys_unavailable",
            Self::HostNotOnce => "host_not_once",
            Self::AbsoluteTarget => "absolute_target",
            Self::RepeatedHeader => "repeated_identity_header",
            Self::AliasedHeader => "aliased_identity_header",
            Self::HopByHopHeader => "hop_by_hop_identity_header",
            Self::Text(error) => error.code(),
            Self::ForeignHost => "foreign_host",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::NotAForm => "not_a_form",
            Self::CrossSiteForm => "cross_site_form",
            Self::WithheldOrigin => "withheld_origin",
            Self::CrossSiteRequest => "cross_site_request",
        }
    }
}

/// Why the sender of a request is not known. Such a request is refused, never served without a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthError {
    /// What the sender sees: status 400, 401, 403 or 503.
    pub response: RequestError,
    /// The exact reason, for the log and the audit trail only.
    pub reason: AuthReason,
    /// Whether the request carries no credentials at all, rather than credentials that are not accepted.
    pub no_credentials: bool,
}

impl AuthError {
    /// The header with the credentials is missing or empty.
    pub(super) fn no_credentials(header: &HeaderName) -> Self {
        Self {
            no_credentials: true,
            ..Self::unauthenticated(AuthReason::HeaderMissing {
                header: header.to_string(),
            })
        }
    }

    /// Nobody has signed in, or the credentials are not valid (any more).
    pub(super) fn unauthenticated(reason: AuthReason) -> Self {
        Self::new(RequestError::Unauthenticated, reason)
    }

    /// The request does not come from a trusted proxy.
    pub(super) fn untrusted_peer(reason: AuthReason) -> Self {
        Self::new(RequestError::UntrustedPeer, reason)
    }

    /// Whether the credentials are valid cannot be checked at the moment.
    pub(super) fn keys_unavailable(reason: AuthReason) -> Self {
        Self::new(RequestError::KeysUnavailable, reason)
    }

    /// Credentials that cannot be right, answered with `response`.
    pub(super) fn new(response: RequestError, reason: AuthReason) -> Self {
        Self {
            response,
            reason,
            no_credentials: false,
        }
    }
}

/// A header that occurs more than once, or whose value is not plain ASCII.
#[derive(Debug)]
pub(super) struct NotOneValue;

/// The value of a header that may occur once at most.
pub(super) fn single<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'h str>, NotOneValue> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| NotOneValue),
        (Some(_), Some(_)) => Err(NotOneValue),
    }
}
