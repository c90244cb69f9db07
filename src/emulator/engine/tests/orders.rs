//! What is ordered for a step, and texts that follow from outcomes.

use super::*;

fn order(step: &str, name: &str, mse: f64) -> ScriptedOutcome {
    let mut script = ScriptedOutcome {
        step: step.into(),
        ..ScriptedOutcome::default()
    };
    script.values.files.insert(name.into(), json!({"mse": mse}));
    script
}

fn training(name: &str) -> Value {
    let output = json!({"S3OutputPath": format!("s3://models/{name}")});
    json!({"Name": name, "Type": "Training", "Arguments": {"OutputDataConfig": output}})
}

/// Reads a field of `results.json` beneath an output path.
fn reads(name: &str) -> Value {
    json!({"Std:JsonGet": {"S3Uri": format!("s3://models/{name}/results.json"), "Path": "mse"}})
}

#[test]
fn documents_that_end_alike_are_those_of_the_steps_that_write_there() {
    let reader = json!({"Name": "Read", "Type": "Processing", "DependsOn": ["A", "B"],
        "Arguments": {"Environment": {"a": reads("A"), "b": reads("B")}}});
    let program = program(json!([training("A"), training("B"), reader]));
    let read = |outcomes: Vec<ScriptedOutcome>| {
        let run = run(&program, StartSpec { outcomes, ..spec() });
        let answer = run.described("Read", 1.0).expect("a description");
        let document = |name: &str| {
            let document = run.document_at(&format!("s3://models/{name}/results.json"));
            document.expect("a document")["mse"].clone()
        };
        let environment = answer["Environment"].clone();
        for (variable, step) in [("a", "A"), ("b", "B")] {
            assert_eq!(environment[variable], document(step).to_string());
        }
        (environment["a"].clone(), environment["b"].clone())
    };
    let both = vec![
        order("B", "results.json", 2.5),
        order("A", "results.json", 1.5),
    ];
    assert_eq!(read(both), (json!("1.5"), json!("2.5")));
    let (a, b) = read(vec![order("A", "results.json", 1.5)]);
    assert_eq!(a, "1.5");
    assert_ne!(b, "1.5", "the order of another step does not apply");
    // A whole address is meant, whichever step has the order.
    let (_, b) = read(vec![order("A", "s3://models/B/results.json", 4.5)]);
    assert_eq!(b, "4.5");
}

#[test]
fn a_property_file_is_ordered_by_its_address_too() {
    let output = json!({"OutputName": "report", "S3Output": {"S3Uri": "s3://reports/here", "LocalPath": "/opt", "S3UploadMode": "EndOfJob"}});
    let evaluate = json!({"Name": "Evaluate", "Type": "Processing",
        "Arguments": {"ProcessingOutputConfig": {"Outputs": [output]}},
        "PropertyFiles": [{"PropertyFileName": "Report", "OutputName": "report", "FilePath": "report.json"}]});
    let field = json!({"Std:JsonGet": {"PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.Report"}, "Path": "mse"}});
    let reader =
        json!({"Name": "Read", "Type": "Processing", "Arguments": {"Environment": {"mse": field}}});
    let program = program(json!([evaluate, reader]));
    for name in [
        "Report",
        "report.json",
        "here/report.json",
        "s3://reports/here/report.json",
    ] {
        let outcomes = vec![order("Evaluate", name, 3.5)];
        let run = run(&program, StartSpec { outcomes, ..spec() });
        let document = run.document_at("s3://reports/here/report.json");
        assert_eq!(document, Some(json!({"mse": 3.5})), "{name}");
        let answer = run.described("Read", 1.0).expect("a description");
        assert_eq!(answer["Environment"]["mse"], "3.5", "{name}");
    }
}

#[test]
fn an_outcome_joins_in_small_letters() {
    for (right, joined) in [(1, "x true"), (2, "x false")] {
        let condition = json!({"Type": "Equals", "LeftValue": 1, "RightValue": right});
        let text = json!({"Std:Join": {"On": "", "Values": ["x ", {"Get": "Steps.Gate.Outcome"}]}});
        let steps = json!([
            {"Name": "Gate", "Type": "Condition", "Arguments": {"Conditions": [condition], "IfSteps": [], "ElseSteps": []}},
            {"Name": "Read", "Type": "Processing", "Arguments": {"Environment": {"text": text}}},
        ]);
        let run = run(&program(steps), spec());
        let answer = run.described("Read", 1.0).expect("a description");
        assert_eq!(answer["Environment"]["text"], joined);
    }
}

#[test]
fn a_fail_step_without_a_message_has_no_reason() {
    let steps = json!([{"Name": "Stop", "Type": "Fail", "Arguments": {"ErrorMessage": ""}}]);
    let run = run(&program(steps), spec());
    let stop = record(&run, "Stop");
    assert_eq!(stop.status, StepStatus::Failed);
    assert_eq!(stop.failure_reason, None);
    let error_message = String::new();
    assert_eq!(stop.metadata, Some(Metadata::Fail { error_message }));
}
