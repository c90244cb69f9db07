//! Forms that are refused for where they came from: nothing is done, and nothing entered is lost.

use hyper::Method;
use hyper::header::CONTENT_TYPE;

use crate::support::page::{set, value};
use crate::support::{Answer, Requester, Stage, eventually, pipelines};

const EXECUTIONS: &str = "/w/default/pipelines/train/executions";

/// The headers with which a browser says who sent a form.
type Sender = [(&'static str, &'static str)];

const WITHHELD: &Sender = &[("Origin", "null")];
const WITHHELD_BY_A_POLICY: &Sender = &[("Origin", "null"), ("Sec-Fetch-Site", "same-origin")];
const OTHER_SITE: &Sender = &[
    ("Origin", "https://elsewhere.test"),
    ("Sec-Fetch-Site", "cross-site"),
];

async fn stage() -> Stage {
    let stage = Stage::empty().await;
    stage
        .emulator
        .create_pipeline("train", &pipelines::training())
        .await;
    stage
}

async fn post(
    stage: &Stage,
    requester: Requester,
    path: &str,
    sender: &Sender,
    form: &[(String, String)],
) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let mut request = stage
        .console
        .request(requester, Method::POST, path)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    for (name, text) in sender {
        request = request.header(*name, *text);
    }
    stage.console.send(request, body.into_bytes()).await
}

/// A create form with an entry that differs from the default.
async fn entries(stage: &Stage) -> Vec<(String, String)> {
    let page = stage.console.page(&format!("{EXECUTIONS}/new")).await;
    let mut form = page.form(EXECUTIONS);
    set(&mut form, "name", "entered-by-hand");
    set(&mut form, "p.Instances", "7");
    set(&mut form, "p.Stage", "test");
    form
}

#[tokio::test]
async fn a_form_whose_origin_a_policy_withholds_is_accepted() {
    let stage = stage().await;
    let form = entries(&stage).await;
    let sender = WITHHELD_BY_A_POLICY;
    post(&stage, Requester::Browser, EXECUTIONS, sender, &form)
        .await
        .expect(303);
}

#[tokio::test]
async fn a_refused_create_form_comes_back_with_its_entries() {
    let stage = stage().await;
    for requester in Requester::BOTH {
        for (sender, reason) in [
            (WITHHELD, "not known which page sent this form"),
            (OTHER_SITE, "not sent by a page of this console"),
        ] {
            let form = entries(&stage).await;
            let answer = post(&stage, requester, EXECUTIONS, sender, &form).await;
            let answer = answer.expect(403);
            let page = answer.page();
            assert!(page.text().contains(reason), "{}", page.text());
            let again = page.form(EXECUTIONS);
            assert_eq!(value(&again, "name"), Some("entered-by-hand"));
            assert_eq!(value(&again, "p.Instances"), Some("7"));
            assert_eq!(stage.emulator.count("StartPipelineExecution").await, 0);
            // What comes back can be sent.
            if requester == Requester::Htmx && sender == OTHER_SITE {
                stage
                    .console
                    .post(Requester::Browser, EXECUTIONS, &again)
                    .await
                    .expect(303);
            }
        }
    }
}

/// Sends the form of an action from elsewhere: it comes back with what was entered, and nothing was called.
async fn comes_back(stage: &Stage, path: &str, operation: &str) {
    let form = stage.console.page(path).await.form(path);
    let mut entered = form.clone();
    set(&mut entered, "reason", "too <slow>");
    for requester in Requester::BOTH {
        let answer = post(stage, requester, path, OTHER_SITE, &entered).await;
        let again = answer.expect(403).page().form(path);
        assert_eq!(value(&again, "reason"), Some("too <slow>"), "{path}");
        let names = |form: &[(String, String)]| -> Vec<String> {
            form.iter().map(|(name, _)| name.clone()).collect()
        };
        assert_eq!(names(&again), names(&form), "{path}");
    }
    assert_eq!(stage.emulator.count(operation).await, 0, "{path}");
}

#[tokio::test]
async fn every_refused_confirmation_comes_back_with_its_reason() {
    let stage = stage().await;
    let emulator = &stage.emulator;
    emulator.fail_next("train", "Train", "AlgorithmError").await;
    let failed = emulator.start("train", "fails", &[("Stage", "test")]).await;
    emulator.advance(7200).await;
    let stopped = emulator.start("train", "stops", &[("Stage", "test")]).await;
    emulator.advance(1).await;
    let stop = format!("{EXECUTIONS}/{stopped}/stop");
    comes_back(&stage, &stop, "StopPipelineExecution").await;
    let form = stage.console.page(&stop).await.form(&stop);
    let posted = stage.console.post(Requester::Browser, &stop, &form).await;
    posted.expect(303);
    emulator.advance(3600).await;
    let resume = format!("{EXECUTIONS}/{stopped}/resume");
    eventually("it can be resumed", async || {
        stage.console.get(&resume).await.status == 200
    })
    .await;
    for (id, action) in [(failed, "retry"), (stopped, "resume")] {
        let path = format!("{EXECUTIONS}/{id}/{action}");
        comes_back(&stage, &path, "RetryPipelineExecution").await;
    }
}

#[tokio::test]
async fn a_form_without_a_page_gets_the_reason_alone() {
    let stage = stage().await;
    for path in ["/me", "/w/default/pipelines/nowhere/executions"] {
        let answer = post(&stage, Requester::Browser, path, OTHER_SITE, &[]).await;
        assert!(answer.expect(403).text().contains("Sent from another site"));
    }
}
