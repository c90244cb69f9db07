//! The failure before another one is read once for every change.

use std::sync::Arc;

use super::*;
use crate::domain::Failure;

#[tokio::test]
async fn previous_failures_are_read_again_once_something_changes() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let (first, second) = (execution("One", 1, Failed), execution("One", 2, Failed));
    put(store, &[first.clone(), second.clone()]).await;
    let previous = async || store.previous_failures(&[&second.arn]).await.unwrap();
    let read = previous().await;
    assert_eq!(read[&second.arn].execution.arn, first.arn);
    assert!(Arc::ptr_eq(&read, &previous().await), "nothing changed");

    let failure = Failure {
        step: None,
        reason: Some("words".into()),
    };
    let known = store.set_failure(&first.arn, &failure, false, first.modified);
    known.await.unwrap();
    assert_eq!(previous().await[&second.arn].failure, Some(failure));

    let retried = Execution {
        modified: Some(at(900)),
        ..execution("One", 1, Executing)
    };
    put(store, &[retried]).await;
    assert!(previous().await.is_empty());
}
