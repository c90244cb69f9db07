//! Every definition of the folder that `SLUICEGATE_CORPUS` names is taken by the local SageMaker and runs to its end,
//! unless it names parameters, property files or outputs that it lacks, or breaks the model of an operation, as some do
//! that were never sent to the service; what is derived from the others with one error is refused with a message that
//! names the error.

mod invalid;
mod refused;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::console::EmulatorProcess;
use crate::support::emulator::Emulator;

const ROLE: &str = "arn:aws:iam::111122223333:role/service-role/Pipelines";

/// A definition of the corpus.
struct Sample {
    name: String,
    definition: Value,
}

#[tokio::test]
async fn every_definition_of_the_corpus_is_accepted_and_runs_to_its_end() {
    let samples = samples();
    // Fast, so that two thousand steps in a row end before an execution may not go on.
    let emulator_process = EmulatorProcess::started(&["--seed", "empty", "--speed", "10000"]).await;
    let mut wrong = Vec::new();
    let mut refused = 0;
    for (number, sample) in samples.iter().enumerate() {
        let mut reasons = invalid::dangling(&sample.definition);
        reasons.extend(refused::reason(&sample.name).map(str::to_owned));
        let outcome = match run(&emulator_process.emulator, number, sample).await {
            Err(why) if reasons.iter().any(|reason| why.contains(reason.as_str())) => {
                refused += 1;
                Ok(())
            }
            Ok(()) if !reasons.is_empty() => Err(format!("accepted, in spite of {reasons:?}")),
            other => other,
        };
        if let Err(why) = outcome {
            wrong.push(format!("{}: {why}", sample.name));
        }
    }
    let run = samples.len() - refused - wrong.len();
    println!(
        "{run} definitions of the corpus were run, {refused} that the service would refuse were refused"
    );
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn what_is_derived_from_the_corpus_with_an_error_is_refused() {
    let mut samples = samples();
    samples.retain(|sample| {
        invalid::dangling(&sample.definition).is_empty() && refused::reason(&sample.name).is_none()
    });
    let emulator_process = EmulatorProcess::empty().await;
    let mut wrong = Vec::new();
    let mut refused = 0;
    for sample in &samples {
        for (error, text, expected) in invalid::derived(&sample.definition) {
            let input = json!({
                "PipelineName": "faulty", "RoleArn": ROLE, "PipelineDefinition": text,
                "ClientRequestToken": format!("{refused:032}"),
            });
            refused += 1;
            let why = match emulator_process
                .emulator
                .attempt("CreatePipeline", input)
                .await
            {
                Ok(_) => {
                    let input = json!({"PipelineName": "faulty", "ClientRequestToken": format!("{refused:032}")});
                    emulator_process
                        .emulator
                        .call("DeletePipeline", input)
                        .await;
                    "it is taken".to_owned()
                }
                Err(answer) if names(&answer, &expected) => continue,
                Err(answer) => answer.to_string(),
            };
            wrong.push(format!(
                "{}, {error}, should name {expected}: {why:.400}",
                sample.name
            ));
        }
    }
    println!("{refused} definitions with an error were refused");
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

fn names(answer: &Value, expected: &str) -> bool {
    let message = answer["message"].as_str().unwrap_or_default();
    answer["__type"] == "ValidationException" && message.contains(expected)
}

/// The corpus; empty, with a message, where there is none.
fn samples() -> Vec<Sample> {
    let Some(folder) = std::env::var_os("SLUICEGATE_CORPUS") else {
        println!("SLUICEGATE_CORPUS is not set: no corpus of real definitions was run");
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = std::fs::read_dir(Path::new(&folder))
        .expect("the corpus folder can be listed")
        .map(|file| file.expect("the corpus folder can be listed").path())
        .filter(|path| {
            let name = path.to_string_lossy();
            name.ends_with(".json") && !name.ends_with(".expected.json")
        })
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "the corpus holds no definitions");
    let sample = |path: &PathBuf| Sample {
        name: path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        definition: serde_json::from_str(&std::fs::read_to_string(path).expect("readable"))
            .expect("JSON"),
    };
    paths.iter().map(sample).collect()
}

/// Creates a pipeline, starts it, answers its questions, and lets time pass until it ends as it should.
async fn run(emulator: &Emulator, number: usize, sample: &Sample) -> Result<(), String> {
    let name = sample
        .name
        .replace(|c: char| !c.is_ascii_alphanumeric(), "-");
    let input = json!({
        "PipelineName": name, "RoleArn": ROLE, "PipelineDefinition": sample.definition.to_string(),
        "ClientRequestToken": format!("{number:032}"),
    });
    let as_text = |why: Value| why.to_string();
    emulator
        .attempt("CreatePipeline", input)
        .await
        .map_err(as_text)?;
    let input = json!({
        "PipelineName": name, "PipelineParameters": needed(&sample.definition),
        "ClientRequestToken": format!("{number:032}"),
    });
    let started = emulator
        .attempt("StartPipelineExecution", input)
        .await
        .map_err(as_text)?;
    let execution = json!({"PipelineExecutionArn": started["PipelineExecutionArn"]});
    // Each question that comes up takes one more round.
    for _ in 0..8 {
        emulator.advance(7 * 86_400).await;
        let input = execution.clone();
        let now = emulator
            .attempt("DescribePipelineExecution", input)
            .await
            .map_err(as_text)?;
        let steps = steps(emulator, &execution).await;
        match now["PipelineExecutionStatus"].as_str().unwrap_or_default() {
            "Executing" => answer(emulator, &sample.definition, &steps).await,
            "Succeeded" => return Ok(()),
            // A Fail step that runs ends the execution as it should.
            "Failed"
                if steps
                    .iter()
                    .any(|step| step["Metadata"].get("Fail").is_some()) =>
            {
                return Ok(());
            }
            other => return Err(format!("{other}: {now}")),
        }
    }
    Err("it does not end".to_owned())
}

/// Values for the parameters without a default.
fn needed(definition: &Value) -> Vec<Value> {
    let parameters = definition["Parameters"].as_array().cloned();
    let without = parameters
        .unwrap_or_default()
        .into_iter()
        .filter(|parameter| parameter.get("DefaultValue").is_none());
    let value = |parameter: &Value| match parameter["Type"].as_str() {
        Some("Integer") => "1",
        Some("Float") => "0.5",
        Some("Boolean") => "true",
        _ => "s3://bucket/key",
    };
    without
        .map(|parameter| json!({"Name": parameter["Name"], "Value": value(&parameter)}))
        .collect()
}

/// All steps that started.
async fn steps(emulator: &Emulator, execution: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    let mut input = execution.clone();
    loop {
        let page = emulator
            .call("ListPipelineExecutionSteps", input.clone())
            .await;
        all.extend(
            page["PipelineExecutionSteps"]
                .as_array()
                .cloned()
                .unwrap_or_default(),
        );
        match page.get("NextToken") {
            Some(token) => input["NextToken"] = token.clone(),
            None => return all,
        }
    }
}

/// Answers every Callback that waits, with the outputs its step declares.
async fn answer(emulator: &Emulator, definition: &Value, steps: &[Value]) {
    for step in steps
        .iter()
        .filter(|step| step["StepStatus"] == "Executing")
    {
        let Some(callback) = step["Metadata"].get("Callback") else {
            continue;
        };
        let declared = invalid::find(definition, &step["StepName"]);
        let outputs: Vec<Value> = declared
            .and_then(|step| step["OutputParameters"].as_array())
            .into_iter()
            .flatten()
            .map(|output| json!({"Name": output["OutputName"], "Value": "1"}))
            .collect();
        let input =
            json!({"CallbackToken": callback["CallbackToken"], "OutputParameters": outputs});
        emulator
            .call("SendPipelineExecutionStepSuccess", input)
            .await;
    }
}
