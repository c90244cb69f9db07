mod refused;

use std::net::IpAddr;
use std::path::PathBuf;

use axum::http::{HeaderName, StatusCode};
use serde_json::{Value, json};

use super::super::clock::Clock;
use super::super::tests::fixtures::{SigningKey, headers, key_set_of, now};
use super::super::{
    Algorithm, AuthError, Authenticated, Authenticator, IdentitySettings, JwtMode, KeySource, Mode,
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

pub(in super::super) fn authenticator(mode: JwtMode, clock: &Clock) -> Authenticator {
    let settings = IdentitySettings {
        mode: Mode::Jwt(mode),
        trusted_proxies: vec!["10.0.3.7".parse().expect("a network")],
        client_ip_header: None,
    };
    Authenticator::with_clock(settings, clock.clone())
}

pub(in super::super) async fn authenticate(
    authenticator: &Authenticator,
    token: &str,
) -> Result<Authenticated, AuthError> {
    let headers = headers(&[("x-assertion", token.as_bytes())]);
    authenticator.authenticate(PROXY, &headers).await
}

/// Claims that are valid for a minute.
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

/// An authenticator with these keys, from a file.
fn console(keys: &[&SigningKey], algorithms: &[Algorithm]) -> (Authenticator, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let path: PathBuf = folder.path().join("keys.json");
    std::fs::write(&path, key_set_of(keys)).expect("a file");
    let mode = mode(KeySource::File(path), algorithms);
    (authenticator(mode, &Clock::default()), folder)
}

#[tokio::test]
async fn every_algorithm_works_where_it_is_allowed() {
    for algorithm in Algorithm::ALL {
        let key = SigningKey::new(algorithm, "k1");
        let (authenticator, _folder) = console(&[&key], &[algorithm]);
        let known = authenticate(&authenticator, &key.token(&claims())).await;
        let known = known.unwrap_or_else(|error| panic!("{algorithm}: {error:?}"));
        assert_eq!(known.person.name, "ada");
        assert_eq!(known.person.email.as_deref(), Some("ada@example.com"));
        assert_eq!(known.person.groups, ["ml-ops", "everyone"]);
        assert_eq!(known.person.source, Source::Jwt);
        assert_eq!(known.client_address, None);
        let bearer = format!("Bearer {}", key.token(&claims()));
        assert!(
            authenticate(&authenticator, &bearer).await.is_ok(),
            "{algorithm}"
        );

        let other: Vec<Algorithm> = Algorithm::ALL
            .into_iter()
            .filter(|other| *other != algorithm)
            .collect();
        let (authenticator, _folder) = console(&[&key], &other);
        refused(&authenticator, &key.token(&claims()), "token_algorithm").await;
        // A key of the right type does not verify a token that names another algorithm.
        let relabelled = json!({"alg": other[0].as_str(), "kid": "k1"});
        let token = key.token_of(&relabelled.to_string(), &claims().to_string());
        refused(&authenticator, &token, "").await;
    }
}

async fn refused(authenticator: &Authenticator, token: &str, why: &str) {
    let error = authenticate(authenticator, token).await.expect_err(why);
    assert_eq!(error.response.status(), StatusCode::UNAUTHORIZED, "{why}");
    assert!(
        error.reason.to_string().contains(why),
        "{:?} for {why}",
        error.reason
    );
    let longest = token.split('.').max_by_key(|part| part.len());
    let longest = longest.unwrap_or_default();
    assert!(
        longest.len() < 20 || !error.reason.to_string().contains(longest),
        "the reason holds the token: {}",
        error.reason
    );
}

#[tokio::test]
async fn clocks_may_be_a_little_apart() {
    let key = SigningKey::new(Algorithm::Es256, "k1");
    let (authenticator, _folder) = console(&[&key], &[Algorithm::Es256]);
    for claims in [
        claims_with("exp", json!(now() - 20)),
        claims_with("nbf", json!(now() + 20)),
        claims_with("iat", json!(now() + 20)),
        claims_with("exp", json!(now() as f64 + 0.5)),
        claims_without("iat"),
    ] {
        assert!(
            authenticate(&authenticator, &key.token(&claims))
                .await
                .is_ok(),
            "{claims}"
        );
    }
}

#[tokio::test]
async fn claims_may_be_lists_strings_or_nested() {
    let key = SigningKey::new(Algorithm::Es256, "k1");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys.json");
    std::fs::write(&path, key_set_of(&[&key])).expect("a file");
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
        let known = authenticate(&authenticator(mode, &Clock::default()), &token).await;
        assert_eq!(known.expect("someone").person.groups, groups, "{claim}");
    }
}

#[tokio::test]
async fn an_unverified_address_is_not_trusted() {
    let key = SigningKey::new(Algorithm::Es256, "k1");
    let (by_sub, folder) = console(&[&key], &[Algorithm::Es256]);
    let mut by_email = mode(
        KeySource::File(folder.path().join("keys.json")),
        &[Algorithm::Es256],
    );
    by_email.user_claim = "email".to_owned();
    let by_email = authenticator(by_email, &Clock::default());
    for (verified, is_trusted) in [
        (json!(true), true),
        (json!("true"), true),
        (Value::Null, true),
        (json!(false), false),
        (json!("false"), false),
        (json!(1), false),
    ] {
        let token = key.token(&claims_with("email_verified", verified));
        let known = authenticate(&by_sub, &token).await.expect("ada");
        assert_eq!(known.person.email.is_some(), is_trusted);
        let known = authenticate(&by_email, &token).await;
        assert_eq!(known.is_ok(), is_trusted, "{known:?}");
    }
}

#[tokio::test]
async fn a_token_without_a_key_id_must_fit_exactly_one_key() {
    let (one, other) = (
        SigningKey::new(Algorithm::Es256, "k1"),
        SigningKey::new(Algorithm::Es256, "k2"),
    );
    let token = one.token_of(r#"{"alg":"ES256"}"#, &claims().to_string());
    let (authenticator, _folder) = console(&[&one], &[Algorithm::Es256]);
    assert!(authenticate(&authenticator, &token).await.is_ok());
    let (authenticator, _folder) = console(&[&one, &other], &[Algorithm::Es256]);
    refused(&authenticator, &token, "key_ambiguous").await;
}

#[tokio::test]
async fn only_a_trusted_proxy_may_pass_on_tokens_and_only_one() {
    let key = SigningKey::new(Algorithm::Es256, "k1");
    let (authenticator, _folder) = console(&[&key], &[Algorithm::Es256]);
    let token = key.token(&claims());
    let one = headers(&[("x-assertion", token.as_bytes())]);
    for (peer, is_trusted) in [
        ("10.0.3.7", true),
        ("::ffff:10.0.3.7", true),
        ("10.0.3.8", false),
        ("127.0.0.1", false),
        ("::1", false),
    ] {
        let known = authenticator
            .authenticate(peer.parse().expect("an address"), &one)
            .await;
        let status = known.as_ref().err().map(|error| error.response.status());
        let expected = (!is_trusted).then_some(StatusCode::FORBIDDEN);
        assert_eq!(status, expected, "{peer}");
    }
    let two = headers(&[("x-assertion", token.as_bytes()), ("x-assertion", b"x")]);
    let status = authenticator
        .authenticate(PROXY, &two)
        .await
        .expect_err("two")
        .response;
    assert_eq!(status.status(), StatusCode::BAD_REQUEST);
    let none = authenticator
        .authenticate(PROXY, &headers(&[]))
        .await
        .expect_err("none");
    assert_eq!(none.response.status(), StatusCode::UNAUTHORIZED);
    let bytes = headers(&[("x-assertion", b"\xff.\xfe.\xfd")]);
    let bytes = authenticator
        .authenticate(PROXY, &bytes)
        .await
        .expect_err("bytes");
    assert_eq!(bytes.response.status(), StatusCode::UNAUTHORIZED);
}
