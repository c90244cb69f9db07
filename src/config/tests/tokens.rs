//! `[identity.jwt]` and `[identity.alb]`.

use super::identity::{PROXY, case, mode};
use super::*;
use crate::identity::{AlbMode, Algorithm, JwtMode, KeySource, Mode};

const JWT: &str = "mode = \"jwt\"\ntrusted_proxies = [\"10.0.3.7\"]\n[identity.jwt]\nissuer = \"i\"\naudience = \"a\"\njwks_url = \"https://login.example.com/keys\"\n";

const ALB: &str = "mode = \"alb\"\ntrusted_proxies = [\"10.0.0.0/24\"]\n[identity.alb]\nregion = \"eu-central-1\"\nsigner_arns = [\"arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/ml/50dc6c495c0c9188\"]\nissuer = \"https://login.example.com\"\nclient_id = \"ml\"\n";

fn jwt(text: &str) -> JwtMode {
    match mode(text) {
        Mode::Jwt(jwt) => jwt,
        other => panic!("{other:?}"),
    }
}

fn alb(text: &str) -> AlbMode {
    match mode(text) {
        Mode::Alb(alb) => alb,
        other => panic!("{other:?}"),
    }
}

#[test]
fn tokens_are_known_by_issuer_audience_and_keys() {
    let plain = jwt(JWT);
    assert_eq!(plain.header, "x-pomerium-jwt-assertion");
    assert_eq!((plain.issuer.as_str(), plain.audience.as_str()), ("i", "a"));
    assert_eq!(
        plain.keys,
        KeySource::Url("https://login.example.com/keys".to_owned())
    );
    assert_eq!(plain.algorithms, [Algorithm::Es256, Algorithm::Rs256]);
    assert_eq!(plain.user_claim, "sub");
    assert_eq!(plain.email_claim, "email");
    assert_eq!(plain.groups_claim, "groups");
    let iap = jwt(&format!(
        "mode = \"jwt\"\npreset = \"iap\"\n{PROXY}jwt.audience = \"/projects/1/apps/ml\""
    ));
    assert_eq!(iap.header, "x-goog-iap-jwt-assertion");
    assert_eq!(iap.issuer, "https://cloud.google.com/iap");
    assert_eq!(iap.algorithms, [Algorithm::Es256]);
    assert!(matches!(iap.keys, KeySource::Url(url) if url.contains("gstatic")));
    assert_eq!(iap.user_claim, "email");
}

#[test]
fn a_file_of_keys_takes_the_place_of_a_presets_address() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("keys.json");
    let text = format!(
        "mode = \"jwt\"\npreset = \"iap\"\n{PROXY}[identity.jwt]\naudience = \"a\"\njwks_file = {file:?}"
    );
    assert!(case(&text).refusal().contains("keys.json cannot be read: "));
    fs::write(&file, "{\"keys\":[]}").expect("written");
    assert_eq!(jwt(&text).keys, KeySource::File(file));
}

#[test]
fn token_settings_refuse_what_anyone_could_sign() {
    for (line, expected) in [
        (
            "algorithms = [\"HS256\"]",
            "identity.jwt.algorithms: \"HS256\" is not valid: anyone who can check such a token can also make one; ",
        ),
        (
            "algorithms = [\"None\"]",
            "identity.jwt.algorithms: \"None\" is not valid: anyone could make such a token; ",
        ),
        (
            "algorithms = [\"RS1\"]",
            "identity.jwt.algorithms: \"RS1\" is not valid: it is not one of ES256, ",
        ),
        (
            "algorithms = []",
            "identity.jwt.algorithms: it is empty, so no token would be valid; ",
        ),
        (
            "user_claim = \"\"",
            "identity.jwt.user_claim: it is empty; ",
        ),
        (
            "jwks_file = \"keys.json\"",
            "identity.jwt.jwks_file: identity.jwt.jwks_url is set too; keep one of the two",
        ),
    ] {
        let refusal = case(&format!("{JWT}{line}")).refusal();
        assert!(
            refusal.starts_with(&format!("sluicegate.toml:8: {expected}")),
            "{refusal}"
        );
    }
    for url in [
        "http://login.example.com/keys",
        "ftp://login.example.com/keys",
        "login.example.com/keys",
        "https://me:hunter2@login.example.com/keys",
    ] {
        let text = JWT.replace("https://login.example.com/keys", url);
        let refusal = case(&text).refusal();
        assert!(
            refusal.starts_with("sluicegate.toml:7: identity.jwt.jwks_url: its value is not valid"),
            "{refusal}"
        );
        assert!(!refusal.contains("hunter2"));
    }
    let nothing = case(&format!("mode = \"jwt\"\n{PROXY}")).refusal();
    for key in ["issuer", "audience", "jwks_url"] {
        let expected = format!("sluicegate.toml:2: identity.jwt.{key}: it is not set");
        assert!(nothing.contains(&expected), "{key}: {nothing}");
    }
    assert_eq!(nothing.lines().count(), 3, "{nothing}");
}

#[test]
fn a_load_balancer_is_known_by_its_arn() {
    let plain = alb(ALB);
    assert_eq!(plain.region, "eu-central-1");
    assert_eq!(plain.signer_arns.len(), 1);
    assert_eq!(plain.user_claim, "sub");
    assert_eq!(
        plain.keys,
        "https://public-keys.auth.elb.eu-central-1.amazonaws.com"
    );
    let local = alb(&format!("{ALB}keys_url = \"http://127.0.0.1:1234\""));
    assert_eq!(local.keys, "http://127.0.0.1:1234");
}

#[test]
fn load_balancers_of_strangers_are_refused() {
    let arn = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/ml/50dc6c495c0c9188";
    for (other, expected) in [
        (
            "*",
            "\"*\" is not the ARN of an Application Load Balancer; ",
        ),
        (
            "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/net/ml/50dc6c495c0c9188",
            "\"arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/net/ml/50dc6c495c0c9188\" is not the ARN of an Application Load Balancer; ",
        ),
        (
            "arn:aws:elasticloadbalancing:*:111122223333:loadbalancer/app/ml/50dc6c495c0c9188",
            "\"arn:aws:elasticloadbalancing:*:111122223333:loadbalancer/app/ml/50dc6c495c0c9188\" is not the ARN of an Application Load Balancer; ",
        ),
        (
            "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/ml/50dc6c495c0c9188",
            "\"arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/ml/50dc6c495c0c9188\" is not in the Region of identity.alb.region; ",
        ),
    ] {
        let refusal = case(&ALB.replace(arn, other)).refusal();
        assert!(
            refusal.starts_with(&format!(
                "sluicegate.toml:6: identity.alb.signer_arns: {expected}"
            )),
            "{refusal}"
        );
    }
    let nothing = case(&format!("mode = \"alb\"\n{PROXY}")).refusal();
    for key in ["region", "signer_arns", "issuer", "client_id"] {
        let expected = format!("sluicegate.toml:2: identity.alb.{key}: it is not set");
        assert!(nothing.contains(&expected), "{key}: {nothing}");
    }
    assert_eq!(nothing.lines().count(), 4, "{nothing}");
}
