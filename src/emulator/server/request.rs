//! What the requests of all services have in common: who signed them, their bodies, their identifiers.

use crate::protocol::errors::{ErrorCode, ServiceError};
use crate::security::Caller;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, HeaderMap, HeaderName};

/// A definition of 1 MiB of which every character is escaped still fits.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;
const SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");
/// The header of an answer that holds the request's identifier.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// The connection is to be closed without an answer, because a fault says so.
#[derive(Debug, thiserror::Error)]
#[error("connection reset by a fault")]
pub(super) struct ConnectionReset;

/// Who signed a request; `None` if nobody did.
pub(super) fn caller(headers: &HeaderMap) -> Option<Caller> {
    let text = |name: HeaderName| Some(headers.get(name)?.to_str().unwrap_or_default().to_owned());
    let signature = text(AUTHORIZATION)?;
    // <key>/<date>/<Region>/<service>/aws4_request
    let scope = signature.split_once("Credential=");
    let scope = scope.and_then(|(_, scope)| scope.split([',', ' ']).next());
    let mut parts = scope.unwrap_or_default().split('/');
    Some(Caller {
        key: parts.next().unwrap_or_default().to_owned(),
        token: text(SECURITY_TOKEN),
        region: parts.nth(1).map(str::to_owned),
    })
}

/// A request's body.
///
/// # Errors
/// When it is too large, or ends early.
pub(super) async fn read_body(body: Incoming) -> Result<Bytes, ServiceError> {
    match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(ServiceError::new(
            ErrorCode::Serialization,
            format!("The request is larger than {MAX_BODY_BYTES} bytes"),
        )),
        Err(_) => Err(ServiceError::new(
            ErrorCode::Serialization,
            "The request ended early",
        )),
    }
}

/// A random identifier in the form of a version 4 UUID.
pub(super) fn new_request_id() -> String {
    let random = fastrand::u128(..);
    let random = (random & !(0xf << 76) & !(0b11 << 62)) | (0x4 << 76) | (0b10 << 62);
    let digits = format!("{random:032x}");
    format!(
        "{}-{}-{}-{}-{}",
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..]
    )
}

#[cfg(test)]
mod tests {
    use super::new_request_id;

    #[test]
    fn request_ids_look_like_the_services_own() {
        let id = new_request_id();
        let parts: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert_eq!(&id[14..15], "4");
        assert!("89ab".contains(&id[19..20]));
    }
}
