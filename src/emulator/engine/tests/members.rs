//! What the Describe operations repeat of a step's arguments.

use super::*;
use crate::engine::SeededRandom;
use crate::tests::samples::{has, is_empty, value};
use proptest::prelude::*;
use serde_json::Map;
use sluicegate_shapes::{self as shapes, ShapeRef};

/// Types of steps, and the Create and Describe operations of what they make.
const OPERATIONS: [(&str, &str, &str); 12] = [
    ("Training", "CreateTrainingJob", "DescribeTrainingJob"),
    ("Processing", "CreateProcessingJob", "DescribeProcessingJob"),
    (
        "QualityCheck",
        "CreateProcessingJob",
        "DescribeProcessingJob",
    ),
    ("Transform", "CreateTransformJob", "DescribeTransformJob"),
    (
        "Tuning",
        "CreateHyperParameterTuningJob",
        "DescribeHyperParameterTuningJob",
    ),
    ("AutoML", "CreateAutoMLJob", "DescribeAutoMLJob"),
    ("AutoML", "CreateAutoMLJobV2", "DescribeAutoMLJobV2"),
    ("Model", "CreateModel", "DescribeModel"),
    (
        "RegisterModel",
        "CreateModelPackage",
        "DescribeModelPackage",
    ),
    (
        "EndpointConfig",
        "CreateEndpointConfig",
        "DescribeEndpointConfig",
    ),
    ("Endpoint", "CreateEndpoint", "DescribeEndpoint"),
    (
        "InferenceComponent",
        "CreateInferenceComponent",
        "DescribeInferenceComponent",
    ),
];

/// Members whose value in the answer is another one by nature: names that get a suffix, and what an inference component
/// has of its containers and copies.
const OTHERWISE: [&str; 11] = [
    "TrainingJobName",
    "ProcessingJobName",
    "HyperParameterTuningJobName",
    "AutoMLJobName",
    "TransformJobName",
    "ModelPackageName",
    "EndpointConfigName",
    "ModelPackageGroupName",
    "Specification",
    "Specifications",
    "RuntimeConfig",
];

/// The members of both operations, with their shapes in the request.
fn repeated(create: &str, describe: &str) -> Vec<(&'static str, ShapeRef)> {
    let input = shapes::operation(create).expect(create).input;
    let output = shapes::operation(describe).and_then(|shapes| shapes.output);
    let output = output.expect(describe);
    let members = input.get().members().iter();
    members
        .filter(|member| {
            let is_otherwise = OTHERWISE.contains(&member.name)
                || (create, member.name) == ("CreateModel", "ModelName");
            output.member(member.name).is_some() && !is_otherwise
        })
        .map(|member| (member.name, member.shape))
        .collect()
}

/// The answer about what a step of this type with these arguments made.
fn answer(kind: &str, arguments: Value) -> Value {
    let steps = json!([{"Name": "Only", "Type": kind, "Arguments": arguments}]);
    let run = run(&program(steps), spec());
    run.described("Only", 1.0).expect("a description")
}

#[test]
fn every_member_of_every_create_operation_comes_back() {
    let mut missing = Vec::new();
    for (kind, create, describe) in OPERATIONS {
        for (name, shape) in repeated(create, describe) {
            let random = SeededRandom::from_seed(1).named(name);
            let given = (0..40).find_map(|attempt| {
                let given = value(shape, random.with(attempt), 0);
                given.filter(|given| !is_empty(given))
            });
            let given = given.unwrap_or_else(|| panic!("no value for {create} {name}"));
            let answer = answer(kind, json!({name: given}));
            if !has(&answer[name], &given) {
                missing.push(format!("{create} {name}: {given} is {}", answer[name]));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn members_that_other_operations_share_have_the_values_of_today() {
    let package = answer(
        "RegisterModel",
        json!({
            "ModelPackageGroupName": "arn:aws:sagemaker:eu-central-1:111122223333:model-package-group/Mine",
            "ModelMetrics": {"Bias": {"Report": {"ContentType": "application/json", "S3Uri": "s3://b/bias.json"}}},
            "CertifyForMarketplace": true,
        }),
    );
    assert_eq!(package["ModelPackageGroupName"], "Mine");
    assert_eq!(package["CertifyForMarketplace"], true);
    assert_eq!(
        package["ModelMetrics"]["Bias"]["Report"]["S3Uri"],
        "s3://b/bias.json"
    );
    let component = answer(
        "InferenceComponent",
        json!({"Specification": {"ModelName": "m", "Container": {"Image": "image:1", "Environment": {"A": "b"}}}}),
    );
    let image = json!({"SpecifiedImage": "image:1", "ResolvedImage": "image:1"});
    let container = json!({"DeployedImage": image, "Environment": {"A": "b"}});
    assert_eq!(component["Specification"]["Container"], container);
    let training = answer(
        "Training",
        json!({"StoppingCondition": {"MaxWaitTimeInSeconds": 90_000}}),
    );
    assert_eq!(
        training["StoppingCondition"],
        json!({"MaxRuntimeInSeconds": 86_400, "MaxWaitTimeInSeconds": 90_000})
    );
}

/// The values that AWS's own tests of the SDK expect of a job with rules, and the documented default of the interval.
#[test]
fn what_watches_a_job_has_its_defaults() {
    let rule = json!({"RuleConfigurationName": "r", "RuleEvaluatorImage": "image:1"});
    let profiled = |config: Value| {
        answer(
            "Training",
            json!({"DebugRuleConfigurations": [rule], "ProfilerRuleConfigurations": [rule], "ProfilerConfig": config}),
        )
    };
    let watched = profiled(json!({"S3OutputPath": "s3://b/profile"}));
    assert_eq!(watched["DebugRuleConfigurations"][0]["VolumeSizeInGB"], 0);
    assert_eq!(
        watched["ProfilerRuleConfigurations"][0]["VolumeSizeInGB"],
        0
    );
    assert_eq!(watched["ProfilingStatus"], "Enabled");
    assert_eq!(
        watched["ProfilerConfig"]["ProfilingIntervalInMilliseconds"],
        500
    );
    let unwatched = profiled(json!({"DisableProfiler": true}));
    assert_eq!(unwatched["ProfilingStatus"], "Disabled");
    assert_eq!(
        unwatched["ProfilerConfig"],
        json!({"DisableProfiler": true})
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_arguments_come_back(seed: u64, operation in 0..OPERATIONS.len()) {
        let (kind, create, describe) = OPERATIONS[operation];
        let random = SeededRandom::from_seed(seed);
        let mut arguments = Map::new();
        for (name, shape) in repeated(create, describe) {
            let random = random.named(name);
            if random.number().is_multiple_of(2)
                && let Some(given) = value(shape, random, 0)
            {
                arguments.insert(name.to_owned(), given);
            }
        }
        let arguments = Value::Object(arguments);
        let answer = answer(kind, arguments.clone());
        prop_assert!(has(&answer, &arguments), "{} of {} gives {}", kind, arguments, answer);
    }
}
