//! The jobs that a step leaves behind: one of each attempt, and the training jobs of a tuning job.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

const CAPACITY: &str = "CapacityError: none left";

fn training_jobs(bench: &Bench) -> Vec<Value> {
    let answer = bench.ok(
        "ListTrainingJobs",
        json!({"SortOrder": "Ascending", "MaxResults": 100}),
    );
    answer["TrainingJobSummaries"]
        .as_array()
        .expect("a list")
        .clone()
}

fn described(bench: &Bench, summary: &Value) -> Value {
    let name = json!({"TrainingJobName": summary["TrainingJobName"]});
    bench.ok("DescribeTrainingJob", name)
}

fn statuses(summaries: &[Value]) -> Vec<&str> {
    let statuses = summaries
        .iter()
        .map(|one| one["TrainingJobStatus"].as_str());
    statuses.map(|status| status.expect("a status")).collect()
}

/// Every summary agrees with the description of its job.
fn assert_described(bench: &Bench, summaries: &[Value]) {
    for summary in summaries {
        let answer = described(bench, summary);
        for (member, value) in summary.as_object().expect("members") {
            assert_eq!(*value, answer[member], "{member}");
        }
    }
}

#[test]
fn every_attempt_of_a_step_leaves_a_job() {
    let bench = Bench::empty();
    let policy = json!({"ExceptionType": ["SageMaker.CAPACITY_ERROR"], "IntervalSeconds": 600, "MaxAttempts": 1});
    let train = json!({
        "Name": "Train", "Type": "Training", "RetryPolicies": [policy],
        "Arguments": arguments("Training", &Value::Null),
    });
    bench.create("one", &json!({"Version": "2020-12-01", "Steps": [train]}));
    let order = json!({"pipeline": "one", "step": "Train", "attempts": 2, "reason": CAPACITY, "seconds": 600});
    bench.control("outcomes", order);
    let execution = bench.start("one");
    // The first has failed and the step waits for the second.
    bench.advance(15.0);
    assert_eq!(bench.steps(&execution)[0]["StepStatus"], "Executing");
    assert_eq!(statuses(&training_jobs(&bench)), ["Failed"]);
    bench.advance(3600.0);
    assert_eq!(statuses(&training_jobs(&bench)), ["Failed", "Failed"]);
    bench.retry(&execution);
    bench.advance(3600.0);
    let all = training_jobs(&bench);
    assert_eq!(statuses(&all), ["Failed", "Failed", "Completed"]);
    assert_described(&bench, &all);
    let first = described(&bench, &all[0]);
    assert_eq!(first["FailureReason"], CAPACITY);
    let last = bench.steps(&execution)[0]["Metadata"]["TrainingJob"]["Arn"].clone();
    assert_eq!(all[2]["TrainingJobArn"], last);
    let tags = bench.ok("ListTags", json!({"ResourceArn": all[0]["TrainingJobArn"]}));
    assert_eq!(tags["Tags"][0]["Value"], execution);
    // Those whose creation was refused left none.
    let refused = json!({"pipeline": "one", "step": "Train", "reason": "ClientError: Failed to invoke sagemaker:CreateTrainingJob. Error Details: no"});
    bench.control("outcomes", refused);
    let execution = bench.start("one");
    bench.advance(3600.0);
    bench.retry(&execution);
    bench.advance(3600.0);
    assert_eq!(training_jobs(&bench).len(), 4);
}

/// A pipeline with a tuning job of six training jobs, two at a time.
fn tuned() -> Value {
    let tuning = json!({
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 6, "MaxParallelTrainingJobs": 2},
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "auc"},
        },
        "TrainingJobDefinition": {
            "OutputDataConfig": {"S3OutputPath": "s3://tuned"}, "RoleArn": ROLE,
            "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        },
        "Tags": [{"Key": "team", "Value": "a"}],
    });
    json!({"Version": "2020-12-01", "Steps": [{"Name": "Tune", "Type": "Tuning", "Arguments": tuning}]})
}

/// Checks that the tuning job counts the training jobs that are listed, and lists the same; false where there is none.
fn agrees(bench: &Bench, execution: &Value, all: &[Value]) -> bool {
    let steps = bench.steps(execution);
    let arn = steps
        .first()
        .and_then(|step| step["Metadata"]["TuningJob"]["Arn"].as_str());
    let Some((_, name)) = arn.and_then(|arn| arn.split_once('/')) else {
        return false;
    };
    let name = json!({"HyperParameterTuningJobName": name});
    let answer = bench.ok("DescribeHyperParameterTuningJob", name.clone());
    for status in ["Completed", "InProgress"] {
        let listed = statuses(all).into_iter().filter(|one| *one == status);
        assert_eq!(answer["TrainingJobStatusCounters"][status], listed.count());
    }
    let own = bench.ok("ListTrainingJobsForHyperParameterTuningJob", name);
    let own = own["TrainingJobSummaries"].as_array().map(Vec::len);
    assert_eq!(own, Some(all.len()));
    true
}

#[test]
fn the_training_jobs_of_a_tuning_job_begin_and_end_one_after_the_other() {
    let bench = Bench::empty();
    bench.create("tuned", &tuned());
    let execution = bench.start("tuned");
    let (mut created, mut seen) = (BTreeMap::new(), BTreeSet::new());
    for _ in 0..60 {
        bench.advance(1.0);
        let all = training_jobs(&bench);
        if !agrees(&bench, &execution, &all) {
            continue;
        }
        assert_described(&bench, &all);
        for one in &all {
            let time = one["CreationTime"].as_f64();
            let known = created.entry(one["TrainingJobName"].to_string());
            assert_eq!(*known.or_insert(time), time);
            seen.insert(one["TrainingJobStatus"].to_string());
        }
    }
    assert_eq!((created.len(), seen.len()), (6, 2), "{seen:?}");
    let all = training_jobs(&bench);
    assert_eq!(statuses(&all), ["Completed"; 6]);
    let tagged = json!({"Filters": [{"Name": "Tags.team", "Operator": "Equals", "Value": "a"}]});
    let search = json!({"Resource": "TrainingJob", "SearchExpression": tagged});
    let found = bench.ok("Search", search)["Results"].clone();
    assert_eq!(found.as_array().map(Vec::len), Some(6));
    let tags = bench.ok("ListTags", json!({"ResourceArn": all[0]["TrainingJobArn"]}));
    assert_eq!(tags["Tags"][0]["Value"], "a");

    let stopped = bench.start("tuned");
    bench.advance(3.0);
    bench.stop(&stopped);
    bench.advance(600.0);
    let all = training_jobs(&bench);
    assert!(statuses(&all).contains(&"Stopped"), "{:?}", statuses(&all));
    assert_described(&bench, &all);
}
