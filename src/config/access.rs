//! `[[access]]`: who may do what.

use crate::access::{Pattern, Role, Rule};
use crate::identity::{IdentitySettings, Mode};

use super::Workspace;
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
            "this rule is for nobody: neither groups nor people are set".to_owned(),
            "write groups = [\"ml-ops\"] or people = [\"ada@example.com\"]",
        );
    }
    let deny = reader.take(&path("deny"), false);
    let role = reader.take(&path("role"), deny.then_some(Role::Viewer));
    if role.is_none() && !reader.is_set(&path("role")) {
        reader.refuse(
            &path("role"),
            "it is not set, so this rule gives nothing".to_owned(),
            "write viewer, operator or admin",
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

/// All names unless set. An empty list would make a rule that never speaks.
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

/// Refuses rules that would never speak: a rule that takes away would silently leave what it was to
/// take.
pub(super) fn refuse_idle_rules(
    reader: &mut Reader,
    rules: &[Rule],
    identity: Option<&IdentitySettings>,
    workspaces: &[Workspace],
) {
    for (index, rule) in rules.iter().enumerate() {
        let path = |key: &str| format!("access.{index}.{key}");
        for pattern in &rule.workspaces {
            let matches = |workspace: &Workspace| pattern.matches(&workspace.name);
            if !workspaces.iter().any(matches) {
                let names: Vec<&str> = workspaces.iter().map(|one| one.name.as_str()).collect();
                reader.refuse(
                    &path("workspaces"),
                    format!("no workspace is called {:?}", pattern.to_string()),
                    &format!("write a name or pattern of these: {}", names.join(", ")),
                );
            }
        }
        match identity.map(|identity| &identity.mode) {
            Some(Mode::Local) => reader.refuse(
                &format!("access.{index}"),
                "in local mode there is one person, who may do everything".to_owned(),
                "remove the rule, or choose another identity.mode",
            ),
            Some(Mode::Header(header)) => {
                let delimiter = header.groups_delimiter.as_str();
                let split = |group: &&String| group.contains(delimiter.trim());
                if let Some(group) = rule.groups.iter().find(split) {
                    reader.refuse(
                        &path("groups"),
                        format!("{group:?} holds identity.groups_delimiter, so nobody is in it"),
                        "write one group for each text",
                    );
                }
            }
            _ => {}
        }
    }
}
