//! Whether a request's method and content type are ones this console takes.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method, StatusCode};

use super::Refusal;
use super::refusal::single;

const METHOD: Refusal = Refusal {
    status: StatusCode::METHOD_NOT_ALLOWED,
    title: "Method not allowed",
    sentence: "This console answers GET, HEAD and POST only.",
};

const NOT_A_FORM: Refusal = Refusal {
    status: StatusCode::UNSUPPORTED_MEDIA_TYPE,
    title: "Not a form",
    sentence: "This console takes forms only: send the content type application/x-www-form-urlencoded.",
};

/// Refuses unknown methods, and a POST that is not a plain form.
pub fn check_form(method: &Method, headers: &HeaderMap) -> Result<(), Refusal> {
    match *method {
        Method::GET | Method::HEAD => Ok(()),
        Method::POST => match single(headers, &CONTENT_TYPE) {
            Ok(Some(content_type)) if is_form(content_type) => Ok(()),
            _ => Err(NOT_A_FORM),
        },
        _ => Err(METHOD),
    }
}

fn is_form(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
