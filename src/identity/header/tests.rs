use std::net::IpAddr;

use axum::http::StatusCode;

use super::super::tests::fixtures::headers;
use super::super::{
    AuthError, Authenticated, Authenticator, HeaderMode, IdentitySettings, Mode, Network, Preset,
    PresetDefaults,
};
use crate::access::Source;

const PROXY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 3, 7));

fn mode(preset: Preset) -> HeaderMode {
    match preset.defaults() {
        PresetDefaults::Header(mode) => mode,
        PresetDefaults::Jwt(_) => panic!("{preset} sends tokens"),
    }
}

fn console(mode: HeaderMode) -> Authenticator {
    let networks = ["10.0.3.7", "10.1.0.0/16", "fd00::/8"];
    Authenticator::new(IdentitySettings {
        mode: Mode::Header(mode),
        trusted_proxies: networks
            .map(|network| network.parse().expect("one"))
            .to_vec(),
        client_ip_header: Some("x-forwarded-for".parse().expect("a name")),
    })
}

async fn authenticate(
    console: &Authenticator,
    pairs: &[(&str, &[u8])],
) -> Result<Authenticated, AuthError> {
    console.authenticate(PROXY, &headers(pairs)).await
}

async fn status(console: &Authenticator, pairs: &[(&str, &[u8])]) -> u16 {
    let known = authenticate(console, pairs).await;
    known.map_or_else(|error| error.response.status().as_u16(), |_| 200)
}

#[tokio::test]
async fn every_preset_knows_its_proxys_headers() {
    for (preset, user, email, groups, sent) in [
        (
            Preset::OAuth2Proxy,
            "X-Forwarded-User",
            "X-Forwarded-Email",
            "X-Forwarded-Groups",
            "a,b|c",
        ),
        (
            Preset::AuthRequest,
            "X-Auth-Request-User",
            "X-Auth-Request-Email",
            "X-Auth-Request-Groups",
            "a, b|c,",
        ),
        (
            Preset::Authelia,
            "Remote-User",
            "Remote-Email",
            "Remote-Groups",
            "a,a,b|c",
        ),
        (
            Preset::Authentik,
            "X-authentik-username",
            "X-authentik-email",
            "X-authentik-groups",
            "a|b,c| |a",
        ),
        (
            Preset::Vouch,
            "X-Vouch-User",
            "X-Vouch-IdP-Claims-Email",
            "X-Vouch-IdP-Claims-Groups",
            "\"a\",\"b, and c\"",
        ),
    ] {
        let console = console(mode(preset));
        let pairs: [(&str, &[u8]); 3] = [
            (user, b"ada"),
            (email, b"ada@example.com"),
            (groups, sent.as_bytes()),
        ];
        let person = authenticate(&console, &pairs).await.expect("ada").person;
        assert_eq!(person.name, "ada");
        assert_eq!(person.email.as_deref(), Some("ada@example.com"));
        assert_eq!(person.groups.len(), 2, "{preset} {:?}", person.groups);
        assert_eq!(person.source, Source::Header);
        assert_eq!(preset.to_string().parse(), Ok(preset));
    }
    for preset in [Preset::Iap, Preset::Cloudflare, Preset::Pomerium] {
        assert!(matches!(preset.defaults(), PresetDefaults::Jwt(_)));
        assert_eq!(preset.to_string().parse(), Ok(preset));
    }
    assert!("OAuth2-Proxy".parse::<Preset>().is_err());
}

#[tokio::test]
async fn quoted_groups_are_read_whole_or_refused() {
    let console = console(mode(Preset::Vouch));
    for (sent, groups) in [
        ("", Some(&[][..])),
        ("a", Some(&["a"])),
        ("risk and more", Some(&["risk and more"])),
        ("\"a\"", Some(&["a"])),
        // One group with this name, or two: the proxy sends the same. The documentation warns of it.
        ("\"a\",\"b\"", Some(&["a", "b"])),
        ("\"a\",\"risk, and more\"", Some(&["a", "risk, and more"])),
        (" \"a\" , \"b\" ", Some(&["a", "b"])),
        ("\"\",\"a\",\"a\"", Some(&["a"])),
        ("a,b", None),
        ("\"", None),
        ("\"a", None),
        ("a\"", None),
        ("\"a\",", None),
        (",\"a\"", None),
        ("\"a\",b", None),
        ("\"a\"\"b\"", None),
        ("\"a\" \"b\"", None),
        ("\"a\";\"b\"", None),
        // A quote inside a name.
        ("\"a\"b\"", None),
        ("\"a\\\"b\"", None),
    ] {
        let pairs: [(&str, &[u8]); 2] = [
            ("x-vouch-user", b"ada"),
            ("x-vouch-idp-claims-groups", sent.as_bytes()),
        ];
        let known = authenticate(&console, &pairs).await;
        match groups {
            Some(groups) => assert_eq!(known.expect(sent).person.groups, groups, "{sent}"),
            None => assert_eq!(
                known.expect_err(sent).response.status(),
                StatusCode::BAD_REQUEST,
                "{sent}"
            ),
        }
    }
}

#[tokio::test]
async fn names_are_accepted_as_they_are_or_refused() {
    let console = console(mode(Preset::OAuth2Proxy));
    let long = "a".repeat(129);
    for (user, expected) in [
        ("ada".as_bytes(), 200),
        ("Ada Lovelace".as_bytes(), 200),
        ("andré".as_bytes(), 200),
        ("小林".as_bytes(), 200),
        ("ada@example.com".as_bytes(), 200),
        ("DOMAIN\\ada".as_bytes(), 200),
        ("=?utf-8?q?andr=C3=A9?=".as_bytes(), 200),
        (&long.as_bytes()[..128], 200),
        ("é".repeat(128).as_bytes(), 200),
        (b"", 401),
        (long.as_bytes(), 400),
        (b" ada", 400),
        (b" ", 400),
        (b"ada,root", 400),
        (b"ada,ada", 400),
        (b",", 400),
        (b"ada@evil@example.com", 400),
        (b"@", 400),
        (b"ada@", 400),
        (b"@example.com", 400),
        (b"ada love@example.com", 400),
        (b"andr\xe9", 400),
        ("ada\u{200d}".as_bytes(), 400),
        ("\u{202e}ada".as_bytes(), 400),
        (b"a\tda", 400),
    ] {
        let got = status(&console, &[("x-forwarded-user", user)]).await;
        assert_eq!(got, expected, "{:?}", String::from_utf8_lossy(user));
    }
    assert_eq!(status(&console, &[]).await, 401);
    let only_email: [(&str, &[u8]); 1] = [("x-forwarded-email", b"ada@example.com")];
    assert_eq!(status(&console, &only_email).await, 401);
    let twice: [(&str, &[u8]); 2] = [("x-forwarded-user", b"ada"), ("x-forwarded-user", b"ada")];
    assert_eq!(status(&console, &twice).await, 400);
    let alias: [(&str, &[u8]); 1] = [("x_forwarded_user", b"ada")];
    assert_eq!(status(&console, &alias).await, 401);
}

#[tokio::test]
async fn addresses_and_groups_are_bounded() {
    let console = console(mode(Preset::OAuth2Proxy));
    let many = |count: usize| {
        let groups: Vec<String> = (0..count).map(|group| group.to_string()).collect();
        groups.join(",")
    };
    let same = ["a"; 2000].join(",");
    let long = "g".repeat(257);
    let heavy: Vec<String> = (0..100).map(|group| format!("{group:0200}")).collect();
    for (email, groups, expected) in [
        ("ada@example.com", "", 200),
        ("", "ml-ops", 200),
        ("ada", "", 400),
        ("a@b@c", "", 400),
        ("a@b,c@d", "", 400),
        ("@", "", 400),
        ("", &*many(512), 200),
        ("", &*many(513), 400),
        ("", &*same, 200),
        ("", &*long, 400),
        ("", &*heavy.join(","), 400),
        ("", "a,\u{200b}b", 400),
        ("", ",,, ,", 200),
    ] {
        let pairs: [(&str, &[u8]); 3] = [
            ("x-forwarded-user", b"ada"),
            ("x-forwarded-email", email.as_bytes()),
            ("x-forwarded-groups", groups.as_bytes()),
        ];
        assert_eq!(status(&console, &pairs).await, expected, "{email} {groups}");
    }
    let long = format!("{}@example.com", "a".repeat(300));
    let pairs: [(&str, &[u8]); 2] = [
        ("x-forwarded-user", b"ada"),
        ("x-forwarded-email", long.as_bytes()),
    ];
    assert_eq!(status(&console, &pairs).await, 400);
}

#[tokio::test]
async fn the_shared_secret_must_be_exact() {
    let secret = Some(("x-door".parse().expect("a name"), b"open sesame".to_vec()));
    let mode = HeaderMode {
        secret,
        ..mode(Preset::Authelia)
    };
    assert!(!format!("{mode:?}").contains("sesame"));
    let proxied = console(mode.clone());
    for (given, expected) in [
        (b"open sesame".as_slice(), 200),
        (b"open sesam", 401),
        (b"open sesame!", 401),
        (b"Open sesame", 401),
        (b"", 401),
        (b"\xff", 401),
    ] {
        let pairs = [("remote-user", b"ada".as_slice()), ("x-door", given)];
        let known = authenticate(&proxied, &pairs).await;
        let status = known
            .as_ref()
            .map_or_else(|error| error.response.status().as_u16(), |_| 200);
        assert_eq!(status, expected, "{given:?}");
        assert!(known.map_or_else(
            |error| !error.reason.to_string().contains("sesam"),
            |_| true
        ));
    }
    assert_eq!(status(&proxied, &[("remote-user", b"ada")]).await, 401);
    let empty = console(HeaderMode {
        secret: Some(("x-door".parse().expect("a name"), Vec::new())),
        ..mode
    });
    let pairs: [(&str, &[u8]); 2] = [("remote-user", b"ada"), ("x-door", b"")];
    assert_eq!(status(&empty, &pairs).await, 401);
}

#[tokio::test]
async fn only_trusted_proxies_are_accepted() {
    let proxied = console(mode(Preset::OAuth2Proxy));
    let ada = headers(&[
        ("x-forwarded-user", b"ada"),
        ("x-forwarded-for", b"10.0.3.7"),
        ("x-real-ip", b"10.0.3.7"),
        ("forwarded", b"for=10.0.3.7"),
    ]);
    for (peer, is_trusted) in [
        ("10.0.3.7", true),
        ("::ffff:10.0.3.7", true),
        ("10.1.255.255", true),
        ("fd00::1", true),
        ("10.0.3.8", false),
        ("::ffff:10.0.3.8", false),
        ("10.2.0.0", false),
        ("127.0.0.1", false),
        ("::1", false),
        ("::10.0.3.7", false),
        ("fe80::1", false),
    ] {
        let peer: IpAddr = peer.parse().expect("an address");
        let known = proxied.authenticate(peer, &ada).await;
        assert_eq!(known.is_ok(), is_trusted, "{peer}");
        assert_eq!(proxied.check_peer(peer).is_ok(), is_trusted, "{peer}");
        if let Err(error) = known {
            assert_eq!(error.response.status(), StatusCode::FORBIDDEN);
        }
    }
    let closed = Authenticator::new(IdentitySettings {
        mode: Mode::Header(mode(Preset::OAuth2Proxy)),
        trusted_proxies: Vec::new(),
        client_ip_header: None,
    });
    assert!(closed.authenticate(PROXY, &ada).await.is_err());
    assert!(!closed.is_local());
}

#[tokio::test]
async fn the_local_user_is_on_this_machine() {
    let local = Authenticator::new(IdentitySettings {
        mode: Mode::Local,
        trusted_proxies: vec!["10.0.3.7".parse::<Network>().expect("a network")],
        client_ip_header: Some("x-forwarded-for".parse().expect("a name")),
    });
    assert!(local.is_local());
    assert_eq!(local.is_ready().await, Ok(()));
    let sent = headers(&[
        ("x-forwarded-user", b"root"),
        ("x-forwarded-for", b"1.2.3.4"),
    ]);
    for (peer, is_here) in [
        ("127.0.0.1", true),
        ("127.8.9.1", true),
        ("::1", true),
        ("::ffff:127.0.0.1", true),
        ("10.0.3.7", false),
        ("fd00::1", false),
    ] {
        let known = local
            .authenticate(peer.parse().expect("an address"), &sent)
            .await;
        assert_eq!(known.is_ok(), is_here, "{peer}");
        if let Ok(known) = known {
            assert_eq!(known.person, crate::access::Person::local());
            assert_eq!(known.client_address, None);
        }
    }
}

#[tokio::test]
async fn the_client_is_the_right_most_address_that_is_not_trusted() {
    let proxied = console(mode(Preset::OAuth2Proxy));
    for (lines, client) in [
        (vec![], None),
        (vec![""], None),
        (vec!["192.0.2.1"], Some("192.0.2.1")),
        (vec!["6.6.6.6, 192.0.2.1"], Some("192.0.2.1")),
        (vec!["192.0.2.1, 10.1.2.3"], Some("192.0.2.1")),
        (
            vec!["6.6.6.6", "192.0.2.1, 10.1.2.3", "10.0.3.7"],
            Some("192.0.2.1"),
        ),
        (vec!["192.0.2.1,10.1.2.3,10.1.2.4"], Some("192.0.2.1")),
        (vec!["10.1.2.3, 10.0.3.7"], None),
        (vec!["192.0.2.1:443, 10.1.2.3:80"], Some("192.0.2.1")),
        (vec!["[2001:db8::1]:443"], Some("2001:db8::1")),
        (vec!["[2001:db8::1]"], Some("2001:db8::1")),
        (vec!["2001:db8::1, fd00::9"], Some("2001:db8::1")),
        (vec!["::ffff:192.0.2.1"], Some("192.0.2.1")),
        (vec!["192.0.2.1, ::ffff:10.1.2.3"], Some("192.0.2.1")),
        (vec!["192.0.2.1, error"], None),
        (vec!["192.0.2.1, error, 10.1.2.3"], None),
        (vec!["192.0.2.1,"], None),
        (vec!["192.0.2.1, for=10.1.2.3"], None),
        (vec!["192.0.2.1, 10.1.2"], None),
        (vec!["192.0.2.1, 010.1.2.3"], None),
        (vec!["192.0.2.1:99999"], None),
        (vec!["192.0.2.1:"], None),
        (vec!["fe80::1%eth0"], None),
        (vec!["[192.0.2.1]"], None),
        (vec!["\"192.0.2.1\""], None),
    ] {
        let mut pairs: Vec<(&str, &[u8])> = vec![("x-forwarded-user", b"ada")];
        pairs.extend(
            lines
                .iter()
                .map(|line| ("x-forwarded-for", line.as_bytes())),
        );
        let known = authenticate(&proxied, &pairs).await.expect("ada");
        let expected = client.map(|client| client.parse().expect("an address"));
        assert_eq!(known.client_address, expected, "{lines:?}");
    }
    let bytes: [(&str, &[u8]); 2] = [("x-forwarded-user", b"ada"), ("x-forwarded-for", b"\xff")];
    assert_eq!(
        authenticate(&proxied, &bytes)
            .await
            .expect("ada")
            .client_address,
        None
    );
}
