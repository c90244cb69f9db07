//! The page for an unauthenticated request. Styles and scripts are served to people who are signed
//! in only, so it uses neither.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

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

impl UnauthenticatedPage<'_> {
    fn icon(&self) -> String {
        icon(None)
    }
}

/// A page that needs no other file: what is wrong, what to do about it, and the request ID under
/// which the log has more.
pub fn unauthenticated_page(status: StatusCode, text: &PageText, request_id: &str) -> Response {
    render(
        status,
        &UnauthenticatedPage {
            status: status.as_u16(),
            title: text.title,
            sentence: &text.sentence,
            request_id,
        },
    )
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
        for file in ["<script", "<style", "stylesheet", "/static/"] {
            assert!(!text.contains(file), "{file}");
        }
    }
}
