//! Names of what steps make.

use super::*;
use proptest::prelude::*;
use sluicegate_shapes::{self as shapes, Shape};

/// Every type of step that makes something, its Describe operation and the member with the name.
const MAKERS: [(&str, &str, &str); 11] = [
    ("Training", "DescribeTrainingJob", "TrainingJobName"),
    ("Processing", "DescribeProcessingJob", "ProcessingJobName"),
    ("QualityCheck", "DescribeProcessingJob", "ProcessingJobName"),
    ("ClarifyCheck", "DescribeProcessingJob", "ProcessingJobName"),
    ("Transform", "DescribeTransformJob", "TransformJobName"),
    (
        "Tuning",
        "DescribeHyperParameterTuningJob",
        "HyperParameterTuningJobName",
    ),
    ("AutoML", "DescribeAutoMLJobV2", "AutoMLJobName"),
    ("Model", "DescribeModel", "ModelName"),
    ("RegisterModel", "DescribeModelPackage", "ModelPackageName"),
    (
        "EndpointConfig",
        "DescribeEndpointConfig",
        "EndpointConfigName",
    ),
    ("Endpoint", "DescribeEndpoint", "EndpointName"),
];

/// The name of what the only step of a pipeline made.
fn made(kind: &str, member: &str, step: &str, arguments: Value) -> String {
    let steps = json!([{"Name": step, "Type": kind, "Arguments": arguments}]);
    let run = run(&program(steps), spec());
    let answer = run.described(step, 1.0).expect("a description");
    answer[member].as_str().expect("a name").to_owned()
}

#[test]
fn names_have_the_execution_the_step_and_a_random_part() {
    let step = "A_Step-With-A-Long-Name";
    let name = |kind, member| made(kind, member, step, json!({}));
    let begins = "pipelines-abcdefghijkl-A-Step-With-A-Long-N-";
    for (kind, member) in [
        ("Training", "TrainingJobName"),
        ("Model", "ModelName"),
        ("EndpointConfig", "EndpointConfigName"),
        ("Endpoint", "EndpointName"),
        ("RegisterModel", "ModelPackageName"),
    ] {
        let name = name(kind, member);
        assert!(name.starts_with(begins), "{kind}: {name}");
        assert_eq!(name.len(), begins.len() + 10, "{kind}: {name}");
    }
    let tuning = name("Tuning", "HyperParameterTuningJobName");
    assert!(tuning.starts_with("abcdefghijkl-A-Step-"), "{tuning}");
}

#[test]
fn a_name_in_the_definition_is_a_prefix_except_of_an_endpoint() {
    for (kind, _, member) in MAKERS {
        let name = made(kind, member, "Step", json!({member: "My_Name"}));
        match kind {
            "Endpoint" => assert_eq!(name, "My-Name"),
            _ => {
                assert!(name.starts_with("My-Name-abcdefghijkl-"), "{kind}: {name}");
                assert!(name.ends_with("-0"), "{kind}: {name}");
            }
        }
    }
    let tuning = "HyperParameterTuningJobName";
    let name = made(
        "Tuning",
        tuning,
        "Tune",
        json!({tuning: "MyTuningJobPrefix"}),
    );
    assert!(name.starts_with("MyTuningJo-abcdefghijkl-"), "{name}");
    assert_eq!(name.len(), 32, "{name}");
}

#[test]
fn a_custom_prefix_is_followed_by_the_number_of_failures() {
    let steps = json!([{
        "Name": "Train", "Type": "Training", "Arguments": {"TrainingJobName": "mine"},
        "RetryPolicies": [{"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"], "MaxAttempts": 3}],
    }]);
    let script = ScriptedOutcome {
        step: "Train".to_owned(),
        attempts: 2,
        reason: "InternalServerError: We encountered an internal error.".to_owned(),
        ..ScriptedOutcome::default()
    };
    let spec = StartSpec {
        outcomes: vec![script],
        ..spec()
    };
    let run = run(&program(steps), spec);
    let answer = run.described("Train", 1.0).expect("a description");
    let name = answer["TrainingJobName"].as_str().expect("a name");
    assert!(name.starts_with("mine-abcdefghijkl-"), "{name}");
    assert!(name.ends_with("-2"), "{name}");
}

#[test]
fn a_package_of_no_group_has_no_version() {
    let steps = json!([{"Name": "Register_It", "Type": "RegisterModel", "Arguments": {}}]);
    let mut run = run(&program(steps), spec());
    run.version_packages(&mut |group| {
        assert_eq!(group, None);
        1
    });
    let answer = run.described("Register_It", 1.0).expect("a description");
    let name = answer["ModelPackageName"].as_str().expect("a name");
    assert!(
        name.starts_with("pipelines-abcdefghijkl-Register-It-"),
        "{name}"
    );
    for member in ["ModelPackageGroupName", "ModelPackageVersion"] {
        assert_eq!(answer[member], Value::Null, "{member}");
    }
    let arn = format!("arn:aws:sagemaker:eu-central-1:111122223333:model-package/{name}");
    assert_eq!(answer["ModelPackageArn"], arn);
    let Some(Metadata::RegisterModel { arn: listed }) = record(&run, "Register_It").metadata else {
        panic!("a package")
    };
    assert_eq!(listed, arn);
}

#[test]
fn endpoints_keep_the_case_of_their_names_in_their_arns_and_models_do_not() {
    for (kind, member, arn_member, resource) in [
        ("Model", "ModelName", "ModelArn", "model"),
        ("Endpoint", "EndpointName", "EndpointArn", "endpoint"),
        (
            "EndpointConfig",
            "EndpointConfigName",
            "EndpointConfigArn",
            "endpoint-config",
        ),
    ] {
        let steps = json!([{"Name": "Mixed-Case", "Type": kind, "Arguments": {}}]);
        let run = run(&program(steps), spec());
        let answer = run.described("Mixed-Case", 1.0).expect("a description");
        let name = answer[member].as_str().expect("a name");
        assert!(name.contains("-Mixed-Case-"), "{name}");
        let arn = answer[arn_member].as_str().expect("an ARN");
        let (_, named) = arn
            .split_once(&format!(":{resource}/"))
            .expect("a resource");
        match kind {
            "Model" => assert_eq!(named, name.to_lowercase()),
            _ => assert_eq!(named, name),
        }
    }
}

proptest! {
    #[test]
    fn any_step_and_any_prefix_give_names_that_the_service_accepts(
        step in "[A-Za-z0-9][A-Za-z0-9_-]{0,63}",
        prefix in proptest::option::of(".{0,70}"),
        attempts in 0u32..20,
    ) {
        for (kind, operation, member) in MAKERS {
            let arguments = prefix.as_ref().map_or_else(|| json!({}), |prefix| json!({member: prefix}));
            let steps = json!([{
                "Name": step, "Type": kind, "Arguments": arguments,
                "RetryPolicies": [{"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 20, "BackoffRate": 1.0}],
            }]);
            let script = ScriptedOutcome {
                step: step.clone(),
                attempts,
                reason: "ThrottlingException: Rate exceeded".to_owned(),
                ..ScriptedOutcome::default()
            };
            let run = run(&program(steps), StartSpec { outcomes: vec![script], ..spec() });
            let answer = run.described(&step, 1.0).expect("a description");
            let name = answer[member].as_str().expect("a name");
            let output = shapes::operation(operation).and_then(|shapes| shapes.output);
            let shape = output.and_then(|output| output.member(member)).expect("a member");
            let Shape::Text(bounds, Some(pattern)) = &*shape else {
                panic!("{shape:?} has no pattern");
            };
            prop_assert!(pattern.matches(name), "{} {}", kind, name);
            prop_assert!(bounds.contain(name.len() as f64), "{} {}", kind, name);
        }
    }
}
