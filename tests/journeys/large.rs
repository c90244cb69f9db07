//! A large account: 500 pipelines, 100,000 executions, definitions of up to 1,000 steps.

use std::time::Instant;

use crate::support::{Requester, Stage, eventually};

const LIST: &str = "/w/default/pipelines";

#[tokio::test]
async fn a_large_account_is_listed_searched_and_paged() {
    let stage = Stage::seeded("large");
    let page = stage.console.page(LIST).await;
    let first = page.values("data-pipeline");
    assert_eq!(first.len(), 100, "100 rows a page");
    assert!(
        page.text().contains("500"),
        "all are counted: {}",
        page.text()
    );

    let mut seen = std::collections::BTreeSet::new();
    let mut address = Some(LIST.to_owned());
    while let Some(path) = address {
        let page = stage.console.page(&path).await;
        seen.extend(page.values("data-pipeline"));
        address = page
            .find("a[rel=\"next\"]")
            .map(|next| next.attribute("href"));
    }
    assert_eq!(seen.len(), 500, "every pipeline is on one page");

    let wanted = first[42].clone();
    let part = wanted[1..].to_uppercase();
    let began = Instant::now();
    let found = stage
        .console
        .get_as(Requester::Htmx, &format!("{LIST}?q={part}"))
        .await
        .expect(200);
    assert!(found.page().values("data-pipeline").contains(&wanted));
    assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_pipeline_with_many_executions_is_paged() {
    let stage = Stage::seeded("large");
    let executions = format!("{LIST}/logistics-ranking-003/executions");
    eventually("a first page of executions is there", async || {
        stage
            .console
            .page(&executions)
            .await
            .all("[data-execution]")
            .len()
            == 100
    })
    .await;
    eventually("older executions follow on the next page", async || {
        let page = stage.console.page(&executions).await;
        let Some(next) = page.find("a[rel=\"next\"]") else {
            return false;
        };
        let older = stage.console.page(&next.attribute("href")).await;
        let newer = page.values("data-execution");
        let older = older.values("data-execution");
        !older.is_empty() && older.iter().all(|id| !newer.contains(id))
    })
    .await;
}

#[tokio::test]
async fn a_thousand_steps_are_drawn() {
    let stage = Stage::seeded("large");
    for steps in [50, 300, 1000] {
        let page = stage
            .console
            .page(&format!("{LIST}/steps-{steps}/graph?open=all"))
            .await;
        assert_eq!(page.all("svg [data-step]").len(), steps);
        let page = stage
            .console
            .page(&format!("{LIST}/steps-{steps}/graph"))
            .await;
        let folds = page.all("svg [data-fold]");
        let folded = folds
            .iter()
            .map(|fold| fold.attribute("data-count").parse::<usize>().unwrap());
        let shown = page.all("svg [data-step]").len();
        assert_eq!(folded.sum::<usize>() + shown, steps);
        assert_eq!(folds.is_empty(), steps == 50, "from 150 steps on");
    }
}
