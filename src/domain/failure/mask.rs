//! What differs every time in the reason of a failure: ARNs, names of jobs, ids, times, amounts.

use std::iter::Peekable;
use std::str::CharIndices;

/// What stands for something that differs every time.
pub(super) const MASK: char = '\u{fffc}';
/// Letters and digits in one run, from this length on, with a letter after a digit, are an id.
pub(super) const MIN_ID_CHARACTERS: usize = 8;
/// A number right after a run that ends in one of these, whatever its case, tells causes apart.
pub(super) const CODE_WORDS: [&str; 4] = ["code", "status", "errno", "signal"];
/// The beginnings of words that are masked as a whole: an ARN, and the name of a job that a pipeline
/// started, which ends in letters drawn at random.
pub(super) const VARYING_WORDS: [&str; 2] = ["arn:", "pipelines-"];
/// The beginning of words that are kept as a whole: instance types.
pub(super) const CONSTANT_WORD: &str = "ml.";

/// A reason without what differs every time.
///
/// Words end at whitespace, quotes, brackets, commas, semicolons, equals signs and slashes, and an ARN at
/// all of these but slashes. A word that begins like an ARN or the name of a pipeline's job is masked, an
/// instance type is kept. Of other words each run of letters and digits is masked that begins with a
/// digit, or that is an id; a number after a word such as `code` is kept. Masks with one character other
/// than a space between them are one.
pub(super) fn masked(reason: &str) -> String {
    let mut masked = Masked::default();
    let mut rest = reason;
    while let Some(first) = rest.chars().next() {
        if ends_word(first) {
            masked.keep(&rest[..first.len_utf8()]);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let is_arn = rest.starts_with(VARYING_WORDS[0]);
        let ends = |character: char| ends_word(character) && !(is_arn && character == '/');
        let (word, after) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
        masked.word(word);
        rest = after;
    }
    masked.text
}

pub(super) fn ends_word(character: char) -> bool {
    character.is_whitespace() || "\"'`,;()[]{}<>=/".contains(character)
}

/// The text so far.
#[derive(Default)]
struct Masked {
    text: String,
    /// Whether the last run of letters and digits is one of [`CODE_WORDS`].
    is_after_code: bool,
}

impl Masked {
    fn word(&mut self, word: &str) {
        if VARYING_WORDS.iter().any(|begin| word.starts_with(begin)) || is_uuid(word) {
            self.mask();
        } else if word.starts_with(CONSTANT_WORD) {
            self.keep(word);
            self.is_after_code = false;
        } else {
            self.runs(word);
        }
    }

    fn runs(&mut self, word: &str) {
        let mut characters = word.char_indices().peekable();
        while let Some((start, first)) = characters.next() {
            if !first.is_alphanumeric() {
                self.keep(&word[start..start + first.len_utf8()]);
                continue;
            }
            let run = &word[start..end_of_run(&mut characters, word.len())];
            let is_number = run.chars().all(|character| character.is_ascii_digit());
            if differs(run) && !(is_number && self.is_after_code) {
                self.mask();
            } else {
                self.keep(run);
                let run = run.to_lowercase();
                self.is_after_code = CODE_WORDS.iter().any(|code| run.ends_with(code));
            }
        }
    }

    fn keep(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds a mask, or lets the one before it stand for both.
    fn mask(&mut self) {
        self.is_after_code = false;
        let mut last = self.text.chars().rev();
        let between = last.next().filter(|last| !last.is_whitespace());
        match between {
            Some(between) if !between.is_alphanumeric() && last.next() == Some(MASK) => {
                self.text.truncate(self.text.len() - between.len_utf8());
            }
            _ => self.text.push(MASK),
        }
    }
}

fn end_of_run(characters: &mut Peekable<CharIndices<'_>>, length: usize) -> usize {
    while characters
        .next_if(|(_, next)| next.is_alphanumeric())
        .is_some()
    {}
    characters.peek().map_or(length, |(at, _)| *at)
}

/// Whether a run of letters and digits is an amount or an id. Names may end in digits: `float32`.
fn differs(run: &str) -> bool {
    let after_first_digit = run.trim_start_matches(|first: char| !first.is_ascii_digit());
    run.starts_with(|first: char| first.is_ascii_digit())
        || (run.chars().count() >= MIN_ID_CHARACTERS
            && after_first_digit.contains(char::is_alphabetic))
}

fn is_uuid(word: &str) -> bool {
    let lengths = word.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12])
        && word
            .bytes()
            .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests;
