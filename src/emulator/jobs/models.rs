//! What steps make that does not run: models, packages, endpoints and their configurations.

use super::described::{failure, told};
use super::finding::{Job, Standing, arn};
use super::shapes;
use crate::emulator::engine::Millis;
use crate::emulator::model::World;
use crate::emulator::operations::seconds;
use crate::emulator::protocol::dispatch::Answer;
use crate::emulator::protocol::errors::Refusal;
use crate::emulator::protocol::input::Input;
use serde_json::json;

/// `DescribeModel`.
pub fn model(world: &mut World, input: Input, now: Millis) -> Answer {
    let job = made(world, input, "ModelName", "model", now)?;
    let given = job.arguments();
    Ok(json!({
        "ModelName": job.name,
        "PrimaryContainer": told(&given, "PrimaryContainer", &shapes::CONTAINER),
        "Containers": told(&given, "Containers", &shapes::CONTAINERS),
        "ExecutionRoleArn": job.role,
        "CreationTime": seconds(job.step.start),
        "ModelArn": job.arn,
        "EnableNetworkIsolation": false,
    }))
}

/// `DescribeModelPackage`, by ARN; those that were registered before the seed's history are not known.
pub fn model_package(world: &mut World, input: Input, now: Millis) -> Answer {
    let name = input.needed("ModelPackageName");
    let wanted = match name.starts_with("arn:") {
        true => name.to_lowercase(),
        false => world
            .place
            .arn(&format!("model-package/{}", name.to_lowercase())),
    };
    let package = world.packages.find(&wanted);
    let job = package.and_then(|package| {
        let step = &package.step;
        Job::of(
            world,
            package.execution,
            &|told| told.name == *step && arn(told).is_some(),
            now,
        )
    });
    let job =
        job.ok_or_else(|| Refusal::validation(format!("ModelPackage {wanted} does not exist.")))?;
    let given = job.arguments();
    let (group, version) = job.name.rsplit_once('/').unwrap_or((&job.name, "1"));
    // Answers spell the group as it was created; only its ARN is lower-cased.
    let mut groups = world.packages.groups().keys();
    let group = groups
        .find(|known| known.eq_ignore_ascii_case(group))
        .map_or(group, String::as_str);
    let created = seconds(job.step.end.unwrap_or(job.step.start));
    Ok(json!({
        "ModelPackageName": group,
        "ModelPackageGroupName": group,
        "ModelPackageVersion": version.parse::<u32>().unwrap_or(1),
        "ModelPackageArn": job.arn,
        "ModelPackageDescription": told(&given, "ModelPackageDescription", &shapes::TEXT),
        "CreationTime": created,
        "InferenceSpecification": told(&given, "InferenceSpecification", &shapes::INFERENCE),
        "ModelPackageStatus": "Completed",
        "ModelPackageStatusDetails": {"ValidationStatuses": [], "ImageScanStatuses": []},
        "CertifyForMarketplace": false,
        "ModelApprovalStatus": told(&given, "ModelApprovalStatus", &shapes::APPROVAL)
            .unwrap_or_else(|| json!("PendingManualApproval")),
        "ModelMetrics": told(&given, "ModelMetrics", &shapes::MODEL_METRICS),
        "LastModifiedTime": created,
        "CustomerMetadataProperties": told(&given, "CustomerMetadataProperties", &shapes::TEXTS),
    }))
}

/// `DescribeEndpoint`.
pub fn endpoint(world: &mut World, input: Input, now: Millis) -> Answer {
    let job = made(world, input, "EndpointName", "endpoint", now)?;
    let given = job.arguments();
    let status = match job.standing() {
        Standing::InProgress | Standing::Stopping => "Creating",
        Standing::Completed => "InService",
        Standing::Failed => "Failed",
        Standing::Stopped => "OutOfService",
    };
    Ok(json!({
        "EndpointName": job.name,
        "EndpointArn": job.arn,
        "EndpointConfigName": told(&given, "EndpointConfigName", &shapes::NAME),
        "EndpointStatus": status,
        "FailureReason": failure(&job),
        "CreationTime": seconds(job.step.start),
        "LastModifiedTime": seconds(job.step.end.unwrap_or(job.step.start)),
    }))
}

/// `DescribeEndpointConfig`.
pub fn endpoint_config(world: &mut World, input: Input, now: Millis) -> Answer {
    let job = made(world, input, "EndpointConfigName", "endpoint-config", now)?;
    let given = job.arguments();
    let variants = told(&given, "ProductionVariants", &shapes::VARIANTS);
    Ok(json!({
        "EndpointConfigName": job.name,
        "EndpointConfigArn": job.arn,
        "ProductionVariants": variants.unwrap_or_else(|| json!([{"VariantName": "AllTraffic"}])),
        "CreationTime": seconds(job.step.start),
    }))
}

fn made<'w>(
    world: &'w World,
    input: Input,
    member: &str,
    resource: &str,
    now: Millis,
) -> Result<Job<'w>, Refusal> {
    let name = input.needed(member);
    Job::find(world, resource, name, now).ok_or_else(|| {
        let arn = world.place.arn(&format!("{resource}/{name}"));
        Refusal::validation(format!("Could not find {resource} \"{arn}\"."))
    })
}
