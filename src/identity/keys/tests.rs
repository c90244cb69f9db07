use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::json;

use super::super::clock::Clock;
use super::super::jwt::tests::{claims, identity, mode, who};
use super::super::made::{Answer, KeyServer, Signing, now, set_of};
use super::super::token::key_set;
use super::super::{Algorithm, Identity, KeySource, Unknown};

fn keys(keys: &[&Signing]) -> Answer {
    Answer::Body(set_of(keys))
}

fn console(server: &KeyServer, clock: &Clock) -> Identity {
    let mode = mode(KeySource::Url(server.url.clone()), &[Algorithm::Es256]);
    identity(mode, clock)
}

fn status(known: Result<super::super::Known, Unknown>) -> u16 {
    known.map_or_else(|unknown| unknown.refusal.status.as_u16(), |_| 200)
}

/// Claims that are good for a day, for clocks that are moved on.
fn token(key: &Signing) -> String {
    let mut claims = claims();
    claims["exp"] = json!(now() + 86_400);
    key.token(&claims)
}

#[tokio::test]
async fn keys_are_fetched_once_and_again_after_a_while() {
    let key = Signing::new(Algorithm::Es256, "k1");
    let (server, clock) = (KeyServer::start(keys(&[&key])).await, Clock::default());
    let console = console(&server, &clock);
    assert_eq!(server.asked(), 0);
    for _ in 0..3 {
        assert_eq!(status(who(&console, &token(&key)).await), 200);
    }
    assert_eq!(console.is_ready().await, Ok(()));
    assert_eq!(server.asked(), 1);
    clock.skip(301);
    assert_eq!(status(who(&console, &token(&key)).await), 200);
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn a_new_key_is_found_and_a_withdrawn_one_forgotten() {
    let (old, new) = (
        Signing::new(Algorithm::Es256, "k1"),
        Signing::new(Algorithm::Es256, "k2"),
    );
    let (server, clock) = (KeyServer::start(keys(&[&old])).await, Clock::default());
    let console = console(&server, &clock);
    assert_eq!(status(who(&console, &token(&old)).await), 200);
    server.answer(keys(&[&new]));
    // Not again so soon, whatever is asked.
    for _ in 0..5 {
        assert_eq!(status(who(&console, &token(&new)).await), 401);
    }
    assert_eq!(server.asked(), 1);
    clock.skip(11);
    assert_eq!(status(who(&console, &token(&new)).await), 200);
    assert_eq!(status(who(&console, &token(&old)).await), 401);
    assert_eq!(server.asked(), 2);
}

#[tokio::test]
async fn keys_stay_in_force_for_an_hour_while_the_server_is_down() {
    let key = Signing::new(Algorithm::Es256, "k1");
    let stranger = Signing::new(Algorithm::Es256, "k2");
    let (server, clock) = (KeyServer::start(keys(&[&key])).await, Clock::default());
    let console = console(&server, &clock);
    assert_eq!(status(who(&console, &token(&key)).await), 200);
    server.answer(Answer::Hangup);
    clock.skip(1800);
    assert_eq!(status(who(&console, &token(&key)).await), 200);
    assert_eq!(status(who(&console, &token(&key)).await), 200);
    assert_eq!(server.asked(), 2);
    // Nobody can tell whether this key is a new one.
    assert_eq!(status(who(&console, &token(&stranger)).await), 503);
    clock.skip(1801);
    assert_eq!(status(who(&console, &token(&key)).await), 503);
    server.answer(keys(&[&key]));
    clock.skip(2);
    assert_eq!(status(who(&console, &token(&key)).await), 200);
}

#[tokio::test]
async fn answers_that_are_no_keys_let_nobody_in_and_are_not_asked_for_in_a_row() {
    let key = Signing::new(Algorithm::Es256, "k1");
    let huge = format!("{{\"keys\":[],\"x\":\"{}\"}}", "x".repeat(70_000));
    let clock = Clock::default();
    for answer in [
        Answer::Hangup,
        Answer::Head("302 Found\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0"),
        Answer::Head("301 Moved\r\nlocation: https://example.com/\r\ncontent-length: 0"),
        Answer::Head("404 Not Found\r\ncontent-length: 0"),
        Answer::Head("500 Broken\r\ncontent-length: 0"),
        Answer::Head("204 No Content"),
        Answer::Head("200 OK\r\ncontent-length: 1000"),
        Answer::Body(huge),
        Answer::Body(String::new()),
        Answer::Body("[]".to_owned()),
        Answer::Body("{\"keys\":{}}".to_owned()),
        Answer::Body("{\"keys\":[]}".to_owned()),
        Answer::Body("{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\",\"kid\":\"k1\"}]}".to_owned()),
        Answer::Body("<html>".to_owned()),
    ] {
        let server = KeyServer::start(answer).await;
        let console = console(&server, &clock);
        assert!(console.is_ready().await.is_err());
        let unknown = who(&console, &token(&key)).await.expect_err("no keys");
        assert_eq!(unknown.refusal.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(!unknown.why.is_empty());
        assert_eq!(server.asked(), 1, "{}", unknown.why);
        server.answer(keys(&[&key]));
        clock.skip(2);
        assert_eq!(status(who(&console, &token(&key)).await), 200);
        assert_eq!(console.is_ready().await, Ok(()));
    }
}

#[tokio::test]
async fn what_does_not_speak_tls_is_not_asked_for_keys_in_the_clear() {
    let key = Signing::new(Algorithm::Es256, "k1");
    let server = KeyServer::start(keys(&[&key])).await;
    let url = server.url.replace("http:", "https:");
    let mode = mode(KeySource::Url(url), &[Algorithm::Es256]);
    let console = identity(mode, &Clock::default());
    let unknown = who(&console, &token(&key)).await.expect_err("no keys");
    assert_eq!(unknown.refusal.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(
        unknown.why.contains("cannot be reached: "),
        "{}",
        unknown.why
    );
    assert!(server.paths().iter().all(|path| !path.starts_with('/')));
}

#[tokio::test]
async fn one_slow_answer_is_waited_for_once_and_only_so_long() {
    let key = Signing::new(Algorithm::Es256, "k1");
    let server = KeyServer::start(Answer::Nothing).await;
    let clock = Clock::default();
    let console = console(&server, &clock);
    let began = std::time::Instant::now();
    let asking: Vec<_> = (0..20)
        .map(|_| {
            let (console, token) = (console.clone(), token(&key));
            tokio::spawn(async move { status(who(&console, &token).await) })
        })
        .collect();
    for asked in asking {
        assert_eq!(asked.await.expect("an answer"), 503);
    }
    let took = began.elapsed().as_secs();
    assert!((2..6).contains(&took), "{took} s");
    assert_eq!(server.asked(), 1);
}

#[tokio::test]
async fn many_who_need_the_same_keys_share_one_fetch() {
    let key = Arc::new(Signing::new(Algorithm::Es256, "k1"));
    let server = KeyServer::start(keys(&[&key])).await;
    let console = console(&server, &Clock::default());
    let asking: Vec<_> = (0..50)
        .map(|_| {
            let (console, token) = (console.clone(), token(&key));
            tokio::spawn(async move { status(who(&console, &token).await) })
        })
        .collect();
    for asked in asking {
        assert_eq!(asked.await.expect("an answer"), 200);
    }
    assert_eq!(server.asked(), 1);
}

#[tokio::test]
async fn a_file_of_keys_is_read_again_when_it_changes() {
    let (old, new) = (
        Signing::new(Algorithm::Es256, "k1"),
        Signing::new(Algorithm::Es256, "k1"),
    );
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keys.json");
    let clock = Clock::default();
    let console = identity(
        mode(KeySource::File(path.clone()), &[Algorithm::Es256]),
        &clock,
    );
    assert!(console.is_ready().await.is_err());
    std::fs::write(&path, set_of(&[&old])).expect("a file");
    clock.skip(2);
    assert_eq!(console.is_ready().await, Ok(()));
    assert_eq!(status(who(&console, &token(&old)).await), 200);
    std::fs::write(&path, set_of(&[&new])).expect("a file");
    clock.skip(11);
    assert_eq!(status(who(&console, &token(&new)).await), 200);
    assert_eq!(status(who(&console, &token(&old)).await), 401);
    std::fs::write(&path, "x".repeat(70_000)).expect("a file");
    clock.skip(11);
    assert_eq!(status(who(&console, &token(&new)).await), 200);
    std::fs::remove_file(&path).expect("no file");
    clock.skip(3700);
    assert_eq!(status(who(&console, &token(&new)).await), 503);
}

#[test]
fn keys_of_no_use_are_left_out_of_a_set() {
    let key = Signing::new(Algorithm::Es256, "k1");
    let with = |name: &str, value: serde_json::Value| {
        let mut jwk = key.jwk();
        jwk[name] = value;
        jwk
    };
    let rsa = Signing::new(Algorithm::Rs256, "k2");
    for useless in [
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
        let set = json!({"keys": [useless, rsa.jwk()]}).to_string();
        let found = key_set(set.as_bytes()).expect("the other key");
        assert_eq!(found.len(), 1, "{useless}");
        assert!(found[0].is_called("k2"));
    }
    let twice = format!("{{\"keys\":[],\"keys\":[{}]}}", key.jwk());
    assert!(key_set(twice.as_bytes()).is_err());
}
