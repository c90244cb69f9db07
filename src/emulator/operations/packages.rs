//! Model packages: those that steps registered, and those that requests create.

use super::common::{Window, seconds};
use super::{groups, tag_list};
use crate::engine::Millis;
use crate::jobs;
use crate::model::{FoundPackage, PackageRecord, TagList, World};
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use crate::protocol::page::{self, Direction};
use crate::protocol::repeated::repeated;
use serde_json::{Map, Value, json};

/// Members of an update that replace those of the package.
const REPLACED_BY_UPDATE: [&str; 7] = [
    "ModelApprovalStatus",
    "ModelPackageRegistrationType",
    "ApprovalDescription",
    "InferenceSpecification",
    "SourceUri",
    "ModelCard",
    "ModelLifeCycle",
];
/// Members of a description that a list has too.
const LISTED: [&str; 9] = [
    "ModelPackageGroupName",
    "ModelPackageVersion",
    "ModelPackageArn",
    "ModelPackageDescription",
    "CreationTime",
    "ModelPackageStatus",
    "ModelApprovalStatus",
    "ModelLifeCycle",
    "ModelPackageRegistrationType",
];
const METADATA: &str = "CustomerMetadataProperties";
const SPECIFICATIONS: &str = "AdditionalInferenceSpecifications";

/// `CreateModelPackage`: the next version in a group, or a package with a name.
pub fn create(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let mut members = repeated(input, "DescribeModelPackage");
    let tags = tag_list::merged(&[], input)?;
    let name = match (
        input.text("ModelPackageName"),
        input.text("ModelPackageGroupName"),
    ) {
        (Some(name), None) => {
            members.insert("ModelPackageName".to_owned(), json!(name));
            name.to_owned()
        }
        (None, Some(_)) if !tags.is_empty() => {
            return Err(ServiceError::validation(
                "A model package in a model package group uses the tags of the group: Tags cannot be provided.",
            ));
        }
        (None, Some(group)) => {
            let (group, _) = groups::find(world, group)?;
            let group = group.to_owned();
            let version = world.packages.next(&group, now);
            let more = [
                ("ModelPackageName", json!(group)),
                ("ModelPackageGroupName", json!(group)),
                ("ModelPackageVersion", json!(version)),
            ];
            members.extend(more.map(|(name, value)| (name.to_owned(), value)));
            members
                .entry("ModelApprovalStatus")
                .or_insert_with(|| json!("PendingManualApproval"));
            format!("{group}/{version}")
        }
        _ => {
            return Err(ServiceError::validation(
                "Exactly one of ModelPackageName and ModelPackageGroupName must be provided.",
            ));
        }
    };
    let arn = world.arn_context.arn(&format!("model-package/{name}"));
    if world.packages.find(&arn).is_some() {
        return Err(ServiceError::conflict(format!(
            "ModelPackage {arn} already exists."
        )));
    }
    world.packages.record(PackageRecord {
        arn: arn.clone(),
        created: Some(now),
        modified: now,
        is_deleted: false,
        members,
    });
    world.tags.begin(&arn, tags);
    Ok(json!({"ModelPackageArn": arn}))
}

/// `DescribeModelPackage`, by name or ARN.
pub fn describe(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let package = find(world, input.required("ModelPackageName"))?;
    description(world, package)
}

/// `UpdateModelPackage`: customer metadata and inference specifications are added to those that there are.
pub fn update(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let package = find(world, input.required("ModelPackageArn"))?;
    let before = description(world, package)?;
    let (mut record, arn) = (record_of(package, now), package.arn().to_owned());
    let replaced = REPLACED_BY_UPDATE.into_iter();
    for (name, value) in replaced.filter_map(|name| Some((name, input.body().get(name)?))) {
        record.members.insert(name.to_owned(), value.clone());
    }
    let mut metadata = before[METADATA].as_object().cloned().unwrap_or_default();
    if let Some(added) = input.record(METADATA) {
        metadata.extend(added.body().clone());
    }
    for removed in input.texts("CustomerMetadataPropertiesToRemove") {
        metadata.remove(removed);
    }
    record.members.insert(METADATA.to_owned(), json!(metadata));
    let added = input.records("AdditionalInferenceSpecificationsToAdd");
    let added = added.map(|specification| json!(specification.body()));
    let mut specifications = before[SPECIFICATIONS]
        .as_array()
        .cloned()
        .unwrap_or_default();
    specifications.extend(added);
    if !specifications.is_empty() {
        let specifications = json!(specifications);
        record
            .members
            .insert(SPECIFICATIONS.to_owned(), specifications);
    }
    world.packages.record(record);
    Ok(json!({"ModelPackageArn": arn}))
}

/// `DeleteModelPackage`, by name or ARN; its version is not used again.
pub fn delete(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let package = find(world, input.required("ModelPackageName"))?;
    let record = PackageRecord {
        is_deleted: true,
        members: Map::new(),
        ..record_of(package, now)
    };
    world.tags.remove(&record.arn);
    world.packages.record(record);
    Ok(json!({}))
}

/// What requests made of a package, to be changed at a time.
fn record_of(package: FoundPackage, now: Millis) -> PackageRecord {
    let known = match package {
        FoundPackage::OfStep(_, record) => record.cloned(),
        FoundPackage::Created(record) => Some(record.clone()),
    };
    PackageRecord {
        modified: now,
        ..known.unwrap_or_else(|| PackageRecord {
            arn: package.arn().to_owned(),
            created: None,
            modified: now,
            is_deleted: false,
            members: Map::new(),
        })
    }
}

/// `ListModelPackages`, oldest first by default; without a group or a type, those without versions.
pub fn list(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let filter = Filter::of(world, input)?;
    let by_name = input.text("SortBy") == Some("Name");
    let mut candidates = Vec::new();
    for package in world
        .model_packages()
        .filter(|package| filter.matches(package))
    {
        if let Some(status) = input.text("ModelApprovalStatus")
            && description(world, package)?["ModelApprovalStatus"] != status
        {
            continue;
        }
        let created = if by_name { 0 } else { package.created() };
        candidates.push(((created, package.arn().to_owned()), package));
    }
    let direction = Direction::of(input, Direction::Ascending);
    let page = page::of(
        "ListModelPackages",
        input,
        direction,
        candidates.into_iter(),
    )?;
    let summaries = page
        .items
        .into_iter()
        .map(|package| summary(world, package));
    let summaries = summaries.collect::<Result<Vec<Value>, ServiceError>>()?;
    Ok(json!({"ModelPackageSummaryList": summaries, "NextToken": page.next_token}))
}

/// Which packages a list has.
struct Filter {
    group: Option<String>,
    name_part: String,
    created: Window,
    versioned: bool,
    unversioned: bool,
}

impl Filter {
    fn of(world: &World, input: Input) -> Result<Filter, ServiceError> {
        let group = input.text("ModelPackageGroupName");
        let group = group.map(|group| groups::find(world, group)).transpose()?;
        let kind = match (input.text("ModelPackageType"), &group) {
            (Some(kind), _) => kind,
            (None, Some(_)) => "Versioned",
            (None, None) => "Unversioned",
        };
        let name_part = input.text("NameContains").unwrap_or_default();
        Ok(Filter {
            group: group.map(|(name, _)| name.to_owned()),
            name_part: name_part.to_lowercase(),
            created: Window::between(input, "CreationTimeAfter", "CreationTimeBefore"),
            versioned: kind != "Unversioned",
            unversioned: kind != "Versioned",
        })
    }

    fn matches(&self, package: &FoundPackage) -> bool {
        let (name, version) = package.name();
        let group = self.group.as_ref();
        (if version.is_some() {
            self.versioned
        } else {
            self.unversioned
        }) && group.is_none_or(|group| version.is_some() && group.eq_ignore_ascii_case(name))
            && name.to_lowercase().contains(&self.name_part)
            && self.created.contains(package.created())
    }
}

fn summary(world: &World, package: FoundPackage) -> OperationResult {
    let mut described = description(world, package)?;
    let mut summary: Map<String, Value> = LISTED
        .into_iter()
        .map(|name| (name.to_owned(), described[name].take()))
        .collect();
    // Versions have no name of their own.
    if package.name().1.is_none() {
        summary.insert(
            "ModelPackageName".to_owned(),
            described["ModelPackageName"].take(),
        );
    }
    Ok(Value::Object(summary))
}

/// The answer of `DescribeModelPackage`.
fn description(world: &World, package: FoundPackage) -> OperationResult {
    let (mut answer, record) = match package {
        FoundPackage::OfStep(package, record) => {
            let job = jobs::package_job(world, package);
            let job = job.ok_or_else(|| missing(&package.arn))?;
            (job.description(), record)
        }
        FoundPackage::Created(record) => {
            let answer = json!({
                "ModelPackageArn": record.arn,
                "CreationTime": seconds(package.created()),
                "CreatedBy": {},
                "ModelPackageStatus": "Completed",
                "ModelPackageStatusDetails": {"ValidationStatuses": [], "ImageScanStatuses": []},
                "CertifyForMarketplace": false,
            });
            (answer, Some(record))
        }
    };
    if let (Some(record), Some(members)) = (record, answer.as_object_mut()) {
        members.extend(record.members.clone());
        members.insert(
            "LastModifiedTime".to_owned(),
            json!(seconds(record.modified)),
        );
    }
    Ok(answer)
}

/// The containers of a package, by name or ARN.
///
/// # Errors
/// When there is no such package.
pub(super) fn containers(world: &World, name_or_arn: &str) -> Result<Vec<Value>, ServiceError> {
    let package = find(world, name_or_arn)?;
    let mut described = description(world, package)?;
    match described["InferenceSpecification"]["Containers"].take() {
        Value::Array(containers) => Ok(containers),
        _ => Ok(Vec::new()),
    }
}

/// The ARN of a package, and the tags that it has where no request gave it others: those of its group, or of its step's
/// arguments.
pub(super) fn tagged(world: &World, arn: &str) -> Result<(String, TagList), ServiceError> {
    let package = find(world, arn)?;
    let tags = match (package, package.name()) {
        (_, (group, Some(_))) => {
            let group = groups::find(world, group);
            let group = group.ok().map(|(name, _)| groups::arn(world, name));
            group.and_then(|arn| world.tags.get(&arn).cloned())
        }
        (FoundPackage::OfStep(package, _), _) => {
            jobs::package_job(world, package).map(|job| job.tags())
        }
        (FoundPackage::Created(_), _) => None,
    };
    Ok((package.arn().to_owned(), tags.unwrap_or_default()))
}

fn find<'w>(world: &'w World, name_or_arn: &str) -> Result<FoundPackage<'w>, ServiceError> {
    let arn = match name_or_arn.starts_with("arn:") {
        true => name_or_arn.to_owned(),
        false => world
            .arn_context
            .arn(&format!("model-package/{name_or_arn}")),
    };
    world.packages.find(&arn).ok_or_else(|| missing(&arn))
}

fn missing(arn: &str) -> ServiceError {
    ServiceError::validation(format!("ModelPackage {arn} does not exist."))
}
