//! Names and texts that would break a careless page.

mod everywhere;

use serde_json::json;

use crate::support::{Page, Stage, pipelines};

const SCRIPT: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{7*7}}";
const RIGHT_TO_LEFT: &str = "\u{202e}gnp.exe\u{2066} שלום مرحبا";
const CONTROL: &str = "bell\u{7} escape\u{1b}[31m tab\tdel\u{7f}";

/// Whether anything of the hostile text became markup.
fn is_tame(page: &Page, path: &str) {
    for script in page.all("script") {
        assert!(
            script.has("src") && script.raw_text().is_empty(),
            "{path}: {}",
            script.raw_text()
        );
    }
    if let Some(element) = page.all("[onerror]").first() {
        panic!("{path}: <{}>", element.tag());
    }
    assert!(!page.has("img[src=\"x\"]"), "{path}");
}

#[tokio::test]
async fn texts_from_aws_are_never_markup() {
    let stage = Stage::empty().await;
    let mut definition = pipelines::plain();
    definition["Steps"][0]["Description"] = json!(SCRIPT);
    definition["Steps"][0]["DisplayName"] = json!(RIGHT_TO_LEFT);
    definition["Parameters"] = json!([
        {"Name": "Text", "Type": "String", "DefaultValue": SCRIPT},
        {"Name": "Other", "Type": "String", "DefaultValue": RIGHT_TO_LEFT},
    ]);
    let name = "n".repeat(256);
    for (pipeline, description) in [
        ("script", SCRIPT),
        ("rtl", RIGHT_TO_LEFT),
        ("control", CONTROL),
        (&name, SCRIPT),
    ] {
        stage
            .emulator
            .create_described(pipeline, description, &definition)
            .await;
        stage.emulator.fail_next(pipeline, "Clean", SCRIPT).await;
        let id = stage
            .emulator
            .start(pipeline, "hostile", &[("Text", SCRIPT)])
            .await;
        stage.emulator.advance(3600).await;
        let execution = stage.execution(pipeline, &id);
        let base = format!("/w/default/pipelines/{pipeline}");
        for path in [
            "/w/default/pipelines".to_owned(),
            "/w/default/pipelines?q=%3Cscript%3Ealert(1)%3C/script%3E".to_owned(),
            format!("{base}/executions"),
            format!("{base}/graph"),
            format!("{base}/parameters"),
            format!("{base}/definition"),
            format!("{base}/information"),
            format!("{base}/executions/new?name=%22%3E%3Cscript%3E"),
            format!("{base}/executions/new?copy={id}"),
            execution.clone(),
            format!("{execution}/steps"),
            format!("{execution}/steps/Clean"),
            format!("{execution}/parameters"),
            format!("{execution}/information"),
            format!("{execution}/retry"),
        ] {
            is_tame(&stage.console.page(&path).await, &path);
        }
        let svg = stage
            .console
            .get(&format!("{base}/graph.svg"))
            .await
            .expect(200);
        is_tame(&svg.page(), "graph.svg");
        assert!(!svg.text().contains("<script"));
    }
}

#[tokio::test]
async fn hostile_text_stays_readable_as_text() {
    let stage = Stage::empty().await;
    let definition = pipelines::plain();
    stage
        .emulator
        .create_described("script", SCRIPT, &definition)
        .await;
    stage
        .emulator
        .create_described("control", CONTROL, &definition)
        .await;
    let page = stage.console.page("/w/default/pipelines").await;
    let text = page.text();
    assert!(text.contains("<script>alert(1)</script>"), "{text}");
    assert!(
        !text.contains('\u{7}') && !text.contains('\u{1b}'),
        "control characters are shown as symbols"
    );
    assert!(text.contains('\u{2407}') || text.contains("␇"), "{text}");
}

#[tokio::test]
async fn strange_step_names_keep_their_exact_marks_and_their_links() {
    let stage = Stage::empty().await;
    stage
        .emulator
        .create_pipeline("odd", &pipelines::plain())
        .await;
    let names = [
        "a/b",
        "..",
        "?x=#y",
        "100%",
        "<i>&\"",
        "\u{202e}x",
        " spaced ",
    ];
    let steps: Vec<serde_json::Value> = names
        .iter()
        .map(|name| json!({"Name": name, "Type": "Training", "Arguments": {}}))
        .collect();
    let definition = json!({"Version": "2020-12-01", "Steps": steps});
    stage
        .emulator
        .redefine("odd", &definition.to_string())
        .await;
    let page = stage.console.page("/w/default/pipelines/odd/graph").await;
    for name in names {
        let all = page.all("svg [data-step]");
        let step = all.iter().find(|step| step.attribute("data-step") == name);
        let step = step.unwrap_or_else(|| panic!("{name:?} is drawn under its exact name"));
        let href = match step.tag().as_str() {
            "a" => step.attribute("href"),
            _ => step.find("a").expect("a link").attribute("href"),
        };
        stage.console.page(&href).await;
    }
}
