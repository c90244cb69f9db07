//! What was read from another SageMaker: answered as it was there, and the base of new executions.

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

/// A pipeline of an account, with members and values that this program does not know.
fn foreign_pipeline(definition: &str) -> ImportedPipeline {
    let arn = FOREIGN_PIPELINE;
    let person = json!({"IamIdentity": {"Arn": "arn:aws:iam::111122223333:user/ann", "PrincipalId": "AIDA"}});
    ImportedPipeline {
        summary: members(
            json!({"PipelineArn": arn, "PipelineName": "Churn", "RoleArn": ROLE, "CreationTime": 1.657728480354e9,
            "LastModifiedTime": 1.657728490354e9, "LastExecutionTime": 1.657728500354e9, "Novelty": 1}),
        ),
        description: members(
            json!({"PipelineArn": arn, "PipelineName": "Churn", "RoleArn": ROLE,
            "PipelineDefinition": definition, "PipelineStatus": "Deleting", "CreationTime": 1.657728480354e9,
            "LastModifiedTime": 1.657728490354e9, "LastRunTime": 1.657728500354e9, "CreatedBy": person,
            "PipelineVersionDisplayName": "third", "Novelty": {"Depth": [1, 2]}}),
        ),
        versions: vec![
            members(
                json!({"PipelineArn": arn, "PipelineVersionId": 1, "CreationTime": 1.657728480354e9, "Novelty": 1}),
            ),
            members(
                json!({"PipelineArn": arn, "PipelineVersionId": 3, "CreationTime": 1.657728480354e9,
                "PipelineVersionDisplayName": "third"}),
            ),
        ],
        tags: Vec::new(),
    }
}

fn foreign_execution(
    id: &str,
    version: Option<i64>,
    definition: Option<&str>,
) -> ImportedExecution {
    let arn = format!("{FOREIGN_PIPELINE}/execution/{id}");
    let mut description = json!({"PipelineExecutionArn": arn, "PipelineArn": FOREIGN_PIPELINE,
        "PipelineExecutionStatus": "Rewinding", "CreationTime": 1.657728500354e9, "Novelty": true});
    if let Some(version) = version {
        description["PipelineVersionId"] = json!(version);
    }
    ImportedExecution {
        summary: members(
            json!({"PipelineExecutionArn": arn, "StartTime": 1.657728500354e9,
            "PipelineExecutionStatus": "Rewinding"}),
        ),
        description: members(description),
        steps: vec![
            json!({"StepName": "Ponder", "StepStatus": "Wondering", "Metadata": {"Novelty": {"Arn": "a"}}}),
        ],
        parameters: vec![json!({"Name": "Depth", "Value": "3"})],
        definition: definition.map(str::to_owned),
    }
}

#[test]
fn what_this_program_does_not_know_is_answered_as_it_was_read() {
    let place = ArnContext::new();
    let mut importer = open(&place);
    let pipeline = foreign_pipeline(r#"{"Version": "2030-01-01"}"#);
    importer.add_pipeline(pipeline.clone()).expect("a pipeline");
    let execution = foreign_execution("aaaabbbbcccc", Some(3), None);
    importer
        .add_execution("Churn", execution.clone())
        .expect("an execution");
    assert_eq!(importer.running(), 1);
    assert_eq!(importer.refused()[0].0, "Churn");
    drop(importer);
    let served = place.open();
    assert_eq!(
        members(served.ok("DescribePipeline", json!({"PipelineName": "churn"}))),
        pipeline.description
    );
    let listed = list(&served, "ListPipelines", "PipelineSummaries", json!({}));
    assert_eq!(listed, [pipeline.summary]);
    let mut versions = list(
        &served,
        "ListPipelineVersions",
        "PipelineVersionSummaries",
        json!({"PipelineName": "churn"}),
    );
    versions.reverse();
    assert_eq!(
        versions, pipeline.versions,
        "without the one that was not listed"
    );
    let of = json!({"PipelineExecutionArn": execution.summary["PipelineExecutionArn"]});
    assert_eq!(
        members(served.ok("DescribePipelineExecution", of.clone())),
        execution.description
    );
    let steps = served.steps(&of["PipelineExecutionArn"]);
    assert_eq!(steps, execution.steps);
    for (name, value) in [
        ("PipelineExecutionStatus", "Rewinding"),
        ("PipelineParameters.Value", "3"),
        ("PipelineVersionDisplayName", "third"),
    ] {
        let filter = json!({"Filters": [{"Name": name, "Value": value}]});
        let search = json!({"Resource": "PipelineExecution", "SearchExpression": filter});
        let hits = served.ok("Search", search)["TotalHits"]["Value"].clone();
        assert_eq!(hits, 1, "{name}");
    }
    for (version, expected) in [
        (3, "Unable to parse pipeline definition"),
        (1, "was not imported"),
    ] {
        let start = json!({"PipelineName": "Churn", "PipelineVersionId": version});
        let (_, why) = served.refused("StartPipelineExecution", start);
        assert!(
            why.contains("was imported") && why.contains(expected),
            "{why}"
        );
    }
    let missing = json!({"PipelineName": "Churn", "PipelineVersionId": 2});
    assert_eq!(
        served.refused("DescribePipeline", missing).0,
        ErrorCode::NotFound
    );
}

#[test]
fn a_definition_of_many_executions_is_in_the_file_once() {
    let place = ArnContext::new();
    let mut importer = open(&place);
    let text = two_jobs().to_string();
    importer
        .add_pipeline(foreign_pipeline(&one_question().to_string()))
        .expect("a pipeline");
    assert!(
        importer.needs_definition("churn", Some(1)) && importer.needs_definition("churn", None)
    );
    for (id, version) in [
        ("aaaa", None),
        ("bbbb", None),
        ("cccc", Some(7)),
        ("dddd", Some(1)),
    ] {
        let execution = foreign_execution(&format!("{id}00000000"), version, Some(&text));
        importer
            .add_execution("Churn", execution)
            .expect("an execution");
    }
    assert!(
        !importer.needs_definition("churn", Some(1))
            && !importer.needs_definition("churn", Some(3))
    );
    let check = |served: &Bench| {
        for id in ["aaaa", "bbbb", "cccc", "dddd"] {
            let of = json!({"PipelineExecutionArn": format!("{FOREIGN_PIPELINE}/execution/{id}00000000")});
            let ran = served.ok("DescribePipelineDefinitionForExecution", of);
            assert_eq!(ran["PipelineDefinition"], text);
        }
        let first = json!({"PipelineName": "Churn", "PipelineVersionId": 1});
        assert_eq!(
            served.ok("DescribePipeline", first)["PipelineDefinition"],
            text
        );
    };
    drop(importer);
    let file = fs::read_to_string(place.file()).expect("a state file");
    let quoted = json!(text).to_string();
    assert_eq!(
        file.matches(&quoted).count(),
        2,
        "for the executions of no version, and for the first version"
    );
    // Enough superfluous lines that the next restart writes the file anew.
    let served = place.open();
    check(&served);
    for number in 0..1_100 {
        let tags = json!([{"Key": "n", "Value": number.to_string()}]);
        served.ok(
            "AddTags",
            json!({"ResourceArn": FOREIGN_PIPELINE, "Tags": tags}),
        );
    }
    drop(served);
    check(&place.open());
    let file = fs::read_to_string(place.file()).expect("a state file");
    assert!(file.lines().count() < 20);
    assert_eq!(file.matches(&quoted).count(), 2);
    check(&place.open());
}

#[test]
fn an_import_joins_what_is_in_the_file_and_leaves_it_alone() {
    let place = ArnContext::new();
    let bench = place.begin(SeedKind::Empty);
    bench.create("two", &two_jobs());
    bench.start("two");
    let before = answers(&bench);
    drop(bench);
    let first_line = || {
        fs::read_to_string(place.file())
            .expect("a file")
            .lines()
            .next()
            .map(str::to_owned)
    };
    assert!(first_line().is_some_and(|line| line.contains(r#""sluicegate_state":1"#)));
    let refused = match Importer::open(&place.file(), "999988887777", REGION) {
        Ok(_) => panic!("another account is refused"),
        Err(error) => error.kind,
    };
    assert!(
        matches!(
            refused,
            StateErrorKind::OtherOption {
                option: "account",
                ..
            }
        ),
        "{refused}"
    );
    let mut importer = open(&place);
    assert_eq!(importer.presence("two"), Presence::Other);
    importer
        .add_pipeline(foreign_pipeline("{}"))
        .expect("a pipeline");
    let nameless = ImportedPipeline::default();
    let error = importer.add_pipeline(nameless).expect_err("it has no name");
    assert!(
        matches!(
            error,
            ImportError::Answer {
                member: "PipelineName",
                ..
            }
        ),
        "{error}"
    );
    drop(importer);
    assert!(first_line().is_some_and(|line| line.contains(r#""sluicegate_state":2"#)));
    let mut elsewhere =
        Importer::open(&place.file(), ACCOUNT, "us-east-1").expect("another Region");
    assert_eq!(elsewhere.presence("churn"), Presence::Absent);
    elsewhere
        .add_pipeline(foreign_pipeline("{}"))
        .expect("a pipeline");
    drop(elsewhere);
    let served = place.open();
    let now = answers(&served);
    for answer in before {
        assert!(now.contains(&answer), "{answer}");
    }
    let listed = list(&served, "ListPipelines", "PipelineSummaries", json!({}));
    assert_eq!(listed.len(), 2);
}
