//! `[[access]]`: who may do what.

use crate::access::{Pattern, Role, Rule};
use crate::identity::{HeaderMode, IdentitySettings, Mode};

use super::Workspace;
use super::fixes;
use super::reader::Reader;

pub(super) fn read_access(reader: &mut Reader) -> Vec<Rule> {
    let count = reader.count("access");
    (0..count).map(|index| read_rule(reader, index)).collect()
}

fn read_rule(reader: &mut Reader, index: usize) -> Rule {
    let path = |key: &str| format!("access.{index}.{key}");
    let groups: Vec<String> = reader.take(&path("groups"), Vec::new());
    let people: Vec<String> = reader.take(&path("people"), Vec::new());
    if !reader.is_set(&path("groups")) && !reader.is_set(&path("people")) {
        reader.refuse(
            &path("groups"),
            "this rule applies to nobody: neither groups nor people are set".to_owned(),
            "write groups = [\"ml-ops\"] or people = [\"ada@example.com\"]",
        );
    }
    let deny = reader.take(&path("deny"), false);
    let role = reader.take(&path("role"), deny.then_some(Role::Viewer));
    if role.is_none() && !reader.is_set(&path("role")) {
        reader.refuse(
            &path("role"),
            "it is not set, so this rule grants nothing".to_owned(),
            fixes::ROLE,
        );
    }
    Rule {
        number: index + 1,
        groups,
        people,
        role: role.unwrap_or(Role::Viewer),
        workspaces: read_patterns(reader, &path("workspaces")),
        pipelines: read_patterns(reader, &path("pipelines")),
        tags: reader.take(&path("tags"), Default::default()),
        deny,
    }
}

/// All names by default. An empty list would make a rule that never applies.
fn read_patterns(reader: &mut Reader, path: &str) -> Vec<Pattern> {
    let patterns = reader.take(path, vec![Pattern::any()]);
    if patterns.is_empty() {
        reader.refuse(
            path,
            "it is empty, so this rule would never match".to_owned(),
            "write [\"*\"], or remove the rule",
        );
    }
    patterns
}

/// Refuses rules that would never apply: a denying rule would silently leave people what it was meant to
/// take away.
pub(super) fn refuse_ineffective_rules(
    reader: &mut Reader,
    rules: &[Rule],
    identity: Option<&IdentitySettings>,
    workspaces: &[Workspace],
) {
    for (index, rule) in rules.iter().enumerate() {
        let path = |key: &str| format!("access.{index}.{key}");
        refuse_unknown_workspaces(reader, &path("workspaces"), rule, workspaces);
        match identity.map(|identity| &identity.mode) {
            Some(Mode::Local) => reader.refuse(
                &format!("access.{index}"),
                "in local mode there is one person, who may do everything".to_owned(),
                "remove the rule, or choose another identity.mode",
            ),
            Some(Mode::Header(header)) => {
                refuse_unknown_groups(reader, &path("groups"), rule, header);
            }
            _ => {}
        }
    }
}

fn refuse_unknown_workspaces(
    reader: &mut Reader,
    path: &str,
    rule: &Rule,
    workspaces: &[Workspace],
) {
    let names: Vec<&str> = workspaces.iter().map(|one| one.name.as_str()).collect();
    for pattern in &rule.workspaces {
        if !names.iter().any(|name| pattern.matches(name)) {
            reader.refuse(
                path,
                format!("no workspace is named {:?}", pattern.to_string()),
                &format!("write names or patterns of these: {}", names.join(", ")),
            );
        }
    }
}

/// Refuses groups that the proxy's headers cannot contain.
fn refuse_unknown_groups(reader: &mut Reader, path: &str, rule: &Rule, header: &HeaderMode) {
    if header.groups.is_none() && !rule.groups.is_empty() {
        reader.refuse(
            path,
            "identity.groups_header is not set, so nobody is in a group".to_owned(),
            "name the header with the groups, or write people",
        );
        return;
    }
    let delimiter = header.groups_delimiter.as_str();
    if let Some(group) = rule.groups.iter().find(|group| group.contains(delimiter)) {
        reader.refuse(
            path,
            format!("{group:?} contains identity.groups_delimiter, so nobody is in it"),
            "write each group as a string of its own",
        );
    }
}
