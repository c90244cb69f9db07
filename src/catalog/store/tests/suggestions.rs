//! What filters can ask for is found in all executions that somebody may see.

use super::*;
use crate::catalog::visible::VisiblePipelines;
use crate::domain::{FailedStep, FailedStepKind, Failure, Named};

#[tokio::test]
async fn values_are_suggested_once_each_and_of_visible_pipelines_only() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let listed = ["One", "Two"].map(pipeline);
    store.replace_pipelines(&listed, at(0)).await.unwrap();
    for (number, (name, person, step)) in [
        ("One", Some("bo"), "Train"),
        ("One", Some("ana"), "Train"),
        ("One", Some("bo"), "Evaluate"),
        ("Two", Some("carl"), "Secret"),
        ("Two", None, "Train"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut one = execution(name, number as i64, Failed);
        one.created_by.user_profile = person.map(str::to_owned);
        put(store, std::slice::from_ref(&one)).await;
        let failure = Failure {
            step: Some(FailedStep {
                name: step.into(),
                named: Named::new(step, None),
                kind: FailedStepKind::Work,
            }),
            reason: None,
        };
        let set = store.set_failure(&one.arn, &failure, false, one.modified);
        set.await.unwrap();
    }
    let some = VisiblePipelines::Only {
        names: ["One".into()].into(),
        arns: vec!["arn:p/one".into()],
    };
    for (visible, pipelines, starters, steps) in [
        (
            &VisiblePipelines::All,
            vec!["One", "Two"],
            vec!["ana", "bo", "carl"],
            vec!["Evaluate", "Secret", "Train"],
        ),
        (
            &some,
            vec!["One"],
            vec!["ana", "bo"],
            vec!["Evaluate", "Train"],
        ),
    ] {
        let found = store.suggested_pipelines(visible).await.unwrap();
        assert_eq!(found, pipelines);
        let found = store.suggested_starters(visible).await.unwrap();
        assert_eq!(found, starters);
        let found = store.suggested_failed_steps(visible).await.unwrap();
        assert_eq!(found, steps);
    }
}
