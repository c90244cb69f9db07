//! People known by the headers of a trusted proxy.

use aws_lc_rs::constant_time;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use sha2::{Digest, Sha256};

use super::refusal::Unknown;
use super::text::{self, Flaw};
use super::{HeaderMode, Refusal};
use crate::access::{Person, Source};

const TWICE: Refusal = Refusal {
    status: StatusCode::BAD_REQUEST,
    title: "Not a proper request",
    sentence: "A header that tells who asks stands there more than once.",
};

/// The person that the headers tell of. Whether the sender may be believed is not asked here.
pub(super) fn who(mode: &HeaderMode, headers: &HeaderMap) -> Result<Person, Unknown> {
    check_secret(mode, headers)?;
    let user = value(headers, &mode.user)?.unwrap_or_default();
    if user.contains(',') {
        return Err(flawed(Flaw::Comma));
    }
    let name = text::name(user)
        .map_err(flawed)?
        .ok_or_else(|| Unknown::silent(&mode.user))?;
    let email = optional(headers, mode.email.as_ref())?;
    let told = match &mode.groups {
        Some(header) => value(headers, header)?,
        None => None,
    };
    let groups = told.unwrap_or_default();
    let groups = match mode.groups_delimiter.as_str() {
        "" => text::groups(std::iter::once(groups)),
        delimiter => text::groups(groups.split(delimiter)),
    };
    Ok(Person {
        name,
        email: text::email(email).map_err(flawed)?,
        groups: groups.map_err(flawed)?,
        groups_told: told.is_some(),
        source: Source::Header,
    })
}

/// Compared by their digests, so that neither the time it takes nor the length tells anything.
fn check_secret(mode: &HeaderMode, headers: &HeaderMap) -> Result<(), Unknown> {
    let Some((name, secret)) = &mode.secret else {
        return Ok(());
    };
    let given = single(headers, name)?.ok_or_else(|| {
        Unknown::signed_out(format!(
            "the header {name} with the shared secret is missing"
        ))
    })?;
    let same =
        constant_time::verify_slices_are_equal(&Sha256::digest(given), &Sha256::digest(secret));
    if secret.is_empty() || same.is_err() {
        return Err(Unknown::signed_out(format!(
            "the header {name} does not hold the shared secret"
        )));
    }
    Ok(())
}

fn optional<'h>(headers: &'h HeaderMap, name: Option<&HeaderName>) -> Result<&'h str, Unknown> {
    let value = name.map(|name| value(headers, name)).transpose()?;
    Ok(value.flatten().unwrap_or_default())
}

fn value<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h str>, Unknown> {
    let bytes = single(headers, name)?;
    bytes.map(text::read).transpose().map_err(flawed)
}

/// The only value of a header.
pub(super) fn single<'h>(
    headers: &'h HeaderMap,
    name: &HeaderName,
) -> Result<Option<&'h [u8]>, Unknown> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value.map(|value| value.as_bytes())),
        _ => Err(Unknown {
            refusal: TWICE,
            why: format!("the header {name} stands there more than once"),
            is_silent: false,
        }),
    }
}

fn flawed(flaw: Flaw) -> Unknown {
    Unknown {
        refusal: flaw.refusal(),
        why: flaw.why().to_owned(),
        is_silent: false,
    }
}

#[cfg(test)]
mod tests;
