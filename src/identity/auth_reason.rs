//! Why the sender of a request is not known, exactly: for the log and the audit trail.

use serde::{Deserialize, Serialize};

use super::text::TextError;

/// Why the sender of a request is not known, worded for the log. It holds no token and no secret. In the audit
/// trail: an object of a `code` and its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the messages describe the variants")]
pub enum AuthReason {
    #[error("{peer} is not a trusted proxy")]
    UntrustedProxy { peer: String },
    #[error("{peer} is not this machine")]
    NotThisMachine { peer: String },

    #[error("the header {header} is missing or empty")]
    HeaderMissing { header: String },
    #[error("the header {header} occurs more than once")]
    HeaderRepeated { header: String },
    #[error("the header {header} with the shared secret is missing")]
    SecretMissing { header: String },
    #[error("the header {header} does not hold the shared secret")]
    SecretWrong { header: String },

    #[error("a name, e-mail address or group is not UTF-8")]
    TextNotUtf8,
    #[error("a name, e-mail address or group contains an invisible character")]
    TextInvisible,
    #[error("the name contains a comma")]
    NameWithComma,
    #[error("an e-mail address does not have exactly one @ between two parts")]
    EmailMalformed,
    #[error("a name, e-mail address or group is too long")]
    TextTooLong,
    #[error("there are too many groups")]
    TooManyGroups,

    #[error("the token is too long")]
    TokenTooLong,
    #[error("the token is not ASCII")]
    TokenNotAscii,
    #[error("the token is not in three parts")]
    TokenParts,
    #[error("the token is in more than three parts")]
    TokenTooManyParts,
    #[error("the token is not in URL-safe Base64")]
    TokenNotBase64,
    #[error("the token's header is not a JSON object with unique names")]
    TokenHeaderMalformed,
    #[error("the token's payload is not a JSON object with unique names")]
    TokenPayloadMalformed,
    #[error("the token has critical extensions")]
    TokenCriticalExtensions,
    #[error("the token's algorithm {algorithm} is not allowed")]
    TokenAlgorithm { algorithm: String },
    #[error("the token has no key id")]
    TokenKeyIdMissing,
    #[error("the token's key id is too long")]
    TokenKeyIdTooLong,
    #[error("the token's key id is not of the form that load balancers use")]
    TokenKeyIdForm,
    #[error("the token's signer {signer} is not in signer_arns")]
    TokenSigner { signer: String },
    #[error("the token's signature is wrong")]
    TokenSignature,
    #[error("the token has expired")]
    TokenExpired,
    #[error("the token's e-mail address is not verified")]
    EmailNotVerified,
    #[error("the token has no {claim}")]
    ClaimMissing { claim: String },
    #[error("the token's {claim} is {value}, not {expected}")]
    ClaimMismatch {
        claim: String,
        value: String,
        expected: String,
    },
    #[error("{expected} is not among the token's aud")]
    AudienceMismatch { expected: String },
    #[error("the token's {claim} is in the future")]
    ClaimInFuture { claim: String },
    #[error("the token's {claim} is not a time")]
    ClaimNotTime { claim: String },
    #[error("the token's {claim} is not a string")]
    ClaimNotString { claim: String },
    #[error("the token's {claim} is not a list of strings")]
    ClaimNotStrings { claim: String },

    #[error("no key of the issuer fits the token")]
    NoKeyFits,
    #[error("the token has no key id, and several keys of the issuer fit it")]
    KeyAmbiguous,
    #[error("it is not a public key in PEM")]
    KeyNotPem,
    #[error("it is not a key on the curve P-256")]
    KeyNotP256,
    #[error("the key set is not a JSON object with unique names")]
    KeySetMalformed,
    #[error("the key set has no list of keys")]
    KeySetWithoutKeys,
    #[error("the key set has no key that signatures can be checked with")]
    KeySetUnusable,
    #[error("too many unknown keys are requested")]
    TooManyUnknownKeys,
    #[error("the URL of the keys is malformed")]
    KeyUrlMalformed,
    #[error("the key server does not respond")]
    KeyServerTimeout,
    #[error("the key server cannot be reached: {error}")]
    KeyServerUnreachable { error: String },
    #[error("the key server responds with {status}")]
    KeyServerStatus { status: String },
    #[error("the key server's response is cut off or too large")]
    KeyServerResponse,
    #[error("this machine has no trusted root certificates")]
    NoRootCertificates,
    #[error("the key file cannot be read")]
    KeyFileUnreadable,
    #[error("the key file is too large")]
    KeyFileTooLarge,
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
        assert_eq!(reason.to_string(), "the token has no exp");
    }

    #[test]
    fn every_reason_is_a_code_that_is_documented() {
        let reasons = AuthReason::one_of_each();
        let variants = include_str!("auth_reason.rs").matches("\n    #[error(\"");
        assert_eq!(reasons.len(), variants.count());
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
