//! Search over what was made a moment ago.

use super::*;

/// Two pipelines, the first tagged and with two versions; three executions of it.
fn bench() -> Bench {
    let bench = Bench::empty();
    let tags = json!([{"Key": "team.x", "Value": "blue"}]);
    let body = json!({
        "PipelineName": "first", "RoleArn": ROLE, "Tags": tags, "PipelineDefinition": two_jobs().to_string(),
        "PipelineVersionAliases": ["champion"],
    });
    bench.ok("CreatePipeline", body);
    bench.advance(10.0);
    bench.create("second", &two_jobs());
    for instances in ["2", "7"] {
        bench.advance(10.0);
        let given = json!([{"Name": "Instances", "Value": instances}]);
        let body = json!({"PipelineName": "first", "PipelineParameters": given, "PipelineExecutionDisplayName": format!("with-{instances}")});
        bench.ok("StartPipelineExecution", body);
    }
    let update = json!({"PipelineName": "first", "PipelineDefinition": one_question().to_string()});
    bench.ok("UpdatePipeline", update);
    bench.start("first");
    bench
}

/// The names or numbers a search finds, in order.
fn found(bench: &Bench, resource: &str, member: &str, filters: Value) -> Vec<String> {
    let mut body =
        json!({"Resource": resource, "SortBy": "CreationTime", "SortOrder": "Ascending"});
    if filters != json!([]) {
        body["SearchExpression"] = json!({"Filters": filters});
    }
    let answer = bench.ok("Search", body);
    let results = answer["Results"].as_array().expect("results");
    assert_eq!(
        answer["TotalHits"],
        json!({"Value": results.len(), "Relation": "EqualTo"})
    );
    let text = |hit: &Value| match &hit[resource][member] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    results.iter().map(text).collect()
}

#[test]
fn pipelines_are_found_by_what_they_are() {
    let bench = bench();
    let names = |name: &str, operator: &str, value: &str| {
        let filter = json!({"Name": name, "Operator": operator, "Value": value});
        found(&bench, "Pipeline", "PipelineName", json!([filter]))
    };
    assert_eq!(names("PipelineName", "Equals", "first"), ["first"]);
    assert_eq!(names("PipelineName", "NotEquals", "first"), ["second"]);
    assert_eq!(names("PipelineName", "In", "second, third"), ["second"]);
    assert_eq!(names("PipelineName", "Contains", "s"), ["first", "second"]);
    assert_eq!(names("Tags.team.x", "Equals", "blue"), ["first"]);
    assert_eq!(names("Tags.team.x", "NotExists", "-"), ["second"]);
    assert_eq!(names("LastRunTime", "Exists", "-"), ["first"]);
    assert_eq!(
        names("CreationTime", "GreaterThan", "2020-01-01T00:00:00"),
        ["first", "second"]
    );
    assert!(names("CreationTime", "LessThan", "2020-01-01T00:00:00Z").is_empty());
}

#[test]
fn executions_are_found_by_version_and_by_one_item_of_a_list() {
    let bench = bench();
    let by_version = json!([{"Name": "PipelineVersionId", "Operator": "LessThan", "Value": "2"}]);
    let names = found(
        &bench,
        "PipelineExecution",
        "PipelineExecutionDisplayName",
        by_version,
    );
    assert_eq!(names, ["with-2", "with-7"]);
    let nested = |value: &str| {
        let filters = json!([{"Name": "Name", "Value": "Instances"}, {"Name": "PipelineParameters.Value", "Value": value}]);
        json!({"NestedPropertyName": "PipelineParameters", "Filters": filters})
    };
    let either = json!({"NestedFilters": [nested("7")], "SubExpressions": [{"NestedFilters": [nested("2")]}], "Operator": "Or"});
    for (expression, hits) in [
        (json!({"NestedFilters": [nested("7")]}), 1),
        (json!({"NestedFilters": [nested("9")]}), 0),
        (json!({"NestedFilters": [nested("7"), nested("2")]}), 0),
        (either, 2),
    ] {
        let body = json!({"Resource": "PipelineExecution", "SearchExpression": expression});
        assert_eq!(
            bench.ok("Search", body)["TotalHits"]["Value"],
            hits,
            "{expression}"
        );
    }
}

#[test]
fn versions_are_found_too() {
    let bench = bench();
    let numbers = |filters| found(&bench, "PipelineVersion", "PipelineVersionId", filters);
    assert_eq!(numbers(json!([])).len(), 3);
    let alias = json!([{"Name": "PipelineVersionAliases", "Value": "champion"}]);
    assert_eq!(numbers(alias), ["1"]);
    let ran = json!([{"Name": "LastExecutedPipelineExecutionStatus", "Value": "Executing"}]);
    assert_eq!(numbers(ran), ["1", "2"]);
}

#[test]
fn searches_of_other_resources_find_nothing() {
    let bench = bench();
    let nothing = json!({"Results": [], "TotalHits": {"Value": 0, "Relation": "EqualTo"}});
    let jobs = json!({"Resource": "TrainingJob", "SearchExpression": {"Filters": [{"Name": "TrainingJobName", "Value": "a"}]}});
    assert_eq!(bench.ok("Search", jobs), nothing);
    let shared = json!({"Resource": "Pipeline", "CrossAccountFilterOption": "CrossAccount"});
    assert_eq!(bench.ok("Search", shared), nothing);
    let (code, _) = bench.refused("Search", json!({"Resource": "Nonsense"}));
    assert_eq!(code, ErrorCode::Validation);
}

#[test]
fn pages_of_a_search_go_on_where_they_ended() {
    let bench = bench();
    let mut body = json!({"Resource": "PipelineExecution", "SortBy": "PipelineExecutionDisplayName", "MaxResults": 2});
    let first = bench.ok("Search", body.clone());
    assert_eq!(first["TotalHits"]["Value"], 3);
    bench.start("second");
    body["NextToken"] = first["NextToken"].clone();
    let second = bench.ok("Search", body.clone());
    assert_eq!(second["Results"].as_array().map(Vec::len), Some(2));
    body["SortOrder"] = json!("Ascending");
    assert_eq!(bench.refused("Search", body).0, ErrorCode::Validation);
}
