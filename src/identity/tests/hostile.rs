//! What nobody sends by mistake: generated, and from `tests/data/hostile`. Whatever is found to break
//! something is added there, under a name that describes it.

use std::net::IpAddr;
use std::path::Path;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use proptest::prelude::*;

use super::super::jwt::tests as jwt;
use super::super::token::{Key, key_set};
use super::super::{
    AlbMode, Algorithm, AuthError, Authenticated, Authenticator, HeaderMode, IdentitySettings,
    KeySource, Mode, Network, Preset, PresetDefaults,
};
use super::fixtures::{KeyResponse, KeyServer, SigningKey, headers, key_set_of};

const PROXY: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 3, 7));
const KID: &str = "0a1b2c3d-0000-4000-8000-0123456789ab";

/// Runs `check` with each file of a kind.
fn each_file(kind: &str, check: impl Fn(&[u8])) {
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
    // No network contains both ends of a family, or addresses of both families.
    let contains = |address: &str| network.contains(address.parse().expect("an address"));
    assert!(!(contains("0.0.0.0") && contains("255.255.255.255")));
    assert!(!(contains("::") && contains("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")));
    assert!(!(contains("10.0.0.1") && contains("2001:db8::1")));
    assert_eq!(contains("10.0.0.1"), contains("::ffff:10.0.0.1"));
}

/// The lines of a request head that hyper would accept.
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

fn proxy() -> Authenticator {
    let PresetDefaults::Header(mode) = Preset::OAuth2Proxy.defaults() else {
        panic!("oauth2-proxy sends headers");
    };
    Authenticator::new(settings(Mode::Header(HeaderMode {
        secret: Some((HeaderName::from_static("x-door"), b"secret".to_vec())),
        ..mode
    })))
}

/// An authenticated person is the one that exactly one header names, as it is.
fn check_head(authenticator: &Authenticator, headers: &HeaderMap) {
    let checked = authenticator.check_request_head(&Uri::from_static("/"), headers);
    if let Err(error) = checked {
        assert_eq!(error.status(), StatusCode::BAD_REQUEST);
    }
    let known = runtime().block_on(authenticator.authenticate(PROXY, headers));
    let (Ok(()), Ok(known)) = (checked, known) else {
        return;
    };
    let users: Vec<_> = headers.get_all("x-forwarded-user").iter().collect();
    assert_eq!(users, [known.person.name.as_bytes()]);
    assert!(!known.person.name.chars().any(char::is_control));
    assert!(known.person.name.chars().count() <= 128);
    assert!(known.person.groups.len() <= 512);
    assert_eq!(headers.get_all("x-door").iter().count(), 1);
    let client = known.client_address;
    assert!(client.is_none_or(|client| authenticator.check_peer(client).is_err()));
    for name in headers.keys() {
        let folded = name.as_str().replace(['_', '.'], "-");
        let is_alias = folded.starts_with("x-forwarded-") && folded != name.as_str();
        let is_ours = ["user", "email", "groups", "for"].contains(&&folded[folded.len().min(12)..]);
        assert!(!(is_alias && is_ours), "{name}");
    }
}

/// An authenticator of tokens, with the key that signs valid ones.
struct TokenCheck {
    authenticator: Authenticator,
    header: &'static str,
    key: SigningKey,
    valid: String,
    runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
    _server: Option<KeyServer>,
}

impl TokenCheck {
    fn of_tokens() -> Self {
        let key = SigningKey::new(Algorithm::Es256, "k1");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("keys.json");
        std::fs::write(&path, key_set_of(&[&key])).expect("a file");
        let mode = jwt::mode(KeySource::File(path), &[Algorithm::Es256]);
        Self {
            authenticator: Authenticator::new(settings(Mode::Jwt(mode))),
            header: "x-assertion",
            valid: key.token(&jwt::claims()),
            key,
            runtime: runtime(),
            _folder: folder,
            _server: None,
        }
    }

    fn of_a_load_balancer() -> Self {
        let key = SigningKey::new(Algorithm::Es256, KID);
        let runtime = runtime();
        let server = runtime.block_on(KeyServer::start(KeyResponse::Body(key.pem())));
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
            authenticator: Authenticator::new(settings(Mode::Alb(mode))),
            header: "x-amzn-oidc-data",
            valid: key.padded(&header, &jwt::claims()),
            key,
            runtime,
            _folder: tempfile::tempdir().expect("a folder"),
            _server: Some(server),
        }
    }

    fn authenticate(&self, token: &[u8]) -> Option<Result<Authenticated, AuthError>> {
        HeaderValue::from_bytes(token).ok()?;
        let headers = headers(&[(self.header, token)]);
        Some(
            self.runtime
                .block_on(self.authenticator.authenticate(PROXY, &headers)),
        )
    }

    /// A token is accepted only if the key has signed it.
    fn check(&self, token: &[u8]) {
        let Some(result) = self.authenticate(token) else {
            return;
        };
        match result {
            Ok(known) => {
                assert_eq!(known.person.name, "ada");
                let signed = self.valid.rsplit_once('.').expect("parts").0;
                let text = String::from_utf8_lossy(token);
                assert!(text.contains(signed), "{text}");
            }
            Err(error) => {
                let status = error.response.status().as_u16();
                assert!([401, 503].contains(&status), "{status}");
                assert!(!error.reason.to_string().is_empty());
            }
        }
    }
}

#[test]
fn hostile_files_authenticate_nobody_and_break_nothing() {
    each_file("networks", check_network);
    let proxy = proxy();
    each_file("heads", |bytes| check_head(&proxy, &head(bytes)));
    for (kind, check) in [
        ("tokens", TokenCheck::of_tokens()),
        ("balancer-tokens", TokenCheck::of_a_load_balancer()),
    ] {
        each_file(kind, |bytes| {
            check.check(bytes);
            assert!(check.authenticate(bytes).is_none_or(|known| known.is_err()));
        });
        let good = check
            .authenticate(check.valid.as_bytes())
            .expect("a header");
        assert!(good.is_ok(), "{good:?}");
    }
    each_file("key-sets", check_key_set);
    each_file("pems", |bytes| {
        check_keys(Key::from_pem(bytes).ok().into_iter().collect())
    });
}

fn check_key_set(json: &[u8]) {
    check_keys(key_set(json).unwrap_or_default());
}

/// Keys from elsewhere verify nothing.
fn check_keys(keys: Vec<Key>) {
    assert!(keys.len() <= 64);
    for (key, algorithm) in keys
        .iter()
        .flat_map(|key| Algorithm::ALL.map(|one| (key, one)))
    {
        for signature in [&b""[..], &[0; 64], &[1; 64], &[0; 256]] {
            let is_weak_key = algorithm == Algorithm::EdDsa;
            assert!(!key.verifies(algorithm, b"message", signature) || is_weak_key);
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

/// A few changes to a token: a byte replaced, inserted or removed, a cut, a part repeated.
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
    fn a_network_is_displayed_as_it_parses(text in "(::|[0-9a-f:.]{0,20})(ffff:)?[0-9.]{0,15}(/[0-9]{0,4})?") {
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
fn no_changed_token_is_accepted() {
    for check in [TokenCheck::of_tokens(), TokenCheck::of_a_load_balancer()] {
        let mut runner = proptest::test_runner::TestRunner::default();
        let run = runner.run(&changes(), |changes| {
            check.check(&changed(&check.valid, &changes));
            Ok(())
        });
        run.expect("nobody");
    }
}

#[test]
fn any_header_and_payload_is_read_or_refused() {
    let json = prop_oneof![
        "[\\[\\]{}\",:a-z0-9 ]{0,40}",
        "\\{\"(alg|kid|exp|iss|aud|sub)\":(\"ES256\"|\"k1\"|1|null|\\[\\]|1e99)\\}",
        ".{0,40}",
    ];
    let check = TokenCheck::of_tokens();
    let header = check.key.header().to_string();
    let mut runner = proptest::test_runner::TestRunner::default();
    let run = runner.run(&(json.clone(), json), |(one, other)| {
        check.check(check.key.token_of(&one, &other).as_bytes());
        check.check(check.key.token_of(&header, &other).as_bytes());
        check_key_set(one.as_bytes());
        check_key_set(format!("{{\"keys\":[{one},{other}]}}").as_bytes());
        Ok(())
    });
    run.expect("nobody");
}
