//! The executions of all pipelines: one list, one filter, the same as a file.

use crate::support::{Stage, pipelines};

const LIST: &str = "/w/default/executions";

/// Two pipelines with one execution each.
async fn two_pipelines() -> Stage {
    let stage = Stage::empty().await;
    for (pipeline, execution) in [("churn", "first"), ("scoring", "second")] {
        let definition = pipelines::plain();
        stage.emulator.create_pipeline(pipeline, &definition).await;
        stage.emulator.start(pipeline, execution, &[]).await;
    }
    stage
}

async fn names(stage: &Stage, address: &str) -> Vec<String> {
    let page = stage.console.page(address).await;
    let mut names: Vec<String> = page
        .all("tr[data-execution]")
        .iter()
        .map(|row| row.attribute("data-pipeline"))
        .collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn executions_of_all_pipelines_are_listed_filtered_and_counted() {
    let stage = two_pipelines().await;
    assert_eq!(names(&stage, LIST).await, ["churn", "scoring"]);
    for filter in [
        "pipeline:churn",
        "first",
        "-pipeline:sco*",
        "name~irs",
        "chu",
    ] {
        let address = format!("{LIST}?filter={filter}");
        assert_eq!(names(&stage, &address).await, ["churn"], "{filter}");
        let page = stage.console.page(&address).await;
        assert_eq!(page.one("[data-total]").text(), "1", "{filter}");
        assert_eq!(
            page.one("#filter input[name=\"filter\"]")
                .attribute("value"),
            filter
        );
    }
    let page = stage
        .console
        .page(&format!("{LIST}?filter=since:1h+status:Executing"))
        .await;
    assert!(page.has("[data-status-count=\"Executing\"]"));
    let own = "/w/default/pipelines/churn/executions?filter=";
    let counted = async |filter: &str| {
        let page = stage.console.page(&format!("{own}{filter}")).await;
        page.all("tr[data-execution]").len()
    };
    assert_eq!(counted("name:first").await, 1);
    assert_eq!(counted("-name:first").await, 0);
}

#[tokio::test]
async fn a_mistake_in_a_filter_is_shown_where_it_is_and_nothing_is_lost() {
    let stage = two_pipelines().await;
    let answer = stage
        .console
        .get(&format!("{LIST}?filter=first+colour:red"))
        .await;
    let page = answer.expect(400).page();
    assert_eq!(page.one("[data-filter-error] mark").text(), "colour");
    assert_eq!(
        page.one("#filter input[name=\"filter\"]")
            .attribute("value"),
        "first colour:red"
    );
    assert!(!page.has("tr[data-execution]"));
    let answer = stage
        .console
        .get(&format!("{LIST}.csv?filter=colour:red"))
        .await;
    answer.expect(400);
}

#[tokio::test]
async fn choosing_adds_a_term_and_columns_are_in_the_address() {
    let stage = two_pipelines().await;
    let chosen = format!("{LIST}?filter=first&field=pipeline&operator=:&value=churn&sort=name");
    let answer = stage.console.get(&chosen).await;
    assert_eq!(
        answer.expect(303).location(),
        format!("{LIST}?sort=name&filter=first+pipeline%3Achurn")
    );
    let page = stage
        .console
        .page(&format!("{LIST}?columns=status,name,id&view=dense"))
        .await;
    let headers: Vec<String> = page.all("thead th").iter().map(|one| one.text()).collect();
    assert_eq!(headers, ["Status", "Name", "ID", "Actions"]);
}

#[tokio::test]
async fn what_is_filtered_is_a_file() {
    let stage = two_pipelines().await;
    let answer = stage
        .console
        .get(&format!("{LIST}.csv?filter=churn"))
        .await
        .expect(200);
    let text = answer.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[0].starts_with("pipeline,id,name,status") && lines[1].starts_with("churn,"));
    let answer = stage.console.get(&format!("{LIST}.json")).await.expect(200);
    let file: serde_json::Value = serde_json::from_str(&answer.text()).expect("JSON");
    assert_eq!(file["executions"].as_array().map(Vec::len), Some(2));
    assert_eq!((&file["total"], &file["cut"]), (&2.into(), &false.into()));
}
