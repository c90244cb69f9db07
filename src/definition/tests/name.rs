use super::*;

fn fault(name: &str) -> (String, Option<String>) {
    let fault = check_execution_name(name).unwrap_err();
    (fault.message, fault.suggestion)
}

#[test]
fn names_within_the_rule_pass() {
    let longest = "a".repeat(EXECUTION_NAME_MAX);
    for name in [
        "a",
        "7",
        "execution-1732342055000",
        "a--b",
        "A-b-9",
        &longest,
    ] {
        assert_eq!(check_execution_name(name), Ok(()), "{name}");
    }
}

#[test]
fn a_fault_names_the_character_and_a_better_name() {
    let (message, suggestion) = fault("retrain 2026-11-23");
    assert_eq!(
        message,
        "Letters, digits and inner hyphens only: the space is not allowed. Try retrain-2026-11-23."
    );
    assert_eq!(suggestion.as_deref(), Some("retrain-2026-11-23"));
    let cases = [
        ("a_b", "the underscore is not", Some("a-b")),
        ("-a", "a hyphen at the beginning", Some("a")),
        ("a-", "a hyphen at the end", Some("a")),
        ("größe", "“ö” is not", Some("gr-e")),
        ("a\u{200b}b", "the invisible character U+200B", Some("a-b")),
        ("a\u{7}", "the invisible character U+0007", Some("a")),
        ("", "A name is required", None),
        ("--", "a hyphen at the beginning", None),
        ("日本", "“日” is not", None),
    ];
    for (name, part, better) in cases {
        let (message, suggestion) = fault(name);
        assert!(message.contains(part), "{name}: {message}");
        assert_eq!(suggestion.as_deref(), better, "{name}");
    }
}

#[test]
fn a_long_name_is_shortened() {
    let (message, suggestion) = fault(&format!("{}-b", "a".repeat(EXECUTION_NAME_MAX - 1)));
    assert!(message.starts_with("At most 82 characters are possible; these are 83."));
    assert_eq!(suggestion, Some("a".repeat(EXECUTION_NAME_MAX - 1)));
}
