//! What nobody sends by mistake: generated, and kept in `tests/data/hostile`. Whatever is found to
//! break something is put there, under a name that says what it is.

use std::net::IpAddr;
use std::path::Path;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use proptest::prelude::*;

use super::jwt::tests as jwt;
use super::made::{Answer, KeyServer, Signing, headers, set_of};
use super::token::{Key, key_set};
use super::{
    AlbMode, Algorithm, HeaderMode, Identity, IdentitySettings, KeySource, Known, Mode, Network,
    Preset, PresetDefaults, Unknown,
};

const PROXY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 3, 7));
const KID: &str = "0a1b2c3d-0000-4000-8000-0123456789ab";

/// Runs `check` with everything that is kept for it.
fn kept(kind: &str, check: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/hostile")
        .join(kind);
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).expect("a folder") {
        let path = entry.expect("a file").path();
        let bytes = std::fs::read(&path).expect("a file");
        println!("{}", path.display());
        check(&bytes);
        count += 1;
    }
    assert!(count > 5, "{kind}");
}

fn settings(mode: Mode) -> IdentitySettings {
    IdentitySettings {
        mode,
        trusted_proxies: ["10.0.3.7", "10.1.0.0/16"]
            .map(|network| network.parse().expect("a network"))
            .to_vec(),
        client_ip_header: Some(HeaderName::from_static("x-forwarded-for")),
    }
}

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().expect("a runtime")
}

fn check_network(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let Ok(network) = text.parse::<Network>() else {
        return;
    };
    let shown = network.to_string();
    assert_eq!(shown.parse(), Ok(network), "{text:?}");
    let first = shown.split('/').next().unwrap_or_default();
    let first: IpAddr = first.parse().expect("an address");
    assert!(network.contains(first), "{text:?}");
    // No network holds addresses from both ends of a family, or of the other one.
    let holds = |address: &str| network.contains(address.parse().expect("an address"));
    assert!(!(holds("0.0.0.0") && holds("255.255.255.255")));
    assert!(!(holds("::") && holds("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")));
    assert!(!(holds("10.0.0.1") && holds("2001:db8::1")));
    assert_eq!(holds("10.0.0.1"), holds("::ffff:10.0.0.1"));
}

/// The lines of a head, as far as hyper would take them.
fn head(bytes: &[u8]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let name = HeaderName::from_bytes(parts.next().unwrap_or_default());
        let value = HeaderValue::from_bytes(parts.next().unwrap_or_default().trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    headers
}

fn proxy() -> Identity {
    let PresetDefaults::Header(mode) = Preset::OAuth2Proxy.defaults() else {
        panic!("oauth2-proxy sends headers");
    };
    Identity::new(settings(Mode::Header(HeaderMode {
        secret: Some((HeaderName::from_static("x-door"), b"secret".to_vec())),
        ..mode
    })))
}

/// Whoever is let in is the one that one header names, plainly.
fn check_head(identity: &Identity, headers: &HeaderMap) {
    let clean = identity.check_hygiene(&Uri::from_static("/"), headers);
    if let Err(refusal) = clean {
        assert_eq!(refusal.status, StatusCode::BAD_REQUEST);
    }
    let known = runtime().block_on(identity.who(PROXY, headers));
    let (Ok(()), Ok(known)) = (clean, known) else {
        return;
    };
    let users: Vec<_> = headers.get_all("x-forwarded-user").iter().collect();
    assert_eq!(users, [known.person.name.as_bytes()]);
    assert!(!known.person.name.chars().any(char::is_control));
    assert!(known.person.name.chars().count() <= 128);
    assert!(known.person.groups.len() <= 512);
    assert_eq!(headers.get_all("x-door").iter().count(), 1);
    let told = known.client;
    assert!(told.is_none_or(|client| identity.check_peer(client).is_err()));
    for name in headers.keys() {
        let folded = name.as_str().replace(['_', '.'], "-");
        let is_alias = folded.starts_with("x-forwarded-") && folded != name.as_str();
        let is_ours = ["user", "email", "groups", "for"].contains(&&folded[folded.len().min(12)..]);
        assert!(!(is_alias && is_ours), "{name}");
    }
}

/// Where tokens are checked, with the key they are to be signed with.
struct Door {
    identity: Identity,
    header: &'static str,
    key: Signing,
    good: String,
    runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
    _server: Option<KeyServer>,
}

impl Door {
    fn of_tokens() -> Self {
        let key = Signing::new(Algorithm::Es256, "k1");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys.json");
        std::fs::write(&path, set_of(&[&key])).expect("a file");
        let mode = jwt::mode(KeySource::File(path), &[Algorithm::Es256]);
        Self {
            identity: Identity::new(settings(Mode::Jwt(mode))),
            header: "x-assertion",
            good: key.token(&jwt::claims()),
            key,
            runtime: runtime(),
            _folder: folder,
            _server: None,
        }
    }

    fn of_a_balancer() -> Self {
        let key = Signing::new(Algorithm::Es256, KID);
        let runtime = runtime();
        let server = runtime.block_on(KeyServer::start(Answer::Body(key.pem())));
        let arn = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:\
                   loadbalancer/app/ml/0123456789abcdef";
        let mode = AlbMode {
            region: "eu-central-1".to_owned(),
            signer_arns: vec![arn.to_owned()],
            issuer: "https://id.example.com".to_owned(),
            client_id: "console".to_owned(),
            user_claim: "sub".to_owned(),
            email_claim: "email".to_owned(),
            groups_claim: "groups".to_owned(),
            keys: server.url.clone(),
        };
        let mut header = key.header();
        header["signer"] = arn.into();
        header["iss"] = "https://id.example.com".into();
        header["client"] = "console".into();
        header["exp"] = jwt::claims()["exp"].clone();
        Self {
            identity: Identity::new(settings(Mode::Alb(mode))),
            header: "x-amzn-oidc-data",
            good: key.padded(&header, &jwt::claims()),
            key,
            runtime,
            _folder: tempfile::tempdir().expect("a folder"),
            _server: Some(server),
        }
    }

    fn who(&self, token: &[u8]) -> Option<Result<Known, Unknown>> {
        HeaderValue::from_bytes(token).ok()?;
        let headers = headers(&[(self.header, token)]);
        Some(self.runtime.block_on(self.identity.who(PROXY, &headers)))
    }

    /// Nobody is let in but by what the key has signed.
    fn check(&self, token: &[u8]) {
        let Some(known) = self.who(token) else {
            return;
        };
        match known {
            Ok(known) => {
                assert_eq!(known.person.name, "ada");
                let signed = self.good.rsplit_once('.').expect("parts").0;
                let text = String::from_utf8_lossy(token);
                assert!(text.contains(signed), "{text}");
            }
            Err(unknown) => {
                let status = unknown.refusal.status.as_u16();
                assert!([401, 503].contains(&status), "{status}");
                assert!(!unknown.why.is_empty());
            }
        }
    }
}

#[test]
fn what_is_kept_lets_nobody_in_and_breaks_nothing() {
    kept("networks", check_network);
    let proxy = proxy();
    kept("heads", |bytes| check_head(&proxy, &head(bytes)));
    for (kind, door) in [
        ("tokens", Door::of_tokens()),
        ("balancer-tokens", Door::of_a_balancer()),
    ] {
        kept(kind, |bytes| {
            door.check(bytes);
            assert!(door.who(bytes).is_none_or(|known| known.is_err()));
        });
        let good = door.who(door.good.as_bytes()).expect("a header");
        assert!(good.is_ok(), "{good:?}");
    }
    kept("key-sets", check_key_set);
    kept("pems", |bytes| {
        check_keys(Key::from_pem(bytes).ok().into_iter().collect())
    });
}

fn check_key_set(json: &[u8]) {
    check_keys(key_set(json).unwrap_or_default());
}

/// Keys of strangers have signed nothing.
fn check_keys(keys: Vec<Key>) {
    assert!(keys.len() <= 64);
    for (key, algorithm) in keys
        .iter()
        .flat_map(|key| Algorithm::ALL.map(|one| (key, one)))
    {
        for signature in [&b""[..], &[0; 64], &[1; 64], &[0; 256]] {
            let is_weak_key = algorithm == Algorithm::EdDsa;
            assert!(!key.has_signed(algorithm, b"message", signature) || is_weak_key);
        }
    }
}

fn hostile_line() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("x-forwarded-user"),
        Just("X-Forwarded-Email"),
        Just("x-forwarded-groups"),
        Just("x-forwarded-for"),
        Just("x_forwarded-user"),
        Just("x.forwarded.for"),
        Just("x-door"),
        Just("connection"),
        Just("host"),
    ];
    let value = prop_oneof![
        Just("ada".to_owned()),
        Just("secret".to_owned()),
        Just("a@b@c, root".to_owned()),
        Just("10.1.0.1, 6.6.6.6:80 ,[::1]".to_owned()),
        "[a-z@,|. ]{0,12}",
        "[0-9.:,\\[\\] ]{0,20}",
        "\\PC{0,8}",
        ".{0,8}",
    ];
    (name, value).prop_map(|(name, value)| format!("{name}: {value}\n"))
}

/// A few changes of a token: a byte, a cut, a part of it again.
fn changes() -> impl Strategy<Value = Vec<(u8, u16, u8)>> {
    proptest::collection::vec(any::<(u8, u16, u8)>(), 1..4)
}

fn changed(token: &str, changes: &[(u8, u16, u8)]) -> Vec<u8> {
    const BYTES: &[u8] = b"AZaz09-_.=+/,\t \xff\0";
    let mut bytes = token.as_bytes().to_vec();
    for (kind, at, with) in changes {
        if bytes.is_empty() {
            break;
        }
        let at = usize::from(*at) % bytes.len();
        let with = usize::from(*with);
        match kind % 5 {
            0 => bytes[at] = BYTES[with % BYTES.len()],
            1 => bytes.insert(at, BYTES[with % BYTES.len()]),
            2 => drop(bytes.remove(at)),
            3 => bytes.truncate(at),
            _ => {
                let part = bytes[at..bytes.len().min(at + with)].to_vec();
                bytes.extend(part);
            }
        }
    }
    bytes
}

proptest! {
    #[test]
    fn networks_are_what_they_show(text in "(::|[0-9a-f:.]{0,20})(ffff:)?[0-9.]{0,15}(/[0-9]{0,4})?") {
        check_network(text.as_bytes());
    }

    #[test]
    fn any_text_is_a_network_or_not(text in ".{0,40}") {
        check_network(text.as_bytes());
    }

    #[test]
    fn any_head_names_one_person_or_nobody(
        lines in proptest::collection::vec(hostile_line(), 0..6),
        usual in any::<bool>(),
    ) {
        let start = if usual { "host: a\nx-door: secret\nx-forwarded-user: ada\n" } else { "" };
        check_head(&proxy(), &head(format!("{start}{}", lines.concat()).as_bytes()));
    }

    #[test]
    fn any_bytes_are_a_head(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        check_head(&proxy(), &head(&bytes));
    }
}

#[test]
fn no_changed_token_is_good() {
    for door in [Door::of_tokens(), Door::of_a_balancer()] {
        let mut runner = proptest::test_runner::TestRunner::default();
        let run = runner.run(&changes(), |changes| {
            door.check(&changed(&door.good, &changes));
            Ok(())
        });
        run.expect("nobody");
    }
}

#[test]
fn any_header_and_content_is_read_or_refused() {
    let json = prop_oneof![
        "[\\[\\]{}\",:a-z0-9 ]{0,40}",
        "\\{\"(alg|kid|exp|iss|aud|sub)\":(\"ES256\"|\"k1\"|1|null|\\[\\]|1e99)\\}",
        ".{0,40}",
    ];
    let door = Door::of_tokens();
    let header = door.key.header().to_string();
    let mut runner = proptest::test_runner::TestRunner::default();
    let run = runner.run(&(json.clone(), json), |(one, other)| {
        door.check(door.key.token_of(&one, &other).as_bytes());
        door.check(door.key.token_of(&header, &other).as_bytes());
        check_key_set(one.as_bytes());
        check_key_set(format!("{{\"keys\":[{one},{other}]}}").as_bytes());
        Ok(())
    });
    run.expect("nobody");
}
