//! Answers about what was read from another SageMaker: as it was answered there.

use super::common::{execution_key, user};
use crate::model::{ExecutionKey, Members, Pipeline, Recording, World};
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use crate::validation;
use serde_json::{Value, json};

/// Members of answers about pipelines and versions that no operation here changes: they stay as they were read.
const UNCHANGED: [&str; 4] = [
    "CreatedBy",
    "CreationTime",
    "LastModifiedBy",
    "PipelineStatus",
];

/// An answer about a pipeline or version, with the members that were read of it and that the emulator does not have.
pub(super) fn completed(as_read: Option<&Members>, own: Value) -> Value {
    let Some(as_read) = as_read else { return own };
    let mut answer = as_read.clone();
    let Value::Object(own) = own else { return own };
    for (name, value) in own {
        let stays = UNCHANGED.contains(&name.as_str());
        if !stays && !value.is_null() {
            answer.insert(name, value);
        }
    }
    Value::Object(answer)
}

/// The members that `DescribePipeline` returned of a pipeline.
pub(super) fn description_of(pipeline: &Pipeline) -> Option<&Members> {
    let as_read = pipeline.as_read.as_ref()?;
    Some(&as_read.description)
}

/// The members that `ListPipelines` returned of a pipeline.
pub(super) fn summary_of(pipeline: &Pipeline) -> Option<&Members> {
    let as_read = pipeline.as_read.as_ref()?;
    Some(&as_read.summary)
}

/// `CreatedBy` of a pipeline.
pub(super) fn creator(pipeline: &Pipeline) -> Value {
    let read = description_of(pipeline).and_then(|members| members.get("CreatedBy"));
    read.cloned().unwrap_or_else(|| user(&pipeline.created_by))
}

/// The record of an execution in the answer of `Search`. As there, its reason is that of lists.
pub(super) fn found_execution(recording: &Recording, owner: &Pipeline) -> Value {
    let answers = recording.answers();
    let mut record = answers.description;
    // Search does not return it.
    record.remove("MLflowConfig");
    let reason = answers.summary.get("PipelineExecutionFailureReason");
    if let (Some(own), Some(reason)) = (record.get_mut("FailureReason"), reason) {
        *own = reason.clone();
    }
    let version = recording.version.and_then(|number| owner.version(number));
    let version = version.and_then(|version| version.display_name.clone());
    record.insert("PipelineVersionDisplayName".to_owned(), json!(version));
    record.insert("PipelineParameters".to_owned(), json!(answers.parameters));
    Value::Object(record)
}

/// The execution of a request that is to change it.
///
/// # Errors
/// When it does not exist, or was read from another SageMaker.
pub(super) fn changeable_execution(
    world: &World,
    input: Input,
) -> Result<ExecutionKey, ServiceError> {
    let key = execution_key(world, input)?;
    match world.recording(key) {
        None => Ok(key),
        Some(_) => {
            let arn = input.required("PipelineExecutionArn");
            Err(ServiceError::validation(format!(
                "Pipeline execution '{arn}' was imported. The local SageMaker keeps it as it was read and cannot change it."
            )))
        }
    }
}

/// Checks that the emulator can run a version of a pipeline: of what was imported it may not.
///
/// # Errors
/// When the definition was not read, or is one that the emulator refuses.
pub(super) fn check_startable(pipeline: &Pipeline, number: i64) -> Result<(), ServiceError> {
    let version = pipeline.version(number);
    let Some(version) = version.filter(|version| version.as_read.is_some()) else {
        return Ok(());
    };
    let why = match &version.definition {
        None => "its definition was not imported, because no imported execution ran it".to_owned(),
        Some(definition) => match validation::check(definition) {
            Ok(()) => return Ok(()),
            Err(refusal) => refusal.to_string(),
        },
    };
    Err(ServiceError::validation(format!(
        "Pipeline '{}' was imported, and the local SageMaker cannot run its version {number}: {why}",
        pipeline.arn
    )))
}
