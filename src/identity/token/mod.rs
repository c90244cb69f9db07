//! Signed tokens: a JSON Web Signature in its compact form.
//!
//! Little of the standard is needed here, so little is there: public keys only, the algorithms the
//! settings name, no critical extensions, no keys or addresses out of the token itself. What a token
//! claims can be read only through a key that has signed it.

mod claims;
mod key;
mod object;

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

pub(super) use claims::{ClaimNames, check_audience, check_end, check_text, check_times, person};
pub(super) use key::{Key, key_set};
pub(super) use object::Object;

use super::Algorithm;

/// Why something is not good, for the log and the audit trail.
pub(super) type Why = Cow<'static, str>;

/// The longest token, in bytes.
pub(super) const LONGEST: usize = 16 * 1024;

/// The longest name of a key, in bytes.
const LONGEST_KID: usize = 256;

/// Base64 with padding or without it.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How the parts of a token are written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    /// As the standard has it: without padding.
    Standard,
    /// As load balancers of AWS have it: padded, and signed with the padding.
    Padded,
}

impl Form {
    fn decode(self, part: &str) -> Result<Vec<u8>, Why> {
        let decoded = match self {
            Self::Standard => URL_SAFE_NO_PAD.decode(part),
            Self::Padded => LENIENT.decode(part),
        };
        decoded.map_err(|_| "the token is not Base64 (URL)".into())
    }
}

/// A token whose signature has not been checked: only its header can be read.
#[derive(Debug)]
pub(super) struct Token<'t> {
    form: Form,
    /// What it says of itself.
    pub(super) header: Object,
    payload: &'t str,
    signed: &'t str,
    signature: Vec<u8>,
}

impl<'t> Token<'t> {
    /// Takes a token apart.
    pub(super) fn parse(text: &'t [u8], form: Form) -> Result<Self, Why> {
        if text.len() > LONGEST {
            return Err("the token is too long".into());
        }
        let text = std::str::from_utf8(text).map_err(|_| "the token is not ASCII")?;
        let (signed, signature) = text.rsplit_once('.').ok_or("the token has no parts")?;
        let (header, payload) = signed.split_once('.').ok_or("the token has two parts")?;
        if payload.contains('.') {
            return Err("the token has more than three parts".into());
        }
        let header = Object::parse(&form.decode(header)?)
            .map_err(|wrong| format!("the token's header {wrong}"))?;
        if header.get("crit").is_some() {
            return Err("the token has critical extensions".into());
        }
        Ok(Self {
            form,
            header,
            payload,
            signed,
            signature: form.decode(signature)?,
        })
    }

    /// What it says it is signed with, where that is among `allowed`.
    pub(super) fn algorithm(&self, allowed: &[Algorithm]) -> Result<Algorithm, Why> {
        let name = self.header.text("alg")?.unwrap_or_default();
        let algorithm = name.parse().ok();
        algorithm
            .filter(|algorithm| allowed.contains(algorithm))
            .ok_or_else(|| format!("the token's algorithm {} is not allowed", shown(name)).into())
    }

    /// The name of the key it says it is signed with.
    pub(super) fn kid(&self) -> Result<Option<&str>, Why> {
        let kid = self.header.text("kid")?;
        match kid {
            Some(kid) if kid.len() > LONGEST_KID => Err("the key's name is too long".into()),
            kid => Ok(kid),
        }
    }

    /// What it claims, if one of `keys` has signed it.
    pub(super) fn claims<'k>(
        &self,
        mut keys: impl Iterator<Item = &'k Key>,
        algorithm: Algorithm,
    ) -> Result<Object, Why> {
        let signed = self.signed.as_bytes();
        if !keys.any(|key| key.has_signed(algorithm, signed, &self.signature)) {
            return Err("the token's signature is wrong".into());
        }
        Object::parse(&self.form.decode(self.payload)?)
            .map_err(|wrong| format!("the token's content {wrong}").into())
    }
}

/// A text of others, quoted and cut for the log.
pub(super) fn shown(text: &str) -> String {
    let cut: String = text.chars().take(100).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("{cut:?}{more}")
}
