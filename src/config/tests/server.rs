//! `[server]`, `[embed]` and `[ledger]`.

use super::*;

#[test]
fn bounds_are_those_of_an_ordinary_console_unless_set() {
    let server = Case::new().load().server;
    assert_eq!(server.base_path, "");
    assert!(!server.base_path_stripped);
    assert!(!server.read_only);
    assert_eq!(server.max_connections, 1024);
    assert_eq!(server.header_timeout, Duration::from_secs(75));
    assert_eq!(server.max_headers, 64);
    assert_eq!(server.max_header_size, 32 << 10);
    assert_eq!(server.request_timeout, Duration::from_secs(30));
    assert_eq!(server.body_timeout, Duration::from_secs(20));
    assert_eq!(server.max_in_flight, 256);
    assert_eq!(server.writes_per_minute, 30);
    assert_eq!(server.drain, Duration::from_secs(20));
}

#[test]
fn the_flag_for_reading_only_is_a_setting() {
    let case = Case::new().flag("server.read_only", "--read-only", "true");
    assert!(case.load().server.read_only);
    let case = Case::new().variable("SLUICEGATE_SERVER__READ_ONLY", "true");
    assert!(case.load().server.read_only);
    let case = case.variable("SLUICEGATE_SERVER__READ_ONLY", "");
    assert!(case.refusal().contains("must be true or false"));
}

#[test]
fn a_base_path_is_plain_segments() {
    for path in ["", "/sagemaker", "/ml/console", "/a.b/c_d/~e-f"] {
        let text = format!("[server]\nbase_path = {path:?}");
        assert_eq!(Case::new().file(&text).load().server.base_path, path);
    }
    for path in [
        "/",
        "sagemaker",
        "/sagemaker/",
        "//evil.example",
        "/a//b",
        "/a/./b",
        "/a/..",
        "/%2f",
        "/a?b",
        "/a#b",
        "/a b",
        "/ä",
        "/a;b",
        "/a\\b",
        "https://ml.example.com/a",
    ] {
        let refusal = Case::new()
            .file(&format!("server.base_path = {path:?}"))
            .refusal();
        assert!(
            refusal.starts_with("sluicegate.toml:1: server.base_path: "),
            "{path}: {refusal}"
        );
        assert_eq!(refusal.lines().count(), 1, "{refusal}");
    }
}

#[test]
fn only_a_base_path_can_be_stripped() {
    let refusal = Case::new()
        .file("server.base_path_stripped = true")
        .refusal();
    assert_eq!(
        refusal,
        "sluicegate.toml:1: server.base_path_stripped: there is no base path that a proxy could strip; write the path that browsers send in server.base_path, or remove this"
    );
    let server = Case::new()
        .file("[server]\nbase_path = \"/ml\"\nbase_path_stripped = true")
        .load()
        .server;
    assert!(server.base_path_stripped);
}

#[test]
fn numbers_are_whole_and_in_bounds() {
    for (setting, refusal) in [
        (
            "server.max_connections = 0",
            "server.max_connections: it is out of range; write a whole number from 1 to 65535",
        ),
        (
            "server.max_connections = 1.5",
            "server.max_connections: 1.5 is not a whole number in range; write digits only, without quotes: 400",
        ),
        (
            "server.max_in_flight = -1",
            "server.max_in_flight: -1 is not a whole number in range; write digits only, without quotes: 400",
        ),
        (
            "server.writes_per_minute = 99999999999",
            "server.writes_per_minute: 99999999999 is not a whole number in range; write digits only, without quotes: 400",
        ),
        (
            "server.header_timeout = \"0s\"",
            "server.header_timeout: it is out of range; write a duration from 1s to 10m",
        ),
        (
            "server.max_header_size = \"1KiB\"",
            "server.max_header_size: it is out of range; write a size from 8KiB to 1MiB",
        ),
        (
            "server.max_headers = \"64\"",
            "server.max_headers: it must be a number, not the string \"64\"; write digits only, without quotes: 400",
        ),
        (
            "ledger.retention_days = 0",
            "ledger.retention_days: it is out of range; write a whole number from 1 to 36500",
        ),
        (
            "ledger.retention_days = 36501",
            "ledger.retention_days: it is out of range; write a whole number from 1 to 36500",
        ),
        (
            "server.read_only = \"true\"",
            "server.read_only: it must be true or false, not the string \"true\"; write true or false, without quotes",
        ),
        (
            "server.read_only = 1",
            "server.read_only: it must be true or false, not a number; write true or false, without quotes",
        ),
    ] {
        let reported = Case::new().file(setting).refusal();
        assert_eq!(reported, format!("sluicegate.toml:1: {refusal}"));
    }
}

#[test]
fn frames_are_of_the_own_origin_or_exact_others() {
    let settings = Case::new()
        .file("embed.frame_ancestors = [\"'self'\", \"https://portal.example.com\", \"http://localhost:3000\"]")
        .load();
    let texts = settings.embed.frame_ancestors.iter();
    assert_eq!(
        texts.map(ToString::to_string).collect::<Vec<_>>(),
        [
            "'self'",
            "https://portal.example.com",
            "http://localhost:3000"
        ]
    );
    assert_eq!(
        Case::new()
            .variable("SLUICEGATE_EMBED__FRAME_ANCESTORS", "'self'")
            .load()
            .embed
            .frame_ancestors,
        [FrameAncestor::Own]
    );
    for (ancestor, why) in [
        ("'none'", "an empty list means that"),
        ("self", "it needs quotes of its own"),
        ("*", "it does not begin with https://"),
        ("https:", "it does not begin with https://"),
        ("https://*.example.com", "wildcards would admit any site"),
        (
            "https://portal.example.com/path",
            "an origin ends after host and port, without a path or slash",
        ),
        (
            "http://portal.example.com",
            "without https, anyone on the network could act in its name",
        ),
        (
            "https://a.example; script-src *",
            "wildcards would admit any site",
        ),
        (
            "https://a.example https://b.example",
            "an origin ends after host and port, without a path or slash",
        ),
        ("data:", "it does not begin with https://"),
    ] {
        let refusal = Case::new()
            .file(&format!("embed.frame_ancestors = [{ancestor:?}]"))
            .refusal();
        assert!(
            refusal.starts_with(&format!(
                "sluicegate.toml:1: embed.frame_ancestors: {ancestor:?} is not valid: {why}; "
            )),
            "{refusal}"
        );
        assert!(refusal.ends_with("for none, leave the list empty"));
    }
}

#[test]
fn a_workspace_can_have_a_role_for_actions() {
    let text = "[[workspace]]\nwrite_role_arn = \"arn:aws:iam::111122223333:role/act\"";
    let workspaces = Case::new().file(text).load().workspaces;
    assert_eq!(
        workspaces[0].write_role_arn.as_deref(),
        Some("arn:aws:iam::111122223333:role/act")
    );
    let refusal = Case::new()
        .file("[[workspace]]\nwrite_role_arn = \"act\"")
        .refusal();
    assert!(
        refusal.starts_with("sluicegate.toml:2: workspace.0.write_role_arn: \"act\" is not valid"),
        "{refusal}"
    );
}

#[test]
fn workspaces_may_share_a_colour() {
    let text = "[[workspace]]\nname = \"a\"\ncolour = \"red\"\n[[workspace]]\nname = \"b\"\ncolour = \"red\"";
    assert_eq!(Case::new().file(text).load().workspaces.len(), 2);
}
