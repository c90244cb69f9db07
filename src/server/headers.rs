//! The headers of every response, errors included.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::middleware::Next;
use axum::response::Response;

use crate::web::InlineStyle;

/// Our own files only, no inline script or style.
fn page_policy(style_source: &str, frame_ancestors: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src {style_source}; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
         object-src 'none'; frame-src 'none'; frame-ancestors {frame_ancestors}"
    )
}

/// What is allowed where a policy could not be made.
const NO_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

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
    frame_ancestors: String,
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
        let policy = HeaderValue::try_from(page_policy("'self'", ancestors));
        Self {
            frame_ancestors: ancestors.to_owned(),
            // Origins are plain ASCII by construction; if one were not, framing would be forbidden.
            may_be_framed: policy.is_ok() && !frame_ancestors.is_empty(),
            page_policy: policy.unwrap_or(HeaderValue::from_static(NO_POLICY)),
        }
    }

    /// The policy of a response: a page whose style stands inside it may use that one, and no file.
    fn policy(&self, response: &Response) -> HeaderValue {
        if response.headers().contains_key(CONTENT_DISPOSITION) {
            return HeaderValue::from_static(DOWNLOAD_POLICY);
        }
        match response.extensions().get::<InlineStyle>() {
            Some(style) => page_policy(&style.policy_source(), &self.frame_ancestors)
                .try_into()
                .unwrap_or(HeaderValue::from_static(NO_POLICY)),
            None => self.page_policy.clone(),
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
    let policy = security.policy(&response);
    let headers = response.headers_mut();
    for (name, value) in COMMON_HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Old browsers prefer it to the policy, but only the policy can name origins.
    if !security.may_be_framed {
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    // Only static files may be cached, and they say so themselves.
    let no_store = HeaderValue::from_static("no-store");
    headers.entry(CACHE_CONTROL).or_insert(no_store);
    response
}
