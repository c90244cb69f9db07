//! What is searched for.

use std::ops::Range;

use super::fold::{Folded, fold};
use super::text::{SearchText, WORD_START};
use crate::Arn;

/// What is trimmed from the ends of a word: it comes along where a value is copied out of JSON or code.
const QUOTES: [char; 5] = ['"', '\'', '`', ',', ';'];

/// A query, as it was typed and as it is compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchQuery {
    given: String,
    words: Vec<Word>,
}

/// One word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Folded, without separators: found anywhere in a text.
    pub whole: String,
    /// The words that it is made of, each after the mark of a word's beginning, for
    /// [`SearchText::words`]; empty where it is a single one.
    pub parts: Vec<String>,
    /// The ARN that it is, or begins, in lower case.
    pub arn: Option<SoughtArn>,
    /// The id of an execution that it can be, as it was typed.
    pub id: Option<String>,
}

/// An ARN that is searched for, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SoughtArn {
    /// Of a pipeline or an execution.
    Whole(String),
    /// Its beginning, or one of another kind.
    Partial(String),
}

/// A part of a text, and whether it was searched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<'a> {
    /// The text as it was given.
    pub text: &'a str,
    /// Whether it was found.
    pub is_hit: bool,
}

impl From<&str> for SearchQuery {
    fn from(given: &str) -> Self {
        let given = given.trim();
        let is_border = |c: char| c.is_whitespace() || c.is_control();
        Self {
            words: given.split(is_border).filter_map(Word::read).collect(),
            given: given.to_owned(),
        }
    }
}

impl Word {
    /// Reads a text that is found as one; `None` where it consists of separators.
    fn phrase(given: &str) -> Option<Self> {
        let whole = Folded::of(given).text;
        (!whole.is_empty()).then(|| Self {
            whole,
            parts: Vec::new(),
            arn: None,
            id: None,
        })
    }

    /// Reads a word; `None` where it consists of separators.
    fn read(given: &str) -> Option<Self> {
        let trimmed = given.trim_matches(QUOTES);
        let given = if trimmed.is_empty() { given } else { trimmed };
        let folded = Folded::of(given);
        let parts = folded.words();
        let parts = match parts.len() {
            0 => return None,
            1 => Vec::new(),
            _ => parts
                .iter()
                .map(|part| format!("{WORD_START}{part}"))
                .collect(),
        };
        let lower = fold(given);
        let is_id = given.bytes().all(|byte| byte.is_ascii_alphanumeric());
        Some(Self {
            parts,
            id: is_id.then(|| given.to_owned()),
            arn: lower
                .starts_with("arn:")
                .then(|| match Arn::parse_pipeline(&lower) {
                    Some(_) => SoughtArn::Whole(lower.clone()),
                    None => SoughtArn::Partial(lower.clone()),
                }),
            whole: folded.text,
        })
    }

    /// Whether it is found in a text.
    pub fn is_in(&self, text: &SearchText) -> bool {
        let has_parts =
            || !self.parts.is_empty() && self.parts.iter().all(|part| text.words().contains(part));
        text.text().contains(&self.whole)
            || self
                .arn
                .as_ref()
                .is_some_and(|arn| arn.is_of(text.lower_case_arn()))
            || has_parts()
    }
}

impl SoughtArn {
    /// Whether this is the ARN, or that of a pipeline and the other that of its execution.
    fn is_of(&self, arn: &str) -> bool {
        let is_below = |one: &str, other: &str| {
            let rest = one.strip_prefix(other);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        match self {
            Self::Whole(sought) => {
                !arn.is_empty() && (is_below(arn, sought) || is_below(sought, arn))
            }
            Self::Partial(sought) => arn.starts_with(sought.as_str()),
        }
    }
}

impl SearchQuery {
    /// A text that is found as one, rather than word by word.
    pub fn phrase(given: &str) -> Self {
        let given = given.trim();
        Self {
            words: Word::phrase(given).into_iter().collect(),
            given: given.to_owned(),
        }
    }

    /// The words of several queries, all of which must be found.
    pub fn joined(queries: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::default();
        for query in queries {
            if !all.given.is_empty() && !query.given.is_empty() {
                all.given.push(' ');
            }
            all.given.push_str(&query.given);
            all.words.extend(query.words);
        }
        all
    }

    /// The query as it was typed, without white space around it.
    pub fn as_str(&self) -> &str {
        &self.given
    }

    /// Whether nothing is searched for, so that everything matches.
    pub fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    /// The words that must all be found. Empty where everything matches, and where the query consists
    /// of separators, which nothing matches.
    pub fn words(&self) -> &[Word] {
        &self.words
    }

    /// Whether every word is found.
    pub fn matches(&self, text: &SearchText) -> bool {
        self.is_empty()
            || (!self.words.is_empty() && self.words.iter().all(|word| word.is_in(text)))
    }

    /// The text in parts, of which those that were searched for are hits.
    pub fn spans<'a>(&self, text: &'a str) -> Vec<Span<'a>> {
        let mut hits = self.hits(text);
        hits.sort_by_key(|hit| hit.start);
        let mut spans: Vec<Span<'a>> = Vec::new();
        let mut at = 0;
        let mut push = |range: Range<usize>, is_hit| {
            if !range.is_empty() {
                let text = &text[range];
                spans.push(Span { text, is_hit });
            }
        };
        let mut hits = hits.into_iter().peekable();
        while let Some(mut hit) = hits.next() {
            // Hits that touch are one.
            while let Some(next) = hits.next_if(|next| next.start <= hit.end) {
                hit.end = hit.end.max(next.end);
            }
            push(at..hit.start, false);
            push(hit.clone(), true);
            at = hit.end;
        }
        push(at..text.len(), false);
        spans
    }

    /// Whether some word is found in this text.
    pub fn hits_in(&self, text: &str) -> bool {
        !self.hits(text).is_empty()
    }

    /// The bytes of a text that were searched for, in no order.
    fn hits(&self, text: &str) -> Vec<Range<usize>> {
        if self.words.is_empty() {
            return Vec::new();
        }
        let folded = Folded::of(text);
        let mut hits = Vec::new();
        for word in &self.words {
            let whole = folded.find(&word.whole, false);
            if !whole.is_empty() {
                hits.extend(whole);
                continue;
            }
            for part in &word.parts {
                hits.extend(folded.find(part.trim_start_matches(WORD_START), true));
            }
        }
        hits
    }
}

impl Folded {
    /// Where a folded text is in the text as it was given, each time; `at_word` where a word begins.
    fn find(&self, needle: &str, at_word: bool) -> Vec<Range<usize>> {
        let piece_at = |byte: usize| {
            let next = self
                .pieces
                .partition_point(|piece| piece.folded.start <= byte);
            &self.pieces[next - 1]
        };
        let found = self.text.match_indices(needle);
        found
            .map(|(at, _)| (piece_at(at), piece_at(at + needle.len() - 1)))
            .filter(|(first, _)| !at_word || first.starts_word)
            .map(|(first, last)| first.given.start..last.given.end)
            .collect()
    }
}
