use aws_sdk_sagemaker::types::{
    CallbackStepMetadata, CleanupFailure, CleanupStepMetadata, ConditionStepMetadata,
    ForEachStepMetadata, LambdaStepMetadata, LineageMetadata, OutputParameter,
    PipelineExecutionStepMetadata, QualityCheckStepMetadata, RegisterModelStepMetadata,
};

use super::metadata;
use sluicegate_domain::{StepMember, StepMetadata};

fn fact<'a>(read: &'a StepMetadata, label: &str) -> Option<&'a str> {
    read.facts
        .iter()
        .find(|(name, _)| name == label)
        .map(|(_, value)| value.as_str())
}

#[test]
fn a_step_that_failed_before_its_job_has_no_member() {
    let read = metadata(PipelineExecutionStepMetadata::builder().build());
    assert_eq!(read, StepMetadata::default());
}

#[test]
fn a_resource_is_its_arn() {
    let read = metadata(
        PipelineExecutionStepMetadata::builder()
            .register_model(RegisterModelStepMetadata::builder().arn("arn:p/1").build())
            .build(),
    );
    assert_eq!(read.member, Some(StepMember::parse("RegisterModel")));
    assert_eq!(read.arn.as_deref(), Some("arn:p/1"));
}

#[test]
fn a_condition_has_its_outcome_even_an_unknown_one() {
    let read = metadata(
        PipelineExecutionStepMetadata::builder()
            .condition(
                ConditionStepMetadata::builder()
                    .outcome("Maybe".into())
                    .build(),
            )
            .build(),
    );
    assert_eq!(read.member, Some(StepMember::parse("Condition")));
    assert_eq!(read.outcome.as_deref(), Some("Maybe"));
}

#[test]
fn a_callback_has_its_token_and_outputs() {
    let output = OutputParameter::builder()
        .name("score")
        .value("0.9")
        .build();
    let read = metadata(
        PipelineExecutionStepMetadata::builder()
            .callback(
                CallbackStepMetadata::builder()
                    .callback_token("abcdefghij")
                    .sqs_queue_url("https://queue")
                    .output_parameters(output)
                    .build(),
            )
            .build(),
    );
    assert_eq!(read.callback_token.as_deref(), Some("abcdefghij"));
    assert_eq!(fact(&read, "SqsQueueUrl"), Some("https://queue"));
    assert_eq!(fact(&read, "OutputParameters.score"), Some("0.9"));
}

#[test]
fn a_lambda_is_its_function() {
    let read = metadata(
        PipelineExecutionStepMetadata::builder()
            .lambda(LambdaStepMetadata::builder().arn("arn:f").build())
            .build(),
    );
    assert_eq!(read.member, Some(StepMember::parse("Lambda")));
    assert_eq!(read.arn.as_deref(), Some("arn:f"));
}

#[test]
fn a_check_is_its_processing_job() {
    let read = metadata(
        PipelineExecutionStepMetadata::builder()
            .quality_check(
                QualityCheckStepMetadata::builder()
                    .check_job_arn("arn:processing-job/x")
                    .check_type("DATA_QUALITY")
                    .skip_check(false)
                    .build(),
            )
            .build(),
    );
    assert_eq!(read.arn.as_deref(), Some("arn:processing-job/x"));
    assert_eq!(fact(&read, "CheckType"), Some("DATA_QUALITY"));
    assert_eq!(fact(&read, "SkipCheck"), Some("false"));
    assert_eq!(fact(&read, "ViolationReport"), None);
}

#[test]
fn loops_lineage_and_cleanup_have_their_facts() {
    let read = metadata(
        PipelineExecutionStepMetadata::builder()
            .for_each(
                ForEachStepMetadata::builder()
                    .input_item_count(7)
                    .failed_step_count(0)
                    .build(),
            )
            .build(),
    );
    assert_eq!(read.member, Some(StepMember::parse("ForEach")));
    assert_eq!(fact(&read, "InputItemCount"), Some("7"));
    assert_eq!(fact(&read, "FailedStepCount"), Some("0"));

    let read = metadata(
        PipelineExecutionStepMetadata::builder()
            .lineage(
                LineageMetadata::builder()
                    .artifact_arns("model", "arn:m")
                    .build(),
            )
            .build(),
    );
    assert_eq!(fact(&read, "ArtifactArns.model"), Some("arn:m"));

    let failure = CleanupFailure::builder()
        .step_name("Prepare")
        .error_message("denied")
        .build();
    let read = metadata(
        PipelineExecutionStepMetadata::builder()
            .cleanup(
                CleanupStepMetadata::builder()
                    .cleaned_steps("A")
                    .cleaned_steps("B")
                    .failed_steps(failure)
                    .build(),
            )
            .build(),
    );
    assert_eq!(fact(&read, "CleanedSteps"), Some("A, B"));
    assert_eq!(fact(&read, "FailedSteps.Prepare"), Some("denied"));
}
