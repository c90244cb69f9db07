//! What the operations answer.

use super::*;
use std::collections::HashSet;

#[test]
fn one_client_token_starts_one_execution_even_in_parallel() {
    let bench = Bench::empty();
    bench.create("two", &two_jobs());
    let body = json!({"PipelineName": "two", "ClientRequestToken": TOKEN});
    let shared = &bench.shared;
    let arns: HashSet<String> = std::thread::scope(|scope| {
        let call = || {
            let operation = server::find("SageMaker.StartPipelineExecution").expect("an operation");
            server::run(operation, shared, None, body.to_string().as_bytes())
                .expect("started")
                .to_string()
        };
        let calls: Vec<_> = (0..8).map(|_| scope.spawn(call)).collect();
        calls
            .into_iter()
            .map(|call| call.join().expect("a result"))
            .collect()
    });
    assert_eq!(arns.len(), 1);
    let other = json!({"PipelineName": "two", "ClientRequestToken": TOKEN, "PipelineExecutionDisplayName": "b"});
    assert_eq!(
        bench.refused("StartPipelineExecution", other).0,
        ErrorCode::Conflict
    );
}

#[test]
fn a_rejected_request_does_not_use_up_its_token() {
    let bench = Bench::empty();
    let body = json!({"PipelineName": "two", "ClientRequestToken": TOKEN});
    assert_eq!(
        bench.refused("StartPipelineExecution", body.clone()).0,
        ErrorCode::NotFound
    );
    bench.create("two", &two_jobs());
    bench.ok("StartPipelineExecution", body);
}

#[test]
fn a_token_is_free_again_when_what_it_made_is_gone() {
    let bench = Bench::empty();
    let definition = two_jobs().to_string();
    let create = json!({"PipelineName": "two", "RoleArn": ROLE, "PipelineDefinition": definition, "ClientRequestToken": TOKEN});
    bench.ok("CreatePipeline", create.clone());
    let start = json!({"PipelineName": "two", "ClientRequestToken": TOKEN});
    let first = bench.ok("StartPipelineExecution", start.clone())["PipelineExecutionArn"].clone();
    bench.advance(86_400.0);
    let delete = json!({"PipelineName": "two", "ClientRequestToken": TOKEN});
    let deleted = bench.ok("DeletePipeline", delete.clone());
    assert_eq!(bench.ok("DeletePipeline", delete), deleted);
    assert_eq!(
        bench.refused("StartPipelineExecution", start.clone()).0,
        ErrorCode::NotFound
    );
    bench.ok("CreatePipeline", create);
    bench.ok("DescribePipeline", json!({"PipelineName": "two"}));
    let second = bench.ok("StartPipelineExecution", start)["PipelineExecutionArn"].clone();
    assert_ne!(first, second);
    assert_eq!(bench.describe(&second)["PipelineExecutionArn"], second);
}

#[test]
fn an_endpoint_is_found_by_the_name_in_its_definition() {
    let bench = Bench::empty();
    let step = |config: &str| {
        json!({"Version": "2020-12-01", "Steps": [{
            "Name": "Deploy", "Type": "Endpoint",
            "Arguments": {"EndpointName": "Mine", "EndpointConfigName": config},
        }]})
    };
    for config in ["first", "second"] {
        bench.create(config, &step(config));
        bench.start(config);
        bench.advance(86_400.0);
        let answer = bench.ok("DescribeEndpoint", json!({"EndpointName": "Mine"}));
        assert_eq!(answer["EndpointName"], "Mine");
        assert_eq!(answer["EndpointConfigName"], config);
        let arn = "arn:aws:sagemaker:eu-central-1:111122223333:endpoint/Mine";
        assert_eq!(answer["EndpointArn"], arn);
    }
    let (code, _) = bench.refused("DescribeEndpoint", json!({"EndpointName": "Other"}));
    assert_eq!(code, ErrorCode::Validation);
}

#[test]
fn pipelines_are_found_by_name_and_by_arn_in_any_case() {
    let bench = Bench::empty();
    let arn = bench.create("MixedCase", &two_jobs());
    let arn = arn.as_str().expect("an ARN");
    for name in ["MixedCase", arn, &arn.to_lowercase()] {
        let answer = bench.ok("DescribePipeline", json!({"PipelineName": name}));
        assert_eq!(answer["PipelineName"], "MixedCase");
        assert_eq!(answer["PipelineArn"], arn);
    }
    assert!(arn.ends_with(":pipeline/MixedCase"), "{arn}");
    let execution = bench.start("mixedcase");
    let execution = execution.as_str().expect("an ARN");
    assert!(execution.starts_with(arn), "{execution}");
    let elsewhere = arn.replace("eu-central-1", "us-west-2");
    let (code, message) = bench.refused("DescribePipeline", json!({"PipelineName": elsewhere}));
    assert_eq!(code, ErrorCode::NotFound);
    assert_eq!(message, format!("Pipeline '{elsewhere}' does not exist."));
}

#[test]
fn every_definition_is_a_version_and_executions_keep_theirs() {
    let bench = Bench::empty();
    bench.create("two", &two_jobs());
    let execution = bench.start("two");
    let update = json!({"PipelineName": "two", "PipelineDefinition": one_question().to_string()});
    assert_eq!(bench.ok("UpdatePipeline", update)["PipelineVersionId"], 2);
    let renamed = bench.ok(
        "UpdatePipeline",
        json!({"PipelineName": "two", "PipelineDescription": "d"}),
    );
    assert_eq!(renamed["PipelineVersionId"], 2);
    let own = bench.ok(
        "DescribePipelineDefinitionForExecution",
        json!({"PipelineExecutionArn": execution}),
    );
    assert_eq!(own["PipelineDefinition"], two_jobs().to_string());
    let old = bench.ok(
        "StartPipelineExecution",
        json!({"PipelineName": "two", "PipelineVersionId": 1}),
    );
    assert_eq!(
        bench.describe(&old["PipelineExecutionArn"])["PipelineVersionId"],
        1
    );
    let newest = bench.ok(
        "ListPipelineVersions",
        json!({"PipelineName": "two", "MaxResults": 1}),
    );
    assert_eq!(
        newest["PipelineVersionSummaries"][0]["PipelineVersionId"],
        2
    );
}

#[test]
fn parameters_are_listed_with_their_defaults() {
    let bench = Bench::empty();
    bench.create("two", &two_jobs());
    let execution = bench.start("two");
    let answer = bench.ok(
        "ListPipelineParametersForExecution",
        json!({"PipelineExecutionArn": execution}),
    );
    assert_eq!(
        answer["PipelineParameters"],
        json!([{"Name": "Instances", "Value": "1"}])
    );
}

#[test]
fn a_job_is_described_from_its_step() {
    let bench = Bench::empty();
    bench.create("two", &two_jobs());
    let given = json!([{"Name": "Instances", "Value": "3"}]);
    let execution = bench.ok(
        "StartPipelineExecution",
        json!({"PipelineName": "two", "PipelineParameters": given}),
    );
    bench.advance(3600.0);
    let steps = bench.steps(&execution["PipelineExecutionArn"]);
    let arn = steps[0]["Metadata"]["TrainingJob"]["Arn"]
        .as_str()
        .expect("an ARN");
    let name = arn.split_once('/').expect("a name").1;
    let job = bench.ok("DescribeTrainingJob", json!({"TrainingJobName": name}));
    assert_eq!(job["TrainingJobArn"], arn);
    assert_eq!(job["ResourceConfig"]["InstanceCount"], 3);
    assert_eq!(job["TrainingJobStatus"], "Completed");
    assert_eq!(job["TrainingEndTime"], steps[0]["EndTime"]);
    let (_, message) = bench.refused(
        "DescribeTrainingJob",
        json!({"TrainingJobName": "nobody-knows"}),
    );
    assert_eq!(message, "Requested resource not found.");
}

#[test]
fn a_definition_that_the_service_rejects_can_be_set() {
    let bench = Bench::empty();
    let broken = "{\"Steps\": [";
    let body = json!({"PipelineName": "two", "RoleArn": ROLE, "PipelineDefinition": broken});
    assert_eq!(
        bench.refused("CreatePipeline", body).0,
        ErrorCode::Validation
    );
    bench.create("two", &two_jobs());
    bench.control(
        "definitions",
        json!({"pipeline": "two", "definition": broken}),
    );
    let answer = bench.ok("DescribePipeline", json!({"PipelineName": "two"}));
    assert_eq!(answer["PipelineDefinition"], broken);
}

#[test]
fn the_demo_is_found_by_search() {
    let bench = Bench::new(SeedKind::Demo);
    let all = bench.ok(
        "Search",
        json!({"Resource": "PipelineExecution", "MaxResults": 100}),
    );
    let total = all["TotalHits"]["Value"].as_u64().expect("a number");
    assert!(total >= 100, "{total} executions");
    let times: Vec<f64> = all["Results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|hit| {
            hit["PipelineExecution"]["LastModifiedTime"]
                .as_f64()
                .expect("a time")
        })
        .collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "newest change first");
    let mut sum = 0;
    for status in [
        "Executing",
        "Stopping",
        "Stopped",
        "Failed",
        "Succeeded",
        "CompletedWithFailures",
    ] {
        let filter =
            json!({"Name": "PipelineExecutionStatus", "Operator": "Equals", "Value": status});
        let body =
            json!({"Resource": "PipelineExecution", "SearchExpression": {"Filters": [filter]}});
        sum += bench.ok("Search", body)["TotalHits"]["Value"]
            .as_u64()
            .expect("a number");
    }
    assert_eq!(sum, total);
}

#[test]
fn an_execution_of_the_large_seed_can_be_described_and_retried() {
    let bench = Bench::new(SeedKind::Large);
    let failed =
        json!({"Name": "PipelineExecutionStatus", "Operator": "Equals", "Value": "Failed"});
    let body = json!({"Resource": "PipelineExecution", "SearchExpression": {"Filters": [failed]}, "MaxResults": 20});
    let found = bench.ok("Search", body);
    let retried = found["Results"]
        .as_array()
        .expect("results")
        .iter()
        .find_map(|hit| {
            let arn = hit["PipelineExecution"]["PipelineExecutionArn"].clone();
            let answer = bench.describe(&arn);
            assert_eq!(answer["PipelineExecutionStatus"], "Failed");
            assert_eq!(
                answer["LastModifiedTime"],
                hit["PipelineExecution"]["LastModifiedTime"]
            );
            let call = bench.call(
                "RetryPipelineExecution",
                json!({"PipelineExecutionArn": arn}),
            );
            call.is_ok()
                .then_some((arn, answer["LastModifiedTime"].clone()))
        });
    let (arn, before) = retried.expect("one that can be retried");
    assert_eq!(bench.status(&arn), "Executing");
    assert!(bench.describe(&arn)["LastModifiedTime"].as_f64() > before.as_f64());
    bench.advance(86_400.0);
    assert_ne!(bench.status(&arn), "Executing");
    let all = bench.ok(
        "Search",
        json!({"Resource": "PipelineExecution", "MaxResults": 1}),
    );
    assert_eq!(all["TotalHits"]["Value"], 100_000);
}
