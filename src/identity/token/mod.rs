//! Signed tokens: a JSON Web Signature in its compact form.
//!
//! Only the part of the standard that is needed: public keys, the algorithms in the settings, no critical
//! extensions, no keys or URLs from the token itself. The claims can be read only with a key that verifies
//! the signature.

mod claims;
mod json_object;
mod key;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

pub(super) use claims::{
    ClaimNames, check_audience, check_expiry, check_text, check_times, person,
};
pub(super) use json_object::JsonObject;
pub(super) use key::{Key, key_set};

use super::{Algorithm, AuthReason};

/// The longest token.
const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// The longest key id.
const MAX_KID_BYTES: usize = 256;

/// URL-safe Base64, padded or not.
const URL_SAFE_ANY_PAD: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How the parts of a token are encoded.
#[derive(Debug, Clone, Copy)]
pub(super) enum TokenEncoding {
    /// The standard's: without padding.
    Unpadded,
    /// That of AWS load balancers: with padding, which the signature covers.
    Padded,
}

impl TokenEncoding {
    fn decode(self, part: &str) -> Result<Vec<u8>, AuthReason> {
        let decoded = match self {
            Self::Unpadded => URL_SAFE_NO_PAD.decode(part),
            Self::Padded => URL_SAFE_ANY_PAD.decode(part),
        };
        decoded.map_err(|_| AuthReason::TokenNotBase64)
    }
}

/// A token whose signature has not been checked: only its header can be read.
#[derive(Debug)]
pub(super) struct Token<'t> {
    encoding: TokenEncoding,
    /// Its header, which nothing vouches for yet.
    pub(super) header: JsonObject,
    payload: &'t str,
    signed: &'t str,
    signature: Vec<u8>,
}

impl<'t> Token<'t> {
    /// Splits a token into its parts and decodes its header.
    pub(super) fn parse(text: &'t [u8], encoding: TokenEncoding) -> Result<Self, AuthReason> {
        if text.len() > MAX_TOKEN_BYTES {
            return Err(AuthReason::TokenTooLong);
        }
        let text = std::str::from_utf8(text).map_err(|_| AuthReason::TokenNotAscii)?;
        let (signed, signature) = text.rsplit_once('.').ok_or(AuthReason::TokenParts)?;
        let (header, payload) = signed.split_once('.').ok_or(AuthReason::TokenParts)?;
        if payload.contains('.') {
            return Err(AuthReason::TokenTooManyParts);
        }
        let header =
            JsonObject::parse(&encoding.decode(header)?).ok_or(AuthReason::TokenHeaderMalformed)?;
        if header.get("crit").is_some() {
            return Err(AuthReason::TokenCriticalExtensions);
        }
        Ok(Self {
            encoding,
            header,
            payload,
            signed,
            signature: encoding.decode(signature)?,
        })
    }

    /// The algorithm it names, if that is among `allowed`.
    pub(super) fn algorithm(&self, allowed: &[Algorithm]) -> Result<Algorithm, AuthReason> {
        let name = self.header.text("alg")?.unwrap_or_default();
        let algorithm = name.parse().ok();
        algorithm
            .filter(|algorithm| allowed.contains(algorithm))
            .ok_or_else(|| AuthReason::TokenAlgorithm {
                algorithm: quoted(name),
            })
    }

    /// The id of the key it names.
    pub(super) fn kid(&self) -> Result<Option<&str>, AuthReason> {
        let kid = self.header.text("kid")?;
        match kid {
            Some(kid) if kid.len() > MAX_KID_BYTES => Err(AuthReason::TokenKeyIdTooLong),
            kid => Ok(kid),
        }
    }

    /// Its claims, if one of `keys` verifies its signature.
    pub(super) fn claims<'k>(
        &self,
        mut keys: impl Iterator<Item = &'k Key>,
        algorithm: Algorithm,
    ) -> Result<JsonObject, AuthReason> {
        let signed = self.signed.as_bytes();
        if !keys.any(|key| key.verifies(algorithm, signed, &self.signature)) {
            return Err(AuthReason::TokenSignature);
        }
        JsonObject::parse(&self.encoding.decode(self.payload)?)
            .ok_or(AuthReason::TokenPayloadMalformed)
    }
}

/// Text from a request, quoted and cut for the log.
pub(super) fn quoted(text: &str) -> String {
    let cut: String = text.chars().take(100).collect();
    let more = if cut.len() < text.len() { "…" } else { "" };
    format!("{cut:?}{more}")
}
