//! Creating and changing pipelines: definitions, versions, aliases, limits.

use super::*;
use crate::limits::Limits;

#[test]
fn a_definition_may_be_kept_in_the_object_store() {
    let bench = Bench::empty();
    let place = json!({"Bucket": "definitions", "ObjectKey": "a/two.json"});
    let body =
        json!({"PipelineName": "two", "RoleArn": ROLE, "PipelineDefinitionS3Location": place});
    let (code, message) = bench.refused("CreatePipeline", body.clone());
    assert_eq!(code, ErrorCode::Validation);
    assert_eq!(
        message,
        "Unable to read the pipeline definition from Amazon S3 (s3://definitions/a/two.json): The specified bucket does \
         not exist."
    );
    let text = two_jobs().to_string();
    let put = |text: &str| {
        let mut world = bench.shared.world();
        let put = world
            .storage
            .put("definitions", "a/two.json", text.as_bytes(), 0);
        put.map(|_| ()).expect("room");
    };
    put("[]");
    let (_, message) = bench.refused("CreatePipeline", body.clone());
    assert!(
        message.contains("Expecting start of Json Object"),
        "{message}"
    );
    put(&text);
    bench.ok("CreatePipeline", body.clone());
    let answer = bench.ok("DescribePipeline", json!({"PipelineName": "two"}));
    assert_eq!(answer["PipelineDefinition"], text);
    let mut both = body.clone();
    both["PipelineDefinition"] = json!(text);
    let (_, message) = bench.refused("CreatePipeline", both);
    assert!(
        message.starts_with("Both Pipeline Definition and"),
        "{message}"
    );
    let mut neither = body;
    neither["PipelineDefinitionS3Location"] = Value::Null;
    let (_, message) = bench.refused("CreatePipeline", neither);
    assert!(
        message.starts_with("Either Pipeline Definition or"),
        "{message}"
    );
}

#[test]
fn what_cannot_be_read_changes_nothing() {
    let bench = Bench::empty();
    bench.create("two", &two_jobs());
    let mut broken = two_jobs();
    broken["Steps"][1]["DependsOn"] = json!(["Nobody"]);
    let update = json!({"PipelineName": "two", "PipelineDescription": "d", "PipelineDefinition": broken.to_string()});
    let (code, message) = bench.refused("UpdatePipeline", update);
    assert_eq!(code, ErrorCode::Validation);
    assert!(message.contains("'Nobody'"), "{message}");
    let answer = bench.ok("DescribePipeline", json!({"PipelineName": "two"}));
    assert!(answer.get("PipelineDescription").is_none());
    let versions = bench.ok("ListPipelineVersions", json!({"PipelineName": "two"}));
    assert_eq!(
        versions["PipelineVersionSummaries"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
}

#[test]
fn an_alias_names_one_version_until_it_is_removed() {
    let bench = Bench::empty();
    let arn = bench.create("two", &two_jobs());
    let next = |aliases: Value| json!({"PipelineName": "two", "PipelineDefinition": one_question().to_string(), "PipelineVersionAliases": aliases});
    let change = |number: u32, changes: Value| json!({"PipelineArn": arn, "PipelineVersionId": number, "PipelineVersionAliasOperations": changes});
    bench.ok(
        "UpdatePipelineVersion",
        change(1, json!({"Add": ["champion", "v.1"]})),
    );
    let (code, message) = bench.refused("UpdatePipeline", next(json!(["champion"])));
    assert_eq!(code, ErrorCode::Conflict);
    assert!(
        message.contains("'champion' is already assigned to version 1"),
        "{message}"
    );
    let (code, _) = bench.refused("UpdatePipeline", next(json!(["12"])));
    assert_eq!(code, ErrorCode::Validation);
    let only = json!({"PipelineName": "two", "PipelineVersionAliases": ["x"]});
    assert_eq!(
        bench.refused("UpdatePipeline", only).0,
        ErrorCode::Validation
    );
    let both = json!({"Add": ["x"], "Remove": ["x"]});
    assert_eq!(
        bench.refused("UpdatePipelineVersion", change(1, both)).0,
        ErrorCode::Validation
    );
    let many: Vec<String> = (0..9).map(|n| format!("a{n}")).collect();
    let (code, _) = bench.refused("UpdatePipelineVersion", change(1, json!({"Add": many})));
    assert_eq!(code, ErrorCode::Validation);
    bench.ok(
        "UpdatePipelineVersion",
        change(1, json!({"Remove": ["champion"]})),
    );
    assert_eq!(
        bench.ok("UpdatePipeline", next(json!(["champion"])))["PipelineVersionId"],
        2
    );
    for (alias, version) in [("champion", 2), ("v.1", 1)] {
        let body = json!({"PipelineName": "two", "PipelineVersionAlias": alias});
        let started = bench.ok("StartPipelineExecution", body.clone());
        let answer = bench.describe(&started["PipelineExecutionArn"]);
        assert_eq!(answer["PipelineVersionId"], version, "{alias}");
        let listed = bench.ok("ListPipelineExecutions", body);
        assert_eq!(
            listed["PipelineExecutionSummaries"]
                .as_array()
                .map(Vec::len),
            Some(1)
        );
    }
    let body = json!({"PipelineName": "two", "PipelineVersionAlias": "nobody"});
    assert_eq!(
        bench.refused("StartPipelineExecution", body).0,
        ErrorCode::NotFound
    );
}

#[test]
fn account_limits_apply_on_request() {
    let free = Bench::empty();
    free.create(&"n".repeat(83), &two_jobs());
    let bench = Bench::still(Options {
        seed: Some(SeedKind::Empty),
        limits: Limits::Aws,
        ..Options::default()
    });
    let name = "n".repeat(83);
    let body = json!({"PipelineName": name, "RoleArn": ROLE, "PipelineDefinition": two_jobs().to_string()});
    let (code, message) = bench.refused("CreatePipeline", body);
    assert_eq!(code, ErrorCode::Validation);
    assert_eq!(
        message,
        format!("[string \"{name}\" is too long (length: 83, maximum allowed: 82)]")
    );
    bench.create("two", &two_jobs());
    let first = bench.start("two");
    let stop = json!({"PipelineExecutionArn": first});
    bench.ok("StopPipelineExecution", stop.clone());
    bench.advance(600.0);
    for _ in 0..20 {
        bench.start("two");
    }
    for (operation, body) in [
        ("StartPipelineExecution", json!({"PipelineName": "two"})),
        ("RetryPipelineExecution", stop),
    ] {
        let (code, message) = bench.refused(operation, body);
        assert_eq!(code, ErrorCode::LimitExceeded);
        assert!(
            message.starts_with(
                "The account-level service limit 'Maximum number of concurrent pipeline executions allowed per account' \
                 is 20 Executions, with current utilization of 20 Executions and a request delta of 1 Executions."
            ),
            "{message}"
        );
    }
    let (code, _) = bench.refused("StartPipelineExecution", json!({"PipelineName": "nobody"}));
    assert_eq!(code, ErrorCode::NotFound);
    bench.advance(86_400.0);
    bench.start("two");
    for number in 1..500 {
        bench.create(&format!("p{number}"), &one_question());
    }
    let body = json!({"PipelineName": "more", "RoleArn": ROLE, "PipelineDefinition": two_jobs().to_string()});
    let (code, message) = bench.refused("CreatePipeline", body);
    assert_eq!(code, ErrorCode::LimitExceeded);
    assert!(
        message.contains("'Maximum number of pipelines allowed per account' is 500 Pipelines"),
        "{message}"
    );
}

#[test]
fn fifty_at_once_under_one_token_make_one() {
    let bench = Bench::empty();
    let (shared, definition) = (&bench.shared, two_jobs().to_string());
    let all_at_once = |operation: &'static str, body: Value| {
        let text = body.to_string();
        let answers: Vec<Value> = std::thread::scope(|scope| {
            let call = || {
                let operation = server::find(&format!("SageMaker.{operation}")).expect("one");
                server::run(operation, shared, None, text.as_bytes()).expect("done")
            };
            let calls: Vec<_> = (0..50).map(|_| scope.spawn(call)).collect();
            calls
                .into_iter()
                .map(|call| call.join().expect("an answer"))
                .collect()
        });
        assert!(
            answers.iter().all(|answer| *answer == answers[0]),
            "{answers:?}"
        );
        answers[0].clone()
    };
    let token = |n: u32| json!(format!("{n:032}"));
    all_at_once(
        "CreatePipeline",
        json!({"PipelineName": "two", "RoleArn": ROLE, "PipelineDefinition": definition, "ClientRequestToken": token(901)}),
    );
    let started = all_at_once(
        "StartPipelineExecution",
        json!({"PipelineName": "two", "ClientRequestToken": token(902)}),
    );
    let listed = bench.ok("ListPipelineExecutions", json!({"PipelineName": "two"}));
    assert_eq!(
        listed["PipelineExecutionSummaries"]
            .as_array()
            .map(Vec::len),
        Some(1)
    );
    let arn = started["PipelineExecutionArn"].clone();
    all_at_once(
        "StopPipelineExecution",
        json!({"PipelineExecutionArn": arn, "ClientRequestToken": token(903)}),
    );
    bench.advance(600.0);
    all_at_once(
        "RetryPipelineExecution",
        json!({"PipelineExecutionArn": arn, "ClientRequestToken": token(904)}),
    );
    bench.advance(86_400.0);
    all_at_once(
        "DeletePipeline",
        json!({"PipelineName": "two", "ClientRequestToken": token(905)}),
    );
    let other = json!({"PipelineName": "three", "ClientRequestToken": token(905)});
    assert_eq!(
        bench.refused("DeletePipeline", other).0,
        ErrorCode::Conflict
    );
}

#[test]
fn a_value_may_not_be_empty_whatever_the_model_says() {
    let bench = Bench::empty();
    bench.create("two", &two_jobs());
    let given = json!([{"Name": "Instances", "Value": ""}]);
    let (code, message) = bench.refused(
        "StartPipelineExecution",
        json!({"PipelineName": "two", "PipelineParameters": given}),
    );
    assert_eq!(code, ErrorCode::Validation);
    assert_eq!(
        message,
        "[string \"\" is too short (length: 0, required minimum: 1)]"
    );
}
