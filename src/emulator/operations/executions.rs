//! Reading executions: one, its definition, its parameters, a pipeline's list.

use super::common::{Window, execution_gone, execution_key, parallelism, pipeline, seconds, user};
use crate::engine::{Millis, RunStatus};
use crate::model::{Execution, ExecutionKey, FAILED, Pipeline, World};
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use crate::protocol::page::{self, Direction};
use serde_json::{Value, json};
use sluicegate_definition::Value as Node;

/// `DescribePipelineExecution`.
pub fn describe(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let key = execution_key(world, input)?;
    if let Some(recording) = world.recording(key) {
        return Ok(Value::Object(recording.answers().description));
    }
    let execution = world.execution(key).ok_or_else(execution_gone)?;
    let owner = world.executions.pipeline_of(key);
    let pipeline = owner
        .and_then(|key| world.pipelines.get(key))
        .ok_or_else(execution_gone)?;
    Ok(json!({
        "PipelineArn": pipeline.arn,
        "PipelineExecutionArn": execution.arn(),
        "PipelineExecutionDisplayName": execution.display_name,
        "PipelineExecutionStatus": execution.run.status().as_str(),
        "PipelineExecutionDescription": execution.description,
        "PipelineExperimentConfig": experiment_config(pipeline, &execution),
        "FailureReason": execution.run.failure_reason(),
        "CreationTime": seconds(execution.run.created()),
        "LastModifiedTime": seconds(execution.modified()),
        "CreatedBy": user(&execution.created_by),
        "LastModifiedBy": user(&execution.created_by),
        "ParallelismConfiguration": parallelism(execution.run.spec().parallelism),
        "SelectiveExecutionConfig": selective_config(&execution),
        "PipelineVersionId": execution.version,
        "MLflowConfig": mlflow_config(pipeline, &execution),
    }))
}

/// `DescribePipelineDefinitionForExecution`.
pub fn definition(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let key = execution_key(world, input)?;
    let facts = world.executions.facts(key).ok_or_else(execution_gone)?;
    let definition = match world.recording(key) {
        Some(_) => world.recorded_definition(key),
        None => {
            let summary = world.summary(key).ok_or_else(execution_gone)?;
            let pipeline = world.pipelines.get(facts.pipeline);
            let version = pipeline.and_then(|pipeline| pipeline.version(summary.version));
            version.and_then(|version| version.definition.as_ref())
        }
    };
    let Some(definition) = definition.map(AsRef::<str>::as_ref) else {
        return Err(ServiceError::validation(
            "The definition of this pipeline execution was not imported.",
        ));
    };
    Ok(json!({
        "PipelineDefinition": definition,
        "CreationTime": seconds(facts.created),
    }))
}

/// `ListPipelineParametersForExecution`: every parameter, defaults included.
pub fn parameters(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let key = execution_key(world, input)?;
    let values = match world.recording(key) {
        Some(recording) => recording.answers().parameters,
        None => {
            let execution = world.execution(key).ok_or_else(execution_gone)?;
            parameter_values(&execution)
        }
    };
    let candidates = values.into_iter().enumerate();
    let page = page::of(
        "ListPipelineParametersForExecution",
        input,
        Direction::Ascending,
        candidates,
    )?;
    Ok(json!({"PipelineParameters": page.items, "NextToken": page.next_token}))
}

/// An execution's parameters on the wire.
pub(super) fn parameter_values(execution: &Execution) -> Vec<Value> {
    let run = &execution.run;
    run.program()
        .parameters(&run.spec().parameters)
        .into_iter()
        .map(|(name, value)| json!({"Name": name, "Value": value}))
        .collect()
}

/// `ListPipelineExecutions`, newest first by default.
pub fn list(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let (key, pipeline) = pipeline(world, input)?;
    let version = match input.text("PipelineVersionAlias") {
        None => None,
        Some(alias) => Some(pipeline.aliased(alias).ok_or_else(|| {
            ServiceError::not_found(format!(
                "Pipeline '{}' has no version with the alias '{alias}'.",
                pipeline.arn
            ))
        })?),
    };
    let direction = Direction::of(input, Direction::Descending);
    let name = "ListPipelineExecutions";
    // The list may be very long: the request is read once.
    let window = Window::of(input);
    let listed = world.pipelines.executions(key).iter().filter_map(|key| {
        let facts = world.executions.facts(*key)?;
        window
            .contains(facts.created)
            .then_some(((facts.created, key.0), *key))
    });
    let of_version = |key: ExecutionKey| {
        version.is_none() || world.summary(key).map(|summary| summary.version) == version
    };
    let listed = listed.filter(|(_, key)| of_version(*key));
    let page = match input.text("SortBy") {
        Some("PipelineExecutionArn") => {
            let arn = |key| world.summary(key).map(|summary| summary.arn());
            let by_arn = listed.filter_map(|(_, key)| Some((arn(key)?, key)));
            page::of(name, input, direction, by_arn)?
        }
        // Executions are kept in the order in which they started.
        _ => page::in_order(name, input, direction, listed)?,
    };
    let summaries: Vec<Value> = page
        .items
        .into_iter()
        .filter_map(|key| summary(world, key))
        .collect();
    Ok(json!({"PipelineExecutionSummaries": summaries, "NextToken": page.next_token}))
}

fn summary(world: &World, key: ExecutionKey) -> Option<Value> {
    if let Some(recording) = world.recording(key) {
        return Some(Value::Object(recording.answers().summary));
    }
    let summary = world.summary(key)?;
    Some(json!({
        "PipelineExecutionArn": summary.arn(),
        "StartTime": seconds(summary.created),
        "PipelineExecutionStatus": summary.status.as_str(),
        "PipelineExecutionDescription": summary.description,
        "PipelineExecutionDisplayName": summary.display_name,
        "PipelineExecutionFailureReason": failure_reason(summary.status),
    }))
}

/// The generic failure reason of an execution.
pub(super) fn failure_reason(status: RunStatus) -> Option<&'static str> {
    (status == RunStatus::Failed).then_some(FAILED)
}

/// `SelectiveExecutionConfig`.
pub(super) fn selective_config(execution: &Execution) -> Value {
    let Some(selective) = &execution.run.spec().selective else {
        return Value::Null;
    };
    let steps: Vec<Value> = selective
        .selected
        .iter()
        .map(|name| json!({"StepName": name}))
        .collect();
    json!({"SourcePipelineExecutionArn": selective.source, "SelectedSteps": steps})
}

/// `PipelineExperimentConfig`, if the definition has one that can be resolved.
pub(super) fn experiment_config(pipeline: &Pipeline, execution: &Execution) -> Value {
    let read = pipeline
        .version(execution.version)
        .map(|version| &version.read);
    let Some(config) = read.and_then(|definition| definition.top("PipelineExperimentConfig"))
    else {
        return Value::Null;
    };
    let member = |name| {
        config
            .get(name)
            .and_then(|node| resolve(node, pipeline, execution))
    };
    match (member("ExperimentName"), member("TrialName")) {
        (None, None) => Value::Null,
        (experiment, trial) => json!({"ExperimentName": experiment, "TrialName": trial}),
    }
}

/// The text of a literal, a parameter, a variable of the execution, or of these joined.
fn resolve(node: Node, pipeline: &Pipeline, execution: &Execution) -> Option<String> {
    if let Some(text) = node.as_str().or(node.as_number()) {
        return Some(text.to_owned());
    }
    if let Some(join) = node.get("Std:Join") {
        let on = join.get("On").and_then(Node::as_str).unwrap_or_default();
        let values = join.get("Values")?.items();
        let values = values.map(|value| resolve(value, pipeline, execution));
        return Some(values.collect::<Option<Vec<String>>>()?.join(on));
    }
    let run = &execution.run;
    match node.get("Get")?.as_str()?.split_once('.')? {
        ("Execution", "PipelineName") => Some(pipeline.name.clone()),
        ("Execution", variable) => run.variable(variable),
        ("Parameters", name) => {
            let values = run.program().parameters(&run.spec().parameters);
            let mut values = values.into_iter();
            values
                .find(|(known, _)| known == name)
                .map(|(_, value)| value)
        }
        _ => None,
    }
}

fn mlflow_config(pipeline: &Pipeline, execution: &Execution) -> Value {
    let read = pipeline
        .version(execution.version)
        .map(|version| &version.read);
    let config = read.and_then(|definition| definition.top("MlflowConfig"));
    let member = |name| config.and_then(|config| resolve(config.get(name)?, pipeline, execution));
    let experiment = execution
        .mlflow_experiment
        .clone()
        .or_else(|| member("MlflowExperimentName"));
    match (member("MlflowResourceArn"), experiment) {
        (None, None) => Value::Null,
        (resource, experiment) => {
            json!({"MlflowResourceArn": resource, "MlflowExperimentName": experiment})
        }
    }
}
