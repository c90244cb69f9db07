//! What was read from another SageMaker: answered as it was there, and the base of new executions.

mod foreign;

use super::*;
use crate::StateErrorKind;
use crate::import::{
    ImportError, ImportedExecution, ImportedPipeline, Importer, Members, Presence,
};
use std::fs;

const ACCOUNT: &str = "111122223333";
const REGION: &str = "eu-central-1";
const FOREIGN_PIPELINE: &str = "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/churn";

fn members(value: Value) -> Members {
    value.as_object().cloned().expect("an object")
}

fn list(bench: &Bench, operation: &str, name: &str, body: Value) -> Vec<Members> {
    let items = all(bench, operation, name, body);
    items.into_iter().map(members).collect()
}

fn open(place: &ArnContext) -> Importer {
    Importer::open(&place.file(), ACCOUNT, REGION).expect("a state file")
}

/// Imports everything that a file lacks, as the command does: newest first.
fn import(source: &Bench, importer: &mut Importer) -> usize {
    let mut added = 0;
    for summary in list(source, "ListPipelines", "PipelineSummaries", json!({})) {
        let name = summary["PipelineName"].as_str().expect("a name").to_owned();
        let named = json!({"PipelineName": name});
        let tagged = json!({"ResourceArn": summary["PipelineArn"]});
        if importer.presence(&name) == Presence::Absent {
            let versions = ("ListPipelineVersions", "PipelineVersionSummaries");
            let pipeline = ImportedPipeline {
                summary,
                description: members(source.ok("DescribePipeline", named.clone())),
                versions: list(source, versions.0, versions.1, named.clone()),
                tags: list(source, "ListTags", "Tags", tagged),
            };
            importer.add_pipeline(pipeline).expect("a pipeline");
            added += 1;
        }
        let executions = ("ListPipelineExecutions", "PipelineExecutionSummaries");
        for summary in list(source, executions.0, executions.1, named) {
            let arn = summary["PipelineExecutionArn"].as_str().expect("an ARN");
            if !importer.has_execution(arn) {
                let execution = execution(source, summary.clone(), |version| {
                    importer.needs_definition(&name, version)
                });
                importer
                    .add_execution(&name, execution)
                    .expect("an execution");
                added += 1;
            }
        }
    }
    added
}

fn execution(
    source: &Bench,
    summary: Members,
    needs_definition: impl Fn(Option<i64>) -> bool,
) -> ImportedExecution {
    let of = json!({"PipelineExecutionArn": summary["PipelineExecutionArn"]});
    let ascending =
        json!({"PipelineExecutionArn": of["PipelineExecutionArn"], "SortOrder": "Ascending"});
    let description = members(source.ok("DescribePipelineExecution", of.clone()));
    let version = description.get("PipelineVersionId").and_then(Value::as_i64);
    let definition = needs_definition(version).then(|| {
        let answer = source.ok("DescribePipelineDefinitionForExecution", of.clone());
        answer["PipelineDefinition"].as_str().map(str::to_owned)
    });
    let parameters = ("ListPipelineParametersForExecution", "PipelineParameters");
    ImportedExecution {
        summary,
        description,
        steps: all(
            source,
            "ListPipelineExecutionSteps",
            "PipelineExecutionSteps",
            ascending,
        ),
        parameters: all(source, parameters.0, parameters.1, of),
        definition: definition.flatten(),
    }
}

/// Everything that is answered about pipelines and executions, searches in no order.
fn answers(bench: &Bench) -> Vec<Value> {
    let mut answers = everything(bench);
    answers.retain(|answer| answer.get("ModelPackageGroupName").is_none());
    let executions: Vec<Value> = answers
        .iter()
        .filter_map(|answer| answer.get("PipelineExecutionArn").cloned())
        .collect();
    for arn in executions {
        let of = json!({"PipelineExecutionArn": arn});
        answers.push(bench.ok("DescribePipelineDefinitionForExecution", of.clone()));
        answers.push(bench.ok("ListPipelineParametersForExecution", of));
    }
    for resource in ["Pipeline", "PipelineExecution", "PipelineVersion"] {
        let mut found = all(bench, "Search", "Results", json!({"Resource": resource}));
        found.sort_by_key(Value::to_string);
        answers.extend(found);
    }
    answers
}

/// A demo that was imported, and an emulator that serves it.
fn imported_demo(place: &ArnContext) -> (Bench, Bench) {
    let source = Bench::new(SeedKind::Demo);
    let mut importer = open(place);
    assert!(import(&source, &mut importer) > 100);
    drop(importer);
    (source, place.open())
}

#[test]
fn every_answer_is_that_of_the_source_after_restarts_too() {
    let place = ArnContext::new();
    let (source, served) = imported_demo(&place);
    let expected = answers(&source);
    let now = answers(&served);
    for (now, expected) in now.iter().zip(&expected) {
        assert_eq!(now, expected);
    }
    assert_eq!(now.len(), expected.len());
    drop(served);
    assert_eq!(answers(&place.open()), expected);
}

#[test]
fn a_second_import_adds_what_is_new_and_changes_nothing_else() {
    let place = ArnContext::new();
    let source = Bench::empty();
    source.create("two", &two_jobs());
    let running = source.start("two");
    assert_eq!(import(&source, &mut open(&place)), 2);
    let before = fs::read(place.file()).expect("a state file");
    assert_eq!(import(&source, &mut open(&place)), 0);
    assert_eq!(fs::read(place.file()).expect("a state file"), before);
    source.advance(3600.0);
    source.ok(
        "UpdatePipeline",
        json!({"PipelineName": "two", "PipelineDefinition": one_question().to_string()}),
    );
    source.start("two");
    let mut importer = open(&place);
    assert_eq!(import(&source, &mut importer), 1);
    assert_eq!(importer.running(), 2);
    drop(importer);
    let served = place.open();
    assert_eq!(served.status(&running), "Executing", "as it was read");
    let listed = list(
        &served,
        "ListPipelineExecutions",
        "PipelineExecutionSummaries",
        json!({"PipelineName": "two"}),
    );
    assert_ne!(
        listed[0]["PipelineExecutionArn"], running,
        "in the order of their starts"
    );
    let newest = json!({"PipelineExecutionArn": listed[0]["PipelineExecutionArn"]});
    let ran = served.ok("DescribePipelineDefinitionForExecution", newest);
    assert_eq!(ran["PipelineDefinition"], one_question().to_string());
}

#[test]
fn imported_pipelines_run_and_imported_executions_stay() {
    let place = ArnContext::new();
    let source = Bench::empty();
    source.create("two", &two_jobs());
    let old = source.start("two");
    source.advance(3600.0);
    import(&source, &mut open(&place));
    let served = place.open();
    served.control("clock", json!({"freeze": true}));
    let new = served.start("two");
    served.advance(3600.0);
    assert_eq!(served.status(&new), "Succeeded");
    assert_eq!(served.steps(&new).len(), 2);
    for operation in [
        "StopPipelineExecution",
        "RetryPipelineExecution",
        "UpdatePipelineExecution",
    ] {
        let (code, why) = served.refused(operation, json!({"PipelineExecutionArn": old}));
        assert_eq!(code, ErrorCode::Validation);
        assert!(why.contains("was imported"), "{why}");
    }
    let again = json!({"PipelineName": "two", "SelectiveExecutionConfig": {
        "SourcePipelineExecutionArn": old, "SelectedSteps": [{"StepName": "Second"}]}});
    let (_, why) = served.refused("StartPipelineExecution", again);
    assert!(why.contains("was imported"), "{why}");
    let update = json!({"PipelineName": "two", "PipelineDescription": "here"});
    served.ok("UpdatePipeline", update);
    let before = answers(&served);
    assert_eq!(before[0]["PipelineDescription"], "here");
    assert_eq!(
        before[0]["LastExecutionTime"],
        served.describe(&new)["CreationTime"]
    );
    drop(served);
    let served = place.open();
    assert_eq!(answers(&served), before);
    served.ok("DeletePipeline", json!({"PipelineName": "two"}));
    drop(served);
    assert_eq!(answers(&place.open()), Vec::<Value>::new());
}
