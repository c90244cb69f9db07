//! Jobs outside of a pipeline.

use super::*;
use crate::seed::smallest::arguments;

fn create(bench: &Bench, name: &str) {
    let names = json!({"TrainingJobName": name, "RoleArn": ROLE});
    bench.ok("CreateTrainingJob", arguments("Training", &names));
}

fn describe(bench: &Bench, name: &str) -> Value {
    bench.ok("DescribeTrainingJob", json!({"TrainingJobName": name}))
}

#[test]
fn a_restart_keeps_jobs_that_ended_and_lets_the_others_go_on() {
    let place = ArnContext::new();
    let bench = place.begin(SeedKind::Empty);
    let order = json!({"job": "failed", "reason": "ClientError: no"});
    bench.control("outcomes", order);
    bench.control(
        "outcomes",
        json!({"job": "next", "reason": "ClientError: later"}),
    );
    create(&bench, "failed");
    bench.advance(3600.0);
    create(&bench, "stopped");
    create(&bench, "running");
    bench.advance(0.5);
    bench.ok("StopTrainingJob", json!({"TrainingJobName": "stopped"}));
    let names = ["failed", "stopped", "running"];
    let all = |bench: &Bench| names.map(|name| describe(bench, name));
    let before = all(&bench);
    drop(bench);

    let again = place.open();
    assert_eq!(all(&again), before);
    again.advance(3600.0);
    create(&again, "next");
    again.advance(3600.0);
    let statuses = |bench: &Bench| {
        let names = names.into_iter().chain(["next"]);
        names
            .map(|name| describe(bench, name)["TrainingJobStatus"].clone())
            .collect::<Vec<_>>()
    };
    let ended = ["Failed", "Stopped", "Completed", "Failed"];
    assert_eq!(statuses(&again), ended);
    drop(again);
    assert_eq!(statuses(&place.open()), ended);
}
