//! Regions: each a world of its own, with one clock and one state file.

use super::*;
use crate::StateErrorKind;
use std::path::Path;

const US: &str = "us-west-2";

/// An operation called by a client of a Region.
fn call_from(bench: &Bench, region: &str, operation: &str, body: Value) -> Value {
    let operation = server::find(&format!("SageMaker.{operation}")).expect("an operation");
    let body = body.to_string();
    server::run(operation, &bench.shared, Some(region), body.as_bytes()).expect("an answer")
}

fn create_in(bench: &Bench, region: &str, name: &str) -> Value {
    let body = json!({
        "PipelineName": name, "RoleArn": ROLE, "ClientRequestToken": format!("{name:-<32}"),
        "PipelineDefinition": two_jobs().to_string(),
    });
    call_from(bench, region, "CreatePipeline", body)["PipelineArn"].clone()
}

fn start_in(bench: &Bench, region: &str, name: &str) -> Value {
    let body = json!({"PipelineName": name, "ClientRequestToken": TOKEN});
    call_from(bench, region, "StartPipelineExecution", body)["PipelineExecutionArn"].clone()
}

fn names_in(bench: &Bench, region: &str) -> Vec<Value> {
    let listed = call_from(bench, region, "ListPipelines", json!({}));
    let listed = listed["PipelineSummaries"].as_array().expect("a list");
    listed
        .iter()
        .map(|one| one["PipelineName"].clone())
        .collect()
}

fn status_in(bench: &Bench, region: &str, execution: &Value) -> Value {
    let body = json!({"PipelineExecutionArn": execution});
    call_from(bench, region, "DescribePipelineExecution", body)["PipelineExecutionStatus"].clone()
}

fn options(path: &Path) -> Options {
    Options {
        seed: Some(SeedKind::Empty),
        state: Some(path.to_owned()),
        ..Options::default()
    }
}

#[test]
fn the_same_name_and_token_are_other_things_in_another_region() {
    let bench = Bench::empty();
    for region in ["eu-central-1", US] {
        assert_eq!(
            create_in(&bench, region, "two"),
            format!("arn:aws:sagemaker:{region}:111122223333:pipeline/two")
        );
        let execution = start_in(&bench, region, "two");
        assert!(execution.as_str().expect("an ARN").contains(region));
        bench.advance(86_400.0);
        assert_eq!(status_in(&bench, region, &execution), "Succeeded");
        let body = json!({"PipelineExecutionArn": execution});
        let steps = call_from(&bench, region, "ListPipelineExecutionSteps", body);
        let arn = &steps["PipelineExecutionSteps"][0]["Metadata"]["TrainingJob"]["Arn"];
        assert!(arn.as_str().expect("an ARN").contains(region), "{arn}");
    }
    create_in(&bench, US, "more");
    assert_eq!(names_in(&bench, "eu-central-1").len(), 1);
    assert_eq!(names_in(&bench, US).len(), 2);
    // What names no Region is the home Region's.
    assert_eq!(
        bench.ok("ListPipelines", json!({})),
        call_from(&bench, "eu-central-1", "ListPipelines", json!({}))
    );
}

#[test]
fn models_and_their_tags_are_those_of_a_region() {
    let bench = Bench::empty();
    let create = |region: &str, tag: &str| {
        let tags = json!([{"Key": tag, "Value": ""}]);
        let body = json!({"ModelName": "mine", "PrimaryContainer": {"Image": "i"}, "Tags": tags});
        call_from(&bench, region, "CreateModel", body)["ModelArn"].clone()
    };
    let here = create("eu-central-1", "here");
    let there = create(US, "there");
    assert_eq!(there, "arn:aws:sagemaker:us-west-2:111122223333:model/mine");
    for (region, arn, tag) in [("eu-central-1", here, "here"), (US, there, "there")] {
        let answer = call_from(&bench, region, "ListTags", json!({"ResourceArn": arn}));
        assert_eq!(answer["Tags"][0]["Key"], tag);
        let listed = call_from(&bench, region, "ListModels", json!({}));
        assert_eq!(listed["Models"][0]["ModelArn"], arn);
    }
}

#[test]
fn the_clock_the_objects_and_the_controls_are_of_all_regions() {
    let bench = Bench::empty();
    let execution = {
        create_in(&bench, US, "two");
        bench.control(
            "outcomes",
            json!({"pipeline": "two", "step": "First", "reason": "ClientError: no"}),
        );
        start_in(&bench, US, "two")
    };
    assert_eq!(status_in(&bench, US, &execution), "Executing");
    bench.advance(86_400.0);
    assert_eq!(status_in(&bench, US, &execution), "Failed");
    create_in(&bench, "eu-central-1", "two");
    bench.control(
        "outcomes",
        json!({"region": US, "pipeline": "two", "step": "First", "reason": "ClientError: no"}),
    );
    assert!(bench.shared.world().scripts.is_empty());
    assert!(!bench.shared.world_of(Some(US)).scripts.is_empty());
    let put = |name: &str| {
        let mut world = bench.shared.world();
        let put = world
            .storage
            .put("bucket", name, two_jobs().to_string().into_bytes(), 0);
        put.map(|_| ()).expect("there is space");
    };
    put("definition.json");
    let location = json!({"Bucket": "bucket", "ObjectKey": "definition.json"});
    let body = json!({"PipelineName": "large", "RoleArn": ROLE, "PipelineDefinitionS3Location": location,
        "ClientRequestToken": format!("{:032}", 77)});
    call_from(&bench, US, "CreatePipeline", body);
    assert!(bench.shared.world().storage.has_bucket("bucket"));
}

#[test]
fn a_job_is_in_the_region_of_its_request_alone() {
    let bench = Bench::empty();
    let name = json!({"TrainingJobName": "job", "RoleArn": ROLE});
    let create = arguments("Training", &name);
    for region in ["eu-central-1", US] {
        let arn = call_from(&bench, region, "CreateTrainingJob", create.clone());
        let expected = format!("arn:aws:sagemaker:{region}:111122223333:training-job/job");
        assert_eq!(arn["TrainingJobArn"], expected);
    }
    let body = json!({"TrainingJobName": "other", "RoleArn": ROLE});
    call_from(
        &bench,
        US,
        "CreateTrainingJob",
        arguments("Training", &body),
    );
    let listed = |region| {
        let answer = call_from(&bench, region, "ListTrainingJobs", json!({}));
        answer["TrainingJobSummaries"].as_array().map(Vec::len)
    };
    assert_eq!(listed("eu-central-1"), Some(1));
    assert_eq!(listed(US), Some(2));
}

#[test]
fn what_cannot_be_a_region_is_the_home_region() {
    let bench = Bench::empty();
    bench.create("two", &two_jobs());
    for region in ["", "nowhere", "US-WEST-2", "us-west-2/x", "us--2"] {
        assert_eq!(names_in(&bench, region), ["two"], "{region}");
    }
    for region in ["us-gov-west-1", "cn-north-1", "ap-southeast-3"] {
        assert_eq!(names_in(&bench, region).len(), 0, "{region}");
    }
    let arn = create_in(&bench, "cn-north-1", "two");
    assert_eq!(
        arn,
        "arn:aws-cn:sagemaker:cn-north-1:111122223333:pipeline/two"
    );
}

#[test]
fn all_regions_are_kept_in_the_state_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("state");
    let bench = Bench::still(options(&path));
    create_in(&bench, "eu-central-1", "here");
    create_in(&bench, US, "there");
    let execution = start_in(&bench, US, "there");
    bench.advance(3.0);
    drop(bench);
    let bench = Bench::with(options(&path));
    assert_eq!(names_in(&bench, "eu-central-1"), ["here"]);
    assert_eq!(names_in(&bench, US), ["there"]);
    assert_eq!(status_in(&bench, US, &execution), "Executing");
    bench.advance(86_400.0);
    assert_eq!(status_in(&bench, US, &execution), "Succeeded");
    // Superseded lines of all Regions are removed.
    let tags = |number: u32| {
        let arn = format!("arn:aws:sagemaker:{US}:111122223333:pipeline/there");
        let tags = json!([{"Key": "n", "Value": number.to_string()}]);
        call_from(
            &bench,
            US,
            "AddTags",
            json!({"ResourceArn": arn, "Tags": tags}),
        );
    };
    (0..1_100).for_each(tags);
    drop(bench);
    let bench = Bench::with(options(&path));
    let lines = std::fs::read_to_string(&path)
        .expect("a file")
        .lines()
        .count();
    assert!(lines < 12, "{lines}");
    assert_eq!(status_in(&bench, US, &execution), "Succeeded");
    assert_eq!(names_in(&bench, "eu-central-1"), ["here"]);
}

#[test]
fn the_home_region_and_the_account_are_those_of_the_options() {
    let place = |seed| Options {
        seed: Some(seed),
        region: Some(US.to_owned()),
        account: Some("444455556666".to_owned()),
        ..Options::default()
    };
    for seed in [SeedKind::Demo, SeedKind::Large] {
        let bench = Bench::still(place(seed));
        let listed = bench.ok("ListPipelines", json!({"MaxResults": 3}));
        let summaries = listed["PipelineSummaries"].as_array().expect("a list");
        for summary in summaries {
            let pipeline = bench.ok(
                "DescribePipeline",
                json!({"PipelineName": summary["PipelineName"]}),
            );
            let executions = bench.ok(
                "ListPipelineExecutions",
                json!({"PipelineName": summary["PipelineName"], "MaxResults": 2}),
            );
            let text = format!("{pipeline} {executions}");
            assert!(
                text.contains("arn:aws:sagemaker:us-west-2:444455556666:pipeline/"),
                "{text}"
            );
            assert!(
                !text.contains("111122223333") && !text.contains("eu-central-1"),
                "{text}"
            );
            let newest = &executions["PipelineExecutionSummaries"][0]["PipelineExecutionArn"];
            if !newest.is_null() {
                bench.describe(newest);
            }
        }
        assert_eq!(names_in(&bench, "eu-central-1").len(), 0);
    }
}

#[test]
fn a_state_file_keeps_its_region_and_account() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("state");
    let with = |region: Option<&str>, account: Option<&str>| {
        Emulator::new(Options {
            region: region.map(str::to_owned),
            account: account.map(str::to_owned),
            ..options(&path)
        })
    };
    drop(with(Some(US), Some("444455556666")).expect("a new file"));
    drop(with(None, None).expect("what the file has"));
    let refused = with(Some("eu-central-1"), None).err().expect("refused");
    assert!(matches!(
        refused.kind,
        StateErrorKind::OtherOption {
            option: "region",
            ..
        }
    ));
    let refused = with(None, Some("111122223333")).err().expect("refused");
    assert!(
        refused.to_string().contains(
            "it began with the account 444455556666, not 111122223333; leave --account out"
        ),
        "{refused}"
    );
}
