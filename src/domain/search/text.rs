//! What a search looks in.

use super::fold::Folded;

/// Ends a field, so that nothing is found across two of them.
const FIELD_END: char = '\n';
/// Precedes each word of a name. Control characters separate words, so none is in a field.
pub(super) const WORD_START: char = '\u{1f}';

/// The fields of one thing that can be found, folded once and compared often.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchText {
    text: String,
    words: String,
    arn: String,
}

impl SearchText {
    /// Adds a name or a description: its words are found one by one.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        let folded = Folded::of(name);
        for word in folded.words() {
            self.words.push(WORD_START);
            self.words.push_str(word);
        }
        self.words.push(FIELD_END);
        self.push(&folded);
        self
    }

    /// Adds a name or a description that may be missing.
    #[must_use]
    pub fn names<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        names.into_iter().fold(self, Self::name)
    }

    /// Adds values, such as ids, tags and the values of parameters: each is found by any part of it.
    #[must_use]
    pub fn values<'a>(mut self, values: impl IntoIterator<Item = &'a str>) -> Self {
        for value in values {
            self.push(&Folded::of(value));
        }
        self
    }

    /// Sets the ARN: it is found by an ARN alone, since all of them begin alike.
    #[must_use]
    pub fn arn(mut self, arn: &str) -> Self {
        self.arn = arn.to_ascii_lowercase();
        self
    }

    fn push(&mut self, folded: &Folded) {
        self.text.push_str(&folded.text);
        self.text.push(FIELD_END);
    }

    /// The fields, folded.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The words of names and descriptions, each after a mark of its beginning.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// The ARN in lower case; empty where there is none.
    pub fn lower_case_arn(&self) -> &str {
        &self.arn
    }
}
