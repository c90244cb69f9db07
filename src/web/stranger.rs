//! The page for somebody who is not known. Style and script need a person too, so it uses neither.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::render;
use super::fmt::filters;
use super::shell::icon;

#[derive(Template)]
#[template(path = "unauthenticated.html")]
struct Stranger<'a> {
    status: u16,
    title: &'a str,
    sentence: &'a str,
    request_id: &'a str,
}

impl Stranger<'_> {
    fn icon(&self) -> String {
        icon(None)
    }
}

/// A page that stands alone: what was wrong in one sentence, what to do about it, and the name of the
/// request, by which the log tells more.
pub fn stranger_page(
    status: StatusCode,
    title: &str,
    sentence: &str,
    request_id: &str,
) -> Response {
    render(
        status,
        &Stranger {
            status: status.as_u16(),
            title,
            sentence,
            request_id,
        },
    )
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    #[tokio::test]
    async fn a_stranger_reads_why_and_needs_no_other_file() {
        let page = stranger_page(
            StatusCode::UNAUTHORIZED,
            "Nobody is signed in",
            "No <name> came with this request.",
            "01J",
        );
        assert_eq!(page.status(), StatusCode::UNAUTHORIZED);
        let body = page.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8(body.to_vec()).unwrap();
        assert!(text.contains("No &#60;name&#62; came with this request."));
        assert!(text.contains("<code>01J</code>"));
        for foreign in ["<script", "<style", "stylesheet", "/static/"] {
            assert!(!text.contains(foreign), "{foreign}");
        }
    }
}
