//! People who try more than their role allows.

use super::{ADA, Attack, EXECUTIONS, Scene, attack, header_mode, owned};

const VIC: [(&str, &str); 2] = [
    ("X-Forwarded-User", "vic@example.com"),
    ("X-Forwarded-Groups", "staff"),
];

/// The operator's own shots, with another person's name.
fn as_person(row: Attack, headers: &[(&str, &str)]) -> Attack {
    let shot = headers
        .iter()
        .fold(row.shot.clone(), |shot, (name, value)| {
            shot.with(name, value)
        });
    Attack { shot, ..row }
}

async fn writes(scene: &Scene, status: u16) -> Vec<Attack> {
    let stop = scene.form_of(&scene.running("/stop")).await;
    let mut rows = Vec::new();
    let form = format!("{EXECUTIONS}/new");
    rows.push(attack(form.clone(), scene.get(&form), status));
    rows.push(attack("a start", scene.start(), status));
    for tail in ["/stop", "/resume", "/retry"] {
        let path = scene.running(tail);
        rows.push(attack(path.clone(), scene.get(&path), status));
        for form in [&scene.form, &stop] {
            rows.push(attack(
                format!("POST {path}"),
                scene.post(&path, form),
                status,
            ));
        }
    }
    rows
}

#[tokio::test]
async fn a_viewer_changes_nothing() {
    let scene = Scene::open().await;
    let mut all = Vec::new();
    for (who, headers) in [
        ("a viewer", VIC),
        (
            "a viewer with groups that look like others",
            [
                VIC[0],
                ("X-Forwarded-Groups", "staff,ML-OPS,ml-ops2,Admins,admin,*"),
            ],
        ),
        (
            "a viewer with groups that look like rules",
            [
                VIC[0],
                ("X-Forwarded-Groups", "staff,[\"admins\"],role=admin"),
            ],
        ),
    ] {
        for mut row in writes(&scene, 403).await {
            row.name = format!("{who}: {}", row.name);
            all.push(as_person(row, &headers).denied("no_role"));
        }
    }
    scene.expect_refused("viewers", all).await;
    scene.still_works(&scene.start()).await;
}

#[tokio::test]
async fn whoever_has_no_role_reads_nothing() {
    let scene = Scene::open().await;
    let eve = [
        ("X-Forwarded-User", "eve@example.com"),
        ("X-Forwarded-Groups", "visitors"),
    ];
    let mut rows = writes(&scene, 403).await;
    for path in [
        "/w/default/pipelines",
        "/w/default/models",
        EXECUTIONS,
        "/w/default/pipelines/plain/definition.json",
        "/w/nowhere/pipelines",
    ] {
        rows.push(attack(path, scene.get(path), 403));
    }
    let rows = rows
        .into_iter()
        .map(|row| as_person(row, &eve).denied("no_role"));
    scene.expect_refused("without a role", rows.collect()).await;
    scene.still_works(&scene.start()).await;
}

/// Without routes for them, addresses of writes do not exist.
#[tokio::test]
async fn a_console_that_only_reads_writes_for_nobody() {
    let acting = Scene::open().await;
    let settings = header_mode("read_only = true");
    let reading = Scene::reading(&settings).await;
    let mut rows = Vec::new();
    for groups in ["ml-ops", "admins"] {
        let headers = [ADA[0], ("X-Forwarded-Groups", groups)];
        for row in writes(&acting, 404).await {
            rows.push(as_person(row.or(405), &headers));
        }
    }
    reading.expect_refused("read-only", rows).await;
}

impl Scene {
    /// A console that only reads, so that it has no form to be sent.
    async fn reading(settings: &str) -> Self {
        let proxied = crate::support::ProxiedConsole::with(settings).await;
        let plain = crate::support::pipelines::plain();
        proxied.emulator.create_pipeline("plain", &plain).await;
        Self {
            ada: owned(&ADA),
            form: String::new(),
            running: String::new(),
            hidden: String::new(),
            proxied,
        }
    }
}
