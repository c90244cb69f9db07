//! Hosts and targets that mean one thing to a proxy and another to the console.

use super::{Attack, EVIL, EXECUTIONS, Scene, attack, header_mode};

fn hosts(scene: &Scene) -> Vec<Attack> {
    let line = |line: &str| scene.start().line(line);
    vec![
        attack("two hosts", scene.start().add("Host", EVIL), 400),
        attack(
            "the same host twice",
            scene.start().add("Host", "ml.example.com"),
            400,
        ),
        attack("no host", scene.start().without("Host"), 400),
        attack("an empty host", scene.start().with("Host", ""), 400),
        attack(
            "HTTP/1.0 without a host",
            line(&format!("POST {EXECUTIONS} HTTP/1.0")).without("Host"),
            400,
        ),
        attack(
            "a whole URL",
            line(&format!("POST http://ml.example.com{EXECUTIONS} HTTP/1.1")),
            400,
        ),
        attack(
            "a whole URL of another host",
            line(&format!("POST http://{EVIL}{EXECUTIONS} HTTP/1.1")),
            400,
        ),
        attack(
            "a whole URL with a user",
            line(&format!(
                "POST http://root@ml.example.com{EXECUTIONS} HTTP/1.1"
            )),
            400,
        ),
        attack("a tunnel", line("CONNECT ml.example.com:443 HTTP/1.1"), 400),
    ]
    .into_iter()
    .map(|row| row.denied("bad_request"))
    .collect()
}

fn paths(scene: &Scene) -> Vec<Attack> {
    let mut rows = Vec::new();
    for path in [
        "//w/default/pipelines",
        "//evil.example/",
        "///evil.example/%2f..",
        "/%2f%2fevil.example/",
        "/w/default//pipelines",
        "/./w/default/pipelines",
        "/x/../w/default/pipelines",
        "/W/default/pipelines",
        "/w%2fdefault%2fpipelines",
        "/w/default%2fpipelines",
        "/w/default/pipelines;x=1",
        "/w/default/pipelines%00",
        "/static/..%2f..%2fledger.db",
        "/static/../ledger.db",
        "/static/%2e%2e%2fsettings.toml",
        "/ledger.db",
        "/.git/config",
    ] {
        rows.push(attack(path, scene.get(path), 404));
    }
    // A slash at the end leads to the address without it, whether or not there is such a pipeline.
    for path in ["/me/", "/w/default/pipelines/"] {
        rows.push(attack(path, scene.get(path), 308));
    }
    for path in [
        "/w/default/pipelines/secret-plan/",
        "/w/default/pipelines/secret-plan/executions/",
    ] {
        rows.push(attack(path, scene.get(path), 308).naming());
    }
    for path in [
        "/w/default/pipelines/%ff/executions",
        "/w/default/pipelines/%c0%af/executions",
        "/w/%ff/pipelines",
    ] {
        rows.push(attack(path, scene.get(path), 400));
    }
    for path in [
        "/w/default/pipelines/..%2fsecret-plan/executions",
        "/w/default/pipelines/plain%2f..%2fsecret-plan/executions",
        "/w/default/pipelines/plain/../secret-plan/executions",
        "/w/default/pipelines/secret%2dplan/executions",
        "/w/default/pipelines/%73ecret-plan/executions",
        "/w/default/pipelines/%2573ecret-plan/executions",
        "/w/default/pipelines/secret-plan%00/executions",
        "/w/default/pipelines/secret-plan%20/executions",
        "/w/default/pipelines/secret-plan%0d%0a/executions",
        "/w/default/pipelines/secret-plan?x=plain",
    ] {
        rows.push(attack(path, scene.get(path), 404).naming());
    }
    rows
}

fn posts(scene: &Scene) -> Vec<Attack> {
    let mut rows = Vec::new();
    for path in [
        "/w/default/pipelines/plain//executions",
        "/w/default/pipelines/plain/executions/",
        "/w/default/pipelines/plain%2fexecutions",
        "//w/default/pipelines/plain/executions",
        "/healthz/../w/default/pipelines/plain/executions",
        "/healthz%2f..%2fw/default/pipelines/plain/executions",
        "/static/../w/default/pipelines/plain/executions",
    ] {
        rows.push(attack(format!("POST {path}"), scene.post(path, &scene.form), 404).or(405));
    }
    let probe = scene.post("/healthz", &scene.form);
    rows.push(attack("POST /healthz", probe, 404));
    rows
}

/// Headers in which some proxies pass the original target, and which other software trusts.
fn targets_in_headers(scene: &Scene) -> Vec<Attack> {
    let mut rows = Vec::new();
    for (name, value) in [
        ("X-Forwarded-Prefix", "//evil.example"),
        ("X-Forwarded-Prefix", "/%2f%2fevil.example"),
        ("X-Script-Name", "/evil.example"),
        ("X-Forwarded-Host", EVIL),
        ("X-Host", EVIL),
        ("X-Forwarded-Server", EVIL),
        ("X-Forwarded-Proto", "javascript"),
        ("X-Forwarded-Port", "666"),
        ("X-Forwarded-Uri", "//evil.example/"),
        ("X-Original-URL", "//evil.example/"),
        ("X-Rewrite-URL", "//evil.example/"),
        ("Forwarded", "host=evil.example;proto=http"),
        ("Referer", "https://evil.example/"),
    ] {
        for path in ["/w/default/pipelines", "/me", "/nowhere"] {
            let status = if path == "/nowhere" { 404 } else { 200 };
            let shot = scene.get(path).add(name, value);
            rows.push(attack(format!("{path} with {name}: {value}"), shot, status));
        }
        let home = scene.get("/").add(name, value);
        rows.push(attack(format!("/ with {name}: {value}"), home, 303));
    }
    let host = scene.get("/").with("Host", EVIL);
    rows.push(attack("a host of another site", host, 303));
    rows
}

#[tokio::test]
async fn a_request_is_for_one_host_and_one_path() {
    let scene = Scene::with(&header_mode("")).await;
    scene.expect_refused("hosts", hosts(&scene)).await;
    scene.expect_refused("paths", paths(&scene)).await;
    scene
        .expect_refused("paths of actions", posts(&scene))
        .await;
    scene
        .expect_refused("targets in headers", targets_in_headers(&scene))
        .await;
    scene.still_works(&scene.start()).await;
}
