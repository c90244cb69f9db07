use super::pattern::compile;
use super::*;
use std::collections::HashSet;

fn patterns() -> Vec<&'static str> {
    let patterns = MODEL.shapes.iter().filter_map(|shape| match shape {
        Shape::Text(_, pattern) => pattern.as_ref().map(|pattern| pattern.text()),
        _ => None,
    });
    let distinct: HashSet<&str> = patterns.collect();
    distinct.into_iter().collect()
}

fn matches(pattern: &'static str, value: &str) -> bool {
    Pattern::new(pattern).matches(value)
}

#[test]
fn every_pattern_of_the_table_compiles() {
    let patterns = patterns();
    assert!(patterns.len() > 100, "only {}", patterns.len());
    for pattern in patterns {
        let compiled = compile(pattern);
        assert!(
            compiled.is_ok(),
            "{pattern}: {}",
            compiled.expect_err("refused")
        );
    }
}

#[test]
fn the_table_has_operations_with_every_member() {
    let training = super::operation("CreateTrainingJob").expect("an operation");
    let channels = training.input.member("InputDataConfig").expect("a member");
    let Shape::List(bounds, channel) = &*channels else {
        panic!("{channels:?} is not a list");
    };
    assert_eq!((bounds.min, bounds.max), (Some(1.0), Some(20.0)));
    let names: Vec<&str> = channel.members().iter().map(|member| member.name).collect();
    assert!(names.contains(&"ShuffleConfig"), "{names:?}");
    assert!(
        channel
            .members()
            .iter()
            .any(|member| member.name == "DataSource" && member.is_required)
    );
    let described = super::operation("DescribeTrainingJob").and_then(|shapes| shapes.output);
    assert!(described.expect("an answer").member("InputDataConfig") == Some(channels));
}

#[test]
fn a_pattern_is_matched_against_the_whole_value() {
    let name = "[a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}";
    for good in ["a", "A1", "a--b", "abalone-pipeline-2"] {
        assert!(matches(name, good), "{good}");
    }
    for bad in ["", "-a", "a-", "a_b", "a b", "é", "a\n", "\na"] {
        assert!(!matches(name, bad), "{bad:?}");
    }
    // `|` binds weaker than the ends.
    assert!(matches("a|b", "b") && !matches("a|b", "ab"));
}

#[test]
fn a_dot_matches_no_line_terminator_of_java() {
    assert!(matches(".*", "a\tb\u{7}é😀"));
    for terminator in ['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'] {
        assert!(!matches(".*", &format!("a{terminator}b")), "{terminator:?}");
    }
    let definition = r".*(?:[ \r\n\t].*)*";
    assert!(matches(definition, "{\r\n\t\"a\": 1\n}"));
    assert!(!matches(definition, "{\u{2028}}"));
    assert!(matches(r"a\.b[.]", "a.b.") && !matches(r"a\.b[.]", "axbx"));
}

#[test]
fn digits_spaces_and_word_characters_are_ascii() {
    assert!(matches(r"\d+", "09") && !matches(r"\d+", "٣"));
    assert!(matches(r"[-\w]+", "a_-Z") && !matches(r"[-\w]+", "é"));
    assert!(matches(r"[\w+=,.@-]*", "ana@x-1") && !matches(r"[\w+=,.@-]*", "a:b"));
    assert!(matches(r"\s", "\u{b}") && !matches(r"\s", "\u{a0}"));
    assert!(
        matches(r"[\S\s]*", "é \n") && matches(r"[\S]+", "é\u{a0}") && !matches(r"[\S]+", "a b")
    );
    assert!(matches(r"[\p{Alnum}\-]+", "a-1") && !matches(r"[\p{Alnum}\-]+", "é"));
    assert!(
        matches(r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)", "é \u{a0}٣/@") && !matches(r"[\p{L}\p{Z}]", "#")
    );
}

#[test]
fn the_characters_of_a_repeated_class_are_counted() {
    let pattern = r"[\p{L}\p{M}\p{Z}\p{N}\p{P}]{0,1024}";
    assert!(matches(pattern, "") && matches(pattern, &"é".repeat(1_024)));
    assert!(!matches(pattern, &"é".repeat(1_025)) && !matches(pattern, "+"));
    assert!(!matches(".{1,255}", "") && !matches(".{1,255}", "a\n"));
    assert!(matches("[a-z]{2}-[a-z]{1,2}", "ab-c") && !matches("[a-z]{2}-[a-z]{1,2}", "abc"));
}

#[test]
fn utf_16_units_are_combined_into_characters() {
    let pattern = r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*";
    assert!(matches(pattern, " é\t😀\u{10ffff}"));
    assert!(!matches(pattern, "\n") && !matches(pattern, "\u{ffff}"));
}

#[test]
fn anchors_inside_a_pattern_and_repeated_anchors_are_accepted() {
    assert!(matches(r"(^p[1-9]\d?$)", "p42") && !matches(r"(^p[1-9]\d?$)", "p42\n"));
    assert!(matches(r"([a-z]*)${1,128}", "abc") && !matches(r"([a-z]*)${1,128}", "abc1"));
}

#[test]
fn look_ahead_and_look_behind_are_executed() {
    let package = r"(arn:aws[a-z\-]*:sagemaker:[a-z0-9\-]*:[0-9]{12}:[a-z\-]*\/)?([a-zA-Z0-9]([a-zA-Z0-9-]){0,62})(?<!-)(\/[0-9]{1,9})?";
    for good in [
        "group",
        "g-1/12",
        "arn:aws:sagemaker:eu-central-1:123456789012:model-package/group/3",
    ] {
        assert!(matches(package, good), "{good}");
    }
    for bad in [
        "group-",
        "group-/1",
        "group/1234567890",
        "arn:aws:sagemaker:x:1:model-package/group",
        &"g".repeat(64),
    ] {
        assert!(!matches(package, bad), "{bad}");
    }
    let short = "(?=.{1,32}$)[a-zA-Z0-9](-*[a-zA-Z0-9])*";
    assert!(
        matches(short, &"a".repeat(32))
            && !matches(short, &"a".repeat(33))
            && !matches(short, "a-")
    );
    let path = r"/(?!.*\.\.)[a-zA-Z0-9/_.\-]+";
    assert!(matches(path, "/opt/ml.d") && !matches(path, "/opt/../etc"));
    assert!(!matches(r"(?!\s*$).+", "  ") && matches(r"(?!\s*$).+", " a "));
}

#[test]
fn constructs_that_are_not_translated_are_refused() {
    for pattern in [
        r"\bword",
        r"\p{IsGreek}",
        r"[a--b]",
        r"[\uD800]",
        r"\Q.\E",
        r"\x41",
    ] {
        assert!(compile(pattern).is_err(), "{pattern}");
    }
}
