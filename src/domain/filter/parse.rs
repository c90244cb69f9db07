//! Reading the text of a filter.

use std::ops::Range;

use super::error::{FilterFault, FilterTextError};
use super::field::{Field, FieldKind, METRIC, PARAM};
use super::term::{Condition, Filter, Operator, Term, Value};
use super::time::{Length, TimeWord};
use super::{MAX_FILTER_BYTES, MAX_FILTER_TERMS};

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// The first mistake in the text.
    pub fn parse(text: &str) -> Result<Self, FilterTextError> {
        if text.len() > MAX_FILTER_BYTES {
            let end = text.floor_char_boundary(MAX_FILTER_BYTES);
            return Err(error(end..text.len(), FilterFault::TooLong(text.len())));
        }
        let mut reader = Reader { text, at: 0 };
        let mut filter = Self::default();
        while reader.skip_space() {
            let start = reader.at;
            let term = reader.term()?;
            let span = start..reader.at;
            if filter.terms.len() == MAX_FILTER_TERMS {
                return Err(error(span, FilterFault::TooManyTerms));
            }
            filter.terms.push(term);
            filter.spans.push(span);
        }
        Ok(filter)
    }
}

fn error(span: Range<usize>, fault: FilterFault) -> FilterTextError {
    FilterTextError { span, fault }
}

/// The text, and how far it was read.
struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Goes on behind white space; whether anything is left.
    fn skip_space(&mut self) -> bool {
        self.at = self.text.len() - self.rest().trim_start_matches(is_space).len();
        self.at < self.text.len()
    }

    /// Goes on if this comes next.
    fn take(&mut self, expected: &str) -> bool {
        let is_next = self.rest().starts_with(expected);
        if is_next {
            self.at += expected.len();
        }
        is_next
    }

    /// What comes before the first of these characters, or before white space.
    fn until(&mut self, ends: &[char]) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c| is_space(c) || ends.contains(&c));
        let found = &rest[..end.unwrap_or(rest.len())];
        self.at += found.len();
        found
    }

    fn term(&mut self) -> Result<Term, FilterTextError> {
        let start = self.at;
        let is_negated = self.take("-");
        if is_negated && self.peek().is_none_or(is_space) {
            return Err(error(start..self.at, FilterFault::NothingToExclude));
        }
        let condition = match self.field()? {
            Some((field, operator)) => self.field_condition(field, operator, start)?,
            None if self.peek() == Some('"') => Condition::Phrase(self.quoted()?),
            None => Condition::Word(self.until(&[]).to_owned()),
        };
        self.expect_end()?;
        Ok(Term {
            is_negated,
            condition,
        })
    }

    /// A quote ends a term or a value.
    fn expect_end(&mut self) -> Result<(), FilterTextError> {
        let start = self.at;
        match self.until(&[]) {
            "" => Ok(()),
            _ => Err(error(start..self.at, FilterFault::AfterQuote)),
        }
    }

    /// The field and the operator that come next; `None`, and nothing is read, where a word does.
    fn field(&mut self) -> Result<Option<(Field, Operator)>, FilterTextError> {
        let start = self.at;
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_ascii_alphabetic());
        let name = &rest[..length.unwrap_or(rest.len())];
        if name.is_empty() {
            return Ok(None);
        }
        self.at += name.len();
        let prefix = [PARAM, METRIC]
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(name));
        let field = match prefix {
            Some(prefix) => self.named_field(prefix, start)?,
            None => Field::plain(name),
        };
        if let Some(field) = &field
            && self.rest().starts_with('=')
        {
            let fault = FilterFault::EqualsSign(field.clone());
            return Err(error(self.at..self.at + 1, fault));
        }
        let mut operators = Operator::ALL.iter();
        let operator = operators.find(|(text, _)| self.take(text));
        let Some((text, operator)) = operator else {
            self.at = start;
            return Ok(None);
        };
        match field {
            Some(field) => Ok(Some((field, *operator))),
            None if is_address(name, &rest[name.len()..]) => {
                self.at = start;
                Ok(None)
            }
            None => {
                let end = self.at - text.len();
                let fault = FilterFault::UnknownField(self.text[start..end].to_owned());
                Err(error(start..end, fault))
            }
        }
    }

    /// The field of a parameter or a metric, whose own name follows a dot.
    fn named_field(
        &mut self,
        prefix: &'static str,
        start: usize,
    ) -> Result<Option<Field>, FilterTextError> {
        let starts_operator = |c: char| matches!(c, ':' | '~' | '>' | '<' | '=');
        if !self.take(".") {
            return match self.peek().is_some_and(starts_operator) {
                true => Err(error(start..self.at, FilterFault::NameMissing(prefix))),
                false => Ok(None),
            };
        }
        let name = match self.peek() {
            Some('"') => self.quoted()?,
            _ => self.until(&[':', '~', '>', '<', '=']).to_owned(),
        };
        if !self.peek().is_some_and(starts_operator) {
            return Ok(None);
        }
        if name.is_empty() {
            return Err(error(start..self.at, FilterFault::NameMissing(prefix)));
        }
        Ok(Some(match prefix {
            PARAM => Field::Param(name),
            _ => Field::Metric(name),
        }))
    }

    fn field_condition(
        &mut self,
        field: Field,
        operator: Operator,
        start: usize,
    ) -> Result<Condition, FilterTextError> {
        if !is_comparable(field.kind(), operator) {
            let fault = FilterFault::Comparison(field, operator);
            return Err(error(start..self.at, fault));
        }
        let mut values = Vec::new();
        loop {
            let from = self.at;
            let value = match self.peek() {
                Some('"') => Value::Text(self.quoted()?),
                _ => match self.until(&[',']) {
                    "" => return Err(error(from..from, FilterFault::ValueMissing(field))),
                    text if text.contains('*') => Value::Pattern(text.to_owned()),
                    text => Value::Text(text.to_owned()),
                },
            };
            check(field.kind(), operator, &value).map_err(|fault| error(from..self.at, fault))?;
            values.push(value);
            if !self.take(",") {
                break;
            }
        }
        if !field.is_available() {
            let fault = FilterFault::NotAvailable(field);
            return Err(error(start..self.at, fault));
        }
        Ok(Condition::Field {
            field,
            operator,
            values,
        })
    }

    /// A text in quotes.
    fn quoted(&mut self) -> Result<String, FilterTextError> {
        let start = self.at;
        let mut text = String::new();
        let mut chars = self.rest().char_indices().skip(1).peekable();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at = start + at + 1;
                    return Ok(text);
                }
                '\\' => match chars.next_if(|(_, next)| matches!(next, '"' | '\\')) {
                    Some((_, escaped)) => text.push(escaped),
                    None => text.push(c),
                },
                c => text.push(c),
            }
        }
        Err(error(start..self.text.len(), FilterFault::OpenQuote))
    }
}

/// What separates terms. Control characters do too: a search takes them for space.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// Whether this is an ARN or a URI, which people paste, rather than a field.
fn is_address(name: &str, rest: &str) -> bool {
    name.eq_ignore_ascii_case("arn") || rest.starts_with("://")
}

/// Whether values of this kind can be compared so.
fn is_comparable(kind: FieldKind, operator: Operator) -> bool {
    match (kind, operator) {
        (_, Operator::Is) | (FieldKind::TextOrNumber, _) => true,
        (FieldKind::Text, operator) => operator == Operator::Contains,
        (FieldKind::Bound | FieldKind::YesNo, _) | (_, Operator::Contains) => false,
        (FieldKind::Number | FieldKind::Time | FieldKind::Duration, _) => true,
    }
}

/// Whether a value is of the kind.
fn check(kind: FieldKind, operator: Operator, value: &Value) -> Result<(), FilterFault> {
    let compares_numbers = !matches!(operator, Operator::Is | Operator::Contains);
    let text = value.text();
    let is_fine = match kind {
        FieldKind::Text => true,
        FieldKind::TextOrNumber => !compares_numbers || number(text).is_some(),
        FieldKind::Number => number(text).is_some(),
        FieldKind::Time | FieldKind::Bound => TimeWord::read(text).is_some(),
        FieldKind::Duration => Length::read(text).is_some(),
        FieldKind::YesNo => yes_or_no(text).is_some(),
    };
    let kind = match kind {
        FieldKind::TextOrNumber => FieldKind::Number,
        other => other,
    };
    match is_fine {
        true => Ok(()),
        false => Err(FilterFault::NotA(kind, text.to_owned())),
    }
}

/// A finite number.
pub(super) fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// `yes` or `no`.
pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("yes") => Some(true),
        _ if text.eq_ignore_ascii_case("no") => Some(false),
        _ => None,
    }
}
