//! What the main pages consist of: headings, links, marks and texts, without classes and drawing.

use std::fmt::Write;

use crate::support::{Element, Page, Stage, pipelines, wait_for};

/// Attributes that are part of what a page promises.
const KEPT: [&str; 16] = [
    "id",
    "href",
    "action",
    "method",
    "name",
    "type",
    "value",
    "rel",
    "role",
    "aria-label",
    "aria-current",
    "hx-get",
    "hx-target",
    "hx-swap",
    "hx-trigger",
    "aria-sort",
];

/// What precedes the names of streams in the address of a log.
const LOG_STREAMS: &str = "logStreamNameFilter$3D";

/// Elements that only group others.
const GROUPING: [&str; 9] = [
    "div", "span", "g", "bdi", "tbody", "defs", "p", "b", "small",
];

/// An outline of a part of a page, with what differs from run to run named instead of shown.
fn outline(page: &Page, part: &str, ids: &[(&str, &str)]) -> String {
    let mut text = String::new();
    draw(&page.one(part), 0, &mut text);
    for (id, name) in ids {
        text = text.replace(id, name);
    }
    if let Some(suffix) = job_suffix(page) {
        text = text.replace(&suffix, "(job)");
    }
    without_lengths(&text)
}

/// The random end of the name of the job on a step's page.
fn job_suffix(page: &Page) -> Option<String> {
    let copied = page.values("data-copy");
    let arn = copied.iter().find(|text| text.contains(":training-job/"))?;
    arn.rsplit('-').next().map(str::to_owned)
}

fn draw(element: &Element, depth: usize, text: &mut String) {
    let tag = element.tag();
    let attributes = element.attributes();
    let drawing = matches!(
        tag.as_str(),
        "path" | "rect" | "marker" | "title" | "circle" | "line" | "tspan" | "wbr"
    );
    if drawing && !attributes.contains_key("data-from") {
        return;
    }
    let kept: Vec<String> = attributes
        .iter()
        .filter(|(name, _)| KEPT.contains(&name.as_str()) || name.starts_with("data-"))
        .map(|(name, value)| format!(" {name}={:?}", stable(&attributes, name, value)))
        .collect();
    let own = own_text(element, &tag);
    let shown = !(GROUPING.contains(&tag.as_str()) && kept.is_empty() && own.is_empty());
    if shown {
        let line = format!("{:depth$}<{tag}{}> {own}", "", kept.concat());
        let _ = writeln!(text, "{}", line.trim_end());
    }
    if tag == "bdi" {
        return;
    }
    for child in element.children() {
        draw(&child, depth + usize::from(shown) * 2, text);
    }
}

/// The text of an element without elements inside, and all of a text from elsewhere; times and durations are named,
/// not shown.
fn own_text(element: &Element, tag: &str) -> String {
    let moving =
        tag == "time" || element.has("data-since") || element.attribute("class").contains("dur");
    let children = element.children();
    match children.iter().all(|child| child.tag() == "wbr") {
        true if moving => "(time)".to_owned(),
        true => element.text(),
        false if tag == "bdi" => element.text(),
        false => String::new(),
    }
}

fn stable(
    attributes: &std::collections::BTreeMap<String, String>,
    name: &str,
    value: &str,
) -> String {
    let field = attributes.get("name").map(String::as_str);
    match name {
        "datetime" | "data-since" => "(time)".to_owned(),
        "data-icon" => "(icon)".to_owned(),
        // The names of jobs have random ends.
        "href" if value.contains(LOG_STREAMS) => {
            let before = value.split(LOG_STREAMS).next().unwrap_or_default();
            format!("{before}{LOG_STREAMS}(streams)")
        }
        "value" if field == Some("ticket") => "(ticket)".to_owned(),
        "value" if field == Some("name") => "(a free name)".to_owned(),
        _ => value.to_owned(),
    }
}

/// Names lengths of time (`27s`, `1m 5s`), which differ from run to run.
fn without_lengths(text: &str) -> String {
    let mut steady = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        steady.push_str(before);
        let digits = from.len() - from.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let mut after = from[digits..].chars();
        let is_unit = matches!(after.next(), Some('s' | 'm' | 'h' | 'd'));
        let ends = !after.next().is_some_and(char::is_alphanumeric);
        let begins = !before.ends_with(|c: char| c.is_alphanumeric() || "-#.".contains(c));
        if is_unit && ends && begins {
            steady.push_str("(length)");
            rest = &from[digits + 1..];
        } else {
            steady.push_str(&from[..digits]);
            rest = &from[digits..];
        }
    }
    (steady + rest).replace("(length) (length)", "(length)")
}

#[test]
fn lengths_of_time_are_not_taken_for_names() {
    assert_eq!(
        without_lengths("Train · 27s, 1m 5s of ml.m5 x3 4steps 12"),
        "Train · (length), (length) of ml.m5 x3 4steps 12"
    );
}

async fn stage() -> (Stage, String, String) {
    let stage = Stage::empty().await;
    let definition = pipelines::training();
    stage
        .emulator
        .create_described("churn-training", "Who is about to leave", &definition)
        .await;
    stage
        .emulator
        .create_pipeline("never-ran", &pipelines::plain())
        .await;
    stage
        .emulator
        .fail_next("churn-training", "Train", "AlgorithmError: out of memory")
        .await;
    let failed = stage
        .emulator
        .start("churn-training", "monday", &[("Stage", "test")])
        .await;
    stage.emulator.advance(7200).await;
    let running = stage
        .emulator
        .start("churn-training", "tuesday", &[("Stage", "production")])
        .await;
    stage.emulator.advance(1).await;
    wait_for("why the execution failed is known", async || {
        let list = stage
            .console
            .get(&format!("{BASE}/executions"))
            .await
            .page();
        list.has("[data-reason]").then_some(())
    })
    .await;
    (stage, failed, running)
}

macro_rules! looks_as_before {
    ($name:literal, $part:literal, $path:expr) => {{
        let (stage, failed, running) = stage().await;
        let path: String = ($path)(&failed, &running);
        let page = stage.console.get(&path).await.page();
        let ids = [(failed.as_str(), "(failed)"), (running.as_str(), "(running)")];
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!($name, outline(&page, $part, &ids));
        });
    }};
}

const BASE: &str = "/w/default/pipelines/churn-training";

#[tokio::test]
async fn the_list_of_pipelines() {
    looks_as_before!("pipelines", "body", |_: &str, _: &str| {
        "/w/default/pipelines".to_owned()
    });
}

#[tokio::test]
async fn a_pipelines_executions() {
    looks_as_before!("executions", "main", |_: &str, _: &str| format!(
        "{BASE}/executions"
    ));
}

#[tokio::test]
async fn the_create_form() {
    looks_as_before!("create", "main", |_: &str, _: &str| format!(
        "{BASE}/executions/new"
    ));
}

#[tokio::test]
async fn a_failed_executions_graph() {
    looks_as_before!("execution", "main", |failed: &str, _: &str| format!(
        "{BASE}/executions/{failed}"
    ));
}

#[tokio::test]
async fn a_failed_step() {
    looks_as_before!("step", "main", |failed: &str, _: &str| format!(
        "{BASE}/executions/{failed}/steps/Train"
    ));
}

#[tokio::test]
async fn the_confirmation_of_a_stop() {
    looks_as_before!("stop", "main", |_: &str, running: &str| format!(
        "{BASE}/executions/{running}/stop"
    ));
}

#[tokio::test]
async fn an_execution_that_does_not_exist() {
    looks_as_before!("not-found", "main", |_: &str, _: &str| format!(
        "{BASE}/executions/zzzzzzzzzzzz"
    ));
}
