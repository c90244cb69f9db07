//! Endpoints: their status follows the clock.

use super::list::{self, Lists};
use super::resource::{self, FoundResource};
use super::variants;
use crate::engine::Millis;
use crate::model::{EndpointChange, ResourceKind, ResourceRecord, Transition, World};
use crate::operations::common::seconds;
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use crate::protocol::repeated::known;
use serde_json::{Map, Value, json};
use sluicegate_shapes as shapes;

const KIND: ResourceKind = ResourceKind::Endpoint;
const CONFIG: &str = "EndpointConfigName";
const LAST_DEPLOYMENT: &str = "LastDeploymentConfig";
const PRODUCTION_VARIANTS: &str = "ProductionVariants";
/// How long the changes of an endpoint take on the service, about, in milliseconds.
const CREATION_MILLIS: Millis = 4 * 60_000;
const UPDATE_MILLIS: Millis = 5 * 60_000;
const DELETION_MILLIS: Millis = 20_000;

/// `CreateEndpoint`: its configuration and the models of that must exist.
pub fn create(world: &mut World, input: Input, now: Millis) -> OperationResult {
    resource::check_free(world, KIND, input.required("EndpointName"), now)?;
    let mut members = deployed(world, input, now)?;
    members.extend(deployment(input));
    let transition = Transition {
        change: EndpointChange::Creating,
        until: now + world.pace.scaled(CREATION_MILLIS),
    };
    resource::create(world, (KIND, input), members, Some(transition), now)
}

/// The members of an endpoint with the configuration that a request names.
fn deployed(world: &World, input: Input, now: Millis) -> Result<Map<String, Value>, ServiceError> {
    let config = FoundResource::named(world, ResourceKind::EndpointConfig, input, now)?;
    let config = config.description(world, now);
    variants::check_models(world, &config, now)?;
    let mut members = variants::deployed(world, &config, now);
    members.insert(CONFIG.to_owned(), config[CONFIG].clone());
    Ok(members)
}

/// `LastDeploymentConfig`, if a request has a `DeploymentConfig`.
fn deployment(input: Input) -> Option<(String, Value)> {
    let requested = input.body().get("DeploymentConfig")?;
    let answer = shapes::operation("DescribeEndpoint")?.output?;
    let shape = answer.member(LAST_DEPLOYMENT)?;
    Some((LAST_DEPLOYMENT.to_owned(), known(&shape, requested)))
}

/// `UpdateEndpoint`: another configuration, which counts when the update is done.
pub fn update(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let (arn, record) = settled(world, input, now)?;
    let mut members = deployed(world, input, now)?;
    if input.flag("RetainAllVariantProperties") {
        variants::retain(&mut members, &record.members, input);
    }
    let last = record.members.get(LAST_DEPLOYMENT).cloned();
    members.extend(match input.flag("RetainDeploymentConfig") {
        true => last.map(|last| (LAST_DEPLOYMENT.to_owned(), last)),
        false => deployment(input),
    });
    let transition = Transition {
        change: EndpointChange::Updating(members),
        until: now + world.pace.scaled(UPDATE_MILLIS),
    };
    world.resources.put(ResourceRecord {
        transition: Some(transition),
        ..record
    });
    Ok(json!({"EndpointArn": arn}))
}

/// `DeleteEndpoint`: it is gone a moment later.
pub fn delete(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let found = settled(world, input, now)?;
    let until = now + world.pace.scaled(DELETION_MILLIS);
    resource::delete(world, found, Some(until))
}

/// The endpoint that a request names, which must not be changing: its ARN, and its record to be changed at `now`.
fn settled(
    world: &World,
    input: Input,
    now: Millis,
) -> Result<(String, ResourceRecord), ServiceError> {
    let found = FoundResource::named(world, KIND, input, now)?;
    let arn = found.arn(world);
    let status = description(world, &found, now)["EndpointStatus"].take();
    match status.as_str() {
        Some("Creating" | "Updating" | "Deleting") => Err(ServiceError::validation(format!(
            "Cannot update in-progress endpoint \"{arn}\"."
        ))),
        _ => Ok((arn, found.to_record(world, now))),
    }
}

/// `DescribeEndpoint`.
pub fn describe(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let found = FoundResource::named(world, KIND, input, now)?;
    Ok(description(world, &found, now))
}

fn description(world: &World, found: &FoundResource, now: Millis) -> Value {
    let mut answer = found.description(world, now);
    match found {
        FoundResource::Requested(record) => {
            answer.insert(
                "EndpointStatus".to_owned(),
                json!(resource::status(record, now)),
            );
            let modified = json!(seconds(record.modified_at(now)));
            answer.insert("LastModifiedTime".to_owned(), modified);
            match record.change_at(now) {
                Some(EndpointChange::Creating) => {
                    answer.remove(PRODUCTION_VARIANTS);
                }
                Some(EndpointChange::Updating(members)) => {
                    let pending = pending(members, record.modified);
                    answer.insert("PendingDeploymentSummary".to_owned(), pending);
                }
                Some(EndpointChange::Deleting) | None => {}
            }
        }
        FoundResource::OfStep(_, job) if answer["EndpointStatus"] == "InService" => {
            let name = answer[CONFIG].as_str().unwrap_or_default();
            let kind = ResourceKind::EndpointConfig;
            if let Ok(config) = FoundResource::find(world, kind, name, now) {
                let config = config.description(world, now);
                answer.extend(variants::deployed(world, &config, job.created()));
            }
        }
        FoundResource::OfStep(..) => {}
    }
    Value::Object(answer)
}

/// `PendingDeploymentSummary` of the members that an endpoint gets by an update.
fn pending(members: &Map<String, Value>, start: Millis) -> Value {
    json!({
        "EndpointConfigName": members.get(CONFIG),
        "ProductionVariants": members.get(PRODUCTION_VARIANTS),
        "StartTime": seconds(start),
    })
}

/// `ListEndpoints`, newest first by default.
pub fn list(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let lists = Lists {
        operation: "ListEndpoints",
        kind: KIND,
        member: "Endpoints",
    };
    list::list(world, &lists, input, now)
}
