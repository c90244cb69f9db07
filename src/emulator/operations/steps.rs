//! Steps of an execution.

use super::common::{execution_gone, execution_key, seconds};
use crate::engine::{Metadata, Millis, Output, StepRecord};
use crate::model::World;
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use crate::protocol::page::{self, Direction};
use serde_json::{Map, Value, json};

/// Characters of a failure reason.
const MAX_REASON_CHARACTERS: usize = 1_024;

/// `ListPipelineExecutionSteps`: those that started, newest first by default.
pub fn list(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    if !input.has("PipelineExecutionArn") {
        return Err(ServiceError::validation(
            "PipelineExecutionArn must be specified.",
        ));
    }
    let key = execution_key(world, input)?;
    let direction = Direction::of(input, Direction::Descending);
    let name = "ListPipelineExecutionSteps";
    if let Some(recording) = world.recording(key) {
        let steps = recording.answers().steps.into_iter().enumerate();
        let page = page::of(name, input, direction, steps)?;
        return Ok(json!({"PipelineExecutionSteps": page.items, "NextToken": page.next_token}));
    }
    let run = &world.execution(key).ok_or_else(execution_gone)?.run;
    // A retried step starts anew: it is listed by its newest start.
    let candidates = run
        .listed()
        .into_iter()
        .enumerate()
        .map(|(index, (start, step))| ((start, index), step));
    let page = page::of(name, input, direction, candidates)?;
    let steps = page.items.into_iter().map(|step| run.step(step));
    let steps: Vec<Value> = steps.map(|step| on_the_wire(&step)).collect();
    Ok(json!({"PipelineExecutionSteps": steps, "NextToken": page.next_token}))
}

/// The part of a reason that the service returns.
fn truncate(reason: &str) -> &str {
    let end = reason.char_indices().nth(MAX_REASON_CHARACTERS);
    end.map_or(reason, |(end, _)| &reason[..end])
}

fn on_the_wire(step: &StepRecord) -> Value {
    let source = |arn: &Option<String>| {
        arn.as_ref()
            .map(|arn| json!({"SourcePipelineExecutionArn": arn}))
    };
    json!({
        "StepName": step.name,
        "StepDisplayName": step.display_name,
        "StepDescription": step.description,
        "StartTime": seconds(step.start),
        "EndTime": step.end.map(seconds),
        "StepStatus": step.status.as_str(),
        "CacheHitResult": source(&step.cache_hit),
        "FailureReason": step.failure_reason.as_deref().map(truncate),
        "Metadata": step.metadata.as_ref().map_or_else(|| json!({}), metadata),
        // Counted from one; the service answered 0 for the first attempt before 2024.
        "AttemptCount": step.attempt_count + 1,
        "SelectiveExecutionResult": source(&step.selective_result),
        "IterationContext": step.iteration.as_ref().map(|iteration| json!({
            "ParentStepName": iteration.parent,
            "Index": iteration.index,
            "Item": iteration.item,
        })),
    })
}

/// `PipelineExecutionStepMetadata`: one member.
fn metadata(metadata: &Metadata) -> Value {
    match metadata {
        Metadata::TrainingJob { arn } => json!({"TrainingJob": {"Arn": arn}}),
        Metadata::ProcessingJob { arn } => json!({"ProcessingJob": {"Arn": arn}}),
        Metadata::TransformJob { arn } => json!({"TransformJob": {"Arn": arn}}),
        Metadata::TuningJob { arn } => json!({"TuningJob": {"Arn": arn}}),
        Metadata::AutoMLJob { arn } => json!({"AutoMLJob": {"Arn": arn}}),
        Metadata::Model { arn } => json!({"Model": {"Arn": arn}}),
        Metadata::RegisterModel { arn } => json!({"RegisterModel": {"Arn": arn}}),
        Metadata::EndpointConfig { arn } => json!({"EndpointConfig": {"Arn": arn}}),
        Metadata::Endpoint { arn } => json!({"Endpoint": {"Arn": arn}}),
        Metadata::InferenceComponent { arn } => json!({"InferenceComponent": {"Arn": arn}}),
        Metadata::Job { arn } => json!({"Job": {"Arn": arn}}),
        Metadata::Condition { outcome } => {
            json!({"Condition": {"Outcome": if *outcome { "True" } else { "False" }}})
        }
        Metadata::Fail { error_message } => json!({"Fail": {"ErrorMessage": error_message}}),
        Metadata::Callback { .. } | Metadata::Lambda { .. } => callback_or_lambda(metadata),
        Metadata::QualityCheck { .. } | Metadata::ClarifyCheck { .. } => check(metadata),
        Metadata::Emr { .. } | Metadata::EmrServerless { .. } => emr(metadata),
        Metadata::Lineage { .. } | Metadata::Cleanup { .. } | Metadata::ForEach { .. } => {
            lineage_or_loop(metadata)
        }
    }
}

fn callback_or_lambda(metadata: &Metadata) -> Value {
    match metadata {
        Metadata::Callback {
            callback_token,
            sqs_queue_url,
            output_parameters,
        } => json!({"Callback": {
            "CallbackToken": callback_token,
            "SqsQueueUrl": sqs_queue_url,
            "OutputParameters": outputs(output_parameters),
        }}),
        Metadata::Lambda {
            arn,
            output_parameters,
        } => json!({"Lambda": {
            "Arn": arn,
            "OutputParameters": outputs(output_parameters),
        }}),
        _ => Value::Null,
    }
}

fn check(metadata: &Metadata) -> Value {
    match metadata {
        Metadata::QualityCheck {
            check_type,
            check_job_arn,
            baseline_statistics,
            baseline_constraints,
            calculated_statistics,
            calculated_constraints,
            model_package_group_name,
            violation_report,
            skip_check,
            register_new_baseline,
        } => json!({"QualityCheck": {
            "CheckType": check_type,
            "BaselineUsedForDriftCheckStatistics": baseline_statistics,
            "BaselineUsedForDriftCheckConstraints": baseline_constraints,
            "CalculatedBaselineStatistics": calculated_statistics,
            "CalculatedBaselineConstraints": calculated_constraints,
            "ModelPackageGroupName": model_package_group_name,
            "ViolationReport": violation_report,
            "CheckJobArn": check_job_arn,
            "SkipCheck": skip_check,
            "RegisterNewBaseline": register_new_baseline,
        }}),
        Metadata::ClarifyCheck {
            check_type,
            check_job_arn,
            baseline_constraints,
            calculated_constraints,
            model_package_group_name,
            violation_report,
            skip_check,
            register_new_baseline,
        } => json!({"ClarifyCheck": {
            "CheckType": check_type,
            "BaselineUsedForDriftCheckConstraints": baseline_constraints,
            "CalculatedBaselineConstraints": calculated_constraints,
            "ModelPackageGroupName": model_package_group_name,
            "ViolationReport": violation_report,
            "CheckJobArn": check_job_arn,
            "SkipCheck": skip_check,
            "RegisterNewBaseline": register_new_baseline,
        }}),
        _ => Value::Null,
    }
}

fn emr(metadata: &Metadata) -> Value {
    match metadata {
        Metadata::Emr {
            cluster_id,
            step_id,
            step_name,
            log_file_path,
        } => json!({"EMR": {
            "ClusterId": cluster_id,
            "StepId": step_id,
            "StepName": step_name,
            "LogFilePath": log_file_path,
        }}),
        Metadata::EmrServerless {
            application_id,
            job_run_id,
            job_run_name,
            log_file_path,
        } => {
            json!({"EMRServerless": {
                "ApplicationId": application_id,
                "JobRunId": job_run_id,
                "JobRunName": job_run_name,
                "LogFilePath": log_file_path,
            }})
        }
        _ => Value::Null,
    }
}

fn lineage_or_loop(metadata: &Metadata) -> Value {
    match metadata {
        Metadata::Lineage {
            action_arns,
            artifact_arns,
            context_arns,
        } => json!({"Lineage": {
            "ActionArns": map(action_arns),
            "ArtifactArns": map(artifact_arns),
            "ContextArns": map(context_arns),
        }}),
        Metadata::Cleanup {
            cleaned_steps,
            skipped_steps,
        } => json!({"Cleanup": {
            "CleanedSteps": cleaned_steps,
            "SkippedSteps": skipped_steps,
        }}),
        Metadata::ForEach {
            status,
            input_item_count,
            total_step_count,
            succeeded_step_count,
            failed_step_count,
            stopped_step_count,
            selector,
        } => json!({"ForEach": {
            "Status": status,
            "InputItemCount": input_item_count,
            "TotalStepCount": total_step_count,
            "SucceededStepCount": succeeded_step_count,
            "FailedStepCount": failed_step_count,
            "StoppedStepCount": stopped_step_count,
            "Selector": selector
                .as_ref()
                .map(|(step, index)| json!({"StepName": step, "Index": index})),
        }}),
        _ => Value::Null,
    }
}

fn outputs(outputs: &[Output]) -> Value {
    match outputs.is_empty() {
        true => Value::Null,
        false => outputs
            .iter()
            .map(|output| json!({"Name": output.name, "Value": output.value}))
            .collect(),
    }
}

fn map(entries: &[(String, String)]) -> Map<String, Value> {
    entries
        .iter()
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect()
}
