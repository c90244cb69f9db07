//! Models, endpoint configurations and endpoints as scripts use them.

use super::samples::{has, value};
use super::*;
use crate::engine::SeededRandom;
use proptest::prelude::*;
use serde_json::Map;
use sluicegate_shapes as shapes;

const IMAGE: &str = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/image:1";

fn model(bench: &Bench, name: &str) -> Value {
    let container = json!({"Image": IMAGE, "ModelDataUrl": "s3://models/model.tar.gz"});
    let body = json!({"ModelName": name, "ExecutionRoleArn": ROLE, "PrimaryContainer": container});
    bench.ok("CreateModel", body)["ModelArn"].clone()
}

fn variant(model: &str) -> Value {
    json!({"VariantName": "all", "ModelName": model, "InitialInstanceCount": 2, "InstanceType": "ml.m5.large"})
}

fn config(bench: &Bench, name: &str, model: &str) -> Value {
    let body = json!({"EndpointConfigName": name, "ProductionVariants": [variant(model)]});
    bench.ok("CreateEndpointConfig", body)["EndpointConfigArn"].clone()
}

fn named(name: &str) -> Value {
    json!({"EndpointName": name})
}

fn with_config(name: &str, config: &str) -> Value {
    json!({"EndpointName": name, "EndpointConfigName": config})
}

/// An endpoint in service, with a configuration `first` and a model `Mine`.
fn served(bench: &Bench, name: &str) {
    model(bench, "Mine");
    config(bench, "first", "Mine");
    bench.ok("CreateEndpoint", with_config(name, "first"));
    bench.advance(3_600.0);
    assert_eq!(status(bench, name), "InService");
}

fn status(bench: &Bench, name: &str) -> Value {
    bench.ok("DescribeEndpoint", named(name))["EndpointStatus"].clone()
}

/// The members of a list's items.
fn listed(bench: &Bench, operation: &str, member: &str, body: Value) -> Vec<Value> {
    let list = operation.trim_start_matches("List");
    let answer = bench.ok(operation, body);
    let items = answer[list].as_array().expect("a list").iter();
    items.map(|item| item[member].clone()).collect()
}

/// A pipeline with one step, which ran to its end.
fn ran(bench: &Bench, name: &str, kind: &str, arguments: Value) -> Value {
    let steps = json!([{"Name": "Only", "Type": kind, "Arguments": arguments}]);
    bench.create(name, &json!({"Version": "2020-12-01", "Steps": steps}));
    let execution = bench.start(name);
    bench.advance(86_400.0);
    let metadata = bench.steps(&execution)[0]["Metadata"][kind].clone();
    metadata["Arn"].clone()
}

#[test]
fn a_model_is_created_described_and_deleted_once() {
    let bench = Bench::empty();
    let arn = model(&bench, "Mine");
    assert_eq!(
        arn,
        "arn:aws:sagemaker:eu-central-1:111122223333:model/mine"
    );
    let body = json!({"ModelName": "mine", "PrimaryContainer": {"Image": IMAGE}});
    let (code, message) = bench.refused("CreateModel", body);
    assert_eq!(code, ErrorCode::Validation);
    assert_eq!(
        message,
        format!("Cannot create already existing model {arn}.")
    );
    let name = json!({"ModelName": "Mine"});
    let answer = bench.ok("DescribeModel", name.clone());
    assert_eq!(answer["PrimaryContainer"]["Image"], IMAGE);
    assert_eq!(answer["EnableNetworkIsolation"], false);
    bench.ok("DeleteModel", name.clone());
    for operation in ["DescribeModel", "DeleteModel"] {
        let (code, message) = bench.refused(operation, name.clone());
        assert_eq!(code, ErrorCode::Validation);
        assert_eq!(message, format!("Could not find model {arn}."));
    }
    let both = json!({"ModelName": "Mine", "PrimaryContainer": {}, "Containers": []});
    for unclear in [both, name] {
        bench.refused("CreateModel", unclear);
    }
    model(&bench, "Mine");
}

#[test]
fn an_endpoint_needs_a_configuration_and_that_its_models() {
    let bench = Bench::empty();
    let body = json!({"EndpointConfigName": "first", "ProductionVariants": [variant("Mine")]});
    let (_, message) = bench.refused("CreateEndpointConfig", body);
    assert!(
        message.starts_with("Could not find model \"arn:"),
        "{message}"
    );
    let (_, message) = bench.refused("CreateEndpoint", with_config("Live", "first"));
    assert!(
        message.starts_with("Could not find endpoint configuration \"arn:"),
        "{message}"
    );
    model(&bench, "Mine");
    let arn = config(&bench, "first", "Mine");
    let body = json!({"EndpointConfigName": "First", "ProductionVariants": [variant("Mine")]});
    let (_, message) = bench.refused("CreateEndpointConfig", body);
    assert_eq!(
        message,
        format!("Cannot create already existing endpoint configuration {arn}.")
    );
    bench.ok("DeleteModel", json!({"ModelName": "Mine"}));
    let (_, message) = bench.refused("CreateEndpoint", with_config("Live", "first"));
    assert!(
        message.starts_with("Could not find model \"arn:"),
        "{message}"
    );
}

#[test]
fn an_endpoint_is_created_updated_and_deleted_as_the_clock_goes() {
    let bench = Bench::empty();
    model(&bench, "Mine");
    config(&bench, "first", "Mine");
    let arn = bench.ok("CreateEndpoint", with_config("Live", "first"))["EndpointArn"].clone();
    let answer = bench.ok("DescribeEndpoint", named("Live"));
    assert_eq!(answer["EndpointStatus"], "Creating");
    assert!(answer["ProductionVariants"].is_null());
    let in_progress = format!("Cannot update in-progress endpoint {arn}.");
    let (_, message) = bench.refused("DeleteEndpoint", named("Live"));
    assert_eq!(message, in_progress);
    bench.advance(3_600.0);
    let answer = bench.ok("DescribeEndpoint", named("Live"));
    assert_eq!(answer["EndpointStatus"], "InService");
    let variant = &answer["ProductionVariants"][0];
    assert_eq!(variant["DeployedImages"][0]["SpecifiedImage"], IMAGE);
    assert_eq!(variant["CurrentInstanceCount"], 2);
    assert!(answer["LastModifiedTime"].as_f64() > answer["CreationTime"].as_f64());

    model(&bench, "Other");
    config(&bench, "second", "Other");
    bench.ok("UpdateEndpoint", with_config("Live", "second"));
    let answer = bench.ok("DescribeEndpoint", named("Live"));
    assert_eq!(answer["EndpointStatus"], "Updating");
    assert_eq!(answer["EndpointConfigName"], "first");
    let pending = &answer["PendingDeploymentSummary"];
    assert_eq!(pending["EndpointConfigName"], "second");
    let (_, message) = bench.refused("UpdateEndpoint", with_config("Live", "first"));
    assert_eq!(message, in_progress);
    bench.advance(3_600.0);
    let answer = bench.ok("DescribeEndpoint", named("Live"));
    assert_eq!(answer["EndpointConfigName"], "second");
    assert_eq!(answer["EndpointStatus"], "InService");

    bench.ok("DeleteEndpoint", named("Live"));
    assert_eq!(status(&bench, "Live"), "Deleting");
    bench.refused("CreateEndpoint", with_config("Live", "first"));
    bench.advance(3_600.0);
    let (code, message) = bench.refused("DescribeEndpoint", named("Live"));
    assert_eq!(code, ErrorCode::Validation);
    assert_eq!(message, format!("Could not find endpoint {arn}."));
    bench.ok("CreateEndpoint", with_config("Live", "first"));
}

#[test]
fn a_model_of_a_package_is_deployed_with_the_images_of_that() {
    let bench = Bench::empty();
    let group = json!({"ModelPackageGroupName": "Churn"});
    bench.ok("CreateModelPackageGroup", group.clone());
    let mut package = group;
    package["InferenceSpecification"] = json!({
        "Containers": [{"Image": IMAGE, "ModelDataUrl": "s3://models/model.tar.gz"}],
        "SupportedContentTypes": [], "SupportedResponseMIMETypes": [],
    });
    let arn = bench.ok("CreateModelPackage", package)["ModelPackageArn"].clone();
    let of_package = |name: &str, arn: &str| json!({"ModelName": name, "Containers": [{"ModelPackageName": arn}]});
    let arn = arn.as_str().expect("an ARN");
    bench.ok("CreateModel", of_package("Mine", arn));
    config(&bench, "first", "Mine");
    bench.ok("CreateEndpoint", with_config("Live", "first"));
    bench.advance(3_600.0);
    let answer = bench.ok("DescribeEndpoint", named("Live"));
    let images = &answer["ProductionVariants"][0]["DeployedImages"];
    assert_eq!(images[0]["SpecifiedImage"], IMAGE);
    let (_, message) = bench.refused("CreateModel", of_package("Other", &format!("{arn}0")));
    assert_eq!(message, format!("ModelPackage {arn}0 does not exist."));
    let elsewhere = arn.replace("111122223333", "444455556666");
    bench.ok("CreateModel", of_package("Shared", &elsewhere));
}

#[test]
fn an_update_keeps_what_it_is_to_retain() {
    let bench = Bench::empty();
    served(&bench, "Live");
    let mut more = variant("Mine");
    more["InitialInstanceCount"] = json!(5);
    more["InitialVariantWeight"] = json!(3);
    let body = json!({"EndpointConfigName": "second", "ProductionVariants": [more]});
    bench.ok("CreateEndpointConfig", body);
    let mut update = with_config("Live", "second");
    update["RetainAllVariantProperties"] = json!(true);
    update["ExcludeRetainedVariantProperties"] = json!([{"VariantPropertyType": "DesiredWeight"}]);
    bench.ok("UpdateEndpoint", update);
    bench.advance(3_600.0);
    let answer = bench.ok("DescribeEndpoint", named("Live"));
    let variant = &answer["ProductionVariants"][0];
    assert_eq!(variant["CurrentInstanceCount"], 2);
    assert_eq!(variant["CurrentWeight"], 3.0);
}

#[test]
fn lists_have_every_filter_and_order() {
    let bench = Bench::empty();
    for name in ["beta-1", "alpha", "BETA-2"] {
        model(&bench, name);
        config(&bench, name, name);
        bench.ok("CreateEndpoint", with_config(name, name));
        bench.advance(600.0);
    }
    bench.ok("UpdateEndpoint", with_config("alpha", "beta-1"));
    for (list, member) in [
        ("ListModels", "ModelName"),
        ("ListEndpointConfigs", "EndpointConfigName"),
        ("ListEndpoints", "EndpointName"),
    ] {
        let names = |body: Value| listed(&bench, list, member, body);
        assert_eq!(names(json!({})), ["BETA-2", "alpha", "beta-1"]);
        let by_name = json!({"SortBy": "Name", "SortOrder": "Ascending"});
        assert_eq!(names(by_name), ["BETA-2", "alpha", "beta-1"]);
        let ascending = json!({"SortOrder": "Ascending", "NameContains": "beta"});
        assert_eq!(names(ascending), ["beta-1", "BETA-2"]);
        let times = listed(&bench, list, "CreationTime", json!({}));
        assert_eq!(names(json!({"CreationTimeAfter": times[1]})), ["BETA-2"]);
        assert_eq!(names(json!({"CreationTimeBefore": times[1]})), ["beta-1"]);
        let mut page = json!({"MaxResults": 2});
        let first = bench.ok(list, page.clone());
        page["NextToken"] = first["NextToken"].clone();
        assert_eq!(names(page), ["beta-1"]);
    }
    let names = |body: Value| listed(&bench, "ListEndpoints", "EndpointName", body);
    assert_eq!(names(json!({"StatusEquals": "Updating"})), ["alpha"]);
    let by_status = json!({"SortBy": "Status", "SortOrder": "Descending"});
    assert_eq!(names(by_status)[0], "alpha");
    let changed = bench.ok("DescribeEndpoint", named("BETA-2"))["LastModifiedTime"].clone();
    assert_eq!(names(json!({"LastModifiedTimeAfter": changed})), ["alpha"]);
    let earlier = names(json!({"LastModifiedTimeBefore": changed}));
    assert_eq!(earlier, ["beta-1"]);
}

#[test]
fn resources_of_steps_are_listed_deployed_and_deleted_like_any() {
    let bench = Bench::empty();
    let container = json!({"PrimaryContainer": {"Image": IMAGE}});
    let arn = ran(&bench, "makes-model", "Model", container);
    let name = listed(&bench, "ListModels", "ModelName", json!({})).remove(0);
    let name_in_arn = name.as_str().expect("a name").to_lowercase();
    assert!(arn.as_str().expect("an ARN").ends_with(&name_in_arn));
    assert_ne!(name, json!(name_in_arn));
    let created = bench.ok("DescribeModel", json!({"ModelName": name}))["CreationTime"].clone();
    let times = listed(&bench, "ListModels", "CreationTime", json!({}));
    assert_eq!(times, [created]);
    config(&bench, "first", name.as_str().expect("a name"));
    let arguments = json!({"EndpointName": "Live", "EndpointConfigName": "first"});
    ran(&bench, "makes-endpoint", "Endpoint", arguments);
    let answer = bench.ok("DescribeEndpoint", named("Live"));
    let images = &answer["ProductionVariants"][0]["DeployedImages"];
    assert_eq!(images[0]["SpecifiedImage"], IMAGE);
    bench.refused("CreateEndpoint", with_config("Live", "first"));
    config(&bench, "second", name.as_str().expect("a name"));
    bench.ok("UpdateEndpoint", with_config("Live", "second"));
    bench.advance(3_600.0);
    let updated = bench.ok("DescribeEndpoint", named("Live"));
    assert_eq!(updated["EndpointConfigName"], "second");
    assert_eq!(updated["CreationTime"], answer["CreationTime"]);
    bench.ok("DeleteEndpoint", named("Live"));
    bench.ok("DeleteModel", json!({"ModelName": name}));
    bench.advance(3_600.0);
    for list in ["ListModels", "ListEndpoints"] {
        assert!(listed(&bench, list, "CreationTime", json!({})).is_empty());
    }
    bench.refused("DescribeModel", json!({"ModelName": name}));
    // A later execution makes the endpoint anew.
    bench.start("makes-endpoint");
    bench.advance(86_400.0);
    assert_eq!(status(&bench, "Live"), "InService");
    let names = listed(&bench, "ListEndpoints", "EndpointName", json!({}));
    assert_eq!(names, ["Live"]);
}

#[test]
fn an_endpoint_can_have_a_configuration_that_a_step_created() {
    let bench = Bench::empty();
    model(&bench, "Mine");
    let arguments = json!({"ProductionVariants": [variant("Mine")]});
    ran(&bench, "makes-config", "EndpointConfig", arguments);
    let config = listed(
        &bench,
        "ListEndpointConfigs",
        "EndpointConfigName",
        json!({}),
    )
    .remove(0);
    let config = config.as_str().expect("a name");
    bench.ok("CreateEndpoint", with_config("Live", config));
    bench.advance(3_600.0);
    let answer = bench.ok("DescribeEndpoint", named("Live"));
    assert_eq!(answer["ProductionVariants"][0]["CurrentInstanceCount"], 2);
    assert!(answer["DataCaptureConfig"].is_null(), "{answer}");
}

#[test]
fn lists_follow_executions_that_start_run_and_are_deleted() {
    let bench = Bench::empty();
    let steps = json!([{"Name": "Deploy", "Type": "Endpoint",
        "Arguments": {"EndpointName": "Live", "EndpointConfigName": "first"}}]);
    bench.create("deploys", &json!({"Version": "2020-12-01", "Steps": steps}));
    let statuses = || listed(&bench, "ListEndpoints", "EndpointStatus", json!({}));
    assert!(statuses().is_empty());
    bench.start("deploys");
    bench.advance(3.0);
    assert_eq!(statuses(), ["Creating"]);
    bench.advance(86_400.0);
    assert_eq!(statuses(), ["InService"]);
    bench.ok("DeletePipeline", json!({"PipelineName": "deploys"}));
    assert!(statuses().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_valid_request_comes_back(seed: u64, kind in prop::sample::select(vec!["Model", "EndpointConfig", "Endpoint", "ModelPackage"])) {
        let bench = Bench::empty();
        model(&bench, "Mine");
        config(&bench, "first", "Mine");
        let (create, describe) = (format!("Create{kind}"), format!("Describe{kind}"));
        let name = format!("{kind}Name");
        let input = shapes::operation(&create).expect("an operation").input;
        let output = shapes::operation(&describe).and_then(|shapes| shapes.output).expect("an answer");
        let random = SeededRandom::from_seed(seed);
        let mut body = Map::new();
        for member in input.get().members() {
            let random = random.named(member.name);
            let is_wanted = member.is_required || random.number().is_multiple_of(2);
            if let Some(given) = value(member.shape, random, 0).filter(|_| is_wanted) {
                body.insert(member.name.to_owned(), given);
            }
        }
        body.insert(name.clone(), json!("any"));
        // Of two members that exclude each other one is enough.
        for other in ["Tags", "Containers", "ModelPackageGroupName"] {
            body.remove(other);
        }
        match kind {
            "Model" => {
                let container = body.entry("PrimaryContainer").or_insert(json!({}));
                container.as_object_mut().map(|container| container.remove("ModelPackageName"));
            }
            "Endpoint" => {
                body.insert("EndpointConfigName".to_owned(), json!("first"));
            }
            _ => {}
        }
        for list in ["ProductionVariants", "ShadowProductionVariants"] {
            let variants = body.get_mut(list).and_then(Value::as_array_mut);
            variants.into_iter().flatten().for_each(|variant| variant["ModelName"] = json!("Mine"));
        }
        let body = Value::Object(body);
        bench.ok(&create, body.clone());
        let answer = bench.ok(&describe, json!({name: "any"}));
        if let Some(deployment) = body.get("DeploymentConfig") {
            prop_assert!(has(&answer["LastDeploymentConfig"], deployment), "{answer}");
        }
        let mut expected = body;
        if let Some(members) = expected.as_object_mut() {
            members.retain(|name, _| output.member(name).is_some());
        }
        prop_assert!(has(&answer, &expected), "{expected} gives {answer}");
    }
}
