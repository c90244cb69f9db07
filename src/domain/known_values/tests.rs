use super::*;
use crate::{
    DataLocation, ExecutionStatus, Instances, Metric, StepMember, StepMetadata, StepStatus,
};

const TRAINING_ARN: &str = "arn:aws:sagemaker:eu-central-1:111122223333:training-job/fit-1";

fn pipeline() -> Pipeline {
    Pipeline {
        arn: "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/churn".into(),
        name: "churn".into(),
        display_name: None,
        description: None,
        role_arn: None,
        created: None,
        modified: None,
        last_execution: None,
        gone: None,
    }
}

fn record(name: &str, member: StepMember, arn: Option<&str>) -> StepRecord {
    StepRecord {
        metadata: StepMetadata {
            member: Some(member),
            arn: arn.map(str::to_owned),
            outcome: Some("False".into()),
            facts: vec![("OutputParameters.approved_by".into(), "Ada".into())],
            ..StepMetadata::default()
        },
        ..StepRecord::new(name, StepStatus::Succeeded)
    }
}

fn location(name: &str, uri: &str) -> DataLocation {
    DataLocation {
        name: name.into(),
        uri: uri.into(),
    }
}

fn jobs() -> HashMap<String, JobDetail> {
    let training = JobDetail {
        instances: Some(Instances {
            instance_type: "ml.m5.xlarge".into(),
            count: 2,
            volume_gb: None,
        }),
        outputs: vec![location("S3ModelArtifacts", "s3://b/model.tar.gz")],
        metrics: vec![Metric {
            name: "validation:auc".into(),
            value: 0.5,
            at: None,
        }],
        ..JobDetail::new(StepResource::TrainingJob)
    };
    let processing = JobDetail {
        outputs: vec![location("train", "s3://b/train")],
        ..JobDetail::new(StepResource::ProcessingJob)
    };
    HashMap::from([("Fit".into(), training), ("Prepare".into(), processing)])
}

/// What each of these references is known to be.
fn look_up(references: &[&str]) -> Vec<Option<String>> {
    let execution = Execution::new(
        "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/churn/execution/abc123",
        ExecutionStatus::Executing,
    );
    let records = [
        record(
            "Fit",
            StepMember::Resource(StepResource::TrainingJob),
            Some(TRAINING_ARN),
        ),
        record(
            "Prepare",
            StepMember::Resource(StepResource::ProcessingJob),
            None,
        ),
        record(
            "Ask",
            StepMember::Resource(StepResource::CallbackQueue),
            None,
        ),
        record("Check", StepMember::Condition, None),
    ];
    let iteration = Iteration {
        parent: "Each".into(),
        index: 0,
        item: Some("north".into()),
    };
    let parameters = [ParameterValue {
        name: "Instances".into(),
        value: "2".into(),
    }];
    let known = KnownValues {
        pipeline: &pipeline(),
        execution: &execution,
        parameters: &parameters,
        records: &records,
        jobs: &jobs(),
        iteration: Some(&iteration),
    };
    let found = references.iter().map(|reference| known.get(reference));
    found.collect()
}

#[test]
fn references_have_the_values_that_sagemaker_returned() {
    let expected = [
        ("Parameters.Instances", "2"),
        ("Execution.PipelineName", "churn"),
        ("Execution.PipelineExecutionId", "abc123"),
        ("ForEach.CurrentItem", "north"),
        ("Steps.Fit.TrainingJobName", "fit-1"),
        ("Steps.Fit.TrainingJobArn", TRAINING_ARN),
        (
            "Steps.Fit.ModelArtifacts.S3ModelArtifacts",
            "s3://b/model.tar.gz",
        ),
        (
            "Steps.Fit.FinalMetricDataList['validation:auc'].Value",
            "0.5",
        ),
        ("Steps.Fit.ResourceConfig.InstanceCount", "2"),
        (
            "Steps.Prepare.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri",
            "s3://b/train",
        ),
        (
            "Steps.Prepare.ProcessingOutputConfig.Outputs[\"train\"].S3Output.S3Uri",
            "s3://b/train",
        ),
        ("Steps.Ask.OutputParameters['approved_by']", "Ada"),
        ("Steps.Check.Outcome", "False"),
    ];
    let found = look_up(&expected.map(|(reference, _)| reference));
    for ((reference, value), found) in expected.into_iter().zip(found) {
        assert_eq!(found.as_deref(), Some(value), "{reference}");
    }
}

#[test]
fn what_is_not_known_has_no_value() {
    let unknown = [
        "",
        "Parameters",
        "Parameters.Other",
        "Execution.StartDateTime",
        "ForEach.CurrentItem.region",
        "Steps.",
        "Steps.Fit",
        "Steps.Fit.",
        "Steps.Fit[",
        "Steps.Fit['",
        "Steps.Fit.Other",
        "Steps.Waiting.TrainingJobName",
        "Steps.Prepare.ProcessingJobName",
        "Steps.Prepare.PropertyFiles.Report",
        "Steps.Prepare.ProcessingOutputConfig.Outputs['other'].S3Output.S3Uri",
    ];
    for (reference, found) in unknown.into_iter().zip(look_up(&unknown)) {
        assert_eq!(found, None, "{reference}");
    }
}

#[test]
fn a_reference_names_its_step() {
    for (reference, step) in [
        ("Steps.Fit.TrainingJobName", Some("Fit")),
        ("Steps.Fit['x']", Some("Fit")),
        ("Steps.", None),
        ("Parameters.Fit", None),
    ] {
        assert_eq!(referenced_step(reference), step, "{reference}");
    }
}
