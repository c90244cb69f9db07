//! The claims of a token: its audience, its expiry, and the person.

use serde_json::Value;

use super::super::AuthReason;
use super::super::text;
use super::{JsonObject, quoted};
use crate::access::{Person, Source};

/// How far clocks may be apart.
const CLOCK_SKEW_SECONDS: f64 = 30.0;

/// The claims about a person.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct ClaimNames<'n> {
    /// The one with their name.
    pub(in super::super) user: &'n str,
    /// The one with their e-mail address.
    pub(in super::super) email: &'n str,
    /// The one with their groups.
    pub(in super::super) groups: &'n str,
}

/// Refuses an object whose member `name` is not the expected string.
pub(in super::super) fn check_text(
    object: &JsonObject,
    name: &str,
    expected: &str,
) -> Result<(), AuthReason> {
    match object.text(name)? {
        Some(text) if text == expected && !expected.is_empty() => Ok(()),
        Some(text) => Err(AuthReason::ClaimMismatch {
            claim: name.into(),
            value: quoted(text),
            expected: quoted(expected),
        }),
        None => Err(AuthReason::ClaimMissing { claim: name.into() }),
    }
}

/// Refuses claims for another audience.
pub(in super::super) fn check_audience(
    claims: &JsonObject,
    audience: &str,
) -> Result<(), AuthReason> {
    if let Some(Value::Array(several)) = claims.get("aud") {
        let all_strings = several.iter().all(Value::is_string);
        let is_ours = several.iter().any(|one| one == audience) && !audience.is_empty();
        return if all_strings && is_ours {
            Ok(())
        } else {
            let expected = quoted(audience);
            Err(AuthReason::AudienceMismatch { expected })
        };
    }
    check_text(claims, "aud", audience)
}

/// Refuses an object that has expired or has no expiry.
pub(in super::super) fn check_expiry(object: &JsonObject, now: u64) -> Result<(), AuthReason> {
    match time(object, "exp")? {
        Some(expiry) if seconds(now) < expiry + CLOCK_SKEW_SECONDS => Ok(()),
        Some(_) => Err(AuthReason::TokenExpired),
        None => Err(AuthReason::ClaimMissing {
            claim: "exp".into(),
        }),
    }
}

/// Refuses claims that have expired or are not valid yet.
pub(in super::super) fn check_times(claims: &JsonObject, now: u64) -> Result<(), AuthReason> {
    check_expiry(claims, now)?;
    for name in ["nbf", "iat"] {
        if time(claims, name)?.is_some_and(|start| start > seconds(now) + CLOCK_SKEW_SECONDS) {
            return Err(AuthReason::ClaimInFuture { claim: name.into() });
        }
    }
    Ok(())
}

fn time(object: &JsonObject, name: &str) -> Result<Option<f64>, AuthReason> {
    match object.get(name) {
        None => Ok(None),
        Some(value) => match value.as_f64() {
            Some(time) if time.is_finite() => Ok(Some(time)),
            _ => Err(AuthReason::ClaimNotTime { claim: name.into() }),
        },
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are exact")]
fn seconds(now: u64) -> f64 {
    now as f64
}

/// The person in signed claims.
pub(in super::super) fn person(
    claims: &JsonObject,
    names: ClaimNames<'_>,
    source: Source,
) -> Result<Person, AuthReason> {
    let is_verified = is_verified(claims);
    if [names.email, "email"].contains(&names.user) && !is_verified {
        return Err(AuthReason::EmailNotVerified);
    }
    let name = text(claims, names.user)?.unwrap_or_default();
    let name = text::name(name)?;
    let email = text(claims, names.email)?.filter(|_| is_verified);
    let email = text::email(email.unwrap_or_default())?;
    let groups = match claims.find(names.groups) {
        None => Ok(Vec::new()),
        Some(Value::String(joined)) => text::groups(joined.split(',')),
        Some(Value::Array(several)) => {
            let several: Option<Vec<&str>> = several.iter().map(Value::as_str).collect();
            let several = several.ok_or_else(|| not_strings(names.groups))?;
            text::groups(several.into_iter())
        }
        Some(_) => return Err(not_strings(names.groups)),
    };
    Ok(Person {
        name: name.ok_or_else(|| AuthReason::ClaimMissing {
            claim: names.user.into(),
        })?,
        email,
        groups: groups?,
        // What is missing from a signed token was not lost on the way.
        groups_known: true,
        source,
    })
}

fn text<'c>(claims: &'c JsonObject, path: &str) -> Result<Option<&'c str>, AuthReason> {
    match claims.find(path) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(AuthReason::ClaimNotString { claim: path.into() }),
    }
}

fn not_strings(claim: &str) -> AuthReason {
    AuthReason::ClaimNotStrings {
        claim: claim.into(),
    }
}

/// Whether the e-mail address counts as verified. Most providers whose addresses are always verified do
/// not say so; some say it in a string.
fn is_verified(claims: &JsonObject) -> bool {
    match claims.get("email_verified") {
        None => true,
        Some(Value::Bool(verified)) => *verified,
        Some(Value::String(verified)) => verified == "true",
        Some(_) => false,
    }
}
