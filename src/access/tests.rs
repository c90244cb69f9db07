use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn person(name: &str, groups: &[&str]) -> Person {
    Person {
        name: name.to_owned(),
        email: Some(format!("{name}@Example.com")),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        groups_known: true,
        source: Source::Header,
    }
}

fn patterns(texts: &[&str]) -> Vec<Pattern> {
    texts
        .iter()
        .map(|text| text.parse().expect("a pattern"))
        .collect()
}

fn rule(role: Role, groups: &[&str], pipelines: &[&str]) -> Rule {
    Rule {
        number: 0,
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        people: Vec::new(),
        role,
        workspaces: patterns(&["*"]),
        pipelines: patterns(pipelines),
        tags: BTreeMap::new(),
        deny: false,
    }
}

fn policy(rules: Vec<Rule>) -> Policy {
    let rules = rules.into_iter().zip(1..);
    Policy::new(
        rules
            .map(|(rule, number)| Rule { number, ..rule })
            .collect(),
        false,
    )
}

fn pipeline(pipeline: &str) -> PipelineRef<'_> {
    PipelineRef {
        workspace: "prod",
        pipeline,
        tags: None,
    }
}

fn role(policy: &Policy, groups: &[&str], name: &str) -> Option<Role> {
    let scope = policy.scope(person("ada", groups), RequestOrigin::default());
    scope.grant(pipeline(name)).map(|grant| grant.role)
}

#[test]
fn nobody_may_do_what_no_rule_grants() {
    let nothing = Policy::default();
    assert_eq!(role(&nothing, &["ml"], "churn"), None);
    let some = policy(vec![rule(Role::Operator, &["ml"], &["churn-*"])]);
    assert_eq!(role(&some, &["ml"], "churn-daily"), Some(Role::Operator));
    assert_eq!(role(&some, &["ml"], "Churn-daily"), None);
    assert_eq!(role(&some, &["ml"], "abalone"), None);
    assert_eq!(role(&some, &["other"], "churn-daily"), None);
}

#[test]
fn no_rule_grants_what_another_denies() {
    let rules = vec![
        rule(Role::Admin, &["ml"], &["*"]),
        Rule {
            deny: true,
            ..rule(Role::Operator, &["ml"], &["pay-*"])
        },
        Rule {
            deny: true,
            ..rule(Role::Viewer, &["guests"], &["*"])
        },
        rule(Role::Admin, &["boss"], &["pay-*"]),
    ];
    let policy = policy(rules);
    assert_eq!(role(&policy, &["ml"], "churn"), Some(Role::Admin));
    assert_eq!(
        role(&policy, &["ml", "boss"], "pay-out"),
        Some(Role::Viewer)
    );
    assert_eq!(role(&policy, &["ml", "guests"], "churn"), None);
    let scope = policy.scope(person("ada", &["ml"]), RequestOrigin::default());
    assert!(scope.sees_all("prod"));
    let refused = scope.may(Role::Operator, pipeline("pay-out"));
    assert!(
        matches!(
            &refused,
            Err(Forbidden::RoleTooLow {
                denied_by: Some(2),
                ..
            })
        ),
        "{refused:?}"
    );
}

#[test]
fn a_refusal_names_the_groups_that_would_allow() {
    let policy = policy(vec![
        rule(Role::Viewer, &["everyone"], &["*"]),
        rule(Role::Operator, &["ml-ops", "churn-team"], &["churn-*"]),
        rule(Role::Admin, &["admins"], &["*"]),
        rule(Role::Operator, &["others"], &["abalone"]),
    ]);
    let scope = policy.scope(person("ada", &["everyone"]), RequestOrigin::default());
    let Err(Forbidden::RoleTooLow { groups, needed, .. }) =
        scope.may(Role::Operator, pipeline("churn-daily"))
    else {
        panic!("a viewer may not act");
    };
    assert_eq!(needed, Role::Operator);
    assert_eq!(groups, ["admins", "churn-team", "ml-ops"]);
    assert_eq!(
        policy
            .scope(person("bo", &[]), RequestOrigin::default())
            .may(Role::Viewer, pipeline("churn-daily")),
        Err(Forbidden::Hidden)
    );
}

#[test]
fn rules_with_tags_grant_nothing_and_deny_where_tags_are_unknown() {
    let tags: Tags = [("team".to_owned(), "retention".to_owned())].into();
    let tagged = |deny| Rule {
        tags: tags.clone(),
        deny,
        ..rule(Role::Viewer, &["ml"], &["*"])
    };
    let giving = policy(vec![tagged(false)]);
    let denying = policy(vec![rule(Role::Admin, &["ml"], &["*"]), tagged(true)]);
    let known = PipelineRef {
        tags: Some(&tags),
        ..pipeline("churn")
    };
    let other: Tags = [("team".to_owned(), "search".to_owned())].into();
    let others = PipelineRef {
        tags: Some(&other),
        ..pipeline("churn")
    };
    for (policy, pipeline_ref, sees) in [
        (&giving, known, true),
        (&giving, others, false),
        (&giving, pipeline("churn"), false),
        (&denying, known, false),
        (&denying, others, true),
        (&denying, pipeline("churn"), false),
    ] {
        let scope = policy.scope(person("ada", &["ml"]), RequestOrigin::default());
        assert_eq!(scope.sees(pipeline_ref), sees, "{pipeline_ref:?}");
        assert!(scope.depends_on_tags("prod"));
        assert!(!scope.sees_all("prod"));
    }
}

#[test]
fn nobody_gains_by_losing_the_header_with_their_groups() {
    let named = Rule {
        people: vec!["ada".to_owned()],
        ..rule(Role::Operator, &[], &["*"])
    };
    let denying = Rule {
        deny: true,
        ..rule(Role::Viewer, &["contractors"], &["pay-*"])
    };
    let policy = policy(vec![named, denying]);
    for (groups, groups_known, sees) in [
        (&["contractors"][..], true, false),
        (&["staff"][..], true, true),
        (&[][..], true, true),
        (&[][..], false, false),
    ] {
        let ada = Person {
            groups_known,
            ..person("ada", groups)
        };
        let scope = policy.scope(ada, RequestOrigin::default());
        assert_eq!(
            scope.sees(pipeline("pay-out")),
            sees,
            "{groups:?} {groups_known}"
        );
        assert!(scope.sees(pipeline("churn")));
    }
}

#[test]
fn people_are_named_exactly_or_by_their_e_mail_address() {
    let ada = person("ada", &[]);
    for (who, is) in [
        ("ada", true),
        ("Ada", false),
        ("ada@example.com", true),
        ("ADA@EXAMPLE.COM", true),
        ("ada@example.org", false),
        ("", false),
    ] {
        assert_eq!(ada.is_named(who), is, "{who}");
    }
}

#[test]
fn a_read_only_console_denies_every_action() {
    let rules = vec![Rule {
        number: 1,
        ..rule(Role::Admin, &["ml"], &["*"])
    }];
    let scope = Policy::new(rules, true).scope(person("ada", &["ml"]), RequestOrigin::default());
    assert!(scope.may(Role::Viewer, pipeline("churn")).is_ok());
    assert_eq!(
        scope.may(Role::Operator, pipeline("churn")),
        Err(Forbidden::ReadOnly)
    );
    let local = Scope::everything(Person::local(), RequestOrigin::default(), true);
    assert_eq!(
        local.may(Role::Operator, pipeline("churn")),
        Err(Forbidden::ReadOnly)
    );
}

#[test]
fn rules_stay_in_their_workspaces() {
    let policy = policy(vec![Rule {
        workspaces: patterns(&["dev-*", "staging"]),
        ..rule(Role::Viewer, &["ml"], &["*"])
    }]);
    let scope = policy.scope(person("ada", &["ml"]), RequestOrigin::default());
    for (workspace, sees) in [
        ("dev-1", true),
        ("staging", true),
        ("prod", false),
        ("dev", false),
    ] {
        assert_eq!(scope.sees_workspace(workspace), sees, "{workspace}");
        assert_eq!(scope.sees_all(workspace), sees, "{workspace}");
    }
}

#[test]
fn patterns_match_complete_names() {
    for (pattern, name, matches) in [
        ("*", "", true),
        ("*", "anything", true),
        ("churn-*", "churn-", true),
        ("churn-*", "churn", false),
        ("*-daily", "churn-daily", true),
        ("a*b*c", "a-b-b-c", true),
        ("a*b*c", "a-b-b", false),
        ("a?c", "abc", true),
        ("a?c", "ac", false),
        ("abc", "abcd", false),
        ("é*", "école", true),
    ] {
        let parsed: Pattern = pattern.parse().expect("a pattern");
        assert_eq!(parsed.matches(name), matches, "{pattern} {name}");
    }
    for wrong in ["", "a b", "a[b]", "{a,b}", "a\\*", "a\nb"] {
        assert!(wrong.parse::<Pattern>().is_err(), "{wrong:?} was taken");
    }
    assert!("a*".repeat(200).parse::<Pattern>().is_err());
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let groups = proptest::collection::vec(prop_oneof![Just("a"), Just("b"), Just("c")], 1..3);
    let names = prop_oneof![Just("*"), Just("x*"), Just("?y"), Just("xy")];
    let tags = prop_oneof![Just(None), Just(Some("1")), Just(Some("2"))];
    (0..3_usize, groups, names, tags, any::<bool>()).prop_map(|(at, groups, name, tag, deny)| {
        Rule {
            tags: tag
                .map(|tag| ("t".to_owned(), tag.to_owned()))
                .into_iter()
                .collect(),
            deny,
            ..rule(Role::ALL[at], &groups, &[name])
        }
    })
}

proptest! {
    #[test]
    fn the_order_of_rules_does_not_matter(
        rules in proptest::collection::vec(any_rule(), 0..8).prop_flat_map(|rules| {
            (Just(rules.clone()), Just(rules).prop_shuffle())
        }),
        name in "[xyz]{1,3}",
        tag in prop_oneof![Just(None), Just(Some("1")), Just(Some("2"))],
    ) {
        let tags: Option<Tags> = tag.map(|tag| [("t".to_owned(), tag.to_owned())].into());
        let (one, other) = (policy(rules.0), policy(rules.1));
        let role = |policy: &Policy| {
            let scope = policy.scope(person("ada", &["a", "b"]), RequestOrigin::default());
            let about = PipelineRef { tags: tags.as_ref(), ..pipeline(&name) };
            scope.grant(about).map(|grant| grant.role)
        };
        prop_assert_eq!(role(&one), role(&other));
    }

    #[test]
    fn another_denial_never_grants(
        rules in proptest::collection::vec(any_rule(), 0..8),
        more in any_rule(),
        name in "[xyz]{1,3}",
    ) {
        let mut with = rules.clone();
        with.push(Rule { deny: true, ..more });
        let role = |rules| {
            let scope = policy(rules).scope(person("ada", &["a", "b"]), RequestOrigin::default());
            scope.grant(pipeline(&name)).map(|grant| grant.role)
        };
        prop_assert!(role(with) <= role(rules));
    }

    #[test]
    fn a_person_who_sees_all_sees_each(rules in proptest::collection::vec(any_rule(), 0..8), name in "[xyz]{1,3}") {
        let scope = policy(rules).scope(person("ada", &["a", "b"]), RequestOrigin::default());
        if scope.sees_all("prod") {
            prop_assert!(scope.sees(pipeline(&name)));
        }
    }

    #[test]
    fn no_tags_reveal_what_could_never_be_seen(
        rules in proptest::collection::vec(any_rule(), 0..8),
        name in "[xyz]{1,3}",
        tag in prop_oneof![Just(None), Just(Some("1")), Just(Some("2")), Just(Some("3"))],
    ) {
        let scope = policy(rules).scope(person("ada", &["a", "b"]), RequestOrigin::default());
        let tags: Tags = tag.map(|tag| ("t".to_owned(), tag.to_owned())).into_iter().collect();
        let sees = |tags| scope.sees(PipelineRef { tags, ..pipeline(&name) });
        prop_assert!(scope.might_see("prod", &name) || !sees(Some(&tags)));
        prop_assert!(!sees(None) || sees(Some(&tags)), "unknown tags are the worst there are");
    }
}

#[test]
fn how_much_somebody_may_do_follows_from_the_rules() {
    let deny = |role, pipelines| Rule {
        deny: true,
        ..rule(role, &["ml"], pipelines)
    };
    let extents = |rules| {
        let scope = policy(rules).scope(person("ada", &["ml"]), RequestOrigin::default());
        Role::ALL.map(|role| scope.extent(role, "prod"))
    };
    use Extent::{All, None, Some};
    let viewer = || rule(Role::Viewer, &["ml"], &["*"]);
    let operator = |pipelines| rule(Role::Operator, &["ml"], pipelines);
    assert_eq!(extents(vec![]), [None, None, None]);
    assert_eq!(extents(vec![viewer()]), [All, None, None]);
    assert_eq!(
        extents(vec![viewer(), operator(&["churn-*"])]),
        [All, Some, None]
    );
    assert_eq!(
        extents(vec![operator(&["*"]), deny(Role::Operator, &["prod-*"])]),
        [All, Some, None]
    );
    assert_eq!(
        extents(vec![operator(&["*"]), deny(Role::Viewer, &["secret"])]),
        [Some, Some, None]
    );
    assert_eq!(
        extents(vec![operator(&["*"]), deny(Role::Operator, &["*"])]),
        [All, None, None]
    );
    let tagged = Rule {
        tags: BTreeMap::from([("team".to_owned(), "risk".to_owned())]),
        ..operator(&["*"])
    };
    assert_eq!(extents(vec![tagged]), [Some, Some, None]);
}

#[test]
fn several_workspaces_have_one_extent_where_they_agree() {
    use Extent::{All, None, Some};
    assert_eq!(Extent::over([All, All]), All);
    assert_eq!(Extent::over([All, None]), Some);
    assert_eq!(Extent::over([]), None);
}
