//! Forged, expired and malformed tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::proxied::RULES;

use super::signing::{Key, KeyServer, now, secret_token, unsigned};
use super::{Attack, Scene, Setup, attack};

const HEADER: &str = "X-Assertion";

fn header() -> Value {
    json!({"alg": "ES256", "typ": "JWT", "kid": "ours"})
}

fn claims() -> Value {
    json!({
        "iss": "https://login.example.com", "aud": "console", "sub": "ada@example.com",
        "groups": ["ml-ops"], "iat": now() - 10, "exp": now() + 3600,
    })
}

fn with(mut object: Value, name: &str, value: Value) -> Value {
    object[name] = value;
    object
}

fn without(mut object: Value, name: &str) -> Value {
    object.as_object_mut().expect("an object").remove(name);
    object
}

/// What is signed with the issuer's own key, and is wrong all the same.
fn wrong_claims(key: &Key) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let mut row = |what: String, claims: Value| rows.push((what, key.token(&header(), &claims)));
    for (name, value) in [
        ("iss", json!("https://login.example.com/")),
        ("iss", json!("https://login.evil.test")),
        ("iss", json!(["https://login.example.com"])),
        ("iss", json!("")),
        ("aud", json!("another")),
        ("aud", json!("CONSOLE")),
        ("aud", json!(["another", "others"])),
        ("aud", json!([])),
        ("aud", json!({"console": true})),
        ("aud", json!(["console", 1])),
        ("exp", json!(now() - 3600)),
        ("exp", json!(0)),
        ("exp", json!(-1)),
        ("exp", json!("9999999999")),
        ("exp", json!(null)),
        ("exp", json!([9_999_999_999_u64])),
        ("nbf", json!(now() + 3600)),
        ("nbf", json!("0")),
        ("iat", json!(now() + 3600)),
        ("sub", json!("")),
        ("sub", json!(1)),
        ("sub", json!(["root@example.com"])),
        ("sub", json!("a@b@c")),
        ("sub", json!("root\u{202e}")),
        ("sub", json!("a\nX-Forwarded-User: root")),
        ("sub", json!("a".repeat(129))),
        ("groups", json!({"admins": true})),
        ("groups", json!(["ml-ops", 1])),
        ("groups", json!(["admins\u{200b}"])),
    ] {
        row(
            format!("{name} is {value:.40}"),
            with(claims(), name, value),
        );
    }
    for name in ["iss", "aud", "exp", "sub"] {
        row(format!("no {name}"), without(claims(), name));
    }
    rows.push((
        "claims that are a list".to_owned(),
        key.token(&header(), &json!([claims()])),
    ));
    rows
}

fn wrong_algorithms(key: &Key) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    for alg in ["none", "None", "NONE", "nOnE", ""] {
        let header = with(header(), "alg", json!(alg));
        let bare = unsigned(&header, &claims());
        rows.push((format!("alg {alg:?}, unsigned"), format!("{bare}.")));
        rows.push((
            format!("alg {alg:?}, signed"),
            key.token(&header, &claims()),
        ));
    }
    for alg in [
        "HS256", "hs256", "ES384", "ES512", "RS256", "PS256", "EdDSA", "es256",
    ] {
        let header = with(header(), "alg", json!(alg));
        rows.push((format!("alg {alg}"), key.token(&header, &claims())));
    }
    for (what, alg) in [
        ("a list", json!(["ES256"])),
        ("nothing", json!(null)),
        ("a number", json!(256)),
    ] {
        let header = with(header(), "alg", alg);
        rows.push((format!("alg is {what}"), key.token(&header, &claims())));
    }
    rows
}

fn wrong_secrets(key: &Key) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    let hs256 = with(header(), "alg", json!("HS256"));
    let point = URL_SAFE_NO_PAD.decode(key.jwk()["x"].as_str().expect("x"));
    for (what, secret) in [
        ("the public key in PEM", key.pem().into_bytes()),
        ("the public key in JSON", key.jwk().to_string().into_bytes()),
        ("a coordinate of it", point.expect("Base64")),
        ("nothing", Vec::new()),
    ] {
        let token = secret_token(&hs256, &claims(), &secret);
        rows.push((format!("HS256 with {what}"), token));
        let token = secret_token(&header(), &claims(), &secret);
        rows.push((format!("ES256 that is HS256 with {what}"), token));
    }
    rows
}

fn wrong_keys(key: &Key, evil: &str) -> Vec<(String, String)> {
    let foreign = Key::new("ours");
    let mut rows = Vec::new();
    for (what, header) in [
        ("another's key", header()),
        (
            "another's key of another name",
            with(header(), "kid", json!("theirs")),
        ),
        ("another's key without a name", without(header(), "kid")),
        ("another's key inside", with(header(), "jwk", foreign.jwk())),
        (
            "another's key at jku",
            with(header(), "jku", json!(format!("{evil}/keys"))),
        ),
        (
            "another's key at x5u",
            with(header(), "x5u", json!(format!("{evil}/keys"))),
        ),
        (
            "another's certificate",
            with(header(), "x5c", json!(["MIIB"])),
        ),
    ] {
        rows.push((what.to_owned(), foreign.token(&header, &claims())));
    }
    for kid in [
        json!("../../../../dev/null"),
        json!("/dev/null"),
        json!("x' UNION SELECT 'ours"),
        json!("ours\u{0}"),
        json!("OURS"),
        json!(""),
        json!(["ours"]),
        json!("k".repeat(300)),
        json!("http://evil.test/keys"),
    ] {
        let header = with(header(), "kid", kid.clone());
        rows.push((format!("kid {kid:.40}"), key.token(&header, &claims())));
    }
    let crit = with(header(), "crit", json!(["b64"]));
    rows.push(("crit".to_owned(), key.token(&crit, &claims())));
    rows.push((
        "empty crit".to_owned(),
        key.token(&with(header(), "crit", json!([])), &claims()),
    ));
    rows
}

fn broken(key: &Key) -> Vec<(String, String)> {
    let good = key.token(&header(), &claims());
    let parts: Vec<&str> = good.split('.').collect();
    let [head, body, signature] = parts[..] else {
        panic!("three parts")
    };
    let root = unsigned(&header(), &with(claims(), "sub", json!("root@example.com")));
    let zeros = URL_SAFE_NO_PAD.encode([0; 64]);
    let ones = URL_SAFE_NO_PAD.encode([1; 64]);
    [
        ("no signature", format!("{head}.{body}.")),
        ("two parts", format!("{head}.{body}")),
        ("one part", head.to_owned()),
        ("four parts", format!("{good}.{signature}")),
        ("dots", "..".to_owned()),
        ("nothing after Bearer", "Bearer ".to_owned()),
        ("another scheme", format!("Basic {good}")),
        ("a truncated signature", good[..good.len() - 4].to_owned()),
        ("a longer signature", format!("{good}AAAA")),
        ("a padded signature", format!("{good}==")),
        ("padded claims", format!("{head}.{body}==.{signature}")),
        ("another person's claims", format!("{root}.{signature}")),
        ("a signature of zeros", format!("{root}.{zeros}")),
        ("a signature of ones", format!("{root}.{ones}")),
        ("a space inside", format!("{head}. {body}.{signature}")),
        ("quotes around", format!("\"{good}\"")),
        ("two by a comma", format!("{good},{good}")),
        ("two by a space", format!("{good} {good}")),
        ("the standard alphabet", good.replace(['-', '_'], "+")),
        (
            "20,000 characters more",
            format!("{good}{}", "A".repeat(20_000)),
        ),
        ("a token of five parts", format!("{good}.{head}.{body}")),
        (
            "a JSON serialisation",
            json!({"payload": body, "signature": signature}).to_string(),
        ),
        ("percent signs", good.replace('.', "%2e")),
        ("nothing", String::new()),
    ]
    .into_iter()
    .filter(|(_, token)| *token != good)
    .map(|(what, token)| (what.to_owned(), token))
    .collect()
}

struct Issued {
    scene: Scene,
    key: Key,
    evil: KeyServer,
    _keys: KeyServer,
}

async fn issued() -> Issued {
    let key = Key::new("ours");
    let set = json!({"keys": [key.jwk()]}).to_string();
    let keys = KeyServer::start("/keys", set).await;
    let foreign = json!({"keys": [Key::new("ours").jwk()]}).to_string();
    let evil = KeyServer::start("/keys", foreign).await;
    let settings = format!(
        r#"
[server]
public_origins = ["https://ml.example.com"]
writes_per_minute = 10000

[identity]
mode = "jwt"
trusted_proxies = ["127.0.0.1"]

[identity.jwt]
header = "{HEADER}"
issuer = "https://login.example.com"
audience = "console"
jwks_url = "{}/keys"
{RULES}"#,
        keys.url
    );
    let token = key.token(&header(), &claims());
    let scene = Scene::set(Setup {
        settings: &settings,
        ada: &[(HEADER, &token)],
        base: "",
        request_base: "",
    })
    .await;
    Issued {
        scene,
        key,
        evil,
        _keys: keys,
    }
}

fn refused(scene: &Scene, tokens: Vec<(String, String)>) -> Vec<Attack> {
    let rows = tokens.into_iter();
    rows.map(|(what, token)| {
        let reason = if token.trim().is_empty() {
            "no_identity"
        } else {
            "bad_identity"
        };
        attack(what, scene.start().with(HEADER, token), 401).denied(reason)
    })
    .collect()
}

#[tokio::test]
async fn a_token_says_for_whom_and_until_when() {
    let issued = issued().await;
    let scene = &issued.scene;
    scene
        .expect_refused("claims", refused(scene, wrong_claims(&issued.key)))
        .await;
    scene.still_works(&scene.start()).await;
}

#[tokio::test]
async fn a_token_is_signed_by_the_issuers_key_and_no_other() {
    let issued = issued().await;
    let scene = &issued.scene;
    let key = &issued.key;
    let mut tokens = wrong_algorithms(key);
    tokens.extend(wrong_secrets(key));
    tokens.extend(wrong_keys(key, &issued.evil.url));
    scene
        .expect_refused("signatures", refused(scene, tokens))
        .await;
    assert_eq!(
        issued.evil.requests(),
        0,
        "keys are requested from the address in the settings"
    );
    scene.still_works(&scene.start()).await;
}

#[tokio::test]
async fn a_broken_token_is_none() {
    let issued = issued().await;
    let scene = &issued.scene;
    let mut rows = refused(scene, broken(&issued.key));
    let good = issued.key.token(&header(), &claims());
    let bytes = [good.as_bytes(), &b"\xff"[..]].concat();
    rows.push(
        attack(
            "a token that is not ASCII",
            scene.start().with(HEADER, bytes),
            401,
        )
        .denied("bad_identity"),
    );
    for (what, shot) in [
        ("two tokens", scene.start().add(HEADER, &good)),
        (
            "an alias beside it",
            scene.start().add("X_Assertion", &good),
        ),
        (
            "taken away on the way",
            scene.start().with("Connection", "close, x-assertion"),
        ),
    ] {
        rows.push(attack(what, shot, 400).denied("bad_request"));
    }
    for (what, shot) in [
        (
            "in Authorization",
            ("Authorization", format!("Bearer {good}")),
        ),
        ("in a cookie", ("Cookie", format!("X-Assertion={good}"))),
        (
            "a header's name",
            ("X-Forwarded-User", "root@example.com".to_owned()),
        ),
    ]
    .map(|(what, (name, value))| (what, scene.start().without(HEADER).add(name, value)))
    {
        rows.push(attack(what, shot, 401).denied("no_identity"));
    }
    rows.push(
        attack(
            "a good one from another peer",
            scene.start().from([127, 0, 0, 2]),
            403,
        )
        .denied("untrusted_peer"),
    );
    scene.expect_refused("broken tokens", rows).await;
    scene.still_works(&scene.start()).await;
}
