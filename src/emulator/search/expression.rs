//! A search expression: filters, nested filters, expressions within expressions.

use super::record::{Kind, Record, Scalar, any_at};
use crate::emulator::protocol::errors::Refusal;
use crate::emulator::protocol::input::Input;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;

/// Filters, nested filters and expressions that one request may hold in all.
const MOST: usize = 50;

/// How a filter compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
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

/// A search expression, checked.
#[derive(Debug)]
pub struct Expression {
    filters: Vec<Filter>,
    nested: Vec<Nested>,
    parts: Vec<Expression>,
    any: bool,
}

impl Expression {
    /// Reads and checks a request's expression.
    pub fn read(input: Input, kind: Kind) -> Result<Expression, Refusal> {
        let expression = Expression::of(input, kind)?;
        if expression.count(&|_| true) > MOST {
            return Err(Refusal::validation(format!(
                "The total number of filters, nested filters and subexpressions exceeds the limit of {MOST}."
            )));
        }
        if expression.count(&|filter| filter.operator == Operator::Contains) > 1 {
            return Err(Refusal::validation(
                "'CONTAINS' operator usage limit of 1 exceeded.",
            ));
        }
        Ok(expression)
    }

    fn of(input: Input, kind: Kind) -> Result<Expression, Refusal> {
        let filters = input.records("Filters").map(|filter| {
            let filter = Filter::read(filter)?;
            kind.check(&filter.name)?;
            Ok(filter)
        });
        let nested = input
            .records("NestedFilters")
            .map(|nested| Nested::read(nested, kind));
        let parts = input
            .records("SubExpressions")
            .map(|part| Expression::of(part, kind));
        Ok(Expression {
            filters: filters.collect::<Result<_, Refusal>>()?,
            nested: nested.collect::<Result<_, Refusal>>()?,
            parts: parts.collect::<Result<_, Refusal>>()?,
            any: input.text("Operator") == Some("Or"),
        })
    }

    /// How many filters, in all depths, are of a sort; structures count as well where every filter does.
    fn count(&self, sort: &dyn Fn(&Filter) -> bool) -> usize {
        let nested = self.nested.iter().flat_map(|nested| &nested.filters);
        let own = self
            .filters
            .iter()
            .chain(nested)
            .filter(|filter| sort(filter))
            .count();
        own + self
            .parts
            .iter()
            .map(|part| part.count(sort))
            .sum::<usize>()
    }

    /// Whether a record satisfies it; an empty one is satisfied by all.
    pub fn holds(&self, record: &Record) -> bool {
        let filters = self
            .filters
            .iter()
            .map(|filter| filter.holds(&|name, test| record.any(name, test)));
        let nested = self.nested.iter().map(|nested| nested.holds(record));
        let parts = self.parts.iter().map(|part| part.holds(record));
        let mut all = filters.chain(nested).chain(parts).peekable();
        if all.peek().is_none() {
            return true;
        }
        match self.any {
            true => all.any(|holds| holds),
            false => all.all(|holds| holds),
        }
    }
}

impl Nested {
    fn read(input: Input, kind: Kind) -> Result<Nested, Refusal> {
        let name = input.needed("NestedPropertyName").to_owned();
        kind.check(&format!("{name}."))?;
        let filters = input.records("Filters").map(|filter| {
            let mut filter = Filter::read(filter)?;
            if let Some(inner) = filter.name.strip_prefix(&format!("{name}.")) {
                filter.name = inner.to_owned();
            }
            Ok(filter)
        });
        Ok(Nested {
            filters: filters.collect::<Result<_, Refusal>>()?,
            name,
        })
    }

    /// Whether one item satisfies all filters at once.
    fn holds(&self, record: &Record) -> bool {
        let satisfies = |item: &Value| {
            self.filters
                .iter()
                .all(|filter| filter.holds(&|name, test| any_at(item, name, test)))
        };
        record.items(&self.name).iter().any(satisfies)
    }
}

/// Looks a property up: whether any of its values passes a test.
type Lookup<'a> = &'a dyn Fn(&str, &mut dyn FnMut(Scalar) -> bool) -> bool;

impl Filter {
    fn read(input: Input) -> Result<Filter, Refusal> {
        let name = input.needed("Name").to_owned();
        let operator = match input.text("Operator") {
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
        };
        let value = input.owned("Value");
        let number = value.as_deref().and_then(number);
        let needs_value = !matches!(operator, Operator::Exists | Operator::NotExists);
        if needs_value && value.is_none() {
            return Err(Refusal::validation(format!(
                "A value must be specified for the filter on '{name}'."
            )));
        }
        let compares = matches!(
            operator,
            Operator::Greater | Operator::GreaterOrEqual | Operator::Less | Operator::LessOrEqual
        );
        if compares && number.is_none() {
            return Err(Refusal::validation(format!(
                "The operator of the filter on '{name}' takes numbers and timestamps (YYYY-mm-ddTHH:MM:SS) only."
            )));
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
                choices.any(|choice| match value {
                    Scalar::Text(text) => text == choice,
                    Scalar::Number(found) => number(choice) == Some(found),
                })
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
            // A parameter's value is text on the wire even where it is a number.
            (Scalar::Text(text), Some(asked)) => {
                text.parse().is_ok_and(|found| compare(found, asked))
            }
            (_, None) => false,
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(expression: Value) -> Result<Expression, Refusal> {
        let body = expression.as_object().cloned().unwrap_or_default();
        Expression::read(Input::new(&body), Kind::Execution)
    }

    fn holds(filter: Value, record: &Value) -> bool {
        let body = filter.as_object().cloned().unwrap_or_default();
        let filter = Filter::read(Input::new(&body)).expect("a filter");
        filter.holds(&|name, test| any_at(record, name, test))
    }

    #[test]
    fn operators_compare_text_numbers_and_times() {
        let record = json!({
            "Status": "Failed", "CreationTime": 1_700_000_000.5, "Version": 3,
            "Parameters": [{"Name": "A", "Value": "7"}], "Tags": [{"Key": "team.x", "Value": "blue"}],
        });
        for (name, operator, value, expected) in [
            ("Status", "Equals", "Failed", true),
            ("Status", "Equals", "failed", false),
            ("Status", "In", "Stopped, Failed", true),
            ("Status", "NotEquals", "Failed", false),
            ("Status", "Contains", "ail", true),
            ("Missing", "NotExists", "-", true),
            ("Missing", "NotEquals", "x", true),
            ("Version", "GreaterThan", "2", true),
            ("Version", "LessThanOrEqualTo", "2", false),
            ("CreationTime", "GreaterThan", "2023-11-14T22:13:20", true),
            ("CreationTime", "LessThan", "2023-11-14T22:13:20Z", false),
            ("Parameters.Value", "GreaterThan", "6", true),
            ("Tags.team.x", "Equals", "blue", true),
        ] {
            let filter = json!({"Name": name, "Operator": operator, "Value": value});
            assert_eq!(
                holds(filter, &record),
                expected,
                "{name} {operator} {value}"
            );
        }
    }

    #[test]
    fn one_contains_in_all_depths() {
        let contains =
            json!({"Name": "PipelineExecutionDisplayName", "Operator": "Contains", "Value": "a"});
        assert!(read(json!({"Filters": [contains]})).is_ok());
        let refusal =
            read(json!({"Filters": [contains], "SubExpressions": [{"Filters": [contains]}]}));
        assert_eq!(
            refusal.expect_err("refused").message,
            "'CONTAINS' operator usage limit of 1 exceeded."
        );
    }

    #[test]
    fn unknown_properties_and_text_in_order_comparisons_are_refused() {
        assert!(read(json!({"Filters": [{"Name": "Nonsense", "Value": "a"}]})).is_err());
        let filter =
            json!({"Name": "CreationTime", "Operator": "GreaterThan", "Value": "yesterday"});
        assert!(read(json!({"Filters": [filter]})).is_err());
        assert!(read(json!({"Filters": [{"Name": "CreationTime"}]})).is_err());
    }
}
