//! The schema has no other members than those it knows.

use super::*;

/// An unknown member in every part of a definition is refused, and named.
#[test]
fn an_unknown_member_is_refused_in_every_part() {
    let policy = json!({"ExceptionType": ["Step.THROTTLING"], "Times": 1});
    let join = json!({"Std:Join": {"On": "", "Values": [], "Times": 1}});
    let file = json!({"Get": "Steps.Prepare.PropertyFiles.Report"});
    let read = json!({"Std:JsonGet": {"PropertyFile": file, "Path": "a", "Times": 1}});
    let equal = json!({"Type": "Equals", "LeftValue": 1, "RightValue": 1, "Times": 1});
    let number = "/Steps/2/Arguments/Conditions/0";
    for (pointer, value) in [
        ("/Times", json!(1)),
        ("/PipelineExperimentConfig/Times", json!(1)),
        ("/Parameters/0/Times", json!(1)),
        ("/Steps/0/Times", json!(1)),
        ("/Steps/0/CacheConfig/Times", json!(1)),
        ("/Steps/0/RetryPolicies/0", policy),
        ("/Steps/0/PropertyFiles/0/Times", json!(1)),
        ("/Steps/1/OutputParameters/0/Times", json!(1)),
        ("/Steps/2/Arguments/Times", json!(1)),
        (number, equal),
        ("/Steps/2/Arguments/Conditions/1/Times", json!(1)),
        (
            "/Steps/2/Arguments/Conditions/1/Conditions/0/Condition/Times",
            json!(1),
        ),
        ("/Steps/2/Arguments/ElseSteps/0/Arguments/Times", json!(1)),
        ("/Steps/3/Arguments/Times", json!(1)),
        ("/Steps/3/Arguments/Selector/Times", json!(1)),
        ("/Steps/4/DependsOn/0/Times", json!(1)),
        ("/Steps/0/Arguments/Environment/colour", join),
        ("/Steps/0/Arguments/Environment/colour", read),
    ] {
        refused(
            &added(pointer, value),
            "Unable to parse pipeline definition. Cannot parse object, unknown property 'Times'.",
        );
    }
}

#[test]
fn a_not_condition_has_a_condition() {
    let expression =
        json!({"Type": "Not", "Expression": {"Type": "Equals", "LeftValue": 1, "RightValue": 1}});
    refused(
        &with("/Steps/2/Arguments/Conditions/0", expression),
        "Cannot parse object, unknown property 'Expression'. (step 'Choose', Steps[2].Arguments.Conditions[0])",
    );
}

/// What only steps of other types have is unknown too, and so is what stands beside `Arguments` or within them and
/// belongs at the other place.
#[test]
fn a_step_has_the_members_of_its_type() {
    let policies = json!([{"ExceptionType": ["Step.THROTTLING"]}]);
    for (pointer, value, member) in [
        ("/Steps/4/RetryPolicies", policies.clone(), "RetryPolicies"),
        ("/Steps/1/RetryPolicies", policies.clone(), "RetryPolicies"),
        ("/Steps/2/RetryPolicies", policies, "RetryPolicies"),
        (
            "/Steps/2/CacheConfig",
            json!({"Enabled": true}),
            "CacheConfig",
        ),
        ("/Steps/4/PropertyFiles", json!([]), "PropertyFiles"),
        ("/Steps/2/IfSteps", json!([]), "IfSteps"),
        ("/Steps/3/ForEachBody", json!([]), "ForEachBody"),
        ("/Steps/0/FunctionArn", json!("f"), "FunctionArn"),
    ] {
        let quoted = format!("Cannot parse object, unknown property '{member}'.");
        refused(&added(pointer, value), &quoted);
    }
    // The inputs of a function are its own matter.
    assert_eq!(
        check(&added(
            "/Steps/4/Arguments",
            json!({"anything": [{"x": null}]})
        )),
        Ok(())
    );
}

/// The valid definition with a value set at a path, whose last key may be new.
fn added(pointer: &str, value: Value) -> String {
    let mut definition = sound();
    let (holder, key) = pointer.rsplit_once('/').expect("a path");
    match definition.pointer_mut(holder).expect("it is there") {
        Value::Array(items) => items[key.parse::<usize>().expect("a number")] = value,
        holder => holder[key] = value,
    }
    definition.to_string()
}
