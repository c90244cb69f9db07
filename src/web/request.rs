//! What a request asks for: our own extractors, whose refusals are pages.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, OriginalUri, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

use super::error::{PageError, error_page};
use super::links::Links;
use super::mount::MountContext;
use super::shell::Shell;

/// The parts of an address that stand for something, in order: `/w/{ws}/pipelines/{pipeline}` gives
/// two.
pub struct PathParams<const N: usize>(pub [String; N]);

impl<S: Send + Sync, const N: usize> FromRequestParts<S> for PathParams<N> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let place: MountContext = parts.extensions.get().cloned().unwrap_or_default();
        let garbled = || {
            error_page(
                &place,
                StatusCode::BAD_REQUEST,
                "This address cannot be read",
                "A part of it is not valid UTF-8 once its percent signs are decoded. Check the link it came from.",
            )
        };
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| garbled())?;
        let values: Vec<String> = params.iter().map(|(_, value)| value.to_owned()).collect();
        values.try_into().map(Self).map_err(|_| garbled())
    }
}

/// The pairs of a query string or of a form, in order.
#[derive(Debug, Clone, Default)]
pub struct QueryPairs(Vec<(String, String)>);

impl QueryPairs {
    /// Reads `application/x-www-form-urlencoded` text.
    pub fn read(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// The first value under this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The first value under this name, or nothing.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// Every value under this name.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let name = name.to_owned();
        self.0
            .iter()
            .filter(move |(key, _)| *key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Every pair.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

/// The query string.
pub struct Query(pub QueryPairs);

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(QueryPairs::read(
            parts.uri.query().unwrap_or_default().as_bytes(),
        )))
    }
}

/// A posted form. Its size is limited where its route is.
pub struct Form(pub QueryPairs);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let place = MountContext::of(&request);
        let asking = HtmxRequest::read(request.headers(), request.uri().path());
        let refused = |status, title, sentence| {
            PageError::new(Shell::bare(&place, title), status, title, sentence)
                .way(Links::new(&place, "").home(), "Start page")
                .answer(&asking)
        };
        if !is_form(request.headers()) {
            return Err(refused(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "This is not a form",
                "Only application/x-www-form-urlencoded is taken here. Nothing was done.",
            ));
        }
        match Bytes::from_request(request, state).await {
            Ok(body) => Ok(Self(QueryPairs::read(&body))),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(refused(
                StatusCode::PAYLOAD_TOO_LARGE,
                "This form is too large",
                "More was sent than this address takes. Nothing was done.",
            )),
            Err(rejection) => {
                tracing::debug!(%rejection, "A form did not arrive: {rejection}");
                Err(refused(
                    StatusCode::BAD_REQUEST,
                    "This form did not arrive whole",
                    "The connection ended before all of it was here. Nothing was done; send it again.",
                ))
            }
        }
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|value| {
            value
                .trim()
                .eq_ignore_ascii_case("application/x-www-form-urlencoded")
        })
}

/// Who asks: a browser for a page, or htmx for the part that changed.
#[derive(Debug, Clone, Default)]
pub struct HtmxRequest {
    /// Only the part that changed is wanted.
    pub partial: bool,
    /// The polling tag of what the page shows already.
    pub tag: Option<String>,
    /// The id of the element that the answer is for.
    pub target: Option<String>,
    /// The path and query of the page that asks.
    pub from: Option<String>,
    /// The path and query asked for.
    pub address: String,
}

impl HtmxRequest {
    /// Reads it from a request's headers.
    pub fn read(headers: &HeaderMap, address: &str) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        Self {
            partial: text("HX-Request-Type") == Some("partial"),
            tag: text("HX-PTag").map(str::to_owned),
            // htmx names it by tag and id: `div#live`.
            target: text("HX-Target")
                .and_then(|target| target.split_once('#'))
                .map(|(_, id)| id.to_owned()),
            from: text("HX-Current-URL").and_then(path_and_query),
            address: address.to_owned(),
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
        // Below a nested router the address is cut short; this is the one that was asked for.
        let whole = parts.extensions.get::<OriginalUri>();
        let uri = whole.map_or(&parts.uri, |whole| &whole.0);
        let address = uri.path_and_query().map_or("/", |address| address.as_str());
        let base = parts.extensions.get().map_or("", MountContext::base);
        Ok(Self::read(&parts.headers, &format!("{base}{address}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_asking_page_is_told_by_path_alone() {
        assert_eq!(
            path_and_query("http://127.0.0.1:8080/w/a?q=1#x").as_deref(),
            Some("/w/a?q=1")
        );
        assert_eq!(path_and_query("nonsense"), None);
    }

    #[test]
    fn repeated_values_are_kept() {
        let pairs = QueryPairs::read(b"status=Failed&status=Stopped&q=a+b");
        assert_eq!(
            pairs.all("status").collect::<Vec<_>>(),
            ["Failed", "Stopped"]
        );
        assert_eq!(pairs.text("q"), "a b");
    }
}
