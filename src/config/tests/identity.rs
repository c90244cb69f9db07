//! `[identity]`.

use super::*;
use crate::identity::{HeaderMode, Mode};

pub(super) const PROXY: &str = "trusted_proxies = [\"10.0.3.7\"]\n";

pub(super) fn case(text: &str) -> Case {
    Case::new().file(&format!("[identity]\n{text}"))
}

pub(super) fn mode(text: &str) -> Mode {
    let settings = case(text).load();
    settings.for_serve().expect("it can be served");
    settings.identity.expect("a mode").mode
}

fn header(text: &str) -> HeaderMode {
    match mode(&format!("mode = \"header\"\n{PROXY}{text}")) {
        Mode::Header(header) => header,
        other => panic!("{other:?}"),
    }
}

#[test]
fn only_serve_needs_a_mode() {
    let settings = Case::new().load();
    assert!(settings.identity.is_none());
    let refused = settings.for_serve().expect_err("no mode").to_string();
    assert!(
        refused.starts_with("default: identity.mode: it is not set, and "),
        "{refused}"
    );
    assert!(!settings.show().contains("identity"), "not shown");
}

#[test]
fn settings_of_identity_need_a_mode() {
    let refusal = case(PROXY).refusal();
    assert_eq!(
        refusal,
        "sluicegate.toml:2: identity.trusted_proxies: it has no effect without identity.mode; write mode = \"header\", \"jwt\" or \"alb\", or remove this"
    );
}

#[test]
fn the_local_person_is_on_this_machine() {
    assert!(matches!(mode("mode = \"local\""), Mode::Local));
    let refusal = case("mode = \"local\"")
        .flag("server.listen", "--listen", "0.0.0.0:8080")
        .refusal();
    assert!(
        refusal.starts_with("flag --listen: server.listen: 0.0.0.0:8080 is reachable from other machines, and identity.mode is local"),
        "{refusal}"
    );
}

#[test]
fn people_behind_a_proxy_may_be_anywhere() {
    let settings = case(&format!(
        "mode = \"header\"\npreset = \"authelia\"\n{PROXY}"
    ))
    .variable("SLUICEGATE_SERVER__LISTEN", "0.0.0.0:8080")
    .load();
    let identity = settings.identity.expect("a mode");
    let proxy = identity.trusted_proxies[0];
    assert!(proxy.contains("10.0.3.7".parse().expect("an address")));
}

#[test]
fn presets_name_the_headers_and_settings_win() {
    for (preset, user, groups, delimiter) in [
        (
            "oauth2-proxy",
            "x-forwarded-user",
            "x-forwarded-groups",
            ",",
        ),
        ("authelia", "remote-user", "remote-groups", ","),
        (
            "authentik",
            "x-authentik-username",
            "x-authentik-groups",
            "|",
        ),
        (
            "auth-request",
            "x-auth-request-user",
            "x-auth-request-groups",
            ",",
        ),
        ("vouch", "x-vouch-user", "x-vouch-idp-claims-groups", ","),
    ] {
        let header = header(&format!("preset = {preset:?}"));
        assert_eq!(header.user, user);
        assert_eq!(header.groups.expect("groups"), groups);
        assert_eq!(header.groups_delimiter, delimiter);
        assert!(header.email.is_some() && header.secret.is_none());
    }
    let own = header(
        "preset = \"authentik\"\nuser_header = \"X-User\"\nemail_header = \"\"\ngroups_delimiter = \";\"",
    );
    assert_eq!(own.user, "x-user");
    assert!(own.email.is_none());
    assert_eq!(own.groups.expect("the preset's"), "x-authentik-groups");
    assert_eq!(own.groups_delimiter, ";");
    let free = header("user_header = \"X-WebAuth-User\"");
    assert!(free.email.is_none() && free.groups.is_none());
}

#[test]
fn what_a_preset_says_is_shown_as_its_own() {
    let shown = case(&format!(
        "mode = \"header\"\npreset = \"authelia\"\n{PROXY}"
    ))
    .load()
    .show();
    let line = |setting: &str, source: &str| format!("{setting:<48} # {source}\n");
    for line in [
        line("user_header = \"remote-user\"", "preset authelia"),
        line("shared_secret_file = \"\"", "default"),
    ] {
        assert!(shown.contains(&line), "{line}:\n{shown}");
    }
}

#[test]
fn a_shared_secret_is_read_from_its_file_and_not_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("secret");
    let text = format!(
        "mode = \"header\"\n{PROXY}preset = \"authelia\"\nshared_secret_header = \"X-Secret\"\nshared_secret_file = {file:?}"
    );
    fs::write(&file, "0123456789abcdef\n").expect("written");
    let settings = case(&text).load();
    assert!(!settings.show().contains("0123456789abcdef"));
    assert!(!format!("{settings:?}").contains("0123456789abcdef"));
    let Some(Mode::Header(header)) = settings.identity.map(|identity| identity.mode) else {
        panic!("the mode header");
    };
    let (name, secret) = header.secret.expect("a secret");
    assert_eq!(
        (name.as_str(), &secret[..]),
        ("x-secret", &b"0123456789abcdef"[..])
    );
    for (content, why) in [
        ("0123456789abcde\n", "has fewer than 16 bytes"),
        ("0123456789 abcdef", "it contains what a header cannot"),
        ("0123456789\nabcdefg", "it contains what a header cannot"),
    ] {
        fs::write(&file, content).expect("written");
        assert!(case(&text).refusal().contains(why), "{content:?}");
    }
    fs::remove_file(&file).expect("removed");
    assert!(case(&text).refusal().contains("secret cannot be read: "));
}

#[test]
fn header_mode_refuses_what_would_let_strangers_in() {
    for (text, expected) in [
        (
            "preset = \"authelia\"",
            "sluicegate.toml:2: identity.trusted_proxies: it is not set, so no request could be trusted; write the addresses from which the proxy connects: [\"10.0.3.7\"]",
        ),
        (
            "preset = \"authelia\"\ntrusted_proxies = []",
            "sluicegate.toml:4: identity.trusted_proxies: it is not set, so no request could be trusted; write the addresses from which the proxy connects: [\"10.0.3.7\"]",
        ),
        (
            "preset = \"authelia\"\ntrusted_proxies = [\"0.0.0.0/0\"]",
            "sluicegate.toml:4: identity.trusted_proxies: \"0.0.0.0/0\" is not valid: it contains every address; write addresses or networks in brackets: [\"10.0.3.7\", \"fd00::/64\"]",
        ),
        (
            "preset = \"authelia\"\ntrusted_proxies = [\"proxy.local\"]",
            "sluicegate.toml:4: identity.trusted_proxies: \"proxy.local\" is not valid: it is neither an address nor a network in CIDR notation; write addresses or networks in brackets: [\"10.0.3.7\", \"fd00::/64\"]",
        ),
        (
            "trusted_proxies = [\"10.0.3.7\"]",
            "sluicegate.toml:2: identity.user_header: it is not set, so nobody would have a name; name the header in which the proxy sends it, or set identity.preset",
        ),
        (
            "trusted_proxies = [\"10.0.3.7\"]\nuser_header = \"Host\"",
            "sluicegate.toml:4: identity.user_header: \"Host\" has another meaning in HTTP and cannot be trusted; write a header's name: \"X-Forwarded-User\"",
        ),
        (
            "trusted_proxies = [\"10.0.3.7\"]\nuser_header = \"X User\"",
            "sluicegate.toml:4: identity.user_header: \"X User\" cannot be a header's name; write a header's name: \"X-Forwarded-User\"",
        ),
        (
            "trusted_proxies = [\"10.0.3.7\"]\nuser_header = \"X-User\"\ngroups_header = \"x_user\"",
            "sluicegate.toml:5: identity.groups_header: x_user is identity.user_header already; name another header, or leave it empty",
        ),
        (
            "trusted_proxies = [\"10.0.3.7\"]\nuser_header = \"X-User\"\nclient_ip_header = \"X-User\"",
            "sluicegate.toml:5: identity.client_ip_header: x-user is identity.user_header already; name another header, or leave it empty",
        ),
        (
            "trusted_proxies = [\"10.0.3.7\"]\npreset = \"authelia\"\ngroups_delimiter = \"\"",
            "sluicegate.toml:5: identity.groups_delimiter: \"\" cannot separate two groups; write a separator: \",\" or \"|\"",
        ),
        (
            "trusted_proxies = [\"10.0.3.7\"]\npreset = \"authelia\"\nshared_secret_header = \"X-Secret\"",
            "sluicegate.toml:5: identity.shared_secret_file: it is not set, and identity.shared_secret_header is; set both, or neither",
        ),
        (
            "trusted_proxies = [\"10.0.3.7\"]\npreset = \"iap\"",
            "sluicegate.toml:4: identity.preset: iap is for the mode jwt, and identity.mode is header; choose a preset of this mode, or the other mode",
        ),
        (
            "trusted_proxies = [\"10.0.3.7\"]\npreset = \"keycloak\"\nuser_header = \"X-User\"",
            "sluicegate.toml:4: identity.preset: \"keycloak\" is not a preset; write one of oauth2-proxy, authelia, authentik, auth-request, vouch, iap, cloudflare, pomerium, or name the headers yourself",
        ),
        (
            "trusted_proxies = [\"10.0.3.7\"]\npreset = \"authelia\"\njwt.issuer = \"x\"",
            "sluicegate.toml:5: identity.jwt.issuer: it is for the mode jwt, and identity.mode is header; remove it, or choose the other mode",
        ),
    ] {
        let refusal = case(&format!("mode = \"header\"\n{text}")).refusal();
        assert_eq!(refusal, expected, "of:\n{text}");
    }
}

#[test]
fn names_with_another_meaning_are_no_identity() {
    for name in [
        "Connection",
        "Cookie",
        "Content-Type",
        "content_length",
        "Origin",
        "Sec-Fetch-Site",
        "TE",
        "Transfer-Encoding",
        "HX-Request",
    ] {
        let text = format!("mode = \"header\"\n{PROXY}user_header = {name:?}");
        let refusal = case(&text).refusal();
        assert!(refusal.contains("has another meaning"), "{name}: {refusal}");
    }
}

#[test]
fn what_is_empty_of_another_mode_is_not_set() {
    let text = "mode = \"local\"\npreset = \"\"\ntrusted_proxies = []\nuser_header = \"\"";
    assert!(matches!(mode(text), Mode::Local));
    let refusal = case("mode = \"local\"\npreset = \"authelia\"").refusal();
    assert_eq!(
        refusal,
        "sluicegate.toml:3: identity.preset: it is for the mode header or jwt, and identity.mode is local; remove it, or choose the other mode"
    );
}

#[test]
fn settings_of_how_another_mode_reads_are_accepted() {
    let text = "mode = \"header\"\ntrusted_proxies = [\"10.0.3.7\"]\nuser_header = \"X-User\"\n\
                [identity.jwt]\nheader = \"X-Assertion\"\nissuer = \"\"\nalgorithms = [\"ES256\"]\nuser_claim = \"sub\"\n\
                [identity.alb]\nregion = \"\"\nsigner_arns = []";
    assert!(matches!(mode(text), Mode::Header(_)));
}
