//! The list of all executions: what its filter, counts, suggestions, orders, cursors and files could reveal, and what
//! hostile names and values could do in them.

use serde_json::{Value, json};

use crate::support::proxied::{HEADER_MODE, RULES};
use crate::support::{ProxiedConsole, eventually, pipelines};

use super::{Attack, Scene, attack};

const LIST: &str = "/w/default/executions";

/// Values that are nothing but text, wherever they stand.
const HOSTILE: [&str; 12] = [
    "100%",
    "a_b",
    "'; DROP TABLE executions; --",
    "say \"x\" \\",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "{{ 7 * 7 }}",
    "日本語のデータ",
    "e\u{301}tude",
    "a\u{202e}gnp.exe\u{2066}",
];

fn address(kind: &str, pairs: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    format!("{LIST}{kind}?{query}")
}

/// Filters that ask for what is hidden, each with how many visible executions they match.
const FILTERS: [(&str, &str); 12] = [
    ("", "1"),
    ("pipeline:secret-plan", "0"),
    ("pipeline:secret*", "0"),
    ("pipeline~cret", "0"),
    ("-pipeline:plain", "0"),
    ("-pipeline:secret-plan", "1"),
    ("hush", "0"),
    ("name:hush*", "0"),
    ("status:Executing", "1"),
    ("gone:no", "1"),
    ("since:24h", "1"),
    ("step:Prepare,Clean", "0"),
];

fn hidden(scene: &Scene) -> Vec<Attack> {
    let mut rows = Vec::new();
    // A page beyond the last leads to that one.
    let mut add =
        |path: String| rows.push(attack(path.clone(), scene.get(&path), 200).or(303).naming());
    for kind in ["", ".csv", ".json"] {
        for (filter, _) in FILTERS {
            // A kept link has all of it in its address.
            add(address(
                kind,
                &[("filter", filter), ("sort", "pipeline"), ("view", "dense")],
            ));
        }
        add(address(
            kind,
            &[("filter", &format!("id:{}", scene.hidden))],
        ));
    }
    for sort in [
        "name", "pipeline", "status", "started", "duration", "ended", "version", "step",
    ] {
        add(address("", &[("sort", sort)]));
        add(address(
            "",
            &[("sort", sort), ("columns", "name,pipeline,id,param.*")],
        ));
    }
    for (side, id) in [
        ("after", scene.hidden.as_str()),
        ("before", scene.hidden.as_str()),
        ("after", "'%20OR%201=1"),
        ("before", "\u{0}"),
        ("after", "%"),
        ("shown", "0"),
        ("shown", "-9223372036854775808"),
        ("shown", "99999999999999999999"),
        ("page", "0"),
        ("page", "4294967295"),
        ("page", "-1"),
        ("columns", "param.x,param.y,id"),
    ] {
        add(address("", &[(side, id)]));
        add(address(".csv", &[(side, id)]));
    }
    rows
}

/// Filters that are refused.
fn oversized(scene: &Scene) -> Vec<Attack> {
    let long = "é".repeat(4 << 10);
    let many = "a ".repeat(21);
    let deep = format!("name:{}", "*a".repeat(2_000));
    let mut rows = Vec::new();
    for (what, filter, status) in [
        ("a filter of 8 KiB", long.as_str(), 400),
        ("a filter of 21 terms", many.as_str(), 400),
        ("a filter of many patterns", deep.as_str(), 200),
        ("a text that does not end", "name:\"x", 400),
        ("a field that is none", "colour:red", 400),
        ("a control character", "name:\u{1}", 200),
    ] {
        for kind in ["", ".csv", ".json"] {
            let shot = scene.get(&address(kind, &[("filter", filter)]));
            rows.push(attack(format!("{what}{kind}"), shot, status).or(400));
        }
    }
    rows
}

async fn total(scene: &Scene, filter: &str) -> String {
    let answer = scene.as_ada(&address("", &[("filter", filter)])).await;
    answer.expect(200).page().one("[data-total]").text()
}

#[tokio::test]
async fn a_list_over_all_pipelines_counts_and_suggests_only_what_is_visible() {
    let scene = Scene::open().await;
    scene.as_ada(LIST).await.expect(200);
    scene.expect_refused("filters", hidden(&scene)).await;
    scene
        .expect_refused("wrong filters", oversized(&scene))
        .await;
    for (filter, expected) in FILTERS {
        assert_eq!(total(&scene, filter).await, expected, "{filter}");
    }
    assert_eq!(total(&scene, &format!("id:{}", scene.hidden)).await, "0");
    let page = scene.as_ada(LIST).await.expect(200).page();
    let counted: Vec<String> = page
        .all("[data-status-count]")
        .iter()
        .map(|chip| chip.text())
        .collect();
    assert_eq!(
        counted.iter().filter(|text| text.contains('1')).count(),
        1,
        "{counted:?}"
    );
    // A forged cursor is one of nothing, whether it names what is hidden or nothing at all.
    let rows = async |id: &str| {
        let answer = scene.as_ada(&address("", &[("after", id)])).await;
        answer.expect(200).page().values("data-execution")
    };
    assert_eq!(rows(&scene.hidden).await, rows("aaaaaaaaaaaa").await);
    scene.still_works(&scene.start()).await;
}

/// Rules by tags: who sees only what is tagged `team=open`.
const BY_TAG: &str = r#"
[[access]]
groups = ["staff"]
role = "viewer"
tags = { team = "open" }
"#;

#[tokio::test]
async fn an_access_rule_by_tags_narrows_the_list_and_its_files() {
    let proxied = ProxiedConsole::with(&format!("{HEADER_MODE}{BY_TAG}{RULES}").replacen(
        "groups = [\"staff\", \"ml-ops\"]\nrole = \"viewer\"",
        "groups = [\"ml-ops\"]\nrole = \"viewer\"",
        1,
    ))
    .await;
    let emulator = &proxied.emulator;
    for (name, team) in [("open-plan", "open"), ("closed-plan", "closed")] {
        emulator.create_pipeline(name, &pipelines::plain()).await;
        let listed = emulator
            .call("DescribePipeline", json!({"PipelineName": name}))
            .await;
        let tags =
            json!({"ResourceArn": listed["PipelineArn"], "Tags": [{"Key": "team", "Value": team}]});
        emulator.call("AddTags", tags).await;
        emulator.start(name, &format!("{name}-runs"), &[]).await;
    }
    let viewer = proxied.viewer();
    for kind in ["", ".csv", ".json"] {
        for filter in [
            "",
            "pipeline:closed-plan",
            "tag:team=closed",
            "-tag:team=open",
            "closed",
        ] {
            let answer = viewer.get(&address(kind, &[("filter", filter)])).await;
            let text = answer.expect(200).text();
            let is_named = filter.contains("closed-plan");
            assert!(
                is_named || !text.contains("closed-plan"),
                "{kind} {filter}: {text}"
            );
            assert!(
                !text.contains("closed-plan-runs"),
                "{kind} {filter}: {text}"
            );
        }
    }
    let page = viewer.page(LIST).await;
    assert_eq!(page.values("data-pipeline"), ["open-plan"]);
    assert_eq!(page.one("[data-total]").text(), "1");
}

/// A pipeline with an execution for each hostile value, as its parameter and its description.
async fn hostile() -> Scene {
    let scene = Scene::open().await;
    let emulator = &scene.proxied.emulator;
    let mut definition = pipelines::plain();
    definition["Parameters"] = json!([{"Name": "Input", "Type": "String", "DefaultValue": "x"}]);
    emulator.create_pipeline("hostile", &definition).await;
    for (number, value) in HOSTILE.iter().enumerate() {
        let input = json!({
            "PipelineName": "hostile",
            "PipelineExecutionDisplayName": format!("number-{number}"),
            "PipelineExecutionDescription": value,
            "PipelineParameters": [{"Name": "Input", "Value": value}],
            "ClientRequestToken": crate::support::emulator::token(),
        });
        emulator.call("StartPipelineExecution", input).await;
    }
    let expected = (HOSTILE.len() + 1).to_string();
    eventually("every execution is listed", async || {
        total(&scene, "").await == expected
    })
    .await;
    scene
}

#[tokio::test]
async fn hostile_values_are_text_in_filters_cells_chips_and_files() {
    let scene = hostile().await;
    for (number, value) in HOSTILE.iter().enumerate() {
        let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
        let filter = format!("param.Input:\"{quoted}\"");
        let query = [("filter", filter.as_str()), ("columns", "name,param.Input")];
        let page = scene.as_ada(&address("", &query)).await.expect(200).page();
        let field = page.one("#filter input[name=\"filter\"]");
        assert_eq!(field.attribute("value"), filter, "nothing typed is lost");
        let rows = page.all("tr[data-execution]");
        assert_eq!(rows.len(), 1, "{filter}");
        assert!(
            rows[0].text().contains(&format!("number-{number}")),
            "{filter}"
        );
        assert!(
            !page.has("main script") && !page.has("main img"),
            "{filter}"
        );
        let shown: String = page.one("main").text();
        assert!(
            !shown.contains(['\u{202e}', '\u{2066}']),
            "{filter}: {shown}"
        );
        let file = scene.as_ada(&address(".json", &query)).await.expect(200);
        let file: Value = serde_json::from_str(&file.text()).expect("JSON");
        assert_eq!(file["executions"][0]["description"], *value, "{filter}");
        assert_eq!(
            file["executions"][0]["parameters"]["Input"], *value,
            "{filter}"
        );
        let file = scene
            .as_ada(&address(".csv", &query))
            .await
            .expect(200)
            .text();
        for cell in file.lines().skip(1).flat_map(|line| line.split(',')) {
            let cell = cell.trim_start_matches('"');
            assert!(!cell.starts_with(['=', '@', '+', '\t']), "{filter}: {file}");
        }
    }
}
