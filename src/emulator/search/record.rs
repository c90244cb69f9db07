//! What is searched: a pipeline's or an execution's properties, made only as far as a search asks for them.

use crate::emulator::engine::RunStatus;
use crate::emulator::model::{ExecutionKey, Facts, PipelineKey, Summary, World};
use crate::emulator::operations::executions::{experiment, failure, selective, values};
use crate::emulator::operations::{parallelism, seconds, tags, user};
use crate::emulator::protocol::errors::Refusal;
use serde_json::{Value, json};
use std::cell::OnceCell;

/// Which resource is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `Pipeline`.
    Pipeline,
    /// `PipelineExecution`.
    Execution,
}

const PIPELINE_PROPERTIES: &[&str] = &[
    "PipelineArn",
    "PipelineName",
    "PipelineDisplayName",
    "PipelineDescription",
    "RoleArn",
    "PipelineStatus",
    "CreationTime",
    "LastModifiedTime",
    "LastRunTime",
];

const EXECUTION_PROPERTIES: &[&str] = &[
    "PipelineArn",
    "PipelineExecutionArn",
    "PipelineExecutionDisplayName",
    "PipelineExecutionStatus",
    "PipelineExecutionDescription",
    "FailureReason",
    "CreationTime",
    "LastModifiedTime",
    "PipelineVersionId",
    "PipelineVersionDisplayName",
];

const SHARED_STRUCTURES: &[&str] = &["CreatedBy.", "LastModifiedBy.", "ParallelismConfiguration."];

const EXECUTION_STRUCTURES: &[&str] = &[
    "PipelineExperimentConfig.",
    "SelectiveExecutionConfig.",
    "PipelineParameters.",
];

impl Kind {
    /// Refuses a property that the resource does not have.
    pub fn check(self, name: &str) -> Result<(), Refusal> {
        let (plain, structures): (&[&str], &[&str]) = match self {
            Kind::Pipeline => (PIPELINE_PROPERTIES, &["Tags."]),
            Kind::Execution => (EXECUTION_PROPERTIES, EXECUTION_STRUCTURES),
        };
        let mut parts = structures.iter().chain(SHARED_STRUCTURES);
        match plain.contains(&name) || parts.any(|part| name.starts_with(part)) {
            true => Ok(()),
            false => Err(Refusal::validation(format!(
                "Unknown property name: '{name}'"
            ))),
        }
    }
}

/// A property's value. Times are seconds since the epoch.
#[derive(Debug, Clone, Copy)]
pub enum Scalar<'a> {
    Number(f64),
    Text(&'a str),
}

/// Which thing a record is about.
#[derive(Debug, Clone, Copy)]
pub enum Subject {
    Pipeline(PipelineKey),
    Execution(ExecutionKey, Facts),
}

/// Something that is searched.
pub struct Record<'w> {
    world: &'w World,
    subject: Subject,
    full: OnceCell<Value>,
}

impl<'w> Record<'w> {
    /// The record of one thing.
    pub fn new(world: &'w World, subject: Subject) -> Record<'w> {
        Record {
            world,
            subject,
            full: OnceCell::new(),
        }
    }

    /// A number that no other record of its kind has.
    pub fn number(&self) -> u32 {
        match self.subject {
            Subject::Pipeline(key) => key.0,
            Subject::Execution(key, _) => key.0,
        }
    }

    /// Whether any value of a property passes; a list has several, an absent property none.
    pub fn any(&self, name: &str, test: &mut dyn FnMut(Scalar) -> bool) -> bool {
        if let Subject::Execution(_, facts) = self.subject {
            // What every execution's few numbers tell, without making a hundred thousand of them.
            match name {
                "CreationTime" => return test(Scalar::Number(seconds(facts.created))),
                "LastModifiedTime" => return test(Scalar::Number(seconds(facts.modified))),
                "PipelineExecutionStatus" => return test(Scalar::Text(facts.status.as_str())),
                "FailureReason" if facts.status != RunStatus::Failed => return false,
                "PipelineArn" => {
                    let owner = self.world.pipelines.get(facts.pipeline);
                    return owner.is_some_and(|pipeline| test(Scalar::Text(&pipeline.arn)));
                }
                "PipelineExecutionArn" => {
                    return self.summary(|told| test(Scalar::Text(&told.arn)));
                }
                "PipelineExecutionDisplayName" => {
                    return self.summary(|told| test(Scalar::Text(&told.display_name)));
                }
                "PipelineExecutionDescription" => {
                    return self.summary(|told| {
                        told.description
                            .as_deref()
                            .is_some_and(|text| test(Scalar::Text(text)))
                    });
                }
                _ => {}
            }
        }
        any_at(self.full(), name, test)
    }

    /// The items of a list property.
    pub fn items(&self, name: &str) -> &[Value] {
        self.full()
            .get(name)
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    /// The record as a search returns it.
    pub fn on_the_wire(&self) -> Value {
        match self.subject {
            Subject::Pipeline(_) => json!({"Pipeline": self.full()}),
            Subject::Execution(..) => json!({"PipelineExecution": self.full()}),
        }
    }

    fn summary(&self, test: impl FnOnce(&Summary) -> bool) -> bool {
        match self.subject {
            Subject::Execution(key, _) => self
                .world
                .summary(key)
                .is_some_and(|summary| test(&summary)),
            Subject::Pipeline(_) => false,
        }
    }

    fn full(&self) -> &Value {
        self.full.get_or_init(|| match self.subject {
            Subject::Pipeline(key) => pipeline(self.world, key),
            Subject::Execution(key, facts) => execution(self.world, key, facts),
        })
    }
}

/// Whether any value under a dotted path passes.
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
        (Value::Array(items), Some(rest)) => items.iter().any(|item| any_at(item, rest, test)),
        (member, Some(rest)) => any_at(member, rest, test),
        (member, None) => leaf(member, test),
    }
}

fn leaf(value: &Value, test: &mut dyn FnMut(Scalar) -> bool) -> bool {
    match value {
        Value::String(text) => test(Scalar::Text(text)),
        Value::Number(number) => test(Scalar::Number(number.as_f64().unwrap_or_default())),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    }
}

fn pipeline(world: &World, key: PipelineKey) -> Value {
    let Some(pipeline) = world.pipelines.get(key) else {
        return Value::Null;
    };
    json!({
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
        "Tags": tags::on_the_wire(&pipeline.tags),
    })
}

fn execution(world: &World, key: ExecutionKey, facts: Facts) -> Value {
    let (Some(execution), Some(pipeline)) =
        (world.execution(key), world.pipelines.get(facts.pipeline))
    else {
        return Value::Null;
    };
    let version = pipeline.version(execution.version);
    json!({
        "PipelineArn": pipeline.arn,
        "PipelineExecutionArn": execution.arn(),
        "PipelineExecutionDisplayName": execution.display_name,
        "PipelineExecutionStatus": facts.status.as_str(),
        "PipelineExecutionDescription": execution.description,
        "PipelineExperimentConfig": experiment(pipeline, &execution),
        "FailureReason": failure(facts.status),
        "CreationTime": seconds(facts.created),
        "LastModifiedTime": seconds(facts.modified),
        "CreatedBy": user(&execution.created_by),
        "LastModifiedBy": user(&execution.created_by),
        "ParallelismConfiguration": parallelism(execution.run.spec().parallelism),
        "SelectiveExecutionConfig": selective(&execution),
        "PipelineParameters": values(&execution),
        "PipelineVersionId": execution.version,
        "PipelineVersionDisplayName": version.and_then(|version| version.display_name.clone()),
    })
}
