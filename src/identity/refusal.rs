//! Why a request is refused before any page sees it.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// What is wrong with a request's head, in words for the person who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// The answer's status.
    pub status: StatusCode,
    /// A few words.
    pub title: &'static str,
    /// What is wrong and what to do.
    pub sentence: &'static str,
}

/// Why nobody is known to have sent a request: the request is refused, never served without a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// What the sender reads: status 400, 401, 403 or 503.
    pub refusal: Refusal,
    /// The exact reason, for the log and the audit trail alone. It holds no token and no secret.
    pub why: String,
    /// Whether nothing was told at all, rather than something that is not believed.
    pub is_silent: bool,
}

impl Unknown {
    /// Nothing tells who asks: the header that would is missing or empty.
    pub(super) fn silent(header: &HeaderName) -> Self {
        Self {
            is_silent: true,
            ..Self::signed_out(format!("the header {header} is missing or empty"))
        }
    }

    /// Nobody has signed in, or what says so is not good (any more).
    pub(super) fn signed_out(why: impl Into<String>) -> Self {
        Self {
            refusal: SIGNED_OUT,
            why: why.into(),
            is_silent: false,
        }
    }

    /// Someone who is no trusted proxy has called.
    pub(super) fn stranger(why: impl Into<String>) -> Self {
        Self {
            refusal: STRANGER,
            why: why.into(),
            is_silent: false,
        }
    }

    /// Whether the sign-in is good cannot be told at the moment.
    pub(super) fn undecided(why: impl Into<String>) -> Self {
        Self {
            refusal: UNDECIDED,
            why: why.into(),
            is_silent: false,
        }
    }
}

const SIGNED_OUT: Refusal = Refusal {
    status: StatusCode::UNAUTHORIZED,
    title: "You are not signed in",
    sentence: "This console does not know who you are: you have not signed in, or your session has \
               ended. Open the page again to sign in; if that does not help, ask those who run the \
               console to look into its log.",
};

const STRANGER: Refusal = Refusal {
    status: StatusCode::FORBIDDEN,
    title: "Not the way in",
    sentence: "This console is reached through its sign-in proxy only. Open it at the address your \
               team uses; if you run it, identity.trusted_proxies says whose requests it takes.",
};

const UNDECIDED: Refusal = Refusal {
    status: StatusCode::SERVICE_UNAVAILABLE,
    title: "Your sign-in cannot be checked",
    sentence: "The keys that sign-ins are checked with cannot be reached at the moment. Nothing is \
               wrong with your session: try again in a minute.",
};

/// The only value of a header that may stand once at most; `Err` where it stands more than once or
/// is not plain ASCII.
pub(super) fn single<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'h str>, &'static str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value_text(value).map(Some),
        (Some(_), Some(_)) => Err("it stands there more than once"),
    }
}

fn value_text(value: &HeaderValue) -> Result<&str, &'static str> {
    value.to_str().map_err(|_| "it holds more than plain ASCII")
}
