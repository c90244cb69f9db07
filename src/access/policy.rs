//! The rules of the settings.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Pattern, Person, RequestOrigin, Role, Scope};

/// One rule: gives a role to people and groups, or takes it away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its place in the settings, counted from 1, by which pages and records name it.
    pub number: usize,
    /// It is for people in any of these groups, …
    pub groups: Vec<String>,
    /// … and for these people, by name or e-mail address.
    pub people: Vec<String>,
    /// What it gives; a denying rule takes this role away, and those above it.
    pub role: Role,
    /// In these workspaces, …
    pub workspaces: Vec<Pattern>,
    /// … for the pipelines of these names …
    pub pipelines: Vec<Pattern>,
    /// … that carry all of these tags.
    pub tags: BTreeMap<String, String>,
    /// Whether it takes away instead of giving.
    pub deny: bool,
}

impl Rule {
    /// The groups through which the rule is for this person; empty where it names the person, or
    /// takes away from groups and theirs are not told. `None` where it is not for them.
    pub(super) fn is_for(&self, person: &Person) -> Option<Vec<String>> {
        let mine = self
            .groups
            .iter()
            .filter(|group| person.groups.contains(group));
        let groups: Vec<String> = mine.cloned().collect();
        let feared = self.deny && !person.groups_told && !self.groups.is_empty();
        (self.names_person(person) || feared || !groups.is_empty()).then_some(groups)
    }

    /// Whether it names this person, whatever their groups.
    pub fn names_person(&self, person: &Person) -> bool {
        self.people.iter().any(|who| person.is(who))
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

    /// Whether every pipeline of its workspaces is meant.
    pub(super) fn is_for_all(&self) -> bool {
        self.tags.is_empty() && self.pipelines.iter().any(Pattern::is_any)
    }
}

/// Every rule there is. Nobody may do anything that no rule gives; what a denying rule takes away
/// no other gives back; the order of rules does not matter.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    rules: Vec<Arc<Rule>>,
    read_only: bool,
}

impl Policy {
    /// The policy of these rules; `read_only` takes every action away from everybody.
    pub fn new(rules: Vec<Rule>, read_only: bool) -> Self {
        Self {
            rules: rules.into_iter().map(Arc::new).collect(),
            read_only,
        }
    }

    /// What this person may see and do.
    pub fn scope(&self, person: Person, via: RequestOrigin) -> Scope {
        Scope::of(person, via, &self.rules, self.read_only)
    }
}
