//! Everybody sees what happened to the pipelines they may see, and no more.

use super::rights::ruled;
use super::*;
use crate::access::Role;

/// Ana started two executions and was refused one; Bob was refused everything.
async fn busy() -> House {
    let house = House::build().await;
    house.start(&house.start_ticket(), "one").await.unwrap();
    house.start(&house.start_ticket(), "two").await.unwrap();
    house.start("forged", "three").await.unwrap_err();
    let bob = named("bob");
    let ticket = house.ledger.ticket(&bob, Action::Start, "default", "daily");
    house.advance(24 * 60 * 60);
    house
        .ledger
        .start(&bob, &ticket, start("four"))
        .await
        .unwrap_err();
    house
        .ledger
        .refused(Refused {
            person: None,
            via: &RequestOrigin::default(),
            action: None,
            workspace: None,
            pipeline: None,
            target: Some("/w/default/pipelines"),
            reason: RefusedReason::UntrustedPeer,
            detail: None,
        })
        .await;
    house
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

async fn seen(house: &House, scope: &Scope, query: &ActivityQuery) -> Vec<String> {
    let found = house.ledger.activity(scope, query).await.unwrap();
    let told = |deed: &ActivityEntry| {
        let person = deed.person.as_deref().unwrap_or("–");
        format!("{person} {}", deed.outcome.as_str())
    };
    found.deeds.iter().map(told).collect()
}

#[tokio::test]
async fn an_admin_of_all_sees_everything_newest_first() {
    let house = busy().await;
    let all = seen(&house, &ana(), &ActivityQuery::default()).await;
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
    let as_admin = seen(&house, &admin, &ActivityQuery::default()).await;
    assert_eq!(as_admin, all);
}

#[tokio::test]
async fn others_see_what_was_done_and_what_was_refused_to_themselves() {
    let house = busy().await;
    let query = ActivityQuery::default();
    let viewer = ruled(Role::Viewer, "da*", false);
    let shown = seen(&house, &viewer, &query).await;
    assert_eq!(shown, ["ana denied", "ana done", "ana done"]);
    let elsewhere = ruled(Role::Admin, "other", false);
    // What was refused to oneself is no secret.
    assert_eq!(seen(&house, &elsewhere, &query).await, ["ana denied"]);
    let of_it = ruled(Role::Admin, "daily", false);
    assert_eq!(
        seen(&house, &of_it, &query).await,
        ["bob denied", "ana denied", "ana done", "ana done"]
    );
}

#[tokio::test]
async fn details_are_for_admins_and_for_oneself() {
    let house = busy().await;
    house.start(&house.start_ticket(), "x").await.unwrap();
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
    let of_ana = house.ledger.activity(&scope, &query).await.unwrap();
    assert_eq!(of_ana.deeds.len(), 3);
    assert!(of_ana.deeds.iter().all(|deed| deed.details.is_none()));
    let own = house.ledger.activity(&ana(), &query).await.unwrap();
    let details = own.deeds[0].details.as_ref().unwrap();
    assert_eq!(details["aws_request_id"], "request-7");
}

#[tokio::test]
async fn every_filter_holds() {
    let house = busy().await;
    let count = async |query: ActivityQuery| seen(&house, &ana(), &query).await.len();
    let blank = ActivityQuery::default;
    let now = house.ledger.now();
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
    let house = House::build().await;
    for number in 0..105 {
        let name = format!("run-{number}");
        house.start(&house.start_ticket(), &name).await.unwrap();
    }
    let mut query = ActivityQuery::default();
    let first = house.ledger.activity(&ana(), &query).await.unwrap();
    assert_eq!(first.deeds.len(), ACTIVITY_A_PAGE);
    query.before = first.older;
    let second = house.ledger.activity(&ana(), &query).await.unwrap();
    assert_eq!((second.deeds.len(), second.older), (5, None));
    let names: Vec<_> = first
        .deeds
        .iter()
        .chain(&second.deeds)
        .map(|deed| deed.name.clone().unwrap())
        .collect();
    let expected: Vec<_> = (0..105).rev().map(|n| format!("run-{n}")).collect();
    assert_eq!(names, expected);
}
