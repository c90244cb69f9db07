//! The headers every answer carries, errors included.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::middleware::Next;
use axum::response::Response;

/// Nothing but our own files, no inline script or style; the frames around us follow.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
                      object-src 'none'; frame-src 'none'";

/// Nothing at all: what is saved to a file shows nothing and runs nothing.
const DOWNLOAD_POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// Set on every answer, whatever a page says.
const ALWAYS: [(HeaderName, &str); 6] = [
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

/// The policies of a console.
#[derive(Debug)]
pub(super) struct Policies {
    pages: HeaderValue,
    framed: bool,
}

impl Policies {
    /// Those of a console whose pages may be shown inside pages of these origins (`'self'` and exact
    /// origins, parted by spaces); inside none where there is none.
    pub(super) fn new(frame_ancestors: &str) -> Self {
        let ancestors = match frame_ancestors {
            "" => "'none'",
            some => some,
        };
        let pages = HeaderValue::try_from(format!("{POLICY}; frame-ancestors {ancestors}"));
        Self {
            // Origins are plain ASCII by their making; were one not, no frame would be let in.
            framed: pages.is_ok() && !frame_ancestors.is_empty(),
            pages: pages.unwrap_or(HeaderValue::from_static(
                "default-src 'none'; frame-ancestors 'none'",
            )),
        }
    }
}

/// Adds them.
pub(super) async fn secure(
    State(policies): State<Arc<Policies>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Old browsers prefer it to the policy, which alone can name origins.
    if !policies.framed {
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    let is_download = headers.contains_key(axum::http::header::CONTENT_DISPOSITION);
    let policy = match is_download {
        true => HeaderValue::from_static(DOWNLOAD_POLICY),
        false => policies.pages.clone(),
    };
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    // Static files may be kept; nothing else.
    let kept = HeaderValue::from_static("no-store");
    headers.entry(CACHE_CONTROL).or_insert(kept);
    response
}
