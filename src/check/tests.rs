use std::collections::BTreeSet;

use serde_json::Value;

use super::calls::{FIRST, LOG_READS, READS, WRITES, all_untried, described};
use super::nonexistent_arns::NonexistentArns;
use super::*;
use crate::domain::{AwsError, AwsErrorKind, Service, StepResource};

fn row(kind: AwsErrorKind, code: Option<&str>, message: &str) -> Row {
    Row {
        call: "StartPipelineExecution",
        error: Some(AwsError {
            service: Service::SageMaker,
            kind,
            operation: "StartPipelineExecution",
            code: code.map(str::to_owned),
            message: message.to_owned(),
            request_id: Some("7".to_owned()),
        }),
    }
}

#[test]
fn what_does_not_exist_is_allowed_and_what_is_denied_names_its_action() {
    let missing = row(AwsErrorKind::NotFound, Some("ResourceNotFound"), "no");
    assert_eq!(missing.verdict(), Verdict::Allowed);
    assert_eq!(missing.answer(), "ResourceNotFound (request id 7)");
    let missing = row(AwsErrorKind::Refused, None, "Pipeline 'x' does not exist.");
    assert_eq!(missing.verdict(), Verdict::Allowed);
    let invalid = row(AwsErrorKind::Refused, None, "1 validation error");
    assert_eq!(invalid.verdict(), Verdict::Refused);
    assert_eq!(invalid.action_to_add(), "");
    let denied = row(
        AwsErrorKind::AccessDenied,
        Some("AccessDeniedException"),
        "no\nway",
    );
    assert_eq!(denied.verdict(), Verdict::Refused);
    assert_eq!(denied.action_to_add(), "sagemaker:StartPipelineExecution");
    assert_eq!(
        denied.answer(),
        "AccessDeniedException: no way (request id 7)"
    );
}

#[test]
fn what_cannot_exist_is_in_the_account_of_a_known_pipeline() {
    let arns = NonexistentArns {
        partition: "aws-cn".to_owned(),
        region: "cn-north-1".to_owned(),
        account: "111122223333".to_owned(),
    };
    assert_eq!(
        arns.execution(),
        "arn:aws-cn:sagemaker:cn-north-1:111122223333:pipeline/sluicegate-check-00000000/execution/000000000000"
    );
    let package = arns.step(StepResource::ModelPackage);
    let arn = package.and_then(|package| package.arn);
    assert!(arn.is_some_and(|arn| arn.ends_with("model-package/sluicegate-check-00000000/1")));
}

#[test]
fn a_check_that_reaches_no_service_lists_every_call_all_the_same() {
    let first = || row(AwsErrorKind::NoCredentials, None, "none");
    let rows = all_untried(first(), false);
    assert_eq!(rows.len(), 16 + described().len());
    assert_eq!(all_untried(first(), true).len(), rows.len() + 1);
    assert!(rows.iter().all(|row| row.verdict() == Verdict::Unreachable));
}

#[test]
fn every_operation_that_describes_a_resource_is_tried_once() {
    let tried: Vec<_> = described().into_iter().map(|(_, call)| call).collect();
    let unique: BTreeSet<_> = tried.iter().copied().collect();
    assert_eq!(tried.len(), unique.len());
    let known = StepResource::ALL.into_iter();
    let known: BTreeSet<_> = known.filter_map(StepResource::describe_operation).collect();
    assert_eq!(unique, known);
}

/// The actions of each statement of the README's policy, by its id.
fn policy() -> Vec<(String, BTreeSet<String>)> {
    let readme = include_str!("../../README.md");
    let (_, rest) = readme.split_once("```json\n").expect("a policy");
    let (json, _) = rest.split_once("```").expect("its end");
    let policy: Value = serde_json::from_str(json).expect("JSON");
    let statements = policy["Statement"].as_array().expect("statements").iter();
    statements
        .map(|statement| {
            let actions = statement["Action"].as_array().expect("actions").iter();
            let actions = actions.map(|action| action.as_str().expect("text").to_owned());
            let id = statement["Sid"].as_str().expect("an id").to_owned();
            (id, actions.collect())
        })
        .collect()
}

#[test]
fn the_policy_in_the_readme_allows_exactly_what_is_called() {
    let described = described().into_iter().map(|(_, call)| call);
    let calls = [FIRST].into_iter().chain(READS).chain(WRITES);
    let called: BTreeSet<String> = calls
        .chain(described)
        .map(|call| Service::SageMaker.iam_action(call))
        .chain(LOG_READS.map(|call| Service::Logs.iam_action(call)))
        .collect();
    let allowed: BTreeSet<String> = policy().into_iter().flat_map(|(_, it)| it).collect();
    assert_eq!(allowed, called);
}

#[test]
fn the_jobs_of_the_policy_are_the_resources_that_are_described() {
    let (_, jobs) = policy()
        .into_iter()
        .find(|(id, _)| id == "Jobs")
        .expect("a statement for jobs");
    let resources = StepResource::ALL.into_iter();
    let actions: BTreeSet<String> = resources.filter_map(StepResource::iam_action).collect();
    assert_eq!(jobs, actions);
}

#[test]
fn the_exit_status_shows_whether_everything_works() {
    let fine = Outcome {
        allowed: 24,
        ..Outcome::default()
    };
    assert_eq!(fine.exit_status(), 0);
    assert_eq!(Outcome { refused: 1, ..fine }.exit_status(), 1);
    assert_eq!(
        Outcome {
            unreachable: 1,
            ..fine
        }
        .exit_status(),
        1
    );
}
