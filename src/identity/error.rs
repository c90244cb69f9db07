//! Why a request is refused before it reaches any page.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// What is wrong with a request's head, in words for the person who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestError {
    /// The response's status.
    pub status: StatusCode,
    /// A few words.
    pub title: &'static str,
    /// What is wrong and what to do.
    pub sentence: &'static str,
}

impl RequestError {
    /// A malformed request.
    pub(super) const fn bad_request(sentence: &'static str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            title: "Malformed request",
            sentence,
        }
    }
}

/// Why the sender of a request is not known. Such a request is refused, never served without a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthError {
    /// What the sender sees: status 400, 401, 403 or 503.
    pub response: RequestError,
    /// The exact reason, for the log and the audit trail only. It holds no token and no secret.
    pub reason: String,
    /// Whether the request carries no credentials at all, rather than credentials that are not accepted.
    pub no_credentials: bool,
}

impl AuthError {
    /// The header with the credentials is missing or empty.
    pub(super) fn no_credentials(header: &HeaderName) -> Self {
        Self {
            no_credentials: true,
            ..Self::unauthenticated(format!("the header {header} is missing or empty"))
        }
    }

    /// Nobody has signed in, or the credentials are not valid (any more).
    pub(super) fn unauthenticated(reason: impl Into<String>) -> Self {
        Self::new(UNAUTHENTICATED, reason)
    }

    /// The request does not come from a trusted proxy.
    pub(super) fn untrusted_peer(reason: impl Into<String>) -> Self {
        Self::new(UNTRUSTED_PEER, reason)
    }

    /// Whether the credentials are valid cannot be checked at the moment.
    pub(super) fn keys_unavailable(reason: impl Into<String>) -> Self {
        Self::new(KEYS_UNAVAILABLE, reason)
    }

    /// Credentials that cannot be right, answered with `response`.
    pub(super) fn new(response: RequestError, reason: impl Into<String>) -> Self {
        Self {
            response,
            reason: reason.into(),
            no_credentials: false,
        }
    }
}

const UNAUTHENTICATED: RequestError = RequestError {
    status: StatusCode::UNAUTHORIZED,
    title: "You are not signed in",
    sentence: "This console does not know who you are: you have not signed in, or your session has \
               ended. Open the page again to sign in. If that does not help, ask whoever runs the \
               console to look at its log.",
};

const UNTRUSTED_PEER: RequestError = RequestError {
    status: StatusCode::FORBIDDEN,
    title: "Not through the sign-in proxy",
    sentence: "This console can be reached through its sign-in proxy only. Open it at the address your \
               team uses. If you run it: identity.trusted_proxies lists the proxies it accepts requests \
               from.",
};

const KEYS_UNAVAILABLE: RequestError = RequestError {
    status: StatusCode::SERVICE_UNAVAILABLE,
    title: "Your sign-in cannot be checked",
    sentence: "The keys that sign-ins are checked with cannot be reached at the moment. Nothing is \
               wrong with your session: try again in a minute.",
};

/// The value of a header that may occur once at most; `Err` where it occurs more than once or is not plain
/// ASCII.
pub(super) fn single<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'h str>, &'static str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value_text(value).map(Some),
        (Some(_), Some(_)) => Err("it occurs more than once"),
    }
}

fn value_text(value: &HeaderValue) -> Result<&str, &'static str> {
    value.to_str().map_err(|_| "it is not plain ASCII")
}
