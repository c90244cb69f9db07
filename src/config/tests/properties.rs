//! Whatever is written, settings are read or refused; what is shown reads back as the same.

use proptest::prelude::*;

use super::example::{of_mode, values};
use super::*;
use crate::config::identity::ModeName;
use crate::config::keys::KEYS;

/// Values that some setting takes, and some that none does.
const VALUES: [&str; 34] = [
    "",
    "true",
    "false",
    "0",
    "8",
    "4294967296",
    "-1",
    "1e999",
    "nan",
    "12h",
    "0s",
    "64KiB",
    "127.0.0.1:0",
    "0.0.0.0:8080",
    "/sagemaker",
    "header",
    "jwt",
    "alb",
    "local",
    "oauth2-proxy",
    "iap",
    "X-User",
    "Host",
    "|",
    "https://ml.example.com",
    "'self'",
    "10.0.3.7",
    "::/0",
    "ES256",
    "operator",
    "*",
    "team=retention",
    "eu-central-1",
    "arn:aws:iam::111122223333:role/sluicegate",
];

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => proptest::sample::select(&VALUES[..]).prop_map(str::to_owned),
        1 => "[^\0]{0,12}",
    ]
}

/// A setting's path; places in lists are 0, 1 or 2.
fn path() -> impl Strategy<Value = String> {
    (proptest::sample::select(KEYS), 0..3_u8)
        .prop_map(|(key, place)| key.replace('*', &place.to_string()))
}

/// A value as some TOML type.
fn written() -> impl Strategy<Value = String> {
    (value(), 0..5_u8).prop_map(|(text, kind)| {
        let quoted = toml::Value::from(text.as_str()).to_string();
        match kind {
            0 => format!("[{quoted}]"),
            1 => format!("{{ {quoted} = {quoted} }}"),
            2 => text,
            _ => quoted,
        }
    })
}

/// Loads; where that works, shows and loads again.
fn check(case: &Case) {
    let Ok(settings) = load(&case.inputs) else {
        return;
    };
    // Whatever comes of it: no panic.
    let _ = settings.for_serve();
    let shown = settings.show();
    let again = Case::new().file(&shown).load();
    assert_eq!(values(&again), values(&settings), "{shown}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        check(&Case::new().file(&text));
    }

    #[test]
    fn any_values_of_settings_are_read_or_refused(
        settings in proptest::collection::vec((path(), written()), 0..8),
    ) {
        let mut lines: Vec<String> = Vec::new();
        let mut lists: Vec<String> = Vec::new();
        for (path, value) in settings {
            match path.split_once('.').filter(|(list, _)| matches!(*list, "access" | "workspace")) {
                Some((list, rest)) => {
                    let key = rest.trim_start_matches(|letter: char| letter.is_ascii_digit() || letter == '.');
                    lists.push(format!("[[{list}]]\n{key} = {value}"));
                }
                None => lines.push(format!("{path} = {value}")),
            }
        }
        check(&Case::new().file(&[lines, lists].concat().join("\n")));
    }

    /// One change of what is good leaves most of it good, so that much is shown and read again.
    #[test]
    fn any_change_of_good_settings_is_read_or_refused(
        mode in proptest::sample::select(&ModeName::ALL[..]),
        path in path(),
        value in value(),
    ) {
        let name = path.to_ascii_uppercase().replace('.', "__");
        check(&Case::new().file(&of_mode(mode)).variable(&format!("SLUICEGATE_{name}"), &value));
    }

    #[test]
    fn any_variables_are_read_or_refused(
        settings in proptest::collection::vec((path(), value()), 0..8),
        strange in proptest::option::of("SLUICEGATE_[A-Za-z0-9_é]{0,24}"),
    ) {
        let mut case = Case::new();
        for (path, value) in settings {
            let name = path.to_ascii_uppercase().replace('.', "__");
            case = case.variable(&format!("SLUICEGATE_{name}"), &value);
        }
        if let Some(name) = strange {
            case = case.variable(&name, "8");
        }
        check(&case);
    }
}
