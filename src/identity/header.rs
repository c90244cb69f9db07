//! People known by the headers of a trusted proxy.

use aws_lc_rs::constant_time;
use axum::http::{HeaderMap, HeaderName};
use sha2::{Digest, Sha256};

use super::error::{AuthError, RequestError};
use super::text::{self, TextError};
use super::{AuthReason, HeaderMode};
use crate::access::{Person, Source};

/// The person in these headers. The caller has checked that their sender is trusted.
pub(super) fn authenticate(mode: &HeaderMode, headers: &HeaderMap) -> Result<Person, AuthError> {
    check_secret(mode, headers)?;
    let user = value(headers, &mode.user)?.unwrap_or_default();
    if user.contains(',') {
        return Err(text_error(TextError::Comma));
    }
    let name = text::name(user)
        .map_err(text_error)?
        .ok_or_else(|| AuthError::no_credentials(&mode.user))?;
    let email = optional(headers, mode.email.as_ref())?;
    let sent = match &mode.groups {
        Some(header) => value(headers, header)?,
        None => None,
    };
    let groups = sent.unwrap_or_default();
    let groups = match mode.groups_delimiter.as_str() {
        delimiter if mode.groups_quoted => {
            text::quoted(groups, delimiter).and_then(|texts| text::groups(texts.into_iter()))
        }
        "" => text::groups(std::iter::once(groups)),
        delimiter => text::groups(groups.split(delimiter)),
    };
    Ok(Person {
        name,
        email: text::email(email).map_err(text_error)?,
        groups: groups.map_err(text_error)?,
        groups_known: sent.is_some(),
        source: Source::Header,
    })
}

/// Compares digests, so that neither the time nor the length reveals anything about the secret.
fn check_secret(mode: &HeaderMode, headers: &HeaderMap) -> Result<(), AuthError> {
    let Some((name, secret)) = &mode.secret else {
        return Ok(());
    };
    let sent = single(headers, name)?.ok_or_else(|| {
        AuthError::unauthenticated(AuthReason::SecretMissing {
            header: name.to_string(),
        })
    })?;
    let equal =
        constant_time::verify_slices_are_equal(&Sha256::digest(sent), &Sha256::digest(secret));
    if secret.is_empty() || equal.is_err() {
        return Err(AuthError::unauthenticated(AuthReason::SecretWrong {
            header: name.to_string(),
        }));
    }
    Ok(())
}

fn optional<'h>(headers: &'h HeaderMap, name: Option<&HeaderName>) -> Result<&'h str, AuthError> {
    let value = name.map(|name| value(headers, name)).transpose()?;
    Ok(value.flatten().unwrap_or_default())
}

fn value<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, AuthError> {
    let bytes = single(headers, name)?;
    bytes.map(text::read).transpose().map_err(text_error)
}

/// The only value of a header.
pub(super) fn single<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'h [u8]>, AuthError> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value.map(|value| value.as_bytes())),
        _ => Err(AuthError::new(
            RequestError::RepeatedHeader,
            AuthReason::HeaderRepeated {
                header: name.to_string(),
            },
        )),
    }
}

fn text_error(error: TextError) -> AuthError {
    AuthError::new(RequestError::Text(error), error.into())
}

#[cfg(test)]
mod tests;
