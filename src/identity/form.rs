//! Whether this console accepts a request's method and content type.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method};

use super::RequestError;
use super::error::single;

/// Refuses other methods than GET, HEAD and POST, and a POST that is not a plain form.
pub fn check_form(method: &Method, headers: &HeaderMap) -> Result<(), RequestError> {
    match *method {
        Method::GET | Method::HEAD => Ok(()),
        Method::POST => match single(headers, &CONTENT_TYPE) {
            Ok(Some(content_type)) if is_form(content_type) => Ok(()),
            _ => Err(RequestError::NotAForm),
        },
        _ => Err(RequestError::MethodNotAllowed),
    }
}

fn is_form(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
