//! What people may do, when a proxy names them in headers.

use crate::support::proxied::{HEADER_MODE, RULES};
use crate::support::{Element, Page, ProxiedConsole, Requester, pipelines};

const EXECUTIONS: &str = "/w/default/pipelines/plain/executions";

async fn proxied() -> ProxiedConsole {
    let proxied = ProxiedConsole::empty().await;
    for name in ["plain", "secret-plan"] {
        proxied
            .emulator
            .create_pipeline(name, &pipelines::plain())
            .await;
    }
    proxied
}

#[tokio::test]
async fn an_operator_starts_and_a_viewer_reads_who_may() {
    let proxied = proxied().await;
    let (operator, viewer) = (proxied.operator(), proxied.viewer());
    let form = format!("{EXECUTIONS}/new");
    operator.confirm(&form, EXECUTIONS).await.expect(303);
    assert_eq!(proxied.emulator.count("StartPipelineExecution").await, 1);

    let refused = viewer.get(&form).await.expect(403);
    assert!(refused.text().contains("ml-ops"), "{}", refused.text());
    let stolen = operator.page(&form).await.form(EXECUTIONS);
    viewer
        .post(Requester::Browser, EXECUTIONS, &stolen)
        .await
        .expect(403);
    assert_eq!(proxied.emulator.count("StartPipelineExecution").await, 1);
}

#[tokio::test]
async fn nobody_is_served_without_a_name_and_strangers_not_at_all() {
    let proxied = proxied().await;
    for path in [
        "/",
        "/me",
        "/w/default/pipelines",
        "/nowhere",
        "/static/x.css",
    ] {
        let answer = proxied.bare().get(path).await.expect(401);
        assert!(!answer.text().contains("plain"), "{}", answer.text());
    }
    assert_eq!(
        proxied.bare().get("/healthz").await.expect(200).text(),
        "ok\n"
    );
    assert_eq!(
        proxied.bare().get("/readyz").await.expect(200).text(),
        "ready\n"
    );
}

#[tokio::test]
async fn what_is_hidden_is_not_there() {
    let proxied = proxied().await;
    let viewer = proxied.viewer();
    let list = viewer.get("/w/default/pipelines").await.expect(200);
    assert!(list.text().contains("plain"));
    assert!(!list.text().contains("secret"), "{}", list.text());
    for tail in [
        "",
        "/executions",
        "/graph",
        "/definition.json",
        "/executions/abcdefghijkl",
    ] {
        let hidden = viewer
            .get(&format!("/w/default/pipelines/secret-plan{tail}"))
            .await;
        let missing = viewer
            .get(&format!("/w/default/pipelines/nobody{tail}"))
            .await;
        assert_eq!(hidden.status, 404, "{tail}");
        assert_eq!(
            hidden.text().replace("secret-plan", "nobody").len(),
            missing.text().len(),
            "{tail}"
        );
    }
    assert!(
        proxied
            .admin()
            .get("/w/default/pipelines")
            .await
            .text()
            .contains("secret-plan")
    );
}

#[tokio::test]
async fn whoever_has_no_role_reads_so_and_sees_who_they_are() {
    let proxied = proxied().await;
    let outsider = proxied.person("eve@example.com", "visitors");
    let answer = outsider.get("/w/default/pipelines").await.expect(403);
    assert!(answer.text().contains("have access yet"));
    let hidden = proxied.viewer().get("/me").await.expect(200);
    assert!(!hidden.text().contains("secret"), "{}", hidden.text());
    let me = outsider.page("/me").await;
    assert!(me.text().contains("eve@example.com") && me.text().contains("visitors"));
    let me = proxied.viewer().page("/me?ws=default&pipeline=plain").await;
    assert!(me.text().contains("ml-ops"), "{}", me.text());
}

#[tokio::test]
async fn a_console_that_only_reads_has_no_forms() {
    let settings =
        format!("{HEADER_MODE}{RULES}").replacen("[server]", "[server]\nread_only = true", 1);
    let proxied = ProxiedConsole::with(&settings).await;
    proxied
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    let admin = proxied.admin();
    let page = admin.page(EXECUTIONS).await;
    // At the top, and where the first execution would be.
    assert_eq!(disabled(&page), ["Create execution", "Create execution"]);
    assert!(page.text().contains("read-only"));
    admin.get(&format!("{EXECUTIONS}/new")).await.expect(404);
    admin
        .post(Requester::Browser, EXECUTIONS, &[])
        .await
        .expect(405);
}

/// The buttons of a page that do nothing, by their text; each explains itself by the sentence
/// on the page.
fn disabled(page: &Page) -> Vec<String> {
    let buttons = page.all("button").into_iter();
    let disabled = buttons.filter(|button| button.has("aria-disabled"));
    let label = |button: Element| {
        let why = page.one(&format!("#{}", button.attribute("aria-describedby")));
        assert!(why.text().contains(&button.attribute("title")));
        button.text()
    };
    disabled.map(label).collect()
}

#[tokio::test]
async fn what_a_viewer_may_not_do_is_shown_with_who_may() {
    let proxied = proxied().await;
    let id = proxied.emulator.start("plain", "a-run", &[]).await;
    let execution = format!("{EXECUTIONS}/{id}");
    let graph = "/w/default/pipelines/plain/graph";
    let (operator, viewer) = (proxied.operator(), proxied.viewer());
    for (path, expected) in [
        (EXECUTIONS, vec!["Create execution", "Stop…", "Stop…"]),
        (graph, vec!["Create execution", "Stop…"]),
        (&execution, vec!["Stop…"]),
        (&format!("{execution}/steps"), vec!["Stop…"]),
        (
            "/w/default/pipelines/plain/parameters",
            vec!["Create execution"],
        ),
    ] {
        let page = viewer.page(path).await;
        assert_eq!(disabled(&page), expected, "{path}");
        let why = page.one("#may-not").text();
        assert!(why.contains("operator") && why.contains("ml-ops"), "{why}");
        let leads = page.values("href").into_iter().chain(page.values("hx-get"));
        for href in leads {
            let acts = ["/new", "/stop"].iter().any(|end| href.ends_with(end));
            assert!(!acts, "{path} leads to {href}");
        }
        let page = operator.page(path).await;
        assert!(
            disabled(&page).is_empty() && !page.has("#may-not"),
            "{path}"
        );
        assert!(page.has_link(expected[0]), "{path}");
    }
    let models = viewer.page("/w/default/models").await;
    assert!(models.text().contains("have access to models"));
}

#[tokio::test]
async fn everything_stands_below_the_base_path() {
    for (stripped, below) in [(false, "/tools/ml"), (true, "")] {
        let own = format!("[server]\nbase_path = \"/tools/ml\"\nbase_path_stripped = {stripped}");
        let settings = format!("{HEADER_MODE}{RULES}").replacen("[server]", &own, 1);
        let proxied = ProxiedConsole::with(&settings).await;
        proxied
            .emulator
            .create_pipeline("plain", &pipelines::plain())
            .await;
        let operator = proxied.operator();
        let home = operator.get(&format!("{below}/")).await.expect(303);
        assert_eq!(home.location(), "/tools/ml/w/default/pipelines");
        let executions = format!("/tools/ml{EXECUTIONS}");
        let form = operator
            .page(&format!("{below}{EXECUTIONS}/new"))
            .await
            .form(&executions);
        let answer = operator
            .post(Requester::Browser, &format!("{below}{EXECUTIONS}"), &form)
            .await
            .expect(303);
        assert!(
            answer.location().starts_with(&executions),
            "{}",
            answer.location()
        );
        if !stripped {
            operator.get("/w/default/pipelines").await.expect(404);
        }
    }
}
