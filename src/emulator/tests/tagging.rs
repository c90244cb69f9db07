//! Tags of everything that has them.

use super::*;

fn tags(keys: &[&str]) -> Value {
    let tag = |key: &&str| json!({"Key": key, "Value": "v"});
    keys.iter().map(tag).collect()
}

fn keys(bench: &Bench, arn: &Value) -> Vec<String> {
    let answer = bench.ok("ListTags", json!({"ResourceArn": arn}));
    let tags = answer["Tags"].as_array().expect("a list").iter();
    tags.map(|tag| tag["Key"].as_str().expect("a key").to_owned())
        .collect()
}

/// Creates one of each kind with a tag `own`; the operations that delete them, and what they take.
fn created(bench: &Bench) -> Vec<(Value, &'static str, Value)> {
    let container = json!({"Image": "image"});
    let variants = json!([{"VariantName": "all", "ModelName": "m"}]);
    let create = [
        (
            "CreateModel",
            "DeleteModel",
            json!({"ModelName": "m", "PrimaryContainer": container}),
        ),
        (
            "CreateEndpointConfig",
            "DeleteEndpointConfig",
            json!({"EndpointConfigName": "c", "ProductionVariants": variants}),
        ),
        (
            "CreateEndpoint",
            "DeleteEndpoint",
            json!({"EndpointName": "e", "EndpointConfigName": "c"}),
        ),
        (
            "CreateModelPackageGroup",
            "DeleteModelPackageGroup",
            json!({"ModelPackageGroupName": "Group"}),
        ),
        (
            "CreateModelPackage",
            "DeleteModelPackage",
            json!({"ModelPackageName": "own"}),
        ),
    ];
    let created = create.into_iter().map(|(create, delete, body)| {
        let mut request = body.clone();
        request["Tags"] = tags(&["own"]);
        let answer = bench.ok(create, request);
        let arn = answer.as_object().and_then(|answer| answer.values().next());
        (arn.expect("an ARN").clone(), delete, body)
    });
    created.collect()
}

#[test]
fn tags_are_added_listed_and_deleted_and_end_with_their_resource() {
    let bench = Bench::empty();
    let all = created(&bench);
    bench.advance(3_600.0);
    for (arn, _, _) in &all {
        assert_eq!(keys(&bench, arn), ["own"], "{arn}");
        let add = json!({"ResourceArn": arn, "Tags": tags(&["more", "own"])});
        assert_eq!(bench.ok("AddTags", add)["Tags"], tags(&["own", "more"]));
        let delete = json!({"ResourceArn": arn, "TagKeys": ["own"]});
        bench.ok("DeleteTags", delete);
        assert_eq!(keys(&bench, arn), ["more"], "{arn}");
        let reserved = json!({"ResourceArn": arn, "Tags": tags(&["aws:x"])});
        assert_eq!(bench.refused("AddTags", reserved).0, ErrorCode::Validation);
    }
    for (arn, delete, body) in all.iter().rev() {
        bench.ok(delete, body.clone());
        bench.advance(3_600.0);
        bench.refused("ListTags", json!({"ResourceArn": arn}));
    }
    let untagged = json!({"ModelName": "m", "PrimaryContainer": {"Image": "image"}});
    let again = bench.ok("CreateModel", untagged)["ModelArn"].clone();
    assert!(keys(&bench, &again).is_empty());
}

#[test]
fn a_version_has_the_tags_of_its_group_until_it_gets_its_own() {
    let bench = Bench::empty();
    let group = json!({"ModelPackageGroupName": "Churn", "Tags": tags(&["team"])});
    bench.ok("CreateModelPackageGroup", group);
    let body = json!({"ModelPackageGroupName": "Churn"});
    let arn = bench.ok("CreateModelPackage", body)["ModelPackageArn"].clone();
    assert_eq!(keys(&bench, &arn), ["team"]);
    let add = json!({"ResourceArn": arn, "Tags": tags(&["stage"])});
    bench.ok("AddTags", add);
    assert_eq!(keys(&bench, &arn), ["team", "stage"]);
    let both = json!({"ModelPackageGroupName": "Churn", "Tags": tags(&["x"])});
    let (code, message) = bench.refused("CreateModelPackage", both);
    assert_eq!(code, ErrorCode::Validation);
    assert!(message.contains("tags of the group"), "{message}");
}

#[test]
fn what_a_step_created_has_the_tags_of_its_arguments_and_its_execution() {
    let bench = Bench::empty();
    let arguments = json!({"PrimaryContainer": {"Image": "image"}, "Tags": tags(&["team"])});
    let steps = json!([{"Name": "Create", "Type": "Model", "Arguments": arguments}]);
    bench.create("makes", &json!({"Version": "2020-12-01", "Steps": steps}));
    let execution = bench.start("makes");
    bench.advance(3_600.0);
    let arn = bench.steps(&execution)[0]["Metadata"]["Model"]["Arn"].clone();
    let own = "sagemaker:pipeline-execution-arn";
    assert_eq!(keys(&bench, &arn), ["team", own]);
}

#[test]
fn what_does_not_exist_has_no_tags() {
    let bench = Bench::empty();
    for resource in [
        "model/none",
        "endpoint/none",
        "endpoint-config/none",
        "model-package/none",
        "model-package/none/1",
        "model-package-group/none",
        "pipeline/none",
        "training-job/none",
        "automl-job/none",
        "unheard-of/none",
    ] {
        let arn = format!("arn:aws:sagemaker:eu-central-1:111122223333:{resource}");
        bench.refused("ListTags", json!({"ResourceArn": arn}));
    }
    bench.ok(
        "CreateModel",
        json!({"ModelName": "m", "PrimaryContainer": {"Image": "image"}}),
    );
    let elsewhere = "arn:aws:sagemaker:us-west-2:111122223333:model/m";
    bench.refused("ListTags", json!({"ResourceArn": elsewhere}));
}
