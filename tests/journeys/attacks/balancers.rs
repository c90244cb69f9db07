//! The claims of load balancers that are not ours.

use serde_json::{Value, json};

use crate::support::proxied::RULES;

use super::signing::{Key, KeyServer, now, secret_token};
use super::{Attack, Scene, Setup, attack};

const DATA: &str = "x-amzn-oidc-data";
const KID: &str = "0a1b2c3d-0000-4000-8000-0123456789ab";
const KEY_PATH: &str = "/0a1b2c3d-0000-4000-8000-0123456789ab";
const ARN: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/ml/0123456789abcdef";

fn header() -> Value {
    json!({
        "typ": "JWT", "alg": "ES256", "kid": KID, "signer": ARN,
        "iss": "https://login.example.com", "client": "console", "exp": now() + 3600,
    })
}

fn claims() -> Value {
    json!({"sub": "ada@example.com", "groups": "ml-ops"})
}

fn wrong(key: &Key) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    for (name, value) in [
        ("signer", json!(ARN.replace("111122223333", "444455556666"))),
        ("signer", json!(ARN.replace("/ml/", "/other/"))),
        ("signer", json!(ARN.to_uppercase())),
        ("signer", json!(format!("{ARN} "))),
        ("signer", json!([ARN])),
        ("signer", json!("")),
        ("iss", json!("https://login.evil.test")),
        ("iss", json!("")),
        ("client", json!("another")),
        ("client", json!("Console")),
        ("exp", json!(now() - 3600)),
        ("exp", json!("9999999999")),
        ("exp", json!(null)),
        ("alg", json!("none")),
        ("alg", json!("HS256")),
        ("alg", json!("ES384")),
        ("alg", json!("RS256")),
        ("crit", json!(["exp"])),
        ("kid", json!("../../../etc/passwd")),
        ("kid", json!(format!("{KID}/../other"))),
        ("kid", json!(format!("{KID}?x"))),
        ("kid", json!(KID.to_uppercase())),
        ("kid", json!("@evil.test/aaaaaaaaaaaaaaaaaaaaaaaaa")),
        ("kid", json!("")),
        ("kid", json!(1)),
    ] {
        let mut header = header();
        header[name] = value.clone();
        rows.push((format!("{name} {value}"), key.padded(&header, &claims())));
    }
    for name in ["signer", "iss", "client", "exp", "kid", "alg"] {
        let mut header = header();
        header.as_object_mut().expect("an object").remove(name);
        rows.push((format!("no {name}"), key.padded(&header, &claims())));
    }
    for (what, claims) in [
        ("no subject", json!({"groups": "admins"})),
        ("a subject that is a list", json!({"sub": ["root"]})),
        (
            "claims that have ended",
            json!({"sub": "ada", "exp": now() - 3600}),
        ),
        ("claims that are text", json!("ada")),
    ] {
        rows.push((what.to_owned(), key.padded(&header(), &claims)));
    }
    rows
}

fn forged(key: &Key) -> Vec<(String, String)> {
    let foreign = Key::new(KID);
    let good = key.padded(&header(), &claims());
    let root = key.padded(
        &header(),
        &json!({"sub": "root@example.com", "groups": "admins"}),
    );
    let part = |token: &str, at: usize| token.split('.').nth(at).expect("a part").to_owned();
    let spliced = format!("{}.{}.{}", part(&good, 0), part(&root, 1), part(&good, 2));
    let hs256 = json!({
        "alg": "HS256", "kid": KID, "signer": ARN, "iss": "https://login.example.com",
        "client": "console", "exp": now() + 3600,
    });
    vec![
        (
            "another's key".to_owned(),
            foreign.padded(&header(), &claims()),
        ),
        ("another's claims".to_owned(), spliced),
        (
            "HS256 with the public key".to_owned(),
            secret_token(&hs256, &claims(), key.pem().as_bytes()),
        ),
        (
            "no signature".to_owned(),
            format!("{}.{}.", part(&good, 0), part(&good, 1)),
        ),
        ("truncated".to_owned(), good[..good.len() - 8].to_owned()),
        ("the padding left out".to_owned(), {
            // Signed with the padding, so that it is another text without it.
            let mut claims = claims();
            while !part(&key.padded(&header(), &claims), 1).ends_with('=') {
                claims["x"] = json!(format!("{}x", claims["x"].as_str().unwrap_or_default()));
            }
            key.padded(&header(), &claims).replace('=', "")
        }),
        ("nothing".to_owned(), String::new()),
    ]
}

#[tokio::test]
async fn only_tokens_of_our_load_balancer_are_accepted() {
    let key = Key::new(KID);
    let keys = KeyServer::start(KEY_PATH, key.pem()).await;
    let settings = format!(
        r#"
[server]
public_origins = ["https://ml.example.com"]
writes_per_minute = 10000

[identity]
mode = "alb"
trusted_proxies = ["127.0.0.1"]

[identity.alb]
region = "eu-central-1"
signer_arns = ["{ARN}"]
issuer = "https://login.example.com"
client_id = "console"
keys_url = "{}"
{RULES}"#,
        keys.url
    );
    let token = key.padded(&header(), &claims());
    let scene = Scene::set(Setup {
        settings: &settings,
        ada: &[(DATA, &token)],
        base: "",
        request_base: "",
    })
    .await;
    let requests = keys.requests();
    let mut rows: Vec<Attack> = Vec::new();
    for (what, token) in wrong(&key).into_iter().chain(forged(&key)) {
        let reason = if token.is_empty() {
            "no_identity"
        } else {
            "bad_identity"
        };
        let shot = scene.start().with(DATA, token);
        rows.push(attack(what, shot, 401).denied(reason));
    }
    for (what, name) in [
        ("the identity alone", "x-amzn-oidc-identity"),
        ("the access token alone", "x-amzn-oidc-accesstoken"),
    ] {
        let shot = scene.start().without(DATA).add(name, "root@example.com");
        rows.push(attack(what, shot, 401).denied("no_identity"));
    }
    for (what, shot) in [
        ("two", scene.start().add(DATA, &token)),
        ("an alias", scene.start().add("x_amzn_oidc_data", &token)),
    ] {
        rows.push(attack(what, shot, 400).denied("bad_request"));
    }
    scene.expect_refused("load balancers", rows).await;
    assert_eq!(
        keys.requests(),
        requests,
        "no attack caused a request for a key"
    );
    let mut unknown = header();
    unknown["kid"] = json!("ffffffff-0000-4000-8000-0123456789ab");
    let shot = scene.start().with(DATA, key.padded(&unknown, &claims()));
    let row = attack("a key that is not there", shot, 401).or(503);
    scene
        .expect_refused("unknown keys", vec![row.denied("bad_identity")])
        .await;
    scene.still_works(&scene.start()).await;
}
