//! What steps refer to and depend on.

use super::*;

#[test]
fn references_to_missing_things_are_rejected() {
    let arguments = "/Steps/2/Arguments/IfSteps/0/Arguments/HyperParameters/path";
    for (what, quoted) in [
        (
            "Steps.Nobody.Arn",
            "names the step 'Nobody', which does not exist. (step 'Train', Steps[2].Arguments.IfSteps[0].Arguments.HyperParameters.path)",
        ),
        (
            "Parameters.Nobody",
            "names the parameter 'Nobody', which is not defined",
        ),
        ("Execution.Nonsense", "names nothing that exists"),
        ("Nonsense", "names nothing that exists"),
        ("ForEach.CurrentItem", "outside of the body of a ForEach"),
        ("IterationOutput.Body.Arn", "outside of a ForEach step"),
        (
            "Steps.Prepare.PropertyFiles.Other",
            "property file 'Other', which step 'Prepare' does not declare",
        ),
        (
            "Steps.Ask.OutputParameters['other']",
            "output parameter 'other', which step 'Ask' does not declare",
        ),
        (
            "Steps.Prepare.IterationOutputs[0].Body.Arn",
            "not a ForEach step",
        ),
    ] {
        refused(&with(arguments, json!({"Get": what})), quoted);
    }
    refused(
        &with("/Steps/1/DependsOn", json!(["Nobody"])),
        "DependsOn names the step 'Nobody', which does not exist. (step 'Ask', Steps[1].DependsOn[0])",
    );
    refused(
        &with("/Steps/4/DependsOn/0/Trigger", json!("Maybe")),
        "Value 'Maybe' for 'Trigger'",
    );
    refused(
        &with(
            "/PipelineExperimentConfig/TrialName",
            json!({"Get": "Parameters.Nobody"}),
        ),
        "(PipelineExperimentConfig.TrialName)",
    );
    refused(
        &with(arguments, json!({"Std:Split": {}})),
        "Unknown function 'Std:Split'",
    );
    refused(
        &with(arguments, json!({"Std:Join": {"On": "/"}})),
        "Values of Std:Join must be a list",
    );
}

#[test]
fn cycles_are_named() {
    refused(
        &with(
            "/Steps/0/Arguments/Environment/colour",
            json!({"Get": "Steps.Ask.Arn"}),
        ),
        "The steps form a cycle: Prepare → Ask → Prepare.",
    );
    refused(
        &with("/Steps/1/DependsOn", json!(["Ask"])),
        "The steps form a cycle: Ask → Ask.",
    );
    // The body of a ForEach waits for what waits for the ForEach.
    refused(
        &with(
            "/Steps/3/Arguments/ForEachBody/0/Arguments/HyperParameters/item",
            json!({"Get": "Steps.Last.Arn"}),
        ),
        "The steps form a cycle: Each → Last → Each.",
    );
}

#[test]
fn no_step_depends_on_a_fail_step() {
    let definition = |condition: Value| {
        let fail = json!({"Name": "FailStep", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}});
        json!({"Version": "2020-12-01", "Steps": [condition, fail]}).to_string()
    };
    let condition = |left: Value, depends_on: Value| {
        json!({"Name": "CondStep", "Type": "Condition", "DependsOn": depends_on, "Arguments": {
            "Conditions": [{"Type": "Equals", "LeftValue": left, "RightValue": 1}], "IfSteps": [], "ElseSteps": []}})
    };
    let refusal = "CondStep can not depends on FailStep";
    refused(
        &definition(condition(json!(1), json!(["FailStep"]))),
        refusal,
    );
    let whatever = json!([{"Step": "FailStep", "Trigger": "Any"}]);
    refused(&definition(condition(json!(1), whatever)), refusal);
    let message = json!({"Get": "Steps.FailStep.ErrorMessage"});
    refused(&definition(condition(message, json!([]))), refusal);
    assert_eq!(check(&definition(condition(json!(1), json!([])))), Ok(()));
}
