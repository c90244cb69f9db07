//! What an endpoint has of its configuration: the variants with their images, weights and counts, data capture, and what
//! both answers have alike.

use super::resource::FoundResource;
use crate::engine::Millis;
use crate::model::{ResourceKind, World};
use crate::operations::common::seconds;
use crate::operations::packages;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use serde_json::{Map, Value, json};
use sluicegate_shapes as shapes;

/// The members of a configuration that list variants.
const VARIANTS: [&str; 2] = ["ProductionVariants", "ShadowProductionVariants"];
/// The weight of a variant that names none.
const DEFAULT_WEIGHT: f64 = 1.0;
const DATA_CAPTURE: &str = "DataCaptureConfig";
/// What an update may keep of a variant, by the `VariantPropertyType` that excludes it.
const RETAINED: [(&str, [&str; 2]); 2] = [
    (
        "DesiredInstanceCount",
        ["CurrentInstanceCount", "DesiredInstanceCount"],
    ),
    ("DesiredWeight", ["CurrentWeight", "DesiredWeight"]),
];

/// Checks that the models of a configuration exist.
pub(super) fn check_models(
    world: &World,
    config: &Map<String, Value>,
    now: Millis,
) -> Result<(), ServiceError> {
    for name in variants(config).filter_map(|variant| variant["ModelName"].as_str()) {
        FoundResource::find(world, ResourceKind::Model, name, now)?;
    }
    Ok(())
}

fn variants(config: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let lists = VARIANTS.into_iter().filter_map(|member| config.get(member));
    lists.filter_map(Value::as_array).flatten()
}

/// What `DescribeEndpoint` returns of an endpoint that has a configuration, deployed at a time.
pub(super) fn deployed(
    world: &World,
    config: &Map<String, Value>,
    at: Millis,
) -> Map<String, Value> {
    let mut members = alike(config);
    for list in VARIANTS {
        let Some(variants) = config.get(list).and_then(Value::as_array) else {
            continue;
        };
        let summaries: Vec<Value> = variants
            .iter()
            .map(|variant| summary(world, variant, at))
            .collect();
        members.insert(list.to_owned(), json!(summaries));
    }
    if let Some(capture) = config.get(DATA_CAPTURE) {
        members.insert(DATA_CAPTURE.to_owned(), capturing(capture));
    }
    members
}

/// The members that both answers have, with the same shape.
fn alike(config: &Map<String, Value>) -> Map<String, Value> {
    let output = |operation| shapes::operation(operation).and_then(|shapes| shapes.output);
    let (own, endpoints) = (output("DescribeEndpointConfig"), output("DescribeEndpoint"));
    let is_alike = |name: &str| {
        let own = own.and_then(|own| own.member(name));
        own.is_some() && own == endpoints.and_then(|endpoints| endpoints.member(name))
    };
    let members = config.iter().filter(|(name, _)| {
        is_alike(name) && !matches!(name.as_str(), "EndpointConfigName" | "CreationTime")
    });
    members
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// `ProductionVariantSummary` of a `ProductionVariant`.
fn summary(world: &World, variant: &Value, at: Millis) -> Value {
    let weight = variant["InitialVariantWeight"].as_f64();
    let weight = weight.unwrap_or(DEFAULT_WEIGHT);
    let (count, serverless) = (
        &variant["InitialInstanceCount"],
        &variant["ServerlessConfig"],
    );
    json!({
        "VariantName": variant["VariantName"],
        "DeployedImages": images(world, variant, at),
        "CurrentWeight": weight,
        "DesiredWeight": weight,
        "CurrentInstanceCount": count,
        "DesiredInstanceCount": count,
        "CurrentServerlessConfig": serverless,
        "DesiredServerlessConfig": serverless,
        "ManagedInstanceScaling": variant["ManagedInstanceScaling"],
        "RoutingConfig": variant["RoutingConfig"],
    })
}

/// `DeployedImages`: each image of the variant's model or of its packages, resolved to itself.
fn images(world: &World, variant: &Value, at: Millis) -> Value {
    let name = variant["ModelName"].as_str();
    let model =
        name.and_then(|name| FoundResource::find(world, ResourceKind::Model, name, at).ok());
    let Some(model) = model.map(|model| model.description(world, at)) else {
        return Value::Null;
    };
    let containers = model.get("Containers").and_then(Value::as_array);
    let containers = containers.into_iter().flatten();
    let containers = containers.chain(model.get("PrimaryContainer"));
    let images = containers.flat_map(|container| images_of(world, container));
    let images: Vec<Value> = images
        .map(|image| {
            json!({"SpecifiedImage": image, "ResolvedImage": image, "ResolutionTime": seconds(at)})
        })
        .collect();
    // Those of packages of other accounts are not known.
    match images.is_empty() {
        true => Value::Null,
        false => json!(images),
    }
}

/// The images of a container, or of the package that it names.
fn images_of(world: &World, container: &Value) -> Vec<String> {
    let package = container["ModelPackageName"].as_str();
    let of_package = package.and_then(|package| packages::containers(world, package).ok());
    let image = |container: &Value| container["Image"].as_str().map(str::to_owned);
    match of_package {
        Some(containers) => containers.iter().filter_map(image).collect(),
        None => image(container).into_iter().collect(),
    }
}

/// `DataCaptureConfigSummary` of a `DataCaptureConfig`.
fn capturing(config: &Value) -> Value {
    let is_enabled = config["EnableCapture"].as_bool().unwrap_or(false);
    json!({
        "EnableCapture": is_enabled,
        "CaptureStatus": if is_enabled { "Started" } else { "Stopped" },
        "CurrentSamplingPercentage": config["InitialSamplingPercentage"],
        "DestinationS3Uri": config["DestinationS3Uri"],
        "KmsKeyId": config["KmsKeyId"].as_str().unwrap_or_default(),
    })
}

/// Keeps what an update with `RetainAllVariantProperties` does not exclude: the weights and counts of variants that the
/// endpoint had before, and its data capture.
pub(super) fn retain(members: &mut Map<String, Value>, before: &Map<String, Value>, input: Input) {
    let excluded: Vec<&str> = input
        .records("ExcludeRetainedVariantProperties")
        .map(|property| property.required("VariantPropertyType"))
        .collect();
    let named = |list: &str, name: &Value| {
        let variants = before.get(list)?.as_array()?.iter();
        variants.clone().find(|known| known["VariantName"] == *name)
    };
    for list in VARIANTS {
        let variants = members.get_mut(list).and_then(Value::as_array_mut);
        for variant in variants.into_iter().flatten() {
            let Some(known) = named(list, &variant["VariantName"]) else {
                continue;
            };
            let kept = RETAINED.iter().filter(|(kind, _)| !excluded.contains(kind));
            for member in kept.flat_map(|(_, members)| members) {
                variant[*member] = known[*member].clone();
            }
        }
    }
    if !excluded.contains(&DATA_CAPTURE) {
        match before.get(DATA_CAPTURE) {
            Some(capture) => members.insert(DATA_CAPTURE.to_owned(), capture.clone()),
            None => members.remove(DATA_CAPTURE),
        };
    }
}
