//! Models, endpoint configurations, endpoints and tags are in the state file.

use super::*;

fn content(bench: &Bench) -> Vec<Value> {
    let lists = ["ListModels", "ListEndpointConfigs", "ListEndpoints"];
    let mut content: Vec<Value> = lists.map(|list| bench.ok(list, json!({}))).into();
    for (operation, member, name) in [
        ("DescribeModel", "ModelName", "Mine"),
        ("DescribeEndpointConfig", "EndpointConfigName", "second"),
        ("DescribeEndpoint", "EndpointName", "Live"),
    ] {
        content.push(bench.ok(operation, json!({member: name})));
    }
    let arn = content[3]["ModelArn"].clone();
    content.push(bench.ok("ListTags", json!({"ResourceArn": arn})));
    content
}

#[test]
fn what_requests_created_is_there_after_a_restart_and_goes_on() {
    let place = ArnContext::new();
    let bench = place.begin(SeedKind::Empty);
    let tags = json!([{"Key": "team", "Value": "a"}]);
    for name in ["Mine", "Gone"] {
        let model =
            json!({"ModelName": name, "PrimaryContainer": {"Image": "image"}, "Tags": tags});
        bench.ok("CreateModel", model);
    }
    for name in ["first", "second"] {
        let variants = json!([{"VariantName": "all", "ModelName": "Mine"}]);
        let config = json!({"EndpointConfigName": name, "ProductionVariants": variants});
        bench.ok("CreateEndpointConfig", config);
    }
    bench.ok("DeleteModel", json!({"ModelName": "Gone"}));
    let with = |config: &str| json!({"EndpointName": "Live", "EndpointConfigName": config});
    bench.ok("CreateEndpoint", with("first"));
    let before = content(&bench);
    assert_eq!(before[5]["EndpointStatus"], "Creating");
    drop(bench);

    let again = place.open();
    assert_eq!(content(&again), before);
    again.advance(3_600.0);
    again.ok("UpdateEndpoint", with("second"));
    let before = content(&again);
    assert_eq!(before[5]["EndpointStatus"], "Updating");
    drop(again);

    let third = place.open();
    assert_eq!(content(&third), before);
    third.advance(3_600.0);
    let answer = third.ok("DescribeEndpoint", json!({"EndpointName": "Live"}));
    assert_eq!(answer["EndpointConfigName"], "second");
    let gone = "arn:aws:sagemaker:eu-central-1:111122223333:model/Gone";
    third.refused("ListTags", json!({"ResourceArn": gone}));
    third.ok("DeleteEndpoint", json!({"EndpointName": "Live"}));
    drop(third);

    let last = place.open();
    last.advance(3_600.0);
    last.refused("DescribeEndpoint", json!({"EndpointName": "Live"}));
}
