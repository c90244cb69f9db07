use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::json;

use super::super::clock::Clock;
use super::super::jwt::tests::{authenticate, authenticator, claims, mode};
use super::super::tests::fixtures::{KeyResponse, KeyServer, SigningKey, key_set_of, now};
use super::super::token::key_set;
use super::super::{Algorithm, AuthError, Authenticator, KeySource};

fn keys(keys: &[&SigningKey]) -> KeyResponse {
    KeyResponse::Body(key_set_of(keys))
}

fn console(server: &KeyServer, clock: &Clock) -> Authenticator {
    let mode = mode(KeySource::Url(server.url.clone()), &[Algorithm::Es256]);
    authenticator(mode, clock)
}

fn status(known: Result<super::super::Authenticated, AuthError>) -> u16 {
    known.map_or_else(|error| error.response.status().as_u16(), |_| 200)
}

/// A token that is valid for a day, for clocks that are advanced.
fn token(key: &SigningKey) -> String {
    let mut claims = claims();
    claims["exp"] = json!(now() + 86_400);
    key.token(&claims)
}

#[tokio::test]
async fn keys_are_fetched_once_and_again_after_a_while() {
    let key = SigningKey::new(Algorithm::Es256, "k1");
    let (server, clock) = (KeyServer::start(keys(&[&key])).await, Clock::default());
    let console = console(&server, &clock);
    assert_eq!(server.requests(), 0);
    for _ in 0..3 {
        assert_eq!(status(authenticate(&console, &token(&key)).await), 200);
    }
    assert_eq!(console.is_ready().await, Ok(()));
    assert_eq!(server.requests(), 1);
    clock.advance(301);
    assert_eq!(status(authenticate(&console, &token(&key)).await), 200);
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn a_new_key_is_found_and_a_withdrawn_one_forgotten() {
    let (old, new) = (
        SigningKey::new(Algorithm::Es256, "k1"),
        SigningKey::new(Algorithm::Es256, "k2"),
    );
    let (server, clock) = (KeyServer::start(keys(&[&old])).await, Clock::default());
    let console = console(&server, &clock);
    assert_eq!(status(authenticate(&console, &token(&old)).await), 200);
    server.respond_with(keys(&[&new]));
    // The set is not fetched again so soon, whatever is requested.
    for _ in 0..5 {
        assert_eq!(status(authenticate(&console, &token(&new)).await), 401);
    }
    assert_eq!(server.requests(), 1);
    clock.advance(11);
    assert_eq!(status(authenticate(&console, &token(&new)).await), 200);
    assert_eq!(status(authenticate(&console, &token(&old)).await), 401);
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn keys_stay_valid_for_an_hour_while_the_server_is_down() {
    let key = SigningKey::new(Algorithm::Es256, "k1");
    let other_key = SigningKey::new(Algorithm::Es256, "k2");
    let (server, clock) = (KeyServer::start(keys(&[&key])).await, Clock::default());
    let console = console(&server, &clock);
    assert_eq!(status(authenticate(&console, &token(&key)).await), 200);
    server.respond_with(KeyResponse::Hangup);
    clock.advance(1800);
    assert_eq!(status(authenticate(&console, &token(&key)).await), 200);
    assert_eq!(status(authenticate(&console, &token(&key)).await), 200);
    assert_eq!(server.requests(), 2);
    // Whether this is a new key cannot be checked.
    assert_eq!(
        status(authenticate(&console, &token(&other_key)).await),
        503
    );
    clock.advance(1801);
    assert_eq!(status(authenticate(&console, &token(&key)).await), 503);
    server.respond_with(keys(&[&key]));
    clock.advance(2);
    assert_eq!(status(authenticate(&console, &token(&key)).await), 200);
}

#[tokio::test]
async fn responses_without_keys_authenticate_nobody_and_are_not_requested_in_a_row() {
    let key = SigningKey::new(Algorithm::Es256, "k1");
    let huge = format!("{{\"keys\":[],\"x\":\"{}\"}}", "x".repeat(70_000));
    let clock = Clock::default();
    for response in [
        KeyResponse::Hangup,
        KeyResponse::Head("302 Found\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0"),
        KeyResponse::Head("301 Moved\r\nlocation: https://example.com/\r\ncontent-length: 0"),
        KeyResponse::Head("404 Not Found\r\ncontent-length: 0"),
        KeyResponse::Head("500 Broken\r\ncontent-length: 0"),
        KeyResponse::Head("204 No Content"),
        KeyResponse::Head("200 OK\r\ncontent-length: 1000"),
        KeyResponse::Body(huge),
        KeyResponse::Body(String::new()),
        KeyResponse::Body("[]".to_owned()),
        KeyResponse::Body("{\"keys\":{}}".to_owned()),
        KeyResponse::Body("{\"keys\":[]}".to_owned()),
        KeyResponse::Body(
            "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\",\"kid\":\"k1\"}]}".to_owned(),
        ),
        KeyResponse::Body("<html>".to_owned()),
    ] {
        let server = KeyServer::start(response).await;
        let console = console(&server, &clock);
        assert!(console.is_ready().await.is_err());
        let error = authenticate(&console, &token(&key))
            .await
            .expect_err("no keys");
        assert_eq!(error.response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(!error.reason.to_string().is_empty());
        assert_eq!(server.requests(), 1, "{}", error.reason);
        server.respond_with(keys(&[&key]));
        clock.advance(2);
        assert_eq!(status(authenticate(&console, &token(&key)).await), 200);
        assert_eq!(console.is_ready().await, Ok(()));
    }
}

#[tokio::test]
async fn an_https_key_server_without_tls_gets_no_request_in_clear_text() {
    let key = SigningKey::new(Algorithm::Es256, "k1");
    let server = KeyServer::start(keys(&[&key])).await;
    let url = server.url.replace("http:", "https:");
    let mode = mode(KeySource::Url(url), &[Algorithm::Es256]);
    let console = authenticator(mode, &Clock::default());
    let error = authenticate(&console, &token(&key))
        .await
        .expect_err("no keys");
    assert_eq!(error.response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        error
            .reason
            .to_string()
            .contains("key_server_unreachable: error "),
        "{}",
        error.reason
    );
    assert!(server.paths().iter().all(|path| !path.starts_with('/')));
}

#[tokio::test]
async fn a_slow_response_is_awaited_once_and_for_a_bounded_time() {
    let key = SigningKey::new(Algorithm::Es256, "k1");
    let server = KeyServer::start(KeyResponse::Nothing).await;
    let clock = Clock::default();
    let console = console(&server, &clock);
    let start = std::time::Instant::now();
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let (console, token) = (console.clone(), token(&key));
            tokio::spawn(async move { status(authenticate(&console, &token).await) })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.expect("a response"), 503);
    }
    let took = start.elapsed().as_secs();
    assert!((2..6).contains(&took), "{took} s");
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn concurrent_requests_for_the_same_keys_share_one_fetch() {
    let key = Arc::new(SigningKey::new(Algorithm::Es256, "k1"));
    let server = KeyServer::start(keys(&[&key])).await;
    let console = console(&server, &Clock::default());
    let tasks: Vec<_> = (0..50)
        .map(|_| {
            let (console, token) = (console.clone(), token(&key));
            tokio::spawn(async move { status(authenticate(&console, &token).await) })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.expect("a response"), 200);
    }
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_file_of_keys_is_read_again_when_it_changes() {
    let (old, new) = (
        SigningKey::new(Algorithm::Es256, "k1"),
        SigningKey::new(Algorithm::Es256, "k1"),
    );
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys.json");
    let clock = Clock::default();
    let console = authenticator(
        mode(KeySource::File(path.clone()), &[Algorithm::Es256]),
        &clock,
    );
    assert!(console.is_ready().await.is_err());
    std::fs::write(&path, key_set_of(&[&old])).expect("a file");
    clock.advance(2);
    assert_eq!(console.is_ready().await, Ok(()));
    assert_eq!(status(authenticate(&console, &token(&old)).await), 200);
    std::fs::write(&path, key_set_of(&[&new])).expect("a file");
    clock.advance(11);
    assert_eq!(status(authenticate(&console, &token(&new)).await), 200);
    assert_eq!(status(authenticate(&console, &token(&old)).await), 401);
    std::fs::write(&path, "x".repeat(70_000)).expect("a file");
    clock.advance(11);
    assert_eq!(status(authenticate(&console, &token(&new)).await), 200);
    std::fs::remove_file(&path).expect("no file");
    clock.advance(3700);
    assert_eq!(status(authenticate(&console, &token(&new)).await), 503);
}

#[test]
fn unusable_keys_are_left_out_of_a_set() {
    let key = SigningKey::new(Algorithm::Es256, "k1");
    let with = |name: &str, value: serde_json::Value| {
        let mut jwk = key.jwk();
        jwk[name] = value;
        jwk
    };
    let rsa = SigningKey::new(Algorithm::Rs256, "k2");
    for unusable in [
        with("use", json!("enc")),
        with("use", json!(7)),
        with("key_ops", json!(["sign"])),
        with("key_ops", json!("verify")),
        with("alg", json!("ES384")),
        with("alg", json!("HS256")),
        with("alg", json!("ECDH-ES")),
        with("kty", json!("oct")),
        with("kty", json!("RSA")),
        with("crv", json!("secp256k1")),
        with("crv", json!("P-384")),
        with("x", json!("")),
        with("x", json!("AA")),
        with("y", json!("not Base64!")),
        with("kid", json!(["k1"])),
        json!("ES256"),
        json!(null),
    ] {
        let set = json!({"keys": [unusable, rsa.jwk()]}).to_string();
        let found = key_set(set.as_bytes()).expect("the other key");
        assert_eq!(found.len(), 1, "{unusable}");
        assert!(found[0].has_kid("k2"));
    }
    let twice = format!("{{\"keys\":[],\"keys\":[{}]}}", key.jwk());
    assert!(key_set(twice.as_bytes()).is_err());
}
