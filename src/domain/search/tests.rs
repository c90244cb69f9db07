//! The cases that the script is held to as well, what is marked, and the rule against a plain one.

use proptest::prelude::*;
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use super::{SearchQuery, SearchText, fold};

const PIPELINE: &str = "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/Churn-Job";

fn strings(value: &Value) -> Vec<&str> {
    let all = value.as_array().into_iter().flatten();
    all.filter_map(Value::as_str).collect()
}

/// The text with what is found in brackets.
fn marked(query: &str, text: &str) -> String {
    let spans = SearchQuery::from(query).spans(text);
    let shown = spans.iter().map(|span| match span.is_hit {
        true => format!("[{}]", span.text),
        false => span.text.to_owned(),
    });
    shown.collect()
}

#[test]
fn the_shared_cases_hold() {
    let cases = include_str!("../../../tests/data/search.json");
    let cases: Vec<Value> = serde_json::from_str(cases).expect("the cases");
    assert!(cases.len() > 40);
    for case in &cases {
        let query = SearchQuery::from(case["query"].as_str().expect("a query"));
        let text = SearchText::default()
            .names(strings(&case["names"]))
            .values(strings(&case["values"]));
        assert_eq!(
            Some(query.matches(&text)),
            case["found"].as_bool(),
            "{case}"
        );
    }
}

#[test]
fn an_arn_is_compared_whole_and_by_an_arn_alone() {
    let pipeline = SearchText::default().name("Churn-Job").arn(PIPELINE);
    let execution = SearchText::default().arn(&format!("{PIPELINE}/execution/abc123"));
    let found = |query: &str, text| SearchQuery::from(query).matches(text);
    for arn in [
        PIPELINE.to_owned(),
        PIPELINE.to_ascii_uppercase(),
        format!("\"{PIPELINE}\","),
    ] {
        assert!(found(&arn, &pipeline), "{arn}");
        assert!(found(&arn, &execution), "{arn}");
    }
    let pasted = format!("{PIPELINE}/execution/abc123");
    assert!(found(&pasted, &pipeline) && found(&pasted, &execution));
    assert!(found("arn:aws:sagemaker:eu-central-1", &pipeline));
    for query in [
        format!("{PIPELINE}-2"),
        PIPELINE.replace("-Job", ""),
        format!("{PIPELINE}/execution/abc124"),
    ] {
        assert!(!found(&query, &execution), "{query}");
    }
    for query in ["sagemaker", "pipeline", "eu-central-1", "111122223333"] {
        assert!(!found(query, &pipeline), "{query}: every ARN has it");
    }
}

#[test]
fn what_was_searched_for_is_marked_in_the_text_as_it_was_given() {
    for (query, text, expected) in [
        ("", "Churn", "Churn"),
        ("-", "a-b", "a-b"),
        ("churnp", "CustomerChurnPipeline", "Customer[ChurnP]ipeline"),
        (
            "customerchurn",
            "customer-churn_job",
            "[customer-churn]_job",
        ),
        (
            "churn customer",
            "CustomerChurn, churned",
            "[CustomerChurn], [churn]ed",
        ),
        ("churn-customer", "CustomerForChurn", "[Customer]For[Churn]"),
        ("churn-ab", "churn cabs", "[churn] cabs"),
        ("étude", "une e\u{301}tude", "une [e\u{301}tude]"),
        ("etude", "une e\u{301}tude", "une [e\u{301}tude]"),
        ("GRÖSSE", "die Größe", "die [Größe]"),
        ("s", "Maß", "Ma[ß]"),
        ("fit", "ﬁtting", "[ﬁt]ting"),
        ("İ", "xİİy", "x[İİ]y"),
        ("na an", "banana", "b[anana]"),
    ] {
        assert_eq!(marked(query, text), expected, "{query}");
    }
}

/// The rule once more, slow and plain: words by putting spaces between them, all compared with all.
fn plainly_found(query: &str, names: &[String], values: &[String]) -> bool {
    let is_gap = |c: char| c.is_whitespace() || c.is_control() || "-_\u{2013}".contains(c);
    let close = |text: &str| -> String {
        let folded: String = text
            .nfkc()
            .flat_map(|c| fold(&c.to_string()).nfkc().collect::<Vec<_>>())
            .collect();
        let folded: String = folded.nfkc().collect();
        let plain = folded
            .nfkd()
            .filter(|c| !('\u{300}'..='\u{36f}').contains(c));
        plain.nfkc().filter(|c| !is_gap(*c)).collect()
    };
    let words = |text: &str| -> Vec<String> {
        let text: Vec<char> = text.nfc().collect();
        let mut spaced = String::new();
        for (at, c) in text.iter().enumerate() {
            let before = at.checked_sub(1).map(|at| text[at]);
            let after = text.get(at + 1).copied();
            let begins = before.is_some_and(|before| {
                let after_sign = !before.is_alphanumeric() && c.is_alphanumeric();
                let turns = c.is_uppercase() && before.is_alphanumeric() && !before.is_uppercase();
                let ends_capitals = c.is_uppercase()
                    && before.is_uppercase()
                    && after.is_some_and(char::is_lowercase);
                after_sign || turns || ends_capitals
            });
            spaced.extend(begins.then_some(' '));
            spaced.push(*c);
        }
        let words = spaced.split(is_gap).map(close);
        words.filter(|word| !word.is_empty()).collect()
    };
    let texts: Vec<String> = names.iter().chain(values).map(|text| close(text)).collect();
    let all_words: Vec<String> = names.iter().flat_map(|name| words(name)).collect();
    let sought: Vec<&str> = query.split_whitespace().collect();
    let sought_words: Vec<&str> = sought
        .iter()
        .copied()
        .filter(|word| !close(word).is_empty())
        .collect();
    if sought.is_empty() {
        return true;
    }
    !sought_words.is_empty()
        && sought_words.iter().all(|word| {
            let parts = words(word);
            texts.iter().any(|text| text.contains(&close(word)))
                || (parts.len() > 1
                    && parts
                        .iter()
                        .all(|part| all_words.iter().any(|word| word.starts_with(part))))
        })
}

/// Few letters, so that much is found; some that change their number when they are folded.
const LETTERS: &str = "[aAbB1éßẞİσςΣﬁ/=_ \u{2013}-]{0,6}";
const ANY: &str = "[\\p{L}\\p{M}\\p{N}\\p{P}\\p{Z}\u{ad}]{0,12}";

proptest! {
    #[test]
    fn what_is_found_is_what_the_plain_rule_finds(
        query in LETTERS,
        names in proptest::collection::vec(LETTERS, 0..3),
        values in proptest::collection::vec(LETTERS, 0..3),
    ) {
        let text = SearchText::default()
            .names(names.iter().map(String::as_str))
            .values(values.iter().map(String::as_str));
        let found = SearchQuery::from(query.as_str()).matches(&text);
        prop_assert_eq!(found, plainly_found(&query, &names, &values));
    }

    #[test]
    fn how_a_text_is_composed_and_its_case_make_no_difference(text in ANY, query in ANY) {
        let read = |text: &str| SearchText::default().name(text);
        let composed: String = text.nfc().collect();
        let decomposed: String = text.nfd().collect();
        let wide: String = text.nfkd().collect();
        let expected = read(&composed).text().to_owned();
        for same in [decomposed, wide, fold(&text)] {
            let same_text = read(&same);
            prop_assert_eq!(same_text.text(), &expected, "{:?}", same);
        }
        let sought = SearchQuery::from(query.as_str());
        let shouted: String = query.nfd().collect();
        prop_assert_eq!(sought.matches(&read(&text)), SearchQuery::from(&*shouted).matches(&read(&composed)));
    }

    #[test]
    fn accents_make_no_difference(
        letters in proptest::collection::vec(("[a-zA-Z0-9αωж]", "[\u{300}-\u{314}\u{323}-\u{333}]{0,2}"), 1..8),
    ) {
        let plain: String = letters.iter().map(|(letter, _)| letter.as_str()).collect();
        let accented: String = letters.iter().flat_map(|(letter, accents)| [letter.as_str(), accents]).collect();
        let composed: String = accented.nfc().collect();
        for (query, name) in [(&plain, &composed), (&composed, &plain), (&accented, &composed)] {
            let found = SearchQuery::from(query.as_str()).matches(&SearchText::default().name(name));
            prop_assert!(found, "{:?} in {:?}", query, name);
        }
    }

    #[test]
    fn every_text_finds_itself_and_marks_keep_it(text in ANY, query in LETTERS) {
        let own = SearchQuery::from(text.as_str());
        let is_sought = own.is_empty() || !own.words().is_empty();
        prop_assert!(!is_sought || own.matches(&SearchText::default().name(&text)));
        for query in [own, SearchQuery::from(query.as_str())] {
            let spans = query.spans(&text);
            let whole: String = spans.iter().map(|span| span.text).collect();
            prop_assert_eq!(&whole, &text);
            prop_assert!(spans.windows(2).all(|pair| pair[0].is_hit != pair[1].is_hit));
        }
    }
}
