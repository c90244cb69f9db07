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
        (claims_without("iss"), "claim_missing: claim iss"),
        (
            claims_with("iss", json!("https://id.example.com/")),
            "claim_mismatch: claim iss",
        ),
        (
            claims_with("iss", json!(["https://id.example.com"])),
            "claim_not_string: claim iss",
        ),
        (
            claims_with("iss", json!("evil\n\u{202e}")),
            "value \"evil\\n\\u{202e}\"",
        ),
        (claims_without("aud"), "claim_missing: claim aud"),
        (claims_with("aud", Value::Null), "claim_missing: claim aud"),
        (
            claims_with("aud", json!("other")),
            "claim_mismatch: claim aud",
        ),
        (claims_with("aud", json!("")), "claim_mismatch: claim aud"),
        (claims_with("aud", json!([])), "audience_mismatch"),
        (claims_with("aud", json!(["other"])), "audience_mismatch"),
        (
            claims_with("aud", json!(["console", 1])),
            "audience_mismatch",
        ),
        (
            claims_with("aud", json!({"console": true})),
            "claim_not_string: claim aud",
        ),
        (claims_without("exp"), "claim_missing: claim exp"),
        (claims_with("exp", Value::Null), "claim_missing: claim exp"),
        (claims_with("exp", json!(now() - 31)), "token_expired"),
        (claims_with("exp", json!(0)), "token_expired"),
        (claims_with("exp", json!(-5)), "token_expired"),
        (
            claims_with("exp", json!(later.to_string())),
            "claim_not_time: claim exp",
        ),
        (
            claims_with("exp", json!([later])),
            "claim_not_time: claim exp",
        ),
        (claims_with("exp", json!(true)), "claim_not_time: claim exp"),
        (
            claims_with("nbf", json!(now() + 60)),
            "claim_in_future: claim nbf",
        ),
        (claims_with("nbf", json!("0")), "claim_not_time: claim nbf"),
        (
            claims_with("iat", json!(now() + 60)),
            "claim_in_future: claim iat",
        ),
        (claims_with("iat", json!({})), "claim_not_time: claim iat"),
        (claims_without("sub"), "claim_missing: claim sub"),
        (claims_with("sub", json!("")), "claim_missing: claim sub"),
        (claims_with("sub", json!(7)), "claim_not_string: claim sub"),
        (
            claims_with("sub", json!(["ada"])),
            "claim_not_string: claim sub",
        ),
        (claims_with("sub", json!("a\u{0}da")), "text_invisible"),
        (claims_with("sub", json!("ada\u{202e}")), "text_invisible"),
        (claims_with("sub", json!(" ada")), "text_invisible"),
        (
            claims_with("sub", json!("ada@evil@example.com")),
            "email_malformed",
        ),
        (claims_with("sub", json!("a".repeat(129))), "too_long"),
        (claims_with("email", json!("ada")), "email_malformed"),
        (
            claims_with("email", json!(["a@b"])),
            "claim_not_string: claim email",
        ),
        (
            claims_with("groups", json!(7)),
            "claim_not_strings: claim groups",
        ),
        (
            claims_with("groups", json!({"a": 1})),
            "claim_not_strings: claim groups",
        ),
        (
            claims_with("groups", json!(["a", 7])),
            "claim_not_strings: claim groups",
        ),
        (
            claims_with("groups", json!(["a\u{200b}"])),
            "text_invisible",
        ),
        (
            claims_with(
                "groups",
                json!((0..513).map(|n| n.to_string()).collect::<Vec<_>>()),
            ),
            "too_many_groups",
        ),
        (json!([claims()]), "token_payload_malformed"),
        (json!("ada"), "token_payload_malformed"),
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
        (format!("{header}.{payload}."), "token_signature"),
        (format!("{header}.{payload}.{cut}"), "token_signature"),
        (format!("{header}.{payload}.{zeros}"), "token_signature"),
        (
            format!("{header}.{payload}.{signature}."),
            "token_too_many_parts",
        ),
        (
            format!("{header}.{payload}..{signature}"),
            "token_too_many_parts",
        ),
        (
            format!("{header}.{payload}.{signature}.{signature}.x"),
            "token_too_many_parts",
        ),
        (format!(".{header}.{payload}.{signature}"), ""),
        (
            format!("{header}.{payload}.{signature}="),
            "token_not_base64",
        ),
        (
            format!("{header}=.{payload}.{signature}"),
            "token_not_base64",
        ),
        (format!("{header}.{payload}.{signature},{valid}"), ""),
        (
            format!("{header}.{payload}.{}", URL_SAFE.encode(&raw)),
            "token_not_base64",
        ),
        (
            format!("{header} .{payload}.{signature}"),
            "token_not_base64",
        ),
        (format!("{header}.{other}.{signature}"), "token_signature"),
        (
            format!("{none}.{payload}."),
            "token_algorithm: algorithm \"none\"",
        ),
        (
            format!("{none}.{payload}.{signature}"),
            "token_algorithm: algorithm \"none\"",
        ),
        (other_key.token(&claims()), "token_signature"),
        (key.token(&long), "too_long"),
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
        (signed(json!({"kid": "k1"})), "token_algorithm"),
        (
            signed(json!({"alg": 7, "kid": "k1"})),
            "claim_not_string: claim alg",
        ),
        (
            signed(json!({"alg": "es256", "kid": "k1"})),
            "token_algorithm",
        ),
        (
            signed(json!({"alg": "ES384", "kid": "k1"})),
            "token_algorithm",
        ),
        (
            signed(json!({"alg": "HS256", "kid": "k1"})),
            "token_algorithm",
        ),
        (signed(json!({"alg": "RS256", "kid": "k1"})), "no_key_fits"),
        (
            signed(json!({"alg": "RS256", "kid": "k2"})),
            "token_signature",
        ),
        (signed(json!({"alg": "ES256", "kid": "k2"})), "no_key_fits"),
        (
            signed(json!({"alg": "ES256", "kid": 1})),
            "claim_not_string: claim kid",
        ),
        (
            signed(json!({"alg": "ES256", "kid": "../k1"})),
            "no_key_fits",
        ),
        (signed(json!({"alg": "ES256", "kid": ""})), "no_key_fits"),
        (signed(json!({"alg": "ES256", "kid": "K1"})), "no_key_fits"),
        (
            signed(json!({"alg": "ES256", "kid": "k".repeat(257)})),
            "too_long",
        ),
        (
            signed(json!({"alg": "ES256", "kid": "k1", "crit": ["b64"], "b64": false})),
            "token_critical_extensions",
        ),
        (
            signed(json!({"alg": "ES256", "kid": "k1", "crit": []})),
            "token_critical_extensions",
        ),
        (
            other_key.token_of(
                &json!({"alg": "ES256", "kid": "mine", "jwk": other_key.jwk(),
                        "jku": "http://127.0.0.1:9/", "x5u": "http://127.0.0.1:9/"})
                .to_string(),
                &payload,
            ),
            "no_key_fits",
        ),
        (
            other_key.token_of(
                &json!({"alg": "ES256", "kid": "k1", "jwk": other_key.jwk()}).to_string(),
                &payload,
            ),
            "token_signature",
        ),
        (
            key.token_of(r#"{"alg":"none","alg":"ES256","kid":"k1"}"#, &payload),
            "token_header_malformed",
        ),
        (key.token_of("[]", &payload), "token_header_malformed"),
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
