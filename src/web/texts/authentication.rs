//! Why the sender of a request was not known, for the audit trail's readers.

use crate::identity::AuthReason;

/// Why the sender of a request was not known, in one sentence.
pub fn auth_reason(reason: &AuthReason) -> String {
    use AuthReason as R;
    match reason {
        R::UntrustedProxy { peer } => format!("{peer} is not a trusted proxy."),
        R::NotThisMachine { peer } => format!("{peer} is not this machine."),
        R::HeaderMissing { header } => format!("The header {header} is missing or empty."),
        R::HeaderRepeated { header } => format!("The header {header} occurs more than once."),
        R::SecretMissing { header } => {
            format!("The header {header} with the shared secret is missing.")
        }
        R::SecretWrong { header } => {
            format!("The header {header} does not contain the shared secret.")
        }
        R::TokenAlgorithm { algorithm } => {
            format!("The token's algorithm {algorithm} is not allowed.")
        }
        R::TokenSigner { signer } => {
            format!("The token's signer {signer} is not in identity.alb.signer_arns.")
        }
        R::ClaimMissing { claim } => format!("The token has no claim {claim}."),
        R::ClaimMismatch {
            claim,
            value,
            expected,
        } => format!("The token's {claim} is {value}, not {expected}."),
        R::AudienceMismatch { expected } => {
            format!("The token's aud does not contain {expected}.")
        }
        R::ClaimInFuture { claim } => format!("The token's {claim} is in the future."),
        R::ClaimNotTime { claim } => format!("The token's {claim} is not a time."),
        R::ClaimNotString { claim } => format!("The token's {claim} is not a string."),
        R::ClaimNotStrings { claim } => {
            format!("The token's {claim} is not a list of strings.")
        }
        R::KeyServerUnreachable { error } => {
            format!("The key server cannot be reached: {error}.")
        }
        R::KeyServerStatus { status } => format!("The key server responded with {status}."),
        without_values => fixed(without_values).to_owned(),
    }
}

/// A reason that has no values.
fn fixed(reason: &AuthReason) -> &'static str {
    use AuthReason as R;
    match reason {
        R::TextNotUtf8 => "A name, e-mail address or group is not UTF-8.",
        R::TextInvisible => "A name, e-mail address or group contains an invisible character.",
        R::NameWithComma => "The name contains a comma.",
        R::EmailMalformed => "An e-mail address does not have exactly one @ between two parts.",
        R::TextTooLong => "A name, e-mail address or group is too long.",
        R::TooManyGroups => "There are too many groups.",
        R::GroupsNotQuoted => "The groups are not a list of names in double quotes.",
        R::TokenTooLong => "The token is too long.",
        R::TokenNotAscii => "The token is not ASCII.",
        R::TokenParts => "The token does not have three parts.",
        R::TokenTooManyParts => "The token has more than three parts.",
        R::TokenNotBase64 => "The token is not URL-safe Base64.",
        R::TokenHeaderMalformed => "The token's header is not a JSON object with unique names.",
        R::TokenPayloadMalformed => "The token's payload is not a JSON object with unique names.",
        R::TokenCriticalExtensions => "The token has critical extensions.",
        R::TokenKeyIdMissing => "The token has no key ID.",
        R::TokenKeyIdTooLong => "The token's key ID is too long.",
        R::TokenKeyIdForm => "The token's key ID does not have the form that load balancers use.",
        R::TokenSignature => "The token's signature is wrong.",
        R::TokenExpired => "The token has expired.",
        R::EmailNotVerified => "The token's e-mail address is not verified.",
        R::NoKeyFits => "None of the issuer's keys matches the token.",
        R::KeyAmbiguous => "The token has no key ID, and several of the issuer's keys match it.",
        R::KeyNotPem => "The key is not a public key in PEM format.",
        R::KeyNotP256 => "The key is not on the curve P-256.",
        R::KeySetMalformed => "The key set is not a JSON object with unique names.",
        R::KeySetWithoutKeys => "The key set has no list of keys.",
        R::KeySetUnusable => "The key set has no key for checking signatures.",
        R::TooManyUnknownKeys => "Too many unknown keys were requested.",
        R::KeyUrlMalformed => "The URL of the keys is malformed.",
        R::KeyServerTimeout => "The key server did not respond.",
        R::KeyServerResponse => "The key server's response was cut off or too large.",
        R::NoRootCertificates => "This machine has no trusted root certificates.",
        R::KeyFileUnreadable => "The key file cannot be read.",
        R::KeyFileTooLarge => "The key file is too large.",
        // Worded by `auth_reason`.
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_a_sentence() {
        for reason in AuthReason::one_of_each() {
            let sentence = auth_reason(&reason);
            assert!(
                sentence.contains(' ') && sentence.ends_with('.'),
                "{reason:?}: {sentence:?}"
            );
        }
    }
}
