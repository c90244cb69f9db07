//! Why the sender of a request is not known, exactly: for the log and the audit trail.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::text::TextError;

/// Why the sender of a request is not known. It holds no token and no secret. In the audit trail: an object of a
/// `code` and its values; pages word it with `web::texts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant explains its fields")]
pub enum AuthReason {
    /// `peer` is not a trusted proxy.
    UntrustedProxy { peer: String },
    /// `peer` is not this machine.
    NotThisMachine { peer: String },

    /// The header `header` is missing or empty.
    HeaderMissing { header: String },
    /// The header `header` occurs more than once.
    HeaderRepeated { header: String },
    /// The header `header` with the shared secret is missing.
    SecretMissing { header: String },
    /// The header `header` does not hold the shared secret.
    SecretWrong { header: String },

    /// A name, e-mail address or group is not UTF-8.
    TextNotUtf8,
    /// A name, e-mail address or group contains an invisible character.
    TextInvisible,
    /// The name contains a comma.
    NameWithComma,
    /// An e-mail address does not have exactly one @ between two parts.
    EmailMalformed,
    /// A name, e-mail address or group is too long.
    TextTooLong,
    /// There are too many groups.
    TooManyGroups,
    /// A list of groups, each in quotes, is malformed.
    GroupsNotQuoted,

    /// The token is too long.
    TokenTooLong,
    /// The token is not ASCII.
    TokenNotAscii,
    /// The token is not in three parts.
    TokenParts,
    /// The token is in more than three parts.
    TokenTooManyParts,
    /// The token is not in URL-safe Base64.
    TokenNotBase64,
    /// The token's header is not a JSON object with unique names.
    TokenHeaderMalformed,
    /// The token's payload is not a JSON object with unique names.
    TokenPayloadMalformed,
    /// The token has critical extensions.
    TokenCriticalExtensions,
    /// The token's algorithm `algorithm` is not allowed.
    TokenAlgorithm { algorithm: String },
    /// The token has no key id.
    TokenKeyIdMissing,
    /// The token's key id is too long.
    TokenKeyIdTooLong,
    /// The token's key id is not of the form that load balancers use.
    TokenKeyIdForm,
    /// The token's signer `signer` is not in signer_arns.
    TokenSigner { signer: String },
    /// The token's signature is wrong.
    TokenSignature,
    /// The token has expired.
    TokenExpired,
    /// The token's e-mail address is not verified.
    EmailNotVerified,
    /// The token has no `claim`.
    ClaimMissing { claim: String },
    /// The token's `claim` is `value`, not `expected`.
    ClaimMismatch {
        claim: String,
        value: String,
        expected: String,
    },
    /// `expected` is not among the token's aud.
    AudienceMismatch { expected: String },
    /// The token's `claim` is in the future.
    ClaimInFuture { claim: String },
    /// The token's `claim` is not a time.
    ClaimNotTime { claim: String },
    /// The token's `claim` is not a string.
    ClaimNotString { claim: String },
    /// The token's `claim` is not a list of strings.
    ClaimNotStrings { claim: String },

    /// No key of the issuer fits the token.
    NoKeyFits,
    /// The token has no key id, and several keys of the issuer fit it.
    KeyAmbiguous,
    /// It is not a public key in PEM.
    KeyNotPem,
    /// It is not a key on the curve P-256.
    KeyNotP256,
    /// The key set is not a JSON object with unique names.
    KeySetMalformed,
    /// The key set has no list of keys.
    KeySetWithoutKeys,
    /// The key set has no key that signatures can be checked with.
    KeySetUnusable,
    /// Too many unknown keys are requested.
    TooManyUnknownKeys,
    /// The URL of the keys is malformed.
    KeyUrlMalformed,
    /// The key server does not respond.
    KeyServerTimeout,
    /// The key server cannot be reached: `error`.
    KeyServerUnreachable { error: String },
    /// The key server responds with `status`.
    KeyServerStatus { status: String },
    /// The key server's response is cut off or too large.
    KeyServerResponse,
    /// This machine has no trusted root certificates.
    NoRootCertificates,
    /// The key file cannot be read.
    KeyFileUnreadable,
    /// The key file is too large.
    KeyFileTooLarge,
}

/// The code and its values, for the log: `claim_missing: claim exp`.
impl fmt::Display for AuthReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = serde_json::to_value(self).map_err(|_| fmt::Error)?;
        f.write_str(value["code"].as_str().unwrap_or_default())?;
        let values = value.as_object().into_iter().flatten();
        let values = values.filter(|(name, _)| *name != "code");
        for (place, (name, value)) in values.enumerate() {
            let separator = if place == 0 { ": " } else { ", " };
            write!(
                f,
                "{separator}{name} {}",
                value.as_str().unwrap_or_default()
            )?;
        }
        Ok(())
    }
}

impl From<TextError> for AuthReason {
    fn from(error: TextError) -> Self {
        match error {
            TextError::NotUtf8 => Self::TextNotUtf8,
            TextError::Invisible => Self::TextInvisible,
            TextError::Comma => Self::NameWithComma,
            TextError::NotAnEmail => Self::EmailMalformed,
            TextError::TooLong => Self::TextTooLong,
            TextError::TooManyGroups => Self::TooManyGroups,
            TextError::Unquoted => Self::GroupsNotQuoted,
        }
    }
}

#[cfg(test)]
impl AuthReason {
    /// One of each, with the same text for every value.
    pub fn one_of_each() -> Vec<Self> {
        let value = || "a value".to_owned();
        vec![
            Self::UntrustedProxy { peer: value() },
            Self::NotThisMachine { peer: value() },
            Self::HeaderMissing { header: value() },
            Self::HeaderRepeated { header: value() },
            Self::SecretMissing { header: value() },
            Self::SecretWrong { header: value() },
            Self::TextNotUtf8,
            Self::TextInvisible,
            Self::NameWithComma,
            Self::EmailMalformed,
            Self::TextTooLong,
            Self::TooManyGroups,
            Self::GroupsNotQuoted,
            Self::TokenTooLong,
            Self::TokenNotAscii,
            Self::TokenParts,
            Self::TokenTooManyParts,
            Self::TokenNotBase64,
            Self::TokenHeaderMalformed,
            Self::TokenPayloadMalformed,
            Self::TokenCriticalExtensions,
            Self::TokenAlgorithm { algorithm: value() },
            Self::TokenKeyIdMissing,
            Self::TokenKeyIdTooLong,
            Self::TokenKeyIdForm,
            Self::TokenSigner { signer: value() },
            Self::TokenSignature,
            Self::TokenExpired,
            Self::EmailNotVerified,
            Self::ClaimMissing { claim: value() },
            Self::ClaimMismatch {
                claim: value(),
                value: value(),
                expected: value(),
            },
            Self::AudienceMismatch { expected: value() },
            Self::ClaimInFuture { claim: value() },
            Self::ClaimNotTime { claim: value() },
            Self::ClaimNotString { claim: value() },
            Self::ClaimNotStrings { claim: value() },
            Self::NoKeyFits,
            Self::KeyAmbiguous,
            Self::KeyNotPem,
            Self::KeyNotP256,
            Self::KeySetMalformed,
            Self::KeySetWithoutKeys,
            Self::KeySetUnusable,
            Self::TooManyUnknownKeys,
            Self::KeyUrlMalformed,
            Self::KeyServerTimeout,
            Self::KeyServerUnreachable { error: value() },
            Self::KeyServerStatus { status: value() },
            Self::KeyServerResponse,
            Self::NoRootCertificates,
            Self::KeyFileUnreadable,
            Self::KeyFileTooLarge,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_reason_is_a_code_with_its_values() {
        let reason = AuthReason::ClaimMissing {
            claim: "exp".into(),
        };
        let value = json!({"code": "claim_missing", "claim": "exp"});
        assert_eq!(serde_json::to_value(&reason).unwrap(), value);
        assert_eq!(serde_json::from_value::<AuthReason>(value).unwrap(), reason);
        assert_eq!(reason.to_string(), "claim_missing: claim exp");
        assert_eq!(AuthReason::TextNotUtf8.to_string(), "text_not_utf8");
    }

    #[test]
    fn every_reason_is_a_code_that_is_documented() {
        let reasons = AuthReason::one_of_each();
        let source = include_str!("auth_reason.rs");
        let (_, variants) = source.split_once("pub enum AuthReason {").unwrap();
        let (variants, _) = variants.split_once("\n}\n").unwrap();
        assert_eq!(reasons.len(), variants.matches("\n    ///").count());
        let documentation = include_str!("../../docs/audit.md");
        for reason in reasons {
            let value = serde_json::to_value(&reason).unwrap();
            let code = value["code"].as_str().unwrap();
            assert!(
                code.chars()
                    .all(|c| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit()),
                "{code}"
            );
            assert!(documentation.contains(&format!("`{code}`")), "{code}");
        }
    }
}
