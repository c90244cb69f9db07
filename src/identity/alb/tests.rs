use std::net::IpAddr;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::super::clock::Clock;
use super::super::tests::fixtures::{KeyResponse, KeyServer, SigningKey, headers, now};
use super::super::{
    AlbMode, Algorithm, AuthError, Authenticated, Authenticator, IdentitySettings, Mode,
    check_keys_url,
};
use crate::access::Source;

const BALANCER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 3, 7));
const KID: &str = "0a1b2c3d-0000-4000-8000-0123456789ab";
const ARN: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/ml/0123456789abcdef";

fn console(keys: &str, clock: &Clock) -> Authenticator {
    let settings = IdentitySettings {
        mode: Mode::Alb(AlbMode {
            region: "eu-central-1".to_owned(),
            signer_arns: vec![ARN.to_owned()],
            issuer: "https://id.example.com".to_owned(),
            client_id: "console".to_owned(),
            user_claim: "email".to_owned(),
            email_claim: "email".to_owned(),
            groups_claim: "groups".to_owned(),
            keys: keys.to_owned(),
        }),
        trusted_proxies: vec!["10.0.0.0/16".parse().expect("a network")],
        client_ip_header: None,
    };
    Authenticator::with_clock(settings, clock.clone())
}

fn header() -> Value {
    json!({
        "typ": "JWT", "alg": "ES256", "kid": KID, "signer": ARN,
        "iss": "https://id.example.com", "client": "console", "exp": now() + 120,
    })
}

fn header_with(name: &str, value: Value) -> Value {
    let mut header = header();
    header[name] = value;
    header
}

fn claims() -> Value {
    json!({"sub": "1234", "email": "ada@example.com", "groups": "ml-ops,everyone"})
}

async fn authenticate(console: &Authenticator, token: &str) -> Result<Authenticated, AuthError> {
    let headers = headers(&[
        ("x-amzn-oidc-data", token.as_bytes()),
        ("x-amzn-oidc-identity", b"root"),
        ("x-amzn-oidc-accesstoken", b"x.y.z"),
    ]);
    console.authenticate(BALANCER, &headers).await
}

#[tokio::test]
async fn the_signature_covers_the_padding() {
    let key = SigningKey::new(Algorithm::Es256, KID);
    let server = KeyServer::start(KeyResponse::Body(key.pem())).await;
    let console = console(&server.url, &Clock::default());
    let mut padded = [0; 3];
    // Every length of padding, in the header and in the claims.
    for (of_header, of_claims) in (0..3).flat_map(|h| (0..3).map(move |c| (h, c))) {
        let header = header_with("x", json!("x".repeat(of_header)));
        let mut claims = claims();
        claims["name"] = json!("x".repeat(of_claims));
        let token = key.padded(&header, &claims);
        padded[token.matches('=').count().min(2)] += 1;
        let known = authenticate(&console, &token).await.expect("ada");
        assert_eq!(known.person.name, "ada@example.com");
        assert_eq!(known.person.email.as_deref(), Some("ada@example.com"));
        assert_eq!(known.person.groups, ["ml-ops", "everyone"]);
        assert_eq!(known.person.source, Source::Alb);
        if token.split('.').take(2).any(|part| part.ends_with('=')) {
            let stripped = token.replace('=', "");
            assert!(authenticate(&console, &stripped).await.is_err());
        }
    }
    assert!(padded[2] > 0);
    assert_eq!(server.paths(), [format!("/{KID}")]);
    assert_eq!(console.is_ready().await, Ok(()));
}

#[tokio::test]
async fn another_load_balancers_tokens_authenticate_nobody() {
    let key = SigningKey::new(Algorithm::Es256, KID);
    let other_key = SigningKey::new(Algorithm::Es256, KID);
    let server = KeyServer::start(KeyResponse::Body(key.pem())).await;
    let console = console(&server.url, &Clock::default());
    let signed = |header: &Value| key.padded(header, &claims());
    let other = ARN.replace("111122223333", "444455556666");
    let without = |name: &str| header_with(name, Value::Null);
    let valid = signed(&header());
    let (start, signature) = valid.rsplit_once('.').expect("parts");
    for (token, why) in [
        (String::new(), "header_missing"),
        ("x".to_owned(), "token_parts"),
        ("x".repeat(17_000), "too_long"),
        (signed(&header_with("signer", json!(other))), "signer"),
        (
            signed(&header_with("signer", json!([ARN]))),
            "claim_not_string: claim signer",
        ),
        (signed(&header_with("signer", json!(""))), "signer"),
        (signed(&without("signer")), "signer"),
        (
            signed(&header_with("iss", json!("https://id.example.org"))),
            "claim_mismatch: claim iss",
        ),
        (signed(&without("iss")), "claim_missing: claim iss"),
        (
            signed(&header_with("client", json!("other"))),
            "claim_mismatch: claim client",
        ),
        (signed(&without("client")), "claim_missing: claim client"),
        (
            signed(&header_with("exp", json!(now() - 31))),
            "token_expired",
        ),
        (
            signed(&header_with("exp", json!("9999999999"))),
            "claim_not_time: claim exp",
        ),
        (signed(&without("exp")), "claim_missing: claim exp"),
        (
            signed(&header_with("alg", json!("none"))),
            "token_algorithm",
        ),
        (
            signed(&header_with("alg", json!("ES384"))),
            "token_algorithm",
        ),
        (
            signed(&header_with("alg", json!("HS256"))),
            "token_algorithm",
        ),
        (
            signed(&header_with("crit", json!(["x"]))),
            "token_critical_extensions",
        ),
        (signed(&without("kid")), "token_key_id_missing"),
        (
            signed(&header_with("kid", json!("../../x"))),
            "token_key_id_form",
        ),
        (
            signed(&header_with(
                "kid",
                json!("%2e%2e%2f0000-4000-8000-0123456789a"),
            )),
            "token_key_id_form",
        ),
        (
            signed(&header_with("kid", json!(KID.to_uppercase()))),
            "token_key_id_form",
        ),
        (
            signed(&header_with("kid", json!(format!("{KID}0")))),
            "token_key_id_form",
        ),
        (
            signed(&header_with("kid", json!(KID.replace("0a1b", "?a=b")))),
            "token_key_id_form",
        ),
    ] {
        let error = authenticate(&console, &token).await.expect_err(why);
        assert_eq!(error.response.status(), StatusCode::UNAUTHORIZED, "{why}");
        assert!(
            error.reason.to_string().contains(why),
            "{} for {why}",
            error.reason
        );
    }
    // No key was fetched for tokens that are refused anyway.
    assert_eq!(server.requests(), 0);
    let mut root = claims();
    root["email"] = json!("root@example.com");
    let altered = key.padded(&header(), &root);
    let swapped = format!("{}.{signature}", altered.rsplit_once('.').expect("parts").0);
    let mut late = claims();
    late["exp"] = json!(now() - 60);
    let mut unverified = claims();
    unverified["email_verified"] = json!("false");
    for token in [
        other_key.padded(&header(), &claims()),
        swapped,
        format!("{start}."),
        key.padded(&header(), &late),
        key.padded(&header(), &unverified),
        key.padded(&header(), &json!({"sub": "1234"})),
    ] {
        let error = authenticate(&console, &token).await.expect_err("nobody");
        assert_eq!(error.response.status(), StatusCode::UNAUTHORIZED);
    }
    assert!(authenticate(&console, &valid).await.is_ok());
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn the_unsigned_headers_beside_the_claims_are_not_trusted() {
    let server = KeyServer::start(KeyResponse::Hangup).await;
    let console = console(&server.url, &Clock::default());
    let plain = headers(&[
        ("x-amzn-oidc-identity", b"root"),
        ("x-amzn-oidc-accesstoken", b"x.y.z"),
    ]);
    let error = console
        .authenticate(BALANCER, &plain)
        .await
        .expect_err("nobody");
    assert_eq!(error.response.status(), StatusCode::UNAUTHORIZED);
    let outsider = "192.0.2.1".parse().expect("an address");
    let error = console
        .authenticate(outsider, &plain)
        .await
        .expect_err("nobody");
    assert_eq!(error.response.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn unknown_keys_are_fetched_rarely_and_known_ones_stay() {
    let key = SigningKey::new(Algorithm::Es256, KID);
    let clock = Clock::default();
    let server = KeyServer::start(KeyResponse::Body(key.pem())).await;
    let console = console(&server.url, &clock);
    let header = header_with("exp", json!(now() + 86_400));
    let valid = key.padded(&header, &claims());
    assert!(authenticate(&console, &valid).await.is_ok());
    server.respond_with(KeyResponse::Head("404 Not Found\r\ncontent-length: 0"));
    clock.advance(2);
    let mut statuses = Vec::new();
    for number in 0..50 {
        let mut header = header.clone();
        header["kid"] = json!(format!("{number:036x}"));
        let token = key.padded(&header, &claims());
        let error = authenticate(&console, &token)
            .await
            .expect_err("no such key");
        statuses.push(error.response.status().as_u16());
    }
    assert_eq!(statuses[0], 401);
    assert!(statuses.contains(&503));
    assert!(server.requests() < 10, "{}", server.requests());
    server.respond_with(KeyResponse::Hangup);
    clock.advance(1800);
    assert!(authenticate(&console, &valid).await.is_ok());
    clock.advance(1801);
    let error = authenticate(&console, &valid).await.expect_err("too old");
    assert_eq!(error.response.status(), StatusCode::SERVICE_UNAVAILABLE);
    clock.advance(2);
    server.respond_with(KeyResponse::Head("403 Forbidden\r\ncontent-length: 0"));
    let error = authenticate(&console, &valid).await.expect_err("withdrawn");
    assert_eq!(error.response.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn malformed_keys_authenticate_nobody() {
    let key = SigningKey::new(Algorithm::Es256, KID);
    let pem = key.pem();
    let p384 = SigningKey::new(Algorithm::Es384, KID);
    let token = key.padded(&header(), &claims());
    for response in [
        String::new(),
        "x".repeat(70_000),
        pem.replace("PUBLIC", "PRIVATE"),
        pem.replace('M', "!"),
        pem[..60].to_owned(),
        format!("{pem}{pem}"),
        p384.jwk().to_string(),
    ] {
        let server = KeyServer::start(KeyResponse::Body(response)).await;
        let console = console(&server.url, &Clock::default());
        let error = authenticate(&console, &token).await.expect_err("no key");
        assert_eq!(error.response.status(), StatusCode::SERVICE_UNAVAILABLE);
    }
}

#[test]
fn keys_are_fetched_where_aws_serves_them() {
    for (region, url) in [
        (
            "eu-central-1",
            "https://public-keys.auth.elb.eu-central-1.amazonaws.com",
        ),
        (
            "us-gov-west-1",
            "https://s3-us-gov-west-1.amazonaws.com/aws-elb-public-keys-prod-us-gov-west-1",
        ),
    ] {
        assert_eq!(AlbMode::public_keys(region), url);
        assert_eq!(check_keys_url(url), Ok(()));
    }
    for (url, is_valid) in [
        ("https://id.example.com/keys", true),
        ("http://127.0.0.1:9000/keys", true),
        ("http://localhost/keys", true),
        ("http://[::1]:9000/", true),
        ("http://id.example.com/keys", false),
        ("http://127.0.0.1.example.com/", false),
        ("http://127.0.0.1@example.com/", false),
        ("https://me:secret@id.example.com/", false),
        ("ftp://id.example.com/", false),
        ("file:///etc/passwd", false),
        ("/keys", false),
        ("id.example.com", false),
        ("", false),
    ] {
        assert_eq!(check_keys_url(url).is_ok(), is_valid, "{url}");
    }
}
