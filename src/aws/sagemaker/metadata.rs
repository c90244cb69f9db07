//! What a started step tells of itself, by type: one of 27 members that the SDK knows.

use std::collections::HashMap;

use aws_sdk_sagemaker::types::{self, OutputParameter, PipelineExecutionStepMetadata};

use super::convert::text;
use crate::domain::StepMetadata;

/// Reads the one member that is set.
pub(super) fn metadata(told: PipelineExecutionStepMetadata) -> StepMetadata {
    resource(&told)
        .or_else(|| check(&told))
        .or_else(|| elsewhere(&told))
        .or_else(|| flow(told))
        .unwrap_or_default()
}

/// A member with its facts, in the order they were put in.
struct Facts(StepMetadata);

impl Facts {
    fn of(member: &'static str) -> Self {
        Self(StepMetadata {
            member: Some(member),
            ..StepMetadata::default()
        })
    }

    fn arn(mut self, arn: &Option<String>) -> Self {
        self.0.arn = text(arn.clone());
        self
    }

    fn fact(mut self, label: &str, value: Option<impl ToString>) -> Self {
        if let Some(value) = text(value.map(|value| value.to_string())) {
            self.0.facts.push((label.to_owned(), value));
        }
        self
    }

    fn outputs(mut self, outputs: Option<Vec<OutputParameter>>) -> Self {
        for output in outputs.unwrap_or_default() {
            let label = format!("OutputParameters.{}", output.name.unwrap_or_default());
            self = self.fact(&label, output.value);
        }
        self
    }

    fn arns(mut self, label: &str, arns: Option<HashMap<String, String>>) -> Self {
        let mut arns: Vec<_> = arns.unwrap_or_default().into_iter().collect();
        arns.sort_unstable();
        for (name, arn) in arns {
            self = self.fact(&format!("{label}.{name}"), Some(arn));
        }
        self
    }
}

/// The members that hold nothing but an ARN.
fn resource(told: &PipelineExecutionStepMetadata) -> Option<StepMetadata> {
    macro_rules! first_set {
        ($($member:literal: $field:ident),+ $(,)?) => {
            $(if let Some(set) = &told.$field {
                return Some(Facts::of($member).arn(&set.arn).0);
            })+
        };
    }
    first_set! {
        "TrainingJob": training_job,
        "ProcessingJob": processing_job,
        "TransformJob": transform_job,
        "TuningJob": tuning_job,
        "AutoMLJob": auto_ml_job,
        "Model": model,
        "RegisterModel": register_model,
        "Endpoint": endpoint,
        "EndpointConfig": endpoint_config,
        "InferenceComponent": inference_component,
        "Job": job,
        "BedrockCustomModel": bedrock_custom_model,
        "BedrockCustomModelDeployment": bedrock_custom_model_deployment,
        "BedrockProvisionedModelThroughput": bedrock_provisioned_model_throughput,
        "BedrockModelImport": bedrock_model_import,
    }
    None
}

/// The two checks, which run as processing jobs.
fn check(told: &PipelineExecutionStepMetadata) -> Option<StepMetadata> {
    if let Some(check) = told.quality_check.clone() {
        let facts = Facts::of("QualityCheck")
            .arn(&check.check_job_arn)
            .fact("CheckType", check.check_type)
            .fact("ModelPackageGroupName", check.model_package_group_name)
            .fact("ViolationReport", check.violation_report)
            .fact("SkipCheck", check.skip_check)
            .fact("RegisterNewBaseline", check.register_new_baseline)
            .fact(
                "BaselineUsedForDriftCheckStatistics",
                check.baseline_used_for_drift_check_statistics,
            )
            .fact(
                "BaselineUsedForDriftCheckConstraints",
                check.baseline_used_for_drift_check_constraints,
            )
            .fact(
                "CalculatedBaselineStatistics",
                check.calculated_baseline_statistics,
            )
            .fact(
                "CalculatedBaselineConstraints",
                check.calculated_baseline_constraints,
            );
        return Some(facts.0);
    }
    let check = told.clarify_check.clone()?;
    let facts = Facts::of("ClarifyCheck")
        .arn(&check.check_job_arn)
        .fact("CheckType", check.check_type)
        .fact("ModelPackageGroupName", check.model_package_group_name)
        .fact("ViolationReport", check.violation_report)
        .fact("SkipCheck", check.skip_check)
        .fact("RegisterNewBaseline", check.register_new_baseline)
        .fact(
            "BaselineUsedForDriftCheckConstraints",
            check.baseline_used_for_drift_check_constraints,
        )
        .fact(
            "CalculatedBaselineConstraints",
            check.calculated_baseline_constraints,
        );
    Some(facts.0)
}

/// Work that runs outside SageMaker.
fn elsewhere(told: &PipelineExecutionStepMetadata) -> Option<StepMetadata> {
    if let Some(emr) = told.emr.clone() {
        let facts = Facts::of("EMR")
            .fact("ClusterId", emr.cluster_id)
            .fact("StepId", emr.step_id)
            .fact("StepName", emr.step_name)
            .fact("LogFilePath", emr.log_file_path);
        return Some(facts.0);
    }
    if let Some(emr) = told.emr_serverless.clone() {
        let facts = Facts::of("EMRServerless")
            .fact("ApplicationId", emr.application_id)
            .fact("JobRunId", emr.job_run_id)
            .fact("JobRunName", emr.job_run_name)
            .fact("LogFilePath", emr.log_file_path);
        return Some(facts.0);
    }
    if let Some(athena) = told.athena.clone() {
        let facts = Facts::of("Athena")
            .fact("QueryExecutionId", athena.query_execution_id)
            .fact("S3OutputLocation", athena.s3_output_location);
        return Some(facts.0);
    }
    let lambda = told.lambda.clone()?;
    let facts = Facts::of("Lambda")
        .arn(&lambda.arn)
        .outputs(lambda.output_parameters);
    Some(facts.0)
}

/// Steps that steer, wait, or tidy up.
fn flow(told: PipelineExecutionStepMetadata) -> Option<StepMetadata> {
    if let Some(condition) = told.condition {
        let mut facts = Facts::of("Condition");
        facts.0.outcome = condition.outcome.map(|outcome| outcome.as_str().to_owned());
        return Some(facts.0);
    }
    if let Some(callback) = told.callback {
        let mut facts = Facts::of("Callback")
            .fact("SqsQueueUrl", callback.sqs_queue_url)
            .outputs(callback.output_parameters);
        facts.0.callback_token = text(callback.callback_token);
        return Some(facts.0);
    }
    if let Some(fail) = told.fail {
        return Some(Facts::of("Fail").fact("ErrorMessage", fail.error_message).0);
    }
    told.for_each
        .map(for_each)
        .or_else(|| told.lineage.map(lineage))
        .or_else(|| told.cleanup.map(cleanup))
}

fn for_each(told: types::ForEachStepMetadata) -> StepMetadata {
    let selector = told
        .selector
        .unwrap_or_else(|| types::ForEachSelectorResult::builder().build());
    Facts::of("ForEach")
        .fact("Status", told.status.as_ref().map(|status| status.as_str()))
        .fact("InputItemCount", told.input_item_count)
        .fact("TotalStepCount", told.total_step_count)
        .fact("SucceededStepCount", told.succeeded_step_count)
        .fact("FailedStepCount", told.failed_step_count)
        .fact("StoppedStepCount", told.stopped_step_count)
        .fact("Selector.StepName", selector.step_name)
        .fact("Selector.Index", selector.index)
        .0
}

fn lineage(told: types::LineageMetadata) -> StepMetadata {
    let mut facts = Facts::of("Lineage")
        .arns("ActionArns", told.action_arns)
        .arns("ArtifactArns", told.artifact_arns)
        .arns("ContextArns", told.context_arns);
    for pair in told.associations.unwrap_or_default() {
        let source = pair.source_arn.unwrap_or_default();
        let destination = pair.destination_arn.unwrap_or_default();
        facts = facts.fact("Association", Some(format!("{source} → {destination}")));
    }
    facts.0
}

fn cleanup(told: types::CleanupStepMetadata) -> StepMetadata {
    let joined = |steps: Option<Vec<String>>| steps.map(|steps| steps.join(", "));
    let mut facts = Facts::of("Cleanup")
        .fact("CleanedSteps", joined(told.cleaned_steps))
        .fact("SkippedSteps", joined(told.skipped_steps));
    for failed in told.failed_steps.unwrap_or_default() {
        let code = failed.error_code.as_ref().map_or("", |code| code.as_str());
        let said = format!("{code} {}", failed.error_message.unwrap_or_default());
        let label = format!("FailedSteps.{}", failed.step_name.unwrap_or_default());
        facts = facts.fact(&label, Some(said.trim()));
    }
    facts.0
}

#[cfg(test)]
mod tests;
