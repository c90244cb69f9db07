//! The page for an unauthenticated request. Files are served to people who are signed in only, so its style stands
//! inside it, and no script is used.

use std::fmt::{self, Display};

use askama::Template;
use askama::filters::HtmlSafe;
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::error::render;
use super::filters;
use super::shell::icon;
use super::texts::errors::PageText;

#[derive(Template)]
#[template(path = "unauthenticated.html")]
struct UnauthenticatedPage<'a> {
    status: u16,
    title: &'a str,
    sentence: &'a str,
    request_id: &'a str,
}

/// A style sheet that stands inside a page. A page's policy allows it by its digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InlineStyle(&'static str);

/// The style of the page for an unauthenticated request.
const STYLE: InlineStyle = InlineStyle(include_str!("../../static/unauthenticated.css"));

impl InlineStyle {
    /// The source of a `style-src` that allows it (Content Security Policy Level 3, section 2.3.1).
    pub fn policy_source(self) -> String {
        format!("'sha256-{}'", STANDARD.encode(Sha256::digest(self.0)))
    }
}

impl Display for InlineStyle {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.0)
    }
}

// The content of a <style> is no HTML: nothing in it is escaped, and only its end tag could end it.
impl HtmlSafe for InlineStyle {}

impl UnauthenticatedPage<'_> {
    fn style(&self) -> InlineStyle {
        STYLE
    }

    fn icon(&self) -> String {
        icon(None)
    }
}

/// A page that needs no other file: what is wrong, what to do about it, and the request ID under
/// which the log has more. The response has the [`InlineStyle`] that its policy has to allow.
pub fn unauthenticated_page(status: StatusCode, text: &PageText, request_id: &str) -> Response {
    let mut response = render(
        status,
        &UnauthenticatedPage {
            status: status.as_u16(),
            title: text.title,
            sentence: &text.sentence,
            request_id,
        },
    );
    response.extensions_mut().insert(STYLE);
    response
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn an_unauthenticated_person_reads_why_and_the_page_needs_no_other_file() {
        let text = PageText::fixed("Not signed in", "No <name> came with this request.");
        let page = unauthenticated_page(StatusCode::UNAUTHORIZED, &text, "01J");
        assert_eq!(page.status(), StatusCode::UNAUTHORIZED);
        let body = page.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(text.contains("No &#60;name&#62; came with this request."));
        assert!(text.contains("<code>01J</code>"));
        assert_eq!(text.matches(&format!("<style>{STYLE}</style>")).count(), 1);
        assert!(!STYLE.0.contains("</") && !STYLE.0.contains("url("));
        for file in ["<script", "stylesheet", "/static/"] {
            assert!(!text.contains(file), "{file}");
        }
    }
}
