//! What malformed, oversized and unfit requests get: a 4xx with a plain sentence.

use hyper::Method;

use crate::support::{Answer, Requester, Stage, pipelines};

const EXECUTIONS: &str = "/w/default/pipelines/plain/executions";

fn plain_sentence(answer: &Answer) {
    let page = answer.page();
    assert!(page.has("h1"), "{} {}", answer.address, answer.text());
    assert!(page.text().contains(". ") || page.text().ends_with('.') || page.text().contains('.'));
    assert!(answer.header("content-type").starts_with("text/html"));
    assert!(!answer.header("content-security-policy").is_empty());
}

async fn stage() -> Stage {
    let stage = Stage::empty().await;
    stage
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    stage
}

#[tokio::test]
async fn malformed_addresses_are_refused_with_a_sentence() {
    let stage = stage().await;
    for path in [
        "/w/default/pipelines/%ff",
        "/w/default/pipelines/plain/executions/%c3%28",
        "/w/default/pipelines/%00/executions",
        "/w/default/pipelines/..%2f..%2fetc/executions",
        "/w/default/pipelines/plain/executions/%20%20",
        "/w/%ff/pipelines",
        "//evil.example/w/default/pipelines",
        "/w/default/pipelines/plain/nothing",
        "/static/nothing.js",
        "/static/..%2f..%2fCargo.toml",
    ] {
        let answer = stage.console.get(path).await;
        assert!(
            matches!(answer.status.as_u16(), 400 | 404),
            "{path}: {}",
            answer.status
        );
        plain_sentence(&answer);
    }
}

#[tokio::test]
async fn odd_queries_never_break_a_page() {
    let stage = stage().await;
    for query in [
        "?q=%ff%fe",
        "?page=0",
        "?page=-1",
        "?page=99999999999999999999",
        "?page=x",
        "?sort=nothing",
        "?sort=name&sort=-name",
        "?status=Nothing",
        "?from=yesterday&to=2026-13-45",
        "?from=2030-01-01&to=2020-01-01",
        "?&&&=&=x&q",
        "?q=%00",
        "?q='%20OR%201=1--",
        "?p.=x",
    ] {
        for path in [
            "/w/default/pipelines",
            EXECUTIONS,
            "/w/default/pipelines/plain/graph",
            &format!("{EXECUTIONS}/new"),
        ] {
            let answer = stage.console.get(&format!("{path}{query}")).await;
            assert!(
                answer.status.as_u16() < 500,
                "{path}{query}: {}",
                answer.status
            );
            assert!(answer.page().has("h1"), "{path}{query}");
        }
    }
}

#[tokio::test]
async fn unfit_methods_are_refused() {
    let stage = stage().await;
    for method in [
        Method::PUT,
        Method::DELETE,
        Method::PATCH,
        Method::OPTIONS,
        Method::TRACE,
    ] {
        let request = stage
            .console
            .request(Requester::Browser, method.clone(), EXECUTIONS);
        let answer = stage.console.send(request, Vec::new()).await;
        assert_eq!(answer.status.as_u16(), 405, "{method}");
        plain_sentence(&answer);
        assert!(!answer.header("allow").is_empty(), "{method}");
    }
    let form = vec![("ticket".to_owned(), "x".to_owned())];
    let answer = stage
        .console
        .post(Requester::Browser, "/w/default/pipelines", &form)
        .await
        .expect(405);
    plain_sentence(&answer);
}

#[tokio::test]
async fn unfit_content_types_are_refused() {
    let stage = stage().await;
    for content_type in [
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "",
    ] {
        let request = stage
            .console
            .request(Requester::Browser, Method::POST, EXECUTIONS);
        let request = match content_type {
            "" => request,
            _ => request.header("Content-Type", content_type),
        };
        let answer = stage.console.send(request, b"{}".to_vec()).await;
        assert_eq!(answer.status.as_u16(), 415, "{content_type:?}");
        plain_sentence(&answer);
    }
}

#[tokio::test]
async fn oversized_bodies_are_refused_and_large_forms_fit() {
    let stage = stage().await;
    let id = stage.emulator.start("plain", "runs", &[]).await;
    let stop = format!("{}/stop", stage.execution("plain", &id));
    let field = |bytes: usize| vec![("reason".to_owned(), "x".repeat(bytes))];
    let answer = stage
        .console
        .post(Requester::Browser, &stop, &field(65 << 10))
        .await
        .expect(413);
    plain_sentence(&answer);
    let answer = stage
        .console
        .post(Requester::Browser, EXECUTIONS, &field((4 << 20) + 1024))
        .await
        .expect(413);
    plain_sentence(&answer);

    // 200 parameters of 1,024 characters, each of which needs nine bytes in a form.
    let many: Vec<serde_json::Value> = (0..200)
        .map(|n| serde_json::json!({"Name": format!("Parameter{n}"), "Type": "String", "DefaultValue": "x"}))
        .collect();
    let mut definition = pipelines::plain();
    definition["Parameters"] = serde_json::json!(many);
    stage.emulator.create_pipeline("wide", &definition).await;
    // A list read before knows nothing of it yet, but its own address is looked up.
    let mut form = stage.console.create_form(Requester::Browser, "wide").await;
    for (name, value) in &mut form {
        if name.starts_with("p.") {
            *value = "数".repeat(1024);
        }
    }
    let answer = stage
        .console
        .post(
            Requester::Browser,
            "/w/default/pipelines/wide/executions",
            &form,
        )
        .await;
    assert_eq!(answer.status.as_u16(), 303, "{}", answer.page().text());
}
