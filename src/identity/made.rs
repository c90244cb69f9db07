//! Keys, tokens and a server of keys, made for tests.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, SystemTime};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{self as lc, KeyPair};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::Algorithm;

/// A key that signs.
#[derive(Clone)]
pub(super) struct Signing {
    pub(super) algorithm: Algorithm,
    pub(super) kid: String,
    pair: Arc<Pair>,
}

enum Pair {
    Ec(lc::EcdsaKeyPair),
    Rsa(&'static lc::RsaKeyPair),
    Ed(lc::Ed25519KeyPair),
}

/// Takes long to make.
static RSA: LazyLock<lc::RsaKeyPair> =
    LazyLock::new(|| lc::RsaKeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).expect("a key"));

impl Signing {
    pub(super) fn new(algorithm: Algorithm, kid: &str) -> Self {
        let ec = |curve| Pair::Ec(lc::EcdsaKeyPair::generate(curve).expect("a key"));
        let pair = match algorithm {
            Algorithm::Es256 => ec(&lc::ECDSA_P256_SHA256_FIXED_SIGNING),
            Algorithm::Es384 => ec(&lc::ECDSA_P384_SHA384_FIXED_SIGNING),
            Algorithm::Es512 => ec(&lc::ECDSA_P521_SHA512_FIXED_SIGNING),
            Algorithm::EdDsa => Pair::Ed(lc::Ed25519KeyPair::generate().expect("a key")),
            _ => Pair::Rsa(&RSA),
        };
        Self {
            algorithm,
            kid: kid.to_owned(),
            pair: Arc::new(pair),
        }
    }

    pub(super) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        let rsa = |key: &lc::RsaKeyPair, padding: &'static dyn lc::RsaEncoding| {
            let mut signature = vec![0; key.public_modulus_len()];
            key.sign(padding, &random, message, &mut signature)
                .expect("a signature");
            signature
        };
        match (&*self.pair, self.algorithm) {
            (Pair::Ec(key), _) => key.sign(&random, message).expect("one").as_ref().to_vec(),
            (Pair::Ed(key), _) => key.sign(message).as_ref().to_vec(),
            (Pair::Rsa(key), Algorithm::Rs384) => rsa(key, &lc::RSA_PKCS1_SHA384),
            (Pair::Rsa(key), Algorithm::Rs512) => rsa(key, &lc::RSA_PKCS1_SHA512),
            (Pair::Rsa(key), Algorithm::Ps256) => rsa(key, &lc::RSA_PSS_SHA256),
            (Pair::Rsa(key), Algorithm::Ps384) => rsa(key, &lc::RSA_PSS_SHA384),
            (Pair::Rsa(key), Algorithm::Ps512) => rsa(key, &lc::RSA_PSS_SHA512),
            (Pair::Rsa(key), _) => rsa(key, &lc::RSA_PKCS1_SHA256),
        }
    }

    /// The public half, as it stands in a set.
    pub(super) fn jwk(&self) -> Value {
        let point = |key: &lc::EcdsaKeyPair| {
            let point = key.public_key().as_ref()[1..].to_vec();
            let (x, y) = point.split_at(point.len() / 2);
            (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y))
        };
        let mut jwk = match &*self.pair {
            Pair::Ec(key) => {
                let (x, y) = point(key);
                let curve = match self.algorithm {
                    Algorithm::Es256 => "P-256",
                    Algorithm::Es384 => "P-384",
                    _ => "P-521",
                };
                json!({"kty": "EC", "crv": curve, "x": x, "y": y})
            }
            Pair::Ed(key) => {
                let x = URL_SAFE_NO_PAD.encode(key.public_key().as_ref());
                json!({"kty": "OKP", "crv": "Ed25519", "x": x})
            }
            Pair::Rsa(key) => {
                let (n, e) = rsa_numbers(key.public_key().as_ref());
                json!({"kty": "RSA", "n": URL_SAFE_NO_PAD.encode(n), "e": URL_SAFE_NO_PAD.encode(e)})
            }
        };
        jwk["kid"] = json!(self.kid);
        jwk["use"] = json!("sig");
        jwk
    }

    /// The public half of a P-256 key in PEM.
    pub(super) fn pem(&self) -> String {
        let Pair::Ec(key) = &*self.pair else {
            panic!("no EC key");
        };
        let prefix = hex::decode("3059301306072a8648ce3d020106082a8648ce3d030107034200");
        let der = [&prefix.expect("hex"), key.public_key().as_ref()].concat();
        let text = STANDARD.encode(der);
        let (one, other) = text.split_at(64);
        format!("-----BEGIN PUBLIC KEY-----\n{one}\n{other}\n-----END PUBLIC KEY-----\n")
    }

    /// The header of its tokens.
    pub(super) fn header(&self) -> Value {
        json!({"alg": self.algorithm.as_str(), "typ": "JWT", "kid": self.kid})
    }

    pub(super) fn token(&self, claims: &Value) -> String {
        self.token_of(&self.header().to_string(), &claims.to_string())
    }

    /// A token of any header and content.
    pub(super) fn token_of(&self, header: &str, content: &str) -> String {
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(content)
        );
        let signature = URL_SAFE_NO_PAD.encode(self.sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    /// The same as load balancers write it.
    pub(super) fn padded(&self, header: &Value, claims: &Value) -> String {
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

pub(super) fn set_of(keys: &[&Signing]) -> String {
    let keys: Vec<Value> = keys.iter().map(|key| key.jwk()).collect();
    json!({ "keys": keys }).to_string()
}

pub(super) fn now() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.expect("after 1970").as_secs()
}

pub(super) fn headers(pairs: &[(&str, &[u8])]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(
            HeaderName::from_bytes(name.as_bytes()).expect("a name"),
            HeaderValue::from_bytes(value).expect("a value"),
        );
    }
    headers
}

/// What a server of keys answers.
#[derive(Clone)]
pub(super) enum Answer {
    Body(String),
    Head(&'static str),
    Nothing,
    Hangup,
}

/// A server of keys on loopback. It answers every path alike and counts.
pub(super) struct KeyServer {
    pub(super) url: String,
    answer: Arc<Mutex<Answer>>,
    asked: Arc<AtomicUsize>,
    paths: Arc<Mutex<Vec<String>>>,
}

impl KeyServer {
    pub(super) async fn start(answer: Answer) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let server = Self {
            url,
            answer: Arc::new(Mutex::new(answer)),
            asked: Arc::default(),
            paths: Arc::default(),
        };
        let (answer, asked) = (Arc::clone(&server.answer), Arc::clone(&server.asked));
        let paths = Arc::clone(&server.paths);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                asked.fetch_add(1, Ordering::SeqCst);
                let answer = answer.lock().expect("an answer").clone();
                let paths = Arc::clone(&paths);
                tokio::spawn(async move {
                    let mut head = [0; 2048];
                    let read = stream.read(&mut head).await.unwrap_or(0);
                    let head = String::from_utf8_lossy(&head[..read]).into_owned();
                    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
                    paths.lock().expect("the paths").push(path);
                    let text = match answer {
                        Answer::Body(body) => {
                            let length = body.len();
                            format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}")
                        }
                        Answer::Head(head) => format!("HTTP/1.1 {head}\r\n\r\n"),
                        Answer::Nothing => {
                            tokio::time::sleep(Duration::from_secs(20)).await;
                            return;
                        }
                        Answer::Hangup => return,
                    };
                    // Whoever has heard enough may have hung up.
                    let _ = stream.write_all(text.as_bytes()).await;
                });
            }
        });
        server
    }

    pub(super) fn answer(&self, answer: Answer) {
        *self.answer.lock().expect("the answer") = answer;
    }

    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub(super) fn paths(&self) -> Vec<String> {
        self.paths.lock().expect("the paths").clone()
    }
}
