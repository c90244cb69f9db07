//! An execution's parameters beside the defaults of a definition.

use std::collections::HashMap;

use crate::domain::ParameterValue;
use sluicegate_definition::{Definition, ParameterKind};

/// The definition's defaults overlaid by the values that SageMaker returned, in the definition's
/// order; values of parameters that it does not know come last.
///
/// Whether `ListPipelineParametersForExecution` returns defaults that were not overridden is not
/// documented, so both are taken.
pub(super) fn overlaid(
    definition: Option<&Definition>,
    given: &[ParameterValue],
) -> Vec<ParameterValue> {
    let mut by_name: HashMap<&str, &str> = given
        .iter()
        .map(|one| (one.name.as_str(), one.value.as_str()))
        .collect();
    let mut all = Vec::new();
    for declared in definition.iter().flat_map(|known| &known.parameters) {
        let value = by_name.remove(declared.name.as_str());
        if let Some(value) = value.or(declared.default.as_deref()) {
            all.push(ParameterValue {
                name: declared.name.clone(),
                value: value.to_owned(),
            });
        }
    }
    let is_unknown = |one: &&ParameterValue| by_name.contains_key(one.name.as_str());
    all.extend(given.iter().filter(is_unknown).cloned());
    all
}

/// The values that differ from the definition's defaults: numbers and booleans by their value,
/// everything else by its text. Parameters without a default, or unknown to the definition, differ.
pub fn changed_parameters(
    definition: &Definition,
    values: &[ParameterValue],
) -> Vec<ParameterValue> {
    let differs = |given: &&ParameterValue| {
        let Some(declared) = definition.parameter(&given.name) else {
            return true;
        };
        match &declared.default {
            Some(default) => !same(declared.kind, default, &given.value),
            None => true,
        }
    };
    values.iter().filter(differs).cloned().collect()
}

fn same(kind: ParameterKind, left: &str, right: &str) -> bool {
    let (a, b) = (left.trim(), right.trim());
    match kind {
        _ if left == right => true,
        ParameterKind::String => false,
        ParameterKind::Boolean => a.eq_ignore_ascii_case(b),
        ParameterKind::Integer | ParameterKind::Float => {
            if let (Ok(a), Ok(b)) = (a.parse::<i128>(), b.parse::<i128>()) {
                return a == b;
            }
            matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(pairs: &[(&str, &str)]) -> Vec<ParameterValue> {
        let value = |&(name, value): &(&str, &str)| ParameterValue {
            name: name.into(),
            value: value.into(),
        };
        pairs.iter().map(value).collect()
    }

    fn definition() -> Definition {
        Definition::read(
            r#"{"Parameters": [
                {"Name": "Count", "Type": "Integer", "DefaultValue": 1},
                {"Name": "Rate", "Type": "Float", "DefaultValue": 0.5},
                {"Name": "Deep", "Type": "Boolean", "DefaultValue": true},
                {"Name": "Input", "Type": "String", "DefaultValue": "s3://a"},
                {"Name": "Output", "Type": "String"}
            ], "Steps": []}"#,
        )
    }

    #[test]
    fn equal_by_meaning_is_not_changed() {
        let same = values(&[
            ("Count", "1"),
            ("Rate", "0.50"),
            ("Deep", "True"),
            ("Input", "s3://a"),
        ]);
        assert_eq!(changed_parameters(&definition(), &same), vec![]);
        let other = values(&[
            ("Count", "2"),
            ("Rate", "0.6"),
            ("Deep", "False"),
            ("Input", "S3://a"),
        ]);
        assert_eq!(changed_parameters(&definition(), &other), other);
    }

    #[test]
    fn large_whole_numbers_are_compared_exactly() {
        let text = r#"{"Parameters": [{"Name": "N", "Type": "Integer", "DefaultValue": 9007199254740993}]}"#;
        let given = values(&[("N", "9007199254740992")]);
        assert_eq!(changed_parameters(&Definition::read(text), &given), given);
    }

    #[test]
    fn what_has_no_default_or_is_unknown_differs() {
        let given = values(&[("Output", "s3://b"), ("Gone", "x")]);
        assert_eq!(changed_parameters(&definition(), &given), given);
    }

    #[test]
    fn values_are_laid_over_the_defaults() {
        let given = values(&[("Gone", "x"), ("Rate", "2")]);
        let expected = values(&[
            ("Count", "1"),
            ("Rate", "2"),
            ("Deep", "true"),
            ("Input", "s3://a"),
            ("Gone", "x"),
        ]);
        assert_eq!(overlaid(Some(&definition()), &given), expected);
        assert_eq!(overlaid(None, &given), given);
    }
}
