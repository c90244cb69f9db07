//! Forms and requests that pages of other sites send from a browser that is signed in.

use super::{Attack, EXECUTIONS, Scene, attack};

const TYPE: &str = "Content-Type";
const SITE: &str = "Sec-Fetch-Site";

fn origins(scene: &Scene) -> Vec<Attack> {
    let mut rows = Vec::new();
    for origin in [
        "",
        "https://elsewhere.test",
        "http://ml.example.com",
        "https://ml.example.com:8443",
        "https://ml.example.com:80",
        "https://ml.example.com.",
        "https://ml.example.com/",
        "https://ml.example.com/w",
        "https://evil.ml.example.com",
        "https://portal.example.com",
        "https://example.com",
        "https://mlXexample.com",
        "https://ml.example.com.elsewhere.test",
        "https://ml.example.com@elsewhere.test",
        "https://elsewhere.test/https://ml.example.com",
        "https://ml.example.com https://elsewhere.test",
        "https://ml.example.com, https://elsewhere.test",
        "ml.example.com",
        "//ml.example.com",
        "wss://ml.example.com",
        "file://",
        "https://*",
        "*",
        "https://127.0.0.1",
        "https://localhost",
    ] {
        let shot = scene.start().with("Origin", origin);
        rows.push(attack(format!("Origin: {origin}"), shot, 403));
    }
    for site in ["cross-site", "same-site", "none", "same-Origin", ""] {
        let shot = scene.start().with("Origin", "null").with(SITE, site);
        rows.push(attack(
            format!("Origin: null, Sec-Fetch-Site: {site}"),
            shot,
            403,
        ));
    }
    rows.push(attack(
        "Origin: null without Sec-Fetch-Site",
        scene.start().with("Origin", "null").without(SITE),
        403,
    ));
    rows.push(attack("no Origin", scene.start().without("Origin"), 403));
    rows.push(attack(
        "no Origin and a Referer of ours",
        scene
            .start()
            .without("Origin")
            .add("Referer", "https://ml.example.com/"),
        403,
    ));
    rows.push(attack(
        "no Origin from a page of ours, as Sec-Fetch-Site has it",
        scene.start().without("Origin").without(SITE),
        403,
    ));
    rows.push(attack(
        "two Origins",
        scene.start().add("Origin", "https://ml.example.com"),
        403,
    ));
    rows.push(attack(
        "an Origin that is the Host",
        scene
            .start()
            .with("Host", "elsewhere.test")
            .with("Origin", "https://elsewhere.test"),
        403,
    ));
    for site in [
        "cross-site",
        "same-site",
        "",
        "same-Origin",
        "same-origin, none",
        "yes",
    ] {
        let shot = scene.start().with(SITE, site);
        rows.push(attack(format!("Sec-Fetch-Site: {site}"), shot, 403));
    }
    rows.push(attack(
        "two of Sec-Fetch-Site",
        scene.start().add(SITE, "same-origin"),
        403,
    ));
    rows.into_iter()
        .map(|row| row.denied("cross_site"))
        .collect()
}

fn forms(scene: &Scene) -> Vec<Attack> {
    let mut rows = Vec::new();
    for kind in [
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/json",
        "application/x-www-form-urlencodedx",
        "application/x-www-form-urlencoded, text/plain",
        "text/plain; application/x-www-form-urlencoded",
        "text/html",
        "",
    ] {
        let shot = scene.start().with(TYPE, kind);
        rows.push(attack(format!("Content-Type: {kind}"), shot, 415));
    }
    rows.push(attack("no Content-Type", scene.start().without(TYPE), 415));
    rows.push(attack(
        "two Content-Types",
        scene.start().add(TYPE, "application/x-www-form-urlencoded"),
        415,
    ));
    rows.push(attack(
        "the form as JSON",
        scene
            .post(EXECUTIONS, "{\"ticket\":\"x\"}")
            .with(TYPE, "application/json"),
        415,
    ));
    rows.into_iter()
        .map(|row| row.denied("bad_request"))
        .collect()
}

fn methods(scene: &Scene) -> Vec<Attack> {
    let stop = scene.running("/stop");
    let mut rows = Vec::new();
    for method in [
        "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "post", "get", "PROPFIND", "POSTX",
    ] {
        for path in [EXECUTIONS, &stop] {
            let shot = scene.post(path, &scene.form).method(method);
            let row = attack(format!("{method} {path}"), shot, 405);
            rows.push(row.denied("bad_request"));
        }
    }
    let preflight = scene
        .get(EXECUTIONS)
        .method("OPTIONS")
        .add("Origin", "https://elsewhere.test")
        .add("Access-Control-Request-Method", "POST");
    rows.push(attack("a preflight", preflight, 405).denied("bad_request"));
    rows
}

/// GETs change nothing, whatever they carry.
fn gets(scene: &Scene) -> Vec<Attack> {
    let stop = scene.running("/stop");
    let mut rows = vec![
        attack(
            "a GET with the form in its address",
            scene.get(&format!("{EXECUTIONS}?{}", scene.form)),
            200,
        ),
        attack(
            "a GET with the form as its body",
            scene.start().method("GET"),
            200,
        ),
        attack(
            "a HEAD with the form as its body",
            scene.start().method("HEAD"),
            200,
        ),
        attack(
            "a GET of a stop with a ticket",
            scene.get(&format!("{stop}?{}", scene.form)),
            200,
        ),
        attack("a HEAD of a stop", scene.get(&stop).method("HEAD"), 200),
    ];
    for name in [
        "X-HTTP-Method-Override",
        "X-HTTP-Method",
        "X-Method-Override",
    ] {
        let shot = scene.start().method("GET").add(name, "POST");
        rows.push(attack(format!("a GET with {name}"), shot, 200));
    }
    let field = scene.get(&format!("{stop}?_method=POST&{}", scene.form));
    rows.push(attack("a GET with _method", field, 200));
    rows
}

/// What another site's page asks a browser to fetch or embed.
fn parts(scene: &Scene) -> Vec<Attack> {
    let mut rows = Vec::new();
    for (site, mode, dest) in [
        ("cross-site", "cors", "empty"),
        ("cross-site", "no-cors", "script"),
        ("cross-site", "no-cors", "image"),
        ("cross-site", "no-cors", "object"),
        ("cross-site", "navigate", "iframe"),
        ("cross-site", "navigate", "embed"),
        ("same-site", "cors", "empty"),
        ("same-site", "navigate", "iframe"),
        ("cross-site", "websocket", "websocket"),
        ("garbage", "cors", "empty"),
    ] {
        let definition = "/w/default/pipelines/plain/definition.json";
        let shot = scene
            .get(definition)
            .add(SITE, site)
            .add("Sec-Fetch-Mode", mode)
            .add("Sec-Fetch-Dest", dest);
        let row = attack(format!("{site} {mode} {dest}"), shot, 403);
        rows.push(row.denied("cross_site"));
    }
    let cors = scene
        .get("/w/default/pipelines")
        .add("Origin", "https://elsewhere.test");
    rows.push(attack("a GET with a foreign Origin", cors, 200));
    rows
}

#[tokio::test]
async fn a_form_comes_from_a_page_of_our_own() {
    let scene = Scene::open().await;
    scene
        .expect_refused("cross-site origins", origins(&scene))
        .await;
    scene.still_works(&scene.start()).await;
}

#[tokio::test]
async fn only_a_posted_form_changes_anything() {
    let scene = Scene::open().await;
    scene.expect_refused("content types", forms(&scene)).await;
    scene.expect_refused("methods", methods(&scene)).await;
    scene
        .expect_refused("requests that only read", gets(&scene))
        .await;
    scene
        .expect_refused("parts for other sites", parts(&scene))
        .await;
    scene.still_works(&scene.start()).await;
}
