//! Sentences with names in them.

use crate::domain::Named;

/// A sentence that names things. A page sets each name apart from the words around it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sentence(Vec<Part>);

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Words.
    Words(String),
    /// The name of a thing.
    Name(Named),
}

impl Sentence {
    /// Goes on with the name of a thing.
    #[must_use]
    pub fn name(mut self, named: &Named) -> Self {
        self.0.push(Part::Name(named.clone()));
        self
    }

    /// Goes on with words.
    #[must_use]
    pub fn words(mut self, words: impl Into<String>) -> Self {
        self.0.push(Part::Words(words.into()));
        self
    }

    /// Goes on with another sentence.
    #[must_use]
    pub fn then(mut self, mut more: Self) -> Self {
        self.0.append(&mut more.0);
        self
    }

    /// The names of things, with this between them.
    pub fn listed<'a>(names: impl IntoIterator<Item = &'a Named>, separator: &str) -> Self {
        let mut list = Self::default();
        for named in names {
            if !list.0.is_empty() {
                list = list.words(separator);
            }
            list = list.name(named);
        }
        list
    }

    /// Its parts, in order.
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sentence as plain text.
    pub fn plain(&self) -> String {
        let parts = self.0.iter().map(|part| match part {
            Part::Words(words) => words.clone(),
            Part::Name(named) => named.spelled_out(),
        });
        parts.collect()
    }
}

impl Part {
    /// The name, where it is one.
    pub fn named(&self) -> Option<&Named> {
        match self {
            Self::Name(named) => Some(named),
            Self::Words(_) => None,
        }
    }

    /// The words; none where it is a name.
    pub fn words(&self) -> &str {
        match self {
            Self::Words(words) => words,
            Self::Name(_) => "",
        }
    }
}

impl From<&str> for Sentence {
    fn from(words: &str) -> Self {
        Self::default().words(words)
    }
}

impl From<String> for Sentence {
    fn from(words: String) -> Self {
        Self::default().words(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_in_plain_text_spells_its_names_out() {
        let [one, two] = [Named::new("A", Some("First")), Named::new("B", None)];
        let sentence = Sentence::listed([&one, &two], " and ").words(" are running");
        assert_eq!(sentence.plain(), "First (A) and B are running");
        assert_eq!(sentence.parts().len(), 4);
    }
}
