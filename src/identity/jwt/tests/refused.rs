//! Tokens of every bad kind.

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};

use super::super::super::Algorithm;
use super::super::super::made::{Signing, now};
use super::{claims, claims_with, claims_without, console, refused, who};

#[tokio::test]
async fn bad_claims_of_every_kind_let_nobody_in() {
    let key = Signing::new(Algorithm::Es256, "k1");
    let (identity, _folder) = console(&[&key], &[Algorithm::Es256]);
    let later = now() + 3600;
    for (claims, why) in [
        (claims_without("iss"), "no iss"),
        (
            claims_with("iss", json!("https://id.example.com/")),
            "iss is",
        ),
        (
            claims_with("iss", json!(["https://id.example.com"])),
            "iss is no text",
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
            "aud is no text",
        ),
        (claims_without("exp"), "no exp"),
        (claims_with("exp", Value::Null), "no exp"),
        (claims_with("exp", json!(now() - 31)), "expired"),
        (claims_with("exp", json!(0)), "expired"),
        (claims_with("exp", json!(-5)), "expired"),
        (
            claims_with("exp", json!(later.to_string())),
            "exp is no time",
        ),
        (claims_with("exp", json!([later])), "exp is no time"),
        (claims_with("exp", json!(true)), "exp is no time"),
        (
            claims_with("nbf", json!(now() + 60)),
            "nbf is in the future",
        ),
        (claims_with("nbf", json!("0")), "nbf is no time"),
        (
            claims_with("iat", json!(now() + 60)),
            "iat is in the future",
        ),
        (claims_with("iat", json!({})), "iat is no time"),
        (claims_without("sub"), "no sub"),
        (claims_with("sub", json!("")), "no sub"),
        (claims_with("sub", json!(7)), "sub is no text"),
        (claims_with("sub", json!(["ada"])), "sub is no text"),
        (claims_with("sub", json!("a\u{0}da")), "invisible"),
        (claims_with("sub", json!("ada\u{202e}")), "invisible"),
        (claims_with("sub", json!(" ada")), "invisible"),
        (
            claims_with("sub", json!("ada@evil@example.com")),
            "exactly one @",
        ),
        (claims_with("sub", json!("a".repeat(129))), "too long"),
        (claims_with("email", json!("ada")), "exactly one @"),
        (claims_with("email", json!(["a@b"])), "email is no text"),
        (claims_with("groups", json!(7)), "groups are no list"),
        (claims_with("groups", json!({"a": 1})), "groups are no list"),
        (
            claims_with("groups", json!(["a", 7])),
            "groups are no texts",
        ),
        (claims_with("groups", json!(["a\u{200b}"])), "invisible"),
        (
            claims_with(
                "groups",
                json!((0..513).map(|n| n.to_string()).collect::<Vec<_>>()),
            ),
            "too many",
        ),
        (json!([claims()]), "content is no JSON object"),
        (json!("ada"), "content is no JSON object"),
    ] {
        refused(&identity, &key.token(&claims), why).await;
    }
    for content in [
        r#"{"sub":"ada","sub":"root","iss":"https://id.example.com","aud":"console","exp":9999999999}"#,
        r#"{"sub":"ada","iss":"https://id.example.com","aud":"console","exp":9999999999} "#,
        r#"{"sub":"ada","iss":"https://id.example.com","aud":"console","exp":1e999}"#,
        "{",
        "",
        "\u{feff}{}",
    ] {
        let is_good = content.ends_with("} ");
        let token = key.token_of(&key.header().to_string(), content);
        assert_eq!(who(&identity, &token).await.is_ok(), is_good, "{content}");
    }
}

#[tokio::test]
async fn tokens_that_are_none_let_nobody_in() {
    let key = Signing::new(Algorithm::Es256, "k1");
    let stranger = Signing::new(Algorithm::Es256, "k1");
    let rsa = Signing::new(Algorithm::Rs256, "k2");
    let allowed = [Algorithm::Es256, Algorithm::Rs256];
    let (identity, _folder) = console(&[&key, &rsa], &allowed);
    let good = key.token(&claims());
    assert!(who(&identity, &good).await.is_ok());
    let parts: Vec<&str> = good.split('.').collect();
    let (header, payload, signature) = (parts[0], parts[1], parts[2]);
    let encoded = |text: &Value| URL_SAFE_NO_PAD.encode(text.to_string());
    let none = encoded(&json!({"alg": "none", "kid": "k1"}));
    let other = encoded(&claims_with("sub", json!("root")));
    let cut = &signature[..signature.len() - 2];
    let raw = URL_SAFE_NO_PAD.decode(signature).expect("Base64");
    let zeros = URL_SAFE_NO_PAD.encode([0; 64]);
    let long = claims_with("x", json!("y".repeat(16 * 1024)));
    let unsealed = |text: &str| (text.to_owned(), "");
    for (token, why) in [
        unsealed(""),
        unsealed("."),
        unsealed(".."),
        unsealed("..."),
        unsealed("ada"),
        unsealed("Bearer "),
        unsealed("Bearer Bearer x"),
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
        (format!("{header}.{payload}.{signature},{good}"), ""),
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
        (stranger.token(&claims()), "signature is wrong"),
        (key.token(&long), "too long"),
    ] {
        refused(&identity, &token, why).await;
    }
}

#[tokio::test]
async fn what_a_token_says_of_itself_decides_nothing() {
    let key = Signing::new(Algorithm::Es256, "k1");
    let stranger = Signing::new(Algorithm::Es256, "mine");
    let rsa = Signing::new(Algorithm::Rs256, "k2");
    let (identity, _folder) = console(&[&key, &rsa], &[Algorithm::Es256, Algorithm::Rs256]);
    let content = claims().to_string();
    let signed = |header: Value| key.token_of(&header.to_string(), &content);
    for (token, why) in [
        (signed(json!({"kid": "k1"})), "algorithm"),
        (signed(json!({"alg": 7, "kid": "k1"})), "alg is no text"),
        (signed(json!({"alg": "es256", "kid": "k1"})), "algorithm"),
        (signed(json!({"alg": "ES384", "kid": "k1"})), "algorithm"),
        (signed(json!({"alg": "HS256", "kid": "k1"})), "algorithm"),
        (signed(json!({"alg": "RS256", "kid": "k1"})), "no key"),
        (
            signed(json!({"alg": "RS256", "kid": "k2"})),
            "signature is wrong",
        ),
        (signed(json!({"alg": "ES256", "kid": "k2"})), "no key"),
        (signed(json!({"alg": "ES256", "kid": 1})), "kid is no text"),
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
            stranger.token_of(
                &json!({"alg": "ES256", "kid": "mine", "jwk": stranger.jwk(),
                        "jku": "http://127.0.0.1:9/", "x5u": "http://127.0.0.1:9/"})
                .to_string(),
                &content,
            ),
            "no key",
        ),
        (
            stranger.token_of(
                &json!({"alg": "ES256", "kid": "k1", "jwk": stranger.jwk()}).to_string(),
                &content,
            ),
            "signature is wrong",
        ),
        (
            key.token_of(r#"{"alg":"none","alg":"ES256","kid":"k1"}"#, &content),
            "header",
        ),
        (key.token_of("[]", &content), "header"),
    ] {
        refused(&identity, &token, why).await;
    }
}

#[tokio::test]
async fn a_public_key_is_no_secret_to_sign_with() {
    let key = Signing::new(Algorithm::Rs256, "k1");
    let (identity, folder) = console(&[&key], &[Algorithm::Rs256]);
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
            refused(&identity, &format!("{signed}.{signature}"), "").await;
        }
    }
}
