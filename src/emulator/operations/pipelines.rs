//! Pipelines: create, update, delete, describe, list.

use super::aliases;
use super::as_read;
use super::common::{
    Window, parallelism, pipeline, pipeline_key, requested_parallelism, seconds, user,
};
use super::tag_list;
use crate::engine::{ArnContext, Millis};
use crate::model::{Pipeline, Version, World};
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use crate::protocol::page::{self, Direction};
use crate::validation;
use serde_json::{Value, json};
use std::sync::Arc;

/// Characters of a definition, inline or in S3.
const MAX_DEFINITION_CHARACTERS: usize = 1_048_576;

/// `CreatePipeline`.
pub fn create(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let name = input.required("PipelineName");
    let Some(definition) = definition(world, input)? else {
        return Err(ServiceError::validation(
            "Either Pipeline Definition or Pipeline Definition S3 location should be provided",
        ));
    };
    if world.pipelines.by_name(name).is_some() {
        return Err(ServiceError::validation(format!(
            "Pipeline names must be unique within an AWS account and region. Pipeline with name ({name}) already exists."
        )));
    }
    let arn_context = Arc::new(ArnContext {
        pipeline: name.to_owned(),
        ..world.arn_context.clone()
    });
    let mut version = Version::new(&definition, now);
    version.aliases = aliases::requested(input)?;
    let arn = arn_context.pipeline_arn();
    world.pipelines.add(Pipeline {
        name: name.to_owned(),
        arn: arn.clone(),
        arn_context,
        display_name: input.owned("PipelineDisplayName"),
        description: input.owned("PipelineDescription"),
        role_arn: input.required("RoleArn").to_owned(),
        tags: tag_list::merged(&[], input)?,
        created: now,
        modified: now,
        last_run: None,
        created_by: None,
        parallelism: requested_parallelism(input),
        versions: vec![version],
        as_read: None,
    });
    Ok(json!({"PipelineArn": arn}))
}

/// `UpdatePipeline`: every definition is a new version.
pub fn update(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let key = pipeline_key(world, input.required("PipelineName"))?;
    let definition = definition(world, input)?;
    let Some(pipeline) = world.pipelines.get_mut(key) else {
        return Err(ServiceError::not_found("The pipeline does not exist."));
    };
    let aliases = aliases::requested(input)?;
    match definition {
        Some(definition) => {
            aliases::check_free(pipeline, pipeline.newest() + 1, &aliases)?;
            let version = Version::new(&definition, now);
            pipeline.versions.push(Version { aliases, ..version });
        }
        None if !aliases.is_empty() => {
            return Err(ServiceError::validation(
                "PipelineVersionAliases can only be specified when the pipeline definition is updated.",
            ));
        }
        None => {}
    }
    let newest = pipeline.newest();
    if let Some(name) = input.owned("PipelineDisplayName") {
        pipeline.display_name = Some(name);
    }
    if let Some(description) = input.owned("PipelineDescription") {
        pipeline.description = Some(description);
    }
    if let Some(role) = input.owned("RoleArn") {
        pipeline.role_arn = role;
    }
    if let Some(steps) = requested_parallelism(input) {
        pipeline.parallelism = Some(steps);
    }
    pipeline.modified = now;
    if let Some(as_read) = &mut pipeline.as_read {
        // Whoever changed it there did not change it here.
        let nobody = user(&None);
        as_read
            .description
            .insert("LastModifiedBy".to_owned(), nobody);
    }
    Ok(json!({"PipelineArn": pipeline.arn, "PipelineVersionId": newest}))
}

/// `DeletePipeline`, with its executions.
pub fn delete(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let (key, pipeline) = pipeline(world, input)?;
    let arn = pipeline.arn.clone();
    let running = |execution| world.executions.pipeline_of(execution) == Some(key);
    if world.executions.running().any(running) {
        return Err(ServiceError::validation(
            "Pipelines with running executions cannot be deleted.",
        ));
    }
    for execution in world.pipelines.remove(key) {
        world.executions.delete(execution);
    }
    Ok(json!({"PipelineArn": arn}))
}

/// `DescribePipeline`.
pub fn describe(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let (_, pipeline) = pipeline(world, input)?;
    let version = version(pipeline, input)?;
    let Some(definition) = version.definition.as_deref() else {
        return Err(ServiceError::validation(format!(
            "The definition of this version of pipeline '{}' was not imported, because no imported execution ran it.",
            pipeline.arn
        )));
    };
    let own = json!({
        "PipelineArn": pipeline.arn,
        "PipelineName": pipeline.name,
        "PipelineDisplayName": pipeline.display_name,
        "PipelineDefinition": definition,
        "PipelineDescription": pipeline.description,
        "RoleArn": pipeline.role_arn,
        "PipelineStatus": "Active",
        "CreationTime": seconds(pipeline.created),
        "LastModifiedTime": seconds(pipeline.modified),
        "LastRunTime": pipeline.last_run.map(seconds),
        "CreatedBy": user(&pipeline.created_by),
        "LastModifiedBy": user(&pipeline.created_by),
        "ParallelismConfiguration": parallelism(pipeline.parallelism),
        "PipelineVersionDisplayName": version.display_name,
        "PipelineVersionDescription": version.description,
        "PipelineVersionAliases": aliases_of(version),
    });
    Ok(as_read::completed(as_read::description_of(pipeline), own))
}

/// `ListPipelines`.
pub fn list(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let prefix = input.text("PipelineNamePrefix").unwrap_or_default();
    let by_name = input.text("SortBy") == Some("Name");
    let is_customers = input.text("ManagedBy") != Some("AWS");
    let window = Window::of(input);
    let candidates = world
        .pipelines
        .iter()
        .filter(|(_, pipeline)| {
            is_customers && pipeline.name.starts_with(prefix) && window.contains(pipeline.created)
        })
        .map(|(key, pipeline)| {
            let (name, created) = match by_name {
                true => (pipeline.name.as_str(), 0),
                false => ("", pipeline.created),
            };
            ((name.to_owned(), created, key.0), pipeline)
        });
    let page = page::of(
        "ListPipelines",
        input,
        Direction::of(input, Direction::Descending),
        candidates,
    )?;
    let summaries: Vec<Value> = page.items.into_iter().map(summary).collect();
    Ok(json!({"PipelineSummaries": summaries, "NextToken": page.next_token}))
}

fn summary(pipeline: &Pipeline) -> Value {
    let own = json!({
        "PipelineArn": pipeline.arn,
        "PipelineName": pipeline.name,
        "PipelineDisplayName": pipeline.display_name,
        "PipelineDescription": pipeline.description,
        "RoleArn": pipeline.role_arn,
        "CreationTime": seconds(pipeline.created),
        "LastModifiedTime": seconds(pipeline.modified),
        "LastExecutionTime": pipeline.last_run.map(seconds),
    });
    as_read::completed(as_read::summary_of(pipeline), own)
}

/// `PipelineVersionAliases`; null if there are none.
pub(super) fn aliases_of(version: &Version) -> Value {
    match version.aliases.is_empty() {
        true => Value::Null,
        false => json!(version.aliases),
    }
}

/// The version of a request's number or alias; else the newest.
fn version<'p>(pipeline: &'p Pipeline, input: Input) -> Result<&'p Version, ServiceError> {
    let number = version_number(pipeline, input)?;
    pipeline.version(number).ok_or_else(|| {
        ServiceError::not_found(format!(
            "Pipeline '{}' has no version {number}.",
            pipeline.arn
        ))
    })
}

/// The number of an existing version, as a request names it by number or alias; else of the newest.
pub(super) fn version_number(pipeline: &Pipeline, input: Input) -> Result<i64, ServiceError> {
    let missing = |what: String| {
        ServiceError::not_found(format!(
            "Pipeline '{}' has no version {what}.",
            pipeline.arn
        ))
    };
    match (
        input.whole("PipelineVersionId"),
        input.text("PipelineVersionAlias"),
    ) {
        (Some(_), Some(_)) => Err(ServiceError::validation(
            "PipelineVersionId and PipelineVersionAlias cannot both be specified.",
        )),
        (Some(number), None) => pipeline
            .version(number)
            .map(|_| number)
            .ok_or_else(|| missing(number.to_string())),
        (None, Some(alias)) => pipeline
            .aliased(alias)
            .ok_or_else(|| missing(format!("with the alias '{alias}'"))),
        (None, None) => Ok(pipeline.newest()),
    }
}

/// The definition in a request, if it has one: inline, or in S3.
fn definition(world: &World, input: Input) -> Result<Option<String>, ServiceError> {
    let text = match (
        input.owned("PipelineDefinition"),
        input.record("PipelineDefinitionS3Location"),
    ) {
        (Some(_), Some(_)) => {
            return Err(ServiceError::validation(
                "Both Pipeline Definition and Pipeline Definition S3 Location shouldn't be present",
            ));
        }
        (inline, None) => inline,
        (None, Some(location)) => Some(definition_in_s3(world, location)?),
    };
    if let Some(text) = &text {
        validation::check(text).map_err(|invalid| ServiceError::validation(invalid.to_string()))?;
    }
    Ok(text)
}

/// The definition at a `PipelineDefinitionS3Location`.
fn definition_in_s3(world: &World, location: Input) -> Result<String, ServiceError> {
    let (bucket, key) = (location.required("Bucket"), location.required("ObjectKey"));
    let unreadable = |why: &str| {
        ServiceError::validation(format!(
            "Unable to read the pipeline definition from Amazon S3 (s3://{bucket}/{key}): {why}"
        ))
    };
    if location.has("VersionId") {
        return Err(unreadable(
            "The version ID specified in the request does not match an existing version.",
        ));
    }
    let object =
        world
            .storage
            .get(bucket, key)
            .ok_or_else(|| match world.storage.has_bucket(bucket) {
                true => unreadable("The specified key does not exist."),
                false => unreadable("The specified bucket does not exist."),
            })?;
    let text = std::str::from_utf8(&object.contents)
        .map_err(|_| unreadable("The object is not text in UTF-8."))?;
    match text.chars().count() {
        1..=MAX_DEFINITION_CHARACTERS => Ok(text.to_owned()),
        0 => Err(unreadable("The object is empty.")),
        _ => Err(unreadable(
            "The object has more than 1048576 characters, the most a pipeline definition can have.",
        )),
    }
}
