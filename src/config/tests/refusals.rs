//! What is refused, by name, line and fix.

use std::ffi::OsString;

use super::*;

#[test]
fn a_named_file_must_be_there() {
    let case = Case::new().variable("SLUICEGATE_CONFIG", "/nowhere/sluicegate.toml");
    assert!(case.refusal().starts_with(
        "variable SLUICEGATE_CONFIG: the configuration file /nowhere/sluicegate.toml cannot be read"
    ));
}

#[test]
fn what_is_wrong_in_the_file_is_refused_by_name_line_and_fix() {
    for (text, refusal) in [
        (
            "[server]\nlistn = \"127.0.0.1:1\"",
            "sluicegate.toml:2: server.listn is not a setting known to this version (0.1.0); remove it, or did you mean server.listen?",
        ),
        (
            "[database]\nurl = \"postgres://\"",
            "sluicegate.toml:1: database is not a setting known to this version (0.1.0); remove it",
        ),
        (
            "\"server.listen\" = \"127.0.0.1:1\"",
            "sluicegate.toml:1: \"server.listen\" is not a setting known to this version (0.1.0); remove it, or did you mean server.listen?",
        ),
        (
            "[[workspace]]\nname = \"a\"\ncolor = \"red\"",
            "sluicegate.toml:3: [[workspace]] color is not a setting known to this version (0.1.0); remove it, or did you mean [[workspace]] colour?",
        ),
        (
            "[workspace]\nname = \"a\"",
            "sluicegate.toml:1: workspace is a list of sections; write [[workspace]], with two brackets, before the settings of each",
        ),
        (
            "server = 8080",
            "sluicegate.toml:1: server is a section, not a value; write [server] and its settings below",
        ),
        (
            "state_dir = 5",
            "sluicegate.toml:1: state_dir: it must be a string, not a number; write it in \"quotes\"",
        ),
        (
            "state_dir = \"\"",
            "sluicegate.toml:1: state_dir: it is empty; write a folder",
        ),
        (
            "state_dir.x = 1",
            "sluicegate.toml:1: state_dir: it must be a string, not a section; write it in \"quotes\"",
        ),
        (
            "[server]\nlisten = \"localhost:8080\"",
            "sluicegate.toml:2: server.listen: \"localhost:8080\" is not an address with a port; write \"127.0.0.1:8080\"",
        ),
        (
            "[server]\nlisten = 8080",
            "sluicegate.toml:2: server.listen: it must be a string, not a number; write it in \"quotes\"",
        ),
        (
            "[server]\nbody_limit = 65536",
            "sluicegate.toml:2: server.body_limit: it must be a string, not a number; write a number with its unit: \"64KiB\"",
        ),
        (
            "[server]\nbody_limit = \"64 kilobytes\"",
            "sluicegate.toml:2: server.body_limit: \"64 kilobytes\" is not a size; write a number with its unit: \"64KiB\"",
        ),
        (
            "[server]\nbody_limit = \"0B\"",
            "sluicegate.toml:2: server.body_limit: it is out of range; write a size from 1KiB to 4MiB",
        ),
        (
            "[server]\nbody_limit = \"99999999999999999999MiB\"",
            "sluicegate.toml:2: server.body_limit: \"99999999999999999999MiB\" is not a size; write a number with its unit: \"64KiB\"",
        ),
        (
            "[server]\npublic_origins = \"https://ml.example.com\"",
            "sluicegate.toml:2: server.public_origins: it must be a list of strings, not the string \"https://ml.example.com\"; write exact origins: [\"https://ml.example.com\"]",
        ),
        (
            "[server]\npublic_origins = [\"*\"]",
            "sluicegate.toml:2: server.public_origins: \"*\" is not valid: it does not begin with https://; write exact origins: [\"https://ml.example.com\"]",
        ),
        (
            "[server]\npublic_origins = [\"https://*.example.com\"]",
            "sluicegate.toml:2: server.public_origins: \"https://*.example.com\" is not valid: wildcards would admit any site; write exact origins: [\"https://ml.example.com\"]",
        ),
        (
            "[server]\npublic_origins = [\"http://ml.example.com\"]",
            "sluicegate.toml:2: server.public_origins: \"http://ml.example.com\" is not valid: without https, anyone on the network could act in its name; write exact origins: [\"https://ml.example.com\"]",
        ),
        (
            "[server]\npublic_origins = [1]",
            "sluicegate.toml:2: server.public_origins: it must be a list of strings, not a list of values that are not strings; write exact origins: [\"https://ml.example.com\"]",
        ),
        (
            "[ledger]\nticket_lifetime = \"12 hours\"",
            "sluicegate.toml:2: ledger.ticket_lifetime: \"12 hours\" is not a duration; write a number with its unit s, m, h or d: \"12h\"",
        ),
        (
            "[ledger]\nticket_lifetime = \"365d\"",
            "sluicegate.toml:2: ledger.ticket_lifetime: it is out of range; write a duration from 1m to 7d",
        ),
        (
            "[[workspace]]\nregion = \"Frankfurt\"",
            "sluicegate.toml:2: workspace.0.region: \"Frankfurt\" is not valid; write a Region's code: \"eu-central-1\"",
        ),
        (
            "[[workspace]]\nname = \"a b\"",
            "sluicegate.toml:2: workspace.0.name: \"a b\" cannot be a workspace's name, which is part of URLs; write lower-case letters, digits and inner hyphens, at most 63",
        ),
        (
            "[[workspace]]\nname = \"a\"\n[[workspace]]\nname = \"a\"",
            "sluicegate.toml:4: workspace.1.name: two workspaces are named \"a\"; give each its own name",
        ),
        (
            "[[workspace]]\nrole_arn = \"arn:aws:sts::111122223333:assumed-role/x/y\"",
            "sluicegate.toml:2: workspace.0.role_arn: \"arn:aws:sts::111122223333:assumed-role/x/y\" is not valid; write a role's ARN: \"arn:aws:iam::111122223333:role/sluicegate\"",
        ),
        (
            "[[workspace]]\nendpoint_url = \"http://me:secret@host\"",
            "sluicegate.toml:2: workspace.0.endpoint_url: its value is not valid; write scheme, host and port only: \"http://127.0.0.1:4566\"",
        ),
        (
            "[[workspace]]\ncolour = \"#f00\"",
            "sluicegate.toml:2: workspace.0.colour: \"#f00\" is not valid; write red, orange, yellow, green, teal, blue, purple or grey",
        ),
        (
            "[[workspace]]\ncalls_per_second = \"8\"",
            "sluicegate.toml:2: workspace.0.calls_per_second: it must be a number, not the string \"8\"; write it without quotes: 8",
        ),
        (
            "[[workspace]]\ncalls_per_second = 0",
            "sluicegate.toml:2: workspace.0.calls_per_second: 0 is out of range; write a number from 0.1 to 100",
        ),
        (
            "[[workspace]]\ncalls_per_second = nan",
            "sluicegate.toml:2: workspace.0.calls_per_second: it must be a number, not infinity or NaN; write it without quotes: 8",
        ),
    ] {
        assert_eq!(Case::new().file(text).refusal(), refusal, "of:\n{text}");
    }
}

#[test]
fn what_is_no_toml_is_refused_with_its_line() {
    let refusal = Case::new().file("[server]\nlisten = \n").refusal();
    assert!(
        refusal.starts_with("sluicegate.toml:2: the file is not valid TOML: "),
        "{refusal}"
    );
    let refusal = Case::new()
        .file("state_dir = \"a\"\nstate_dir = \"b\"\n")
        .refusal();
    assert!(
        refusal.starts_with("sluicegate.toml:2: the file is not valid TOML: "),
        "{refusal}"
    );
}

#[test]
fn variables_are_refused_by_name() {
    for (name, value, refusal) in [
        (
            "SLUICEGATE_SERVER__LISTN",
            "127.0.0.1:1",
            "variable SLUICEGATE_SERVER__LISTN: SLUICEGATE_SERVER__LISTN is not a setting known to this version (0.1.0); remove it, or did you mean SLUICEGATE_SERVER__LISTEN?",
        ),
        (
            "SLUICEGATE_SERVER_LISTEN",
            "127.0.0.1:1",
            "variable SLUICEGATE_SERVER_LISTEN: SLUICEGATE_SERVER_LISTEN is not a setting known to this version (0.1.0); remove it, or did you mean SLUICEGATE_SERVER__LISTEN?",
        ),
        (
            "SLUICEGATE_DATABASE_URL",
            "postgres://",
            "variable SLUICEGATE_DATABASE_URL: SLUICEGATE_DATABASE_URL is not a setting known to this version (0.1.0); remove it",
        ),
        (
            "SLUICEGATE_WORKSPACE__00__NAME",
            "one",
            "variable SLUICEGATE_WORKSPACE__00__NAME: SLUICEGATE_WORKSPACE__00__NAME is not a setting known to this version (0.1.0); remove it, or did you mean SLUICEGATE_WORKSPACE__0__NAME?",
        ),
        (
            "SLUICEGATE_server__listen",
            "127.0.0.1:1",
            "variable SLUICEGATE_server__listen: SLUICEGATE_server__listen is not a setting known to this version (0.1.0); remove it, or did you mean SLUICEGATE_SERVER__LISTEN?",
        ),
        (
            "SLUICEGATE_WORKSPACE__0__CALLS_PER_SECOND",
            "many",
            "variable SLUICEGATE_WORKSPACE__0__CALLS_PER_SECOND: workspace.0.calls_per_second: it must be a number, not the string \"many\"; write it without quotes: 8",
        ),
        (
            "SLUICEGATE_SERVER__READ_ONLY",
            "yes",
            "variable SLUICEGATE_SERVER__READ_ONLY: server.read_only: it must be true or false, not the string \"yes\"; write true or false, without quotes",
        ),
    ] {
        assert_eq!(Case::new().variable(name, value).refusal(), refusal);
    }
}

#[test]
fn a_gap_in_the_workspaces_is_refused() {
    let refusal = Case::new()
        .file("[[workspace]]\nname = \"one\"\n")
        .variable("SLUICEGATE_WORKSPACE__2__NAME", "three")
        .refusal();
    assert_eq!(
        refusal,
        "variable SLUICEGATE_WORKSPACE__2__NAME: workspace.2.name comes after a gap: there are 1 [[workspace]], counted from 0; number them without a gap"
    );
}

#[test]
fn only_an_only_workspace_needs_no_name() {
    let refusal = Case::new()
        .file("[[workspace]]\nname = \"a\"\n[[workspace]]\nregion = \"eu-west-1\"")
        .refusal();
    assert!(
        refusal
            .starts_with("sluicegate.toml:3: workspace.1.name: \"\" cannot be a workspace's name"),
        "{refusal}"
    );
}

#[test]
fn a_variable_must_be_text() {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        let mut case = Case::new();
        let value = OsString::from_vec(vec![0xff]);
        case.inputs
            .environment
            .push(("SLUICEGATE_STATE_DIR".into(), value));
        assert_eq!(
            case.refusal(),
            "variable SLUICEGATE_STATE_DIR: SLUICEGATE_STATE_DIR is not UTF-8; set it to plain text"
        );
    }
}

#[test]
fn a_guessable_or_missing_key_is_refused() {
    let case = Case::new();
    let key = case.folder.path().join("key");
    fs::write(&key, "short\n").expect("written");
    let case = case.variable("SLUICEGATE_LEDGER__KEY_FILE", &key.to_string_lossy());
    assert!(
        case.refusal()
            .contains("key has fewer than 32 bytes, so it could be guessed")
    );
    fs::remove_file(&key).expect("removed");
    assert!(case.refusal().contains("key cannot be read: "));
}

#[test]
fn all_errors_are_reported_at_once() {
    let refusal = Case::new()
        .file("nonsense = 1\n[server]\nlisten = \"[::]:x\"")
        .variable("SLUICEGATE_NONSENSE", "1")
        .refusal();
    assert_eq!(refusal.lines().count(), 3, "{refusal}");
}
