//! Pipelines are found by words, ARNs and tags; a pipeline opens on its executions; models are listed.

use hyper::Method;
use serde_json::json;

use crate::support::{Requester, Stage, eventually, pipelines};

const LIST: &str = "/w/default/pipelines";

async fn three_pipelines() -> Stage {
    let stage = Stage::empty().await;
    for name in ["CustomerChurnTraining", "churn-scoring", "Abalone"] {
        stage
            .emulator
            .create_pipeline(name, &pipelines::plain())
            .await;
    }
    stage
}

#[tokio::test]
async fn the_start_page_leads_to_the_pipelines() {
    let stage = three_pipelines().await;
    let answer = stage.console.get("/").await;
    if answer.status.is_redirection() {
        assert_eq!(answer.location(), LIST);
    } else {
        assert_eq!(answer.expect(200).page().all("[data-pipeline]").len(), 3);
    }
    let page = stage.console.page(LIST).await;
    assert_eq!(page.link("Pipelines"), LIST);
    assert_eq!(page.all("[data-pipeline]").len(), 3);
}

#[tokio::test]
async fn a_page_about_nothing_has_a_search_for_pipelines() {
    let stage = three_pipelines().await;
    for path in ["nobody/executions", "Abalone/executions/zzzzzzzzzzzz"] {
        let answer = stage.console.get(&format!("{LIST}/{path}")).await;
        let page = answer.expect(404).page();
        let form = page.one("form[role=\"search\"]");
        assert_eq!(form.attribute("action"), LIST, "{path}");
        assert!(page.has("input[name=\"q\"]"), "{path}");
    }
}

#[tokio::test]
async fn steps_are_found_narrowed_and_sorted_in_the_address() {
    let stage = three_pipelines().await;
    stage
        .emulator
        .create_pipeline("training", &pipelines::training())
        .await;
    stage
        .emulator
        .fail_next("training", "Train", "AlgorithmError: out of memory")
        .await;
    let id = stage
        .emulator
        .start("training", "run", &[("Stage", "test")])
        .await;
    stage.emulator.advance(7200).await;
    let steps = format!("{LIST}/training/executions/{id}/steps");
    let listed = async |query: &str| {
        let page = stage.console.page(&format!("{steps}{query}")).await;
        page.values("data-step")
    };
    let all = listed("").await;
    assert_eq!(all[0], "Train", "what failed comes first: {all:?}");
    let mut sorted = listed("?sort=name").await;
    assert_ne!(sorted, all);
    sorted.sort_by_key(|name| name.to_lowercase());
    assert_eq!(listed("?sort=name").await, sorted);
    assert_eq!(listed("?status=Failed").await, ["Train"]);
    assert_eq!(listed("?q=prep").await, ["Prepare"]);
    assert!(listed("?q=prep&status=Failed").await.is_empty());
    let page = stage
        .console
        .page(&format!("{steps}?status=Nope&sort=x"))
        .await;
    assert_eq!(page.values("data-filter-error"), ["sort", "status"]);
    assert_eq!(page.values("data-step").len(), all.len());
}

#[tokio::test]
async fn a_workspace_opens_on_its_pipelines() {
    let stage = three_pipelines().await;
    let answer = stage.console.get("/w/default").await;
    assert!(answer.status.is_redirection(), "{}", answer.status);
    assert_eq!(answer.location(), LIST);
}

#[tokio::test]
async fn a_partial_name_in_any_case_finds_pipelines() {
    let stage = three_pipelines().await;
    for requester in Requester::BOTH {
        for (search, expected) in [
            ("churn", vec!["CustomerChurnTraining", "churn-scoring"]),
            ("CHURN", vec!["CustomerChurnTraining", "churn-scoring"]),
            ("erchurnT", vec!["CustomerChurnTraining"]),
            ("customer+churn", vec!["CustomerChurnTraining"]),
            ("churn-customer", vec!["CustomerChurnTraining"]),
            ("ScoringChurn", vec!["churn-scoring"]),
            ("churnscoring", vec!["churn-scoring"]),
            ("abalone", vec!["Abalone"]),
            ("churn-scoring", vec!["churn-scoring"]),
            ("nothing-like-it", vec![]),
            ("%25", vec![]),
            ("_", vec![]),
        ] {
            let answer = stage
                .console
                .get_as(requester, &format!("{LIST}?q={search}"))
                .await
                .expect(200);
            let page = answer.page();
            let mut found = page.values("data-pipeline");
            found.sort();
            let mut expected: Vec<String> = expected.into_iter().map(str::to_owned).collect();
            expected.sort();
            assert_eq!(found, expected, "q={search} as {requester:?}");
            assert_eq!(
                answer.text().contains("<html"),
                requester == Requester::Browser,
                "q={search} as {requester:?}"
            );
            page.one("#live");
        }
    }
}

#[tokio::test]
async fn the_search_looks_into_descriptions_and_is_kept_in_its_field() {
    let stage = Stage::empty().await;
    let definition = pipelines::plain();
    stage
        .emulator
        .create_described("one", "Finds lost parcels", &definition)
        .await;
    stage
        .emulator
        .create_described("two", "Counts them", &definition)
        .await;
    let page = stage.console.page(&format!("{LIST}?q=PARCEL")).await;
    assert_eq!(page.values("data-pipeline"), ["one"]);
    assert_eq!(page.one("input[name=\"q\"]").attribute("value"), "PARCEL");
}

/// What is marked on the page, in order.
async fn marked(stage: &Stage, search: &str) -> Vec<String> {
    let page = stage.console.page(&format!("{LIST}?q={search}")).await;
    page.all("mark").iter().map(|mark| mark.text()).collect()
}

#[tokio::test]
async fn what_was_found_is_marked_as_it_is_written() {
    let stage = Stage::empty().await;
    stage
        .emulator
        .create_described(
            "CustomerChurnTraining",
            "Schätzt die Größe",
            &pipelines::plain(),
        )
        .await;
    assert_eq!(marked(&stage, "customerchurn").await, ["CustomerChurn"]);
    assert_eq!(
        marked(&stage, "churn+GR%C3%96SSE").await,
        ["Churn", "Größe"]
    );
    // The same letter composed otherwise: `a` and a combining diaeresis.
    assert_eq!(marked(&stage, "Scha%CC%88tzt").await, ["Schätzt"]);
    assert_eq!(marked(&stage, "").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_tag_finds_its_pipeline_and_is_shown() {
    let stage = three_pipelines().await;
    let listed = stage.emulator.call("ListPipelines", json!({})).await;
    let summaries = listed["PipelineSummaries"].as_array().expect("pipelines");
    let abalone = summaries
        .iter()
        .find(|one| one["PipelineName"] == "Abalone");
    let arn = &abalone.expect("the pipeline")["PipelineArn"];
    let tags = json!([{"Key": "team", "Value": "risk"}]);
    let tagging = json!({"ResourceArn": arn, "Tags": tags});
    stage.emulator.call("AddTags", tagging).await;
    for search in ["team%3Drisk", "RISK", "abalone+team"] {
        let page = stage.console.page(&format!("{LIST}?q={search}")).await;
        assert_eq!(page.values("data-pipeline"), ["Abalone"], "{search}");
        assert_eq!(page.values("data-tag"), ["team=risk"], "{search}");
    }
    let page = stage.console.page(&format!("{LIST}?q=team%3Dfraud")).await;
    assert!(!page.has("[data-pipeline]"));
}

#[tokio::test]
async fn a_pasted_arn_or_id_finds_the_pipeline_and_leads_to_the_execution() {
    let stage = three_pipelines().await;
    let id = stage.emulator.start("Abalone", "nightly", &[]).await;
    let listing = json!({"PipelineName": "Abalone"});
    let listed = stage.emulator.call("ListPipelineExecutions", listing).await;
    let arn = &listed["PipelineExecutionSummaries"][0]["PipelineExecutionArn"];
    let arn = arn.as_str().expect("an ARN").to_owned();
    let (pipeline, _) = arn.split_once("/execution/").expect("an execution's ARN");
    for search in [pipeline, &arn, &id] {
        let page = stage.console.page(&format!("{LIST}?q={search}")).await;
        assert_eq!(page.values("data-pipeline"), ["Abalone"], "{search}");
        let leads_on = if search == pipeline {
            vec![]
        } else {
            vec![id.clone()]
        };
        assert_eq!(page.values("data-sought"), leads_on, "{search}");
    }
    let (own, other) = ("Abalone", "churn-scoring");
    for search in [&arn, &id] {
        let page = stage
            .console
            .page(&format!("{LIST}/{own}/executions?q={search}"))
            .await;
        assert_eq!(
            page.values("data-execution"),
            std::slice::from_ref(&id),
            "{search}"
        );
        let page = stage
            .console
            .page(&format!("{LIST}/{other}/executions?q={search}"))
            .await;
        assert!(!page.has("[data-execution]"), "{search}");
        let link = page.one("[data-sought] a").attribute("href");
        stage.console.page(&link).await;
    }
}

#[tokio::test]
async fn a_pipeline_opens_on_its_executions() {
    let stage = three_pipelines().await;
    let names = ["first", "second", "third"];
    for name in names {
        stage.emulator.start("Abalone", name, &[]).await;
        stage.emulator.advance(1).await;
    }
    stage.emulator.advance(3600).await;
    stage.emulator.start("churn-scoring", "foreign", &[]).await;

    let list = stage.console.page(LIST).await;
    let row = list.one("[data-pipeline=\"Abalone\"]");
    let opened = row.find("a[href]").expect("a link").attribute("href");
    let answer = stage.console.get(&opened).await;
    let page = match answer.status.is_redirection() {
        true => stage.console.page(answer.location()).await,
        false => answer.expect(200).page(),
    };
    let rows = page.all("[data-execution]");
    assert_eq!(rows.len(), 3, "{}", page.text());
    for (row, name) in rows.iter().zip(["third", "second", "first"]) {
        assert!(row.text().contains(name), "newest first: {}", row.text());
        assert_eq!(row.attribute("data-status"), "Succeeded");
    }
    for text in [
        "Executions",
        "Graph",
        "Parameters",
        "Definition",
        "Information",
    ] {
        stage.console.page(&page.link(text)).await;
    }
}

#[tokio::test]
async fn executions_are_filtered_by_status_and_text() {
    let stage = Stage::empty().await;
    stage
        .emulator
        .create_pipeline("mixed", &pipelines::training())
        .await;
    let fine = [("Stage", "test")];
    let spoiled = [("Stage", "production"), ("Threshold", "0.99")];
    stage.emulator.start("mixed", "fine", &fine).await;
    stage.emulator.start("mixed", "spoiled", &spoiled).await;
    stage.emulator.advance(7200).await;
    stage.emulator.start("mixed", "still-going", &fine).await;

    let path = "/w/default/pipelines/mixed/executions";
    for requester in Requester::BOTH {
        for (query, expected) in [
            ("", vec!["Executing", "Failed", "Succeeded"]),
            ("?status=Failed", vec!["Failed"]),
            (
                "?status=Failed&status=Succeeded",
                vec!["Failed", "Succeeded"],
            ),
            ("?q=SPOIL", vec!["Failed"]),
            ("?q=fine&status=Failed", vec![]),
        ] {
            let answer = stage
                .console
                .get_as(requester, &format!("{path}{query}"))
                .await;
            let page = answer.expect(200).page();
            let rows = page.all("[data-execution]");
            let mut statuses: Vec<String> = rows
                .iter()
                .map(|row| row.attribute("data-status"))
                .collect();
            statuses.sort();
            assert_eq!(statuses, expected, "{query} as {requester:?}");
        }
    }
    eventually("parameter values are searched too", async || {
        let page = stage.console.page(&format!("{path}?q=production")).await;
        page.all("[data-execution]").len() == 1
    })
    .await;
}

#[tokio::test]
async fn an_empty_account_says_what_to_do() {
    let stage = Stage::empty().await;
    let page = stage.console.page(LIST).await;
    assert!(!page.has("[data-pipeline]"));
    assert!(page.text().contains("No pipelines"), "{}", page.text());
}

#[tokio::test]
async fn a_pipeline_that_never_ran_offers_its_first_execution() {
    let stage = three_pipelines().await;
    let page = stage
        .console
        .page("/w/default/pipelines/Abalone/executions")
        .await;
    assert!(!page.has("[data-execution]"));
    assert!(page.has_link("Create execution"), "{}", page.text());
}

#[tokio::test]
async fn model_package_groups_are_listed() {
    let stage = Stage::empty().await;
    stage
        .emulator
        .create_pipeline("maker", &pipelines::training())
        .await;
    stage
        .emulator
        .start("maker", "makes-a-model", &[("Stage", "test")])
        .await;
    stage.emulator.advance(7200).await;
    let listed = stage
        .emulator
        .call("ListModelPackageGroups", json!({}))
        .await;
    let groups = listed["ModelPackageGroupSummaryList"]
        .as_array()
        .map_or(0, Vec::len);
    assert_eq!(groups, 1, "the RegisterModel step made its group");

    let shell = stage.console.page(LIST).await;
    let page = stage.console.page(&shell.link("Models")).await;
    assert!(page.text().contains("journeys"), "{}", page.text());
    assert!(page.has("time[datetime]"), "with its creation time");
}

#[tokio::test]
async fn a_slash_at_the_end_of_an_address_leads_to_the_page() {
    let stage = Stage::empty().await;
    let emulator = &stage.emulator;
    emulator
        .create_pipeline("train", &pipelines::training())
        .await;
    let executions = "/w/default/pipelines/train/executions";
    let id = emulator.start("train", "one", &[("Stage", "test")]).await;
    emulator.advance(1).await;
    let execution = format!("{executions}/{id}");
    for path in [
        "/me",
        "/activity",
        "/w/default/pipelines",
        "/w/default/models",
        "/w/default/pipelines/train",
        "/w/default/pipelines/train/graph",
        executions,
        &execution,
        &format!("{execution}/steps"),
        &format!("{execution}/stop"),
    ] {
        let answer = stage.console.get(&format!("{path}/?q=a%2Fb&page=2")).await;
        assert_eq!(
            answer.expect(308).location(),
            format!("{path}?q=a%2Fb&page=2")
        );
        let head = stage
            .console
            .request(Requester::Browser, Method::HEAD, &format!("{path}/"));
        assert_eq!(
            stage
                .console
                .send(head, Vec::new())
                .await
                .expect(308)
                .location(),
            path
        );
    }
    for unknown in [
        "/nowhere/",
        "/w/default/nowhere/",
        "//evil.example/",
        "/me//",
    ] {
        stage.console.get(unknown).await.expect(404);
    }
    let list = format!("{executions}/");
    let posted = stage.console.post(Requester::Browser, &list, &[]);
    posted.await.expect(405);
}
