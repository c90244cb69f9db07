//! The activity pages.

use crate::support::page::set;
use crate::support::{Requester, Stage, eventually, pipelines};

/// A console where an execution was started and stopped for a reason.
async fn stopped() -> (Stage, String) {
    let stage = Stage::empty().await;
    stage
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    let place = stage.console.create("plain", &[("name", "first")]).await;
    stage.emulator.advance(1).await;
    let action = format!("{place}/stop");
    let mut form = stage.console.page(&action).await.form(&action);
    set(&mut form, "reason", "<b>too</b> dear");
    let answer = stage.console.post(Requester::Browser, &action, &form).await;
    answer.expect(303);
    (stage, place)
}

#[tokio::test]
async fn what_was_done_is_listed_in_sentences_newest_first() {
    let (stage, place) = stopped().await;
    for path in ["/activity", "/w/default/pipelines/plain/activity"] {
        let page = stage.console.page(path).await;
        let lines = page.all("[data-activity]");
        let texts: Vec<String> = lines.iter().map(|line| line.text()).collect();
        assert_eq!(lines.len(), 2, "{texts:?}");
        assert!(texts[0].contains("local stopped first"), "{texts:?}");
        assert!(texts[0].contains("<b>too</b> dear"), "{texts:?}");
        assert!(texts[1].contains("local started first"), "{texts:?}");
        assert_eq!(lines[0].attribute("data-action"), "stop");
        assert_eq!(lines[0].attribute("data-outcome"), "done");
        assert_eq!(lines[0].attribute("data-person"), "local");
        assert_eq!(page.link("first"), place);
    }
    stage.emulator.advance(60).await;
    eventually("the banner names who stopped it", async || {
        let execution = stage.console.page(&place).await;
        let banner = execution.one("#banner").text();
        banner.contains("Stopped by local") && banner.contains("too</b> dear")
    })
    .await;
}

#[tokio::test]
async fn it_is_filtered_and_what_cannot_be_read_is_refused() {
    let (stage, _) = stopped().await;
    let count = async |query: &str| {
        let page = stage.console.page(&format!("/activity?{query}")).await;
        page.all("[data-activity]").len()
    };
    for (query, expected) in [
        ("action=stop", 1),
        ("person=LOC", 2),
        ("person=nobody", 0),
        ("pipeline=lai", 2),
        ("pipeline=other", 0),
        ("outcome=done", 2),
        ("outcome=refused", 0),
        ("from=2000-01-01&to=2001-01-01", 0),
        ("ws=default&action=&outcome=", 2),
    ] {
        assert_eq!(count(query).await, expected, "{query}");
    }
    for query in ["action=explode", "outcome=x", "from=yesterday", "before=x"] {
        stage
            .console
            .get(&format!("/activity?{query}"))
            .await
            .expect(400);
    }
}

#[tokio::test]
async fn a_forged_form_is_rejected_and_listed() {
    let (stage, place) = stopped().await;
    let forged = [("ticket".to_owned(), "v1.forged".to_owned())];
    let action = format!("{place}/resume");
    let answer = stage
        .console
        .post(Requester::Browser, &action, &forged)
        .await;
    answer.expect(403);
    let page = stage.console.page("/activity?outcome=denied").await;
    let line = page.one("[data-activity]").text();
    assert!(line.contains("local tried to resume"), "{line}");
    assert!(line.contains("Rejected"), "{line}");
}

#[tokio::test]
async fn nothing_changed_is_an_empty_answer_to_a_poll() {
    let (stage, _) = stopped().await;
    let first = stage
        .console
        .get_as(Requester::Htmx, "/activity")
        .await
        .expect(200);
    let tag = first.header("HX-PTag").to_owned();
    let request = stage
        .console
        .request(Requester::Htmx, hyper::Method::GET, "/activity")
        .header("HX-PTag", &tag);
    let again = stage.console.send(request, Vec::new()).await;
    assert_eq!(again.status, 304);
}

#[tokio::test]
async fn an_empty_list_says_what_will_be_in_it() {
    let stage = Stage::empty().await;
    let page = stage.console.page("/activity").await;
    assert!(page.text().contains("No activity yet"));
}
