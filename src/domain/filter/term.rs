//! Terms, and how they are written.

use std::fmt::{self, Write};
use std::ops::Range;

use super::Field;

/// A filter that was read. Written with `Display` it is in its normal form: one space between terms, quotes where they
/// are needed, names of fields in lower case.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub(super) terms: Vec<Term>,
    /// Where each term was read; empty where the filter was not read from a text.
    pub(super) spans: Vec<Range<usize>>,
}

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        self.terms == other.terms
    }
}

/// One condition, or its opposite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Whether it excludes what the condition holds of.
    pub is_negated: bool,
    /// The condition.
    pub condition: Condition,
}

/// What a term asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// A word as it was typed, without quotes: its parts may be apart, as in every search.
    Word(String),
    /// A text in quotes: it is found as one.
    Phrase(String),
    /// One of the values of a field.
    Field {
        /// The field.
        field: Field,
        /// How it is compared.
        operator: Operator,
        /// The values, at least one.
        values: Vec<Value>,
    },
}

/// How a field is compared with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `:`, is the value.
    Is,
    /// `~`, has it as a part.
    Contains,
    /// `>`, above it.
    Above,
    /// `>=`, above it or the same.
    AtLeast,
    /// `<`, below it.
    Below,
    /// `<=`, below it or the same.
    AtMost,
}

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Exactly this, but for case.
    Text(String),
    /// A text without quotes in which `*` stands for any characters.
    Pattern(String),
}

impl Operator {
    /// As it is typed, the longest first, so that none is taken for the beginning of another.
    pub(super) const ALL: [(&'static str, Self); 6] = [
        (">=", Self::AtLeast),
        ("<=", Self::AtMost),
        (":", Self::Is),
        ("~", Self::Contains),
        (">", Self::Above),
        ("<", Self::Below),
    ];

    /// As it is typed.
    pub fn as_str(self) -> &'static str {
        let known = Self::ALL.iter().find(|(_, operator)| *operator == self);
        known.map_or("", |(text, _)| text)
    }
}

impl Value {
    /// As it was typed, without quotes.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Pattern(text) => text,
        }
    }
}

impl Term {
    /// That a field is a value.
    pub fn is(field: Field, value: impl Into<String>) -> Self {
        Self::compared(field, Operator::Is, value)
    }

    /// That a field compares so with a value.
    pub fn compared(field: Field, operator: Operator, value: impl Into<String>) -> Self {
        Self {
            is_negated: false,
            condition: Condition::Field {
                field,
                operator,
                values: vec![Value::Text(value.into())],
            },
        }
    }

    /// The field it is about.
    pub fn field(&self) -> Option<&Field> {
        match &self.condition {
            Condition::Field { field, .. } => Some(field),
            Condition::Word(_) | Condition::Phrase(_) => None,
        }
    }
}

impl Filter {
    /// The terms, in order.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Whether it narrows nothing.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The bytes of the text that a term was read from.
    pub fn span(&self, term: usize) -> Range<usize> {
        self.spans.get(term).cloned().unwrap_or_default()
    }

    /// Whether some term is about such a field.
    pub fn asks(&self, is_meant: impl Fn(&Field) -> bool) -> bool {
        self.terms.iter().filter_map(Term::field).any(is_meant)
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, term) in self.terms.iter().enumerate() {
            if index > 0 {
                f.write_char(' ')?;
            }
            write!(f, "{term}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_negated {
            f.write_char('-')?;
        }
        match &self.condition {
            Condition::Word(word) => f.write_str(word),
            Condition::Phrase(text) => write_quoted(f, text),
            Condition::Field {
                field,
                operator,
                values,
            } => {
                write!(f, "{field}{}", operator.as_str())?;
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        f.write_char(',')?;
                    }
                    write!(f, "{value}")?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pattern(text) => f.write_str(text),
            Self::Text(text) if needs_quotes(text, ",*\"") => write_quoted(f, text),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// The name of a parameter or a metric within that of its field.
pub(super) fn write_name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    match needs_quotes(name, ":~<>=\"") {
        true => write_quoted(f, name),
        false => f.write_str(name),
    }
}

fn needs_quotes(text: &str, special: &str) -> bool {
    let is_special = |c: char| c.is_whitespace() || c.is_control() || special.contains(c);
    text.is_empty() || text.contains(is_special)
}

fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('"')
}
