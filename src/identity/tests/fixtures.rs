//! Keys, tokens and a key server for tests.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, SystemTime};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{self as lc, KeyPair as _};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::super::Algorithm;

/// A key that signs.
#[derive(Clone)]
pub(in super::super) struct SigningKey {
    pub(in super::super) algorithm: Algorithm,
    pub(in super::super) kid: String,
    pair: Arc<KeyPair>,
}

enum KeyPair {
    Ec(lc::EcdsaKeyPair),
    Rsa(&'static lc::RsaKeyPair),
    Ed(lc::Ed25519KeyPair),
}

/// Shared, because generating one takes long.
static RSA: LazyLock<lc::RsaKeyPair> =
    LazyLock::new(|| lc::RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).expect("a key"));

impl SigningKey {
    pub(in super::super) fn new(algorithm: Algorithm, kid: &str) -> Self {
        let ec = |curve| KeyPair::Ec(lc::EcdsaKeyPair::generate(curve).expect("a key"));
        let pair = match algorithm {
            Algorithm::Es256 => ec(&lc::ECDSA_P256_SHA256_FIXED_SIGNING),
            Algorithm::Es384 => ec(&lc::ECDSA_P384_SHA384_FIXED_SIGNING),
            Algorithm::Es512 => ec(&lc::ECDSA_P521_SHA512_FIXED_SIGNING),
            Algorithm::EdDsa => KeyPair::Ed(lc::Ed25519KeyPair::generate().expect("a key")),
            _ => KeyPair::Rsa(&RSA),
        };
        Self {
            algorithm,
            kid: kid.to_owned(),
            pair: Arc::new(pair),
        }
    }

    pub(in super::super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        let rsa = |key: &lc::RsaKeyPair, padding: &'static dyn lc::RsaEncoding| {
            let mut signature = vec![0; key.public_modulus_len()];
            key.sign(padding, &random, message, &mut signature)
                .expect("a signature");
            signature
        };
        match (&*self.pair, self.algorithm) {
            (KeyPair::Ec(key), _) => key.sign(&random, message).expect("one").as_ref().to_vec(),
            (KeyPair::Ed(key), _) => key.sign(message).as_ref().to_vec(),
            (KeyPair::Rsa(key), Algorithm::Rs384) => rsa(key, &lc::RSA_PKCS1_SHA384),
            (KeyPair::Rsa(key), Algorithm::Rs512) => rsa(key, &lc::RSA_PKCS1_SHA512),
            (KeyPair::Rsa(key), Algorithm::Ps256) => rsa(key, &lc::RSA_PSS_SHA256),
            (KeyPair::Rsa(key), Algorithm::Ps384) => rsa(key, &lc::RSA_PSS_SHA384),
            (KeyPair::Rsa(key), Algorithm::Ps512) => rsa(key, &lc::RSA_PSS_SHA512),
            (KeyPair::Rsa(key), _) => rsa(key, &lc::RSA_PKCS1_SHA256),
        }
    }

    /// The public key, as in a key set.
    pub(in super::super) fn jwk(&self) -> Value {
        let point = |key: &lc::EcdsaKeyPair| {
            let point = key.public_key().as_ref()[1..].to_vec();
            let (x, y) = point.split_at(point.len() / 2);
            (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y))
        };
        let mut jwk = match &*self.pair {
            KeyPair::Ec(key) => {
                let (x, y) = point(key);
                let curve = match self.algorithm {
                    Algorithm::Es256 => "P-256",
                    Algorithm::Es384 => "P-384",
                    _ => "P-521",
                };
                json!({"kty": "EC", "crv": curve, "x": x, "y": y})
            }
            KeyPair::Ed(key) => {
                let x = URL_SAFE_NO_PAD.encode(key.public_key().as_ref());
                json!({"kty": "OKP", "crv": "Ed25519", "x": x})
            }
            KeyPair::Rsa(key) => {
                let (n, e) = rsa_numbers(key.public_key().as_ref());
                json!({"kty": "RSA", "n": URL_SAFE_NO_PAD.encode(n), "e": URL_SAFE_NO_PAD.encode(e)})
            }
        };
        jwk["kid"] = json!(self.kid);
        jwk["use"] = json!("sig");
        jwk
    }

    /// The public key in PEM, for P-256.
    pub(in super::super) fn pem(&self) -> String {
        let KeyPair::Ec(key) = &*self.pair else {
            panic!("not an EC key");
        };
        let prefix = hex::decode("3059301306072a8648ce3d020106082a8648ce3d030107034200");
        let der = [&prefix.expect("hex"), key.public_key().as_ref()].concat();
        let text = STANDARD.encode(der);
        let (one, other) = text.split_at(64);
        format!("-----BEGIN PUBLIC KEY-----\n{one}\n{other}\n-----END PUBLIC KEY-----\n")
    }

    /// The header of its tokens.
    pub(in super::super) fn header(&self) -> Value {
        json!({"alg": self.algorithm.as_str(), "typ": "JWT", "kid": self.kid})
    }

    pub(in super::super) fn token(&self, claims: &Value) -> String {
        self.token_of(&self.header().to_string(), &claims.to_string())
    }

    /// A token with any header and payload.
    pub(in super::super) fn token_of(&self, header: &str, payload: &str) -> String {
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(payload)
        );
        let signature = URL_SAFE_NO_PAD.encode(self.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    /// A token as load balancers encode it.
    pub(in super::super) fn padded(&self, header: &Value, claims: &Value) -> String {
        let signed = format!(
            "{}.{}",
            URL_SAFE.encode(header.to_string()),
            URL_SAFE.encode(claims.to_string())
        );
        let signature = URL_SAFE.encode(self.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }
}

/// The two numbers of an `RSAPublicKey` in DER.
fn rsa_numbers(der: &[u8]) -> (Vec<u8>, Vec<u8>) {
    fn take(der: &[u8]) -> (&[u8], &[u8]) {
        let (length, start) = match der[1] {
            0x82 => (usize::from(der[2]) << 8 | usize::from(der[3]), 4),
            0x81 => (usize::from(der[2]), 3),
            short => (usize::from(short), 2),
        };
        der[start..].split_at(length)
    }
    let (sequence, _) = take(der);
    let (modulus, rest) = take(sequence);
    (modulus.to_vec(), take(rest).0.to_vec())
}

pub(in super::super) fn key_set_of(keys: &[&SigningKey]) -> String {
    let keys: Vec<Value> = keys.iter().map(|key| key.jwk()).collect();
    json!({ "keys": keys }).to_string()
}

pub(in super::super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.expect("after 1970").as_secs()
}

pub(in super::super) fn headers(pairs: &[(&str, &[u8])]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(
            HeaderName::from_bytes(name.as_bytes()).expect("a name"),
            HeaderValue::from_bytes(value).expect("a value"),
        );
    }
    headers
}

/// What a key server responds with.
#[derive(Clone)]
pub(in super::super) enum KeyResponse {
    Body(String),
    Head(&'static str),
    Nothing,
    Hangup,
}

/// A key server on loopback. It responds to every path alike and counts the requests.
pub(in super::super) struct KeyServer {
    pub(in super::super) url: String,
    response: Arc<Mutex<KeyResponse>>,
    requests: Arc<AtomicUsize>,
    paths: Arc<Mutex<Vec<String>>>,
}

impl KeyServer {
    pub(in super::super) async fn start(response: KeyResponse) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let server = Self {
            url,
            response: Arc::new(Mutex::new(response)),
            requests: Arc::default(),
            paths: Arc::default(),
        };
        let (response, requests) = (Arc::clone(&server.response), Arc::clone(&server.requests));
        let paths = Arc::clone(&server.paths);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                requests.fetch_add(1, Ordering::SeqCst);
                let response = response.lock().expect("a response").clone();
                let paths = Arc::clone(&paths);
                tokio::spawn(async move {
                    let mut head = [0; 2048];
                    let read = stream.read(&mut head).await.unwrap_or(0);
                    let head = String::from_utf8_lossy(&head[..read]).into_owned();
                    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                    paths.lock().expect("the paths").push(path);
                    let text = match response {
                        KeyResponse::Body(body) => {
                            let length = body.len();
                            format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}")
                        }
                        KeyResponse::Head(head) => format!("HTTP/1.1 {head}\r\n\r\n"),
                        KeyResponse::Nothing => {
                            tokio::time::sleep(Duration::from_secs(20)).await;
                            return;
                        }
                        KeyResponse::Hangup => return,
                    };
                    // The client may have hung up already.
                    let _ = stream.write_all(text.as_bytes()).await;
                });
            }
        });
        server
    }

    pub(in super::super) fn respond_with(&self, response: KeyResponse) {
        *self.response.lock().expect("the response") = response;
    }

    pub(in super::super) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    pub(in super::super) fn paths(&self) -> Vec<String> {
        self.paths.lock().expect("the paths").clone()
    }
}
