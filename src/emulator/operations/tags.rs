//! Tags of pipelines.

use super::common::pipeline_key;
use crate::engine::Millis;
use crate::model::{Pipeline, PipelineKey, World};
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use crate::protocol::page::{self, Direction};
use serde_json::{Value, json};

/// Tags that a resource may have, and tags on a page.
const MAX_TAGS: usize = 50;

/// `ListTags`, in the order they were added.
pub fn list(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let pipeline =
        tagged(world, input).and_then(|key| world.pipelines.get(key).ok_or_else(unknown))?;
    let size = input
        .whole("MaxResults")
        .map_or(MAX_TAGS, |size| size.max(1) as usize);
    let candidates = pipeline.tags.iter().enumerate();
    let page = page::sized("ListTags", input, Direction::Ascending, size, candidates)?;
    Ok(json!({"Tags": on_the_wire(page.items), "NextToken": page.next_token}))
}

/// `AddTags`: an existing key gets the new value.
pub fn add(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let key = tagged(world, input)?;
    let pipeline = world.pipelines.get_mut(key).ok_or_else(unknown)?;
    pipeline.tags = merged(&pipeline.tags, input)?;
    Ok(json!({"Tags": on_the_wire(&pipeline.tags)}))
}

/// `DeleteTags`.
pub fn delete(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let key = tagged(world, input)?;
    let pipeline = world.pipelines.get_mut(key).ok_or_else(unknown)?;
    pipeline
        .tags
        .retain(|(key, _)| !input.texts("TagKeys").any(|deleted| deleted == key));
    Ok(json!({}))
}

/// Existing tags with those of a request.
///
/// # Errors
/// When a key is reserved, or there are too many tags.
pub(super) fn merged(
    existing: &[(String, String)],
    input: Input,
) -> Result<Vec<(String, String)>, ServiceError> {
    let mut tags = existing.to_vec();
    for tag in input.records("Tags") {
        let (key, value) = (tag.required("Key"), tag.required("Value"));
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(ServiceError::validation(
                "System tags (aws:*) are reserved and cannot be added, changed or removed.",
            ));
        }
        match tags.iter_mut().find(|(known, _)| known == key) {
            Some((_, known)) => value.clone_into(known),
            None => tags.push((key.to_owned(), value.to_owned())),
        }
    }
    if tags.len() > MAX_TAGS {
        return Err(ServiceError::validation(format!(
            "A resource can have at most {MAX_TAGS} tags."
        )));
    }
    Ok(tags)
}

/// `Tags` on the wire.
pub(super) fn on_the_wire<'a>(tags: impl IntoIterator<Item = &'a (String, String)>) -> Vec<Value> {
    tags.into_iter()
        .map(|(key, value)| json!({"Key": key, "Value": value}))
        .collect()
}

fn tagged(world: &World, input: Input) -> Result<PipelineKey, ServiceError> {
    let arn = input.required("ResourceArn");
    let key = pipeline_key(world, arn)?;
    let same = |pipeline: &Pipeline| pipeline.arn.eq_ignore_ascii_case(arn);
    world
        .pipelines
        .get(key)
        .filter(|pipeline| same(pipeline))
        .map(|_| key)
        .ok_or_else(unknown)
}

fn unknown() -> ServiceError {
    ServiceError::not_found("The resource does not exist.")
}
