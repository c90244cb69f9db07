//! One thing has one name on every page: the one that people read first, and the one that SageMaker knows it by beside it.

use serde_json::{Value, json};

use crate::support::crawl::Crawl;
use crate::support::emulator::token;
use crate::support::page::{Element, Page, set};
use crate::support::proxied::{HEADER_MODE, Visitor};
use crate::support::{ProxiedConsole, Requester, eventually, pipelines};

const PIPELINE: &str = "zqPipeline";
const PIPELINE_TITLE: &str = "Customer-churn-of-all-markets";

/// Everybody who is known does everything.
const OPEN: &str = "
[[access]]
groups = [\"everyone\"]
role = \"admin\"
";

/// The steps: exact name and display name.
fn steps() -> [(&'static str, String); 5] {
    [
        ("zqPrepare", "إعداد بيانات العملاء".to_owned()),
        (
            "zqTrain",
            "Train on everything ".repeat(13)[..256].trim().to_owned(),
        ),
        ("zqCheck", "Is it good enough?".to_owned()),
        ("zqRegister", "Publish the model".to_owned()),
        ("zqGiveUp", "Say no".to_owned()),
    ]
}

/// The usual definition with other names, each step with a display name.
fn definition() -> Value {
    let mut text = pipelines::training().to_string();
    for (plain, (exact, _)) in ["Prepare", "Train", "Check", "Register", "Give-Up"]
        .iter()
        .zip(steps())
    {
        text = text.replace(&format!("\"{plain}\""), &format!("\"{exact}\""));
        text = text.replace(&format!("Steps.{plain}."), &format!("Steps.{exact}."));
    }
    let mut definition: Value = serde_json::from_str(&text).expect("JSON");
    title(&mut definition);
    definition
}

/// Gives every step a display name.
fn title(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(title),
        Value::Object(members) => {
            let name = members.get("Name").and_then(Value::as_str);
            let known = steps().into_iter().find(|(exact, _)| Some(*exact) == name);
            if let Some((_, display)) = known {
                members.insert("DisplayName".to_owned(), json!(display));
            }
            members.values_mut().for_each(title);
        }
        _ => {}
    }
}

struct Scene {
    proxied: ProxiedConsole,
    visitor: Visitor,
    /// The addresses of executions: one that failed, one that was stopped, one that runs.
    executions: Vec<String>,
}

async fn scene() -> Scene {
    let proxied = ProxiedConsole::with(&format!("{HEADER_MODE}{OPEN}")).await;
    let emulator = &proxied.emulator;
    let input = json!({
        "PipelineName": PIPELINE,
        "PipelineDisplayName": PIPELINE_TITLE,
        "PipelineDefinition": definition().to_string(),
        "RoleArn": "arn:aws:iam::111122223333:role/x",
        "ClientRequestToken": token(),
    });
    emulator.call("CreatePipeline", input).await;
    let headers = [
        ("X-Forwarded-User", "ann"),
        ("X-Forwarded-Groups", "everyone"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let visitor = proxied.visitor(&headers);
    let mut executions = Vec::new();
    let stage = ("Stage", "test");
    for (name, parameters) in [
        ("first-night", vec![stage, ("Threshold", "0.95")]),
        ("second-night", vec![stage]),
    ] {
        let id = emulator.start(PIPELINE, name, &parameters).await;
        executions.push(format!("/w/default/pipelines/{PIPELINE}/executions/{id}"));
        emulator.advance(7200).await;
    }
    for name in ["third-night", "fourth-night"] {
        let id = emulator.start(PIPELINE, name, &[stage]).await;
        executions.push(format!("/w/default/pipelines/{PIPELINE}/executions/{id}"));
        emulator.advance(2).await;
    }
    Scene {
        proxied,
        visitor,
        executions,
    }
}

/// What is wrong with how things are named in a page or a part of one.
fn faults(page: &Page) -> Vec<String> {
    let mut faults = Vec::new();
    for element in page.root().children() {
        look(&element, &mut Vec::new(), &mut faults);
    }
    faults
}

fn look(element: &Element, around: &mut Vec<Element>, faults: &mut Vec<String>) {
    let mut things = steps().to_vec();
    things.push((PIPELINE, PIPELINE_TITLE.to_owned()));
    for (exact, display) in &things {
        let is_alone = |text: &str| text.contains(exact) && !text.contains(display.as_str());
        for name in ["aria-label", "title", "alt", "placeholder"] {
            let text = element.attribute(name);
            if is_alone(&text) && !is_exact(&text) {
                faults.push(format!("{name}={text:?}"));
            }
        }
        let text = element.text();
        let children = element.children();
        let is_innermost = !children.iter().any(|child| child.text().contains(exact));
        if is_alone(&text) && is_innermost && !is_exact(&text) {
            around.push(element.clone());
            if !is_set_apart(around, display) {
                let tags: Vec<String> = around.iter().map(Element::tag).collect();
                faults.push(format!("{}: {text:?}", tags.join(" ")));
            }
            around.pop();
        }
    }
    around.push(element.clone());
    for child in element.children() {
        look(&child, around, faults);
    }
    around.pop();
}

/// Whether a text holds a name as a part of something that has no other: an ARN, an address, the name of a job, a term
/// of a filter as it is typed.
fn is_exact(text: &str) -> bool {
    ["arn:", "s3://", "pipelines-", "pipeline:", "step:"]
        .iter()
        .any(|part| text.contains(part))
}

/// Whether the innermost of these elements is code, a fact about the name, or the small name beside the one to read.
fn is_set_apart(around: &[Element], display: &str) -> bool {
    around.iter().rev().enumerate().any(|(depth, element)| {
        let is_small = element.tag() == "small" && element.attribute("class") == "exact";
        let beside = around.iter().rev().nth(depth + 1);
        let is_beside = beside.is_some_and(|outer| outer.text().contains(display));
        let is_code = element.tag() == "pre";
        let is_fact = element.tag() == "dd";
        is_code || is_fact || (is_small && is_beside)
    })
}

#[tokio::test]
async fn every_page_names_a_thing_as_people_read_it_first() {
    let scene = scene().await;
    let stopped = format!("{}/stop", scene.executions[2]);
    let mut form = scene.visitor.page(&stopped).await.form(&stopped);
    set(&mut form, "reason", "too dear");
    let answer = scene
        .visitor
        .post(Requester::Browser, &stopped, &form)
        .await;
    answer.expect(303);
    let forged = [("ticket".to_owned(), "v1.forged".to_owned())];
    let resume = format!("{}/resume", scene.executions[3]);
    let answer = scene
        .visitor
        .post(Requester::Browser, &resume, &forged)
        .await;
    answer.expect(403);
    scene.proxied.emulator.advance(2).await;

    let mut crawl = Crawl::new(scene.visitor.clone(), "", false, 40).from("/");
    for address in &scene.executions {
        crawl = crawl.from(address.clone());
    }
    let (mut found, mut named) = (Vec::new(), 0);
    crawl
        .run(|answer| {
            let kind = answer.header("content-type");
            // The tab shows the definition itself.
            let is_definition = answer.address.contains("/definition");
            if is_definition || !(kind.starts_with("text/html") || kind.starts_with("image/svg")) {
                return;
            }
            named += answer.page().all("small[class=\"exact\"]").len();
            for fault in faults(&answer.page()) {
                found.push(format!("{}: {fault}", answer.address));
            }
        })
        .await;
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(named > 50, "only {named} exact names beside others");
}

#[tokio::test]
async fn activity_names_executions_and_not_their_ids() {
    let scene = scene().await;
    let resume = format!("{}/resume", scene.executions[3]);
    let forged = [("ticket".to_owned(), "v1.forged".to_owned())];
    let answer = scene
        .visitor
        .post(Requester::Browser, &resume, &forged)
        .await;
    answer.expect(403);
    let page = scene.visitor.page("/activity").await;
    let line = page.one("[data-activity]");
    let text = line.text();
    assert!(text.contains("ann tried to resume fourth-night"), "{text}");
    assert!(text.contains(PIPELINE_TITLE), "{text}");
    let id = scene.executions[3].rsplit('/').next().unwrap_or_default();
    assert!(!text.contains(id), "{text}");
    assert_eq!(page.link("fourth-night"), scene.executions[3]);
}

#[tokio::test]
async fn things_are_found_by_either_name() {
    let scene = scene().await;
    for search in ["markets churn", PIPELINE] {
        let search: String = form_urlencoded::byte_serialize(search.as_bytes()).collect();
        let list = format!("/w/default/pipelines?q={search}");
        let page = scene.visitor.page(&list).await;
        assert_eq!(page.values("data-pipeline"), [PIPELINE], "{search}");
    }
    let resume = format!("{}/resume", scene.executions[3]);
    let forged = [("ticket".to_owned(), "v1.forged".to_owned())];
    let answer = scene
        .visitor
        .post(Requester::Browser, &resume, &forged)
        .await;
    answer.expect(403);
    for (search, expected) in [("churn+customer", 1), ("zqpipe", 1), ("other", 0)] {
        let page = format!("/activity?pipeline={search}");
        let page = scene.visitor.page(&page).await;
        assert_eq!(page.all("[data-activity]").len(), expected, "{search}");
    }
    let graph = format!("/w/default/pipelines/{PIPELINE}/graph");
    let page = scene.visitor.page(&graph).await;
    for (exact, display) in steps() {
        let node = page.one(&format!("a[data-step=\"{exact}\"]"));
        assert_eq!(node.attribute("data-title"), display);
    }
}

#[tokio::test]
async fn a_list_is_sorted_by_the_names_it_shows() {
    let scene = scene().await;
    let emulator = &scene.proxied.emulator;
    for name in ["abalone", "Demand"] {
        emulator.create_pipeline(name, &pipelines::plain()).await;
    }
    eventually("all are listed in the order of their titles", async || {
        let page = scene.visitor.page("/w/default/pipelines?sort=name").await;
        page.values("data-pipeline") == ["abalone", PIPELINE, "Demand"]
    })
    .await;
}

#[tokio::test]
async fn titles_of_tabs_hold_the_names_to_read() {
    let scene = scene().await;
    let title = async |address: &str| {
        let page = scene.visitor.page(address).await;
        page.one("body").attribute("data-title")
    };
    let of_step = format!("{}/steps/zqCheck", scene.executions[1]);
    for (address, expected) in [
        (
            format!("/w/default/pipelines/{PIPELINE}/executions"),
            PIPELINE_TITLE,
        ),
        (
            format!("/w/default/pipelines/{PIPELINE}/graph"),
            PIPELINE_TITLE,
        ),
        (
            format!("/w/default/pipelines/{PIPELINE}/information"),
            PIPELINE_TITLE,
        ),
        (
            format!("/w/default/pipelines/{PIPELINE}/activity"),
            PIPELINE_TITLE,
        ),
        (
            scene.executions[1].clone(),
            "second-night · Customer-churn-of-all-markets",
        ),
        (
            of_step,
            "Is it good enough? · second-night · Customer-churn-of-all-markets",
        ),
    ] {
        let title = title(&address).await;
        assert!(title.contains(expected), "{address}: {title}");
        assert!(!title.contains("zq"), "{address}: {title}");
    }
}
