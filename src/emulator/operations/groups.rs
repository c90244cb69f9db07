//! Model package groups.

use super::common::{Window, seconds};
use super::tag_list;
use crate::engine::Millis;
use crate::model::{FoundPackage, Group, World};
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use crate::protocol::page::{self, Direction};
use serde_json::{Value, json};

/// `ListModelPackageGroups`, oldest first by default.
pub fn list(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let part = input
        .text("NameContains")
        .unwrap_or_default()
        .to_lowercase();
    let by_name = input.text("SortBy") == Some("Name");
    let created = Window::between(input, "CreationTimeAfter", "CreationTimeBefore");
    let candidates = world
        .packages
        .groups()
        .iter()
        .filter(|(name, group)| {
            name.to_lowercase().contains(&part) && created.contains(group.created)
        })
        .map(|(name, group)| {
            let created = if by_name { 0 } else { group.created };
            ((created, name.clone()), (name, group))
        });
    let direction = Direction::of(input, Direction::Ascending);
    let page = page::of("ListModelPackageGroups", input, direction, candidates)?;
    let summaries: Vec<Value> = page
        .items
        .into_iter()
        .map(|(name, group)| {
            json!({
                "ModelPackageGroupName": name,
                "ModelPackageGroupArn": arn(world, name),
                "ModelPackageGroupDescription": group.description,
                "CreationTime": seconds(group.created),
                "ModelPackageGroupStatus": "Completed",
            })
        })
        .collect();
    Ok(json!({"ModelPackageGroupSummaryList": summaries, "NextToken": page.next_token}))
}

/// `CreateModelPackageGroup`.
pub fn create(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let name = input.required("ModelPackageGroupName");
    if find(world, name).is_ok() {
        return Err(ServiceError::validation(format!(
            "Model Package Group already exists: {}",
            arn(world, name)
        )));
    }
    let tags = tag_list::merged(&[], input)?;
    let group = Group {
        description: input.owned("ModelPackageGroupDescription"),
        created: now,
        packages: 0,
    };
    world.packages.put(name.to_owned(), group);
    let arn = arn(world, name);
    world.tags.begin(&arn, tags);
    Ok(json!({"ModelPackageGroupArn": arn}))
}

/// `DeleteModelPackageGroup`, by name or ARN: only of an empty group.
pub fn delete(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let (name, _) = find(world, input.required("ModelPackageGroupName"))?;
    let name = name.to_owned();
    let is_version = |package: FoundPackage| match package.name() {
        (group, Some(_)) => group.eq_ignore_ascii_case(&name),
        (_, None) => false,
    };
    if world.model_packages().any(is_version) {
        return Err(ServiceError::conflict(
            "Model Package Group cannot be deleted because it still contains Model Packages.",
        ));
    }
    let arn = arn(world, &name);
    world.packages.delete(&name);
    world.tags.remove(&arn);
    Ok(json!({}))
}

/// `DescribeModelPackageGroup`, by name or ARN.
pub fn describe(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let (name, group) = find(world, input.required("ModelPackageGroupName"))?;
    Ok(json!({
        "ModelPackageGroupName": name,
        "ModelPackageGroupArn": arn(world, name),
        "ModelPackageGroupDescription": group.description,
        "CreationTime": seconds(group.created),
        "CreatedBy": {},
        "ModelPackageGroupStatus": "Completed",
    }))
}

/// The group with a name or an ARN, regardless of case, and its name as it was created.
pub(super) fn find<'w>(
    world: &'w World,
    requested: &str,
) -> Result<(&'w str, &'w Group), ServiceError> {
    let mut groups = world.packages.groups().iter();
    let found = groups.find(|(name, _)| {
        requested.eq_ignore_ascii_case(name) || requested.eq_ignore_ascii_case(&arn(world, name))
    });
    found
        .map(|(name, group)| (name.as_str(), group))
        .ok_or_else(|| {
            let missing = match requested.starts_with("arn:") {
                true => requested.to_owned(),
                false => arn(world, requested),
            };
            ServiceError::validation(format!("ModelPackageGroup {missing} does not exist."))
        })
}

/// The ARN of a group.
pub(super) fn arn(world: &World, name: &str) -> String {
    world
        .arn_context
        .arn(&format!("model-package-group/{name}"))
}
