//! Invalid tokens of every kind.

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};

use super::super::super::Algorithm;
use super::super::super::tests::fixtures::{SigningKey, now};
use super::{authenticate, claims, claims_with, claims_without, console, refused};

#[tokio::test]
async fn invalid_claims_of_every_kind_authenticate_nobody() {
    let key = SigningKey::new(Algorithm::Es256, "k1");
    let (authenticator, _folder) = console(&[&key], &[Algorithm::Es256]);
    let later = now() + 3600;
    for (claims, why) in [
        (claims_without("iss"), "no iss"),
        (
            claims_with("iss", json!("https://id.example.com/")),
            "iss is",
        ),
        (
            claims_with("iss", json!(["https://id.example.com"])),
            "iss is not a string",
        ),
        (
            claims_with("iss", json!("evil\n\u{202e}")),
            "iss is \"evil\\n\\u{202e}\"",
        ),
        (claims_without("aud"), "no aud"),
        (claims_with("aud", Value::Null), "no aud"),
        (claims_with("aud", json!("other")), "aud is"),
        (claims_with("aud", json!("")), "aud is"),
        (claims_with("aud", json!([])), "not among the token's aud"),
        (
            claims_with("aud", json!(["other"])),
            "not among the token's aud",
        ),
        (
            claims_with("aud", json!(["console", 1])),
            "not among the token's aud",
        ),
        (
            claims_with("aud", json!({"console": true})),
            "aud is not a string",
        ),
        (claims_without("exp"), "no exp"),
        (claims_with("exp", Value::Null), "no exp"),
        (claims_with("exp", json!(now() - 31)), "expired"),
        (claims_with("exp", json!(0)), "expired"),
        (claims_with("exp", json!(-5)), "expired"),
        (
            claims_with("exp", json!(later.to_string())),
            "exp is not a time",
        ),
        (claims_with("exp", json!([later])), "exp is not a time"),
        (claims_with("exp", json!(true)), "exp is not a time"),
        (
            claims_with("nbf", json!(now() + 60)),
            "nbf is in the future",
        ),
        (claims_with("nbf", json!("0")), "nbf is not a time"),
        (
            claims_with("iat", json!(now() + 60)),
            "iat is in the future",
        ),
        (claims_with("iat", json!({})), "iat is not a time"),
        (claims_without("sub"), "no sub"),
        (claims_with("sub", json!("")), "no sub"),
        (claims_with("sub", json!(7)), "sub is not a string"),
        (claims_with("sub", json!(["ada"])), "sub is not a string"),
        (claims_with("sub", json!("a\u{0}da")), "invisible"),
        (claims_with("sub", json!("ada\u{202e}")), "invisible"),
        (claims_with("sub", json!(" ada")), "invisible"),
        (
            claims_with("sub", json!("ada@evil@example.com")),
            "exactly one @",
        ),
        (claims_with("sub", json!("a".repeat(129))), "too long"),
        (claims_with("email", json!("ada")), "exactly one @"),
        (
            claims_with("email", json!(["a@b"])),
            "email is not a string",
        ),
        (claims_with("groups", json!(7)), "groups is not a list"),
        (
            claims_with("groups", json!({"a": 1})),
            "groups is not a list",
        ),
        (
            claims_with("groups", json!(["a", 7])),
            "groups is not a list of strings",
        ),
        (claims_with("groups", json!(["a\u{200b}"])), "invisible"),
        (
            claims_with(
                "groups",
                json!((0..513).map(|n| n.to_string()).collect::<Vec<_>>()),
            ),
            "too many",
        ),
        (json!([claims()]), "payload is not a JSON object"),
        (json!("ada"), "payload is not a JSON object"),
    ] {
        refused(&authenticator, &key.token(&claims), why).await;
    }
    for payload in [
        r#"{"sub":"ada","sub":"root","iss":"https://id.example.com","aud":"console","exp":9999999999}"#,
        r#"{"sub":"ada","iss":"https://id.example.com","aud":"console","exp":9999999999} "#,
        r#"{"sub":"ada","iss":"https://id.example.com","aud":"console","exp":1e999}"#,
        "{",
        "",
        "\u{feff}{}",
    ] {
        let is_valid = payload.ends_with("} ");
        let token = key.token_of(&key.header().to_string(), payload);
        assert_eq!(
            authenticate(&authenticator, &token).await.is_ok(),
            is_valid,
            "{payload}"
        );
    }
}

#[tokio::test]
async fn malformed_tokens_authenticate_nobody() {
    let key = SigningKey::new(Algorithm::Es256, "k1");
    let other_key = SigningKey::new(Algorithm::Es256, "k1");
    let rsa = SigningKey::new(Algorithm::Rs256, "k2");
    let allowed = [Algorithm::Es256, Algorithm::Rs256];
    let (authenticator, _folder) = console(&[&key, &rsa], &allowed);
    let valid = key.token(&claims());
    assert!(authenticate(&authenticator, &valid).await.is_ok());
    let parts: Vec<&str> = valid.split('.').collect();
    let (header, payload, signature) = (parts[0], parts[1], parts[2]);
    let encoded = |text: &Value| URL_SAFE_NO_PAD.encode(text.to_string());
    let none = encoded(&json!({"alg": "none", "kid": "k1"}));
    let other = encoded(&claims_with("sub", json!("root")));
    let cut = &signature[..signature.len() - 2];
    let raw = URL_SAFE_NO_PAD.decode(signature).expect("Base64");
    let zeros = URL_SAFE_NO_PAD.encode([0; 64]);
    let long = claims_with("x", json!("y".repeat(16 * 1024)));
    let without_signature = |text: &str| (text.to_owned(), "");
    for (token, why) in [
        without_signature(""),
        without_signature("."),
        without_signature(".."),
        without_signature("..."),
        without_signature("ada"),
        without_signature("Bearer "),
        without_signature("Bearer Bearer x"),
        (format!("{header}.{payload}"), ""),
        (format!("{header}.{payload}."), "signature is wrong"),
        (format!("{header}.{payload}.{cut}"), "signature is wrong"),
        (format!("{header}.{payload}.{zeros}"), "signature is wrong"),
        (
            format!("{header}.{payload}.{signature}."),
            "more than three",
        ),
        (
            format!("{header}.{payload}..{signature}"),
            "more than three",
        ),
        (
            format!("{header}.{payload}.{signature}.{signature}.x"),
            "more than three",
        ),
        (format!(".{header}.{payload}.{signature}"), ""),
        (format!("{header}.{payload}.{signature}="), "Base64"),
        (format!("{header}=.{payload}.{signature}"), "Base64"),
        (format!("{header}.{payload}.{signature},{valid}"), ""),
        (
            format!("{header}.{payload}.{}", URL_SAFE.encode(&raw)),
            "Base64",
        ),
        (format!("{header} .{payload}.{signature}"), "Base64"),
        (
            format!("{header}.{other}.{signature}"),
            "signature is wrong",
        ),
        (format!("{none}.{payload}."), "\"none\" is not allowed"),
        (
            format!("{none}.{payload}.{signature}"),
            "\"none\" is not allowed",
        ),
        (other_key.token(&claims()), "signature is wrong"),
        (key.token(&long), "too long"),
    ] {
        refused(&authenticator, &token, why).await;
    }
}

#[tokio::test]
async fn what_a_token_claims_about_its_own_key_decides_nothing() {
    let key = SigningKey::new(Algorithm::Es256, "k1");
    let other_key = SigningKey::new(Algorithm::Es256, "mine");
    let rsa = SigningKey::new(Algorithm::Rs256, "k2");
    let (authenticator, _folder) = console(&[&key, &rsa], &[Algorithm::Es256, Algorithm::Rs256]);
    let payload = claims().to_string();
    let signed = |header: Value| key.token_of(&header.to_string(), &payload);
    for (token, why) in [
        (signed(json!({"kid": "k1"})), "algorithm"),
        (
            signed(json!({"alg": 7, "kid": "k1"})),
            "alg is not a string",
        ),
        (signed(json!({"alg": "es256", "kid": "k1"})), "algorithm"),
        (signed(json!({"alg": "ES384", "kid": "k1"})), "algorithm"),
        (signed(json!({"alg": "HS256", "kid": "k1"})), "algorithm"),
        (signed(json!({"alg": "RS256", "kid": "k1"})), "no key"),
        (
            signed(json!({"alg": "RS256", "kid": "k2"})),
            "signature is wrong",
        ),
        (signed(json!({"alg": "ES256", "kid": "k2"})), "no key"),
        (
            signed(json!({"alg": "ES256", "kid": 1})),
            "kid is not a string",
        ),
        (signed(json!({"alg": "ES256", "kid": "../k1"})), "no key"),
        (signed(json!({"alg": "ES256", "kid": ""})), "no key"),
        (signed(json!({"alg": "ES256", "kid": "K1"})), "no key"),
        (
            signed(json!({"alg": "ES256", "kid": "k".repeat(257)})),
            "too long",
        ),
        (
            signed(json!({"alg": "ES256", "kid": "k1", "crit": ["b64"], "b64": false})),
            "critical",
        ),
        (
            signed(json!({"alg": "ES256", "kid": "k1", "crit": []})),
            "critical",
        ),
        (
            other_key.token_of(
                &json!({"alg": "ES256", "kid": "mine", "jwk": other_key.jwk(),
                        "jku": "http://127.0.0.1:9/", "x5u": "http://127.0.0.1:9/"})
                .to_string(),
                &payload,
            ),
            "no key",
        ),
        (
            other_key.token_of(
                &json!({"alg": "ES256", "kid": "k1", "jwk": other_key.jwk()}).to_string(),
                &payload,
            ),
            "signature is wrong",
        ),
        (
            key.token_of(r#"{"alg":"none","alg":"ES256","kid":"k1"}"#, &payload),
            "header",
        ),
        (key.token_of("[]", &payload), "header"),
    ] {
        refused(&authenticator, &token, why).await;
    }
}

#[tokio::test]
async fn a_public_key_cannot_be_used_as_a_shared_secret() {
    let key = SigningKey::new(Algorithm::Rs256, "k1");
    let (authenticator, folder) = console(&[&key], &[Algorithm::Rs256]);
    let file = std::fs::read(folder.path().join("keys.json")).expect("the keys");
    let modulus = key.jwk()["n"].as_str().expect("a modulus").to_owned();
    let raw = URL_SAFE_NO_PAD.decode(&modulus).expect("Base64");
    for secret in [file, modulus.into_bytes(), raw, Vec::new()] {
        for algorithm in ["HS256", "RS256"] {
            let header = json!({"alg": algorithm, "kid": "k1"});
            let signed = format!(
                "{}.{}",
                URL_SAFE_NO_PAD.encode(header.to_string()),
                URL_SAFE_NO_PAD.encode(claims().to_string())
            );
            let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&secret).expect("any key");
            mac.update(signed.as_bytes());
            let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
            refused(&authenticator, &format!("{signed}.{signature}"), "").await;
        }
    }
}
