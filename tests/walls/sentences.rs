//! Wall 8: pure rooms return codes and values; sentences for people are made at the edge.

use std::path::Path;

use super::source::files;

/// The rooms that are pure, but for `access`, whose patterns explain themselves to the settings.
const WITHOUT_SENTENCES: [&str; 3] = ["definition", "domain", "graph"];

/// Words of a string that may be a name or a format, but not a sentence.
const MAX_WORDS: usize = 5;

/// The strings of a line of code that are sentences.
fn sentences(line: &str) -> Vec<&str> {
    let code = line.trim();
    if code.starts_with("//") || is_lint_reason(code) {
        return Vec::new();
    }
    // What has braces is a placeholder or part of a format.
    let is_word = |word: &&str| !word.contains(['{', '}']) && word.chars().any(char::is_alphabetic);
    // Every second part is inside quotes.
    let strings = code.split('"').skip(1).step_by(2);
    strings
        .filter(|text| text.split_whitespace().filter(is_word).count() > MAX_WORDS)
        .collect()
}

/// Whether a line gives the reason for which a lint is allowed or expected; no person sees it.
fn is_lint_reason(code: &str) -> bool {
    let attribute = ["#[allow(", "#[expect(", "#![allow(", "#![expect("];
    code.starts_with("reason = ") || attribute.iter().any(|start| code.starts_with(start))
}

#[test]
fn pure_rooms_make_no_sentences() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for file in files() {
        let is_test = file.path.ends_with("tests.rs") || file.path.contains("/tests/");
        if is_test || !WITHOUT_SENTENCES.contains(&file.room()) {
            continue;
        }
        let text = std::fs::read_to_string(root.join(&file.path)).expect("a file of the source");
        let code = text.split("#[cfg(test)]\nmod tests {").next();
        for (number, line) in code.unwrap_or_default().lines().enumerate() {
            for sentence in sentences(line) {
                found.push(format!("{}:{}: {sentence}", file.path, number + 1));
            }
        }
    }
    assert!(
        found.is_empty(),
        "sentences in pure rooms:\n{}",
        found.join("\n")
    );
}

#[test]
fn the_wall_notices_a_sentence_and_not_a_name() {
    assert_eq!(
        sentences(r#"Err("This execution has already been stopped.")"#),
        ["This execution has already been stopped."]
    );
    assert!(sentences(r#"write!(f, "{} at line {}, column {}", a, b, c)"#).is_empty());
    assert!(
        sentences(r#"write!(data, "C{} {middle} {sx} {middle} {sx} {sy}", tenths(from))"#)
            .is_empty()
    );
    assert!(
        sentences(r#"#[allow(missing_docs, reason = "the names are all of the API's own")]"#)
            .is_empty()
    );
    assert!(sentences("/// This \"is a comment of more than five words\".").is_empty());
}
