use super::*;

fn parse(text: &str) -> Document {
    Document::parse(text).unwrap()
}

fn error(text: &str) -> String {
    Document::parse(text).unwrap_err().to_string()
}

#[test]
fn values_are_read_by_kind() {
    let document = parse("\u{feff} {\"a\": [1, true, null, \"x\"], \"b\": {}} ");
    let root = document.root();
    let items: Vec<_> = root.get("a").unwrap().items().collect();
    assert_eq!(items[0].as_number(), Some("1"));
    assert_eq!(items[1].as_bool(), Some(true));
    assert!(items[2].is_null() && items[2].to_text().is_none());
    assert_eq!(items[3].as_str(), Some("x"));
    assert_eq!(root.get("b").unwrap().kind(), Kind::Object);
    assert_eq!(root.get("c").map(Value::kind), None);
    assert_eq!(root.items().len(), 0);
    assert_eq!(
        root.entries().map(|(name, _)| name).collect::<Vec<_>>(),
        ["a", "b"]
    );
    assert_eq!(items[3].get("a").map(Value::kind), None);
    let id = items[3].id();
    assert_eq!(document.value(id).and_then(Value::as_str), Some("x"));
}

#[test]
fn escapes_and_surrogates_are_decoded() {
    let document = parse(
        r#"["\"\\\/\b\f\n\r\t\u00e9", "\ud83d\ude00", "\ud83dx", "\ude00", "\ud83d\ud83d\ude00", "\ud83d"]"#,
    );
    let texts: Vec<_> = document.root().items().filter_map(Value::as_str).collect();
    assert_eq!(
        texts,
        [
            "\"\\/\u{8}\u{c}\n\r\té",
            "😀",
            "\u{fffd}x",
            "\u{fffd}",
            "\u{fffd}😀",
            "\u{fffd}"
        ]
    );
}

#[test]
fn of_equal_names_the_last_wins_however_many_there_are() {
    let document = parse(r#"{"a":1,"b":2,"a":3}"#);
    assert_eq!(document.root().to_json(), r#"{"b":2,"a":3}"#);
    let members: Vec<String> = (0..1_000)
        .map(|i| format!("\"k{}\":{i}", i % 700))
        .collect();
    let document = parse(&format!("{{{}}}", members.join(",")));
    let root = document.root();
    assert_eq!(root.size(), 700);
    for key in 0..700 {
        let last = if key < 300 { key + 700 } else { key };
        let found = root.get(&format!("k{key}")).and_then(Value::as_number);
        assert_eq!(found, Some(last.to_string().as_str()));
    }
    assert!(root.get("k700").is_none());
}

#[test]
fn errors_have_their_place() {
    let cases = [
        (
            "{\"a\":1,}",
            "expected a name in double quotes, found “}” at line 1, column 8",
        ),
        (
            "[1\n 2]",
            "expected a comma or ], found “2” at line 2, column 2",
        ),
        (
            "[\"é\" x]",
            "expected a comma or ], found “x” at line 1, column 6",
        ),
        (
            "[01]",
            "expected a comma or ], found “1” at line 1, column 3",
        ),
        ("[1.]", "expected a digit, found “]” at line 1, column 4"),
        ("[NaN]", "expected a value, found “N” at line 1, column 2"),
        (
            "{} {}",
            "expected the end of the text, found “{” at line 1, column 4",
        ),
        ("\"a", "unterminated string at line 1, column 3"),
        (
            "\"a\nb\"",
            "control character in a string at line 1, column 3",
        ),
        ("\"\\x\"", "unknown escape in a string at line 1, column 2"),
        (
            "\"\\u12é\"",
            "unknown escape in a string at line 1, column 2",
        ),
        (
            "{\"a\"",
            "expected a colon, found the end at line 1, column 5",
        ),
        ("", "expected a value, found the end at line 1, column 1"),
    ];
    for (text, wanted) in cases {
        assert_eq!(error(text), wanted, "{text}");
    }
}

#[test]
fn what_stands_before_a_fault_is_kept() {
    let (document, fault) = Document::parse_lenient(r#"{"a": [1, {"b": 2}], "c": {"d": tru"#);
    assert!(fault.is_some());
    let json = document.map(|document| document.root().to_json());
    assert_eq!(json.as_deref(), Some(r#"{"a":[1,{"b":2}],"c":{}}"#));
}

#[test]
fn pretty_stands_on_lines_until_the_limit() {
    let document = parse(r#"{"a":[1,{}],"b":{"c":"\u0001\n"}}"#);
    let pretty =
        "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": {\n    \"c\": \"\\u0001\\n\"\n  }\n}";
    assert_eq!(document.root().to_pretty(usize::MAX), pretty);
    assert_eq!(document.root().to_pretty(0), document.root().to_json());
    assert_eq!(
        document.root().to_json(),
        r#"{"a":[1,{}],"b":{"c":"\u0001\n"}}"#
    );
}
