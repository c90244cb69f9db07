//! What the source has and this program does not know, and definitions that many executions ran.

use super::*;

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
