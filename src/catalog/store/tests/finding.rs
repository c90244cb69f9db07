//! Searching, filtering and sorting an execution list.

use super::*;
use crate::catalog::{EXECUTIONS_PER_PAGE, ExecutionSort};

#[tokio::test]
async fn search_matches_anywhere_in_any_case() {
    let fixture = fixture().await;
    let mut strange = execution("One", 1, Succeeded);
    strange.display_name = Some("100%_done".into());
    strange.description = Some("Größe der STRASSE".into());
    put(&fixture.store, &[strange, execution("One", 2, Succeeded)]).await;
    for (text, labels) in [
        ("RUN-2", vec!["run-2"]),
        ("eimer/2", vec!["run-2"]),
        ("ID0000", vec!["run-2", "100%_done"]),
        ("GRÖSSE", vec!["100%_done"]),
        ("größe", vec!["100%_done"]),
        ("GRÖße", vec!["100%_done"]),
        ("strasse", vec!["100%_done"]),
        ("0%_D", vec!["100%_done"]),
        ("%", vec!["100%_done"]),
        ("_", vec![]),
        ("done 100%", vec!["100%_done"]),
        ("'; --", vec![]),
    ] {
        let (found, total) = list(&fixture.store, &search(text)).await;
        assert_eq!(found, labels, "{text}");
        assert_eq!(total as usize, labels.len(), "{text}");
    }
}

#[tokio::test]
async fn a_thousand_executions_are_paged_counted_and_filtered() {
    let fixture = fixture().await;
    let status = |number: i64| if number % 10 == 0 { Failed } else { Succeeded };
    let all: Vec<_> = (0..1_000).map(|n| execution("One", n, status(n))).collect();
    put(&fixture.store, &all).await;
    put(&fixture.store, &[execution("Two", 1, Executing)]).await;
    let (_, counts) = page_of(&fixture.store, "arn:p/one", &search(""), at(0)).await;
    assert_eq!(counts, [(Failed, 100), (Succeeded, 900)]);
    let mut query = search("");
    query.page = 99;
    let (last, _) = page_of(&fixture.store, "arn:p/one", &query, at(0)).await;
    assert_eq!(
        (last.page, last.pages),
        (10, 10),
        "beyond the last is the last"
    );
    assert_eq!(last.rows.len(), EXECUTIONS_PER_PAGE as usize);
    assert_eq!(last.rows[99].execution.named().title(), "run-0");
    query.statuses = vec![Failed];
    query.from = Some(at(100));
    query.to = Some(at(200));
    let (few, _) = page_of(&fixture.store, "arn:p/one", &query, at(0)).await;
    let labels: Vec<_> = few.rows.iter().map(|row| row.execution.named()).collect();
    assert_eq!(labels[0].title(), "run-190");
    assert_eq!(labels.len(), 10);
}

#[tokio::test]
async fn executions_are_sorted_by_duration_with_the_unknown_last() {
    let fixture = fixture().await;
    let mut quick = execution("One", 1, Succeeded);
    quick.modified = Some(at(2));
    let mut unknown = execution("One", 3, Stopped);
    unknown.modified = None;
    let running = execution("One", 4, Executing);
    put(
        &fixture.store,
        &[quick, execution("One", 2, Failed), unknown, running],
    )
    .await;
    let mut query = search("");
    query.sort = ExecutionSort::Duration;
    let (found, _) = list(&fixture.store, &query).await;
    assert_eq!(found, ["run-4", "run-2", "run-1", "run-3"]);
    query.descending = false;
    let (found, _) = list(&fixture.store, &query).await;
    assert_eq!(found, ["run-1", "run-2", "run-4", "run-3"]);
    query.sort = ExecutionSort::Status;
    let (found, _) = list(&fixture.store, &query).await;
    assert_eq!(found, ["run-4", "run-2", "run-3", "run-1"]);
}
