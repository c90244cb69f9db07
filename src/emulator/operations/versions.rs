//! Versions of a pipeline's definition.

use super::aliases;
use super::as_read;
use super::common::{Window, pipeline, pipeline_key, seconds};
use super::pipelines::aliases_of;
use crate::engine::Millis;
use crate::model::World;
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use crate::protocol::page::{self, Direction};
use serde_json::{Value, json};

/// `ListPipelineVersions`, newest first by default.
pub fn list(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let (_, pipeline) = pipeline(world, input)?;
    let within = Window::of(input);
    let candidates = pipeline
        .versions
        .iter()
        .enumerate()
        .map(|(index, version)| (index as i64 + 1, version))
        .filter(|(_, version)| version.exists() && within.contains(version.created))
        .map(|(number, version)| (number, (number, version)));
    let direction = Direction::of(input, Direction::Descending);
    let page = page::of("ListPipelineVersions", input, direction, candidates)?;
    let summaries: Vec<Value> = page
        .items
        .into_iter()
        .map(|(number, version)| {
            let own = json!({
                "PipelineArn": pipeline.arn,
                "PipelineVersionId": number,
                "CreationTime": seconds(version.created),
                "PipelineVersionDescription": version.description,
                "PipelineVersionDisplayName": version.display_name,
                "LastExecutionPipelineExecutionArn": version.last_execution,
                "PipelineVersionAliases": aliases_of(version),
            });
            as_read::completed(version.as_read.as_ref(), own)
        })
        .collect();
    Ok(json!({"PipelineVersionSummaries": summaries, "NextToken": page.next_token}))
}

/// `UpdatePipelineVersion`.
pub fn update(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let key = pipeline_key(world, input.required("PipelineArn"))?;
    let number = input.whole("PipelineVersionId").unwrap_or_default();
    let Some(pipeline) = world.pipelines.get_mut(key) else {
        return Err(ServiceError::not_found("The pipeline does not exist."));
    };
    let arn = pipeline.arn.clone();
    if pipeline.version(number).is_none() {
        return Err(ServiceError::not_found(format!(
            "Pipeline '{arn}' has no version {number}."
        )));
    }
    if let Some(changes) = input.record("PipelineVersionAliasOperations") {
        aliases::change(pipeline, number, changes)?;
    }
    if let Some(version) = pipeline.version_mut(number) {
        if let Some(name) = input.owned("PipelineVersionDisplayName") {
            version.display_name = Some(name);
        }
        if let Some(description) = input.owned("PipelineVersionDescription") {
            version.description = Some(description);
        }
    }
    Ok(json!({"PipelineArn": arn, "PipelineVersionId": number}))
}
