//! Pages in frames of other sites.

use super::{Attack, EXECUTIONS, Scene, Shot, attack, header_mode};

const ALONE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                     font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
                     object-src 'none'; frame-src 'none'; frame-ancestors ";

/// Every kind of answer there is, with its status.
async fn kinds(scene: &Scene) -> Vec<(String, Shot, u16)> {
    let part = |shot: Shot| {
        shot.add("HX-Request", "true")
            .add("HX-Request-Type", "partial")
    };
    let list = scene.send(&part(scene.get("/w/default/pipelines"))).await;
    let tag = list.header("hx-ptag").to_owned();
    let stop = scene.running("/stop");
    let old = scene.start().without("Origin");
    let mut kinds = vec![
        ("a page", scene.get("/w/default/pipelines"), 200),
        ("a part", part(scene.get(EXECUTIONS)), 200),
        (
            "nothing new",
            part(scene.get("/w/default/pipelines")).add("HX-PTag", &tag),
            304,
        ),
        ("a redirect", scene.get("/"), 303),
        ("a form", scene.get(&stop), 200),
        ("a page about me", scene.get("/me"), 200),
        ("a head", scene.get(EXECUTIONS).method("HEAD"), 200),
        ("a host twice", scene.get("/").add("Host", "x"), 400),
        ("a broken address", scene.get("/w/%ff/pipelines"), 400),
        ("without a name", Shot::get("/"), 401),
        ("another peer", scene.get("/").from([127, 0, 0, 2]), 403),
        ("another site's form", old, 403),
        ("nothing there", scene.get("/nowhere"), 404),
        (
            "a pipeline that is none",
            scene.get("/w/default/pipelines/x"),
            404,
        ),
        ("another method", scene.get("/").method("DELETE"), 405),
        ("a way there is not", scene.post("/me", ""), 405),
        (
            "another type",
            scene.start().with("Content-Type", "text/plain"),
            415,
        ),
        ("too large", scene.post(&stop, &"a=1&".repeat(20_000)), 413),
        ("a ticket that is none", scene.post(EXECUTIONS, ""), 422),
        ("life", Shot::get("/healthz"), 200),
        ("readiness", Shot::get("/readyz"), 200),
    ];
    let start = kinds.iter_mut().find(|(_, _, status)| *status == 422);
    if let Some((_, shot, status)) = start {
        let bad = super::with_field(&scene.form, "ticket", "x");
        *shot = scene.post(EXECUTIONS, &bad);
        *status = 403;
    }
    let kinds = kinds.into_iter();
    kinds
        .map(|(what, shot, status)| (what.to_owned(), shot, status))
        .collect()
}

#[tokio::test]
async fn no_answer_can_be_framed_unless_the_settings_say_so() {
    for (embed, ancestors, frames) in [
        ("", "'none'", "DENY"),
        (
            "[embed]\nframe_ancestors = [\"'self'\", \"https://portal.example.com\"]\n",
            "'self' https://portal.example.com",
            "",
        ),
    ] {
        let scene = Scene::with(&format!("{}{embed}", header_mode(""))).await;
        let kinds = kinds(&scene).await;
        let count = kinds.len();
        for (what, shot, status) in kinds {
            let reply = scene.send(&shot).await;
            assert_eq!(reply.status, status, "{what}: {reply}");
            reply.is_guarded(&what);
            assert_ne!(reply.header("x-request-id"), "", "{what}");
            let policy = reply.header("content-security-policy");
            let expected = format!("{ALONE}{ancestors}");
            if reply.text.contains("<style>") {
                // Nobody unknown is served files: the page's own style is all that may style it.
                let (before, rest) = policy.split_once("style-src 'sha256-").unwrap();
                let (_, after) = rest.split_once("';").unwrap();
                assert_eq!(
                    format!("{before}style-src 'self';{after}"),
                    expected,
                    "{what}"
                );
            } else {
                assert_eq!(policy, expected, "{what}");
            }
            assert_eq!(reply.header("x-frame-options"), frames, "{what}");
        }
        for file in ["definition.json", "graph.svg"] {
            let path = format!("/w/default/pipelines/plain/{file}");
            let reply = scene.send(&scene.get(&path)).await;
            let policy = reply.header("content-security-policy");
            assert_eq!(
                policy,
                "default-src 'none'; sandbox; frame-ancestors 'none'"
            );
            assert_eq!(reply.header("x-frame-options"), frames, "{file}");
        }
        println!(
            "attacks: {} held (framing, ancestors {ancestors})",
            count + 2
        );
        scene
            .expect_refused("frames of other sites", visits(&scene, embed.is_empty()))
            .await;
    }
}

/// Browsers state in a header that they load a frame; a page is served into one only where frames are allowed.
fn visits(scene: &Scene, alone: bool) -> Vec<Attack> {
    let visit = |site: &str, dest: &str| {
        scene
            .get("/w/default/pipelines")
            .add("Sec-Fetch-Site", site)
            .add("Sec-Fetch-Mode", "navigate")
            .add("Sec-Fetch-Dest", dest)
    };
    let mut rows = Vec::new();
    for (site, dest) in [
        ("cross-site", "iframe"),
        ("same-site", "iframe"),
        ("cross-site", "frame"),
    ] {
        let name = format!("a {dest}, {site}");
        rows.push(match alone {
            true => attack(name, visit(site, dest), 403).denied("cross_site"),
            false => attack(name, visit(site, dest), 200),
        });
    }
    for dest in ["object", "embed"] {
        let row = attack(format!("an {dest}"), visit("cross-site", dest), 403);
        rows.push(row.denied("cross_site"));
    }
    rows.push(attack("a link", visit("cross-site", "document"), 200));
    rows
}
