//! What a token claims: for whom it is, until when, and who it is about.

use serde_json::Value;

use super::super::text::{self, Flaw};
use super::{Object, Why, shown};
use crate::access::{Person, Source};

/// How far clocks may be apart, in seconds.
const LEEWAY: f64 = 30.0;

/// The claims that tell of a person.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct ClaimNames<'n> {
    /// Their name.
    pub(in super::super) user: &'n str,
    /// Their e-mail address.
    pub(in super::super) email: &'n str,
    /// Their groups.
    pub(in super::super) groups: &'n str,
}

/// Refuses an object whose `name` is not the text that is expected.
pub(in super::super) fn check_text(object: &Object, name: &str, expected: &str) -> Result<(), Why> {
    match object.text(name)? {
        Some(text) if text == expected && !expected.is_empty() => Ok(()),
        Some(text) => Err(format!(
            "the token's {name} is {}, not {}",
            shown(text),
            shown(expected)
        )
        .into()),
        None => Err(format!("the token has no {name}").into()),
    }
}

/// Refuses claims that are not meant for `audience`.
pub(in super::super) fn check_audience(claims: &Object, audience: &str) -> Result<(), Why> {
    if let Some(Value::Array(several)) = claims.get("aud") {
        let all_texts = several.iter().all(Value::is_string);
        let is_ours = several.iter().any(|one| one == audience) && !audience.is_empty();
        return if all_texts && is_ours {
            Ok(())
        } else {
            let expected = shown(audience);
            Err(format!("{expected} is not among the token's aud").into())
        };
    }
    check_text(claims, "aud", audience)
}

/// Refuses an object whose time is over, or that has no end.
pub(in super::super) fn check_end(object: &Object, now: u64) -> Result<(), Why> {
    match time(object, "exp")? {
        Some(end) if seconds(now) < end + LEEWAY => Ok(()),
        Some(_) => Err("the token has expired".into()),
        None => Err("the token has no exp".into()),
    }
}

/// Refuses claims whose time is over or has not come.
pub(in super::super) fn check_times(claims: &Object, now: u64) -> Result<(), Why> {
    check_end(claims, now)?;
    for name in ["nbf", "iat"] {
        if time(claims, name)?.is_some_and(|start| start > seconds(now) + LEEWAY) {
            return Err(format!("the token's {name} is in the future").into());
        }
    }
    Ok(())
}

fn time(object: &Object, name: &str) -> Result<Option<f64>, Why> {
    match object.get(name) {
        None => Ok(None),
        Some(value) => match value.as_f64() {
            Some(time) if time.is_finite() => Ok(Some(time)),
            _ => Err(format!("the token's {name} is no time").into()),
        },
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are exact")]
fn seconds(now: u64) -> f64 {
    now as f64
}

/// The person that signed claims tell of.
pub(in super::super) fn person(
    claims: &Object,
    names: ClaimNames<'_>,
    source: Source,
) -> Result<Person, Why> {
    let flawed = |flaw: Flaw| Why::from(flaw.why());
    let is_verified = is_verified(claims);
    if [names.email, "email"].contains(&names.user) && !is_verified {
        return Err("the token's e-mail address is not verified".into());
    }
    let name = text(claims, names.user)?.unwrap_or_default();
    let name = text::name(name).map_err(flawed)?;
    let email = text(claims, names.email)?.filter(|_| is_verified);
    let email = text::email(email.unwrap_or_default()).map_err(flawed)?;
    let groups = match claims.find(names.groups) {
        None => Ok(Vec::new()),
        Some(Value::String(joined)) => text::groups(joined.split(',')),
        Some(Value::Array(several)) => {
            let several: Option<Vec<&str>> = several.iter().map(Value::as_str).collect();
            let several =
                several.ok_or_else(|| format!("the token's {} are no texts", names.groups))?;
            text::groups(several.into_iter())
        }
        Some(_) => return Err(format!("the token's {} are no list of texts", names.groups).into()),
    };
    Ok(Person {
        name: name.ok_or_else(|| format!("the token has no {}", names.user))?,
        email,
        groups: groups.map_err(flawed)?,
        // What is not in a signed token was not lost on the way.
        groups_told: true,
        source,
    })
}

fn text<'c>(claims: &'c Object, path: &str) -> Result<Option<&'c str>, Why> {
    match claims.find(path) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(format!("the token's {path} is no text").into()),
    }
}

/// Whether the provider does not say that the e-mail address may be anyone's. Most say nothing
/// where their addresses are always their people's own; some say it in a text.
fn is_verified(claims: &Object) -> bool {
    match claims.get("email_verified") {
        None => true,
        Some(Value::Bool(verified)) => *verified,
        Some(Value::String(verified)) => verified == "true",
        Some(_) => false,
    }
}
