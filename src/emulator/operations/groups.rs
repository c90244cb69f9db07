//! Model package groups.

use super::common::seconds;
use crate::engine::Millis;
use crate::model::World;
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
    let after = input.time("CreationTimeAfter");
    let before = input.time("CreationTimeBefore");
    let candidates = world
        .packages
        .groups()
        .iter()
        .filter(|(name, group)| {
            name.to_lowercase().contains(&part)
                && after.is_none_or(|after| group.created > after)
                && before.is_none_or(|before| group.created < before)
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
                "ModelPackageGroupArn": group_arn(world, name),
                "ModelPackageGroupDescription": group.description,
                "CreationTime": seconds(group.created),
                "ModelPackageGroupStatus": "Completed",
            })
        })
        .collect();
    Ok(json!({"ModelPackageGroupSummaryList": summaries, "NextToken": page.next_token}))
}

/// `DescribeModelPackageGroup`, by name or ARN.
pub fn describe(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    let requested = input.required("ModelPackageGroupName");
    let arn = |name: &str| group_arn(world, name);
    let mut groups = world.packages.groups().iter();
    let found = groups.find(|(name, _)| {
        requested.eq_ignore_ascii_case(name) || requested.eq_ignore_ascii_case(&arn(name))
    });
    let Some((name, group)) = found else {
        let missing = if requested.starts_with("arn:") {
            requested.to_owned()
        } else {
            arn(requested)
        };
        return Err(ServiceError::validation(format!(
            "ModelPackageGroup {missing} does not exist."
        )));
    };
    Ok(json!({
        "ModelPackageGroupName": name,
        "ModelPackageGroupArn": arn(name),
        "ModelPackageGroupDescription": group.description,
        "CreationTime": seconds(group.created),
        "CreatedBy": {},
        "ModelPackageGroupStatus": "Completed",
    }))
}

fn group_arn(world: &World, name: &str) -> String {
    world
        .arn_context
        .arn(&format!("model-package-group/{name}"))
}
