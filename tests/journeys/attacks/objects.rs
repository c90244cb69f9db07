//! What belongs to others: hidden pipelines, their executions, other workspaces.

use crate::support::Requester;
use crate::support::proxied::{HEADER_MODE, PUBLIC};

use super::{Attack, EXECUTIONS, HIDDEN, Scene, attack, encoded, header_mode, with_field};

const SECRET: &str = "/w/default/pipelines/secret-plan";

fn hidden(scene: &Scene) -> Vec<Attack> {
    let mut rows = Vec::new();
    for tail in [
        "",
        "/executions",
        "/executions/new",
        "/executions/new?check=name&name=x",
        "/graph",
        "/graph.svg",
        "/parameters",
        "/definition",
        "/definition.json",
        "/information",
    ] {
        let path = format!("{SECRET}{tail}");
        rows.push(attack(path.clone(), scene.get(&path), 404).naming());
        let part = scene.get(&path).add("HX-Request", "true");
        let part = part.add("HX-Request-Type", "partial");
        rows.push(attack(format!("{path} for htmx"), part, 404).naming());
    }
    for pipeline in [
        SECRET,
        "/w/default/pipelines/plain",
        "/w/default/pipelines/other",
    ] {
        for tail in [
            "",
            "/steps",
            "/steps/Prepare",
            "/graph.svg",
            "/parameters",
            "/information",
            "/stop",
            "/resume",
            "/retry",
        ] {
            let path = format!("{pipeline}/executions/{}{tail}", scene.hidden);
            rows.push(attack(path.clone(), scene.get(&path), 404).naming());
        }
    }
    rows
}

async fn writes(scene: &Scene) -> Vec<Attack> {
    let stop = scene.form_of(&scene.running("/stop")).await;
    let mut rows = Vec::new();
    for (path, form) in [
        (format!("{SECRET}/executions"), &scene.form),
        (format!("{SECRET}/executions/{}/stop", scene.hidden), &stop),
        (format!("{SECRET}/executions/{}/stop", scene.running), &stop),
        (
            format!("{SECRET}/executions/{}/retry", scene.running),
            &stop,
        ),
    ] {
        let row = attack(format!("POST {path}"), scene.post(&path, form), 404);
        rows.push(row.denied("no_such").naming());
    }
    for tail in ["/stop", "/resume", "/retry"] {
        let path = format!("{EXECUTIONS}/{}{tail}", scene.hidden);
        let row = attack(format!("POST {path}"), scene.post(&path, &stop), 403).or(404);
        rows.push(row.denied("forged_ticket"));
    }
    // The ticket is good for this execution; the address names another pipeline.
    let path = format!(
        "/w/default/pipelines/other/executions/{}/stop",
        scene.running
    );
    let row = attack(
        "a stop by another pipeline's address",
        scene.post(&path, &stop),
        404,
    );
    rows.push(row.denied("no_such"));
    for (what, path) in [
        (
            "a pipeline in capitals",
            EXECUTIONS.replace("plain", "PLAIN"),
        ),
        (
            "a workspace in capitals",
            EXECUTIONS.replace("default", "Default"),
        ),
        (
            "a workspace that is none",
            EXECUTIONS.replace("default", "nowhere"),
        ),
        (
            "a pipeline by its ARN",
            EXECUTIONS.replace(
                "plain",
                "arn%3Aaws%3Asagemaker%3Aeu-central-1%3A111122223333%3Apipeline%2Fplain",
            ),
        ),
    ] {
        let row = attack(what, scene.post(&path, &scene.form), 404);
        rows.push(row.denied("no_such"));
    }
    rows
}

fn ids(scene: &Scene) -> Vec<Attack> {
    let arn = |account: &str, region: &str| {
        format!(
            "arn%3Aaws%3Asagemaker%3A{region}%3A{account}%3Apipeline%2Fsecret-plan%2Fexecution%2F{}",
            scene.hidden
        )
    };
    let mut rows = Vec::new();
    for id in [
        arn("111122223333", "eu-central-1"),
        arn("444455556666", "us-east-1"),
        format!("..%2f..%2fsecret-plan%2fexecutions%2f{}", scene.hidden),
        format!("{}%2f..%2f{}", scene.running, scene.hidden),
        format!("{}%00", scene.running),
        format!("{}%20", scene.running),
        format!("%20{}", scene.running),
        format!("{}%0a", scene.running),
        scene.running.to_uppercase(),
        "%25".to_owned(),
        "_".repeat(12),
        "'%20OR%201=1%20--".to_owned(),
        "a".repeat(4000),
    ] {
        for tail in ["", "/stop"] {
            let path = format!("{EXECUTIONS}/{id}{tail}");
            let row = attack(format!("{path:.120}"), scene.get(&path), 404);
            rows.push(row.naming());
        }
    }
    rows
}

fn searches(scene: &Scene) -> Vec<Attack> {
    let mut rows = Vec::new();
    for path in [
        "/w/default/pipelines?q=secret",
        "/w/default/pipelines?q=hush",
        "/w/default/pipelines?q=%25",
        "/w/default/pipelines?q=s_cret%25",
        "/w/default/pipelines?q=%22secret%22",
        "/w/default/pipelines?q=secret-plan&sort=name",
        "/w/default/pipelines?page=0",
        "/w/default/pipelines?page=-1",
        "/w/default/pipelines?page=99999999999999999999",
        "/w/default/pipelines?sort=(SELECT%201)",
        "/w/default/pipelines/plain/executions?q=hush",
        "/w/default/pipelines/plain/executions?q=%25",
        "/me?ws=default&pipeline=secret-plan",
    ] {
        let row = attack(path, scene.get(path), 200);
        rows.push(row.naming());
    }
    let copy = format!("{EXECUTIONS}/new?copy={}", scene.hidden);
    rows.push(attack("a copy of what is hidden", scene.get(&copy), 200));
    for url in [
        format!("{PUBLIC}{SECRET}/executions/{}", scene.hidden),
        format!("{PUBLIC}{SECRET}/executions?q=x"),
        "javascript:alert(1)".to_owned(),
        "https://elsewhere.test/w/default/pipelines".to_owned(),
        "http://".to_owned(),
        "://x".to_owned(),
    ] {
        let shot = scene
            .get("/w/default/pipelines")
            .add("HX-Request", "true")
            .add("HX-Request-Type", "partial")
            .add("HX-Current-URL", &url)
            .add("HX-Target", "div#live");
        rows.push(attack(format!("HX-Current-URL: {url}"), shot, 200).naming());
    }
    rows
}

#[tokio::test]
async fn what_is_hidden_is_neither_read_nor_acted_on() {
    let scene = Scene::open().await;
    scene.expect_refused("hidden pages", hidden(&scene)).await;
    scene
        .expect_refused("hidden objects", writes(&scene).await)
        .await;
    scene.expect_refused("execution ids", ids(&scene)).await;
    scene.expect_refused("searches", searches(&scene)).await;
    scene.still_works(&scene.start()).await;
}

#[tokio::test]
async fn whether_a_hidden_name_is_taken_is_not_revealed() {
    let scene = Scene::open().await;
    // The copy knows both executions by now.
    scene.as_ada(EXECUTIONS).await.expect(200);
    let list = format!("{SECRET}/executions");
    scene.proxied.admin().get(&list).await.expect(200);
    let answers = async |name: &str| {
        let path = format!("{EXECUTIONS}/new?check=name&name={name}");
        scene.as_ada(&path).await.expect(200).text()
    };
    assert_eq!(answers(HIDDEN).await, answers("push-push").await);
    assert_ne!(answers("runs").await, answers("push-push").await);
    let me = async |pipeline: &str| {
        let path = format!("/me?ws=default&pipeline={pipeline}");
        let page = scene.as_ada(&path).await.expect(200).page();
        let text = page.one("main").text().replace(pipeline, "…");
        // The name of the request alone differs.
        text.split_whitespace()
            .filter(|word| word.len() != 16)
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(me("secret-plan").await, me("nobody-here").await);
    println!("attacks: 2 held (probing whether hidden names are taken)");
}

#[tokio::test]
async fn an_action_from_a_hidden_page_shows_nothing_of_it() {
    let scene = Scene::open().await;
    let stop = scene.running("/stop");
    let form = scene.form_of(&stop).await;
    let shot = scene
        .post(&stop, &form)
        .add("HX-Request", "true")
        .add("HX-Request-Type", "partial")
        .add(
            "HX-Current-URL",
            format!("{PUBLIC}{SECRET}/executions/{}", scene.hidden),
        );
    let reply = scene.send(&shot).await;
    assert_eq!(reply.status, 200, "{reply}");
    reply.reveals_nothing("an action from a hidden page", false);
    assert!(reply.text.contains("runs"), "{reply}");
    println!("attacks: 1 held (an action from a hidden page)");
}

/// Two workspaces of one account; operators of the first know nothing of the second.
#[tokio::test]
async fn a_workspace_is_no_other() {
    let rules = r#"
[[access]]
groups = ["ml-ops"]
role = "operator"
workspaces = ["default"]

[[access]]
groups = ["admins"]
role = "admin"

[[workspace]]
name = "default"
region = "eu-central-1"

[[workspace]]
name = "prod"
region = "eu-central-1"
colour = "red"
"#;
    let own = "[server]\nwrites_per_minute = 10000\n";
    let settings = format!("{HEADER_MODE}{rules}").replacen("[server]", own, 1);
    let scene = Scene::with(&settings).await;
    let prod = EXECUTIONS.replace("default", "prod");
    let stop = scene.form_of(&scene.running("/stop")).await;
    let mut rows = Vec::new();
    for path in [
        "/w/prod/pipelines".to_owned(),
        "/w/prod/models".to_owned(),
        prod.clone(),
        format!("{prod}/new"),
        format!("{prod}/{}", scene.running),
        format!("{prod}/{}/stop", scene.running),
    ] {
        rows.push(attack(path.clone(), scene.get(&path), 404).denied("no_role"));
    }
    for (path, form) in [
        (prod.clone(), &scene.form),
        (format!("{prod}/{}/stop", scene.running), &stop),
    ] {
        let row = attack(format!("POST {path}"), scene.post(&path, form), 404);
        rows.push(row.denied("no_role"));
    }
    scene.expect_refused("another workspace", rows).await;
    let hidden = scene.as_ada("/w/prod/pipelines").await.expect(404).page();
    let missing = scene
        .as_ada("/w/nowhere/pipelines")
        .await
        .expect(404)
        .page();
    assert_eq!(hidden.one("main").text(), missing.one("main").text());

    // Whoever knows both cannot use a ticket of the one in the other.
    let root = scene.proxied.admin();
    let form = root.page(&format!("{EXECUTIONS}/new")).await;
    let form = form.form(EXECUTIONS);
    let writes = scene.writes().await;
    root.post(Requester::Browser, &prod, &form)
        .await
        .expect(403);
    let named = with_field(&encoded(&form), "workspace", "default");
    let named: Vec<(String, String)> = form_urlencoded::parse(named.as_bytes())
        .into_owned()
        .collect();
    root.post(Requester::Browser, &prod, &named)
        .await
        .expect(403);
    assert_eq!(scene.writes().await, writes);
    root.post(Requester::Browser, EXECUTIONS, &form)
        .await
        .expect(303);
    println!("attacks: 2 held (tickets of another workspace)");
}

/// A form that names another object in its fields acts on that of its address.
#[tokio::test]
async fn only_the_address_says_what_is_acted_on() {
    let scene = Scene::with(&header_mode("")).await;
    let more = format!(
        "{}&pipeline=secret-plan&PipelineName=secret-plan&pipeline_name=secret-plan&ws=prod&name=&action=retry",
        scene.form
    );
    scene.still_works(&scene.post(EXECUTIONS, &more)).await;
    let listed = scene
        .proxied
        .emulator
        .call(
            "ListPipelineExecutions",
            serde_json::json!({"PipelineName": "secret-plan"}),
        )
        .await;
    let listed = listed["PipelineExecutionSummaries"]
        .as_array()
        .map(Vec::len);
    assert_eq!(listed, Some(1), "only the one from before");
    println!("attacks: 1 held (another object in a form's fields)");
}
