//! What follows for a parameter from the arguments that it is used for.

use crate::{Bounds, Definition, ValueError};

/// A definition with one parameter `P` and these steps.
fn definition(parameter: &str, steps: &str) -> Definition {
    Definition::read(&format!(
        r#"{{"Parameters": [{{"Name": "P", {parameter}}}], "Steps": [{steps}]}}"#
    ))
}

/// A step whose arguments are these, with `P` for the reference.
fn step(kind: &str, arguments: &str) -> String {
    let arguments = arguments.replace("P!", r#"{"Get": "Parameters.P"}"#);
    format!(r#"{{"Name": "S-{kind}", "Type": "{kind}", "Arguments": {arguments}}}"#)
}

fn check(definition: &Definition, value: &str) -> Result<String, ValueError> {
    definition.parameters[0].check(value)
}

const JOBS: &str =
    r#"{"HyperParameterTuningJobConfig": {"ResourceLimits": {"MaxParallelTrainingJobs": P!}}}"#;

#[test]
fn a_number_keeps_to_the_bounds_of_its_argument() {
    let tuning = definition(
        r#""Type": "Integer", "DefaultValue": 2"#,
        &step("Tuning", JOBS),
    );
    assert_eq!(tuning.parameters[0].range().min, Some(1.0));
    assert!(matches!(
        check(&tuning, "-4"),
        Err(ValueError::OutOfRange { argument, .. }) if argument == "MaxParallelTrainingJobs"
    ));
    assert!(check(&tuning, "0").is_err() && check(&tuning, "1").is_ok());

    let disk = definition(
        r#""Type": "Integer""#,
        &step(
            "Processing",
            r#"{"ProcessingResources": {"ClusterConfig": {"VolumeSizeInGB": P!}}}"#,
        ),
    );
    let bounds = disk.parameters[0].range();
    assert_eq!(
        bounds,
        Bounds {
            min: Some(1.0),
            max: Some(16_384.0)
        }
    );
}

#[test]
fn a_parameter_in_two_places_fits_both() {
    let both = [
        step("Tuning", JOBS),
        step(
            "Processing",
            r#"{"ProcessingResources": {"ClusterConfig": {"InstanceCount": P!}}}"#,
        ),
    ];
    let both = definition(r#""Type": "Integer", "DefaultValue": 1"#, &both.join(","));
    assert_eq!(both.parameters[0].constraints.len(), 2);
    let most = both.parameters[0].range().max.expect("of the instances");
    assert!(check(&both, &most.to_string()).is_ok());
    assert!(check(&both, &(most + 1.0).to_string()).is_err());
}

#[test]
fn text_keeps_to_the_pattern_and_the_values_of_its_argument() {
    let group = definition(
        r#""Type": "String", "DefaultValue": "churn""#,
        &step("RegisterModel", r#"{"ModelPackageGroupName": P!}"#),
    );
    assert!(matches!(
        check(&group, "My Group"),
        Err(ValueError::Pattern { .. })
    ));
    assert!(check(&group, "my-group").is_ok());
    let arn = "arn:aws:sagemaker:eu-central-1:111122223333:model-package-group/churn";
    assert!(check(&group, arn).is_ok());

    let status = definition(
        r#""Type": "String", "DefaultValue": "Approved""#,
        &step("RegisterModel", r#"{"ModelApprovalStatus": P!}"#),
    );
    assert_eq!(status.parameters[0].choices().len(), 3);
    assert!(matches!(
        check(&status, "approved"),
        Err(ValueError::NotAllowed { .. })
    ));
}

#[test]
fn instance_types_that_are_newer_than_the_model_fit() {
    let machine = definition(
        r#""Type": "String", "DefaultValue": "ml.m5.large""#,
        &step("Training", r#"{"ResourceConfig": {"InstanceType": P!}}"#),
    );
    assert!(check(&machine, "ml.x99z.128xlarge").is_ok());
    assert!(check(&machine, "ml.banana").is_err());
}

#[test]
fn what_is_uncertain_is_not_held_against_a_value() {
    let part = r#"{"ModelPackageGroupName": {"Std:Join": {"On": "-", "Values": ["a", P!]}}}"#;
    let unknown = r#"{"NoSuchMember": {"InstanceCount": P!}}"#;
    let default = r#"{"ResourceConfig": {"InstanceCount": P!}}"#;
    for (kind, parameter, arguments, value) in [
        ("RegisterModel", r#""Type": "String""#, part, "My Group"),
        ("Training", r#""Type": "Integer""#, unknown, "-4"),
        ("Lambda", r#""Type": "Integer""#, JOBS, "-4"),
        // The definition itself has a value outside of the model's bounds.
        (
            "Training",
            r#""Type": "Integer", "DefaultValue": -1"#,
            default,
            "-2",
        ),
    ] {
        let definition = definition(parameter, &step(kind, arguments));
        assert!(check(&definition, value).is_ok(), "{kind} {arguments}");
    }
}

#[test]
fn a_branch_that_the_parameter_itself_chooses_does_not_bind_it() {
    let endpoint = step(
        "EndpointConfig",
        r#"{"ProductionVariants": [{"InitialInstanceCount": P!}]}"#,
    );
    let condition = |left: &str| {
        let left = left.replace("P!", r#"{"Get": "Parameters.P"}"#);
        format!(
            r#"{{"Name": "C", "Type": "Condition", "Arguments": {{"Conditions": [{{"Type": "GreaterThan",
                "LeftValue": {left}, "RightValue": 0}}], "IfSteps": [{endpoint}], "ElseSteps": []}}}}"#
        )
    };
    let count = |left| definition(r#""Type": "Integer", "DefaultValue": 1"#, &condition(left));
    assert!(check(&count("P!"), "0").is_ok());
    assert!(check(&count("1"), "0").is_err());
}

#[test]
fn uses_that_exclude_each_other_bind_nothing() {
    let both = [
        step(
            "Training",
            r#"{"StoppingCondition": {"MaxRuntimeInSeconds": P!}}"#,
        ),
        step("RegisterModel", r#"{"ModelApprovalStatus": P!}"#),
        step(
            "Processing",
            r#"{"ProcessingInputs": [{"S3Input": {"S3InputMode": P!}}]}"#,
        ),
    ];
    let both = definition(r#""Type": "String""#, &both.join(","));
    assert_eq!(both.parameters[0].constraints, []);
    assert!(check(&both, "anything").is_ok());
}
