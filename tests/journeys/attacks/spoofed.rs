//! Who claims to be somebody.

use crate::support::proxied::{HEADER_MODE, RULES};

use super::{Attack, EXECUTIONS, Scene, Shot, attack};

const USER: &str = "X-Forwarded-User";
const GROUPS: &str = "X-Forwarded-Groups";
const ROOT: &str = "root@example.com";

fn other_peers(scene: &Scene) -> Vec<Attack> {
    let outside = || scene.start().from([127, 0, 0, 2]);
    vec![
        attack("another peer with the proxy's headers", outside(), 403),
        attack(
            "another peer with the headers of the proxy",
            outside().with("X-Forwarded-For", "127.0.0.1"),
            403,
        ),
        attack(
            "another peer with every kind of forwarding header",
            outside()
                .add("X-Real-IP", "127.0.0.1")
                .add("Forwarded", "for=127.0.0.1;by=127.0.0.1")
                .add("X-Forwarded-By", "127.0.0.1")
                .add("True-Client-IP", "127.0.0.1"),
            403,
        ),
        attack(
            "another peer without identity headers",
            outside().without(USER),
            403,
        ),
        attack(
            "another peer that reads",
            scene.get("/w/default/pipelines").from([127, 0, 0, 2]),
            403,
        ),
        attack(
            "another peer that requests a file",
            scene.get("/static/app.css").from([127, 1, 2, 3]),
            403,
        ),
    ]
    .into_iter()
    .map(|row| row.denied("untrusted_peer"))
    .collect()
}

fn twice(scene: &Scene) -> Vec<Attack> {
    let mut rows = vec![
        attack("two names", scene.start().add(USER, ROOT), 400),
        attack(
            "the same name twice",
            scene.start().add(USER, "ada@example.com"),
            400,
        ),
        attack(
            "two names in two cases",
            scene.start().add("x-forwarded-USER", ROOT),
            400,
        ),
        attack("a second, empty name", scene.start().add(USER, ""), 400),
        attack(
            "two lists of groups",
            scene.start().add(GROUPS, "admins"),
            400,
        ),
        attack(
            "two e-mail addresses",
            scene
                .start()
                .add("X-Forwarded-Email", "ada@example.com")
                .add("X-Forwarded-Email", ROOT),
            400,
        ),
    ];
    for alias in [
        "X_Forwarded_User",
        "x_forwarded-user",
        "X.Forwarded.User",
        "X-Forwarded_Groups",
        "X.FORWARDED_GROUPS",
        "X_Forwarded_Email",
        "X_Forwarded_For",
    ] {
        let shot = scene.start().add(alias, ROOT);
        rows.push(attack(format!("beside it, {alias}"), shot, 400));
    }
    let alone = scene.start().without(USER).add("X_Forwarded_User", ROOT);
    rows.push(attack("X_Forwarded_User alone", alone, 400));
    for named in [
        "X-Forwarded-User, close",
        "close, x-forwarded-groups",
        "close,X_Forwarded_User",
        "X-Forwarded-For, close",
    ] {
        let shot = scene.start().with("Connection", named);
        rows.push(attack(format!("Connection: {named}"), shot, 400));
    }
    let line = scene.start().add("Connection", "X-Forwarded-Email");
    rows.push(attack("a second Connection that names one", line, 400));
    rows.into_iter()
        .map(|row| row.denied("bad_request"))
        .collect()
}

fn odd_names(scene: &Scene) -> Vec<Attack> {
    let named = |name: &str| scene.start().with(USER, name);
    let mut rows = Vec::new();
    for (what, name) in [
        ("a comma", "ada@example.com,root@example.com"),
        ("a tab", "ada\troot"),
        ("a right-to-left override", "ada\u{202e}toor"),
        ("an isolate", "\u{2066}root@example.com"),
        ("a mark of direction", "root\u{200f}@example.com"),
        ("a zero-width space", "root\u{200b}@example.com"),
        ("a joiner", "ro\u{200d}ot@example.com"),
        ("a soft hyphen", "ro\u{ad}ot@example.com"),
        ("a byte order mark", "\u{feff}root@example.com"),
        ("a no-break space", "root@example.com\u{a0}"),
        ("an ideographic space", "\u{3000}root@example.com"),
        ("a variation selector", "root\u{fe0f}@example.com"),
        ("a tag character", "root\u{e0041}@example.com"),
        ("a line separator", "ada\u{2028}root"),
        ("a C1 control", "ada\u{85}root"),
        ("two @", "ada@example.com@evil"),
        ("nothing before the @", "@example.com"),
        ("nothing after it", "ada@"),
        ("a space in an address", "ada @example.com"),
        ("129 characters", &"a".repeat(129)),
        ("20,000 characters", &"a".repeat(20_000)),
    ] {
        rows.push(attack(format!("a name with {what}"), named(name), 400));
    }
    for (what, bytes) in [
        ("that is not UTF-8", &b"ada\xff"[..]),
        ("in an overlong encoding", b"ada\xc0\xaf"),
        ("with half a surrogate pair", b"ada\xed\xa0\x80"),
        ("cut off within a character", b"ad\xc3"),
    ] {
        rows.push(attack(
            format!("a name {what}"),
            scene.start().with(USER, bytes),
            400,
        ));
    }
    for (what, groups) in [
        ("a control of direction", "ml-ops\u{202e},admins".to_owned()),
        ("a zero-width space", "admins\u{200b}".to_owned()),
        ("300 characters", "g".repeat(300)),
        (
            "600 members",
            (0..600).map(|n| format!("g{n},")).collect::<String>(),
        ),
    ] {
        let shot = scene.start().with(GROUPS, groups);
        rows.push(attack(format!("groups with {what}"), shot, 400));
    }
    rows.into_iter()
        .map(|row| row.denied("bad_request"))
        .collect()
}

fn without_names(scene: &Scene) -> Vec<Attack> {
    let anonymous = || scene.start().without(USER);
    let mut rows = vec![
        attack("no name", anonymous(), 401),
        attack("an empty name", scene.start().with(USER, ""), 401),
        attack("a name of spaces", scene.start().with(USER, "   "), 401),
        attack("groups alone", anonymous().with(GROUPS, "admins"), 401),
        attack(
            "an e-mail address alone",
            anonymous().add("X-Forwarded-Email", ROOT),
            401,
        ),
        attack("a file without a name", Shot::get("/static/app.css"), 401),
        attack("/me without a name", Shot::get("/me"), 401),
    ];
    for header in [
        "Remote-User",
        "X-Remote-User",
        "X-Auth-Request-User",
        "X-WEBAUTH-USER",
        "X-authentik-username",
        "X-User",
        "X-Forwarded-Preferred-Username",
        "X-Amzn-Oidc-Identity",
        "X-Goog-Authenticated-User-Email",
        "Kubeflow-Userid",
    ] {
        let shot = anonymous().add(header, ROOT);
        rows.push(attack(format!("{header} instead"), shot, 401));
    }
    for (what, name, value) in [
        ("a password", "Authorization", "Basic cm9vdDpyb290"),
        (
            "a token of another mode",
            "Authorization",
            "Bearer e30.e30.e30",
        ),
        ("a cookie", "Cookie", "user=root@example.com; groups=admins"),
        (
            "the probe's user agent",
            "User-Agent",
            "ELB-HealthChecker/2.0",
        ),
        ("a probe's address", "X-Forwarded-Uri", "/healthz"),
        ("an original URL", "X-Original-URL", "/healthz"),
    ] {
        let shot = anonymous().add(name, value);
        rows.push(attack(format!("{what} instead"), shot, 401));
    }
    rows.into_iter()
        .map(|row| row.denied("no_identity"))
        .collect()
}

/// The library itself takes these for no HTTP.
fn no_http(scene: &Scene) -> Vec<Attack> {
    vec![
        attack(
            "a NUL in a name",
            scene.start().with(USER, b"ada\0root"),
            400,
        ),
        attack(
            "a bell in a name",
            scene.start().with(USER, b"ada\x07"),
            400,
        ),
        attack(
            "an escape in a name",
            scene.start().with(USER, b"\x1b[1m"),
            400,
        ),
        attack(
            "a carriage return in a name",
            scene.start().with(USER, b"ada\rX-Forwarded-Groups: admins"),
            400,
        ),
        attack(
            "a name that goes on in the next line",
            scene.start().with(USER, b"ada\r\n root"),
            400,
        ),
        attack(
            "a space before the colon",
            scene.start().add("X-Forwarded-Groups ", "admins"),
            400,
        ),
    ]
}

#[tokio::test]
async fn nobody_is_believed_but_the_proxy() {
    let scene = Scene::open().await;
    let mut rows = other_peers(&scene);
    rows.extend(twice(&scene));
    rows.extend(no_http(&scene));
    scene.expect_refused("spoofed headers", rows).await;
    scene.still_works(&scene.start()).await;
}

#[tokio::test]
async fn a_name_is_one_that_can_be_read() {
    let scene = Scene::open().await;
    scene.expect_refused("odd names", odd_names(&scene)).await;
    scene.still_works(&scene.start()).await;
}

#[tokio::test]
async fn nobody_is_never_somebody() {
    let scene = Scene::open().await;
    scene
        .expect_refused("without names", without_names(&scene))
        .await;
    scene.still_works(&scene.start()).await;
}

#[tokio::test]
async fn a_proxy_without_the_secret_is_none() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("secret");
    std::fs::write(&file, "0123456789abcdef0123456789abcdef").expect("a secret");
    let secret = format!(
        "[identity]\nshared_secret_header = \"X-Proxy-Secret\"\nshared_secret_file = {:?}\n",
        file.to_str().expect("a plain path")
    );
    let settings = format!("{HEADER_MODE}{RULES}").replacen("[identity]", &secret, 1);
    let secret = ("X-Proxy-Secret", "0123456789abcdef0123456789abcdef");
    let ada = [&super::ADA[..], &[secret]].concat();
    let scene = Scene::set(super::Setup {
        settings: &settings,
        ada: &ada,
        base: "",
        request_base: "",
    })
    .await;
    let with = |value: &str| scene.post(EXECUTIONS, &scene.form).with(secret.0, value);
    let mut rows = vec![
        attack("no secret", scene.start().without(secret.0), 401),
        attack("an empty one", with(""), 401),
        attack("half of it", with("0123456789abcdef"), 401),
        attack("more than it", with(&format!("{}0", secret.1)), 401),
        attack("another", with("0123456789abcdef0123456789abcdeF"), 401),
    ];
    rows = rows
        .into_iter()
        .map(|row| row.denied("bad_identity"))
        .collect();
    rows.push(attack("two", scene.start().add(secret.0, secret.1), 400).denied("bad_request"));
    rows.push(
        attack(
            "an alias",
            scene.start().add("X_Proxy_Secret", secret.1),
            400,
        )
        .denied("bad_request"),
    );
    scene.expect_refused("shared secrets", rows).await;
    scene.still_works(&scene.start()).await;
}
