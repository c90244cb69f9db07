mod refused;

use std::net::IpAddr;
use std::path::PathBuf;

use axum::http::{HeaderName, StatusCode};
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
