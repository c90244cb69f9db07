use super::*;

fn refused(name: &str) -> (NameErrorKind, Option<String>) {
    let error = check_execution_name(name).unwrap_err();
    (error.kind, error.suggestion)
}

#[test]
fn names_within_the_rule_pass() {
    let longest = "a".repeat(MAX_EXECUTION_NAME_CHARS);
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
fn an_error_has_the_character_and_a_better_name() {
    use NameErrorKind as E;
    let cases = [
        (
            "retrain 2026-11-23",
            E::Character(' '),
            Some("retrain-2026-11-23"),
        ),
        ("a_b", E::Character('_'), Some("a-b")),
        ("-a", E::LeadingHyphen, Some("a")),
        ("a-", E::TrailingHyphen, Some("a")),
        ("größe", E::Character('ö'), Some("gr-e")),
        ("a\u{200b}b", E::Character('\u{200b}'), Some("a-b")),
        ("a\u{7}", E::Character('\u{7}'), Some("a")),
        ("", E::Empty, None),
        ("--", E::LeadingHyphen, None),
        ("日本", E::Character('日'), None),
    ];
    for (name, kind, suggestion) in cases {
        let suggestion = suggestion.map(str::to_owned);
        assert_eq!(refused(name), (kind, suggestion), "{name}");
    }
}

#[test]
fn a_long_name_is_shortened() {
    let (kind, suggestion) = refused(&format!("{}-b", "a".repeat(MAX_EXECUTION_NAME_CHARS - 1)));
    assert_eq!(kind, NameErrorKind::TooLong(83));
    assert_eq!(suggestion, Some("a".repeat(MAX_EXECUTION_NAME_CHARS - 1)));
}
