use std::collections::HashSet;

use super::*;

/// The members of `PipelineExecutionStepMetadata` in the API's model.
const API_MEMBERS: [&str; 27] = [
    "TrainingJob",
    "ProcessingJob",
    "TransformJob",
    "TuningJob",
    "Model",
    "RegisterModel",
    "Condition",
    "Callback",
    "Lambda",
    "EMR",
    "EMRServerless",
    "QualityCheck",
    "ClarifyCheck",
    "Fail",
    "AutoMLJob",
    "Endpoint",
    "EndpointConfig",
    "BedrockCustomModel",
    "BedrockCustomModelDeployment",
    "BedrockProvisionedModelThroughput",
    "BedrockModelImport",
    "InferenceComponent",
    "Lineage",
    "Job",
    "Athena",
    "Cleanup",
    "ForEach",
];

fn located(resource: StepResource, arn: &str) -> (String, Option<String>) {
    let arn = Arn::parse(arn).expect("an ARN");
    let logs = resource.log_location(&arn).expect("a log");
    (logs.group, logs.stream_prefix)
}

#[test]
fn every_member_of_the_api_is_known_and_written_as_it_was_read() {
    for name in API_MEMBERS {
        let member = StepMember::parse(name);
        assert!(!matches!(member, StepMember::Other(_)), "{name}");
        assert_eq!(member.as_str(), name);
    }
    let known = StepResource::ALL.len() + StepMember::WITHOUT_RESOURCE.len();
    assert_eq!(known, API_MEMBERS.len());
}

#[test]
fn an_unknown_member_is_kept_as_it_came() {
    let member = StepMember::parse("QuantumJob");
    assert_eq!(member, StepMember::Other("QuantumJob".to_owned()));
    assert_eq!((member.as_str(), member.resource()), ("QuantumJob", None));
}

#[test]
fn no_two_resources_share_a_member() {
    let members: HashSet<_> = StepResource::ALL.map(StepResource::member).into();
    assert_eq!(members.len(), StepResource::ALL.len());
}

#[test]
fn whatever_is_described_or_linked_has_a_type_in_its_arn() {
    for resource in StepResource::ALL {
        if resource.describe_operation().is_some() || resource.console_page().is_some() {
            assert!(resource.arn_type().is_some(), "{resource:?}");
        }
    }
}

#[test]
fn a_resource_is_recognised_by_its_arn() {
    let of = |text: &str| StepResource::of_arn(&Arn::parse(text).expect("an ARN"));
    let package = "arn:aws:sagemaker:eu-central-1:111122223333:model-package/group/3";
    assert_eq!(of(package), Some(StepResource::ModelPackage));
    let check = "arn:aws:sagemaker:eu-central-1:111122223333:processing-job/check";
    assert_eq!(of(check), Some(StepResource::ProcessingJob));
    assert_eq!(of("arn:aws:iam::111122223333:model/x"), None);
}

#[test]
fn logs_are_found_by_the_name_in_the_arn() {
    let arn = |kind: &str| format!("arn:aws:sagemaker:eu-central-1:111122223333:{kind}/abalone");
    assert_eq!(
        located(StepResource::TrainingJob, &arn("training-job")),
        (
            "/aws/sagemaker/TrainingJobs".into(),
            Some("abalone/".into())
        )
    );
    assert_eq!(
        located(StepResource::TuningJob, &arn("hyper-parameter-tuning-job")),
        (
            "/aws/sagemaker/TrainingJobs".into(),
            Some("abalone-".into())
        )
    );
    assert_eq!(
        located(StepResource::Endpoint, &arn("endpoint")),
        ("/aws/sagemaker/Endpoints/abalone".into(), None)
    );
    let function = "arn:aws:lambda:eu-central-1:111122223333:function:score:7";
    assert_eq!(
        located(StepResource::LambdaFunction, function),
        ("/aws/lambda/score".into(), None)
    );
}
