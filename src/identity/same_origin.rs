//! Whether a request that may change something was sent by a page of our own.
//!
//! Browsers tell in `Origin` and `Sec-Fetch-Site`; programs that are no browsers send neither and are
//! held by the ticket every form carries.

use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};

use super::refusal::single;
use super::{OwnNames, Refusal};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

const ELSEWHERE: Refusal = Refusal {
    status: StatusCode::FORBIDDEN,
    title: "Sent from another site",
    sentence: "This form was sent by a page that is not part of this console, so nothing was done. \
               Open the console at its own address and send it from there; behind a proxy, the address \
               people see must stand in server.public_origins.",
};

/// Refuses what another site's page sent. Reading methods pass.
pub fn check_same_origin(
    names: &OwnNames,
    method: &Method,
    headers: &HeaderMap,
) -> Result<(), Refusal> {
    if matches!(*method, Method::GET | Method::HEAD) {
        return Ok(());
    }
    let origin = single(headers, &ORIGIN).map_err(|_| ELSEWHERE)?;
    let site = single(headers, &SEC_FETCH_SITE).map_err(|_| ELSEWHERE)?;
    let origin_is_ours = origin.is_none_or(|origin| names.know_origin(origin));
    let site_is_ours = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    if origin_is_ours && site_is_ours {
        Ok(())
    } else {
        Err(ELSEWHERE)
    }
}
