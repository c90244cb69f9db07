//! Nothing is told of a hidden pipeline, by no query.

use super::stub::{arn, execution_arn};
use super::*;
use crate::domain::StepMetadata;

const SECRET: &str = "secret0000";

/// What every query that takes a pipeline's name answers about this one, as text. Versions and
/// times may differ.
async fn by_name(catalog: &Catalog, scope: &Scope, name: &str) -> Vec<(&'static str, String)> {
    fn told<T>(answer: Result<T, impl std::fmt::Debug>) -> String {
        match answer {
            Ok(_) => "told".to_owned(),
            Err(why) => format!("{why:?}"),
        }
    }
    let query = ExecutionQuery::default();
    vec![
        (
            "may see",
            told(catalog.may(scope, "main", name, Role::Viewer).await),
        ),
        (
            "may act",
            told(catalog.may(scope, "main", name, Role::Operator).await),
        ),
        (
            "standing",
            told(catalog.standing(scope, "main", name, Role::Admin).await),
        ),
        (
            "pipeline",
            told(catalog.pipeline(scope, "main", name).await),
        ),
        ("detail", told(catalog.detail(scope, "main", name).await)),
        (
            "information",
            told(catalog.information(scope, "main", name).await),
        ),
        (
            "executions",
            told(catalog.executions(scope, "main", name, &query).await),
        ),
        (
            "execution",
            told(catalog.execution(scope, "main", name, SECRET).await),
        ),
        (
            "running",
            told(catalog.newest_running(scope, "main", name).await),
        ),
        (
            "now",
            told(catalog.execution_now(scope, "main", name, SECRET).await),
        ),
    ]
}

#[tokio::test]
async fn a_hidden_pipeline_is_answered_like_one_that_is_not_there_and_after_the_same_calls() {
    for (way, scope) in partial() {
        let House {
            stub,
            catalog,
            _state,
            ..
        } = House::build().await;
        // Whoever sees everything has looked at all of it.
        for (query, answer) in by_name(&catalog, &everything(), "secret").await {
            let lesser = query == "standing" || answer == "told";
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
        assert_eq!(hidden, absent, "{way}");
        for (query, answer) in hidden {
            assert!(
                answer.ends_with("Pipeline") || answer.ends_with("Pipeline)"),
                "{query}"
            );
        }
        // Where the name is given a role whatever its tags, that there is none is no secret.
        assert_eq!(calls, stub.asked(), "{way}");
        assert_eq!(calls, Vec::<String>::new(), "{way}");
        for name in ["", "a/b", &arn("secret"), "SECRET", "open-*"] {
            for (query, answer) in by_name(&catalog, &scope, name).await {
                assert_ne!(answer, "told", "{way}: {query} of {name}");
            }
        }
        for (query, answer) in by_name(&catalog, &scope, "open-one").await {
            let told = answer == "told" || ["standing", "execution", "now"].contains(&query);
            assert!(told, "{way}: {query}: {answer}");
        }
    }
}

#[tokio::test]
async fn lists_counts_and_searches_know_nothing_of_a_hidden_pipeline() {
    for (way, scope) in partial() {
        let House {
            stub,
            catalog,
            _state,
            ..
        } = House::build().await;
        stub.world().refused = vec!["DescribePipelineExecution"];
        let whole = catalog
            .pipelines(&everything(), "main", &pipelines(""))
            .await
            .unwrap();
        assert_eq!((whole.value.all, whole.value.executing), (3, 3), "{way}");
        for (search, matching) in [("", 2), ("secret", 0), ("OPEN", 2), ("one", 1)] {
            let told = catalog
                .pipelines(&scope, "main", &pipelines(search))
                .await
                .unwrap();
            let list = &told.value;
            assert_eq!(
                (list.all, list.total, list.pages),
                (2, matching, 1),
                "{way}: {search}"
            );
            assert_eq!(
                (list.executing, list.rows.len() as u64),
                (matching, matching),
                "{way}"
            );
            assert!(!format!("{told:?}").contains("secret"), "{way}: {told:?}");
        }
        for sort in [
            PipelineSort::Name,
            PipelineSort::Running,
            PipelineSort::LastExecution,
        ] {
            for descending in [false, true] {
                let query = PipelineQuery {
                    sort,
                    descending,
                    ..pipelines("")
                };
                let told = catalog.pipelines(&scope, "main", &query).await.unwrap();
                assert_eq!(told.value.rows.len(), 2, "{way}: {sort:?}");
            }
        }
        let visible = catalog.visible(&scope, "main").await.unwrap();
        let names = ["open-one", "open-two"].map(str::to_owned);
        assert_eq!(visible, Visible::Names(names.into()), "{way}");
        assert!(visible.has("open-one") && !visible.has("secret"));
        for (name, taken) in [("open-one-run", true), ("secret-run", false)] {
            let told = catalog.display_name_taken(&scope, "main", name).await;
            assert_eq!(told, taken, "{way}: {name}");
            assert!(
                catalog
                    .display_name_taken(&everything(), "main", name)
                    .await
            );
        }
        let models = catalog.model_package_groups(&scope, "main").await.unwrap();
        assert!(models.value.is_empty(), "{way}");
    }
    let House {
        catalog, _state, ..
    } = House::build().await;
    let visible = catalog.visible(&everything(), "main").await.unwrap();
    assert_eq!(visible, Visible::All);
    let models = catalog
        .model_package_groups(&everything(), "main")
        .await
        .unwrap();
    assert_eq!(models.value.len(), 1);
}

#[tokio::test]
async fn aws_own_words_about_all_pipelines_are_for_those_who_see_all() {
    let House {
        stub,
        catalog,
        _state,
        ..
    } = House::build().await;
    stub.world().refused = vec!["DescribePipelineExecution"];
    // A running execution that the search leaves out is described, and that is refused.
    let _ = catalog
        .pipelines(&everything(), "main", &pipelines(""))
        .await
        .unwrap();
    stub.world().runs.clear();
    tokio::time::sleep(std::time::Duration::from_millis(3_100)).await;
    let query = pipelines("");
    let told = catalog
        .pipelines(&everything(), "main", &query)
        .await
        .unwrap();
    assert!(told.troubles[0].message.contains("secret"), "{told:?}");
    for (way, scope) in partial() {
        let told = catalog.pipelines(&scope, "main", &query).await.unwrap();
        assert_eq!(
            told.troubles[0].code.as_deref(),
            Some("AccessDeniedException")
        );
        assert!(!format!("{told:?}").contains("secret"), "{way}: {told:?}");
        let query = ExecutionQuery::default();
        let told = catalog
            .executions(&scope, "main", "open-one", &query)
            .await
            .unwrap();
        assert!(!told.troubles.is_empty());
        assert!(!format!("{told:?}").contains("secret"), "{way}: {told:?}");
    }
}

#[tokio::test]
async fn a_workspace_in_which_nothing_is_given_does_not_exist() {
    let House {
        stub,
        catalog,
        _state,
        ..
    } = House::build().await;
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
    assert_eq!(catalog.visible(&scope, "main").await.unwrap_err(), gone);
    assert_eq!(
        catalog
            .model_package_groups(&scope, "main")
            .await
            .unwrap_err(),
        gone
    );
    assert!(
        !catalog
            .display_name_taken(&scope, "main", "open-one-run")
            .await
    );
    assert_eq!(stub.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn an_execution_is_told_under_its_own_pipeline_alone() {
    let House {
        stub,
        catalog,
        _state,
        ..
    } = House::build().await;
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
    for (id, said_to_be_of, found) in [
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
            said_to_be_of,
            is_old: false,
        });
        // No list and no search tells it.
        let arn = execution_arn("open-one", &id);
        let answer = find("open-one", &id).await;
        assert_eq!(answer.is_none(), found, "{arn}: {answer:?}");
    }
}

#[tokio::test]
async fn a_job_is_told_of_a_step_of_a_visible_execution_alone() {
    let House {
        catalog, _state, ..
    } = House::build().await;
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
    for (way, scope) in partial() {
        let job = async |view: &ExecutionView, record: &StepRecord| {
            let told = catalog.step_job(&scope, "main", view, record).await;
            told.unwrap().is_some()
        };
        assert!(job(&view, &view.steps[0]).await, "{way}");
        assert!(!job(&secret, &secret.steps[0]).await, "{way}");
        let mut foreign = view.steps[0].clone();
        foreign.metadata = StepMetadata {
            arn: Some("arn:aws:sagemaker:eu-central-1:123456789012:training-job/other".into()),
            ..foreign.metadata
        };
        assert!(!job(&view, &foreign).await, "{way}");
        let borrowed = ExecutionView {
            pipeline: view.pipeline.clone(),
            ..secret.clone()
        };
        assert!(!job(&borrowed, &secret.steps[0]).await, "{way}");
    }
}
