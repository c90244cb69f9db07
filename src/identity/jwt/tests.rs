use std::net::IpAddr;
use std::path::PathBuf;

use axum::http::{HeaderName, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};

use super::super::clock::Clock;
use super::super::made::{Signing, headers, now, set_of};
use super::super::{
    Algorithm, Identity, IdentitySettings, JwtMode, KeySource, Known, Mode, Unknown,
};
use crate::access::Source;

const PROXY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 3, 7));

pub(in super::super) fn mode(keys: KeySource, algorithms: &[Algorithm]) -> JwtMode {
    JwtMode {
        header: HeaderName::from_static("x-assertion"),
        issuer: "https://id.example.com".to_owned(),
        audience: "console".to_owned(),
        keys,
        algorithms: algorithms.to_vec(),
        user_claim: "sub".to_owned(),
        email_claim: "email".to_owned(),
        groups_claim: "groups".to_owned(),
    }
}

pub(in super::super) fn identity(mode: JwtMode, clock: &Clock) -> Identity {
    let settings = IdentitySettings {
        mode: Mode::Jwt(mode),
        trusted_proxies: vec!["10.0.3.7".parse().expect("a network")],
        client_ip_header: None,
    };
    Identity::at(settings, clock.clone())
}

pub(in super::super) async fn who(identity: &Identity, token: &str) -> Result<Known, Unknown> {
    let headers = headers(&[("x-assertion", token.as_bytes())]);
    identity.who(PROXY, &headers).await
}

/// Claims that are good for a minute.
pub(in super::super) fn claims() -> Value {
    json!({
        "iss": "https://id.example.com",
        "aud": "console",
        "sub": "ada",
        "email": "ada@example.com",
        "groups": ["ml-ops", "everyone"],
        "iat": now(),
        "exp": now() + 60,
    })
}

fn claims_with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

fn claims_without(name: &str) -> Value {
    let mut claims = claims();
    claims.as_object_mut().expect("an object").remove(name);
    claims
}

/// A console that knows these keys, from a file.
fn console(keys: &[&Signing], algorithms: &[Algorithm]) -> (Identity, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let path: PathBuf = folder.path().join("keys.json");
    std::fs::write(&path, set_of(keys)).expect("a file");
    let mode = mode(KeySource::File(path), algorithms);
    (identity(mode, &Clock::default()), folder)
}

#[tokio::test]
async fn every_algorithm_lets_its_people_in_where_it_is_allowed() {
    for algorithm in Algorithm::ALL {
        let key = Signing::new(algorithm, "k1");
        let (identity, _folder) = console(&[&key], &[algorithm]);
        let known = who(&identity, &key.token(&claims())).await;
        let known = known.unwrap_or_else(|unknown| panic!("{algorithm}: {unknown:?}"));
        assert_eq!(known.person.name, "ada");
        assert_eq!(known.person.email.as_deref(), Some("ada@example.com"));
        assert_eq!(known.person.groups, ["ml-ops", "everyone"]);
        assert_eq!(known.person.source, Source::Jwt);
        assert_eq!(known.client, None);
        let bearer = format!("Bearer {}", key.token(&claims()));
        assert!(who(&identity, &bearer).await.is_ok(), "{algorithm}");

        let other: Vec<Algorithm> = Algorithm::ALL
            .into_iter()
            .filter(|other| *other != algorithm)
            .collect();
        let (identity, _folder) = console(&[&key], &other);
        refused(&identity, &key.token(&claims()), "is not allowed").await;
        // A key is not believed for another algorithm of its kind than the token's own.
        let relabelled = json!({"alg": other[0].as_str(), "kid": "k1"});
        let token = key.token_of(&relabelled.to_string(), &claims().to_string());
        refused(&identity, &token, "").await;
    }
}

async fn refused(identity: &Identity, token: &str, why: &str) {
    let unknown = who(identity, token).await.expect_err(why);
    assert_eq!(unknown.refusal.status, StatusCode::UNAUTHORIZED, "{why}");
    assert!(unknown.why.contains(why), "{:?} for {why}", unknown.why);
    let longest = token.split('.').max_by_key(|part| part.len());
    let longest = longest.unwrap_or_default();
    assert!(
        longest.len() < 20 || !unknown.why.contains(longest),
        "the reason holds the token: {}",
        unknown.why
    );
}

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

#[tokio::test]
async fn clocks_may_be_a_little_apart() {
    let key = Signing::new(Algorithm::Es256, "k1");
    let (identity, _folder) = console(&[&key], &[Algorithm::Es256]);
    for claims in [
        claims_with("exp", json!(now() - 20)),
        claims_with("nbf", json!(now() + 20)),
        claims_with("iat", json!(now() + 20)),
        claims_with("exp", json!(now() as f64 + 0.5)),
        claims_without("iat"),
    ] {
        assert!(
            who(&identity, &key.token(&claims)).await.is_ok(),
            "{claims}"
        );
    }
}

#[tokio::test]
async fn claims_may_be_lists_texts_or_deeper_down() {
    let key = Signing::new(Algorithm::Es256, "k1");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys.json");
    std::fs::write(&path, set_of(&[&key])).expect("a file");
    let nested = json!({"roles": ["a", " b ", "", "a"]});
    for (claim, value, groups) in [
        ("groups", json!(["a", "b"]), vec!["a", "b"]),
        ("groups", json!("a, b,,a"), vec!["a", "b"]),
        ("groups", json!("a b|c"), vec!["a b|c"]),
        ("groups", json!([]), vec![]),
        ("groups", Value::Null, vec![]),
        ("realm.roles", nested.clone(), vec!["a", "b"]),
        ("https://example.com/groups", json!(["a"]), vec!["a"]),
        ("cognito:groups", json!(["é"]), vec!["é"]),
    ] {
        let mut mode = mode(KeySource::File(path.clone()), &[Algorithm::Es256]);
        mode.groups_claim = claim.to_owned();
        let name = if claim == "realm.roles" {
            "realm"
        } else {
            claim
        };
        let token = key.token(&claims_with(name, value));
        let known = who(&identity(mode, &Clock::default()), &token).await;
        assert_eq!(known.expect("someone").person.groups, groups, "{claim}");
    }
}

#[tokio::test]
async fn an_address_that_may_be_anyones_is_not_believed() {
    let key = Signing::new(Algorithm::Es256, "k1");
    let (identity_by_sub, folder) = console(&[&key], &[Algorithm::Es256]);
    let mut by_email = mode(
        KeySource::File(folder.path().join("keys.json")),
        &[Algorithm::Es256],
    );
    by_email.user_claim = "email".to_owned();
    let by_email = identity(by_email, &Clock::default());
    for (verified, is_believed) in [
        (json!(true), true),
        (json!("true"), true),
        (Value::Null, true),
        (json!(false), false),
        (json!("false"), false),
        (json!(1), false),
    ] {
        let token = key.token(&claims_with("email_verified", verified));
        let known = who(&identity_by_sub, &token).await.expect("ada");
        assert_eq!(known.person.email.is_some(), is_believed);
        let known = who(&by_email, &token).await;
        assert_eq!(known.is_ok(), is_believed, "{known:?}");
    }
}

#[tokio::test]
async fn a_token_without_a_key_name_fits_one_key_or_none() {
    let (one, other) = (
        Signing::new(Algorithm::Es256, "k1"),
        Signing::new(Algorithm::Es256, "k2"),
    );
    let token = one.token_of(r#"{"alg":"ES256"}"#, &claims().to_string());
    let (identity, _folder) = console(&[&one], &[Algorithm::Es256]);
    assert!(who(&identity, &token).await.is_ok());
    let (identity, _folder) = console(&[&one, &other], &[Algorithm::Es256]);
    refused(&identity, &token, "names no key").await;
}

#[tokio::test]
async fn only_a_trusted_proxy_hands_tokens_on_and_only_one() {
    let key = Signing::new(Algorithm::Es256, "k1");
    let (identity, _folder) = console(&[&key], &[Algorithm::Es256]);
    let token = key.token(&claims());
    let one = headers(&[("x-assertion", token.as_bytes())]);
    for (peer, is_trusted) in [
        ("10.0.3.7", true),
        ("::ffff:10.0.3.7", true),
        ("10.0.3.8", false),
        ("127.0.0.1", false),
        ("::1", false),
    ] {
        let known = identity.who(peer.parse().expect("an address"), &one).await;
        let status = known.as_ref().err().map(|unknown| unknown.refusal.status);
        let expected = (!is_trusted).then_some(StatusCode::FORBIDDEN);
        assert_eq!(status, expected, "{peer}");
    }
    let two = headers(&[("x-assertion", token.as_bytes()), ("x-assertion", b"x")]);
    let status = identity.who(PROXY, &two).await.expect_err("two").refusal;
    assert_eq!(status.status, StatusCode::BAD_REQUEST);
    let none = identity.who(PROXY, &headers(&[])).await.expect_err("none");
    assert_eq!(none.refusal.status, StatusCode::UNAUTHORIZED);
    let bytes = headers(&[("x-assertion", b"\xff.\xfe.\xfd")]);
    let bytes = identity.who(PROXY, &bytes).await.expect_err("bytes");
    assert_eq!(bytes.refusal.status, StatusCode::UNAUTHORIZED);
}
