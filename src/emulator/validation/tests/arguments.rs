//! `Arguments` against the model, with the cases that people reported.

use super::*;

/// A definition with one step and parameters of each type.
fn one(kind: &str, arguments: Value) -> String {
    json!({
        "Version": "2020-12-01",
        "Parameters": [
            {"Name": "Text", "Type": "String", "DefaultValue": "a"},
            {"Name": "Count", "Type": "Integer", "DefaultValue": 1},
            {"Name": "Share", "Type": "Float", "DefaultValue": 0.5},
            {"Name": "Flag", "Type": "Boolean", "DefaultValue": true},
        ],
        "Steps": [
            {"Name": "Before", "Type": "Processing", "Arguments": super::arguments("Processing", &Value::Null)},
            {"Name": "One", "Type": kind, "Arguments": arguments},
        ],
    })
    .to_string()
}

/// The smallest processing job with these members.
fn processing(more: Value) -> String {
    one("Processing", super::arguments("Processing", &more))
}

fn training(more: Value) -> String {
    one("Training", super::arguments("Training", &more))
}

#[track_caller]
fn accepted(text: &str) {
    assert_eq!(check(text), Ok(()));
}

#[track_caller]
fn refusal(text: &str) -> String {
    check(text).expect_err("refused").to_string()
}

fn container(arguments: Value) -> Value {
    json!({"AppSpecification": {"ImageUri": "image", "ContainerArguments": arguments}})
}

/// aws/sagemaker-python-sdk#4867, #2631, #2425.
#[test]
fn a_parameter_has_the_type_of_its_argument() {
    for (parameter, is_text) in [
        ("Text", true),
        ("Count", false),
        ("Share", false),
        ("Flag", false),
    ] {
        let reference = json!({"Get": format!("Parameters.{parameter}")});
        let text = processing(container(json!(["--until", reference])));
        match is_text {
            true => accepted(&text),
            false => assert_eq!(
                refusal(&text),
                format!(
                    "Cannot assign property reference [Parameters.{parameter}] to argument of type [String]. (step \
                     'One', Steps[1].Arguments.AppSpecification.ContainerArguments[1])"
                )
            ),
        }
        // What the SDK's to_string() makes of it.
        let joined = json!({"Std:Join": {"On": "", "Values": [reference]}});
        accepted(&processing(container(json!([joined]))));
    }
    let limit =
        |value: Value| training(json!({"StoppingCondition": {"MaxRuntimeInSeconds": value}}));
    accepted(&limit(json!({"Get": "Parameters.Count"})));
    assert_eq!(
        refusal(&limit(json!({"Get": "Parameters.Text"}))),
        "Cannot assign property reference [Parameters.Text] to argument of type [Integer]. (step 'One', \
         Steps[1].Arguments.StoppingCondition.MaxRuntimeInSeconds)"
    );
    assert!(refusal(&limit(json!({"Get": "Parameters.Share"}))).contains("of type [Integer]"));
    assert!(
        refusal(&limit(json!({"Std:Join": {"On": "", "Values": ["1"]}})))
            .contains("function [Std:Join]")
    );
    let isolated = |value: Value| training(json!({"EnableNetworkIsolation": value}));
    accepted(&isolated(json!({"Get": "Parameters.Flag"})));
    assert!(refusal(&isolated(json!({"Get": "Parameters.Text"}))).contains("of type [Boolean]"));
}

/// aws/sagemaker-python-sdk#2345.
#[test]
fn a_parameter_is_no_list() {
    let network = |ids: Value| {
        processing(
            json!({"NetworkConfig": {"VpcConfig": {"SecurityGroupIds": ids, "Subnets": ["subnet-1"]}}}),
        )
    };
    accepted(&network(json!([{"Get": "Parameters.Text"}])));
    refused(
        &network(json!({"Get": "Parameters.Text"})),
        "Unable to parse pipeline definition. Expecting start of Json Array. (step 'One', \
         Steps[1].Arguments.NetworkConfig.VpcConfig.SecurityGroupIds)",
    );
    refused(&network(json!("sg-1")), "Expecting start of Json Array.");
}

/// aws/sagemaker-python-sdk#3472, #4994, #6156, and what the SDK itself leaves out.
#[test]
fn unknown_members_are_named() {
    refused(
        &one("RegisterModel", json!({"ModelPackageName": "m"})),
        "Unable to parse pipeline definition. Unknown Argument member 'ModelPackageName'.",
    );
    refused(
        &one("RegisterModel", json!({"CertifyForMarketplace": false})),
        "Unknown Argument member 'CertifyForMarketplace'.",
    );
    for member in ["AdditionalModelDataSources", "ModelDataUri"] {
        refused(
            &one(
                "Model",
                json!({"PrimaryContainer": {"Image": "image", member: []}}),
            ),
            &format!(
                "Unknown Argument member '{member}'. (step 'One', Steps[1].Arguments.PrimaryContainer.{member})"
            ),
        );
    }
    refused(
        &training(json!({"Tags": [{"key": "project", "value": "x"}]})),
        "Unknown Argument member 'key'.",
    );
    refused(
        &training(json!({"input_data": {}})),
        "Unknown Argument member 'input_data'.",
    );
    let channel = json!({"Get": "Parameters.Text"});
    refused(
        &training(json!({"ResourceConfig": channel})),
        "Unknown Argument member 'Get'.",
    );
}

/// aws/sagemaker-python-sdk#6156, #2554.
#[test]
fn lists_have_their_lengths() {
    refused(
        &training(json!({"InputDataConfig": []})),
        "Unable to parse pipeline definition. Model Validation failed: Length of container InputDataConfig=0 cannot \
         be less than min=1.",
    );
    let input = |number: usize| json!({"InputName": format!("i{number}"), "S3Input": {"S3Uri": "s3://bucket", "S3DataType": "S3Prefix"}});
    let inputs = |count: usize| {
        processing(json!({"ProcessingInputs": (0..count).map(input).collect::<Vec<_>>()}))
    };
    accepted(&inputs(10));
    refused(
        &inputs(11),
        "Length of container ProcessingInputs=11 cannot be greater than max=10.",
    );
}

/// aws/sagemaker-python-sdk#3908.
#[test]
fn a_string_is_no_object() {
    let automl = |target: Value| {
        one(
            "AutoML",
            json!({
                "InputDataConfig": [{"DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket"}}, "TargetAttributeName": "y"}],
                "OutputDataConfig": {"S3OutputPath": "s3://bucket"},
                "AutoMLJobObjective": target,
                "ProblemType": "Regression",
            }),
        )
    };
    accepted(&automl(json!({"MetricName": "MSE"})));
    refused(
        &automl(json!("MSE")),
        "Unable to parse pipeline definition. Expecting start of Json Object. (step 'One', \
         Steps[1].Arguments.AutoMLJobObjective)",
    );
}

/// aws/sagemaker-python-sdk#5224, #5099.
#[test]
fn strings_have_their_lengths() {
    let long = "x".repeat(600);
    refused(
        &processing(container(json!([long]))),
        "with length=600 cannot be greater than max=256.0 defined for ContainerArgument.",
    );
    refused(
        &processing(json!({"ProcessingJobName": "x".repeat(91)})),
        "with length=91 cannot be greater than max=63.0 defined for ProcessingJobName.",
    );
    refused(
        &training(json!({"RoleArn": "DummyRole"})),
        "string 'DummyRole' with length=9 cannot be less than min=20.0 defined for RoleArn.",
    );
}

#[test]
fn enumerations_and_numbers_are_the_models() {
    let input = |mode: &str| {
        let source = json!({"S3Uri": "s3://bucket", "S3DataType": "S3Prefix", "S3InputMode": mode});
        processing(json!({"ProcessingInputs": [{"InputName": "i", "S3Input": source}]}))
    };
    accepted(&input("File"));
    refused(
        &input("FastFile"),
        "Model Validation failed: Value 'FastFile' for 'ProcessingS3InputMode' failed to satisfy enum value set: [Pipe, File]",
    );
    let volume = |size: Value| {
        training(
            json!({"ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": size}}),
        )
    };
    accepted(&volume(json!(1)));
    refused(
        &volume(json!(-1)),
        "number -1 cannot be less than min=0 defined for OptionalVolumeSizeInGB.",
    );
    refused(
        &volume(json!("30")),
        "Expecting a value of type [Integer], but found a string.",
    );
    refused(
        &volume(json!(1.5)),
        "Expecting a value of type [Integer], but found 1.5.",
    );
    refused(&volume(json!(3e9)), "Expecting a value of type [Integer]");
    refused(
        &training(json!({"HyperParameters": {"epochs": 3}})),
        "Expecting a value of type [String], but found a number.",
    );
    refused(
        &training(json!({"OutputDataConfig": {}})),
        "Missing required key 'S3OutputPath'.",
    );
}

/// aws/sagemaker-python-sdk, tests/integ/sagemaker/workflow/test_model_create_and_registration.py: the first two are
/// created.
#[test]
fn no_argument_has_to_match_a_pattern() {
    let source =
        json!({"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "/home/me/model.tar.gz"}});
    accepted(&training(
        json!({"InputDataConfig": [{"ChannelName": "model", "DataSource": source}]}),
    ));
    let specification = json!({
        "Containers": [{"Image": "image"}],
        "SupportedContentTypes": ["*"],
        "SupportedResponseMIMETypes": ["*"],
    });
    accepted(&one(
        "RegisterModel",
        json!({"ModelPackageGroupName": "g", "InferenceSpecification": specification}),
    ));
    accepted(&training(
        json!({"RoleArn": "arn:aws:iam::1:role/no-account"}),
    ));
}

/// What a pipeline gives by itself: names, and its role. A Transform step has to name its model.
#[test]
fn names_and_roles_may_be_left_out() {
    for kind in ["Processing", "Training", "Transform", "Tuning"] {
        accepted(&one(kind, super::arguments(kind, &Value::Null)));
    }
    let mut transform = super::arguments("Transform", &json!({"ModelName": "-"}));
    accepted(&one("Transform", transform.clone()));
    transform["ModelName"] = Value::Null;
    refused(
        &one("Transform", transform),
        "Missing required key 'ModelName'.",
    );
    refused(
        &one("Training", json!({})),
        "Missing required key 'OutputDataConfig'.",
    );
}

/// An AutoML step takes the arguments of either operation.
#[test]
fn automl_has_two_requests() {
    let input = json!([{"ChannelType": "training", "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket"}}}]);
    let second = json!({
        "AutoMLJobInputDataConfig": input,
        "OutputDataConfig": {"S3OutputPath": "s3://bucket"},
        "AutoMLProblemTypeConfig": {"TabularJobConfig": {"TargetAttributeName": "y"}},
    });
    accepted(&one("AutoML", second.clone()));
    let mut mixed = second;
    mixed["ProblemType"] = json!("Regression");
    refused(
        &one("AutoML", mixed),
        "Unknown Argument member 'ProblemType'.",
    );
}

#[test]
fn a_property_has_the_type_of_its_argument() {
    let limit = |reference: &str| {
        training(json!({"StoppingCondition": {"MaxRuntimeInSeconds": {"Get": reference}}}))
    };
    accepted(&limit("Steps.Before.StoppingCondition.MaxRuntimeInSeconds"));
    refused_assignment(&limit("Steps.Before.ProcessingJobName"));
    refused_assignment(&limit("Execution.PipelineName"));
    let environment = |reference: &str| training(json!({"Environment": {"x": {"Get": reference}}}));
    accepted(&environment(
        "Steps.Before.ProcessingOutputConfig.Outputs['a'].S3Output.S3Uri",
    ));
    refused_assignment(&environment(
        "Steps.Before.ProcessingResources.ClusterConfig.InstanceCount",
    ));
    refused_assignment(&environment("Steps.Before.ProcessingInputs"));
    let arguments = |reference: &str| processing(container(json!({"Get": reference})));
    accepted(&arguments(
        "Steps.Before.AppSpecification.ContainerArguments",
    ));
    refused(
        &arguments("Steps.Before.ProcessingJobName"),
        "Expecting start of Json Array.",
    );
}

#[track_caller]
fn refused_assignment(text: &str) {
    let message = refusal(text);
    assert!(
        message.starts_with("Cannot assign property reference ["),
        "{message}"
    );
}
