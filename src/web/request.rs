//! The console's own extractors. What they refuse is answered with a page.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{
    FromRef, FromRequest, FromRequestParts, OptionalFromRequestParts, RawPathParams, Request,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;

use super::error::{PageError, error_page};
use super::htmx::HtmxRequest;
use super::links::Links;
use super::mount::MountContext;
use super::query::QueryPairs;
use super::shell::Shell;
use super::state::AppState;
use super::texts::errors::{self, PageText};
use super::visit::Visit;
use crate::access::Scope;
use crate::identity::RequestError;

impl<S> FromRequestParts<S> for Visit
where
    S: Send + Sync,
    AppState: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let mount: MountContext = parts.extensions.get().cloned().unwrap_or_default();
        // `authenticate` inserts the scope. Without one nobody is known, and nothing is shown.
        match parts.extensions.get::<Scope>().cloned() {
            Some(scope) => Ok(Self::new(AppState::from_ref(state), scope, mount)),
            None => Err(error_page(
                &mount,
                StatusCode::UNAUTHORIZED,
                errors::NOT_SIGNED_IN,
            )),
        }
    }
}

/// The parameters of a path, in order: `/w/{ws}/pipelines/{pipeline}` has two.
pub struct PathParams<const N: usize>(pub [String; N]);

impl<S: Send + Sync, const N: usize> FromRequestParts<S> for PathParams<N> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let mount: MountContext = parts.extensions.get().cloned().unwrap_or_default();
        let unreadable = || error_page(&mount, StatusCode::BAD_REQUEST, errors::UNREADABLE_ADDRESS);
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| unreadable())?;
        let values: Vec<String> = params.iter().map(|(_, value)| value.to_owned()).collect();
        values.try_into().map(Self).map_err(|_| unreadable())
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

/// A form that was refused for where it came from. Its page shows it again, with what was entered.
#[derive(Debug, Clone)]
pub struct RefusedForm {
    /// Why it was refused.
    pub error: RequestError,
    /// What was entered.
    pub posted: Arc<QueryPairs>,
}

impl RefusedForm {
    /// From the body that was posted.
    pub fn read(error: RequestError, body: &[u8]) -> Self {
        Self {
            error,
            posted: Arc::new(QueryPairs::read(body)),
        }
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for RefusedForm {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get().cloned())
    }
}

/// A posted form. Its size is limited where its route is.
pub struct Form(pub QueryPairs);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let mount = MountContext::of(&request);
        let htmx = HtmxRequest::read(request.headers(), request.uri().path());
        let refused = |status, text: PageText| {
            PageError::new(Shell::bare(&mount, text.title), status, text)
                .link(Links::new(&mount, "").home(), "Start page")
                .respond(&htmx)
        };
        if !is_form(request.headers()) {
            return Err(refused(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                errors::NOT_A_FORM,
            ));
        }
        match Bytes::from_request(request, state).await {
            Ok(body) => Ok(Self(QueryPairs::read(&body))),
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(refused(
                StatusCode::PAYLOAD_TOO_LARGE,
                errors::FORM_TOO_LARGE,
            )),
            Err(rejection) => {
                tracing::debug!(%rejection, "Cannot read the body of a form: {rejection}");
                Err(refused(StatusCode::BAD_REQUEST, errors::FORM_INCOMPLETE))
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
