//! Whether a request was sent by a page of our own.
//!
//! The origins are those of the settings, never what `Host` says: proxies rewrite it.

use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};

use super::refusal::single;
use super::{OwnNames, Refusal};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

const ELSEWHERE: Refusal = Refusal {
    status: StatusCode::FORBIDDEN,
    title: "Sent from another site",
    sentence: "This form was not sent by a page of this console, so nothing was done. Open the console at \
               its own address and send it from there. Whoever runs the console: the address people see \
               must stand in server.public_origins, exactly.",
};

const PART: Refusal = Refusal {
    status: StatusCode::FORBIDDEN,
    title: "Asked for by another site",
    sentence: "Another site asked for a part of this console. Pages may be linked to; whether they may be \
               shown in a frame is set by embed.frame_ancestors.",
};

/// Refuses what a page of another site sent: every form, and everything but a visit of a page.
/// `embedded` tells whether pages may be shown in frames at all; which, browsers hold.
pub fn check_same_origin(
    names: &OwnNames,
    method: &Method,
    headers: &HeaderMap,
    embedded: bool,
) -> Result<(), Refusal> {
    let site = single(headers, &SEC_FETCH_SITE).map_err(|_| ELSEWHERE)?;
    let site_is_ours = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    if matches!(*method, Method::GET | Method::HEAD) {
        return match site_is_ours || is_visit(headers, embedded) {
            true => Ok(()),
            false => Err(PART),
        };
    }
    let origin = single(headers, &ORIGIN).map_err(|_| ELSEWHERE)?;
    let origin_is_ours = origin.is_some_and(|origin| names.know_origin(origin));
    if origin_is_ours && site_is_ours {
        Ok(())
    } else {
        Err(ELSEWHERE)
    }
}

/// Whether a browser goes to a page, in its window or in a frame where that is allowed.
fn is_visit(headers: &HeaderMap, embedded: bool) -> bool {
    let navigates = matches!(single(headers, &SEC_FETCH_MODE), Ok(Some("navigate")));
    let place = match single(headers, &SEC_FETCH_DEST) {
        Ok(Some("document")) => true,
        Ok(Some("iframe" | "frame")) => embedded,
        _ => false,
    };
    navigates && place
}
