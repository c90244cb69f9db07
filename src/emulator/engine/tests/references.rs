//! References that lead somewhere else, or nowhere.

use super::values::{evaluation, get, json_get, parameters, read, reader};
use super::*;

#[test]
fn iterations_refer_to_their_item_and_can_be_referred_to() {
    let body = [
        json!({"Name": "Fit", "Type": "Training", "Arguments": {"HyperParameters": {"region": get("ForEach.CurrentItem.region"), "item": get("ForEach.CurrentItem")}}}),
        json!({"Name": "Score", "Type": "Training", "Arguments": {"HyperParameters": {"model": get("Steps.Fit.ModelArtifacts.S3ModelArtifacts")}}}),
    ];
    let metric = "FinalMetricDataList['auc'].Value";
    let steps = json!([
        {"Name": "Each", "Type": "ForEach", "Arguments": {
            "IterableItems": [{"region": "emea"}, {"region": "apac"}, {"region": get("Parameters.Field")}], "MaxConcurrency": 2,
            "Selector": {"Pick": "MaxBy", "Field": format!("IterationOutput.Fit.{metric}")}, "ForEachBody": body}},
        reader("Reads", json!({
            "second": get("Steps.Each.IterationOutputs[1].Fit.TrainingJobName"),
            "best": get(&format!("Steps.Each.Selected.Fit.{metric}")),
            "status": get("Steps.Each.Status")})),
    ]);
    let run = run(&with_parameters(parameters(), steps), spec());
    assert_eq!(run.status(), RunStatus::Succeeded, "{:?}", run.steps());
    assert_eq!(
        read(&run, "Fit-0"),
        json!({"region": "emea", "item": {"region": "emea"}})
    );
    assert_eq!(read(&run, "Fit-2")["region"], "mse");
    let model = run.property("Fit-1", "ModelArtifacts.S3ModelArtifacts");
    assert_eq!(Some(read(&run, "Score-1")["model"].clone()), model);
    let read = read(&run, "Reads");
    assert_eq!(
        Some(read["second"].clone()),
        run.property("Fit-1", "TrainingJobName")
    );
    assert_eq!(read["status"], "Succeeded");
    let figures: Vec<f64> = (0..3)
        .filter_map(|iteration| run.property(&format!("Fit-{iteration}"), metric)?.as_f64())
        .collect();
    let most = figures.iter().copied().fold(f64::MIN, f64::max);
    assert_eq!(read["best"], json!(most));
    let Some(Metadata::ForEach {
        selector, status, ..
    }) = record(&run, "Each").metadata
    else {
        panic!("a ForEach's metadata");
    };
    let best = figures
        .iter()
        .position(|figure| *figure == most)
        .expect("one");
    assert_eq!(selector, Some(("Fit".to_owned(), best as u32)));
    assert_eq!(status.as_deref(), Some("Succeeded"));
}

#[test]
fn an_answered_callback_returns_the_outputs_sent() {
    let ask = json!({"Name": "Ask", "Type": "Callback", "SqsQueueUrl": "q", "Arguments": {},
        "OutputParameters": [{"OutputName": "count", "OutputType": "Integer"}]});
    let count = json!({"count": get("Steps.Ask.OutputParameters['count']")});
    let mut run = Run::start(program(json!([ask, reader("Reads", count)])), spec());
    let now = run_until_executing(&mut run, "Ask");
    let token = run.waiting_tokens()[0].clone();
    let sent = vec![("count".to_owned(), "7".to_owned())];
    run.answer(&token, CallbackAnswer::Success(sent), now)
        .expect("it waits");
    settle(&mut run);
    assert_eq!(read(&run, "Reads")["count"], json!(7));
}

#[test]
fn a_chain_of_dependent_results_ends() {
    let mut steps = vec![
        json!({"Name": "S0", "Type": "Transform", "Arguments": {"TransformOutput": {"S3OutputPath": "s3://a"}}}),
    ];
    for number in 1..200 {
        let before = get(&format!(
            "Steps.S{}.TransformOutput.S3OutputPath",
            number - 1
        ));
        let twice = json!({"Std:Join": {"On": "/", "Values": [before, before]}});
        steps.push(json!({"Name": format!("S{number}"), "Type": "Transform", "Arguments": {"TransformOutput": {"S3OutputPath": twice}}}));
    }
    let run = run(&program(json!(steps)), spec());
    // The last one that the model's 1,024 characters allow.
    let long = run.described("S7", 1.0).expect("described");
    assert!(
        long["TransformOutput"]["S3OutputPath"]
            .as_str()
            .is_some_and(|text| text.len() > 512)
    );
    assert!(run.status().is_terminal());
}

#[test]
fn a_step_that_refers_to_a_missing_value_fails() {
    for reference in [
        get("Steps.Evaluate.ProcessingOutputConfig.Outputs['nope'].S3Output.S3Uri"),
        get("Steps.Evaluate.Nothing"),
        json_get("Evaluate", "Report", json!("a..b")),
    ] {
        let program = program(json!([
            evaluation(),
            reader("Reads", json!({"value": reference}))
        ]));
        let run = run(&program, spec());
        let answer = record(&run, "Reads");
        let reason = answer.failure_reason.expect("it failed");
        assert!(
            reason.starts_with("ClientError: Failed to invoke sagemaker:CreateTrainingJob."),
            "{reason}"
        );
        assert!(reason.contains("Steps.Evaluate."), "{reason}");
        assert_eq!(answer.metadata, None);
        assert_eq!(run.status(), RunStatus::Failed);
    }
}

#[test]
fn a_scripted_outcome_sets_products_and_duration() {
    let values = ScriptedValues {
        files: [(
            "Report".to_owned(),
            json!({"metrics": {"mse": {"value": 9}}}),
        )]
        .into_iter()
        .collect(),
        ..ScriptedValues::default()
    };
    let outcomes = vec![
        ScriptedOutcome {
            step: "Evaluate".into(),
            values,
            duration: Some(90_000),
            ..ScriptedOutcome::default()
        },
        ScriptedOutcome {
            step: "Train".into(),
            values: ScriptedValues {
                metrics: [("auc".to_owned(), json!(0.8))].into_iter().collect(),
                ..ScriptedValues::default()
            },
            ..ScriptedOutcome::default()
        },
    ];
    let steps = json!([
        evaluation(),
        {"Name": "Train", "Type": "Training", "Arguments": {}},
        reader("Reads", json!({"mse": json_get("Evaluate", "Report", json!("metrics.mse.value")), "auc": get("Steps.Train.FinalMetricDataList['auc'].Value")})),
        {"Name": "Fails", "Type": "Condition", "DependsOn": ["Reads"], "Arguments": {"IfSteps": [], "ElseSteps": [], "Conditions": [
            {"Type": "Equals", "LeftValue": json_get("Evaluate", "Report", json!("metrics.rmse")), "RightValue": 1}]}},
    ]);
    let run = run(&program(steps), StartSpec { outcomes, ..spec() });
    assert_eq!(read(&run, "Reads"), json!({"mse": 9, "auc": 0.8}));
    let answer = record(&run, "Evaluate");
    assert_eq!(answer.end.map(|end| end - answer.start), Some(90_000));
    let reason = record(&run, "Fails")
        .failure_reason
        .expect("its report has no such field");
    assert!(reason.contains("'metrics.rmse'"), "{reason}");
}
