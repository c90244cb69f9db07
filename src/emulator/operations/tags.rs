//! Tags of pipelines, jobs, model packages and their groups, models, endpoints and their configurations.

use super::common::pipeline_key;
use super::hosting::FoundResource;
use super::tag_list::{MAX_TAGS, merged, on_the_wire};
use super::{groups, packages};
use crate::engine::Millis;
use crate::jobs::{Job, TrainedJob};
use crate::model::{JobKind, PipelineKey, ResourceKind, TagList, World};
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use crate::protocol::page::{self, Direction};
use serde_json::json;

/// What a request's `ResourceArn` names, where it exists.
enum Tagged {
    /// A pipeline, which holds its tags.
    Pipeline(PipelineKey),
    /// Anything else, by its ARN.
    Other(String),
}

/// `ListTags`, in the order they were added.
pub fn list(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let (_, tags) = tagged(world, input, now)?;
    let size = input
        .whole("MaxResults")
        .map_or(MAX_TAGS, |size| size.max(1) as usize);
    let candidates = tags.iter().enumerate();
    let page = page::sized("ListTags", input, Direction::Ascending, size, candidates)?;
    Ok(json!({"Tags": on_the_wire(page.items), "NextToken": page.next_token}))
}

/// `AddTags`: an existing key gets the new value.
pub fn add(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let (tagged, tags) = tagged(world, input, now)?;
    let tags = merged(&tags, input)?;
    let answer = json!({"Tags": on_the_wire(&tags)});
    put(world, tagged, tags);
    Ok(answer)
}

/// `DeleteTags`.
pub fn delete(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let (tagged, mut tags) = tagged(world, input, now)?;
    tags.retain(|(key, _)| !input.texts("TagKeys").any(|deleted| deleted == key));
    put(world, tagged, tags);
    Ok(json!({}))
}

fn put(world: &mut World, tagged: Tagged, tags: TagList) {
    match tagged {
        Tagged::Pipeline(key) => {
            if let Some(pipeline) = world.pipelines.get_mut(key) {
                pipeline.tags = tags;
            }
        }
        Tagged::Other(arn) => world.tags.put(&arn, tags),
    }
}

/// What a request's `ResourceArn` names, and its tags.
fn tagged(world: &World, input: Input, now: Millis) -> Result<(Tagged, TagList), ServiceError> {
    let requested = input.required("ResourceArn");
    let resource = requested.splitn(6, ':').nth(5).unwrap_or_default();
    let (kind, name) = resource.split_once('/').unwrap_or_default();
    let (arn, initial) = match kind {
        "pipeline" => return of_pipeline(world, requested),
        "model-package-group" => {
            let (name, _) = groups::find(world, requested)?;
            (groups::arn(world, name), TagList::new())
        }
        "model-package" => packages::tagged(world, requested)?,
        _ => match JobKind::of_arn_type(kind) {
            Some(kind) => of_job(world, kind, name).ok_or_else(unknown)?,
            None => {
                let mut kinds = ResourceKind::ALL.into_iter();
                let kind = kinds.find(|known| known.arn_type() == kind);
                let found = FoundResource::find(world, kind.ok_or_else(unknown)?, name, now)?;
                (found.arn(world), found.initial_tags())
            }
        },
    };
    if !arn.eq_ignore_ascii_case(requested) {
        return Err(unknown());
    }
    let tags = world.tags.get(&arn).cloned().unwrap_or(initial);
    Ok((Tagged::Other(arn), tags))
}

/// The ARN of a job, and the tags that it was created with.
fn of_job(world: &World, kind: JobKind, name: &str) -> Option<(String, TagList)> {
    if let Some(job) = Job::of_kind(world, kind, name) {
        let tags = job.tags();
        return Some((job.arn, tags));
    }
    let trained = TrainedJob::find(world, name).filter(|_| kind == JobKind::Training)?;
    Some((trained.arn(), trained.tags()))
}

fn of_pipeline(world: &World, arn: &str) -> Result<(Tagged, TagList), ServiceError> {
    let key = pipeline_key(world, arn)?;
    let pipeline = world.pipelines.get(key);
    let pipeline = pipeline.filter(|pipeline| pipeline.arn.eq_ignore_ascii_case(arn));
    let tags = pipeline.ok_or_else(unknown)?.tags.clone();
    Ok((Tagged::Pipeline(key), tags))
}

fn unknown() -> ServiceError {
    ServiceError::not_found("The resource does not exist.")
}
