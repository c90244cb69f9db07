//! Lists of what steps created, right after a restart: nothing of it is known yet.

use super::*;
use crate::seed::smallest::arguments;

/// More than are looked at in one go.
const EXECUTIONS: usize = 150;

fn pipeline() -> Value {
    json!({"Version": "2020-12-01", "Steps": [
        {"Name": "Train", "Type": "Training", "Arguments": arguments("Training", &Value::Null)},
        {"Name": "Model", "Type": "Model", "DependsOn": ["Train"], "Arguments": {
            "ExecutionRoleArn": ROLE, "PrimaryContainer": {"Image": "111122223333.dkr.ecr.eu-central-1.amazonaws.com/image:1"},
        }},
    ]})
}

/// Lists whose pages differ in how far back they look.
fn lists() -> Vec<(&'static str, &'static str, Value)> {
    let orders = [
        json!({"MaxResults": 40}),
        json!({"SortBy": "Name", "MaxResults": 100}),
        json!({"SortOrder": "Ascending", "MaxResults": 100}),
        json!({"NameContains": "-Tr", "MaxResults": 100}),
    ];
    let of = |order: Value| {
        [
            ("ListTrainingJobs", "TrainingJobSummaries", order.clone()),
            ("ListModels", "Models", order),
        ]
    };
    orders.into_iter().flat_map(of).collect()
}

fn newest(bench: &Bench) -> Value {
    bench.ok("ListTrainingJobs", json!({"MaxResults": 5}))["TrainingJobSummaries"].clone()
}

#[test]
fn lists_are_complete_after_a_restart_however_they_are_sorted() {
    let place = ArnContext::new();
    let bench = place.begin(SeedKind::Empty);
    bench.create("two", &pipeline());
    let mut first = Value::Null;
    for number in 0..EXECUTIONS {
        let started = bench.start("two");
        if number == 0 {
            first = started;
        }
        bench.advance(1.0);
    }
    bench.advance(3600.0);
    let lists = lists();
    let entire = |bench: &Bench, (operation, list, body): &(&str, &str, Value)| {
        all(bench, operation, list, body.clone())
    };
    let before: Vec<_> = lists.iter().map(|list| entire(&bench, list)).collect();
    assert_eq!(before[0].len(), EXECUTIONS);
    assert_eq!(before[1].len(), EXECUTIONS);
    drop(bench);
    for (list, before) in lists.iter().zip(&before) {
        assert_eq!(entire(&place.open(), list), *before, "{list:?}");
    }
    let again = place.open();
    assert_eq!(newest(&again), json!(before[0][..5]));
    // A request finds the jobs of an execution without those of all others.
    let tag = json!({"Name": "Tags.sagemaker:pipeline-execution-arn", "Operator": "Equals", "Value": first});
    let search = json!({"Resource": "TrainingJob", "SearchExpression": {"Filters": [tag]}});
    let found = again.ok("Search", search)["Results"].clone();
    let name = &found[0]["TrainingJob"]["TrainingJobName"];
    assert_eq!(*name, before[0][EXECUTIONS - 1]["TrainingJobName"]);
    assert_eq!(found.as_array().map(Vec::len), Some(1));
}

#[test]
fn an_execution_that_goes_on_before_it_was_looked_at_is_listed_as_it_is() {
    let place = ArnContext::new();
    let bench = place.begin(SeedKind::Empty);
    bench.create("two", &pipeline());
    let fails = json!({"pipeline": "two", "step": "Train", "reason": "ClientError: no"});
    bench.control("outcomes", fails);
    let first = bench.start("two");
    bench.advance(600.0);
    for _ in 0..10 {
        bench.start("two");
        bench.advance(600.0);
    }
    drop(bench);
    let again = place.open();
    assert_eq!(newest(&again).as_array().map(Vec::len), Some(5));
    again.retry(&first);
    again.advance(5.0);
    assert_eq!(newest(&again)[0]["TrainingJobStatus"], "InProgress");
    again.advance(3600.0);
    let completed = json!({"StatusEquals": "Completed", "NameContains": "Train"});
    let completed = all(
        &again,
        "ListTrainingJobs",
        "TrainingJobSummaries",
        completed,
    );
    assert_eq!(completed.len(), 11);
    again.ok("DeletePipeline", json!({"PipelineName": "two"}));
    assert_eq!(newest(&again), json!([]));
}
