//! Whether a request was sent by a page of this console.
//!
//! The origins come from the settings, never from `Host`: proxies rewrite it.

use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, HeaderName, Method};

use super::error::single;
use super::{ConsoleOrigins, RequestError};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// What `Origin` holds where a browser withholds it, for one under the policy `no-referrer` that proxies add.
const WITHHELD: &str = "null";

/// Refuses what a page of another site sent: every form, and everything but a navigation to a page.
/// `embedded` is whether pages may be shown in frames at all; browsers enforce by which sites.
///
/// A form whose origin is withheld is accepted where the browser vouches for it by `Sec-Fetch-Site: same-origin`. No
/// script can set that header, and a page in a sandbox, whose origin is `null` too, is cross-site in it.
pub fn check_same_origin(
    origins: &ConsoleOrigins,
    method: &Method,
    headers: &HeaderMap,
    embedded: bool,
) -> Result<(), RequestError> {
    let site = single(headers, &SEC_FETCH_SITE).map_err(|_| RequestError::CrossSiteForm)?;
    let site_is_ours = site.is_none_or(|site| matches!(site, "same-origin" | "none"));
    if matches!(*method, Method::GET | Method::HEAD) {
        return match site_is_ours || is_navigation(headers, embedded) {
            true => Ok(()),
            false => Err(RequestError::CrossSiteRequest),
        };
    }
    let origin = single(headers, &ORIGIN).map_err(|_| RequestError::CrossSiteForm)?;
    match origin {
        Some(WITHHELD) if site == Some("same-origin") => Ok(()),
        Some(WITHHELD) | None => Err(RequestError::WithheldOrigin),
        Some(origin) if site_is_ours && origins.has_origin(origin) => Ok(()),
        _ => Err(RequestError::CrossSiteForm),
    }
}

/// Whether a browser navigates to a page, in a tab or, where that is allowed, in a frame.
fn is_navigation(headers: &HeaderMap, embedded: bool) -> bool {
    let navigates = matches!(single(headers, &SEC_FETCH_MODE), Ok(Some("navigate")));
    let target_allowed = match single(headers, &SEC_FETCH_DEST) {
        Ok(Some("document")) => true,
        Ok(Some("iframe" | "frame")) => embedded,
        _ => false,
    };
    navigates && target_allowed
}
