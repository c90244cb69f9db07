//! Checking the parameters of a start against the pipeline's definition.

use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use sluicegate_definition::{Definition, Parameter, ParameterKind};

/// The parameters of a request, as name and value.
///
/// # Errors
/// When one is unknown, repeated, missing or of the wrong type.
pub fn requested(
    definition: &Definition,
    input: Input,
) -> Result<Vec<(String, String)>, ServiceError> {
    let mut given: Vec<(String, String)> = Vec::new();
    for parameter in input.records("PipelineParameters") {
        let (name, value) = (parameter.required("Name"), parameter.required("Value"));
        let declared = definition.parameter(name).ok_or_else(|| {
            ServiceError::validation(format!(
                "Invalid pipeline parameters: '{name}' must match a named parameter of the pipeline definition."
            ))
        })?;
        if given.iter().any(|(known, _)| known == name) {
            return Err(ServiceError::validation(format!(
                "Invalid pipeline parameters: '{name}' is specified more than once."
            )));
        }
        if value.is_empty() {
            // The model allows it, but the service does not.
            return Err(ServiceError::validation(
                "[string \"\" is too short (length: 0, required minimum: 1)]",
            ));
        }
        check_value(declared, value)?;
        given.push((name.to_owned(), value.to_owned()));
    }
    let missing: Vec<&str> = definition
        .parameters
        .iter()
        .filter(|parameter| {
            parameter.is_required() && !given.iter().any(|(name, _)| *name == parameter.name)
        })
        .map(|parameter| parameter.name.as_str())
        .collect();
    match missing.is_empty() {
        true => Ok(given),
        false => Err(ServiceError::validation(format!(
            "Invalid pipeline parameters: values must be specified for parameters without a default value: [{}].",
            missing.join(", ")
        ))),
    }
}

fn check_value(parameter: &Parameter, value: &str) -> Result<(), ServiceError> {
    let (fits, kind) = match parameter.kind {
        ParameterKind::String => (true, "String"),
        ParameterKind::Integer => (value.parse::<i64>().is_ok(), "Integer"),
        ParameterKind::Float => (value.parse::<f64>().is_ok_and(f64::is_finite), "Float"),
        ParameterKind::Boolean => (
            value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false"),
            "Boolean",
        ),
    };
    let name = &parameter.name;
    if !fits {
        return Err(ServiceError::validation(format!(
            "Invalid pipeline parameters: the value '{value}' of '{name}' is not of type {kind}."
        )));
    }
    if !parameter.allowed.is_empty() && !parameter.allowed.iter().any(|allowed| allowed == value) {
        return Err(ServiceError::validation(format!(
            "Invalid pipeline parameters: the value '{value}' of '{name}' is not one of [{}].",
            parameter.allowed.join(", ")
        )));
    }
    Ok(())
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn check(parameters: Value) -> Result<Vec<(String, String)>, String> {
        let definition = json!({"Version": "2020-12-01", "Steps": [], "Parameters": [
            {"Name": "Threshold", "Type": "Float", "DefaultValue": 0.5},
            {"Name": "Jobs", "Type": "Integer"},
            {"Name": "Colour", "Type": "String", "DefaultValue": "red", "EnumValues": ["red", "blue"]},
            {"Name": "Quick", "Type": "Boolean", "DefaultValue": true},
        ]});
        let definition = Definition::read(&definition.to_string());
        let body = json!({"PipelineParameters": parameters});
        let body = body.as_object().cloned().unwrap_or_default();
        requested(&definition, Input::new(&body)).map_err(|refusal| refusal.message)
    }

    #[test]
    fn values_must_fit_their_declared_types() {
        let jobs = json!({"Name": "Jobs", "Value": "4"});
        assert_eq!(
            check(json!([jobs])),
            Ok(vec![("Jobs".to_owned(), "4".to_owned())])
        );
        for (name, value) in [
            ("Threshold", "high"),
            ("Colour", "green"),
            ("Quick", "yes"),
            ("Nonsense", "1"),
        ] {
            let refused = check(json!([jobs, {"Name": name, "Value": value}])).expect_err(name);
            assert!(refused.contains(name), "{refused}");
        }
        assert!(check(json!([jobs, {"Name": "Quick", "Value": "True"}])).is_ok());
    }

    #[test]
    fn parameters_without_a_default_must_be_given_once() {
        assert!(check(json!([])).expect_err("missing").contains("[Jobs]"));
        let twice = json!([{"Name": "Jobs", "Value": "1"}, {"Name": "Jobs", "Value": "2"}]);
        assert!(check(twice).expect_err("twice").contains("more than once"));
    }
}
