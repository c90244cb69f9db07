//! The list of pipelines.

use std::time::{Duration, Instant};

use super::*;
use crate::catalog::visible::VisiblePipelines;
use crate::catalog::{PipelineQuery, PipelineSort, PipelineState, RECENT_EXECUTIONS};

#[tokio::test]
async fn pipelines_come_with_their_newest_executions() {
    let fixture = fixture().await;
    let mut two = pipeline("Two");
    two.description = Some("Größer".into());
    let listed = [pipeline("One"), two, pipeline("three_%")];
    fixture
        .store
        .replace_pipelines(&listed, Timestamp::UNIX_EPOCH)
        .await
        .unwrap();
    let status = |number: i64| if number >= 28 { Executing } else { Succeeded };
    let runs: Vec<_> = (0..30).map(|n| execution("One", n, status(n))).collect();
    put(&fixture.store, &runs).await;
    put(&fixture.store, &[execution("Two", 99, Failed)]).await;
    let mut query = PipelineQuery {
        sort: PipelineSort::LastExecution,
        descending: true,
        page: 1,
        ..PipelineQuery::default()
    };
    let counts = fixture
        .store
        .count_pipelines(&"".into(), &VisiblePipelines::All)
        .await
        .unwrap();
    assert_eq!((counts.all, counts.matching, counts.executing), (3, 3, 2));
    let listed = fixture
        .store
        .list_pipelines(&query, &VisiblePipelines::All, 3)
        .await
        .unwrap();
    let names: Vec<_> = listed
        .rows
        .iter()
        .map(|row| row.pipeline.name.as_str())
        .collect();
    assert_eq!(names, ["Two", "One", "three_%"]);
    let one = &listed.rows[1];
    assert_eq!((one.running, one.recent.len()), (2, RECENT_EXECUTIONS));
    assert_eq!(one.recent[0].named.title(), "run-20", "oldest first");
    assert_eq!(one.last.as_ref().unwrap().named.title(), "run-29");
    assert_eq!(listed.rows[2].last, None);
    for (text, matching) in [("größer", (3, 1, 0)), ("ON", (3, 1, 2)), ("_%", (3, 1, 0))] {
        let counts = fixture
            .store
            .count_pipelines(&text.into(), &VisiblePipelines::All)
            .await
            .unwrap();
        assert_eq!(
            (counts.all, counts.matching, counts.executing),
            matching,
            "{text}"
        );
    }
    query.search = "ON".into();
    query.sort = PipelineSort::Status;
    assert_eq!(
        fixture
            .store
            .list_pipelines(&query, &VisiblePipelines::All, 1)
            .await
            .unwrap()
            .rows
            .len(),
        1
    );
}

#[tokio::test]
async fn pipelines_are_counted_listed_and_sorted_by_state() {
    let fixture = fixture().await;
    let mut old = pipeline("old");
    old.last_execution = Some(at(0));
    let names = ["good", "bad", "busy", "new"].map(pipeline);
    let listed: Vec<Pipeline> = names.into_iter().chain([old]).collect();
    fixture
        .store
        .replace_pipelines(&listed, Timestamp::UNIX_EPOCH)
        .await
        .unwrap();
    let runs = [
        execution("good", 1, Failed),
        execution("good", 2, Succeeded),
        execution("bad", 1, Failed),
        // The older one still runs.
        execution("busy", 1, Executing),
        execution("busy", 2, Failed),
    ];
    put(&fixture.store, &runs).await;
    let all = VisiblePipelines::All;
    let counts = fixture.store.count_pipelines(&"".into(), &all).await;
    let counts = counts.unwrap();
    for (state, expected) in [
        (None, vec!["busy", "bad", "good", "new", "old"]),
        (Some(PipelineState::Running), vec!["busy"]),
        (Some(PipelineState::Failing), vec!["busy", "bad"]),
        (Some(PipelineState::NeverRun), vec!["new"]),
    ] {
        let query = PipelineQuery {
            state,
            sort: PipelineSort::Status,
            ..PipelineQuery::default()
        };
        let total = counts.in_state(state);
        let list = fixture.store.list_pipelines(&query, &all, total).await;
        let rows = list.unwrap().rows.into_iter();
        let names: Vec<String> = rows.map(|row| row.pipeline.name).collect();
        assert_eq!(names, expected, "{state:?}");
        assert_eq!(total, expected.len() as u64, "{state:?}");
    }
    let found = fixture.store.count_pipelines(&"good".into(), &all).await;
    let found = found.unwrap();
    assert_eq!((found.all, found.matching, found.failing), (5, 1, 0));
}

#[tokio::test]
async fn a_pipeline_that_is_no_longer_listed_is_marked_with_its_executions() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let (one, two) = (pipeline("One"), pipeline("Two"));
    let both = [one.clone(), two.clone()];
    store.replace_pipelines(&both, at(1)).await.unwrap();
    let runs = [execution("One", 1, Failed), execution("Two", 1, Executing)];
    put(store, &runs).await;
    store.put_steps(&runs[1], &[]).await.unwrap();
    let gone = async |run: usize| {
        let found = store.execution(&runs[run].arn).await.unwrap();
        found.expect("kept").gone
    };
    let running = async || store.running(None).await.unwrap().len();
    // An incomplete list proves nothing.
    let listed = std::slice::from_ref(&one);
    store.add_pipelines(listed, at(100)).await.unwrap();
    assert_eq!((gone(1).await, running().await), (None, 1));
    store.replace_pipelines(listed, at(101)).await.unwrap();
    store.replace_pipelines(listed, at(102)).await.unwrap();
    assert!(store.pipeline_named("Two").await.unwrap().is_none());
    let any = "".into();
    let counts = store.count_pipelines(&any, &VisiblePipelines::All).await;
    assert_eq!(counts.unwrap().all, 1);
    assert_eq!((gone(0).await, gone(1).await), (None, Some(at(101))));
    assert_eq!(running().await, 0);
    assert!(store.steps(&runs[1].arn).await.unwrap().is_some());
    // A lagging index does not bring it back; a list does.
    put(store, &runs).await;
    assert_eq!(gone(1).await, Some(at(101)));
    store.replace_pipelines(&both, at(103)).await.unwrap();
    assert_eq!((gone(1).await, running().await), (None, 1));
    // Made anew: what began before is another pipeline's.
    let anew = Pipeline {
        created: Some(at(50)),
        ..one
    };
    let listed = [anew, two];
    store.replace_pipelines(&listed, at(104)).await.unwrap();
    assert_eq!((gone(0).await, gone(1).await), (Some(at(104)), None));
}

#[tokio::test]
async fn an_execution_that_was_gone_loses_its_mark_once_it_is_returned() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let run = execution("One", 1, Executing);
    let one = std::slice::from_ref(&run);
    put(store, one).await;
    for (source, is_gone) in [
        (ReadSource::Search, true),
        (ReadSource::Describe, false),
        (ReadSource::Summary, false),
    ] {
        store.mark_execution(&run.arn, at(7)).await.unwrap();
        store.mark_execution(&run.arn, at(8)).await.unwrap();
        let marked = store.execution(&run.arn).await.unwrap().unwrap();
        assert_eq!(marked.gone, Some(at(7)), "the first time stays");
        store.put_executions(one, source).await.unwrap();
        let found = store.execution(&run.arn).await.unwrap().unwrap();
        assert_eq!(found.gone.is_some(), is_gone, "{source:?}");
        let running = store.running(None).await.unwrap().len();
        assert_eq!(running, usize::from(!is_gone), "{source:?}");
        store
            .put_executions(one, ReadSource::Describe)
            .await
            .unwrap();
    }
    store.drop_execution(&run.arn).await.unwrap();
    assert!(store.execution(&run.arn).await.unwrap().is_none());
    for table in [
        "execution_texts",
        "execution_parameters",
        "execution_trigrams",
    ] {
        let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        let rows: i64 = sqlx::query_scalar(sql)
            .fetch_one(&fixture.pools.reader)
            .await
            .unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}

/// The large account, at the size the console is made for. The limits are far above what is
/// measured, so that only a query that stopped using its index exceeds them.
#[tokio::test]
async fn a_large_account_is_listed_without_reading_it_all() {
    let fixture = fixture().await;
    let names: Vec<_> = (0..500).map(|n| format!("Pipeline-{n:03}")).collect();
    let pipelines: Vec<_> = names.iter().map(|name| pipeline(name)).collect();
    fixture
        .store
        .replace_pipelines(&pipelines, Timestamp::UNIX_EPOCH)
        .await
        .unwrap();
    for name in &names[..100] {
        let runs: Vec<_> = (0..100).map(|n| execution(name, n, Succeeded)).collect();
        put(&fixture.store, &runs).await;
    }
    let query = PipelineQuery {
        descending: true,
        ..PipelineQuery::default()
    };
    let began = Instant::now();
    let counts = fixture
        .store
        .count_pipelines(&"".into(), &VisiblePipelines::All)
        .await
        .unwrap();
    let listed = fixture
        .store
        .list_pipelines(&query, &VisiblePipelines::All, counts.matching)
        .await
        .unwrap();
    assert_eq!((counts.all, listed.rows.len(), listed.pages), (500, 100, 5));
    assert!(
        listed
            .rows
            .iter()
            .all(|row| row.recent.len() == RECENT_EXECUTIONS)
    );
    assert!(
        began.elapsed() < Duration::from_secs(1),
        "{:?}",
        began.elapsed()
    );
}
