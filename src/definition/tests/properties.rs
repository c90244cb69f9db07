use proptest::prelude::*;

use super::*;

/// Pieces from which a text that looks like a definition may come about.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "\\",
    "\\ud83d",
    "\\u00e9",
    " ",
    "\n",
    "null",
    "true",
    "-1.5e9",
    "0",
    "\"Steps\"",
    "\"Name\"",
    "\"Type\"",
    "\"Arguments\"",
    "\"IfSteps\"",
    "\"ForEachBody\"",
    "\"DependsOn\"",
    "\"Get\"",
    "\"Steps.A.B\"",
    "\"Parameters.P\"",
    "\"Parameters\"",
    "\"A\"",
    "\"Std:Join\"",
    "\"Values\"",
    "é",
    "😀",
];

const REAL: &[&str] = &[
    include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/data/definitions/every-edge-source.json"
    )),
    include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/data/definitions/parameters.json"
    )),
    include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/data/definitions/odd-text.json"
    )),
];

/// What holds of any text: nothing panics, indexes are in range, and the list of problems says when a text
/// is not JSON.
fn holds(text: &str) {
    let definition = Definition::read(text);
    let count = definition.steps.len();
    for edge in &definition.edges {
        assert!(edge.from < count && edge.to < count);
    }
    for (index, step) in definition.steps.iter().enumerate() {
        assert!(!step.name.is_empty());
        assert!(definition.value(index).is_some());
        assert!(step.parent.is_none_or(|parent| parent < index));
        for child in definition.children(index) {
            assert_eq!(definition.steps[child].parent, Some(index));
        }
        definition.cache_config(index);
        definition.retry_policies(index);
        definition.property_files(index);
    }
    let not_json = codes(&definition).contains(&"not-json");
    assert_eq!(not_json, Document::parse(text).is_err());
    if let Some(document) = definition.document() {
        let json = document.root().to_json();
        let again = Document::parse(&json).expect("what is printed is JSON");
        assert_eq!(again.root().to_json(), json);
        let pretty =
            Document::parse(&document.root().to_pretty(40)).expect("so is the pretty form");
        assert_eq!(pretty.root().to_json(), json);
    }
}

proptest! {
    #[test]
    fn any_text_is_read(text in ".{0,200}") {
        holds(&text);
    }

    #[test]
    fn any_row_of_pieces_is_read(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60)) {
        holds(&pieces.concat());
        holds(&format!("{{\"Steps\":[{{{}", pieces.concat()));
    }

    #[test]
    fn a_changed_definition_is_read(
        which in 0..REAL.len(),
        at in any::<prop::sample::Index>(),
        cut in 0_usize..40,
        piece in prop::sample::select(PIECES),
    ) {
        let mut characters: Vec<char> = REAL[which].chars().collect();
        let at = at.index(characters.len());
        let end = (at + cut).min(characters.len());
        characters.splice(at..end, piece.chars());
        holds(&characters.into_iter().collect::<String>());
    }

    #[test]
    fn numbers_keep_their_text(number in "-?(0|[1-9][0-9]{0,40})(\\.[0-9]{1,30})?([eE][+-]?[0-9]{1,8})?") {
        let document = Document::parse(&format!("[{number}]")).unwrap();
        let item = document.root().items().next().unwrap();
        prop_assert_eq!(item.as_number(), Some(number.as_str()));
    }

    #[test]
    fn it_takes_for_json_what_serde_json_takes(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..8)) {
        // Lone surrogates, which serde_json refuses, are the one difference.
        let text = pieces.concat();
        prop_assume!(!text.contains("\\u"));
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        prop_assert_eq!(Document::parse(&text).is_ok(), theirs.is_ok());
    }

    #[test]
    fn any_string_survives(string in any::<String>()) {
        let json = serde_json::to_string(&string).unwrap();
        let document = Document::parse(&json).unwrap();
        prop_assert_eq!(document.root().as_str(), Some(string.as_str()));
        let back: String = serde_json::from_str(&document.root().to_json()).unwrap();
        prop_assert_eq!(back, string);
    }

    #[test]
    fn a_suggested_name_is_a_valid_one(name in ".{0,120}") {
        if let Err(NameError { suggestion: Some(better), .. }) = check_execution_name(&name) {
            prop_assert_eq!(check_execution_name(&better), Ok(()));
        }
    }
}
