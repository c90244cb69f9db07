//! Public keys, and the signatures they verify.

use aws_lc_rs::signature as lc;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

use super::super::Algorithm;
use super::super::AuthReason;
use super::JsonObject;

/// The keys that are read of one set; further ones are ignored.
const MAX_KEYS_PER_SET: usize = 64;

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Key {
    kid: Option<String>,
    /// The only algorithm it is for, if it names one.
    algorithm: Option<Algorithm>,
    material: Material,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Material {
    /// A point on the curve, or the key in DER, which names its curve.
    Ec(Curve, Vec<u8>),
    Rsa {
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    Ed25519(Vec<u8>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Curve {
    P256,
    P384,
    P521,
}

impl Key {
    /// Reads an EC key on P-256 in PEM, the form in which load balancers' keys are served.
    pub(in super::super) fn from_pem(pem: &[u8]) -> Result<Self, AuthReason> {
        let pem = std::str::from_utf8(pem).map_err(|_| AuthReason::KeyNotPem)?;
        let body = pem
            .trim()
            .strip_prefix("-----BEGIN PUBLIC KEY-----")
            .and_then(|pem| pem.strip_suffix("-----END PUBLIC KEY-----"))
            .ok_or(AuthReason::KeyNotPem)?;
        let der = STANDARD
            .decode(body.split_ascii_whitespace().collect::<String>())
            .map_err(|_| AuthReason::KeyNotPem)?;
        lc::ParsedPublicKey::new(&lc::ECDSA_P256_SHA256_FIXED, &der)
            .map_err(|_| AuthReason::KeyNotP256)?;
        Ok(Self {
            kid: None,
            algorithm: Some(Algorithm::Es256),
            material: Material::Ec(Curve::P256, der),
        })
    }

    /// Reads a key of a set; `None` if it cannot be used here: it is for encryption, of an unknown type, a
    /// secret, or malformed.
    fn from_jwk(jwk: &Value) -> Option<Self> {
        let text = |name: &str| match jwk.get(name) {
            None | Some(Value::Null) => Some(None),
            Some(Value::String(text)) => Some(Some(text.as_str())),
            Some(_) => None,
        };
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)??).ok();
        if text("use")?.is_some_and(|purpose| purpose != "sig") || !may_verify(jwk) {
            return None;
        }
        let material = match text("kty")?? {
            "EC" => {
                let curve = Curve::from_name(text("crv")??)?;
                let (x, y) = (bytes("x")?, bytes("y")?);
                let complete = x.len() == curve.bytes() && y.len() == curve.bytes();
                let point = [&[4], &*x, &*y].concat();
                Material::Ec(curve, complete.then_some(point)?)
            }
            "RSA" => Material::Rsa {
                modulus: strip_leading_zeros(bytes("n")?),
                exponent: strip_leading_zeros(bytes("e")?),
            },
            "OKP" if text("crv")?? == "Ed25519" => Material::Ed25519(bytes("x")?),
            _ => return None,
        };
        let algorithm = text("alg")?.map(str::parse).transpose().ok()?;
        let key = Self {
            kid: text("kid")?.map(str::to_owned),
            algorithm,
            material,
        };
        let is_usable = Algorithm::ALL.iter().any(|algorithm| key.fits(*algorithm));
        is_usable.then_some(key)
    }

    /// Whether it has this id.
    pub(in super::super) fn has_kid(&self, kid: &str) -> bool {
        self.kid.as_deref() == Some(kid)
    }

    /// Whether it can be used with this algorithm: by its type, its curve, and the algorithm it names.
    pub(in super::super) fn fits(&self, algorithm: Algorithm) -> bool {
        use Algorithm as A;
        let by_type = match self.material {
            Material::Ec(Curve::P256, _) => algorithm == A::Es256,
            Material::Ec(Curve::P384, _) => algorithm == A::Es384,
            Material::Ec(Curve::P521, _) => algorithm == A::Es512,
            Material::Ed25519(_) => algorithm == A::EdDsa,
            Material::Rsa { .. } => matches!(
                algorithm,
                A::Rs256 | A::Rs384 | A::Rs512 | A::Ps256 | A::Ps384 | A::Ps512
            ),
        };
        by_type && self.algorithm.is_none_or(|own| own == algorithm)
    }

    /// Whether `signature` is its signature of `message` with this algorithm.
    pub(in super::super) fn verifies(
        &self,
        algorithm: Algorithm,
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        if !self.fits(algorithm) {
            return false;
        }
        let verified = match &self.material {
            Material::Ec(curve, point) => {
                lc::UnparsedPublicKey::new(curve.verification(), point).verify(message, signature)
            }
            Material::Ed25519(key) => {
                lc::UnparsedPublicKey::new(&lc::ED25519, key).verify(message, signature)
            }
            Material::Rsa { modulus, exponent } => {
                let key = lc::RsaPublicKeyComponents {
                    n: modulus,
                    e: exponent,
                };
                let Some(parameters) = rsa_parameters(algorithm) else {
                    return false;
                };
                key.verify(parameters, message, signature)
            }
        };
        verified.is_ok()
    }
}

impl Curve {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "P-256" => Some(Self::P256),
            "P-384" => Some(Self::P384),
            "P-521" => Some(Self::P521),
            _ => None,
        }
    }

    /// The length of a coordinate, in bytes.
    fn bytes(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// The one algorithm for this curve. Signatures are two numbers, not ASN.1.
    fn verification(self) -> &'static lc::EcdsaVerificationAlgorithm {
        match self {
            Self::P256 => &lc::ECDSA_P256_SHA256_FIXED,
            Self::P384 => &lc::ECDSA_P384_SHA384_FIXED,
            Self::P521 => &lc::ECDSA_P521_SHA512_FIXED,
        }
    }
}

/// Keys of less than 2048 bits verify nothing.
fn rsa_parameters(algorithm: Algorithm) -> Option<&'static lc::RsaParameters> {
    match algorithm {
        Algorithm::Rs256 => Some(&lc::RSA_PKCS1_2048_8192_SHA256),
        Algorithm::Rs384 => Some(&lc::RSA_PKCS1_2048_8192_SHA384),
        Algorithm::Rs512 => Some(&lc::RSA_PKCS1_2048_8192_SHA512),
        Algorithm::Ps256 => Some(&lc::RSA_PSS_2048_8192_SHA256),
        Algorithm::Ps384 => Some(&lc::RSA_PSS_2048_8192_SHA384),
        Algorithm::Ps512 => Some(&lc::RSA_PSS_2048_8192_SHA512),
        Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 | Algorithm::EdDsa => None,
    }
}

fn may_verify(jwk: &Value) -> bool {
    match jwk.get("key_ops") {
        None | Some(Value::Null) => true,
        Some(Value::Array(operations)) => operations.iter().any(|operation| operation == "verify"),
        Some(_) => false,
    }
}

fn strip_leading_zeros(mut number: Vec<u8>) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.drain(..zeros);
    number
}

/// The usable keys of a JSON Web Key Set.
pub(in super::super) fn key_set(json: &[u8]) -> Result<Vec<Key>, AuthReason> {
    let set = JsonObject::parse(json).ok_or(AuthReason::KeySetMalformed)?;
    let Some(Value::Array(keys)) = set.get("keys") else {
        return Err(AuthReason::KeySetWithoutKeys);
    };
    let keys: Vec<Key> = keys
        .iter()
        .take(MAX_KEYS_PER_SET)
        .filter_map(Key::from_jwk)
        .collect();
    if keys.is_empty() {
        return Err(AuthReason::KeySetUnusable);
    }
    Ok(keys)
}
