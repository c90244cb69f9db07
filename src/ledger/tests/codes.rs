//! Rows and records hold codes and values, never a sentence.

use super::rights::ruled;
use super::stub::Fault;
use super::*;
use crate::access::Role;
use crate::domain::{AwsError, AwsErrorKind, Service};
use serde_json::Value;

/// Texts that are values: what a person wrote, what AWS answered, what a browser calls itself.
const VALUES: [&str; 7] = [
    "reason",
    "description",
    "name",
    "message",
    "user_agent",
    "parameters",
    "groups",
];

/// Collects every text of a body that a sentence could be in, with its path.
fn texts(path: &str, value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => found.push((path.to_owned(), text.clone())),
        Value::Array(values) => values.iter().for_each(|value| texts(path, value, found)),
        Value::Object(fields) => {
            for (name, value) in fields
                .iter()
                .filter(|(name, _)| !VALUES.contains(&name.as_str()))
            {
                texts(&format!("{path}/{name}"), value, found);
            }
        }
        _ => {}
    }
}

async fn sentences(fixture: &Fixture) -> Vec<(String, String)> {
    let bodies: Vec<(String,)> = sqlx::query_as("SELECT body FROM records")
        .fetch_all(&fixture.pools.reader)
        .await
        .unwrap();
    let mut found = Vec::new();
    for (body,) in &bodies {
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["version"], 2, "{body}");
        texts("", &body, &mut found);
    }
    let rows: Vec<(Option<String>, Option<String>)> = sqlx::query_as(
        "SELECT code, message FROM outcomes WHERE kind = 'not_found' OR request_id IS NULL",
    )
    .fetch_all(&fixture.pools.reader)
    .await
    .unwrap();
    for (code, message) in rows {
        let columns = [("row/code", code), ("row/message", message)];
        found.extend(
            columns
                .into_iter()
                .filter_map(|(name, text)| Some((name.to_owned(), text?))),
        );
    }
    found.retain(|(_, text)| text.contains(' '));
    found
}

#[tokio::test]
async fn no_rejected_action_leaves_a_sentence() {
    let fixture = Fixture::build().await;
    fixture.stub.add("abc", "run", "Succeeded");
    fixture.stub.add("abd", "run", "Executing");
    let used = fixture.start_ticket();
    fixture.start(&used, "one").await.unwrap();
    let old = fixture.start_ticket();
    fixture.start("forged", "two").await.unwrap_err();
    fixture.start(&used, "two").await.unwrap_err();
    fixture.act(Action::Stop, "abc").await.unwrap_err();
    fixture.act(Action::Stop, "none").await.unwrap_err();
    for scope in [
        ruled(Role::Viewer, "*", false),
        ruled(Role::Operator, "*", true),
        ruled(Role::Operator, "other-*", false),
    ] {
        let ticket = fixture
            .ledger
            .ticket(&scope, Action::Stop, "default", "abd");
        let stop = act(Action::Stop, "abd");
        fixture.ledger.act(&scope, &ticket, stop).await.unwrap_err();
    }
    fixture.advance(12 * 60 * 60 + 1);
    fixture.start(&old, "three").await.unwrap_err();
    assert_eq!(fixture.count("records").await, 2 + 8);
    assert_eq!(sentences(&fixture).await, []);
}

#[tokio::test]
async fn no_outcome_leaves_a_sentence_but_for_the_message_of_aws() {
    let fixture = Fixture::build().await;
    fixture.stub.add("abc", "run", "Executing");
    fixture.stub.world().faults.push_back(Fault::Refused);
    fixture
        .start(&fixture.start_ticket(), "one")
        .await
        .unwrap_err();
    let lost = [Fault::RequestLost, Fault::RequestLost];
    fixture.stub.world().faults.extend(lost);
    fixture.stub.world().down = true;
    let start = fixture.start_ticket();
    fixture.start(&start, "two").await.unwrap_err();
    fixture.advance(61);
    fixture.stub.world().down = false;
    fixture.at_rest().await;
    let not_found = ActionError::NotFound(NotFoundReason::NoExecutionWithThatName);
    assert_eq!(fixture.start(&start, "two").await, Err(not_found));
    let message: (String,) = sqlx::query_as("SELECT message FROM outcomes WHERE kind = 'refused'")
        .fetch_one(&fixture.pools.reader)
        .await
        .unwrap();
    assert_eq!(message.0, "No, for a reason");
    assert_eq!(sentences(&fixture).await, []);
    let found = fixture
        .ledger
        .activity(&ana(), &ActivityQuery::default())
        .await
        .unwrap();
    let explanations: Vec<_> = found
        .entries
        .into_iter()
        .map(|entry| entry.explanation)
        .collect();
    let refused = Explanation::Refused(AwsError {
        code: Some("ValidationException".into()),
        request_id: Some("request-7".into()),
        ..AwsError::new(
            Service::SageMaker,
            "StartPipelineExecution",
            AwsErrorKind::Refused,
            "No, for a reason",
        )
    });
    let not_found = Explanation::NotFound(NotFoundReason::NoExecutionWithThatName);
    assert_eq!(explanations, [Some(not_found), Some(refused)]);
}

#[tokio::test]
async fn every_reason_and_detail_of_a_rejection_is_kept_as_a_code_and_read_back() {
    let fixture = Fixture::build().await;
    let other = CodedDetail {
        code: "token_expired".into(),
        values: [("claim".to_owned(), "exp".to_owned())].into(),
    };
    let details = [
        RejectionDetail::Other(other),
        RejectionDetail::NotApplicable {
            reason: "already_stopped".into(),
        },
        RejectionDetail::NoWorkspace,
        RejectionDetail::NoPipeline,
        RejectionDetail::NoExecution,
        RejectionDetail::LesserRole {
            role: "viewer".into(),
            needed: "operator".into(),
            denied_by: Some(3),
        },
        RejectionDetail::SentFrom {
            origin: vec!["https://elsewhere.example".into()],
            fetch_site: Vec::new(),
        },
    ];
    let origin = RequestOrigin::default();
    let mut rejected: Vec<_> = RejectionReason::ALL.map(|reason| (reason, None)).into();
    rejected.extend(details.map(|detail| (RejectionReason::BadRequest, Some(detail))));
    for (reason, detail) in rejected.clone() {
        let rejected = RejectedRequest {
            person: None,
            origin: &origin,
            action: None,
            workspace: None,
            pipeline: None,
            target: Some("/path"),
            reason,
            detail,
        };
        fixture.ledger.record_rejection(rejected).await;
    }
    assert_eq!(sentences(&fixture).await, []);
    let found = fixture
        .ledger
        .activity(&ana(), &ActivityQuery::default())
        .await
        .unwrap();
    let read: Vec<_> = found
        .entries
        .iter()
        .rev()
        .map(|entry| match entry.explanation {
            Some(Explanation::Rejected(reason)) => (reason, entry.rejection_detail()),
            _ => panic!("{entry:?}"),
        })
        .collect();
    assert_eq!(read, rejected);
}

#[test]
fn a_sentence_is_read_from_version_1_but_cannot_be_written() {
    assert_eq!(RejectionDetail::coded(&"the token has expired"), None);
    let read = RejectionDetail::read(&"the token has expired".into());
    let Some(RejectionDetail::Sentence(sentence)) = &read else {
        panic!("{read:?}");
    };
    assert_eq!(sentence.as_str(), "the token has expired");
    assert_eq!(read.unwrap().value(), Value::Null);
}
