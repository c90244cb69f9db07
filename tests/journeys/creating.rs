//! Creating an execution: the form, what it refuses, what it starts.

use serde_json::json;

use crate::support::page::{set, value};
use crate::support::{Answer, Requester, Stage, eventually, pipelines};

const EXECUTIONS: &str = "/w/default/pipelines/train/executions";
const NEW: &str = "/w/default/pipelines/train/executions/new";

async fn stage() -> Stage {
    let stage = Stage::empty().await;
    stage
        .emulator
        .create_pipeline("train", &pipelines::training())
        .await;
    stage
}

/// Where an accepted create sends the reader, as the requester expects it.
fn accepted(requester: Requester, answer: Answer) -> String {
    let place = match requester {
        Requester::Browser => answer.expect(303).location().to_owned(),
        Requester::Htmx => {
            let answer = answer.expect(204);
            let place = answer.header("HX-Location").to_owned();
            // A plain address, or htmx's JSON form with a path.
            match serde_json::from_str::<serde_json::Value>(&place) {
                Ok(location) => location["path"].as_str().expect("a path").to_owned(),
                Err(_) => place,
            }
        }
    };
    assert!(!place.contains('?'), "without a query: {place}");
    assert!(place.starts_with(&format!("{EXECUTIONS}/")), "{place}");
    place
}

#[tokio::test]
async fn the_form_is_offered_where_the_documentation_has_it() {
    let stage = stage().await;
    for tab in ["executions", "graph"] {
        let page = stage
            .console
            .page(&format!("/w/default/pipelines/train/{tab}"))
            .await;
        assert_eq!(page.link("Create execution"), NEW);
    }
}

#[tokio::test]
async fn the_form_has_a_typed_field_for_each_parameter() {
    let stage = stage().await;
    for requester in Requester::BOTH {
        let answer = stage.console.get_as(requester, NEW).await.expect(200);
        assert_eq!(
            answer.text().contains("<html"),
            requester == Requester::Browser
        );
        let page = answer.page();
        let form = page.form(EXECUTIONS);
        assert!(
            !value(&form, "name").unwrap_or_default().is_empty(),
            "a valid name is offered"
        );
        assert!(!value(&form, "ticket").unwrap_or_default().is_empty());
        assert!(value(&form, "description").is_some());
        for (field, default) in [
            ("p.InstanceType", "ml.m5.xlarge"),
            ("p.Instances", "1"),
            ("p.Threshold", "0.5"),
            ("p.InputData", "s3://bucket/input"),
        ] {
            assert_eq!(
                value(&form, field),
                Some(default),
                "{field} as {requester:?}"
            );
        }
        assert!(page.has("[name=\"p.Loud\"]") && page.has("[name=\"p.Stage\"]"));
        let text = page.text();
        assert!(
            text.contains("production"),
            "the choices of an enumeration: {text}"
        );
        assert!(!page.has("[data-error-for]"), "nothing is wrong yet");
    }
}

#[tokio::test]
async fn a_refused_form_comes_back_whole_with_the_error_at_its_field() {
    for requester in Requester::BOTH {
        let stage = stage().await;
        let mut form = stage.console.create_form(requester, "train").await;
        set(&mut form, "name", "run-of-mine");
        set(&mut form, "description", "kept <b>as</b> it is");
        set(&mut form, "p.Instances", "many");
        set(&mut form, "p.InputData", "s3://bucket/other");
        set(&mut form, "p.Stage", "");
        let page = stage
            .console
            .post(requester, EXECUTIONS, &form)
            .await
            .expect(422)
            .page();
        let mut wrong = page.values("data-error-for");
        wrong.sort();
        wrong.dedup();
        assert_eq!(wrong, ["p.Instances", "p.Stage"], "as {requester:?}");
        for error in page.all("[data-error-for]") {
            assert!(!error.text().is_empty(), "with its sentence");
        }
        let mut again = page.form(EXECUTIONS);
        for (field, kept) in [
            ("name", "run-of-mine"),
            ("description", "kept <b>as</b> it is"),
            ("p.Instances", "many"),
            ("p.InputData", "s3://bucket/other"),
        ] {
            assert_eq!(value(&again, field), Some(kept), "{field} as {requester:?}");
        }
        assert_eq!(stage.emulator.count("StartPipelineExecution").await, 0);

        set(&mut again, "p.Instances", "3");
        set(&mut again, "p.Stage", "production");
        let place = accepted(
            requester,
            stage.console.post(requester, EXECUTIONS, &again).await,
        );
        assert_eq!(stage.emulator.count("StartPipelineExecution").await, 1);
        let page = stage.console.page(&place).await;
        assert_eq!(page.one("#banner").attribute("data-status"), "Executing");
        assert!(page.text().contains("run-of-mine"));
    }
}

#[tokio::test]
async fn values_reach_sagemaker_as_they_were_written() {
    let stage = stage().await;
    let place = stage
        .console
        .create(
            "train",
            &[
                ("name", "values"),
                ("description", "grüße, 数据 & more"),
                ("p.InputData", "s3://bucket/a b/ü"),
                ("p.Threshold", "0.75"),
                ("p.Loud", "true"),
                ("p.Stage", "test"),
            ],
        )
        .await;
    let id = place.rsplit('/').next().expect("an id");
    let listed = stage
        .emulator
        .call("ListPipelineExecutions", json!({"PipelineName": "train"}))
        .await;
    let arn = &listed["PipelineExecutionSummaries"][0]["PipelineExecutionArn"];
    assert!(arn.as_str().is_some_and(|arn| arn.ends_with(id)));
    let input = json!({"PipelineExecutionArn": arn});
    let described = stage
        .emulator
        .call("DescribePipelineExecution", input.clone())
        .await;
    assert_eq!(described["PipelineExecutionDisplayName"], "values");
    assert_eq!(
        described["PipelineExecutionDescription"],
        "grüße, 数据 & more"
    );
    let parameters = stage
        .emulator
        .call("ListPipelineParametersForExecution", input)
        .await;
    let given = |name: &str| {
        let all = parameters["PipelineParameters"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let found = all.into_iter().find(|p| p["Name"] == name);
        found.map(|p| p["Value"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(given("InputData").as_deref(), Some("s3://bucket/a b/ü"));
    assert_eq!(given("Threshold").as_deref(), Some("0.75"));
    assert_eq!(given("Stage").as_deref(), Some("test"));
    assert!(given("Loud").is_some_and(|loud| loud.eq_ignore_ascii_case("true")));
}

#[tokio::test]
async fn the_offered_name_is_free_and_does_not_repeat_the_pipelines() {
    let stage = stage().await;
    let mut offered = Vec::new();
    for _ in 0..3 {
        let form = stage.console.page(NEW).await.form(EXECUTIONS);
        let name = value(&form, "name").unwrap_or_default().to_owned();
        assert!(
            !name.contains("train") && name.starts_with("run-2"),
            "{name}"
        );
        stage
            .emulator
            .start("train", &name, &[("Stage", "test")])
            .await;
        stage.emulator.advance(1).await;
        eventually("the start is known", async || {
            let page = stage.console.page(EXECUTIONS).await;
            page.has_link(&name)
        })
        .await;
        offered.push(name);
    }
    assert_eq!(offered[1], format!("{}-2", offered[0]));
    assert_eq!(offered[2], format!("{}-3", offered[0]));
}

#[tokio::test]
async fn a_name_that_breaks_the_rule_or_is_taken_is_pointed_out() {
    let stage = stage().await;
    let too_long = "x".repeat(83);
    for name in [
        "-starts-with-a-hyphen",
        "has space",
        "ünicode",
        too_long.as_str(),
    ] {
        let mut form = stage.console.create_form(Requester::Browser, "train").await;
        set(&mut form, "name", name);
        set(&mut form, "p.Stage", "test");
        let page = stage
            .console
            .post(Requester::Browser, EXECUTIONS, &form)
            .await
            .expect(422)
            .page();
        assert_eq!(page.values("data-error-for"), ["name"], "{name}");
    }
    assert_eq!(stage.emulator.count("StartPipelineExecution").await, 0);
}

#[tokio::test]
async fn the_query_string_fills_the_form() {
    let stage = stage().await;
    let page = stage
        .console
        .page(&format!(
            "{NEW}?name=linked&p.Instances=7&p.Stage=production&p.Nobody=x"
        ))
        .await;
    let form = page.form(EXECUTIONS);
    assert_eq!(value(&form, "name"), Some("linked"));
    assert_eq!(value(&form, "p.Instances"), Some("7"));
    assert_eq!(value(&form, "p.Stage"), Some("production"));
    assert_eq!(value(&form, "p.Nobody"), None);
}

#[tokio::test]
async fn run_again_fills_the_form_from_an_execution() {
    let stage = stage().await;
    let values = [("Stage", "production"), ("Instances", "5")];
    let id = stage.emulator.start("train", "before", &values).await;
    stage.emulator.advance(7200).await;
    let page = stage.console.page(&stage.execution("train", &id)).await;
    let again = page.link("Run again");
    assert_eq!(again, format!("{NEW}?copy={id}"));
    let form = stage.console.page(&again).await.form(EXECUTIONS);
    assert_eq!(value(&form, "p.Instances"), Some("5"));
    assert_eq!(value(&form, "p.Stage"), Some("production"));
    assert_eq!(
        value(&form, "p.Threshold"),
        Some("0.5"),
        "the rest has its default"
    );
    assert_ne!(value(&form, "name"), Some("before"), "a name of its own");
    accepted(
        Requester::Browser,
        stage
            .console
            .post(Requester::Browser, EXECUTIONS, &form)
            .await,
    );
    assert_eq!(stage.emulator.count("StartPipelineExecution").await, 2);
}

#[tokio::test]
async fn a_refusal_of_sagemaker_stands_at_the_top_with_its_code() {
    let stage = stage().await;
    let mut form = stage.console.create_form(Requester::Browser, "train").await;
    set(&mut form, "p.Stage", "test");
    set(&mut form, "description", "kept");
    stage
        .emulator
        .fault("StartPipelineExecution", "denied", 0, 1)
        .await;
    let answer = stage
        .console
        .post(Requester::Browser, EXECUTIONS, &form)
        .await;
    assert!(
        answer.status.is_client_error() || answer.status.is_server_error(),
        "{}",
        answer.status
    );
    let page = answer.page();
    let refusal = page
        .find("[data-aws-error=\"AccessDeniedException\"]")
        .expect("the refusal");
    assert!(!refusal.attribute("data-aws-request-id").is_empty());
    assert!(
        page.text().contains("sagemaker:StartPipelineExecution"),
        "{}",
        page.text()
    );
    let again = page.form(EXECUTIONS);
    assert_eq!(value(&again, "description"), Some("kept"));
    assert_ne!(
        value(&again, "ticket"),
        value(&form, "ticket"),
        "a fresh ticket"
    );
    accepted(
        Requester::Browser,
        stage
            .console
            .post(Requester::Browser, EXECUTIONS, &again)
            .await,
    );
}

/// A pipeline whose parameters feed arguments with bounds of their own.
fn bounded() -> serde_json::Value {
    let get = |name: &str| json!({"Get": format!("Parameters.{name}")});
    json!({"Version": "2020-12-01", "Parameters": [
        {"Name": "Jobs", "Type": "Integer", "DefaultValue": 2},
        {"Name": "Disk", "Type": "Integer", "DefaultValue": 30},
        {"Name": "Machine", "Type": "String", "DefaultValue": "ml.m5.large"},
        {"Name": "Data", "Type": "String", "DefaultValue": "s3://fernway-ml/churn"},
        {"Name": "Group", "Type": "String", "DefaultValue": "churn"},
        {"Name": "Status", "Type": "String", "DefaultValue": "Approved"},
    ], "Steps": [
        {"Name": "Prepare", "Type": "Processing", "Arguments": {
            "ProcessingResources": {"ClusterConfig": {
                "InstanceCount": 1, "InstanceType": get("Machine"), "VolumeSizeInGB": get("Disk")}},
            "AppSpecification": {"ImageUri": "image"},
            "ProcessingInputs": [{"InputName": "in", "S3Input": {"S3Uri": get("Data"), "S3DataType": "S3Prefix"}}]}},
        {"Name": "Tune", "Type": "Tuning", "Arguments": {"HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian", "ResourceLimits": {"MaxNumberOfTrainingJobs": 8, "MaxParallelTrainingJobs": get("Jobs")}}}},
        {"Name": "Register", "Type": "RegisterModel", "Arguments": {
            "ModelPackageGroupName": get("Group"), "ModelApprovalStatus": get("Status")}},
    ]})
}

const OUT_OF_BOUNDS: [(&str, &str, &str); 6] = [
    ("p.Jobs", "-4", "1 or more"),
    ("p.Disk", "0", "1 to 16384"),
    ("p.Machine", "ml.banana", "ml.m5.xlarge"),
    ("p.Data", "fernway-ml/churn", "s3://"),
    ("p.Group", "My Group", "letters, digits and hyphens"),
    ("p.Status", "Maybe", "Approved"),
];

#[tokio::test]
async fn a_value_keeps_to_the_bounds_of_where_it_is_used() {
    let stage = Stage::empty().await;
    stage.emulator.create_pipeline("train", &bounded()).await;
    for requester in Requester::BOTH {
        let mut form = stage.console.create_form(requester, "train").await;
        for (field, value, _) in OUT_OF_BOUNDS {
            set(&mut form, field, value);
        }
        let answer = stage.console.post(requester, EXECUTIONS, &form).await;
        let page = answer.expect(422).page();
        for (field, _, words) in OUT_OF_BOUNDS {
            let error = page.one(&format!("[data-error-for=\"{field}\"]")).text();
            assert!(error.contains(words), "{field}: {error}");
        }
    }
    assert_eq!(stage.emulator.count("StartPipelineExecution").await, 0);
}

#[tokio::test]
async fn a_field_is_checked_alone_as_it_is_with_the_form() {
    let stage = Stage::empty().await;
    stage.emulator.create_pipeline("train", &bounded()).await;
    let mut form = stage.console.create_form(Requester::Htmx, "train").await;
    for (field, value, _) in OUT_OF_BOUNDS {
        set(&mut form, field, value);
    }
    set(&mut form, "description", "two\nlines");
    let check = async |field: &str, form: &_| {
        let address = format!("{NEW}?field={field}");
        let answer = stage.console.post(Requester::Htmx, &address, form).await;
        answer.expect(200).text().to_owned()
    };
    for (field, _, words) in OUT_OF_BOUNDS {
        let message = check(field, &form).await;
        assert!(message.contains(words), "{field}: {message}");
        assert_eq!(message.matches("data-error-for").count(), 1, "{message}");
    }
    assert!(check("description", &form).await.contains("one line"));
    set(&mut form, "p.Jobs", "4");
    for fine in ["p.Jobs", "p.Unknown", ""] {
        assert_eq!(check(fine, &form).await.trim(), "", "{fine}");
    }
}
