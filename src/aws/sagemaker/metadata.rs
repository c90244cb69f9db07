//! What a started step reports of itself: the one member of its metadata that is set.

use std::collections::HashMap;

use aws_sdk_sagemaker::types::{self, OutputParameter, PipelineExecutionStepMetadata};

use super::convert::text;
use sluicegate_domain::{StepMember, StepMetadata, StepResource};

/// Reads the one member that is set.
pub(super) fn metadata(step: PipelineExecutionStepMetadata) -> StepMetadata {
    StepResource::ALL
        .into_iter()
        .find_map(|resource| read_resource(&step, resource))
        .or_else(|| flow(step))
        .unwrap_or_default()
}

/// A member with its facts, in the order in which they were added.
struct Facts(StepMetadata);

impl Facts {
    fn of(member: StepMember) -> Self {
        Self(StepMetadata {
            member: Some(member),
            ..StepMetadata::default()
        })
    }

    fn resource(resource: StepResource) -> Self {
        Self::of(StepMember::Resource(resource))
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

/// The member of this kind of resource, if it is set.
fn read_resource(
    step: &PipelineExecutionStepMetadata,
    resource: StepResource,
) -> Option<StepMetadata> {
    use StepResource as R;
    /// A member that holds nothing but an ARN.
    macro_rules! arn_of {
        ($field:ident) => {
            Facts::resource(resource).arn(&step.$field.as_ref()?.arn)
        };
    }
    let facts = match resource {
        R::TrainingJob => arn_of!(training_job),
        R::ProcessingJob => arn_of!(processing_job),
        R::QualityCheckJob => quality_check(step.quality_check.clone()?),
        R::ClarifyCheckJob => clarify_check(step.clarify_check.clone()?),
        R::TransformJob => arn_of!(transform_job),
        R::TuningJob => arn_of!(tuning_job),
        R::AutoMlJob => arn_of!(auto_ml_job),
        R::Model => arn_of!(model),
        R::ModelPackage => arn_of!(register_model),
        R::Endpoint => arn_of!(endpoint),
        R::EndpointConfig => arn_of!(endpoint_config),
        R::InferenceComponent => arn_of!(inference_component),
        R::Job => arn_of!(job),
        R::LambdaFunction => lambda(step.lambda.clone()?),
        R::CallbackQueue => callback(step.callback.clone()?),
        R::EmrCluster => emr(step.emr.clone()?),
        R::EmrServerlessApplication => emr_serverless(step.emr_serverless.clone()?),
        R::AthenaQuery => athena(step.athena.clone()?),
        R::BedrockCustomModel => arn_of!(bedrock_custom_model),
        R::BedrockCustomModelDeployment => arn_of!(bedrock_custom_model_deployment),
        R::BedrockProvisionedModelThroughput => arn_of!(bedrock_provisioned_model_throughput),
        R::BedrockModelImport => arn_of!(bedrock_model_import),
    };
    Some(facts.0)
}

fn quality_check(check: types::QualityCheckStepMetadata) -> Facts {
    Facts::resource(StepResource::QualityCheckJob)
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
        )
}

fn clarify_check(check: types::ClarifyCheckStepMetadata) -> Facts {
    Facts::resource(StepResource::ClarifyCheckJob)
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
        )
}

fn lambda(lambda: types::LambdaStepMetadata) -> Facts {
    Facts::resource(StepResource::LambdaFunction)
        .arn(&lambda.arn)
        .outputs(lambda.output_parameters)
}

fn emr(emr: types::EmrStepMetadata) -> Facts {
    Facts::resource(StepResource::EmrCluster)
        .fact("ClusterId", emr.cluster_id)
        .fact("StepId", emr.step_id)
        .fact("StepName", emr.step_name)
        .fact("LogFilePath", emr.log_file_path)
}

fn emr_serverless(emr: types::EmrServerlessStepMetadata) -> Facts {
    Facts::resource(StepResource::EmrServerlessApplication)
        .fact("ApplicationId", emr.application_id)
        .fact("JobRunId", emr.job_run_id)
        .fact("JobRunName", emr.job_run_name)
        .fact("LogFilePath", emr.log_file_path)
}

fn athena(athena: types::AthenaStepMetadata) -> Facts {
    Facts::resource(StepResource::AthenaQuery)
        .fact("QueryExecutionId", athena.query_execution_id)
        .fact("S3OutputLocation", athena.s3_output_location)
}

fn callback(callback: types::CallbackStepMetadata) -> Facts {
    let mut facts = Facts::resource(StepResource::CallbackQueue)
        .fact("SqsQueueUrl", callback.sqs_queue_url)
        .outputs(callback.output_parameters);
    facts.0.callback_token = text(callback.callback_token);
    facts
}

/// The members of steps that neither create nor use a resource.
fn flow(step: PipelineExecutionStepMetadata) -> Option<StepMetadata> {
    if let Some(condition) = step.condition {
        let mut facts = Facts::of(StepMember::Condition);
        facts.0.outcome = condition.outcome.map(|outcome| outcome.as_str().to_owned());
        return Some(facts.0);
    }
    if let Some(fail) = step.fail {
        let facts = Facts::of(StepMember::Fail).fact("ErrorMessage", fail.error_message);
        return Some(facts.0);
    }
    step.for_each
        .map(for_each)
        .or_else(|| step.lineage.map(lineage))
        .or_else(|| step.cleanup.map(cleanup))
}

fn for_each(step: types::ForEachStepMetadata) -> StepMetadata {
    let selector = step
        .selector
        .unwrap_or_else(|| types::ForEachSelectorResult::builder().build());
    Facts::of(StepMember::ForEach)
        .fact("Status", step.status.as_ref().map(|status| status.as_str()))
        .fact("InputItemCount", step.input_item_count)
        .fact("TotalStepCount", step.total_step_count)
        .fact("SucceededStepCount", step.succeeded_step_count)
        .fact("FailedStepCount", step.failed_step_count)
        .fact("StoppedStepCount", step.stopped_step_count)
        .fact("Selector.StepName", selector.step_name)
        .fact("Selector.Index", selector.index)
        .0
}

fn lineage(step: types::LineageMetadata) -> StepMetadata {
    let mut facts = Facts::of(StepMember::Lineage)
        .arns("ActionArns", step.action_arns)
        .arns("ArtifactArns", step.artifact_arns)
        .arns("ContextArns", step.context_arns);
    for pair in step.associations.unwrap_or_default() {
        let source = pair.source_arn.unwrap_or_default();
        let destination = pair.destination_arn.unwrap_or_default();
        facts = facts.fact("Association", Some(format!("{source} → {destination}")));
    }
    facts.0
}

fn cleanup(step: types::CleanupStepMetadata) -> StepMetadata {
    let joined = |steps: Option<Vec<String>>| steps.map(|steps| steps.join(", "));
    let mut facts = Facts::of(StepMember::Cleanup)
        .fact("CleanedSteps", joined(step.cleaned_steps))
        .fact("SkippedSteps", joined(step.skipped_steps));
    for failed in step.failed_steps.unwrap_or_default() {
        let code = failed.error_code.as_ref().map_or("", |code| code.as_str());
        let reason = format!("{code} {}", failed.error_message.unwrap_or_default());
        let label = format!("FailedSteps.{}", failed.step_name.unwrap_or_default());
        facts = facts.fact(&label, Some(reason.trim()));
    }
    facts.0
}

#[cfg(test)]
mod tests;
