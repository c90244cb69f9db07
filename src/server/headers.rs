//! The headers of every response, errors included.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::middleware::Next;
use axum::response::Response;

/// Our own files only, no inline script or style; `frame-ancestors` is appended.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
                      object-src 'none'; frame-src 'none'";

/// Nothing at all: a download neither shows nor runs anything.
const DOWNLOAD_POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// Set on every response, whatever its handler has set.
const COMMON_HEADERS: [(HeaderName, &str); 6] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    // Not `no-referrer`: that makes the Origin of a form's POST null.
    (REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    (
        HeaderName::from_static("x-permitted-cross-domain-policies"),
        "none",
    ),
];

/// The security headers that depend on the settings.
#[derive(Debug)]
pub(super) struct SecurityHeaders {
    page_policy: HeaderValue,
    may_be_framed: bool,
}

impl SecurityHeaders {
    /// Those of a console whose pages may be shown in frames by pages of these origins (`'self'` and exact
    /// origins, separated by spaces), or by no page if it is empty.
    pub(super) fn new(frame_ancestors: &str) -> Self {
        let ancestors = match frame_ancestors {
            "" => "'none'",
            some => some,
        };
        let policy = HeaderValue::try_from(format!("{PAGE_POLICY}; frame-ancestors {ancestors}"));
        Self {
            // Origins are plain ASCII by construction; if one were not, framing would be forbidden.
            may_be_framed: policy.is_ok() && !frame_ancestors.is_empty(),
            page_policy: policy.unwrap_or(HeaderValue::from_static(
                "default-src 'none'; frame-ancestors 'none'",
            )),
        }
    }
}

/// Sets the security headers.
pub(super) async fn set_security_headers(
    State(security): State<Arc<SecurityHeaders>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in COMMON_HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Old browsers prefer it to the policy, but only the policy can name origins.
    if !security.may_be_framed {
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    let is_download = headers.contains_key(axum::http::header::CONTENT_DISPOSITION);
    let policy = match is_download {
        true => HeaderValue::from_static(DOWNLOAD_POLICY),
        false => security.page_policy.clone(),
    };
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    // Only static files may be cached, and they say so themselves.
    let no_store = HeaderValue::from_static("no-store");
    headers.entry(CACHE_CONTROL).or_insert(no_store);
    response
}
