//! Rules that ask for tags.

use super::stub::arn;
use super::*;
use crate::domain::AwsErrorKind;

#[tokio::test]
async fn one_search_returns_the_tags_of_all_pipelines() {
    let Fixture {
        stub,
        catalog,
        _state,
        ..
    } = Fixture::build().await;
    let scope = scope(vec![rule(Role::Operator, "*", Some("open"))]);
    let first = catalog
        .authorize(&scope, "main", "open-one", Role::Viewer)
        .await;
    assert_eq!(
        first.unwrap().role,
        Role::Operator,
        "nothing was read before"
    );
    assert_eq!(stub.asked(), ["ListPipelines", "Search"]);
    for _ in 0..3 {
        catalog
            .authorize(&scope, "main", "open-two", Role::Viewer)
            .await
            .unwrap();
        catalog
            .known_grant(&scope, "main", "open-two", Role::Operator)
            .await
            .unwrap();
        catalog
            .authorize(&scope, "main", "secret", Role::Viewer)
            .await
            .unwrap_err();
    }
    assert_eq!(stub.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn one_look_finds_on_which_pipelines_of_a_list_somebody_may_not_act() {
    let Fixture {
        stub,
        catalog,
        _state,
        ..
    } = Fixture::build().await;
    let names = ["open-one", "open-two", "secret"];
    for rules in [
        vec![
            rule(Role::Viewer, "*", None),
            rule(Role::Operator, "*", Some("open")),
        ],
        vec![rule(Role::Viewer, "*", None)],
        vec![rule(Role::Operator, "*", None)],
        vec![rule(Role::Operator, "open-*", None)],
    ] {
        let scope = scope(rules);
        let each = names.map(|name| {
            let grant = catalog.known_grant(&scope, "main", name, Role::Operator);
            async move { grant.await.err().map(|why| (name.to_owned(), why)) }
        });
        let each: HashMap<String, AccessError> = futures_util::future::join_all(each)
            .await
            .into_iter()
            .flatten()
            .collect();
        stub.asked();
        let at_once = catalog
            .known_refusals(&scope, "main", &names, Role::Operator)
            .await;
        assert_eq!(at_once.unwrap(), each);
        assert_eq!(stub.asked(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn an_action_is_decided_by_the_tags_of_this_moment() {
    let Fixture {
        stub,
        catalog,
        _state,
        ..
    } = Fixture::build().await;
    let scope = scope(vec![
        rule(Role::Viewer, "*", None),
        rule(Role::Operator, "*", Some("open")),
    ]);
    let authorize = async || {
        catalog
            .authorize(&scope, "main", "open-one", Role::Operator)
            .await
    };
    authorize().await.unwrap();
    stub.asked();
    stub.world().pipelines[0].1 = Some("other".into());
    assert!(matches!(
        authorize().await,
        Err(AccessError::Forbidden(Forbidden::RoleTooLow { .. }))
    ));
    assert_eq!(stub.asked(), ["ListTags"]);
    let shown = catalog
        .known_grant(&scope, "main", "open-one", Role::Operator)
        .await;
    assert!(shown.is_err(), "pages show what was read last");
    stub.world().pipelines[0].1 = Some("open".into());
    authorize().await.unwrap();
}

#[tokio::test]
async fn tags_that_cannot_be_read_allow_nothing() {
    let Fixture {
        stub,
        catalog,
        _state,
        ..
    } = Fixture::build().await;
    let by_tag = scope(vec![rule(Role::Operator, "*", Some("open"))]);
    catalog
        .authorize(&by_tag, "main", "open-one", Role::Operator)
        .await
        .unwrap();
    stub.world().refused = vec!["ListTags"];
    let denied = catalog
        .authorize(&by_tag, "main", "open-one", Role::Operator)
        .await;
    let Err(AccessError::ReadError(ReadError::Unavailable(failure))) = denied else {
        panic!("{denied:?}");
    };
    assert_eq!(failure.kind, AwsErrorKind::AccessDenied);
    // Where no tags could take it away, none are asked for.
    let whatever = scope(vec![
        rule(Role::Operator, "open-*", None),
        rule(Role::Admin, "*", Some("open")),
    ]);
    catalog
        .authorize(&whatever, "main", "open-one", Role::Operator)
        .await
        .unwrap();
    let denying = scope(vec![
        rule(Role::Admin, "*", None),
        deny(rule(Role::Operator, "*", Some("secret"))),
    ]);
    catalog
        .authorize(&denying, "main", "open-one", Role::Viewer)
        .await
        .unwrap();
    catalog
        .authorize(&denying, "main", "open-one", Role::Operator)
        .await
        .unwrap_err();
}

#[tokio::test]
async fn where_search_is_refused_pipelines_are_read_one_by_one() {
    let Fixture {
        stub,
        catalog,
        _state,
        ..
    } = Fixture::build().await;
    stub.world().refused = vec!["Search"];
    let scope = scope(vec![rule(Role::Operator, "*", Some("open"))]);
    let visible = visible_names(&catalog, &scope).await.unwrap();
    assert_eq!(visible, ["open-one", "open-two"]);
    let asked = stub.asked();
    assert_eq!(
        asked.iter().filter(|one| *one == "ListTags").count(),
        3,
        "{asked:?}"
    );
}

#[tokio::test]
async fn where_no_tags_can_be_read_it_stays_unknown_whether_there_is_one() {
    let Fixture {
        stub,
        catalog,
        _state,
        ..
    } = Fixture::build().await;
    stub.world().refused = vec!["Search", "ListTags"];
    let scope = scope(vec![
        rule(Role::Viewer, "open-two", None),
        rule(Role::Operator, "*", Some("open")),
    ]);
    let visible = visible_names(&catalog, &scope).await.unwrap();
    assert_eq!(visible, ["open-two"]);
    let hidden = catalog
        .authorize(&scope, "main", "secret", Role::Viewer)
        .await;
    assert!(
        matches!(
            hidden,
            Err(AccessError::ReadError(ReadError::Unavailable(_)))
        ),
        "{hidden:?}"
    );
    for name in ["open-one", "none"] {
        let answer = catalog.authorize(&scope, "main", name, Role::Viewer).await;
        assert_eq!(answer, hidden, "{name}");
    }
    catalog
        .authorize(&scope, "main", "open-two", Role::Viewer)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_pipeline_of_another_spelling_has_the_tags_of_its_arn() {
    let Fixture {
        stub,
        catalog,
        _state,
        ..
    } = Fixture::build().await;
    stub.world()
        .pipelines
        .push(("Open-Three".into(), Some("open".into())));
    assert_ne!(arn("Open-Three"), arn("open-one"));
    let scope = scope(vec![rule(Role::Viewer, "*", Some("open"))]);
    catalog
        .authorize(&scope, "main", "Open-Three", Role::Viewer)
        .await
        .unwrap();
    catalog
        .authorize(&scope, "main", "open-three", Role::Viewer)
        .await
        .unwrap_err();
}
