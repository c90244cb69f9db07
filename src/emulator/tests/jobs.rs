//! Jobs outside of a pipeline.

use super::*;
use crate::engine::SeededRandom;
use crate::jobs::files;
use crate::tests::samples::{has, value};
use proptest::prelude::*;
use sluicegate_shapes as shapes;

const JOB_ROLE: &str = "arn:aws:iam::111122223333:role/Jobs";
/// The types of jobs that requests create.
const KINDS: [&str; 3] = ["Training", "Processing", "Transform"];

/// The smallest request for a job, with more members.
fn request(kind: &str, name: &str, more: &Value) -> Value {
    let mut request = arguments(kind, more);
    request[format!("{kind}JobName")] = json!(name);
    if kind != "Transform" {
        request["RoleArn"] = json!(JOB_ROLE);
    }
    request
}

pub fn create(bench: &Bench, kind: &str, name: &str, more: &Value) -> Value {
    let answer = bench.ok(&format!("Create{kind}Job"), request(kind, name, more));
    answer[format!("{kind}JobArn")].clone()
}

fn describe(bench: &Bench, kind: &str, name: &str) -> Value {
    let body = json!({format!("{kind}JobName"): name});
    bench.ok(&format!("Describe{kind}Job"), body)
}

fn stop(bench: &Bench, kind: &str, name: &str) -> Result<Value, ServiceError> {
    let body = json!({format!("{kind}JobName"): name});
    bench.call(&format!("Stop{kind}Job"), body)
}

fn status(bench: &Bench, kind: &str, name: &str) -> Value {
    describe(bench, kind, name)[format!("{kind}JobStatus")].clone()
}

#[test]
fn a_job_begins_at_once_under_its_name_and_completes() {
    let bench = Bench::empty();
    for kind in KINDS {
        let name = format!("My-{kind}");
        let arn = create(&bench, kind, &name, &Value::Null);
        let resource = format!("{}-job", kind.to_lowercase());
        let expected = format!("arn:aws:sagemaker:eu-central-1:111122223333:{resource}/{name}");
        assert_eq!(arn, expected);
        let begun = describe(&bench, kind, &name);
        assert_eq!(begun[format!("{kind}JobArn")], arn);
        assert_eq!(begun[format!("{kind}JobStatus")], "InProgress");
        bench.advance(3600.0);
        let ended = describe(&bench, kind, &name);
        assert_eq!(ended[format!("{kind}JobStatus")], "Completed");
        assert_eq!(ended["CreationTime"], begun["CreationTime"]);
        assert!(ended[format!("{kind}EndTime")].as_f64() > begun["CreationTime"].as_f64());
    }
}

#[test]
fn a_training_job_has_the_phases_of_a_step_and_is_billed() {
    let bench = Bench::empty();
    let output = json!({"OutputDataConfig": {"S3OutputPath": "s3://models/here/"}});
    create(&bench, "Training", "train", &output);
    let begun = describe(&bench, "Training", "train");
    assert_eq!(begun["SecondaryStatus"], "Starting");
    assert_eq!(begun["RoleArn"], JOB_ROLE);
    bench.advance(3600.0);
    let ended = describe(&bench, "Training", "train");
    let phases = ended["SecondaryStatusTransitions"]
        .as_array()
        .expect("a list");
    let phases: Vec<&str> = phases
        .iter()
        .filter_map(|phase| phase["Status"].as_str())
        .collect();
    assert_eq!(
        phases,
        [
            "Starting",
            "Downloading",
            "Training",
            "Uploading",
            "Completed"
        ]
    );
    assert!(ended["BillableTimeInSeconds"].as_i64() > Some(0));
    assert_eq!(
        ended["ModelArtifacts"]["S3ModelArtifacts"],
        "s3://models/here/train/output/model.tar.gz"
    );
}

#[test]
fn nothing_in_a_request_is_a_reference() {
    let bench = Bench::empty();
    let parameters = json!({"HyperParameters": {"Get": "Execution.PipelineName"}});
    create(&bench, "Training", "train", &parameters);
    let answer = describe(&bench, "Training", "train");
    assert_eq!(answer["HyperParameters"], parameters["HyperParameters"]);
}

#[test]
fn a_name_is_used_once_whether_by_a_request_or_by_a_step() {
    let bench = Bench::empty();
    bench.create("two", &two_jobs());
    let execution = bench.start("two");
    bench.advance(86_400.0);
    let steps = bench.steps(&execution);
    let arn = steps[0]["Metadata"]["TrainingJob"]["Arn"].as_str();
    let (_, of_step) = arn.and_then(|arn| arn.split_once('/')).expect("a name");
    create(&bench, "Training", "own", &Value::Null);
    for name in ["own", of_step] {
        let body = request("Training", name, &Value::Null);
        let (code, message) = bench.refused("CreateTrainingJob", body);
        assert_eq!(code, ErrorCode::InUse);
        let arn = format!("arn:aws:sagemaker:eu-central-1:111122223333:training-job/{name}");
        let expected = "Training job names must be unique within an AWS account and region, and a training job with \
                        this name already exists";
        assert_eq!(message, format!("{expected} ({arn})"));
    }
    // Each type of job has names of its own.
    create(&bench, "Processing", "own", &Value::Null);
    let (code, _) = bench.refused(
        "CreateProcessingJob",
        request("Processing", "own", &Value::Null),
    );
    assert_eq!(code, ErrorCode::InUse);
}

#[test]
fn a_request_is_held_to_the_model_of_its_operation() {
    let bench = Bench::empty();
    for (kind, member, value) in [
        ("Training", "TrainingJobName", json!("a_b")),
        ("Training", "RoleArn", Value::Null),
        (
            "Training",
            "StoppingCondition",
            json!({"MaxRuntimeInSeconds": 0}),
        ),
        ("Processing", "AppSpecification", Value::Null),
        ("Transform", "TransformInput", json!({})),
    ] {
        let body = request(kind, "job", &json!({}));
        let mut broken = body.clone();
        match value {
            Value::Null => broken.as_object_mut().expect("members").remove(member),
            value => broken
                .as_object_mut()
                .expect("members")
                .insert(member.to_owned(), value),
        };
        let (code, message) = bench.refused(&format!("Create{kind}Job"), broken);
        assert_eq!(code, ErrorCode::Validation, "{kind} {member}: {message}");
        bench.refused(
            &format!("Describe{kind}Job"),
            json!({format!("{kind}JobName"): "job"}),
        );
    }
}

#[test]
fn a_job_is_stopped_once_and_only_while_it_runs() {
    let bench = Bench::empty();
    for kind in KINDS {
        create(&bench, kind, "job", &Value::Null);
        bench.advance(0.2);
        stop(&bench, kind, "job").expect("stopped");
        assert_eq!(status(&bench, kind, "job"), "Stopping");
        let refused = |status: &str| {
            let refusal = stop(&bench, kind, "job").expect_err("refused");
            let job = format!("{} job", kind.to_lowercase());
            assert_eq!(refusal.code, ErrorCode::Validation);
            assert_eq!(
                refusal.message,
                format!("The request was rejected because the {job} is in status {status}.")
            );
        };
        refused("Stopping");
        bench.advance(3600.0);
        assert_eq!(status(&bench, kind, "job"), "Stopped");
        refused("Stopped");
        let missing = stop(&bench, kind, "other").expect_err("refused");
        assert_eq!(missing.code, ErrorCode::Validation, "{}", missing.message);
    }
}

#[test]
fn stopping_the_job_of_a_step_ends_its_execution_as_stopped() {
    let bench = Bench::empty();
    bench.create("two", &two_jobs());
    let execution = bench.start("two");
    bench.advance(3.0);
    let steps = bench.steps(&execution);
    let arn = steps[0]["Metadata"]["ProcessingJob"]["Arn"].as_str();
    let (_, name) = arn.and_then(|arn| arn.split_once('/')).expect("a name");
    stop(&bench, "Processing", name).expect("stopped");
    assert_eq!(bench.status(&execution), "Executing");
    bench.advance(3600.0);
    assert_eq!(status(&bench, "Processing", name), "Stopped");
    assert_eq!(bench.status(&execution), "Stopped");
    let steps = bench.steps(&execution);
    assert_eq!(steps.len(), 1, "nothing follows a step that was stopped");
    assert_eq!(steps[0]["StepStatus"], "Stopped");
    bench.retry(&execution);
    bench.advance(3600.0);
    assert_eq!(bench.status(&execution), "Succeeded");
}

#[test]
fn a_job_ends_as_it_was_ordered() {
    let bench = Bench::empty();
    let order = |order: Value| bench.control("outcomes", order);
    order(json!({"job": "train", "reason": "AlgorithmError: no data"}));
    order(json!({"job": "train-2", "seconds": 60, "values": {"metrics": {"auc": 0.75}}}));
    order(json!({"job": "report", "values": {"files": {"evaluation.json": {"mse": 2.5}}}}));
    create(&bench, "Training", "train-2", &Value::Null);
    create(&bench, "Training", "train-1", &Value::Null);
    create(&bench, "Training", "train-3", &Value::Null);
    let place =
        json!({"S3Uri": "s3://reports/here", "LocalPath": "/opt/ml", "S3UploadMode": "EndOfJob"});
    let outputs = json!({"Outputs": [{"OutputName": "report", "S3Output": place}]});
    create(
        &bench,
        "Processing",
        "report-2026-11-28",
        &json!({"ProcessingOutputConfig": outputs}),
    );
    let written = |bench: &Bench| {
        let world = bench.shared.world();
        files::find(&world, "s3://reports/here/evaluation.json").map(|found| found.contents)
    };
    assert_eq!(written(&bench), None);
    bench.advance(3600.0);
    let failed = describe(&bench, "Training", "train-1");
    assert_eq!(failed["TrainingJobStatus"], "Failed");
    assert_eq!(failed["FailureReason"], "AlgorithmError: no data");
    let completed = describe(&bench, "Training", "train-2");
    assert_eq!(completed["FinalMetricDataList"][0]["Value"], 0.75);
    assert_eq!(status(&bench, "Training", "train-3"), "Completed");
    assert_eq!(written(&bench), Some(b"{\"mse\":2.5}".to_vec()));
    let refused = |order: Value| {
        let order = order.to_string();
        let (status, answer) =
            control::answer(&bench.shared, &Method::POST, "outcomes", order.as_bytes());
        (
            status,
            answer["error"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let needs = (
        400,
        "either pipeline and step are needed, or job".to_owned(),
    );
    assert_eq!(refused(json!({"step": "A"})), needs);
    assert_eq!(
        refused(json!({"pipeline": "p", "step": "A", "job": "b"})),
        needs
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_request_that_keeps_the_model_comes_back(seed: u64, kind in 0..KINDS.len()) {
        let kind = KINDS[kind];
        let shapes = |verb: &str| shapes::operation(&format!("{verb}{kind}Job")).expect(verb);
        let body = value(shapes("Create").input, SeededRandom::from_seed(seed), 0);
        let mut body = body.expect("a request");
        let name = format!("{kind}JobName");
        body[&name] = json!("job");
        let bench = Bench::empty();
        let created = bench.call(&format!("Create{kind}Job"), body.clone());
        prop_assert!(created.is_ok(), "{:?}: {}", created, body);
        let described = shapes("Describe").output.expect("an answer");
        let members = body.as_object_mut().expect("members");
        members.retain(|name, _| described.member(name).is_some());
        let answer = describe(&bench, kind, "job");
        prop_assert!(has(&answer, &body), "{} gives {}", body, answer);
    }
}
