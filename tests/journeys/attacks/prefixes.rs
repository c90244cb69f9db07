//! A base path is where the console stands, and nothing beside it.

use super::{ADA, Attack, EVIL, EXECUTIONS, Scene, Setup, attack, believing};

const BASE: &str = "/tools/ml";

async fn scene(stripped: bool) -> Scene {
    let settings = believing(&format!(
        "base_path = \"{BASE}\"\nbase_path_stripped = {stripped}"
    ));
    Scene::set(Setup {
        settings: &settings,
        ada: &ADA,
        base: BASE,
        asked: if stripped { "" } else { BASE },
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

/// Wherever a proxy says that it stands, the answer leads below the base path.
async fn leads_home(scene: &Scene, asked: &str) {
    for (name, value) in [
        ("X-Forwarded-Prefix", "//evil.example"),
        ("X-Forwarded-Prefix", "/other"),
        ("X-Script-Name", "/other"),
        ("X-Forwarded-Host", EVIL),
        ("Host", "other.example.com"),
    ] {
        let reply = scene.send(&scene.get(asked).with(name, value)).await;
        assert_eq!(reply.status, 303, "{reply}");
        let place = reply.header("location");
        assert_eq!(place, "/tools/ml/w/default/pipelines", "{name}: {value}");
    }
}

#[tokio::test]
async fn nothing_stands_beside_a_base_path() {
    let scene = scene(false).await;
    scene.hold("beside a base path", beside(&scene)).await;
    for asked in ["/tools/ml", "/tools/ml/"] {
        leads_home(&scene, asked).await;
    }
    let path = format!("{BASE}{EXECUTIONS}");
    scene.still_works(&scene.post(&path, &scene.form)).await;
}

#[tokio::test]
async fn a_base_path_that_the_proxy_takes_away_is_not_there() {
    let scene = scene(true).await;
    scene
        .hold("within a stripped base path", within(&scene))
        .await;
    leads_home(&scene, "/").await;
    scene.still_works(&scene.start()).await;
}
