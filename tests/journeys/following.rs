//! Pages follow what they show: the live region is polled with a tag, and answered only when something changed.

use std::collections::BTreeSet;

use hyper::Method;

use crate::support::{Answer, Page, Requester, Stage, assert_coherent, pipelines, wait_for};

async fn poll(stage: &Stage, address: &str, tag: &str) -> Answer {
    let request = stage
        .console
        .request(Requester::Htmx, Method::GET, address)
        .header("HX-PTag", tag);
    stage.console.send(request, Vec::new()).await
}

/// The address a page polls and the tag it holds.
fn watch(page: &Page) -> (String, String) {
    let live = page.one("#live");
    assert_eq!(
        live.attribute("hx-trigger"),
        "every 2s",
        "while something runs"
    );
    (live.attribute("hx-get"), live.attribute("hx-ptag"))
}

/// Whether the page shows that the only execution has ended. An open list of executions never slows down.
fn is_settled(page: &Page) -> bool {
    page.has("#live[hx-trigger=\"every 30s\"]")
        || page.has("tr[data-execution][data-status=\"Succeeded\"]") && !page.has("#banner")
}

async fn follows(page_of: impl Fn(&Stage, &str) -> String) {
    let stage = Stage::empty().await;
    stage
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    let id = stage.emulator.start("plain", "watched", &[]).await;
    stage.emulator.advance(1).await;
    let address = page_of(&stage, &id);
    let (polled, mut tag) = watch(&stage.console.page(&address).await);
    assert!(!tag.is_empty());

    // Nothing changes while the clock is stopped: after a refresh that was still due, only 304s.
    let unchanged = wait_for("an unchanged page is not sent again", async || {
        let answer = poll(&stage, &polled, &tag).await;
        match answer.status.as_u16() {
            304 => Some(answer),
            200 => {
                tag = answer.header("HX-PTag").to_owned();
                None
            }
            other => panic!("{polled} answered {other}"),
        }
    })
    .await;
    assert!(unchanged.body.is_empty());

    stage.emulator.advance(3600).await;
    let changed = wait_for("a changed page is sent", async || {
        let answer = poll(&stage, &polled, &tag).await;
        let over = answer.status == 200 && is_settled(&answer.page());
        over.then_some(answer)
    })
    .await;
    assert_ne!(changed.header("HX-PTag"), tag);
    let page = changed.page();
    assert_coherent(&page);
    let live = page.one("#live");
    assert_eq!(
        live.attribute("hx-ptag"),
        changed.header("HX-PTag"),
        "header and markup agree"
    );
    assert!(changed.text().contains("Succeeded"));
    assert!(!changed.text().contains("<html"));
    assert!(
        changed
            .header("vary")
            .to_ascii_lowercase()
            .contains("hx-request-type")
    );
}

/// Of a page of many steps a poll carries those that changed, and nothing else of the list.
async fn carries_only_changes(steps: usize, page_of: impl Fn(&Stage, &str) -> String, step: &str) {
    let stage = Stage::empty().await;
    let definition = pipelines::chain(steps);
    stage.emulator.create_pipeline("chain", &definition).await;
    let id = stage.emulator.start("chain", "watched", &[]).await;
    stage.emulator.advance(1).await;
    let address = page_of(&stage, &id);
    let (polled, tag) = watch(&stage.console.page(&address).await);
    let whole = poll(&stage, &polled, "").await;
    assert_eq!(whole.page().all(step).len(), steps);

    let mut answer = whole;
    let mut tag = tag;
    for ended in 1..4 {
        stage.emulator.advance(20).await;
        answer = wait_for("a step has ended", async || {
            let answer = poll(&stage, &polled, &tag).await;
            if answer.status != 200 {
                return None;
            }
            tag = answer.header("HX-PTag").to_owned();
            let marked = answer.text().contains("data-items=\"changed\"");
            (marked && answer.text().contains("Succeeded")).then_some(answer)
        })
        .await;
        let page = answer.page();
        let changed = page.all(step);
        assert!(
            (1..20).contains(&changed.len()),
            "{ended}: {}",
            changed.len()
        );
        let before = changed.iter().map(|step| {
            let number: usize = step.attribute("data-item").parse().unwrap();
            let name = step.attribute("data-step");
            number - name["step-".len()..].parse::<usize>().unwrap()
        });
        let before: BTreeSet<usize> = before.collect();
        assert_eq!(
            before.len(),
            1,
            "each has its number, after the edges: {before:?}"
        );
    }
    let whole = poll(&stage, &polled, "").await;
    assert!(
        answer.body.len() * 5 < whole.body.len(),
        "{}",
        answer.body.len()
    );
}

#[tokio::test]
async fn a_poll_of_a_large_graph_carries_the_steps_that_changed() {
    carries_only_changes(
        200,
        |stage, id| stage.execution("chain", id),
        "#dag a[data-step]",
    )
    .await;
}

#[tokio::test]
async fn a_poll_of_many_steps_carries_the_rows_that_changed() {
    // By name: in the usual order, rows move as steps begin and end.
    let page =
        |stage: &Stage, id: &str| format!("{}/steps?sort=name", stage.execution("chain", id));
    carries_only_changes(100, page, "tr[data-step]").await;
}

#[tokio::test]
async fn an_executions_graph_follows_it() {
    follows(|stage, id| stage.execution("plain", id)).await;
}

#[tokio::test]
async fn an_executions_steps_follow_it() {
    follows(|stage, id| format!("{}/steps", stage.execution("plain", id))).await;
}

#[tokio::test]
async fn a_pipelines_executions_follow_it() {
    follows(|_, _| "/w/default/pipelines/plain/executions".to_owned()).await;
}

#[tokio::test]
async fn what_somebody_else_starts_shows_in_an_open_list_within_five_seconds() {
    let stage = Stage::empty().await;
    let emulator = &stage.emulator;
    emulator.create_pipeline("plain", &pipelines::plain()).await;
    let address = "/w/default/pipelines/plain/executions";
    let (polled, mut tag) = watch(&stage.console.page(address).await);
    let id = emulator.start("plain", "elsewhere", &[]).await;
    let started = std::time::Instant::now();
    wait_for("the new execution is listed", async || {
        let answer = poll(&stage, &polled, &tag).await;
        if answer.status == 200 {
            tag = answer.header("HX-PTag").to_owned();
        }
        let row = format!("tr[data-execution=\"{id}\"]");
        (answer.status == 200 && answer.page().has(&row)).then_some(())
    })
    .await;
    assert!(started.elapsed() < std::time::Duration::from_secs(5));
}

#[tokio::test]
async fn the_list_of_pipelines_follows_it() {
    follows(|_, _| "/w/default/pipelines".to_owned()).await;
}

#[tokio::test]
async fn a_hundred_readers_ask_sagemaker_no_more_than_one() {
    let stage = Stage::empty().await;
    stage
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    let id = stage.emulator.start("plain", "watched", &[]).await;
    stage.emulator.advance(1).await;
    let address = stage.execution("plain", &id);
    stage.console.page(&address).await;
    let before: u64 = stage.emulator.calls().await.values().sum();
    let readers = (0..100).map(|_| stage.console.get(&address));
    for answer in futures_util::future::join_all(readers).await {
        answer.expect(200);
    }
    let after: u64 = stage.emulator.calls().await.values().sum();
    assert!(
        after - before < 20,
        "{} calls for a hundred readers",
        after - before
    );
}

#[tokio::test]
async fn a_steps_job_is_described_anew_when_the_step_ends() {
    let stage = Stage::empty().await;
    let emulator = &stage.emulator;
    emulator.create_pipeline("plain", &pipelines::plain()).await;
    let id = emulator.start("plain", "watched", &[]).await;
    let step = format!("{}/steps/Prepare", stage.execution("plain", &id));
    emulator.advance(2).await;
    wait_for("the panel shows the running job", async || {
        let page = stage.console.page(&step).await;
        page.text().contains("In progress").then_some(())
    })
    .await;
    emulator.advance(3600).await;
    wait_for("the panel shows the step's end", async || {
        let page = stage.console.page(&step).await;
        assert_coherent(&page);
        let has_ended = page.one("#step").attribute("data-status") == "Succeeded";
        // From the first page on that shows the end, nothing on it contradicts that.
        assert!(!(has_ended && page.text().contains("In progress")));
        has_ended.then_some(())
    })
    .await;
}
