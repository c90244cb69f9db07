//! A large graph folds steps that are alike; everything that they say is still there.

use serde_json::{Value, json};

use crate::support::{Element, Page, Stage, eventually, pipelines};

const GRAPH: &str = "/w/default/pipelines/models/graph";
/// So many models make 152 steps.
const MODELS: usize = 50;

/// A first step, then models side by side that are prepared, trained and evaluated, then a last step.
fn models() -> Value {
    let mut definition = pipelines::chain(1);
    let first = definition["Steps"][0].take();
    let step = |name: String, after: Vec<String>| {
        let mut step = first.clone();
        step["Name"] = json!(name);
        step["DependsOn"] = json!(after);
        step
    };
    let mut steps = vec![step("Extract".to_owned(), Vec::new())];
    for model in 1..=MODELS {
        let stages = ["Prepare", "Train", "Evaluate"].map(|stage| format!("{stage}-{model}"));
        steps.push(step(stages[0].clone(), vec!["Extract".to_owned()]));
        steps.push(step(stages[1].clone(), vec![stages[0].clone()]));
        steps.push(step(stages[2].clone(), vec![stages[1].clone()]));
    }
    let last = (1..=MODELS).map(|model| format!("Evaluate-{model}"));
    steps.push(step("Compare".to_owned(), last.collect()));
    definition["Steps"] = json!(steps);
    definition
}

async fn stage() -> Stage {
    let stage = Stage::empty().await;
    stage.emulator.create_pipeline("models", &models()).await;
    stage
}

/// The folds of a page, each with the number of its steps.
fn folds(page: &Page) -> Vec<(String, String)> {
    let folds = page.all("#dag a[data-fold]");
    let of = |fold: &Element| (fold.attribute("data-fold"), fold.attribute("data-count"));
    folds.iter().map(of).collect()
}

fn fold(name: &str) -> (String, String) {
    (name.to_owned(), MODELS.to_string())
}

#[tokio::test]
async fn steps_alike_are_one_node_whose_link_shows_them() {
    let stage = stage().await;
    let page = stage.console.page(GRAPH).await;
    let all = ["Prepare-*", "Train-*", "Evaluate-*"].map(fold);
    assert_eq!(folds(&page), all);
    assert_eq!(
        page.all("#dag a[data-step]").len(),
        2,
        "Extract and Compare"
    );
    let edges: Vec<(String, String)> = page
        .all("#dag [data-from]")
        .iter()
        .map(|edge| (edge.attribute("data-from"), edge.attribute("data-to")))
        .collect();
    let names = ["Extract", "Prepare-*", "Train-*", "Evaluate-*", "Compare"];
    let expected: Vec<(String, String)> = names
        .windows(2)
        .map(|pair| (pair[0].to_owned(), pair[1].to_owned()))
        .collect();
    assert_eq!(edges, expected);
    assert!(
        page.text()
            .contains("150 of 152 steps are folded into 3 groups")
    );

    let href = page.one("#dag a[data-fold=\"Train-*\"]").attribute("href");
    let open = stage.console.page(&href).await;
    assert_eq!(folds(&open), ["Prepare-*", "Evaluate-*"].map(fold));
    assert_eq!(open.all("#dag a[data-group=\"Train-*\"]").len(), MODELS);
    let panel = open.one("#dag a[data-step=\"Train-7\"]").attribute("href");
    let panel = stage.console.page(&panel).await;
    assert!(panel.has("[data-panel=\"Train-7\"]"));
    assert!(
        panel.has("#dag a[data-step=\"Train-7\"]"),
        "its fold stays open"
    );
    let closed = panel.one("a[data-folding=\"Train-*\"]").attribute("href");
    let closed = stage.console.page(&closed).await;
    assert_eq!(folds(&closed), all);
    assert!(!closed.has("[data-panel]"), "a folded step is not chosen");
}

#[tokio::test]
async fn all_folds_open_and_close_and_a_chosen_step_is_shown() {
    let stage = stage().await;
    let page = stage.console.page(&format!("{GRAPH}?colour=last")).await;
    let all = page.link("Unfold all");
    assert!(
        all.contains("colour=last") && all.contains("open=all"),
        "{all}"
    );
    let page = stage.console.page(&all).await;
    assert_eq!(page.all("#dag a[data-step]").len(), 3 * MODELS + 2);
    assert!(page.text().contains("All 152 steps are shown"));
    assert_eq!(page.link("Fold all"), format!("{GRAPH}?colour=last"));

    let page = stage
        .console
        .page(&format!("{GRAPH}?step=Evaluate-3"))
        .await;
    assert!(
        page.has("#dag a[data-step=\"Evaluate-3\"]") && page.has("[data-panel=\"Evaluate-3\"]")
    );
    assert_eq!(folds(&page), ["Prepare-*", "Train-*"].map(fold));
    let page = stage
        .console
        .page(&format!("{GRAPH}?open=Renamed-*&open="))
        .await;
    assert_eq!(
        folds(&page).len(),
        3,
        "an address that is older than the definition"
    );
}

#[tokio::test]
async fn the_table_and_the_file_have_every_step() {
    let stage = stage().await;
    let table = stage.console.page(&format!("{GRAPH}?view=table")).await;
    assert_eq!(table.all("tr[data-step]").len(), 3 * MODELS + 2);
    let file = stage.console.get(&format!("{GRAPH}.svg")).await.expect(200);
    assert_eq!(file.page().all("[data-step]").len(), 3 * MODELS + 2);
}

#[tokio::test]
async fn a_fold_says_what_failed_and_counts_are_of_steps() {
    let stage = stage().await;
    let emulator = &stage.emulator;
    emulator
        .fail_next("models", "Train-7", "AlgorithmError: out of memory")
        .await;
    let id = emulator.start("models", "fails", &[]).await;
    emulator.advance(36_000).await;
    let address = stage.execution("models", &id);
    eventually("the execution has failed", async || {
        stage
            .console
            .page(&address)
            .await
            .one("#banner")
            .attribute("data-status")
            == "Failed"
    })
    .await;
    let page = stage.console.page(&address).await;
    let fold = page.one("#dag a[data-fold=\"Train-*\"]");
    assert_eq!(fold.attribute("data-status"), "Failed");
    assert!(fold.text().contains("1 failed"), "{}", fold.text());
    let statuses = fold.attribute("data-statuses");
    let names: Vec<String> = serde_json::from_str(&fold.attribute("data-members")).unwrap();
    let failed = statuses
        .split(' ')
        .position(|status| status == "Failed")
        .unwrap();
    assert_eq!(names[failed], "Train-7");
    let tally: usize = page
        .all("[data-tally]")
        .iter()
        .map(|count| {
            count
                .text()
                .split_whitespace()
                .next()
                .unwrap()
                .parse::<usize>()
                .unwrap()
        })
        .sum();
    assert_eq!(tally, 3 * MODELS + 2);
    assert!(page.one("[data-tally=\"Failed\"]").text().starts_with("1 "));
}
