//! What makes two texts the same for a search: NFKC (Unicode Standard Annex #15) and full case folding
//! (Unicode Standard, section 3.13), without accents and without what separates words.

use std::ops::Range;

use unicase::UniCase;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A text without regard to case and to how its characters are composed; separators stay.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let composed: String = text.nfkc().collect();
    // Folding can take a composed character apart.
    let folded = UniCase::unicode(composed).to_folded_case();
    folded.nfkc().collect()
}

/// A folded text without accents: `etude` for `étude`.
fn unaccented(folded: &str) -> String {
    if folded.is_ascii() {
        return folded.to_owned();
    }
    folded.nfkd().filter(|c| !is_accent(*c)).nfkc().collect()
}

/// Where the words of a text begin, in bytes: `Customer|Churn-|Model`.
pub fn word_starts(text: &str) -> Vec<usize> {
    let folded = Folded::of(text);
    let starts = folded.pieces.iter().filter(|piece| piece.starts_word);
    starts.map(|piece| piece.given.start).collect()
}

/// A text as searches compare it, and where each part of it came from.
#[derive(Debug, Default)]
pub(super) struct Folded {
    /// Folded, without separators.
    pub(super) text: String,
    /// What `text` is made of, in order.
    pub(super) pieces: Vec<Piece>,
}

/// A character with what is combined with it: the smallest part that is folded by itself.
#[derive(Debug)]
pub(super) struct Piece {
    /// Its bytes in the folded text.
    pub(super) folded: Range<usize>,
    /// Its bytes in the text as it was given.
    pub(super) given: Range<usize>,
    /// Whether a word begins with it.
    pub(super) starts_word: bool,
}

/// What a character is to the borders of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Upper,
    Lower,
    /// A letter without case, or a digit.
    Uncased,
    Punctuation,
    Separator,
}

impl Class {
    /// Of a character that leaves something when it is folded.
    fn of(c: char) -> Self {
        match c {
            c if c.is_uppercase() => Self::Upper,
            c if c.is_lowercase() => Self::Lower,
            c if c.is_alphanumeric() => Self::Uncased,
            _ => Self::Punctuation,
        }
    }
}

impl Folded {
    pub(super) fn of(given: &str) -> Self {
        let pieces: Vec<(Range<usize>, String, Class)> = pieces(given)
            .map(|(range, first)| {
                let mut text = unaccented(&fold(&given[range.clone()]));
                text.retain(|c| !is_separator(c));
                let class = if text.is_empty() {
                    Class::Separator
                } else {
                    Class::of(first)
                };
                (range, text, class)
            })
            .collect();
        let mut folded = Self::default();
        let mut before = Class::Separator;
        for (index, (range, text, class)) in pieces.iter().enumerate() {
            if *class != Class::Separator {
                let after = pieces.get(index + 1).map(|(_, _, class)| *class);
                let at = folded.text.len();
                folded.text.push_str(text);
                folded.pieces.push(Piece {
                    folded: at..folded.text.len(),
                    given: range.clone(),
                    starts_word: starts_word(before, *class, after),
                });
            }
            before = *class;
        }
        folded
    }

    /// The words, each with its bytes in the folded text.
    pub(super) fn words(&self) -> Vec<&str> {
        let starts = self.pieces.iter().filter(|piece| piece.starts_word);
        let starts: Vec<usize> = starts.map(|piece| piece.folded.start).collect();
        let ends = starts.iter().skip(1).copied().chain([self.text.len()]);
        let words = starts.iter().zip(ends);
        words.map(|(start, end)| &self.text[*start..end]).collect()
    }
}

/// Whether a word begins at a character, by those around it: `churn|scoring`, `Customer|Churn`,
/// `XG|Boost`, `s3://|bucket`.
fn starts_word(before: Class, class: Class, after: Option<Class>) -> bool {
    match (before, class) {
        (Class::Separator, _) => true,
        (_, Class::Punctuation | Class::Separator) => false,
        (Class::Punctuation, _) => true,
        (Class::Lower | Class::Uncased, Class::Upper) => true,
        (Class::Upper, Class::Upper) => after == Some(Class::Lower),
        _ => false,
    }
}

/// The pieces of a text, each with its first character, without characters that nobody sees.
fn pieces(text: &str) -> impl Iterator<Item = (Range<usize>, char)> {
    let seen = text.char_indices().filter(|(_, c)| !is_ignored(*c));
    let mut chars = seen.peekable();
    std::iter::from_fn(move || {
        let (start, first) = chars.next()?;
        let mut end = start + first.len_utf8();
        // What is combined with a separator stays when that is dropped.
        while let Some((at, c)) = chars.next_if(|(_, c)| is_combined(*c) && !is_separator(first)) {
            end = at + c.len_utf8();
        }
        Some((start..end, first))
    })
}

/// What is dropped, and separates the words of a name.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '-' | '_' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// What comes along unseen where text is copied: soft hyphen, characters of no width, byte order mark.
fn is_ignored(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
    )
}

/// The blocks of combining diacritical marks. Marks of other scripts make other letters or vowels.
fn is_accent(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

/// Whether a character is composed with the one before: marks, the inner letters of a Hangul
/// syllable, and the halfwidth forms of both.
fn is_combined(c: char) -> bool {
    is_combining_mark(c)
        || matches!(
            c,
            '\u{1160}'..='\u{11ff}' | '\u{16d67}' | '\u{ff9e}' | '\u{ff9f}' | '\u{ffa0}'..='\u{ffdc}'
        )
}
