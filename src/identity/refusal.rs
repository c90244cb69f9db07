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
