//! Everybody sees the activity of the pipelines that they may see, and no more.

use super::rights::ruled;
use super::*;
use crate::access::Role;

/// Ana started two executions and had a request rejected; so had Bob, and somebody unknown.
async fn busy() -> Fixture {
    let fixture = Fixture::build().await;
    fixture.start(&fixture.start_ticket(), "one").await.unwrap();
    fixture.start(&fixture.start_ticket(), "two").await.unwrap();
    fixture.start("forged", "three").await.unwrap_err();
    let bob = named("bob");
    let ticket = fixture
        .ledger
        .ticket(&bob, Action::Start, "default", "daily");
    fixture.advance(24 * 60 * 60);
    fixture
        .ledger
        .act(&bob, &ticket, start("four"))
        .await
        .unwrap_err();
    fixture
        .ledger
        .record_rejection(RejectedRequest {
            person: None,
            origin: &RequestOrigin::default(),
            action: None,
            workspace: None,
            pipeline: None,
            target: Some("/w/default/pipelines"),
            reason: RejectionReason::UntrustedPeer,
            detail: None,
        })
        .await;
    fixture
}

fn named(name: &str) -> Scope {
    Scope::everything(
        Person {
            name: name.into(),
            ..Person::local()
        },
        RequestOrigin::default(),
        false,
    )
}

async fn seen(fixture: &Fixture, scope: &Scope, query: &ActivityQuery) -> Vec<String> {
    let found = fixture.ledger.activity(scope, query).await.unwrap();
    let line = |entry: &ActivityEntry| {
        let person = entry.person.as_deref().unwrap_or("–");
        format!("{person} {}", entry.outcome.as_str())
    };
    found.entries.iter().map(line).collect()
}

#[tokio::test]
async fn an_admin_of_all_sees_everything_newest_first() {
    let fixture = busy().await;
    let all = seen(&fixture, &ana(), &ActivityQuery::default()).await;
    assert_eq!(
        all,
        [
            "– denied",
            "bob denied",
            "ana denied",
            "ana done",
            "ana done"
        ]
    );
    let admin = ruled(Role::Admin, "*", false);
    let as_admin = seen(&fixture, &admin, &ActivityQuery::default()).await;
    assert_eq!(as_admin, all);
}

#[tokio::test]
async fn others_see_what_was_done_and_their_own_rejected_requests() {
    let fixture = busy().await;
    let query = ActivityQuery::default();
    let viewer = ruled(Role::Viewer, "da*", false);
    let shown = seen(&fixture, &viewer, &query).await;
    assert_eq!(shown, ["ana denied", "ana done", "ana done"]);
    let elsewhere = ruled(Role::Admin, "other", false);
    // One's own rejected requests are not a secret.
    assert_eq!(seen(&fixture, &elsewhere, &query).await, ["ana denied"]);
    let of_it = ruled(Role::Admin, "daily", false);
    assert_eq!(
        seen(&fixture, &of_it, &query).await,
        ["bob denied", "ana denied", "ana done", "ana done"]
    );
}

#[tokio::test]
async fn details_are_for_admins_and_for_oneself() {
    let fixture = busy().await;
    fixture.start(&fixture.start_ticket(), "x").await.unwrap();
    let bob = Person {
        name: "bob".into(),
        groups: vec!["ops".into()],
        ..Person::local()
    };
    let rules = ruled(Role::Viewer, "*", false);
    let rules: Vec<_> = rules
        .rules()
        .unwrap()
        .iter()
        .map(|(rule, _)| (**rule).clone())
        .collect();
    let scope = crate::access::Policy::new(rules, false).scope(bob, RequestOrigin::default());
    let query = ActivityQuery {
        person_like: "AN".into(),
        ..ActivityQuery::default()
    };
    let of_ana = fixture.ledger.activity(&scope, &query).await.unwrap();
    assert_eq!(of_ana.entries.len(), 3);
    assert!(of_ana.entries.iter().all(|entry| entry.details.is_none()));
    let own = fixture.ledger.activity(&ana(), &query).await.unwrap();
    let details = own.entries[0].details.as_ref().unwrap();
    assert_eq!(details["aws_request_id"], "request-7");
}

#[tokio::test]
async fn every_filter_holds() {
    let fixture = busy().await;
    let count = async |query: ActivityQuery| seen(&fixture, &ana(), &query).await.len();
    let blank = ActivityQuery::default;
    let now = fixture.ledger.now();
    let yesterday = now - SignedDuration::from_hours(12);
    for (query, expected) in [
        (
            ActivityQuery {
                person_like: "BO".into(),
                ..blank()
            },
            1,
        ),
        (
            ActivityQuery {
                pipeline_like: "AIL".into(),
                ..blank()
            },
            4,
        ),
        (
            ActivityQuery {
                pipeline: Some("dail".into()),
                ..blank()
            },
            0,
        ),
        (
            ActivityQuery {
                workspace: Some("default".into()),
                ..blank()
            },
            4,
        ),
        (
            ActivityQuery {
                workspace: Some("other".into()),
                ..blank()
            },
            0,
        ),
        (
            ActivityQuery {
                action: Some(Action::Start),
                ..blank()
            },
            4,
        ),
        (
            ActivityQuery {
                action: Some(Action::Stop),
                ..blank()
            },
            0,
        ),
        (
            ActivityQuery {
                outcome: Some(OutcomeKind::Denied),
                ..blank()
            },
            3,
        ),
        (
            ActivityQuery {
                outcome: Some(OutcomeKind::Done),
                ..blank()
            },
            2,
        ),
        (
            ActivityQuery {
                outcome: Some(OutcomeKind::Open),
                ..blank()
            },
            0,
        ),
        (
            ActivityQuery {
                from: Some(yesterday),
                ..blank()
            },
            2,
        ),
        (
            ActivityQuery {
                to: Some(yesterday),
                ..blank()
            },
            3,
        ),
        (
            ActivityQuery {
                before: Some(3),
                ..blank()
            },
            1,
        ),
    ] {
        let asked = format!("{query:?}");
        assert_eq!(count(query).await, expected, "{asked}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap() {
    let fixture = Fixture::build().await;
    for number in 0..105 {
        let name = format!("run-{number}");
        fixture.start(&fixture.start_ticket(), &name).await.unwrap();
    }
    let mut query = ActivityQuery::default();
    let first = fixture.ledger.activity(&ana(), &query).await.unwrap();
    assert_eq!(first.entries.len(), ACTIVITY_PAGE_ROWS);
    query.before = first.older;
    let second = fixture.ledger.activity(&ana(), &query).await.unwrap();
    assert_eq!((second.entries.len(), second.older), (5, None));
    let names: Vec<_> = first
        .entries
        .iter()
        .chain(&second.entries)
        .map(|entry| entry.name.clone().unwrap())
        .collect();
    let expected: Vec<_> = (0..105).rev().map(|n| format!("run-{n}")).collect();
    assert_eq!(names, expected);
}
