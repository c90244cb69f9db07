//! From what was typed to what is compared, at one moment and in one time zone.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Field;
use super::parse::{number, yes_or_no};
use super::term::{Condition, Filter, Operator, Term, Value};
use super::time::{Length, TimeWord};
use crate::search::{SearchQuery, fold};

/// When and where a filter is used: what its relative times and its days are.
#[derive(Debug, Clone)]
pub struct FilterMoment {
    /// The current time.
    pub now: Timestamp,
    /// Whose days are meant.
    pub zone: TimeZone,
}

/// What a filter asks for at one moment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Groups {
    /// Of each of these, one test must hold.
    pub required: Vec<Vec<Test>>,
    /// None of these may hold.
    pub excluded: Vec<Test>,
}

/// One test of an execution. What it is about may be missing: then it does not hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// Every word is found.
    Words(SearchQuery),
    /// A text field.
    Text(Field, TextTest),
    /// The pipeline version.
    Version(NumberTest),
    /// The parameter of this name, folded.
    Param(String, FieldTest),
    /// The metric of this name, folded, that any of its steps reported.
    Metric(String, NumberTest),
    /// When it began.
    Started(TimeRange),
    /// When it ended.
    Ended(TimeRange),
    /// How long it took, in microseconds: from here on, and below that.
    Duration(Option<i64>, Option<i64>),
    /// Whether SageMaker no longer knows it.
    Gone(bool),
}

/// A test of a value that may be a number.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldTest {
    /// As a text.
    Text(TextTest),
    /// As a number.
    Number(NumberTest),
}

/// A test of a text. All texts are folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextTest {
    /// It is this.
    Is(String),
    /// It has this in it.
    Contains(String),
    /// It consists of these, in order, with anything between them.
    Like(Vec<String>),
}

/// A comparison with a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NumberTest {
    /// How: never [`Operator::Contains`].
    pub operator: Operator,
    /// The number, which is finite.
    pub number: f64,
}

/// Times from a first one up to one that is no longer among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimeRange {
    /// The first.
    pub from: Option<Timestamp>,
    /// The one after the last.
    pub before: Option<Timestamp>,
}

impl TextTest {
    /// Whether it holds of a text that is folded.
    pub fn holds(&self, folded: &str) -> bool {
        match self {
            Self::Is(text) => folded == text,
            Self::Contains(text) => folded.contains(text.as_str()),
            Self::Like(pieces) => is_like(folded, pieces),
        }
    }
}

fn is_like(text: &str, pieces: &[String]) -> bool {
    let [first, between @ .., last] = pieces else {
        return pieces.iter().any(|only| only == text);
    };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else {
        return false;
    };
    for piece in between {
        let Some(at) = rest.find(piece.as_str()) else {
            return false;
        };
        rest = &rest[at + piece.len()..];
    }
    rest.ends_with(last.as_str())
}

impl NumberTest {
    /// Whether it holds of a number.
    pub fn holds(&self, number: f64) -> bool {
        match self.operator {
            Operator::Is | Operator::Contains => number == self.number,
            Operator::Above => number > self.number,
            Operator::AtLeast => number >= self.number,
            Operator::Below => number < self.number,
            Operator::AtMost => number <= self.number,
        }
    }
}

impl TimeRange {
    /// Whether a time is in it.
    pub fn holds(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| at >= from) && self.before.is_none_or(|before| at < before)
    }
}

impl Filter {
    /// What it asks for at this moment.
    pub fn resolve(&self, at: &FilterMoment) -> Groups {
        let mut groups = Groups::default();
        let mut fields: Vec<(Option<Field>, FieldTests)> = Vec::new();
        for term in &self.terms {
            let tests = tests(term, at);
            if term.is_negated {
                groups.excluded.extend(tests);
                continue;
            }
            let field = term.field().map(grouped);
            // Words belong to no field: each must be found.
            let known = fields
                .iter()
                .position(|(known, _)| known.is_some() && *known == field);
            let index = known.unwrap_or(fields.len());
            if known.is_none() {
                fields.push((field, FieldTests::default()));
            }
            fields[index].1.add(term, tests);
        }
        let required = fields.into_iter().flat_map(|(_, tests)| tests.groups());
        groups.required = required.collect();
        groups
    }

    /// The words that are searched for, for marking them.
    pub fn words(&self) -> SearchQuery {
        let sought = self.terms.iter().filter(|term| !term.is_negated);
        SearchQuery::joined(sought.filter_map(|term| words(&term.condition)))
    }
}

/// The tests of one field by all terms that are about it.
#[derive(Debug, Default)]
struct FieldTests {
    /// What it is or has in it.
    values: Vec<Test>,
    /// What it is above.
    lower: Vec<Test>,
    /// What it is below.
    upper: Vec<Test>,
}

impl FieldTests {
    fn add(&mut self, term: &Term, tests: Vec<Test>) {
        let operator = match &term.condition {
            Condition::Field { operator, .. } => *operator,
            Condition::Word(_) | Condition::Phrase(_) => Operator::Contains,
        };
        let like = match operator {
            Operator::Is | Operator::Contains => &mut self.values,
            Operator::Above | Operator::AtLeast => &mut self.lower,
            Operator::Below | Operator::AtMost => &mut self.upper,
        };
        like.extend(tests);
    }

    /// Alternatives are one group. A bound from below and one from above are a range: both hold, or one of the values.
    fn groups(self) -> Vec<Vec<Test>> {
        let Self {
            values,
            lower,
            upper,
        } = self;
        if lower.is_empty() || upper.is_empty() {
            return vec![[values, lower, upper].concat()];
        }
        vec![[values.clone(), lower].concat(), [values, upper].concat()]
    }
}

/// The field by which terms belong together: names of parameters are the same in any case.
fn grouped(field: &Field) -> Field {
    match field {
        Field::Param(name) => Field::Param(fold(name)),
        Field::Metric(name) => Field::Metric(fold(name)),
        other => other.clone(),
    }
}

fn words(condition: &Condition) -> Option<SearchQuery> {
    match condition {
        Condition::Word(word) => Some(word.replace('*', " ").as_str().into()),
        Condition::Phrase(text) => Some(SearchQuery::phrase(text)),
        Condition::Field { .. } => None,
    }
}

/// The tests of which one must hold.
fn tests(term: &Term, at: &FilterMoment) -> Vec<Test> {
    let Condition::Field {
        field,
        operator,
        values,
    } = &term.condition
    else {
        return words(&term.condition)
            .map(Test::Words)
            .into_iter()
            .collect();
    };
    let tests = values.iter();
    tests
        .filter_map(|value| test(field, *operator, value, at))
        .collect()
}

/// The test of one value; `None` for one that is not of the field's kind, which no filter that was read has.
fn test(field: &Field, operator: Operator, value: &Value, at: &FilterMoment) -> Option<Test> {
    let compared = || {
        Some(NumberTest {
            operator,
            number: number(value.text())?,
        })
    };
    let range = |operator| {
        let word = TimeWord::read(value.text())?;
        Some(time_range(word, operator, at))
    };
    Some(match field {
        Field::Version => Test::Version(compared()?),
        Field::Started => Test::Started(range(operator)?),
        Field::Ended => Test::Ended(range(operator)?),
        Field::Since => Test::Started(range(Operator::AtLeast)?),
        Field::Until => Test::Started(range(Operator::AtMost)?),
        Field::Duration => {
            let (from, before) = length_range(Length::read(value.text())?.micros(), operator);
            Test::Duration(from, before)
        }
        Field::Gone => Test::Gone(yes_or_no(value.text())?),
        Field::Metric(name) => Test::Metric(fold(name), compared()?),
        Field::Param(name) => {
            let test = match (operator, value, compared()) {
                (Operator::Contains, ..) | (_, Value::Pattern(_), _) | (_, _, None) => {
                    FieldTest::Text(text_test(operator, value))
                }
                (_, Value::Text(_), Some(test)) => FieldTest::Number(test),
            };
            Test::Param(fold(name), test)
        }
        other => Test::Text(other.clone(), text_test(operator, value)),
    })
}

fn text_test(operator: Operator, value: &Value) -> TextTest {
    match (operator, value) {
        (Operator::Contains, value) => TextTest::Contains(fold(value.text().trim_matches('*'))),
        (_, Value::Pattern(text)) => TextTest::Like(text.split('*').map(fold).collect()),
        (_, Value::Text(text)) => TextTest::Is(fold(text)),
    }
}

fn time_range(word: TimeWord, operator: Operator, at: &FilterMoment) -> TimeRange {
    let (first, after) = word.range(at.now, &at.zone);
    let (from, before) = match operator {
        // Something that began `24h` ago began within the last 24 hours.
        Operator::Is | Operator::Contains => {
            let is_open = matches!(word, TimeWord::Ago(_));
            (Some(first), (!is_open).then_some(after))
        }
        Operator::Above => (Some(after), None),
        Operator::AtLeast => (Some(first), None),
        Operator::Below => (None, Some(first)),
        Operator::AtMost => (None, Some(after)),
    };
    TimeRange { from, before }
}

fn length_range(micros: i64, operator: Operator) -> (Option<i64>, Option<i64>) {
    match operator {
        // Lengths of time are shown to the second.
        Operator::Is | Operator::Contains => (Some(micros), Some(micros + 1_000_000)),
        Operator::Above => (Some(micros + 1), None),
        Operator::AtLeast => (Some(micros), None),
        Operator::Below => (None, Some(micros)),
        Operator::AtMost => (None, Some(micros + 1)),
    }
}
