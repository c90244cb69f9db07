use super::*;

/// The same rule, written for each character by itself and never fast: whether it is masked depends on
/// the word and the run around it, which are found anew each time.
mod slow {
    use std::ops::Range;

    use super::super::{
        CODE_WORDS, CONSTANT_WORD, MASK, MIN_ID_CHARACTERS, VARYING_WORDS, ends_word,
    };

    /// The indices around `at` that satisfy `holds` without a gap.
    fn around(text: &[char], at: usize, holds: impl Fn(char) -> bool) -> Range<usize> {
        let before = (0..at).rev().take_while(|index| holds(text[*index]));
        let after = (at + 1..text.len()).take_while(|index| holds(text[*index]));
        at - before.count()..at + 1 + after.count()
    }

    fn string(text: &[char]) -> String {
        text.iter().collect()
    }

    /// The word at `at`; empty between words.
    fn word(text: &[char], at: usize) -> Range<usize> {
        if ends_word(text[at]) && text[at] != '/' {
            return at..at;
        }
        let whole = around(text, at, |one| !ends_word(one) || one == '/');
        let begins_arn = |index: &usize| {
            (*index == whole.start || text[*index - 1] == '/')
                && string(&text[*index..whole.end]).starts_with(VARYING_WORDS[0])
        };
        match whole.clone().find(begins_arn) {
            Some(arn) if arn <= at => arn..whole.end,
            _ if text[at] == '/' => at..at,
            _ => around(text, at, |one| !ends_word(one)),
        }
    }

    fn is_uuid(word: &str) -> bool {
        let form = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
        word.chars().count() == form.len()
            && word
                .chars()
                .zip(form.chars())
                .all(|(one, form)| match form {
                    '-' => one == '-',
                    _ => one.is_ascii_hexdigit(),
                })
    }

    fn is_masked(text: &[char], at: usize) -> bool {
        let range = word(text, at);
        if range.is_empty() {
            return false;
        }
        let of_word = string(&text[range.clone()]);
        if VARYING_WORDS.iter().any(|begin| of_word.starts_with(begin)) || is_uuid(&of_word) {
            return true;
        }
        if of_word.starts_with(CONSTANT_WORD) || !text[at].is_alphanumeric() {
            return false;
        }
        let range = around(text, at, char::is_alphanumeric);
        let run = string(&text[range.clone()]);
        let is_digit = |one: char| one.is_ascii_digit();
        if run.chars().all(is_digit) {
            return !follows_code(text, range.start);
        }
        let places: Vec<usize> = (range.clone()).filter(|one| is_digit(text[*one])).collect();
        let has_letter_after = |digit: &usize| {
            let mut after = *digit + 1..range.end;
            after.any(|one| text[one].is_alphabetic())
        };
        is_digit(text[range.start])
            || (range.len() >= MIN_ID_CHARACTERS && places.iter().any(has_letter_after))
    }

    /// Whether the run before `start` is one such as `code`.
    fn follows_code(text: &[char], start: usize) -> bool {
        let Some(last) = (0..start).rev().find(|at| text[*at].is_alphanumeric()) else {
            return false;
        };
        let run = string(&text[around(text, last, char::is_alphanumeric)]).to_lowercase();
        let is_constant = string(&text[word(text, last)]).starts_with(CONSTANT_WORD);
        CODE_WORDS.iter().any(|code| run.ends_with(code)) && !is_constant && !is_masked(text, last)
    }

    pub(super) fn masked(reason: &str) -> String {
        let text: Vec<char> = reason.chars().collect();
        let mut result: Vec<char> = Vec::new();
        for at in 0..text.len() {
            match is_masked(&text, at) {
                true if at > 0 && is_masked(&text, at - 1) => {}
                true => result.push(MASK),
                false => result.push(text[at]),
            }
        }
        let joins = |three: &[char]| {
            three[0] == MASK
                && three[2] == MASK
                && !three[1].is_whitespace()
                && !three[1].is_alphanumeric()
                && three[1] != MASK
        };
        while let Some(at) = result.windows(3).position(joins) {
            result.drain(at..at + 2);
        }
        string(&result)
    }
}

#[test]
fn what_differs_every_time_is_masked_and_the_rest_stays() {
    for (reason, expected) in [
        ("after 31.5s of 1,024", "after # of #"),
        ("exit code: 137 after 12s", "exit code: 137 after #"),
        ("ExitCode=1, StatusCode 404", "ExitCode=1, StatusCode 404"),
        ("at 2026-11-27T01:30:12Z", "at #"),
        (
            "ml.g5.2xlarge is 2 Instances",
            "ml.g5.2xlarge is # Instances",
        ),
        ("see arn:aws:s3:::a/b-1 (job)", "see # (job)"),
        ("pipelines-4qyo3ncfdaqp-Train-AbCdEfGhIj failed", "# failed"),
        ("s3://bucket/run-7/x", "s3://bucket/run-#/x"),
        ("id 4qyo3ncfdaqp or i-0123456789abcdef0", "id # or i-#"),
        ("deadbeef-dead-beef-dead-beefdeadbeef", "#"),
        ("dtype float32 of bfloat16", "dtype float32 of bfloat16"),
    ] {
        let expected = expected.replace('#', &MASK.to_string());
        assert_eq!(masked(reason), expected, "{reason}");
    }
}

/// Pieces of which reasons are made, and what may lie between them.
fn piece() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    prop_oneof![
        prop::sample::select(vec![
            "arn:aws:s3:::a/b",
            "pipelines-4qyo-T",
            "ml.m5.2xlarge",
            "code",
            "ExitCode",
            "status",
            "errno",
            "deadbeef-dead-beef-dead-beefdeadbeef",
            "4qyo3ncfdaqp",
            "float32",
            "bfloat16",
            "Größe7ab",
            "٣",
            "137",
            "31.5s",
            "2026-11-27",
            "a1b",
            "/",
            "-",
            ".",
            ":",
            "=",
            "(",
            ") ",
            ", ",
            " ",
            "\n",
            "'",
        ])
        .prop_map(str::to_owned),
        "[a-c0-2 /.:-]{0,6}",
        "[^\u{fffc}]{0,3}",
    ]
}

proptest::proptest! {
    #[test]
    fn masking_does_what_its_slow_form_does(
        pieces in proptest::collection::vec(piece(), 0..12)
    ) {
        let reason = pieces.concat();
        proptest::prop_assert_eq!(masked(&reason), slow::masked(&reason), "{:?}", reason);
    }

    #[test]
    fn any_amount_is_as_good_as_any_other(before in "[a-z ]{0,20} for", one: u32, two: u32) {
        let with = |amount: u32| format!("{before} {amount} s");
        proptest::prop_assert_eq!(masked(&with(one)), masked(&with(two)));
    }
}
