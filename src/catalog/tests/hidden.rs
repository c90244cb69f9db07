//! No query reveals anything of a hidden pipeline.

use super::stub::{arn, execution_arn};
use super::*;
use crate::domain::StepMetadata;

const SECRET: &str = "secret0000";

/// What every query that takes a pipeline's name answers about this one, as text. Versions and
/// times may differ.
async fn by_name(catalog: &Catalog, scope: &Scope, name: &str) -> Vec<(&'static str, String)> {
    fn outcome<T>(answer: Result<T, impl std::fmt::Debug>) -> String {
        match answer {
            Ok(_) => "answered".to_owned(),
            Err(error) => format!("{error:?}"),
        }
    }
    let query = ExecutionQuery::default();
    vec![
        (
            "may see",
            outcome(catalog.authorize(scope, "main", name, Role::Viewer).await),
        ),
        (
            "may act",
            outcome(catalog.authorize(scope, "main", name, Role::Operator).await),
        ),
        (
            "known grant",
            outcome(catalog.known_grant(scope, "main", name, Role::Admin).await),
        ),
        (
            "pipeline",
            outcome(catalog.pipeline(scope, "main", name).await),
        ),
        ("detail", outcome(catalog.detail(scope, "main", name).await)),
        (
            "information",
            outcome(catalog.information(scope, "main", name).await),
        ),
        (
            "executions",
            outcome(catalog.executions(scope, "main", name, &query).await),
        ),
        (
            "execution",
            outcome(catalog.execution(scope, "main", name, SECRET).await),
        ),
        (
            "running",
            outcome(catalog.newest_running(scope, "main", name).await),
        ),
        (
            "now",
            outcome(catalog.execution_now(scope, "main", name, SECRET).await),
        ),
    ]
}

async fn is_taken(catalog: &Catalog, scope: &Scope, name: &str) -> bool {
    let names = [name.to_owned()];
    let taken = catalog.display_names_taken(scope, "main", &names).await;
    !taken.is_empty()
}

#[tokio::test]
async fn a_hidden_pipeline_is_answered_like_one_that_is_not_there_and_after_the_same_calls() {
    for (case, scope) in partial() {
        let Fixture {
            stub,
            catalog,
            _state,
            ..
        } = Fixture::build().await;
        // Somebody who sees everything has looked at all of it.
        for (query, answer) in by_name(&catalog, &everything(), "secret").await {
            let lesser = query == "known grant" || answer == "answered";
            assert!(lesser, "{query}: {answer}");
        }
        let _ = catalog
            .pipelines(&scope, "main", &pipelines(""))
            .await
            .unwrap();
        stub.asked();
        let hidden = by_name(&catalog, &scope, "secret").await;
        let calls = stub.asked();
        let absent = by_name(&catalog, &scope, "sec-none").await;
        assert_eq!(hidden, absent, "{case}");
        for (query, answer) in hidden {
            assert!(
                answer.ends_with("Pipeline") || answer.ends_with("Pipeline)"),
                "{query}"
            );
        }
        // Where the name is given a role whatever its tags, that there is none is no secret.
        assert_eq!(calls, stub.asked(), "{case}");
        assert_eq!(calls, Vec::<String>::new(), "{case}");
        for name in ["", "a/b", &arn("secret"), "SECRET", "open-*"] {
            for (query, answer) in by_name(&catalog, &scope, name).await {
                assert_ne!(answer, "answered", "{case}: {query} of {name}");
            }
        }
        for (query, answer) in by_name(&catalog, &scope, "open-one").await {
            let read = answer == "answered" || ["known grant", "execution", "now"].contains(&query);
            assert!(read, "{case}: {query}: {answer}");
        }
    }
}

#[tokio::test]
async fn lists_counts_and_searches_know_nothing_of_a_hidden_pipeline() {
    for (case, scope) in partial() {
        let Fixture {
            stub,
            catalog,
            _state,
            ..
        } = Fixture::build().await;
        stub.world().refused = vec!["DescribePipelineExecution"];
        let whole = catalog
            .pipelines(&everything(), "main", &pipelines(""))
            .await
            .unwrap();
        assert_eq!(
            (whole.value.counts.all, whole.value.counts.executing),
            (3, 3),
            "{case}"
        );
        for (search, matching) in [("", 2), ("secret", 0), ("OPEN", 2), ("one", 1)] {
            let read = catalog
                .pipelines(&scope, "main", &pipelines(search))
                .await
                .unwrap();
            let list = &read.value;
            assert_eq!(
                (list.counts.all, list.total, list.pages),
                (2, matching, 1),
                "{case}: {search}"
            );
            assert_eq!(
                (list.counts.executing, list.rows.len() as u64),
                (matching, matching),
                "{case}"
            );
            assert!(!format!("{read:?}").contains("secret"), "{case}: {read:?}");
        }
        for sort in [
            PipelineSort::Name,
            PipelineSort::Status,
            PipelineSort::LastExecution,
        ] {
            for descending in [false, true] {
                let query = PipelineQuery {
                    sort,
                    descending,
                    ..pipelines("")
                };
                let read = catalog.pipelines(&scope, "main", &query).await.unwrap();
                assert_eq!(read.value.rows.len(), 2, "{case}: {sort:?}");
            }
        }
        let visible = visible_names(&catalog, &scope).await.unwrap();
        assert_eq!(visible, ["open-one", "open-two"], "{case}");
        for (name, taken) in [("open-one-run", true), ("secret-run", false)] {
            assert_eq!(
                is_taken(&catalog, &scope, name).await,
                taken,
                "{case}: {name}"
            );
            assert!(is_taken(&catalog, &everything(), name).await);
        }
        let models = catalog.model_package_groups(&scope, "main").await.unwrap();
        assert!(models.value.is_empty(), "{case}");
    }
    let Fixture {
        catalog, _state, ..
    } = Fixture::build().await;
    let workspace = catalog.workspace("main").unwrap();
    let visible = workspace.visible(&everything()).await.unwrap();
    assert_eq!(visible, VisiblePipelines::All);
    let models = catalog
        .model_package_groups(&everything(), "main")
        .await
        .unwrap();
    assert_eq!(models.value.len(), 1);
}

#[tokio::test]
async fn aws_own_messages_about_all_pipelines_are_for_those_who_see_all() {
    let Fixture {
        stub,
        catalog,
        clock,
        _state,
    } = Fixture::build().await;
    stub.world().refused = vec!["DescribePipelineExecution"];
    // A running execution that the search leaves out is described, and that is refused.
    let _ = catalog
        .pipelines(&everything(), "main", &pipelines(""))
        .await
        .unwrap();
    stub.world().runs.clear();
    clock.skip(Duration::from_secs(4));
    let query = pipelines("");
    let read = catalog
        .pipelines(&everything(), "main", &query)
        .await
        .unwrap();
    assert!(read.read_errors[0].message.contains("secret"), "{read:?}");
    for (case, scope) in partial() {
        let read = catalog.pipelines(&scope, "main", &query).await.unwrap();
        assert_eq!(
            read.read_errors[0].code.as_deref(),
            Some("AccessDeniedException")
        );
        assert!(!format!("{read:?}").contains("secret"), "{case}: {read:?}");
        let query = ExecutionQuery::default();
        let read = catalog
            .executions(&scope, "main", "open-one", &query)
            .await
            .unwrap();
        assert!(!read.read_errors.is_empty());
        assert!(!format!("{read:?}").contains("secret"), "{case}: {read:?}");
    }
}

#[tokio::test]
async fn a_workspace_in_which_nothing_is_given_does_not_exist() {
    let Fixture {
        stub,
        catalog,
        _state,
        ..
    } = Fixture::build().await;
    let elsewhere = Rule {
        workspaces: vec!["other".parse().unwrap()],
        ..rule(Role::Admin, "*", None)
    };
    let scope = scope(vec![elsewhere]);
    assert!(catalog.workspaces(&scope).is_empty());
    assert_eq!(catalog.workspaces(&everything()).len(), 1);
    for (query, answer) in by_name(&catalog, &scope, "open-one").await {
        assert!(answer.contains("Workspace"), "{query}: {answer}");
    }
    let gone = ReadError::Workspace;
    assert_eq!(
        catalog
            .pipelines(&scope, "main", &pipelines(""))
            .await
            .unwrap_err(),
        gone
    );
    assert_eq!(visible_names(&catalog, &scope).await.unwrap_err(), gone);
    assert_eq!(
        catalog
            .model_package_groups(&scope, "main")
            .await
            .unwrap_err(),
        gone
    );
    assert!(!is_taken(&catalog, &scope, "open-one-run").await);
    assert_eq!(stub.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn an_execution_is_shown_under_its_own_pipeline_alone() {
    let Fixture {
        stub,
        catalog,
        _state,
        ..
    } = Fixture::build().await;
    let all = everything();
    let find = async |pipeline: &str, id: &str| {
        let found = catalog.execution(&all, "main", pipeline, id).await;
        let now = catalog.execution_now(&all, "main", pipeline, id).await;
        assert_eq!(found.is_ok(), now.is_ok(), "{pipeline} {id}");
        found.map(|_| ()).err()
    };
    assert_eq!(find("secret", SECRET).await, None);
    assert_eq!(find("open-one", SECRET).await, Some(ReadError::Execution));
    // Found only by asking for it: SageMaker's own answer decides whose it is.
    for (id, answered_pipeline, found) in [
        (
            "shouted00",
            Some(arn("open-one").replace("open-one", "Open-One")),
            true,
        ),
        ("other0000", Some(arn("secret")), false),
        (
            "abroad000",
            Some(arn("open-one").replace("123456789012", "999999999999")),
            false,
        ),
    ] {
        let (pipeline, id) = ("open-one".to_owned(), id.to_owned());
        stub.world().runs.push(Run {
            pipeline,
            id: id.clone(),
            status: "Executing",
            answered_pipeline,
            is_unsearched: false,
        });
        // No list and no search returns it.
        let arn = execution_arn("open-one", &id);
        let answer = find("open-one", &id).await;
        assert_eq!(answer.is_none(), found, "{arn}: {answer:?}");
    }
}

#[tokio::test]
async fn a_job_is_shown_of_a_step_of_a_visible_execution_alone() {
    let Fixture {
        catalog, _state, ..
    } = Fixture::build().await;
    let id = "openxo0000";
    let view = catalog
        .execution(&everything(), "main", "open-one", id)
        .await
        .unwrap()
        .value;
    let secret = catalog
        .execution(&everything(), "main", "secret", SECRET)
        .await
        .unwrap()
        .value;
    for (case, scope) in partial() {
        let job = async |view: &ExecutionView, record: &StepRecord| {
            let read = catalog.step_job(&scope, "main", view, record).await;
            read.unwrap().is_some()
        };
        assert!(job(&view, &view.steps[0]).await, "{case}");
        assert!(!job(&secret, &secret.steps[0]).await, "{case}");
        let mut foreign = view.steps[0].clone();
        foreign.metadata = StepMetadata {
            arn: Some("arn:aws:sagemaker:eu-central-1:123456789012:training-job/other".into()),
            ..foreign.metadata
        };
        assert!(!job(&view, &foreign).await, "{case}");
        let mixed = ExecutionView {
            pipeline: view.pipeline.clone(),
            ..secret.clone()
        };
        assert!(!job(&mixed, &secret.steps[0]).await, "{case}");
    }
}
