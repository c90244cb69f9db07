use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn person(name: &str, groups: &[&str]) -> Person {
    Person {
        name: name.to_owned(),
        email: Some(format!("{name}@Example.com")),
        groups: groups.iter().map(|group| (*group).to_owned()).collect(),
        groups_told: true,
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

fn about(pipeline: &str) -> PipelineRef<'_> {
    PipelineRef {
        workspace: "prod",
        pipeline,
        tags: None,
    }
}

fn role(policy: &Policy, groups: &[&str], pipeline: &str) -> Option<Role> {
    let scope = policy.scope(person("ada", groups), RequestOrigin::default());
    scope
        .standing(about(pipeline))
        .map(|standing| standing.role)
}

#[test]
fn nobody_may_do_what_no_rule_gives() {
    let nothing = Policy::default();
    assert_eq!(role(&nothing, &["ml"], "churn"), None);
    let some = policy(vec![rule(Role::Operator, &["ml"], &["churn-*"])]);
    assert_eq!(role(&some, &["ml"], "churn-daily"), Some(Role::Operator));
    assert_eq!(role(&some, &["ml"], "Churn-daily"), None);
    assert_eq!(role(&some, &["ml"], "abalone"), None);
    assert_eq!(role(&some, &["other"], "churn-daily"), None);
}

#[test]
fn what_is_denied_no_rule_gives_back() {
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
    let missed = scope.may(Role::Operator, about("pay-out"));
    assert!(
        matches!(
            &missed,
            Err(Forbidden::Lesser {
                denied_by: Some(2),
                ..
            })
        ),
        "{missed:?}"
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
    let Err(Forbidden::Lesser { groups, needed, .. }) =
        scope.may(Role::Operator, about("churn-daily"))
    else {
        panic!("a viewer may not act");
    };
    assert_eq!(needed, Role::Operator);
    assert_eq!(groups, ["admins", "churn-team", "ml-ops"]);
    assert_eq!(
        policy
            .scope(person("bo", &[]), RequestOrigin::default())
            .may(Role::Viewer, about("churn-daily")),
        Err(Forbidden::Hidden)
    );
}

#[test]
fn unknown_tags_give_nothing_and_deny_all_the_same() {
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
        ..about("churn")
    };
    let other: Tags = [("team".to_owned(), "search".to_owned())].into();
    let others = PipelineRef {
        tags: Some(&other),
        ..about("churn")
    };
    for (policy, about, sees) in [
        (&giving, known, true),
        (&giving, others, false),
        (&giving, about("churn"), false),
        (&denying, known, false),
        (&denying, others, true),
        (&denying, about("churn"), false),
    ] {
        let scope = policy.scope(person("ada", &["ml"]), RequestOrigin::default());
        assert_eq!(scope.sees(about), sees, "{about:?}");
        assert!(scope.asks_for_tags("prod"));
        assert!(!scope.sees_all("prod"));
    }
}

#[test]
fn nobody_gains_by_losing_what_tells_of_their_groups() {
    let named = Rule {
        people: vec!["ada".to_owned()],
        ..rule(Role::Operator, &[], &["*"])
    };
    let denying = Rule {
        deny: true,
        ..rule(Role::Viewer, &["contractors"], &["pay-*"])
    };
    let policy = policy(vec![named, denying]);
    for (groups, groups_told, sees) in [
        (&["contractors"][..], true, false),
        (&["staff"][..], true, true),
        (&[][..], true, true),
        (&[][..], false, false),
    ] {
        let ada = Person {
            groups_told,
            ..person("ada", groups)
        };
        let scope = policy.scope(ada, RequestOrigin::default());
        assert_eq!(
            scope.sees(about("pay-out")),
            sees,
            "{groups:?} {groups_told}"
        );
        assert!(scope.sees(about("churn")));
    }
}

#[test]
fn people_are_named_exactly_or_by_their_address() {
    let ada = person("ada", &[]);
    for (who, is) in [
        ("ada", true),
        ("Ada", false),
        ("ada@example.com", true),
        ("ADA@EXAMPLE.COM", true),
        ("ada@example.org", false),
        ("", false),
    ] {
        assert_eq!(ada.is(who), is, "{who}");
    }
}

#[test]
fn a_console_that_only_reads_takes_every_action_away() {
    let rules = vec![Rule {
        number: 1,
        ..rule(Role::Admin, &["ml"], &["*"])
    }];
    let scope = Policy::new(rules, true).scope(person("ada", &["ml"]), RequestOrigin::default());
    assert!(scope.may(Role::Viewer, about("churn")).is_ok());
    assert_eq!(
        scope.may(Role::Operator, about("churn")),
        Err(Forbidden::ReadOnly)
    );
    let local = Scope::everything(Person::local(), RequestOrigin::default(), true);
    assert_eq!(
        local.may(Role::Operator, about("churn")),
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
fn patterns_match_whole_names() {
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
            let about = PipelineRef { tags: tags.as_ref(), ..about(&name) };
            scope.standing(about).map(|standing| standing.role)
        };
        prop_assert_eq!(role(&one), role(&other));
    }

    #[test]
    fn one_more_denial_never_gives(
        rules in proptest::collection::vec(any_rule(), 0..8),
        more in any_rule(),
        name in "[xyz]{1,3}",
    ) {
        let mut with = rules.clone();
        with.push(Rule { deny: true, ..more });
        let role = |rules| {
            let scope = policy(rules).scope(person("ada", &["a", "b"]), RequestOrigin::default());
            scope.standing(about(&name)).map(|standing| standing.role)
        };
        prop_assert!(role(with) <= role(rules));
    }

    #[test]
    fn who_sees_all_sees_each(rules in proptest::collection::vec(any_rule(), 0..8), name in "[xyz]{1,3}") {
        let scope = policy(rules).scope(person("ada", &["a", "b"]), RequestOrigin::default());
        if scope.sees_all("prod") {
            prop_assert!(scope.sees(about(&name)));
        }
    }

    #[test]
    fn what_could_not_be_seen_no_tags_make_seen(
        rules in proptest::collection::vec(any_rule(), 0..8),
        name in "[xyz]{1,3}",
        tag in prop_oneof![Just(None), Just(Some("1")), Just(Some("2")), Just(Some("3"))],
    ) {
        let scope = policy(rules).scope(person("ada", &["a", "b"]), RequestOrigin::default());
        let tags: Tags = tag.map(|tag| ("t".to_owned(), tag.to_owned())).into_iter().collect();
        let sees = |tags| scope.sees(PipelineRef { tags, ..about(&name) });
        prop_assert!(scope.could_see("prod", &name) || !sees(Some(&tags)));
        prop_assert!(!sees(None) || sees(Some(&tags)), "unknown tags are the worst there are");
    }
}
