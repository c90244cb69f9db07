//! Whole definitions, and what is wrong with them. What `Arguments` may hold is in `arguments`, and for every shape of the
//! model in `properties`.

mod arguments;
mod closed;
mod graph;
mod properties;

use super::check;
use crate::seed::smallest::arguments;
use serde_json::{Value, json};

/// A valid definition with a step of most types.
fn sound() -> Value {
    json!({
        "Version": "2020-12-01",
        "Metadata": {},
        "Parameters": [
            {"Name": "Count", "Type": "Integer", "DefaultValue": 1},
            {"Name": "Colour", "Type": "String", "DefaultValue": "red", "EnumValues": ["red", "blue"]},
        ],
        "PipelineExperimentConfig": {"ExperimentName": {"Get": "Execution.PipelineName"}, "TrialName": {"Get": "Parameters.Colour"}},
        "Steps": [
            {"Name": "Prepare", "Type": "Processing",
             "Arguments": arguments("Processing", &json!({
                "ProcessingOutputConfig": {"Outputs": [{"OutputName": "report", "S3Output": {"S3Uri": "s3://reports", "S3UploadMode": "EndOfJob"}}]},
                "Environment": {"colour": {"Get": "Parameters.Colour"}},
                "StoppingCondition": {"MaxRuntimeInSeconds": {"Get": "Parameters.Count"}}})),
             "PropertyFiles": [{"PropertyFileName": "Report", "OutputName": "report", "FilePath": "report.json"}],
             "CacheConfig": {"Enabled": true, "ExpireAfter": "PT12H"},
             "RetryPolicies": [{"ExceptionType": ["Step.THROTTLING"], "IntervalSeconds": 5, "BackoffRate": 2.0, "MaxAttempts": 3}]},
            {"Name": "Ask", "Type": "Callback", "SqsQueueUrl": "https://sqs.example/ask", "Arguments": {},
             "OutputParameters": [{"OutputName": "answer", "OutputType": "String"}], "DependsOn": ["Prepare"]},
            {"Name": "Choose", "Type": "Condition", "Arguments": {
                "Conditions": [
                    {"Type": "LessThan", "LeftValue": {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.Prepare.PropertyFiles.Report"}, "Path": "a.b"}}, "RightValue": 6},
                    {"Type": "Or", "Conditions": [{"Type": "Not", "Condition": {"Type": "In", "QueryValue": {"Get": "Parameters.Colour"}, "Values": ["red"]}}]},
                ],
                "IfSteps": [{"Name": "Train", "Type": "Training", "Arguments": arguments("Training", &json!({
                    "HyperParameters": {"path": {"Std:Join": {"On": "/", "Values": ["s3:/", {"Get": "Steps.Ask.OutputParameters['answer']"}]}}}}))}],
                "ElseSteps": [{"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": "Too high"}}],
            }},
            {"Name": "Each", "Type": "ForEach", "Arguments": {
                "IterableItems": ["a", "b"], "MaxConcurrency": 2,
                "Selector": {"Pick": "MaxBy", "Field": {"Get": "IterationOutput.Body.Score"}},
                "ForEachBody": [{"Name": "Body", "Type": "Training", "Arguments": arguments("Training", &json!({
                    "HyperParameters": {"item": {"Get": "ForEach.CurrentItem"}}}))}]}},
            {"Name": "Last", "Type": "Lambda", "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
             "DependsOn": [{"Step": "Each", "Trigger": "Any"}]},
        ],
    })
}

/// The valid definition with one value replaced, or removed where the new one is null.
fn with(pointer: &str, value: Value) -> String {
    let mut definition = sound();
    let (holder, key) = pointer.rsplit_once('/').expect("a path");
    let holder = definition.pointer_mut(holder).expect("it is there");
    match (holder, value) {
        (Value::Object(members), Value::Null) => {
            members.remove(key);
        }
        (Value::Array(items), Value::Null) => {
            items.remove(key.parse().expect("a number"));
        }
        (Value::Array(items), value) if key == "-" => items.push(value),
        (holder, value) => *holder.pointer_mut(&format!("/{key}")).expect("there") = value,
    }
    definition.to_string()
}

#[track_caller]
fn refused(text: &str, quoted: &str) {
    let message = check(text).expect_err(quoted).to_string();
    assert!(
        message.contains(quoted),
        "{message}\nshould contain: {quoted}"
    );
    assert!(
        message.starts_with("Unable to parse pipeline definition. "),
        "{message}"
    );
}

#[test]
fn a_valid_definition_is_accepted() {
    assert_eq!(check(&sound().to_string()), Ok(()));
}

#[test]
fn every_definition_of_the_seeds_is_accepted() {
    use crate::seed::{Seed, SeedKind, arn_context};
    for kind in [SeedKind::Demo, SeedKind::Large] {
        for pipeline in &Seed::new(kind, 1_700_000_000_000, arn_context(None, None)).pipelines {
            for version in &pipeline.versions {
                assert_eq!(check(&version.definition), Ok(()), "{}", pipeline.name);
            }
        }
    }
}

#[test]
fn invalid_definitions_are_rejected_in_the_services_words() {
    refused("{", "The definition is not JSON. Line 1, column 2");
    refused("[]", "Expecting start of Json Object.");
    refused(
        &with("/Steps", json!({})),
        "Expecting start of Json Array. (Steps)",
    );
    refused(&with("/Steps", Value::Null), "Missing required key 'Steps'");
    refused(
        &with("/Version", json!("2021-01-01")),
        "Model Validation failed: Value '2021-01-01' for 'Version' failed to satisfy enum value set: [2020-12-01]",
    );
}

#[test]
fn parameters_are_of_their_types_and_named_once() {
    refused(
        &with("/Parameters/0/Type", json!("Number")),
        "enum value set: [String, Integer, Float, Boolean]",
    );
    refused(
        &with("/Parameters/0/DefaultValue", json!("1")),
        "Value '1' of parameter 'Count' is not of its type, Integer. (Parameters[0].DefaultValue)",
    );
    refused(
        &with("/Parameters/1/DefaultValue", json!("green")),
        "Value 'green' for 'DefaultValue'",
    );
    refused(
        &with("/Parameters/1/Name", json!("Count")),
        "Parameter names must be unique: 'Count'",
    );
    refused(
        &with("/Parameters/1/Name", json!("a b")),
        "regular expression pattern",
    );
    let many: Vec<Value> = (0..201)
        .map(|n| json!({"Name": format!("P{n}"), "Type": "String"}))
        .collect();
    refused(&with("/Parameters", json!(many)), "at most 200 parameters");
}

#[test]
fn names_of_steps_are_unique_over_all_nesting() {
    refused(
        &with("/Steps/2/Arguments/IfSteps/0/Name", json!("Prepare")),
        "Step names must be unique within the pipeline: 'Prepare' is also the name of Steps[0]. (step 'Prepare', Steps[2].Arguments.IfSteps[0])",
    );
    refused(
        &with("/Steps/4/Name", json!("a b")),
        "[A-Za-z0-9\\-_]{1,64} (step 'a b', Steps[4].Name)",
    );
    refused(
        &with("/Steps/4/Name", json!("x".repeat(65))),
        "with length=65 cannot be greater than max=64.0 defined for Name. (step",
    );
    refused(
        &with("/Steps/4/Name", Value::Null),
        "Missing required key 'Name'",
    );
    refused(
        &with("/Steps/4/Type", json!("Dance")),
        "Value 'Dance' for 'Type' failed to satisfy enum value set: [Training, ",
    );
    refused(
        &with("/Steps/-", json!("x")),
        "Expecting start of Json Object. (Steps[5])",
    );
}

#[test]
fn property_files_lie_in_outputs_of_their_step() {
    refused(
        &with("/Steps/0/PropertyFiles/0/OutputName", json!("other")),
        "Property file 'Report' lies in the output 'other', which the step does not have. (step 'Prepare', Steps[0].PropertyFiles[0].OutputName)",
    );
    refused(
        &with("/Steps/0/PropertyFiles/0/FilePath", Value::Null),
        "Missing required key 'FilePath'",
    );
}

#[test]
fn conditions_have_their_operands() {
    let first = "/Steps/2/Arguments/Conditions/0";
    refused(
        &with(&format!("{first}/Type"), json!("Near")),
        "Value 'Near' for 'Type'",
    );
    refused(
        &with(&format!("{first}/RightValue"), Value::Null),
        "Missing required key 'RightValue'. (step 'Choose', Steps[2].Arguments.Conditions[0])",
    );
    refused(
        &with(&format!("{first}/RightValue"), json!([1])),
        "compares single values",
    );
    refused(
        &with("/Steps/2/Arguments/Conditions", json!([])),
        "At least one condition",
    );
    let mut deep = json!({"Type": "Equals", "LeftValue": 1, "RightValue": 1});
    for _ in 0..40 {
        deep = json!({"Type": "Not", "Condition": deep});
    }
    refused(&with(first, deep), "more than 32 levels deep");
}

#[test]
fn for_each_bodies_contain_jobs_only() {
    refused(
        &with("/Steps/3/Arguments/MaxConcurrency", json!(51)),
        "between 1 and 50. (step 'Each', Steps[3].Arguments.MaxConcurrency)",
    );
    refused(
        &with("/Steps/3/Arguments/IterableItems", json!(vec![0; 101])),
        "at most 100 items",
    );
    refused(
        &with("/Steps/3/Arguments/ForEachBody", json!([])),
        "ForEachBody must hold at least one step",
    );
    let fail = json!({"Name": "No", "Type": "Fail", "Arguments": {"ErrorMessage": "x"}});
    refused(
        &with("/Steps/3/Arguments/ForEachBody/-", fail),
        "cannot hold a step of type Fail: 'No'",
    );
}

#[test]
fn steps_have_the_keys_that_their_types_require() {
    refused(
        &with("/Steps/3/Arguments/ForEachBody/0/Arguments", Value::Null),
        "Missing required key 'Arguments'",
    );
    refused(
        &with("/Steps/0/Arguments", json!([])),
        "Expecting start of Json Object. (step 'Prepare', Steps[0].Arguments)",
    );
    refused(
        &with("/Steps/1/SqsQueueUrl", Value::Null),
        "Missing required key 'SqsQueueUrl'",
    );
    refused(
        &with("/Steps/4/FunctionArn", Value::Null),
        "Missing required key 'FunctionArn'",
    );
    refused(
        &with("/Steps/2/Arguments/ElseSteps/0/Arguments", json!({})),
        "Missing required key 'ErrorMessage'",
    );
    let outputs: Vec<Value> = (0..51)
        .map(|n| json!({"OutputName": format!("o{n}"), "OutputType": "String"}))
        .collect();
    refused(
        &with("/Steps/1/OutputParameters", json!(outputs)),
        "at most 50 output parameters",
    );
    refused(
        &with("/Steps/1/OutputParameters/0/OutputType", json!("Text")),
        "Value 'Text' for 'OutputType'",
    );
}

#[test]
fn retry_and_cache_settings_have_bounds() {
    let policy = "/Steps/0/RetryPolicies/0";
    refused(
        &with(&format!("{policy}/MaxAttempts"), json!(21)),
        "between 1 and 20",
    );
    refused(
        &with(&format!("{policy}/IntervalSeconds"), json!(43_201)),
        "between 1 and 43200",
    );
    refused(
        &with(&format!("{policy}/ExceptionType"), json!(["Step.NONSENSE"])),
        "Value 'Step.NONSENSE' for 'ExceptionType'",
    );
    let both = json!({"ExceptionType": "Step.THROTTLING", "MaxAttempts": 1, "ExpireAfterMin": 1});
    refused(
        &with(policy, both),
        "Only one of MaxAttempts and ExpireAfterMin",
    );
    refused(
        &with("/Steps/0/CacheConfig/Enabled", json!("yes")),
        "Expecting a Boolean, but found a string",
    );
    refused(
        &with("/Steps/0/CacheConfig/ExpireAfter", json!("soon")),
        "not an ISO 8601 duration",
    );
    for length in [
        "P30D",
        "T12H",
        "30d",
        "PT1H",
        "P1Y2M3DT4H5M6S",
        "5y",
        "T16m",
        "30dT5h",
        "P30M",
        "1y",
        "1w",
        "1y30d",
    ] {
        assert_eq!(
            check(&with("/Steps/0/CacheConfig/ExpireAfter", json!(length))),
            Ok(()),
            "{length}"
        );
    }
}

#[test]
fn what_json_leaves_to_its_reader_is_decided() {
    let text = sound().to_string();
    refused(
        &format!("\u{feff}{text}"),
        "The definition is not JSON. Line 1, column 1: a byte order mark",
    );
    let twice = text.replacen("\"Metadata\":{}", "\"Metadata\":{},\"Metadata\":{}", 1);
    refused(
        &twice,
        "An object has the member 'Metadata' more than once.",
    );
    let twice = text.replacen("\"Enabled\":true", "\"Enabled\":true,\"Enabled\":false", 1);
    refused(&twice, "An object has the member 'Enabled' more than once.");
    // The SDK writes null for what is not given.
    let mut definition = sound();
    definition["PipelineExperimentConfig"] = Value::Null;
    definition["MlflowConfig"] = Value::Null;
    definition["Parameters"][0]["DefaultValue"] = Value::Null;
    definition["Steps"][1]["DependsOn"] = Value::Null;
    definition["Steps"][0]["Arguments"]["NetworkConfig"] = Value::Null;
    assert_eq!(check(&definition.to_string()), Ok(()));
    definition["Steps"][0]["Arguments"]["AppSpecification"] = Value::Null;
    refused(
        &definition.to_string(),
        "Missing required key 'AppSpecification'",
    );
}

#[test]
fn the_deepest_nesting_is_walked_without_recursion() {
    let deep = format!(
        "{}{{\"Get\":\"Parameters.No\"}}{}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let text = sound().to_string().replace("\"red\",\"blue\"", "\"red\"");
    let text = text.replace("{\"Get\":\"ForEach.CurrentItem\"}", &deep);
    refused(&text, "names the parameter 'No'");
}
