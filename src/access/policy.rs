//! The access rules of the settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Pattern, Person, RequestOrigin, Role, Scope};

/// One rule: grants a role to people and groups, or denies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its position in the settings, counted from 1; pages and records refer to it by this number.
    pub number: usize,
    /// It applies to people in any of these groups, …
    pub groups: Vec<String>,
    /// … and for these people, by name or e-mail address.
    pub people: Vec<String>,
    /// The role it grants; a denying rule takes away this role and those above it.
    pub role: Role,
    /// In these workspaces, …
    pub workspaces: Vec<Pattern>,
    /// … for the pipelines of these names …
    pub pipelines: Vec<Pattern>,
    /// … that have all of these tags.
    pub tags: BTreeMap<String, String>,
    /// Whether it denies instead of granting.
    pub deny: bool,
}

impl Rule {
    /// The groups through which the rule applies to this person; empty if it names the person, or denies
    /// something to groups and theirs are not known. `None` if it does not apply.
    pub(super) fn applies_to(&self, person: &Person) -> Option<Vec<String>> {
        let mine = self
            .groups
            .iter()
            .filter(|group| person.groups.contains(group));
        let groups: Vec<String> = mine.cloned().collect();
        let assumed = self.deny && !person.groups_known && !self.groups.is_empty();
        (self.names_person(person) || assumed || !groups.is_empty()).then_some(groups)
    }

    /// Whether it names this person, regardless of their groups.
    pub fn names_person(&self, person: &Person) -> bool {
        self.people.iter().any(|who| person.is_named(who))
    }

    pub(super) fn is_in(&self, workspace: &str) -> bool {
        self.workspaces
            .iter()
            .any(|pattern| pattern.matches(workspace))
    }

    pub(super) fn names(&self, pipeline: &str) -> bool {
        self.pipelines
            .iter()
            .any(|pattern| pattern.matches(pipeline))
    }

    /// Whether it covers every pipeline of its workspaces.
    pub(super) fn covers_all_pipelines(&self) -> bool {
        self.tags.is_empty() && self.pipelines.iter().any(Pattern::is_any)
    }
}

/// All rules. Nobody may do what no rule grants; what a rule denies, no other rule grants; the order of
/// rules does not matter.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    rules: Vec<Arc<Rule>>,
    read_only: bool,
}

impl Policy {
    /// The policy of these rules; `read_only` denies every action to everybody.
    pub fn new(rules: Vec<Rule>, read_only: bool) -> Self {
        Self {
            rules: rules.into_iter().map(Arc::new).collect(),
            read_only,
        }
    }

    /// What this person may see and do.
    pub fn scope(&self, person: Person, origin: RequestOrigin) -> Scope {
        Scope::of(person, origin, &self.rules, self.read_only)
    }
}
