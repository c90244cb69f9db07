//! The console answers below its base path, and nowhere else.

use super::{ADA, Attack, EVIL, EXECUTIONS, Scene, Setup, attack, header_mode};

const BASE: &str = "/tools/ml";

async fn scene(stripped: bool) -> Scene {
    let settings = header_mode(&format!(
        "base_path = \"{BASE}\"\nbase_path_stripped = {stripped}"
    ));
    Scene::set(Setup {
        settings: &settings,
        ada: &ADA,
        base: BASE,
        request_base: if stripped { "" } else { BASE },
    })
    .await
}

fn beside(scene: &Scene) -> Vec<Attack> {
    let mut rows = Vec::new();
    for path in [
        "/",
        "/me",
        "/w/default/pipelines",
        "/tools",
        "/tools/",
        "/tools/mlx",
        "/tools/mlx/w/default/pipelines",
        "/tools/ml.evil/w/default/pipelines",
        "/TOOLS/ML/w/default/pipelines",
        "/tools%2fml/w/default/pipelines",
        "/tools/m%6c/w/default/pipelines",
        "//tools/ml/w/default/pipelines",
        "/tools//ml/w/default/pipelines",
        "/tools/ml//w/default/pipelines",
        "/tools/ml//evil.example/",
        "/tools/ml/%2f%2fevil.example/",
        "/tools/ml/../ml/w/default/pipelines",
        "/tools/ml/tools/ml/w/default/pipelines",
    ] {
        rows.push(attack(path, scene.get(path), 404));
    }
    for path in [
        EXECUTIONS,
        "/tools/mlx/w/default/pipelines/plain/executions",
        "//tools/ml/w/default/pipelines/plain/executions",
        "/tools/ml//w/default/pipelines/plain/executions",
    ] {
        let shot = scene.post(path, &scene.form);
        rows.push(attack(format!("POST {path}"), shot, 404));
    }
    rows
}

fn within(scene: &Scene) -> Vec<Attack> {
    let mut rows = Vec::new();
    for path in [
        "/tools/ml/w/default/pipelines",
        "/tools/ml/",
        "//evil.example/",
        "//tools/ml/",
    ] {
        rows.push(attack(path, scene.get(path), 404));
    }
    let path = format!("{BASE}{EXECUTIONS}");
    rows.push(attack(
        format!("POST {path}"),
        scene.post(&path, &scene.form),
        404,
    ));
    rows
}

/// Whatever prefix a proxy states, the answer redirects below the base path.
async fn redirects_below_base_path(scene: &Scene, path: &str) {
    for (name, value) in [
        ("X-Forwarded-Prefix", "//evil.example"),
        ("X-Forwarded-Prefix", "/other"),
        ("X-Script-Name", "/other"),
        ("X-Forwarded-Host", EVIL),
        ("Host", "other.example.com"),
    ] {
        let reply = scene.send(&scene.get(path).with(name, value)).await;
        assert_eq!(reply.status, 303, "{reply}");
        let place = reply.header("location");
        assert_eq!(place, "/tools/ml/w/default/pipelines", "{name}: {value}");
    }
}

#[tokio::test]
async fn nothing_is_served_beside_a_base_path() {
    let scene = scene(false).await;
    scene
        .expect_refused("beside a base path", beside(&scene))
        .await;
    for path in ["/tools/ml", "/tools/ml/"] {
        redirects_below_base_path(&scene, path).await;
    }
    let path = format!("{BASE}{EXECUTIONS}");
    scene.still_works(&scene.post(&path, &scene.form)).await;
}

#[tokio::test]
async fn a_base_path_that_the_proxy_takes_away_is_not_there() {
    let scene = scene(true).await;
    scene
        .expect_refused("within a stripped base path", within(&scene))
        .await;
    redirects_below_base_path(&scene, "/").await;
    scene.still_works(&scene.start()).await;
}
