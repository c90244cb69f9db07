//! What the Describe operations repeat of a step's arguments.

use super::*;
use crate::engine::SeededRandom;
use proptest::prelude::*;
use serde_json::Map;
use sluicegate_shapes::{self as shapes, NumberType, Shape, ShapeRef};

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

/// Texts for every pattern of the model: the first that matches is taken, beginning somewhere.
const TEXTS: [&str; 30] = [
    "a",
    "Name",
    "8",
    "0.5",
    "ml.m5.xlarge",
    "model/mine-1",
    "s3://bucket/key",
    "https://bucket.s3.amazonaws.com/key",
    "/opt/ml/path",
    "text/csv",
    "sha256:0000000000000000000000000000000000000000000000000000000000000000",
    "111122223333.dkr.ecr.eu-central-1.amazonaws.com/image:1",
    "arn:aws:iam::111122223333:role/any",
    "arn:aws:kms:eu-central-1:111122223333:key/k",
    "arn:aws:sns:eu-central-1:111122223333:topic",
    "arn:aws:sagemaker:eu-central-1:111122223333:model-package/group/1",
    "arn:aws:sagemaker:eu-central-1:111122223333:model-package-group/group",
    "arn:aws:sagemaker:eu-central-1:111122223333:algorithm/mine",
    "arn:aws:sagemaker:eu-central-1:111122223333:mlflow-app/app-ABCDEFGHIJKL",
    "arn:aws:sagemaker:eu-central-1:111122223333:mlflow-tracking-server/mine",
    "arn:aws:sagemaker:eu-central-1:aws:hub-content/Hub/Model/Name/1.0.0",
    "arn:aws:sagemaker:eu-central-1:111122223333:inference-component/mine",
    "arn:aws:lambda:eu-central-1:111122223333:function:mine",
    "arn:aws:fsx:eu-central-1:111122223333:file-system/fs-0",
    "arn:aws:sagemaker:eu-central-1:111122223333:training-plan/mine",
    "arn:aws:sagemaker:eu-central-1:111122223333:ml-reservation/mine",
    "fs-01234567",
    "sg-0123abcd",
    "1.0.0",
    "P1D",
];

/// A value that a shape allows; none where no text of the list fits.
fn value(shape: ShapeRef, random: SeededRandom, depth: u32) -> Option<Value> {
    let within = |name: &str, shape| value(shape, random.named(name), depth + 1);
    Some(match &*shape {
        Shape::Text(bounds, pattern) => {
            let start = random.between(0, TEXTS.len() as i64) as usize;
            let mut texts = TEXTS[start..].iter().chain(&TEXTS[..start]);
            let fits = |text: &&&str| {
                bounds.contain(text.len() as f64)
                    && pattern.as_ref().is_none_or(|pattern| pattern.matches(text))
            };
            json!(texts.find(fits)?)
        }
        Shape::Enum(values) => json!(random.pick(values)?),
        Shape::Boolean => json!(random.number().is_multiple_of(2)),
        Shape::Timestamp => json!(1_795_435_200.5),
        Shape::Number(kind, bounds) => {
            let low = bounds.min.unwrap_or(0.0).max(-1e6);
            let high = bounds.max.unwrap_or(1e6).min(low + 1e6);
            match kind.is_whole() {
                true => json!(random.between(low as i64, high as i64 + 1)),
                false if *kind == NumberType::Float => json!(low),
                false => json!(low + random.unit() * (high - low)),
            }
        }
        Shape::List(bounds, item) => {
            let least = bounds.min.unwrap_or(0.0).max(1.0) as i64;
            let most = (bounds.max.unwrap_or(3.0) as i64).min(least + 1);
            let count = random.named("count").between(least, most + 1);
            let items = (0..count).map(|index| within(&index.to_string(), *item));
            Value::Array(items.collect::<Option<_>>()?)
        }
        Shape::Map(_, key, item) => {
            let key = within("key", *key)?;
            json!({key.as_str()?: within("item", *item)?})
        }
        Shape::Structure(members) => {
            let mut values = Map::new();
            for member in members {
                // Deep structures would never end otherwise.
                let wanted = depth < 4 && !random.named(member.name).number().is_multiple_of(3);
                match within(member.name, member.shape) {
                    _ if !member.is_required && !wanted => {}
                    Some(value) => {
                        values.insert(member.name.to_owned(), value);
                    }
                    None if member.is_required => return None,
                    None => {}
                }
            }
            Value::Object(values)
        }
    })
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty)
}

/// Whether an answer has all of what was given; it may have more, such as defaults.
fn has(answer: &Value, given: &Value) -> bool {
    match (answer, given) {
        (Value::Object(answer), Value::Object(given)) => given.iter().all(|(name, given)| {
            let answer = answer.get(name);
            is_empty(given) || answer.is_some_and(|answer| has(answer, given))
        }),
        (Value::Array(answer), Value::Array(given)) => {
            answer.len() == given.len() && answer.iter().zip(given).all(|(a, g)| has(a, g))
        }
        _ => answer == given,
    }
}

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
