//! The model registry is in the state file.

use super::*;

#[test]
fn groups_and_packages_that_requests_made_are_there_after_a_restart() {
    let place = ArnContext::new();
    let bench = place.begin(SeedKind::Empty);
    for group in ["Gone", "Churn"] {
        bench.ok(
            "CreateModelPackageGroup",
            json!({"ModelPackageGroupName": group}),
        );
    }
    bench.ok(
        "DeleteModelPackageGroup",
        json!({"ModelPackageGroupName": "Gone"}),
    );
    let create = json!({"ModelPackageGroupName": "Churn", "Task": "OTHER"});
    let arn = bench.ok("CreateModelPackage", create.clone())["ModelPackageArn"].clone();
    let deleted = bench.ok("CreateModelPackage", create)["ModelPackageArn"].clone();
    bench.ok("DeleteModelPackage", json!({"ModelPackageName": deleted}));
    bench.ok(
        "UpdateModelPackage",
        json!({"ModelPackageArn": arn, "ModelApprovalStatus": "Approved"}),
    );
    let content = |bench: &Bench| {
        let list = json!({"ModelPackageGroupName": "Churn"});
        [
            bench.ok("ListModelPackageGroups", json!({})),
            bench.ok("ListModelPackages", list),
            bench.ok("DescribeModelPackage", json!({"ModelPackageName": arn})),
        ]
    };
    let before = content(&bench);
    assert_eq!(before[2]["ModelApprovalStatus"], "Approved");
    drop(bench);
    assert_eq!(content(&place.open()), before);
}
