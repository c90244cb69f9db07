//! A form that was refused for where it came from is shown again, so that nothing entered is lost.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::ALLOW;
use axum::http::{Extensions, HeaderValue, StatusCode, Uri};
use axum::response::Response;
use tower::ServiceExt;

use super::body;
use super::load_shedding::LoadShedder;
use crate::access::Scope;
use crate::identity::RequestError;
use crate::web::mount::MountContext;
use crate::web::routes::form_of;
use crate::web::{RefusedForm, error_page, request_texts};

/// Shows refused forms again. The form's own page answers, as to a GET: it cannot do anything.
pub(super) struct RefusedForms {
    pages: Router,
    load_shedder: Arc<LoadShedder>,
}

impl RefusedForms {
    /// With the pages, without the middleware in front of them.
    pub fn new(pages: Router, load_shedder: Arc<LoadShedder>) -> Self {
        Self {
            pages,
            load_shedder,
        }
    }

    /// The form with what was entered and why it was refused; the reason alone where it has no page, or the person may
    /// not see it.
    pub async fn show(&self, error: RequestError, request: Request) -> Response {
        let mount = MountContext::of(&request);
        let form = form_of(request.uri().path()).and_then(|path| path.parse::<Uri>().ok());
        let Some(form) = form else {
            return refuse(&mount, error);
        };
        let (parts, bytes) = match body::read_form(&self.load_shedder, request).await {
            Ok(read) => read,
            Err(refusal) => return *refusal,
        };
        let mut again = Request::new(Body::empty());
        *again.uri_mut() = form;
        *again.headers_mut() = parts.headers;
        // Not the rest: the router has added the parameters of the path that was posted to.
        copy::<Scope>(&parts.extensions, again.extensions_mut());
        copy::<MountContext>(&parts.extensions, again.extensions_mut());
        again
            .extensions_mut()
            .insert(RefusedForm::read(error, &bytes));
        let shown = self.pages.clone().oneshot(again).await;
        match shown {
            Ok(response) if response.status() == error.status() => response,
            _ => refuse(&mount, error),
        }
    }
}

/// Copies what one type of extension holds.
fn copy<T: Clone + Send + Sync + 'static>(from: &Extensions, to: &mut Extensions) {
    if let Some(value) = from.get::<T>() {
        to.insert(value.clone());
    }
}

/// The page that says why a request was refused.
pub(super) fn refuse(mount: &MountContext, error: RequestError) -> Response {
    let status = error.status();
    let mut response = error_page(mount, status, request_texts::request_error(error));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        let allowed = HeaderValue::from_static("GET, HEAD, POST");
        response.headers_mut().insert(ALLOW, allowed);
    }
    response
}
