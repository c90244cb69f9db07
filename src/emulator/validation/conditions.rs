//! The conditions of a Condition step.

use super::DefinitionError;
use super::located::Located;
use super::schema;
use sluicegate_definition::Kind;

/// The deepest nesting of conditions.
const MAX_NESTING: usize = 32;

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
pub fn check(list: &Located) -> Result<(), DefinitionError> {
    all(list, 0)
}

fn all(list: &Located, depth: usize) -> Result<(), DefinitionError> {
    let conditions = list.items()?;
    if conditions.is_empty() {
        return Err(list.fault("Model Validation failed: At least one condition is required."));
    }
    conditions.iter().try_for_each(|one| condition(one, depth))
}

fn condition(condition: &Located, depth: usize) -> Result<(), DefinitionError> {
    if depth > MAX_NESTING {
        return Err(condition.fault(format!(
            "Model Validation failed: Conditions are nested more than {MAX_NESTING} levels deep."
        )));
    }
    condition.expect(Kind::Object)?;
    let kind = condition.required("Type")?;
    kind.one_of(&TYPES)?;
    let kind = kind.value.as_str().unwrap_or_default();
    condition.only(schema::condition(kind))?;
    match kind {
        "In" => {
            operand(&condition.required("QueryValue")?)?;
            let values = condition.required("Values")?;
            let choices = values.items()?;
            if choices.is_empty() {
                return Err(values.fault("Model Validation failed: Values must not be empty."));
            }
            choices.iter().try_for_each(operand)
        }
        "Not" => self::condition(&condition.required("Condition")?, depth + 1),
        "Or" => all(&condition.required("Conditions")?, depth + 1),
        _ => {
            operand(&condition.required("LeftValue")?)?;
            operand(&condition.required("RightValue")?)
        }
    }
}

/// A single value, or an expression.
fn operand(value: &Located) -> Result<(), DefinitionError> {
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
