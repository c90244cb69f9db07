//! Search expressions: filters, nested filters, subexpressions.

use super::properties::SearchResource;
use super::record::{Record, any_at};
use super::values::{Scalar, ValueType};
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;

/// The most filters, nested filters and subexpressions in a request.
const MAX_ELEMENTS: usize = 50;

/// How a filter compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Equals,
    NotEquals,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Contains,
    Exists,
    NotExists,
    In,
}

impl Operator {
    /// The operator of a name; equality where none is given.
    fn named(name: Option<&str>) -> Operator {
        match name {
            None | Some("Equals") => Operator::Equals,
            Some("NotEquals") => Operator::NotEquals,
            Some("GreaterThan") => Operator::Greater,
            Some("GreaterThanOrEqualTo") => Operator::GreaterOrEqual,
            Some("LessThan") => Operator::Less,
            Some("LessThanOrEqualTo") => Operator::LessOrEqual,
            Some("Contains") => Operator::Contains,
            Some("Exists") => Operator::Exists,
            Some("NotExists") => Operator::NotExists,
            Some(_) => Operator::In,
        }
    }

    /// Checks that the operator applies to a property's type.
    fn check(self, name: &str, value_type: ValueType) -> Result<(), ServiceError> {
        use Operator::{Contains, Equals, Exists, Greater, GreaterOrEqual, In};
        use Operator::{Less, LessOrEqual, NotEquals, NotExists};
        let (applies, whose) = match self {
            Equals | NotEquals | Exists | NotExists => (true, ""),
            Greater | GreaterOrEqual | Less | LessOrEqual => {
                (value_type != ValueType::Text, "numbers and timestamps")
            }
            Contains | In => (value_type == ValueType::Text, "text"),
        };
        match applies {
            true => Ok(()),
            false => Err(ServiceError::validation(format!(
                "The operator of the filter on '{name}' is only supported for {whose}."
            ))),
        }
    }
}

/// One comparison.
#[derive(Debug)]
struct Filter {
    name: String,
    operator: Operator,
    value: String,
    /// The value as a number or a time in seconds, where it is one.
    number: Option<f64>,
}

#[derive(Debug)]
struct Nested {
    name: String,
    filters: Vec<Filter>,
}

/// A valid search expression.
#[derive(Debug)]
pub struct Expression {
    filters: Vec<Filter>,
    nested: Vec<Nested>,
    parts: Vec<Expression>,
    any: bool,
}

impl Expression {
    /// Parses a request's expression.
    pub fn read(input: Input, kind: SearchResource) -> Result<Expression, ServiceError> {
        let expression = Expression::of(input, kind)?;
        if expression.elements() > MAX_ELEMENTS {
            return Err(ServiceError::validation(format!(
                "The total number of filters, nested filters and subexpressions exceeds the limit of {MAX_ELEMENTS}."
            )));
        }
        if expression.count(&|filter| filter.operator == Operator::Contains) > 1 {
            return Err(ServiceError::validation(
                "'CONTAINS' operator usage limit of 1 exceeded.",
            ));
        }
        Ok(expression)
    }

    fn of(input: Input, kind: SearchResource) -> Result<Expression, ServiceError> {
        if !["Filters", "NestedFilters", "SubExpressions"]
            .iter()
            .any(|part| input.has(part))
        {
            return Err(ServiceError::validation(
                "At least one filter, nested filter or subexpression must be specified in a SearchExpression.",
            ));
        }
        let filters = input.records("Filters").map(|filter| {
            let value_type = kind.type_of(filter.required("Name"))?;
            Filter::read(filter, value_type)
        });
        let nested = input
            .records("NestedFilters")
            .map(|nested| Nested::read(nested, kind));
        let parts = input
            .records("SubExpressions")
            .map(|part| Expression::of(part, kind));
        Ok(Expression {
            filters: filters.collect::<Result<_, ServiceError>>()?,
            nested: nested.collect::<Result<_, ServiceError>>()?,
            parts: parts.collect::<Result<_, ServiceError>>()?,
            any: input.text("Operator") == Some("Or"),
        })
    }

    /// Number of filters, nested filters and subexpressions, at all depths.
    fn elements(&self) -> usize {
        let nested = self.nested.iter().map(|nested| 1 + nested.filters.len());
        let parts = self.parts.iter().map(|part| 1 + part.elements());
        self.filters.len() + nested.sum::<usize>() + parts.sum::<usize>()
    }

    /// Number of matching filters, at all depths.
    fn count(&self, value_type: &dyn Fn(&Filter) -> bool) -> usize {
        let nested = self.nested.iter().flat_map(|nested| &nested.filters);
        let own = self
            .filters
            .iter()
            .chain(nested)
            .filter(|filter| value_type(filter))
            .count();
        own + self
            .parts
            .iter()
            .map(|part| part.count(value_type))
            .sum::<usize>()
    }

    /// The value of a filter with this operator that every record must satisfy, if there is one.
    pub fn needed(&self, name: &str, operator: Operator) -> Option<&str> {
        if self.any && self.elements() > 1 {
            return None;
        }
        let mut filters = self.filters.iter();
        let own = filters.find(|filter| filter.name == name && filter.operator == operator);
        own.map(|filter| filter.value.as_str()).or_else(|| {
            self.parts
                .iter()
                .find_map(|part| part.needed(name, operator))
        })
    }

    /// Whether a record satisfies it.
    pub fn holds(&self, record: &Record) -> bool {
        let filters = self
            .filters
            .iter()
            .map(|filter| filter.holds(&|name, test| record.any(name, test)));
        let nested = self.nested.iter().map(|nested| nested.holds(record));
        let parts = self.parts.iter().map(|part| part.holds(record));
        let mut all = filters.chain(nested).chain(parts);
        match self.any {
            true => all.any(|holds| holds),
            false => all.all(|holds| holds),
        }
    }
}

impl Nested {
    fn read(input: Input, kind: SearchResource) -> Result<Nested, ServiceError> {
        let name = input.required("NestedPropertyName").to_owned();
        kind.check_list(&name)?;
        let filters = input.records("Filters").map(|filter| {
            // The inner properties are named with or without the list's name as a prefix.
            let whole = filter.required("Name");
            let inner = whole.strip_prefix(&format!("{name}.")).unwrap_or(whole);
            let value_type = kind.type_of(&format!("{name}.{inner}"))?;
            let mut filter = Filter::read(filter, value_type)?;
            filter.name = inner.to_owned();
            Ok(filter)
        });
        Ok(Nested {
            filters: filters.collect::<Result<_, ServiceError>>()?,
            name,
        })
    }

    /// Whether a single item satisfies all filters.
    fn holds(&self, record: &Record) -> bool {
        let satisfies = |item: &Value| {
            self.filters
                .iter()
                .all(|filter| filter.holds(&|name, test| any_at(item, name, test)))
        };
        record.items(&self.name).iter().any(satisfies)
    }
}

/// Looks up a property: whether any of its values passes a test.
type Lookup<'a> = &'a dyn Fn(&str, &mut dyn FnMut(Scalar) -> bool) -> bool;

impl Filter {
    /// Parses a filter on a property of a type.
    fn read(input: Input, value_type: ValueType) -> Result<Filter, ServiceError> {
        let name = input.required("Name").to_owned();
        let operator = Operator::named(input.text("Operator"));
        operator.check(&name, value_type)?;
        let value = input.owned("Value");
        let number = value.as_deref().and_then(number);
        let needs_value = !matches!(operator, Operator::Exists | Operator::NotExists);
        if needs_value && value.is_none() {
            return Err(ServiceError::validation(format!(
                "A value must be specified for the filter on '{name}'."
            )));
        }
        if needs_value && value_type != ValueType::Text && number.is_none() {
            return Err(ServiceError::validation(match value_type {
                ValueType::Time => format!(
                    "The value of the filter on '{name}' must be a timestamp of the form YYYY-mm-ddTHH:MM:SS."
                ),
                ValueType::Text | ValueType::Number => {
                    format!("The value of the filter on '{name}' must be a number.")
                }
            }));
        }
        Ok(Filter {
            name,
            operator,
            value: value.unwrap_or_default(),
            number,
        })
    }

    fn holds(&self, lookup: Lookup) -> bool {
        let equals = &mut |value: Scalar| match value {
            Scalar::Number(number) => self.number == Some(number),
            Scalar::Text(text) => text == self.value,
        };
        match self.operator {
            Operator::Equals => lookup(&self.name, equals),
            Operator::NotEquals => !lookup(&self.name, equals),
            Operator::Exists => lookup(&self.name, &mut |_| true),
            Operator::NotExists => !lookup(&self.name, &mut |_| true),
            Operator::Contains => lookup(&self.name, &mut |value| match value {
                Scalar::Text(text) => text.contains(&self.value),
                Scalar::Number(_) => false,
            }),
            Operator::In => lookup(&self.name, &mut |value| {
                let mut choices = self.value.split(',').map(str::trim);
                choices.any(|choice| matches!(value, Scalar::Text(text) if text == choice))
            }),
            Operator::Greater => self.compared(lookup, |found, asked| found > asked),
            Operator::GreaterOrEqual => self.compared(lookup, |found, asked| found >= asked),
            Operator::Less => self.compared(lookup, |found, asked| found < asked),
            Operator::LessOrEqual => self.compared(lookup, |found, asked| found <= asked),
        }
    }

    fn compared(&self, lookup: Lookup, compare: fn(f64, f64) -> bool) -> bool {
        lookup(&self.name, &mut |value| match (value, self.number) {
            (Scalar::Number(found), Some(asked)) => compare(found, asked),
            (Scalar::Text(_), _) | (_, None) => false,
        })
    }
}

/// A number, or a time in UTC as seconds since the epoch.
fn number(text: &str) -> Option<f64> {
    if let Ok(number) = text.parse::<f64>() {
        return number.is_finite().then_some(number);
    }
    let time = match text.parse::<Timestamp>() {
        Ok(time) => time,
        Err(_) => text
            .parse::<DateTime>()
            .ok()?
            .to_zoned(TimeZone::UTC)
            .ok()?
            .timestamp(),
    };
    Some(time.as_millisecond() as f64 / 1000.0)
}
