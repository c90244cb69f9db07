//! Whether a request was meant for this console.
//!
//! A web site can point a host name of its own at this machine and so become "same origin" with a console
//! on it (DNS rebinding). It cannot choose the `Host` that its visitors' browsers send.

use axum::http::header::HOST;
use axum::http::{HeaderMap, Uri};

use super::error::single;
use super::{ConsoleOrigins, RequestError};

/// Refuses a request whose `Host`, or whose target if that is an absolute URL, is not this console's.
pub fn check_host(
    origins: &ConsoleOrigins,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<(), RequestError> {
    let host = single(headers, &HOST)
        .ok()
        .flatten()
        .filter(|host| !host.is_empty())
        .ok_or(RequestError::HostNotOnce)?;
    let target_is_ours = uri
        .authority()
        .is_none_or(|authority| origins.has_host(authority.as_str()));
    if origins.has_host(host) && target_is_ours {
        Ok(())
    } else {
        Err(RequestError::ForeignHost)
    }
}
