//! Lists of jobs, and searches for training jobs.

use super::*;
use crate::tests::jobs::create;

fn listed(bench: &Bench, stem: &str, body: Value) -> Vec<String> {
    let answer = bench.ok(&format!("List{stem}s"), body);
    names(&answer[format!("{stem}Summaries")], &format!("{stem}Name"))
}

fn names(list: &Value, member: &str) -> Vec<String> {
    let list = list.as_array().expect("a list").iter();
    list.map(|one| one[member].as_str().expect("a name").to_owned())
        .collect()
}

/// Every page of one job each.
fn singly(bench: &Bench, stem: &str, mut body: Value) -> Vec<String> {
    let mut all = Vec::new();
    body["MaxResults"] = json!(1);
    loop {
        let answer = bench.ok(&format!("List{stem}s"), body.clone());
        all.extend(names(
            &answer[format!("{stem}Summaries")],
            &format!("{stem}Name"),
        ));
        match answer.get("NextToken") {
            Some(token) => body["NextToken"] = token.clone(),
            None => return all,
        }
    }
}

/// Three training jobs of requests, ten minutes apart: the first failed, the last runs.
fn three() -> Bench {
    let bench = Bench::empty();
    bench.control(
        "outcomes",
        json!({"job": "c-first", "reason": "ClientError: no"}),
    );
    for name in ["c-first", "a-second", "b-third"] {
        create(&bench, "Training", name, &Value::Null);
        bench.advance(600.0);
    }
    bench.advance(3600.0);
    create(&bench, "Training", "d-running", &Value::Null);
    bench
}

fn created(bench: &Bench, name: &str) -> f64 {
    let answer = bench.ok("DescribeTrainingJob", json!({"TrainingJobName": name}));
    answer["CreationTime"].as_f64().expect("a time")
}

#[test]
fn jobs_are_filtered_and_sorted() {
    let bench = three();
    let list = |body: Value| listed(&bench, "TrainingJob", body);
    let newest = ["d-running", "b-third", "a-second", "c-first"];
    assert_eq!(list(json!({})), newest);
    let oldest: Vec<&str> = newest.into_iter().rev().collect();
    assert_eq!(list(json!({"SortOrder": "Ascending"})), oldest);
    let by_name = ["a-second", "b-third", "c-first", "d-running"];
    assert_eq!(list(json!({"SortBy": "Name"})), by_name);
    let by_status = json!({"SortBy": "Status", "SortOrder": "Descending"});
    assert_eq!(
        list(by_status),
        ["d-running", "c-first", "b-third", "a-second"]
    );
    assert_eq!(list(json!({"NameContains": "ir"})), ["b-third", "c-first"]);
    assert_eq!(list(json!({"StatusEquals": "Failed"})), ["c-first"]);
    assert_eq!(list(json!({"StatusEquals": "InProgress"})), ["d-running"]);
    assert!(list(json!({"WarmPoolStatusEquals": "Available"})).is_empty());
    let second = created(&bench, "a-second");
    assert_eq!(
        list(json!({"CreationTimeAfter": second})),
        ["d-running", "b-third"]
    );
    assert_eq!(list(json!({"CreationTimeBefore": second})), ["c-first"]);
    let nothing = json!({"CreationTimeAfter": second, "CreationTimeBefore": second - 1.0});
    assert!(list(nothing).is_empty());
    let running = created(&bench, "d-running");
    assert_eq!(
        list(json!({"LastModifiedTimeAfter": running - 0.5})),
        ["d-running"]
    );
    assert_eq!(
        list(json!({"LastModifiedTimeBefore": running - 0.5})).len(),
        3
    );
    for sort in ["CreationTime", "Name", "Status"] {
        for order in ["Ascending", "Descending"] {
            let body = json!({"SortBy": sort, "SortOrder": order});
            assert_eq!(
                singly(&bench, "TrainingJob", body.clone()),
                list(body),
                "{sort}"
            );
        }
    }
}

#[test]
fn training_jobs_are_filtered_by_status_a_page_at_a_time() {
    let bench = three();
    let body = json!({"StatusEquals": "Failed", "MaxResults": 2});
    let first = bench.ok("ListTrainingJobs", body.clone());
    assert_eq!(first["TrainingJobSummaries"], json!([]));
    let mut body = body;
    body["NextToken"] = first["NextToken"].clone();
    assert_eq!(listed(&bench, "TrainingJob", body), ["c-first"]);
}

#[test]
fn a_summary_has_what_the_description_has() {
    let bench = three();
    let answer = bench.ok("ListTrainingJobs", json!({}));
    for summary in answer["TrainingJobSummaries"].as_array().expect("a list") {
        let name = json!({"TrainingJobName": summary["TrainingJobName"]});
        let described = bench.ok("DescribeTrainingJob", name);
        for (member, value) in summary.as_object().expect("members") {
            assert_eq!(*value, described[member], "{member}");
        }
    }
}

#[test]
fn jobs_of_steps_are_listed_while_they_run_and_not_after_their_pipeline() {
    let bench = Bench::empty();
    bench.create("two", &two_jobs());
    let list = |stem: &str| listed(&bench, stem, json!({}));
    assert!(list("ProcessingJob").is_empty());
    let execution = bench.start("two");
    bench.advance(3.0);
    assert_eq!(list("ProcessingJob").len(), 1);
    assert!(list("TrainingJob").is_empty());
    let running = bench.ok("ListProcessingJobs", json!({}));
    assert_eq!(
        running["ProcessingJobSummaries"][0]["ProcessingJobStatus"],
        "InProgress"
    );
    bench.advance(3600.0);
    let ended = bench.ok("ListProcessingJobs", json!({}));
    assert_eq!(
        ended["ProcessingJobSummaries"][0]["ProcessingJobStatus"],
        "Completed"
    );
    let arn = bench.steps(&execution)[0]["Metadata"]["TrainingJob"]["Arn"].clone();
    let training = bench.ok("ListTrainingJobs", json!({}));
    assert_eq!(training["TrainingJobSummaries"][0]["TrainingJobArn"], arn);
    bench.start("two");
    create(&bench, "Training", "own", &Value::Null);
    bench.advance(3600.0);
    assert_eq!(list("TrainingJob").len(), 3);
    bench.ok("DeletePipeline", json!({"PipelineName": "two"}));
    assert_eq!(list("TrainingJob"), ["own"]);
}

#[test]
fn a_retry_lists_the_job_that_it_created() {
    let bench = Bench::empty();
    bench.create("two", &two_jobs());
    bench.control(
        "outcomes",
        json!({"pipeline": "two", "step": "Second", "reason": "ClientError: no"}),
    );
    let execution = bench.start("two");
    bench.advance(3600.0);
    let failed = bench.ok("ListTrainingJobs", json!({}));
    assert_eq!(
        failed["TrainingJobSummaries"][0]["TrainingJobStatus"],
        "Failed"
    );
    bench.retry(&execution);
    bench.advance(3600.0);
    let completed = bench.ok("ListTrainingJobs", json!({"StatusEquals": "Completed"}));
    assert_eq!(
        completed["TrainingJobSummaries"].as_array().map(Vec::len),
        Some(1)
    );
}

#[test]
fn every_kind_of_job_in_the_demo_is_listed_in_pages() {
    let bench = Bench::new(SeedKind::Demo);
    for stem in [
        "TrainingJob",
        "ProcessingJob",
        "TransformJob",
        "HyperParameterTuningJob",
        "AutoMLJob",
    ] {
        let all = listed(&bench, stem, json!({"MaxResults": 100}));
        let pages = singly(&bench, stem, json!({}));
        assert_eq!(pages[..all.len()], all[..], "{stem}");
    }
    let tuning = bench.ok("ListHyperParameterTuningJobs", json!({"MaxResults": 1}));
    let tuning = &tuning["HyperParameterTuningJobSummaries"][0];
    assert!(
        tuning["Strategy"].is_string() && tuning["ResourceLimits"].is_object(),
        "{tuning}"
    );
}

fn found(bench: &Bench, filters: Value) -> Vec<String> {
    let body = json!({
        "Resource": "TrainingJob", "SortBy": "CreationTime", "SortOrder": "Ascending",
        "SearchExpression": {"Filters": filters},
    });
    let answer = bench.ok("Search", body);
    let results = answer["Results"].as_array().expect("results").iter();
    results
        .map(|hit| {
            hit["TrainingJob"]["TrainingJobName"]
                .as_str()
                .expect("a name")
                .to_owned()
        })
        .collect()
}

#[test]
fn the_training_jobs_of_an_execution_are_found_by_its_tag() {
    let bench = Bench::empty();
    bench.create("two", &two_jobs());
    let executions = [bench.start("two"), bench.start("two")];
    create(
        &bench,
        "Training",
        "own",
        &json!({"Tags": [{"Key": "team", "Value": "a"}]}),
    );
    bench.advance(3600.0);
    for execution in executions {
        let arn = bench.steps(&execution)[0]["Metadata"]["TrainingJob"]["Arn"].clone();
        let filter = json!([{"Name": "Tags.sagemaker:pipeline-execution-arn", "Operator": "Equals", "Value": execution}]);
        let names = found(&bench, filter);
        assert_eq!(names.len(), 1);
        assert!(arn.as_str().expect("an ARN").ends_with(&names[0]));
        let tags = bench.ok("ListTags", json!({"ResourceArn": arn}));
        let tag = json!({"Key": "sagemaker:pipeline-execution-arn", "Value": execution});
        assert_eq!(tags["Tags"], json!([tag]));
    }
    let other = json!([{"Name": "Tags.sagemaker:pipeline-execution-arn", "Value": "arn:none"}]);
    assert!(found(&bench, other).is_empty());
    assert_eq!(
        found(&bench, json!([{"Name": "Tags.team", "Value": "a"}])),
        ["own"]
    );
}

#[test]
fn training_jobs_are_found_by_what_they_are() {
    let bench = three();
    let find = |name: &str, operator: &str, value: &str| {
        found(
            &bench,
            json!([{"Name": name, "Operator": operator, "Value": value}]),
        )
    };
    assert_eq!(
        find("TrainingJobName", "Contains", "ir"),
        ["c-first", "b-third"]
    );
    assert_eq!(
        find("TrainingJobStatus", "Equals", "InProgress"),
        ["d-running"]
    );
    assert_eq!(find("FailureReason", "Exists", "-"), ["c-first"]);
    assert_eq!(
        find("FailureReason", "Contains", "ClientError"),
        ["c-first"]
    );
    assert_eq!(
        find("StoppingCondition.MaxRuntimeInSeconds", "GreaterThan", "5").len(),
        4
    );
    assert_eq!(
        find("EnableManagedSpotTraining", "Equals", "false").len(),
        4
    );
    assert_eq!(find("BillableTimeInSeconds", "GreaterThan", "0").len(), 3);
    let (code, message) = bench.refused(
        "Search",
        json!({"Resource": "TrainingJob", "SortBy": "Nonsense"}),
    );
    assert_eq!(code, ErrorCode::Validation);
    assert_eq!(message, "Unknown property name: 'Nonsense'");
}

#[test]
fn the_final_metrics_of_training_jobs_are_properties() {
    let bench = Bench::empty();
    for (name, auc) in [("good", 0.9), ("bad", 0.4)] {
        bench.control(
            "outcomes",
            json!({"job": name, "values": {"metrics": {"auc": auc}}}),
        );
        create(&bench, "Training", name, &Value::Null);
    }
    bench.advance(3600.0);
    let filter = json!([{"Name": "Metrics.auc", "Operator": "GreaterThan", "Value": "0.5"}]);
    assert_eq!(found(&bench, filter), ["good"]);
}

#[test]
fn executions_are_found_by_a_part_of_their_name_after_they_are_renamed() {
    let bench = Bench::empty();
    bench.create("two", &two_jobs());
    let start = |name: &str| {
        let body = json!({"PipelineName": "two", "PipelineExecutionDisplayName": name});
        bench.ok("StartPipelineExecution", body)["PipelineExecutionArn"].clone()
    };
    let find = |part: &str| {
        let filter =
            json!({"Name": "PipelineExecutionDisplayName", "Operator": "Contains", "Value": part});
        let body =
            json!({"Resource": "PipelineExecution", "SearchExpression": {"Filters": [filter]}});
        let answer = bench.ok("Search", body);
        let results = answer["Results"].as_array().expect("results").clone();
        let names = results
            .iter()
            .map(|hit| &hit["PipelineExecution"]["PipelineExecutionDisplayName"]);
        names
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let first = start("nightly-run");
    start("weekly-run");
    assert_eq!(find("ghtl"), ["nightly-run"]);
    assert_eq!(find("run").len(), 2);
    assert_eq!(find("y-").len(), 2);
    assert!(find("monthly").is_empty());
    bench.ok(
        "UpdatePipelineExecution",
        json!({"PipelineExecutionArn": first, "PipelineExecutionDisplayName": "monthly-run"}),
    );
    assert!(find("ghtl").is_empty());
    assert_eq!(find("monthly"), ["monthly-run"]);
    start("monthly-2");
    assert_eq!(find("monthly").len(), 2);
}
