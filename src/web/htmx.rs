//! The request headers of htmx.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::HeaderMap;
use axum::http::request::Parts;

use super::mount::MountContext;
use super::rendered::RenderedPages;

/// What htmx sends along with a request: whether the browser wants a page, or a part of one.
#[derive(Debug, Clone, Default)]
pub struct HtmxRequest {
    /// Whether only the part that changes is wanted.
    pub partial: bool,
    /// The polling tag of the state that the page shows already.
    pub tag: Option<String>,
    /// The id of the element that the response replaces.
    pub target: Option<String>,
    /// The path and query of the page that sent the request.
    pub current_page: Option<String>,
    /// The path and query of the request.
    pub address: String,
    /// What polling pages show.
    pub rendered: RenderedPages,
}

impl HtmxRequest {
    /// Reads the headers of a request to `address`.
    pub fn read(headers: &HeaderMap, address: &str) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            partial: text("HX-Request-Type") == Some("partial"),
            tag: text("HX-PTag").map(str::to_owned),
            // htmx sends the element's name and id: `div#live`.
            target: text("HX-Target")
                .and_then(|target| target.split_once('#'))
                .map(|(_, id)| id.to_owned()),
            current_page: text("HX-Current-URL").and_then(path_and_query),
            address: address.to_owned(),
            rendered: RenderedPages::default(),
        }
    }
}

fn path_and_query(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let path = &rest[rest.find('/')?..];
    Some(path.split('#').next().unwrap_or_default().to_owned())
}

impl<S: Sync> FromRequestParts<S> for HtmxRequest {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // A nested router strips its prefix from the URI; the original one still has it.
        let original = parts.extensions.get::<OriginalUri>();
        let uri = original.map_or(&parts.uri, |original| &original.0);
        let address = uri.path_and_query().map_or("/", |address| address.as_str());
        let base = parts.extensions.get().map_or("", MountContext::base);
        let htmx = Self::read(&parts.headers, &format!("{base}{address}"));
        Ok(Self {
            rendered: parts.extensions.get().cloned().unwrap_or_default(),
            ..htmx
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_current_page_is_reduced_to_its_path_and_query() {
        assert_eq!(
            path_and_query("http://127.0.0.1:8080/w/a?q=1#x").as_deref(),
            Some("/w/a?q=1")
        );
        assert_eq!(path_and_query("nonsense"), None);
    }
}
