//! Searchable properties of pipelines, executions, versions and training jobs, worked out only as far as a search needs them.

use super::training_jobs;
use super::values::Scalar;
use crate::engine::{RunStatus, SeededRandom};
use crate::model::{
    CreatedFacts, CreatedKey, ExecutionFacts, ExecutionKey, PipelineKey, Summary, World,
};
use crate::operations::as_read;
use crate::operations::common::{parallelism, seconds, user};
use crate::operations::executions::{
    experiment_config, failure_reason, parameter_values, selective_config,
};
use crate::operations::pipelines::aliases_of;
use crate::operations::tag_list;
use serde_json::{Value, json};
use std::cell::OnceCell;

/// What a record is about.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'w> {
    Pipeline(PipelineKey),
    Execution(ExecutionKey, ExecutionFacts),
    /// With its number.
    Version(PipelineKey, i64),
    TrainingJob(&'w CreatedKey, CreatedFacts),
}

/// A searchable record.
pub struct Record<'w> {
    world: &'w World,
    subject: Subject<'w>,
    full: OnceCell<Value>,
}

impl<'w> Record<'w> {
    /// The record of one thing.
    pub fn new(world: &'w World, subject: Subject<'w>) -> Record<'w> {
        Record {
            world,
            subject,
            full: OnceCell::new(),
        }
    }

    /// What it is about.
    pub fn subject(&self) -> Subject<'w> {
        self.subject
    }

    /// A number that is unique among the records of a resource.
    pub fn number(&self) -> (u32, i64) {
        match self.subject {
            Subject::Pipeline(key) => (key.0, 0),
            Subject::Execution(key, _) => (key.0, 0),
            Subject::Version(key, number) => (key.0, number),
            Subject::TrainingJob((_, name), job) => {
                let hash = SeededRandom::from_seed(0).named(name).number();
                (job.execution.map_or(u32::MAX, |key| key.0), hash as i64)
            }
        }
    }

    /// Whether any value of a property passes the test; a list has several values, an absent property none.
    pub fn any(&self, name: &str, test: &mut dyn FnMut(Scalar) -> bool) -> bool {
        if let Subject::TrainingJob(key, job) = self.subject {
            if let Some(passes) = training_jobs::known(key, job, name, test) {
                return passes;
            }
            if let Some(value) = training_jobs::metric(self.full(), name) {
                return test(Scalar::Number(value));
            }
        }
        if let Subject::Execution(key, facts) = self.subject {
            // Known without a replay: a search may go through a hundred thousand executions.
            match name {
                "CreationTime" => return test(Scalar::Number(seconds(facts.created))),
                "LastModifiedTime" => return test(Scalar::Number(seconds(facts.modified))),
                "PipelineExecutionStatus" => {
                    let recording = self.world.recording(key);
                    let status =
                        recording.map_or(facts.status.as_str(), |recording| &recording.status);
                    return test(Scalar::Text(status));
                }
                "FailureReason" if facts.status != RunStatus::Failed => return false,
                "PipelineArn" => {
                    let owner = self.world.pipelines.get(facts.pipeline);
                    return owner.is_some_and(|pipeline| test(Scalar::Text(&pipeline.arn)));
                }
                "PipelineExecutionArn" => {
                    return self.summary(|expected| test(Scalar::Text(&expected.arn())));
                }
                "PipelineExecutionDisplayName" => {
                    return self.summary(|expected| {
                        let name = expected.display_name.as_ref();
                        !name.is_empty() && test(Scalar::Text(name))
                    });
                }
                "PipelineExecutionDescription" => {
                    return self.summary(|expected| {
                        expected
                            .description
                            .as_deref()
                            .is_some_and(|text| test(Scalar::Text(text)))
                    });
                }
                _ => {}
            }
        }
        any_at(self.full(), name, test)
    }

    /// The items of a list property, at any depth.
    pub fn items(&self, name: &str) -> &[Value] {
        let list = name
            .split('.')
            .try_fold(self.full(), |value, part| value.get(part));
        list.and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The record in the response of a search.
    pub fn on_the_wire(&self) -> Value {
        match self.subject {
            Subject::Pipeline(_) => json!({"Pipeline": self.full()}),
            Subject::Execution(..) => json!({"PipelineExecution": self.full()}),
            Subject::Version(..) => json!({"PipelineVersion": self.full()}),
            Subject::TrainingJob(..) => json!({"TrainingJob": self.full()}),
        }
    }

    fn summary(&self, test: impl FnOnce(&Summary) -> bool) -> bool {
        match self.subject {
            Subject::Execution(key, _) => self
                .world
                .summary(key)
                .is_some_and(|summary| test(&summary)),
            Subject::Pipeline(_) | Subject::Version(..) | Subject::TrainingJob(..) => false,
        }
    }

    fn full(&self) -> &Value {
        self.full.get_or_init(|| match self.subject {
            Subject::Pipeline(key) => pipeline(self.world, key),
            Subject::Execution(key, facts) => execution(self.world, key, facts),
            Subject::Version(key, number) => version(self.world, key, number),
            Subject::TrainingJob(key, job) => training_jobs::record(self.world, key, job),
        })
    }
}

/// Whether any value at a dotted path passes the test.
pub fn any_at(value: &Value, path: &str, test: &mut dyn FnMut(Scalar) -> bool) -> bool {
    if let Some(key) = path.strip_prefix("Tags.") {
        let tags = value
            .get("Tags")
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        let tag = tags
            .iter()
            .find(|tag| tag.get("Key").and_then(Value::as_str) == Some(key));
        return tag
            .and_then(|tag| tag.get("Value"))
            .is_some_and(|value| leaf(value, test));
    }
    let (name, rest) = match path.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    let Some(member) = value.get(name) else {
        return false;
    };
    match (member, rest) {
        (Value::Array(items), None) => items.iter().any(|item| leaf(item, test)),
        (Value::Array(items), Some(rest)) => items.iter().any(|item| any_at(item, rest, test)),
        (member, Some(rest)) => any_at(member, rest, test),
        (member, None) => leaf(member, test),
    }
}

fn leaf(value: &Value, test: &mut dyn FnMut(Scalar) -> bool) -> bool {
    match value {
        Value::String(text) => test(Scalar::Text(text)),
        Value::Number(number) => test(Scalar::Number(number.as_f64().unwrap_or_default())),
        Value::Bool(true) => test(Scalar::Text("true")),
        Value::Bool(false) => test(Scalar::Text("false")),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

fn pipeline(world: &World, key: PipelineKey) -> Value {
    let Some(pipeline) = world.pipelines.get(key) else {
        return Value::Null;
    };
    let own = json!({
        "PipelineArn": pipeline.arn,
        "PipelineName": pipeline.name,
        "PipelineDisplayName": pipeline.display_name,
        "PipelineDescription": pipeline.description,
        "RoleArn": pipeline.role_arn,
        "PipelineStatus": "Active",
        "CreationTime": seconds(pipeline.created),
        "LastModifiedTime": seconds(pipeline.modified),
        "LastRunTime": pipeline.last_run.map(seconds),
        "CreatedBy": user(&pipeline.created_by),
        "LastModifiedBy": user(&pipeline.created_by),
        "ParallelismConfiguration": parallelism(pipeline.parallelism),
        "Tags": tag_list::on_the_wire(&pipeline.tags),
    });
    as_read::completed(as_read::description_of(pipeline), own)
}

fn execution(world: &World, key: ExecutionKey, facts: ExecutionFacts) -> Value {
    let Some(pipeline) = world.pipelines.get(facts.pipeline) else {
        return Value::Null;
    };
    if let Some(recording) = world.recording(key) {
        return as_read::found_execution(recording, pipeline);
    }
    let Some(execution) = world.execution(key) else {
        return Value::Null;
    };
    let version = pipeline.version(execution.version);
    json!({
        "PipelineArn": pipeline.arn,
        "PipelineExecutionArn": execution.arn(),
        "PipelineExecutionDisplayName": execution.display_name,
        "PipelineExecutionStatus": facts.status.as_str(),
        "PipelineExecutionDescription": execution.description,
        "PipelineExperimentConfig": experiment_config(pipeline, &execution),
        "FailureReason": failure_reason(facts.status),
        "CreationTime": seconds(facts.created),
        "LastModifiedTime": seconds(facts.modified),
        "CreatedBy": user(&execution.created_by),
        "LastModifiedBy": user(&execution.created_by),
        "ParallelismConfiguration": parallelism(execution.run.spec().parallelism),
        "SelectiveExecutionConfig": selective_config(&execution),
        "PipelineParameters": parameter_values(&execution),
        "PipelineVersionId": execution.version,
        "PipelineVersionDisplayName": version.and_then(|version| version.display_name.clone()),
    })
}

fn version(world: &World, key: PipelineKey, number: i64) -> Value {
    let Some(pipeline) = world.pipelines.get(key) else {
        return Value::Null;
    };
    let Some(version) = pipeline.version(number) else {
        return Value::Null;
    };
    let last = version
        .last_execution
        .as_deref()
        .and_then(|arn| world.find_execution(arn))
        .and_then(|key| world.summary(key));
    json!({
        "PipelineArn": pipeline.arn,
        "PipelineVersionId": number,
        "PipelineVersionDisplayName": version.display_name,
        "PipelineVersionDescription": version.description,
        "CreationTime": seconds(version.created),
        "LastModifiedTime": seconds(version.created),
        "CreatedBy": as_read::creator(pipeline),
        "LastModifiedBy": as_read::creator(pipeline),
        "LastExecutedPipelineExecutionArn": version.last_execution,
        "LastExecutedPipelineExecutionDisplayName": last.as_ref().map(|last| &last.display_name),
        "LastExecutedPipelineExecutionStatus": last.as_ref().map(|last| last.status.as_str()),
        "PipelineVersionAliases": aliases_of(version),
    })
}
