//! `[[access]]`.

use super::*;
use crate::access::{Pattern, Role};

const HEADER: &str = "identity.mode = \"header\"\nidentity.trusted_proxies = [\"10.0.3.7\"]\nidentity.preset = \"oauth2-proxy\"\n";

fn rules(text: &str) -> Vec<Rule> {
    Case::new().file(&format!("{HEADER}{text}")).load().access
}

fn refusal(text: &str) -> String {
    Case::new().file(&format!("{HEADER}{text}")).refusal()
}

#[test]
fn a_rule_gives_a_role_to_groups_and_people() {
    let rules = rules(
        r#"
        [[access]]
        groups = ["ml-ops", "ml leads"]
        role = "operator"
        [[access]]
        people = ["ada@example.com"]
        role = "admin"
        workspaces = ["prod*"]
        pipelines = ["churn-*", "abalone?"]
        tags = { team = "retention", "cost centre" = "7" }
        [[access]]
        groups = ["interns"]
        deny = true
        workspaces = ["production"]
        [[workspace]]
        name = "production"
        "#,
    );
    let [first, second, third] = &rules[..] else {
        panic!("three rules");
    };
    assert_eq!((first.number, first.role), (1, Role::Operator));
    assert_eq!(first.groups, ["ml-ops", "ml leads"]);
    assert_eq!(first.workspaces, [Pattern::any()]);
    assert_eq!(first.pipelines, [Pattern::any()]);
    assert!(first.tags.is_empty() && !first.deny);
    assert_eq!((second.number, second.role), (2, Role::Admin));
    assert_eq!(second.people, ["ada@example.com"]);
    assert!(second.pipelines[1].matches("abalone1"));
    assert_eq!(second.tags["cost centre"], "7");
    assert_eq!((third.number, third.role), (3, Role::Viewer));
    assert!(third.deny);
}

#[test]
fn variables_can_describe_rules() {
    let settings = Case::new()
        .file(HEADER)
        .variable("SLUICEGATE_ACCESS__0__GROUPS", "ml-ops, ml-leads")
        .variable("SLUICEGATE_ACCESS__0__ROLE", "operator")
        .variable("SLUICEGATE_ACCESS__0__TAGS", "team=retention, env=prod")
        .variable("SLUICEGATE_ACCESS__1__PEOPLE", "ada@example.com")
        .variable("SLUICEGATE_ACCESS__1__DENY", "true")
        .load();
    let [first, second] = &settings.access[..] else {
        panic!("two rules");
    };
    assert_eq!(first.groups, ["ml-ops", "ml-leads"]);
    assert_eq!(first.tags.len(), 2);
    assert_eq!(first.tags["env"], "prod");
    assert!(second.deny);
    assert_eq!(settings.show().matches("[[access]]").count(), 2);
}

#[test]
fn rules_that_would_not_do_what_they_say_are_refused() {
    for (text, expected) in [
        (
            "[[access]]",
            "sluicegate.toml:4: access.0.groups: this rule applies to nobody: neither groups nor people are set; write groups = [\"ml-ops\"] or people = [\"ada@example.com\"]\nsluicegate.toml:4: access.0.role: it is not set, so this rule grants nothing; write viewer, operator or admin",
        ),
        (
            "[[access]]\ngroups = []\nrole = \"viewer\"",
            "sluicegate.toml:5: access.0.groups: this rule applies to nobody: neither groups nor people are set; write groups = [\"ml-ops\"] or people = [\"ada@example.com\"]",
        ),
        (
            "[[access]]\ngroups = [\" ml-ops\"]\nrole = \"viewer\"",
            "sluicegate.toml:5: access.0.groups: \" ml-ops\" is not valid: it has spaces around it; write strings in brackets: [\"ml-ops\"]",
        ),
        (
            "[[access]]\ngroups = [\"a,b\"]\nrole = \"viewer\"",
            "sluicegate.toml:5: access.0.groups: \"a,b\" contains identity.groups_delimiter, so nobody is in it; write each group as a string of its own",
        ),
        (
            "[[access]]\ngroups = [\"a\"]",
            "sluicegate.toml:4: access.0.role: it is not set, so this rule grants nothing; write viewer, operator or admin",
        ),
        (
            "[[access]]\ngroups = [\"a\"]\nrole = \"owner\"",
            "sluicegate.toml:6: access.0.role: \"owner\" is not a role; write viewer, operator or admin",
        ),
        (
            "[[access]]\ngroups = \"a\"\nrole = \"viewer\"",
            "sluicegate.toml:5: access.0.groups: it must be a list of strings, not the string \"a\"; write strings in brackets: [\"ml-ops\"]",
        ),
        (
            "[[access]]\ngroups = [\"a\"]\nrole = \"viewer\"\npipelines = []",
            "sluicegate.toml:7: access.0.pipelines: it is empty, so this rule would never match; write [\"*\"], or remove the rule",
        ),
        (
            "[[access]]\ngroups = [\"a\"]\nrole = \"viewer\"\npipelines = [\"{a,b}\"]",
            "sluicegate.toml:7: access.0.pipelines: \"{a,b}\" is not valid: only * and ? are wildcards; write names or patterns in brackets: [\"churn-*\"]",
        ),
        (
            "[[access]]\ngroups = [\"a\"]\ndeny = true\nworkspaces = [\"prod\", \"default\"]",
            "sluicegate.toml:7: access.0.workspaces: no workspace is named \"prod\"; write names or patterns of these: default",
        ),
        (
            "[[access]]\ngroups = [\"a\"]\nrole = \"viewer\"\ntags = [\"team\"]",
            "sluicegate.toml:7: access.0.tags: it must be a table of strings, not a list; write { team = \"retention\" }, or team=retention in a variable",
        ),
        (
            "[[access]]\ngroups = [\"a\"]\nrole = \"viewer\"\ntags = { team = 7 }",
            "sluicegate.toml:7: access.0.tags: it must be a table of strings, not a section; write { team = \"retention\" }, or team=retention in a variable",
        ),
        (
            "[[access]]\ngroup = [\"a\"]\nrole = \"viewer\"",
            "sluicegate.toml:5: [[access]] group is not a setting known to this version (0.1.0); remove it, or did you mean [[access]] groups?",
        ),
        (
            "[access]\ngroups = [\"a\"]",
            "sluicegate.toml:4: access is a list of sections; write [[access]], with two brackets, before the settings of each",
        ),
    ] {
        let refusal = refusal(text);
        let first = refusal.lines().take(expected.lines().count());
        assert_eq!(
            first.collect::<Vec<_>>().join("\n"),
            expected,
            "of:\n{text}"
        );
    }
}

#[test]
fn tags_in_variables_are_pairs() {
    for (tags, why) in [
        ("team", "\"team\" is not a pair"),
        ("=retention", "a tag's key is empty"),
        ("team=a,team=b", "\"team\" occurs twice, first as \"a\""),
    ] {
        let refusal = Case::new()
            .file(HEADER)
            .variable("SLUICEGATE_ACCESS__0__GROUPS", "a")
            .variable("SLUICEGATE_ACCESS__0__ROLE", "viewer")
            .variable("SLUICEGATE_ACCESS__0__TAGS", tags)
            .refusal();
        assert_eq!(
            refusal,
            format!(
                "variable SLUICEGATE_ACCESS__0__TAGS: access.0.tags: {why}; write {{ team = \"retention\" }}, or team=retention in a variable"
            )
        );
    }
}

#[test]
fn groups_need_a_header_that_lists_them() {
    let refusal =
        refusal("identity.groups_header = \"\"\n[[access]]\ngroups = [\"a\"]\nrole = \"viewer\"");
    assert_eq!(
        refusal,
        "sluicegate.toml:6: access.0.groups: identity.groups_header is not set, so nobody is in a group; name the header with the groups, or write people"
    );
}

#[test]
fn the_local_person_needs_no_rules() {
    let refusal = Case::new()
        .variable("SLUICEGATE_IDENTITY__MODE", "local")
        .variable("SLUICEGATE_ACCESS__0__PEOPLE", "local")
        .variable("SLUICEGATE_ACCESS__0__ROLE", "viewer")
        .refusal();
    assert_eq!(
        refusal,
        "variable SLUICEGATE_ACCESS__0__PEOPLE: access.0: in local mode there is one person, who may do everything; remove the rule, or choose another identity.mode"
    );
}
