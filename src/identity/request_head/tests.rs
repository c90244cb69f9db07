use axum::http::{HeaderMap, StatusCode, Uri};

use super::super::tests::fixtures::headers;
use super::super::{
    AlbMode, HeaderMode, IdentityHeaders, IdentitySettings, Mode, Preset, PresetDefaults,
    check_request_head,
};

fn names(mode: Mode) -> IdentityHeaders {
    IdentityHeaders::new(&IdentitySettings {
        mode,
        trusted_proxies: Vec::new(),
        client_ip_header: Some("x-forwarded-for".parse().expect("a name")),
    })
}

fn proxy() -> IdentityHeaders {
    let PresetDefaults::Header(mode) = Preset::OAuth2Proxy.defaults() else {
        panic!("oauth2-proxy sends headers");
    };
    names(Mode::Header(HeaderMode {
        secret: Some(("x-door".parse().expect("a name"), b"secret".to_vec())),
        ..mode
    }))
}

fn load_balancer() -> IdentityHeaders {
    names(Mode::Alb(AlbMode {
        region: String::new(),
        signer_arns: Vec::new(),
        issuer: String::new(),
        client_id: String::new(),
        user_claim: String::new(),
        email_claim: String::new(),
        groups_claim: String::new(),
        keys: String::new(),
    }))
}

fn passes(names: &IdentityHeaders, target: &str, headers: &HeaderMap) -> bool {
    let uri: Uri = target.parse().expect("a target");
    match check_request_head(names, &uri, headers) {
        Ok(()) => true,
        Err(error) => {
            assert_eq!(error.status(), StatusCode::BAD_REQUEST);
            false
        }
    }
}

/// The headers that a proxy sends, and `more`.
fn with(more: &[(&str, &[u8])]) -> HeaderMap {
    let usual: [(&str, &[u8]); 5] = [
        ("host", b"ml.example.com"),
        ("x-forwarded-user", b"ada"),
        ("x-forwarded-email", b"ada@example.com"),
        ("x-door", b"secret"),
        ("connection", b"keep-alive, Upgrade"),
    ];
    headers(&[&usual, more].concat())
}

#[test]
fn what_a_proxy_sends_passes() {
    assert!(passes(&proxy(), "/pipelines?x=1", &with(&[])));
    for more in [
        ("x-forwarded-groups", "ml-ops,équipe".as_bytes()),
        ("x-forwarded-for", b"1.2.3.4, 5.6.7.8"),
        ("connection", b"close"),
        ("connection", b""),
        ("connection", b"\xff\xfe"),
        ("x-forwarded-users", b"x"),
        ("x_forwarded", b"x"),
        ("forwarded", b"for=1.2.3.4"),
        ("x-forwarded-user2", b"x"),
    ] {
        assert!(passes(&proxy(), "/", &with(&[more])), "{more:?}");
    }
    // Every proxy on the way may add a line.
    let lines: [(&str, &[u8]); 2] = [("x-forwarded-for", b"1.2.3.4"), ("x-forwarded-for", b"x")];
    assert!(passes(&proxy(), "/", &with(&lines)));
}

#[test]
fn headers_with_the_senders_identity_occur_once() {
    for name in ["x-forwarded-user", "x-forwarded-email", "x-door"] {
        for value in [b"ada".as_slice(), b"", b"root"] {
            assert!(!passes(&proxy(), "/", &with(&[(name, value)])), "{name}");
        }
    }
    let once: [(&str, &[u8]); 1] = [("x-forwarded-groups", b"a")];
    assert!(passes(&proxy(), "/", &with(&once)));
    assert!(!passes(&proxy(), "/", &with(&[once[0], once[0]])));
    let data: [(&str, &[u8]); 2] = [("x-amzn-oidc-data", b"x"), ("x-amzn-oidc-data", b"x")];
    assert!(!passes(&load_balancer(), "/", &with(&data)));
    assert!(passes(&load_balancer(), "/", &with(&data[..1])));
}

#[test]
fn names_that_some_program_may_confuse_with_them_are_refused() {
    for alias in [
        "x_forwarded_user",
        "X_Forwarded-User",
        "x.forwarded.user",
        "x-forwarded_user",
        "x-forwarded.email",
        "x_forwarded-groups",
        "x_door",
        "x_forwarded_for",
        "x.forwarded-for",
    ] {
        assert!(
            !passes(&proxy(), "/", &with(&[(alias, b"root")])),
            "{alias}"
        );
        assert!(!passes(&proxy(), "/", &with(&[(alias, b"")])), "{alias}");
    }
    assert!(!passes(
        &load_balancer(),
        "/",
        &with(&[("x_amzn_oidc_data", b"x")])
    ));
    // A name with an underscore of its own has the others as aliases.
    let apache = names(Mode::Header(HeaderMode {
        user: "oidc_claim_sub".parse().expect("a name"),
        email: None,
        groups: None,
        groups_delimiter: ",".to_owned(),
        groups_quoted: false,
        secret: None,
    }));
    assert!(passes(&apache, "/", &with(&[("OIDC_CLAIM_sub", b"ada")])));
    assert!(!passes(&apache, "/", &with(&[("OIDC-CLAIM-sub", b"ada")])));
}

#[test]
fn no_proxy_may_be_made_to_remove_them() {
    for value in [
        b"x-forwarded-user".as_slice(),
        b"X-Forwarded-User",
        b"close,X-FORWARDED-EMAIL",
        b"close , x_forwarded_groups ,",
        b"keep-alive,\tx-door",
        b"x-forwarded-for",
        b"\xff,x-door",
    ] {
        assert!(
            !passes(&proxy(), "/", &with(&[("connection", value)])),
            "{value:?}"
        );
    }
}

#[test]
fn a_request_names_its_host_once_and_asks_for_a_path() {
    for (hosts, is_valid) in [
        (vec![], false),
        (vec![""], false),
        (vec!["a"], true),
        (vec!["a", "a"], false),
        (vec!["a", "b"], false),
        (vec!["a", ""], false),
    ] {
        let pairs: Vec<(&str, &[u8])> =
            hosts.iter().map(|host| ("host", host.as_bytes())).collect();
        for names in [proxy(), names(Mode::Local)] {
            assert_eq!(passes(&names, "/", &headers(&pairs)), is_valid, "{hosts:?}");
        }
    }
    for target in [
        "http://ml.example.com/",
        "https://evil.example.com/x",
        "ml.example.com:443",
    ] {
        assert!(!passes(&proxy(), target, &with(&[])), "{target}");
        assert!(!passes(&names(Mode::Local), target, &with(&[])), "{target}");
    }
    assert!(passes(&proxy(), "//evil.example.com/x", &with(&[])));
    assert!(passes(&proxy(), "*", &with(&[])));
}

#[test]
fn unreadable_and_invisible_values_are_refused() {
    for value in [
        "ada\tlovelace".as_bytes(),
        "ada\u{202e}".as_bytes(),
        "ada\u{200b}".as_bytes(),
        "ada\u{85}".as_bytes(),
        "\u{feff}ada".as_bytes(),
        "ada\u{2066}".as_bytes(),
        "ada\u{a0}lovelace".as_bytes(),
        "ad\u{fffd}".as_bytes(),
        "ada\u{e0041}".as_bytes(),
        b"ad\xe9",
        b"\xc3",
        b"\xed\xa0\x80",
        b"\xc0\xaf",
    ] {
        let headers = headers(&[("host", b"a"), ("x-forwarded-groups", value)]);
        assert!(!passes(&proxy(), "/", &headers), "{value:?}");
    }
}

#[test]
fn in_local_mode_no_identity_header_matters() {
    let names = names(Mode::Local);
    let ignored: [(&str, &[u8]); 3] = [
        ("x_forwarded_user", b"root"),
        ("x-forwarded-user", b"\xff"),
        ("connection", b"x-forwarded-user"),
    ];
    assert!(passes(&names, "/", &with(&ignored)));
}
