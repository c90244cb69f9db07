//! What a Condition step asks.

use super::Invalid;
use super::look::Look;
use sluicegate_definition::Kind;

/// Conditions nested deeper than this are refused.
const DEEPEST: usize = 32;

const TYPES: [&str; 8] = [
    "Equals",
    "GreaterThan",
    "GreaterThanOrEqualTo",
    "LessThan",
    "LessThanOrEqualTo",
    "In",
    "Not",
    "Or",
];

/// Checks a list of conditions, at least one.
pub fn check(list: &Look) -> Result<(), Invalid> {
    all(list, 0)
}

fn all(list: &Look, depth: usize) -> Result<(), Invalid> {
    let conditions = list.items()?;
    if conditions.is_empty() {
        return Err(list.fault("Model Validation failed: At least one condition is required."));
    }
    conditions.iter().try_for_each(|one| condition(one, depth))
}

fn condition(condition: &Look, depth: usize) -> Result<(), Invalid> {
    if depth > DEEPEST {
        return Err(condition.fault(format!(
            "Model Validation failed: Conditions are nested more than {DEEPEST} levels deep."
        )));
    }
    condition.expect(Kind::Object)?;
    let kind = condition.needed("Type")?;
    kind.one_of(&TYPES)?;
    match kind.value.as_str().unwrap_or_default() {
        "In" => {
            operand(&condition.needed("QueryValue")?)?;
            let values = condition.needed("Values")?;
            let choices = values.items()?;
            if choices.is_empty() {
                return Err(values.fault("Model Validation failed: Values must not be empty."));
            }
            choices.iter().try_for_each(operand)
        }
        "Not" => self::condition(&condition.needed("Condition")?, depth + 1),
        "Or" => all(&condition.needed("Conditions")?, depth + 1),
        _ => {
            operand(&condition.needed("LeftValue")?)?;
            operand(&condition.needed("RightValue")?)
        }
    }
}

/// A single value, or something that is worked out to be one.
fn operand(value: &Look) -> Result<(), Invalid> {
    match value.value.kind() {
        Kind::Array | Kind::Null => Err(value.fault(
            "Model Validation failed: A condition compares single values, references and functions only.",
        )),
        Kind::Object if !value.is_expression() => Err(value.fault(
            "Model Validation failed: A condition compares single values, references and functions only.",
        )),
        _ => Ok(()),
    }
}
