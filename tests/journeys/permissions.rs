//! What people may do, when a proxy tells who they are.

use crate::support::fronted::{BELIEVING, RULES};
use crate::support::{Ask, Element, Fronted, Page, pipelines};

const EXECUTIONS: &str = "/w/default/pipelines/plain/executions";

async fn fronted() -> Fronted {
    let fronted = Fronted::empty().await;
    for name in ["plain", "secret-plan"] {
        fronted
            .emulator
            .create_pipeline(name, &pipelines::plain())
            .await;
    }
    fronted
}

#[tokio::test]
async fn an_operator_starts_and_a_viewer_is_told_who_may() {
    let fronted = fronted().await;
    let (operator, viewer) = (fronted.operator(), fronted.viewer());
    let form = format!("{EXECUTIONS}/new");
    operator.confirm(&form, EXECUTIONS).await.expect(303);
    assert_eq!(fronted.emulator.count("StartPipelineExecution").await, 1);

    let refused = viewer.get(&form).await.expect(403);
    assert!(refused.text().contains("ml-ops"), "{}", refused.text());
    let stolen = operator.page(&form).await.form(EXECUTIONS);
    viewer
        .post(Ask::Page, EXECUTIONS, &stolen)
        .await
        .expect(403);
    assert_eq!(fronted.emulator.count("StartPipelineExecution").await, 1);
}

#[tokio::test]
async fn nobody_is_served_without_a_name_and_strangers_not_at_all() {
    let fronted = fronted().await;
    for path in [
        "/",
        "/me",
        "/w/default/pipelines",
        "/nowhere",
        "/static/x.css",
    ] {
        let answer = fronted.bare().get(path).await.expect(401);
        assert!(!answer.text().contains("plain"), "{}", answer.text());
    }
    assert_eq!(
        fronted.bare().get("/healthz").await.expect(200).text(),
        "ok\n"
    );
    assert_eq!(
        fronted.bare().get("/readyz").await.expect(200).text(),
        "ready\n"
    );
}

#[tokio::test]
async fn what_is_hidden_is_not_there() {
    let fronted = fronted().await;
    let viewer = fronted.viewer();
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
        fronted
            .admin()
            .get("/w/default/pipelines")
            .await
            .text()
            .contains("secret-plan")
    );
}

#[tokio::test]
async fn whoever_has_no_role_reads_so_and_sees_who_they_are() {
    let fronted = fronted().await;
    let stranger = fronted.person("eve@example.com", "visitors");
    let answer = stranger.get("/w/default/pipelines").await.expect(403);
    assert!(answer.text().contains("have access yet"));
    let hidden = fronted.viewer().get("/me").await.expect(200);
    assert!(!hidden.text().contains("secret"), "{}", hidden.text());
    let me = stranger.page("/me").await;
    assert!(me.text().contains("eve@example.com") && me.text().contains("visitors"));
    let asked = fronted.viewer().page("/me?ws=default&pipeline=plain").await;
    assert!(asked.text().contains("ml-ops"), "{}", asked.text());
}

#[tokio::test]
async fn a_console_that_only_reads_has_no_forms() {
    let settings =
        format!("{BELIEVING}{RULES}").replacen("[server]", "[server]\nread_only = true", 1);
    let fronted = Fronted::with(&settings).await;
    fronted
        .emulator
        .create_pipeline("plain", &pipelines::plain())
        .await;
    let admin = fronted.admin();
    let page = admin.page(EXECUTIONS).await;
    // At the top, and where the first execution would stand.
    assert_eq!(disabled(&page), ["Create execution", "Create execution"]);
    assert!(page.text().contains("read-only"));
    admin.get(&format!("{EXECUTIONS}/new")).await.expect(404);
    admin.post(Ask::Page, EXECUTIONS, &[]).await.expect(405);
}

/// The buttons of a page that do nothing, by what they say; each explains itself by the sentence
/// that stands on the page.
fn disabled(page: &Page) -> Vec<String> {
    let buttons = page.all("button").into_iter();
    let disabled = buttons.filter(|button| button.has("aria-disabled"));
    let says = |button: Element| {
        let why = page.one(&format!("#{}", button.attribute("aria-describedby")));
        assert!(why.text().contains(&button.attribute("title")));
        button.text()
    };
    disabled.map(says).collect()
}

#[tokio::test]
async fn what_a_viewer_may_not_do_stays_in_sight_and_tells_who_may() {
    let fronted = fronted().await;
    let id = fronted.emulator.start("plain", "a-run", &[]).await;
    let execution = format!("{EXECUTIONS}/{id}");
    let graph = "/w/default/pipelines/plain/graph";
    let (operator, viewer) = (fronted.operator(), fronted.viewer());
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
        assert!(page.offers(expected[0]), "{path}");
    }
    let models = viewer.page("/w/default/models").await;
    assert!(models.text().contains("have access to models"));
}

#[tokio::test]
async fn everything_stands_below_the_base_path() {
    for (stripped, below) in [(false, "/tools/ml"), (true, "")] {
        let own = format!("[server]\nbase_path = \"/tools/ml\"\nbase_path_stripped = {stripped}");
        let settings = format!("{BELIEVING}{RULES}").replacen("[server]", &own, 1);
        let fronted = Fronted::with(&settings).await;
        fronted
            .emulator
            .create_pipeline("plain", &pipelines::plain())
            .await;
        let operator = fronted.operator();
        let home = operator.get(&format!("{below}/")).await.expect(303);
        assert_eq!(home.location(), "/tools/ml/w/default/pipelines");
        let executions = format!("/tools/ml{EXECUTIONS}");
        let form = operator
            .page(&format!("{below}{EXECUTIONS}/new"))
            .await
            .form(&executions);
        let answer = operator
            .post(Ask::Page, &format!("{below}{EXECUTIONS}"), &form)
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
