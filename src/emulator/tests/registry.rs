//! The model registry as scripts use it.

use super::*;

fn created(bench: &Bench, group: &str) -> Value {
    let body = json!({"ModelPackageGroupName": group, "ModelPackageGroupDescription": "d"});
    bench.ok("CreateModelPackageGroup", body)["ModelPackageGroupArn"].clone()
}

fn version(bench: &Bench, group: &str) -> Value {
    let body = json!({
        "ModelPackageGroupName": group,
        "ModelPackageDescription": "by a script",
        "Task": "CLASSIFICATION",
        "CustomerMetadataProperties": {"team": "a", "ticket": "1"},
    });
    bench.ok("CreateModelPackage", body)["ModelPackageArn"].clone()
}

fn listed(bench: &Bench, body: Value) -> Vec<String> {
    let answer = bench.ok("ListModelPackages", body);
    let packages = answer["ModelPackageSummaryList"]
        .as_array()
        .expect("a list");
    let arn = |package: &Value| {
        package["ModelPackageArn"]
            .as_str()
            .expect("an ARN")
            .to_owned()
    };
    packages.iter().map(arn).collect()
}

/// A pipeline whose only step registers a version in a group.
fn registering(group: &str) -> Value {
    let arguments =
        json!({"ModelPackageGroupName": group, "ModelApprovalStatus": "PendingManualApproval"});
    json!({"Version": "2020-12-01", "Steps": [
        {"Name": "Register", "Type": "RegisterModel", "Arguments": arguments},
    ]})
}

#[test]
fn versions_of_a_group_are_created_listed_updated_and_deleted() {
    let bench = Bench::empty();
    created(&bench, "Churn");
    let first = version(&bench, "Churn");
    bench.advance(60.0);
    let second = version(&bench, "Churn");
    assert_eq!(
        listed(
            &bench,
            json!({"ModelPackageGroupName": "Churn", "SortOrder": "Descending"})
        ),
        [
            second.as_str().expect("an ARN"),
            first.as_str().expect("an ARN"),
        ]
    );
    assert!(listed(&bench, json!({})).is_empty());
    bench.ok(
        "UpdateModelPackage",
        json!({
            "ModelPackageArn": second,
            "ModelApprovalStatus": "Approved",
            "ApprovalDescription": "good",
            "CustomerMetadataProperties": {"ticket": "2"},
            "CustomerMetadataPropertiesToRemove": ["team"],
        }),
    );
    let approved = json!({"ModelPackageGroupName": "Churn", "ModelApprovalStatus": "Approved"});
    assert_eq!(
        listed(&bench, approved.clone()),
        [second.as_str().expect("an ARN")]
    );
    let answer = bench.ok("DescribeModelPackage", json!({"ModelPackageName": second}));
    assert_eq!(answer["ModelPackageVersion"], 2);
    assert_eq!(answer["Task"], "CLASSIFICATION");
    assert_eq!(answer["ApprovalDescription"], "good");
    assert_eq!(answer["CustomerMetadataProperties"], json!({"ticket": "2"}));
    let group = json!({"ModelPackageGroupName": "Churn"});
    let (code, _) = bench.refused("DeleteModelPackageGroup", group.clone());
    assert_eq!(code, ErrorCode::Conflict);
    for arn in [first, second] {
        bench.ok("DeleteModelPackage", json!({"ModelPackageName": arn}));
    }
    assert!(listed(&bench, group.clone()).is_empty());
    bench.ok("DeleteModelPackageGroup", group.clone());
    bench.refused("DescribeModelPackageGroup", group);
}

#[test]
fn a_version_that_a_step_registered_can_be_approved_and_deleted() {
    let bench = Bench::empty();
    bench.create("register", &registering("Churn"));
    bench.start("register");
    bench.advance(86_400.0);
    let group = json!({"ModelPackageGroupName": "Churn"});
    let arn = listed(&bench, group.clone()).remove(0);
    let update = json!({"ModelPackageArn": arn, "ModelApprovalStatus": "Rejected"});
    bench.ok("UpdateModelPackage", update);
    let describe = json!({"ModelPackageName": arn});
    let answer = bench.ok("DescribeModelPackage", describe.clone());
    assert_eq!(answer["ModelApprovalStatus"], "Rejected");
    bench.ok("DeleteModelPackage", describe.clone());
    bench.refused("DescribeModelPackage", describe);
    bench.ok("DeleteModelPackageGroup", group.clone());
    // A group made anew counts from 1, and what was deleted does not hide it.
    bench.start("register");
    bench.advance(86_400.0);
    assert_eq!(listed(&bench, group), [arn]);
}

#[test]
fn a_package_needs_a_group_that_exists_or_a_name_of_its_own() {
    let bench = Bench::empty();
    let (code, message) = bench.refused(
        "CreateModelPackage",
        json!({"ModelPackageGroupName": "None"}),
    );
    assert_eq!(code, ErrorCode::Validation);
    assert!(message.contains("does not exist"), "{message}");
    assert_eq!(
        bench.refused("CreateModelPackage", json!({})).0,
        ErrorCode::Validation
    );
    let own = json!({"ModelPackageName": "own"});
    bench.ok("CreateModelPackage", own.clone());
    assert_eq!(
        bench.refused("CreateModelPackage", own).0,
        ErrorCode::Conflict
    );
    assert_eq!(listed(&bench, json!({})).len(), 1);
}
