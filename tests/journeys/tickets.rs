//! One decision is one action: tickets, double submits, stale pages, forgeries.

use hyper::Method;

use crate::support::page::{set, value};
use crate::support::{Requester, Stage, pipelines};

const EXECUTIONS: &str = "/w/default/pipelines/plain/executions";

async fn stage() -> Stage {
    let stage = Stage::empty().await;
    stage
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    stage
}

#[tokio::test]
async fn a_double_submit_is_one_execution() {
    let stage = stage().await;
    let form = stage.console.create_form(Requester::Browser, "plain").await;
    let (one, two) = tokio::join!(
        stage.console.post(Requester::Browser, EXECUTIONS, &form),
        stage.console.post(Requester::Browser, EXECUTIONS, &form),
    );
    let three = stage
        .console
        .post(Requester::Browser, EXECUTIONS, &form)
        .await;
    let place = one.expect(303).location().to_owned();
    assert_eq!(two.expect(303).location(), place);
    assert_eq!(three.expect(303).location(), place);
    assert_eq!(stage.emulator.count("StartPipelineExecution").await, 1);
}

#[tokio::test]
async fn a_used_ticket_with_other_values_is_refused_and_a_fresh_one_given() {
    let stage = stage().await;
    let form = stage.console.create_form(Requester::Browser, "plain").await;
    stage
        .console
        .post(Requester::Browser, EXECUTIONS, &form)
        .await
        .expect(303);
    let mut changed = form.clone();
    set(&mut changed, "name", "another-name");
    let page = stage
        .console
        .post(Requester::Browser, EXECUTIONS, &changed)
        .await
        .expect(409)
        .page();
    let again = page.form(EXECUTIONS);
    assert_eq!(value(&again, "name"), Some("another-name"));
    assert_ne!(value(&again, "ticket"), value(&form, "ticket"));
    assert_eq!(stage.emulator.count("StartPipelineExecution").await, 1);
    stage
        .console
        .post(Requester::Browser, EXECUTIONS, &again)
        .await
        .expect(303);
    assert_eq!(stage.emulator.count("StartPipelineExecution").await, 2);
}

#[tokio::test]
async fn forged_missing_and_borrowed_tickets_are_refused() {
    let stage = stage().await;
    let id = stage.emulator.start("plain", "runs", &[]).await;
    stage.emulator.advance(1).await;
    let stop = format!("{}/stop", stage.execution("plain", &id));
    let genuine = stage.console.create_form(Requester::Browser, "plain").await;
    let genuine = value(&genuine, "ticket").expect("a ticket").to_owned();
    let mut bent = genuine.clone();
    let last = bent.pop().expect("not empty");
    bent.push(if last == 'A' { 'B' } else { 'A' });
    let mut front = genuine.clone();
    front.insert(0, 'x');
    for ticket in [
        "",
        "nonsense",
        "v1.e30.e30",
        bent.as_str(),
        front.as_str(),
        genuine.as_str(),
    ] {
        for requester in Requester::BOTH {
            let form = vec![("ticket".to_owned(), ticket.to_owned())];
            let answer = stage.console.post(requester, &stop, &form).await;
            assert_eq!(answer.status.as_u16(), 403, "{ticket:?} as {requester:?}");
        }
    }
    stage
        .console
        .post(Requester::Browser, &stop, &[])
        .await
        .expect(403);
    assert_eq!(stage.emulator.count("StopPipelineExecution").await, 0);
}

#[tokio::test]
async fn another_sites_form_is_refused_even_with_a_genuine_ticket() {
    let stage = stage().await;
    let form = stage.console.create_form(Requester::Browser, "plain").await;
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&form)
        .finish();
    for (name, strange) in [
        ("Origin", "http://evil.example"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ] {
        let request = stage
            .console
            .request(Requester::Browser, Method::POST, EXECUTIONS)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header(name, strange);
        let answer = stage.console.send(request, body.clone().into_bytes()).await;
        assert_eq!(answer.status.as_u16(), 403, "{name}: {strange}");
    }
    assert_eq!(stage.emulator.count("StartPipelineExecution").await, 0);
}

#[tokio::test]
async fn a_stale_page_gets_what_happened_meanwhile() {
    for requester in Requester::BOTH {
        let stage = stage().await;
        let id = stage.emulator.start("plain", "runs", &[]).await;
        stage.emulator.advance(1).await;
        let stop = format!("{}/stop", stage.execution("plain", &id));
        let form = stage
            .console
            .get_as(requester, &stop)
            .await
            .expect(200)
            .page()
            .form(&stop);
        stage.emulator.advance(7200).await;
        let answer = stage
            .console
            .post(requester, &stop, &form)
            .await
            .expect(409);
        let text = answer.page().text();
        assert!(text.contains("already"), "{text}");
        assert_eq!(stage.emulator.status("plain", &id).await, "Succeeded");
    }
}

#[tokio::test]
async fn a_repeated_stop_is_one_stop() {
    let stage = stage().await;
    let id = stage.emulator.start("plain", "runs", &[]).await;
    stage.emulator.advance(1).await;
    let stop = format!("{}/stop", stage.execution("plain", &id));
    let form = stage.console.page(&stop).await.form(&stop);
    let (one, two) = tokio::join!(
        stage.console.post(Requester::Browser, &stop, &form),
        stage.console.post(Requester::Browser, &stop, &form),
    );
    assert_eq!(one.expect(303).location(), two.expect(303).location());
    stage.emulator.advance(7200).await;
    stage
        .console
        .post(Requester::Browser, &stop, &form)
        .await
        .expect(303);
    assert_eq!(stage.emulator.count("StopPipelineExecution").await, 1);
}

#[tokio::test]
async fn no_ticket_stands_in_what_is_polled() {
    let stage = stage().await;
    let id = stage.emulator.start("plain", "runs", &[]).await;
    stage.emulator.advance(1).await;
    let execution = stage.execution("plain", &id);
    for path in [
        "/w/default/pipelines",
        EXECUTIONS,
        "/w/default/pipelines/plain/graph",
        &execution,
    ] {
        let page = stage.console.page(path).await;
        assert!(!page.has("[name=\"ticket\"]"), "{path}");
    }
}
