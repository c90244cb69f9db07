//! Whether a request was meant for this console.
//!
//! A web page elsewhere can point a name of its own at this machine and so become "same origin"
//! with a console on it. It cannot choose the `Host` its visitors' browsers send.

use axum::http::header::HOST;
use axum::http::{HeaderMap, StatusCode, Uri};

use super::refusal::single;
use super::{OwnNames, Refusal};

const MALFORMED: Refusal = Refusal {
    status: StatusCode::BAD_REQUEST,
    title: "Not a proper request",
    sentence: "A request must name its host exactly once.",
};

const STRANGE: Refusal = Refusal {
    status: StatusCode::MISDIRECTED_REQUEST,
    title: "Not this console's address",
    sentence: "This console does not answer under that name. Open it at the address it printed when it \
               started, or add the name's origin to server.public_origins.",
};

/// Refuses a request whose `Host`, or whose target where that is a whole URL, is not this console's.
pub fn check_host(names: &OwnNames, uri: &Uri, headers: &HeaderMap) -> Result<(), Refusal> {
    let host = single(headers, &HOST)
        .ok()
        .flatten()
        .filter(|host| !host.is_empty())
        .ok_or(MALFORMED)?;
    let target_is_ours = uri
        .authority()
        .is_none_or(|authority| names.know_host(authority.as_str()));
    if names.know_host(host) && target_is_ours {
        Ok(())
    } else {
        Err(STRANGE)
    }
}
