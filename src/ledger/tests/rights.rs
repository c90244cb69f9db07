//! Who may do what is checked at the ledger itself, and what it rejects is written down.

use super::stub::arn;
use super::*;
use crate::access::{Forbidden, Pattern, Policy, Role, Rule};

fn rule(role: Role, pipeline: &str) -> Rule {
    Rule {
        number: 1,
        groups: vec!["ops".into()],
        people: Vec::new(),
        role,
        workspaces: vec![Pattern::any()],
        pipelines: vec![pipeline.parse().unwrap()],
        tags: Default::default(),
        deny: false,
    }
}

/// Ana, in the group `ops`, under one rule.
pub(super) fn ruled(role: Role, pipeline: &str, read_only: bool) -> Scope {
    let person = Person {
        name: "ana".into(),
        email: Some("ana@example.com".into()),
        groups: vec!["ops".into(), "all".into()],
        groups_known: true,
        source: crate::access::Source::Header,
    };
    let via = RequestOrigin {
        peer: Some([127, 0, 0, 1].into()),
        client: Some([192, 0, 2, 7].into()),
        request_id: "r-1".into(),
        user_agent: Some("Browser".into()),
    };
    Policy::new(vec![rule(role, pipeline)], read_only).scope(person, via)
}

async fn stop(fixture: &Fixture, scope: &Scope) -> Result<CompletedAction, ActionError> {
    let ticket = fixture.ledger.ticket(scope, Action::Stop, "default", "abc");
    let intent = act(Action::Stop, "abc");
    fixture.ledger.act(scope, &ticket, intent).await
}

pub(super) async fn last_body(fixture: &Fixture, event: &'static str) -> serde_json::Value {
    let (body,): (String,) =
        sqlx::query_as("SELECT body FROM records WHERE event = ? ORDER BY seq DESC LIMIT 1")
            .bind(event)
            .fetch_one(&fixture.pools.reader)
            .await
            .unwrap();
    serde_json::from_str(&body).unwrap()
}

#[tokio::test]
async fn without_the_role_nothing_is_called_and_the_attempt_is_written_down() {
    let fixture = Fixture::build().await;
    fixture.stub.add("abc", "run", "Executing");
    let cases = [
        (ruled(Role::Viewer, "*", false), "no_role"),
        (ruled(Role::Operator, "*", true), "read_only"),
        (ruled(Role::Operator, "other-*", false), "no_such"),
    ];
    for (scope, reason) in cases {
        let refused = stop(&fixture, &scope).await.unwrap_err();
        match reason {
            "no_role" => assert!(
                matches!(
                    refused,
                    ActionError::NotAllowed(Forbidden::RoleTooLow { .. })
                ),
                "{refused:?}"
            ),
            "read_only" => assert_eq!(refused, ActionError::NotAllowed(Forbidden::ReadOnly)),
            _ => assert_eq!(refused, ActionError::ReadError(ReadError::Pipeline)),
        }
        let body = last_body(&fixture, "denied").await;
        assert_eq!(body["refused_for"], reason);
        assert_eq!(body["target"], "abc");
        assert_eq!(body["client"], "192.0.2.7");
        assert_eq!(body["email"], "ana@example.com");
    }
    assert_eq!(fixture.stub.calls("StopPipelineExecution"), 0);
    assert_eq!(fixture.count("intents").await, 0);
}

#[tokio::test]
async fn an_answer_is_not_repeated_to_someone_who_lost_the_role() {
    let fixture = Fixture::build().await;
    fixture.stub.add("abc", "run", "Executing");
    let scope = ruled(Role::Operator, "daily", false);
    let ticket = fixture
        .ledger
        .ticket(&scope, Action::Stop, "default", "abc");
    let intent = act(Action::Stop, "abc");
    let done = fixture.ledger.act(&scope, &ticket, intent.clone()).await;
    done.unwrap();
    let lesser = ruled(Role::Viewer, "daily", false);
    let again = fixture.ledger.act(&lesser, &ticket, intent).await;
    assert!(
        matches!(again, Err(ActionError::NotAllowed(_))),
        "{again:?}"
    );
}

#[tokio::test]
async fn what_was_done_is_written_down_with_who_why_and_by_which_role() {
    let fixture = Fixture::build().await;
    fixture.stub.add("abc", "run", "Executing");
    stop(&fixture, &ruled(Role::Operator, "daily", false))
        .await
        .unwrap();
    let intent = last_body(&fixture, "intent").await;
    for (key, value) in [
        ("source", "header"),
        ("email", "ana@example.com"),
        ("role", "operator"),
        ("peer", "127.0.0.1"),
        ("client", "192.0.2.7"),
        ("request_id", "r-1"),
        ("user_agent", "Browser"),
        ("reason", "too dear"),
        ("operation", "StopPipelineExecution"),
        ("execution", &arn("abc")),
    ] {
        assert_eq!(intent[key], value, "{key}");
    }
    assert_eq!(intent["rule"], 1);
    assert_eq!(intent["groups"], serde_json::json!(["ops"]));
    let token = &fixture.stub.world().tokens[0].clone();
    assert_eq!(intent["client_request_token"], **token);
    let outcome = last_body(&fixture, "outcome").await;
    assert_eq!(outcome["outcome"], "done");
    assert_eq!(outcome["aws_request_id"], "request-7");
    assert!(outcome["ms"].is_u64());
}

#[tokio::test]
async fn of_the_parameters_only_those_that_differ_are_kept() {
    let fixture = Fixture::build().await;
    let request = start_with(|arguments| {
        arguments.parameters.push(ParameterValue {
            name: "Deep".into(),
            value: "7".into(),
        });
    });
    let ticket = fixture.start_ticket();
    fixture.ledger.act(&ana(), &ticket, request).await.unwrap();
    let body = last_body(&fixture, "intent").await;
    // The definition knows Depth, whose default is 5.
    assert_eq!(body["parameters"], serde_json::json!({"Deep": "7"}));
}

#[tokio::test]
async fn forged_expired_and_reused_tickets_are_written_down() {
    let fixture = Fixture::build().await;
    let (used, old) = (fixture.start_ticket(), fixture.start_ticket());
    fixture.start(&used, "one").await.unwrap();
    let attempts = [
        ("v1.no", "one", "forged_ticket"),
        (&used, "two", "reused_ticket"),
    ];
    for (ticket, name, reason) in attempts {
        fixture.start(ticket, name).await.unwrap_err();
        assert_eq!(last_body(&fixture, "denied").await["refused_for"], reason);
    }
    fixture.advance(12 * 60 * 60 + 1);
    fixture.start(&old, "three").await.unwrap_err();
    let body = last_body(&fixture, "denied").await;
    assert_eq!(body["refused_for"], "expired_ticket");
}

#[tokio::test]
async fn a_flood_of_rejected_requests_is_counted_and_not_kept() {
    let fixture = Fixture::build().await;
    for _ in 0..200 {
        fixture.start("v1.no", "run").await.unwrap_err();
    }
    fixture.advance(5);
    fixture.start("v1.no", "run").await.unwrap_err();
    let (kept,): (i64,) = sqlx::query_as("SELECT count(*) FROM records WHERE event = 'denied'")
        .fetch_one(&fixture.pools.reader)
        .await
        .unwrap();
    assert!((51..60).contains(&kept), "{kept}");
    let suppressed = last_body(&fixture, "denied").await["suppressed"].as_i64();
    assert_eq!(suppressed, Some(201 - kept));
}
