//! The DAG of a pipeline, and of an execution with what became of each step.

use crate::support::{Page, Stage, eventually, pipelines};

fn status(page: &Page, step: &str) -> String {
    page.one(&format!("svg [data-step=\"{step}\"]"))
        .attribute("data-status")
}

async fn stage() -> Stage {
    let stage = Stage::empty().await;
    stage
        .emulator
        .create_pipeline("dag", &pipelines::training())
        .await;
    stage
}

#[tokio::test]
async fn a_pipelines_graph_has_every_step_and_edge_as_links() {
    let stage = stage().await;
    let page = stage.console.page("/w/default/pipelines/dag/graph").await;
    let steps = page.all("svg [data-step]");
    let types: Vec<(String, String)> = steps
        .iter()
        .map(|step| (step.attribute("data-step"), step.attribute("data-type")))
        .collect();
    for (name, kind) in [
        ("Prepare", "Processing"),
        ("Train", "Training"),
        ("Check", "Condition"),
        ("Register", "RegisterModel"),
        ("Give-Up", "Fail"),
    ] {
        assert!(
            types.contains(&(name.into(), kind.into())),
            "{name} in {types:?}"
        );
    }
    assert_eq!(steps.len(), 5);
    assert!(
        steps.iter().all(|step| !step.has("data-status")),
        "nothing has run here"
    );

    let mut edges: Vec<(String, String, String)> = page
        .all("svg [data-from]")
        .iter()
        .map(|e| {
            (
                e.attribute("data-from"),
                e.attribute("data-to"),
                e.attribute("data-when"),
            )
        })
        .collect();
    edges.sort();
    let expected = [
        ("Check", "Give-Up", "False"),
        ("Check", "Register", "True"),
        ("Prepare", "Train", ""),
        ("Train", "Check", ""),
        ("Train", "Register", ""),
    ];
    assert_eq!(
        edges,
        expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()))
    );
    assert!(page.has_link("Create execution"));
    for step in steps {
        let link = match step.tag().as_str() {
            "a" => step,
            _ => step.find("a[href]").expect("a step is a link"),
        };
        stage.console.page(&link.attribute("href")).await;
    }
}

#[tokio::test]
async fn the_picture_is_a_file_of_its_own() {
    let stage = stage().await;
    let answer = stage
        .console
        .get("/w/default/pipelines/dag/graph.svg")
        .await
        .expect(200);
    assert!(answer.header("content-type").starts_with("image/svg+xml"));
    assert!(answer.text().trim_start().starts_with("<svg"));
    assert_eq!(answer.page().all("[data-step]").len(), 5);
}

#[tokio::test]
async fn an_execution_shows_every_state_of_its_steps_differently() {
    let stage = stage().await;
    stage
        .emulator
        .fail_next("dag", "Train", "AlgorithmError: out of memory")
        .await;
    let failed = stage
        .emulator
        .start("dag", "will-fail", &[("Stage", "test")])
        .await;
    stage.emulator.advance(7200).await;
    let fine = stage
        .emulator
        .start("dag", "will-do", &[("Stage", "test")])
        .await;
    stage.emulator.advance(7200).await;
    let running = stage
        .emulator
        .start("dag", "goes-on", &[("Stage", "test")])
        .await;
    stage.emulator.advance(1).await;

    let page = stage.console.page(&stage.execution("dag", &failed)).await;
    assert_eq!(status(&page, "Prepare"), "Succeeded");
    assert_eq!(status(&page, "Train"), "Failed");
    assert_eq!(status(&page, "Register"), "NotRun");
    let banner = page.one("#banner");
    assert_eq!(banner.attribute("data-status"), "Failed");
    assert!(
        banner.text().contains("out of memory"),
        "the job's own reason: {}",
        banner.text()
    );

    let page = stage.console.page(&stage.execution("dag", &fine)).await;
    assert_eq!(status(&page, "Register"), "Succeeded");
    assert_eq!(status(&page, "Give-Up"), "NotRun");

    let page = stage.console.page(&stage.execution("dag", &running)).await;
    assert!(["Starting", "Executing"].contains(&status(&page, "Prepare").as_str()));
    assert_eq!(status(&page, "Train"), "Waiting");
}

#[tokio::test]
async fn an_execution_is_drawn_from_its_own_definition() {
    let stage = stage().await;
    let old = stage
        .emulator
        .start("dag", "old", &[("Stage", "test")])
        .await;
    stage
        .emulator
        .redefine("dag", &pipelines::plain().to_string())
        .await;
    let page = stage.console.page(&stage.execution("dag", &old)).await;
    assert!(page.has("svg [data-step=\"Register\"]"));
    assert!(!page.has("svg [data-step=\"Clean\"]"));
    let page = stage.console.page("/w/default/pipelines/dag/graph").await;
    assert!(page.has("svg [data-step=\"Clean\"]"));
}

#[tokio::test]
async fn a_step_shows_its_times_its_job_and_why_it_failed() {
    let stage = stage().await;
    stage
        .emulator
        .fail_next("dag", "Train", "ClientError: no such bucket")
        .await;
    let id = stage
        .emulator
        .start("dag", "will-fail", &[("Stage", "test")])
        .await;
    stage.emulator.advance(7200).await;
    let execution = stage.execution("dag", &id);
    let page = stage
        .console
        .page(&format!("{execution}/steps/Train"))
        .await;
    let text = page.text();
    assert!(text.contains("no such bucket"), "{text}");
    assert!(text.contains(":training-job/"), "the job's ARN: {text}");
    assert!(page.has("time[datetime]"));
    assert!(
        page.all("a[href]")
            .iter()
            .any(|a| a.attribute("href").contains("console.aws.amazon.com")),
        "a link to exactly that job"
    );
    let table = stage.console.page(&format!("{execution}/steps")).await;
    let row = table.one("tr[data-step=\"Train\"]");
    assert_eq!(row.attribute("data-status"), "Failed");
    for tab in ["parameters", "information"] {
        stage.console.page(&format!("{execution}/{tab}")).await;
    }
}

#[tokio::test]
async fn a_faulty_definition_is_shown_as_far_as_it_can_be_understood() {
    let stage = stage().await;
    let graph = "/w/default/pipelines/dag/graph";
    let cycle = r#"{"Version":"2020-12-01","Steps":[
        {"Name":"A","Type":"Training","DependsOn":["B"],"Arguments":{}},
        {"Name":"B","Type":"Training","DependsOn":["A"],"Arguments":{}},
        {"Name":"C","Type":"Training","DependsOn":["Nowhere"],"Arguments":{}},
        {"Name":"C","Type":"Wholly-New","Arguments":{}}]}"#;
    stage.emulator.redefine("dag", cycle).await;
    let page = stage.console.page(graph).await;
    let problems = page.values("data-problem");
    for kind in ["cycle", "dangling", "duplicate"] {
        assert!(problems.iter().any(|p| p == kind), "{kind} in {problems:?}");
    }
    assert!(page.has("svg [data-step=\"A\"]"));

    let other = Stage::empty().await;
    other
        .emulator
        .create_pipeline("dag", &pipelines::plain())
        .await;
    other.emulator.redefine("dag", "this is not JSON").await;
    eventually(
        "a definition that is not JSON is named as such",
        async || other.console.page(graph).await.values("data-problem") == ["not-json"],
    )
    .await;
    for tab in [
        "",
        "/executions",
        "/parameters",
        "/definition",
        "/information",
        "/executions/new",
    ] {
        let answer = other
            .console
            .get(&format!("/w/default/pipelines/dag{tab}"))
            .await;
        assert!(answer.status.as_u16() < 400, "{tab}: {}", answer.status);
    }
}

#[tokio::test]
async fn a_waiting_step_says_what_it_waits_for() {
    let stage = stage().await;
    let id = stage
        .emulator
        .start("dag", "goes-on", &[("Stage", "test")])
        .await;
    stage.emulator.advance(1).await;
    let execution = stage.execution("dag", &id);
    let page = stage.console.page(&execution).await;
    let title = page.one("svg [data-step=\"Train\"] title").text();
    assert!(title.contains("Waits for Prepare (running "), "{title}");
    assert!(
        !page.has("svg [data-from][class=\"off\"]"),
        "an edge not taken yet is not dashed"
    );
    let page = stage
        .console
        .page(&format!("{execution}/steps/Register"))
        .await;
    let panel = page.one("#panel").text();
    assert!(panel.contains("Waits for Prepare (running "), "{panel}");
    assert!(page.has("#panel a[data-goto=\"Prepare\"]"));
}

#[tokio::test]
async fn only_what_was_not_taken_is_dashed_and_a_branch_is_labelled_once() {
    let stage = stage().await;
    let id = stage
        .emulator
        .start("dag", "will-do", &[("Stage", "test")])
        .await;
    stage.emulator.advance(7200).await;
    let page = stage.console.page(&stage.execution("dag", &id)).await;
    let dashed: Vec<String> = page
        .all("svg [data-from][class=\"off\"]")
        .iter()
        .map(|edge| edge.attribute("data-to"))
        .collect();
    assert_eq!(dashed, ["Give-Up"]);
    let mut labels: Vec<String> = page
        .all("svg [class=\"when\"]")
        .iter()
        .map(|label| label.text())
        .collect();
    labels.sort();
    assert_eq!(labels, ["False", "True"]);
}

#[tokio::test]
async fn the_panel_links_to_the_steps_around_its_own() {
    let stage = stage().await;
    let graph = "/w/default/pipelines/dag/graph";
    let page = stage.console.page(&format!("{graph}?step=Train")).await;
    let around = |page: &Page| -> Vec<String> {
        let links = page.all("#panel a[data-goto]");
        links.iter().map(|a| a.attribute("data-goto")).collect()
    };
    assert_eq!(around(&page), ["Prepare", "Check", "Register"]);
    let href = page.one("#panel a[data-goto=\"Check\"]").attribute("href");
    let page = stage.console.page(&href).await;
    assert_eq!(
        page.one("#panel [data-panel]").attribute("data-panel"),
        "Check"
    );

    let id = stage
        .emulator
        .start("dag", "will-do", &[("Stage", "test")])
        .await;
    stage.emulator.advance(7200).await;
    let step = format!("{}/steps/Train", stage.execution("dag", &id));
    let page = stage.console.page(&step).await;
    assert_eq!(around(&page), ["Prepare", "Check", "Register"]);
    let href = page.one("#panel a[data-goto=\"Check\"]").attribute("href");
    assert!(href.ends_with("/steps/Check"), "{href}");
}

#[tokio::test]
async fn a_pipelines_graph_can_be_coloured_by_its_last_execution() {
    let stage = stage().await;
    let graph = "/w/default/pipelines/dag/graph";
    let page = stage.console.page(&format!("{graph}?colour=last")).await;
    assert!(page.text().contains("There is no execution to colour by"));
    let id = stage
        .emulator
        .start("dag", "will-do", &[("Stage", "test")])
        .await;
    stage.emulator.advance(7200).await;
    stage.console.page(&stage.execution("dag", &id)).await;

    let page = stage.console.page(graph).await;
    assert!(!page.has("svg [data-status]"));
    let coloured = page
        .all("a[href]")
        .iter()
        .map(|a| a.attribute("href"))
        .find(|href| href.contains("colour=last"))
        .expect("a link to the coloured graph");
    let page = stage.console.page(&coloured).await;
    assert_eq!(status(&page, "Register"), "Succeeded");
    assert_eq!(status(&page, "Give-Up"), "NotRun");
    let step = page.one("svg [data-step=\"Train\"]").attribute("href");
    let page = stage.console.page(&step).await;
    assert_eq!(
        status(&page, "Train"),
        "Succeeded",
        "the panel leaves the colours"
    );
    assert!(page.has_link("Without colours"));
}
