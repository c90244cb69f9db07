//! What one person may see and do.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Pattern, Person, RequestOrigin, Role, Rule};

/// A pipeline's tags.
pub type Tags = BTreeMap<String, String>;

/// What rules look at of a pipeline.
#[derive(Debug, Clone, Copy)]
pub struct PipelineRef<'a> {
    /// Its workspace.
    pub workspace: &'a str,
    /// The name SageMaker lists it under.
    pub pipeline: &'a str,
    /// Its tags; `None` if they are not known: then no rule with tags grants anything, and every denying
    /// rule with tags applies.
    pub tags: Option<&'a Tags>,
}

/// The role of a person for one pipeline, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The highest role they have.
    pub role: Role,
    /// The number of the rule that grants it; `None` in local mode.
    pub rule: Option<usize>,
    /// The groups through which the rule applies to them.
    pub groups: Vec<String>,
}

/// Why a person may not do something with a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forbidden {
    /// They may not know that it exists.
    Hidden,
    /// The console is read-only for everybody.
    ReadOnly,
    /// Their role is too low.
    RoleTooLow {
        /// The role they have.
        grant: Grant,
        /// The role that is needed.
        needed: Role,
        /// The number of the rule that denies it to them, if one does.
        denied_by: Option<usize>,
        /// Groups whose members have it.
        groups: Vec<String>,
    },
}

/// What a person may see and do. Every query and every action takes one, so that what is hidden from them
/// cannot leak through a list, a count or a search.
#[derive(Debug, Clone)]
pub struct Scope {
    person: Arc<Person>,
    origin: Arc<RequestOrigin>,
    pub(super) permissions: Permissions,
    read_only: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Permissions {
    Everything,
    ByRules {
        all: Arc<[Arc<Rule>]>,
        /// The rules that apply to this person, each with the groups through which it does.
        own: Arc<[(Arc<Rule>, Vec<String>)]>,
    },
}

impl Scope {
    /// Everything, for this person: the one local user of a console on their own machine.
    pub fn everything(person: Person, origin: RequestOrigin, read_only: bool) -> Self {
        Self {
            person: Arc::new(person),
            origin: Arc::new(origin),
            permissions: Permissions::Everything,
            read_only,
        }
    }

    pub(super) fn of(
        person: Person,
        origin: RequestOrigin,
        rules: &[Arc<Rule>],
        read_only: bool,
    ) -> Self {
        let own = rules
            .iter()
            .filter_map(|rule| Some((Arc::clone(rule), rule.applies_to(&person)?)))
            .collect();
        Self {
            person: Arc::new(person),
            origin: Arc::new(origin),
            permissions: Permissions::ByRules {
                all: rules.into(),
                own,
            },
            read_only,
        }
    }

    /// The person.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// Where the request came from.
    pub fn request_origin(&self) -> &RequestOrigin {
        &self.origin
    }

    /// Whether the console is read-only for everybody.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// The rules that apply to this person, each with the groups through which it does; `None` in local
    /// mode.
    pub fn rules(&self) -> Option<&[(Arc<Rule>, Vec<String>)]> {
        match &self.permissions {
            Permissions::Everything => None,
            Permissions::ByRules { own, .. } => Some(own),
        }
    }

    /// Whether this person may know that the workspace exists: some rule grants something in it.
    pub fn sees_workspace(&self, workspace: &str) -> bool {
        self.granting(workspace)
            .is_none_or(|mut rules| rules.next().is_some())
    }

    /// Whether this person sees a pipeline of this name if it has the right tags. If not, there is no need
    /// to look it up.
    pub fn might_see(&self, workspace: &str, pipeline: &str) -> bool {
        let Permissions::ByRules { own, .. } = &self.permissions else {
            return true;
        };
        let mut named = own
            .iter()
            .map(|(rule, _)| rule)
            .filter(|rule| rule.is_in(workspace) && rule.names(pipeline));
        let hides = |rule: &Rule| rule.deny && rule.role == Role::Viewer && rule.tags.is_empty();
        !named.clone().any(|rule| hides(rule)) && named.any(|rule| !rule.deny)
    }

    /// Whether this person is admin of every pipeline of the workspace, whatever its name and tags; of every
    /// workspace if none is named.
    pub fn administers_all(&self, workspace: Option<&str>) -> bool {
        let Permissions::ByRules { own, .. } = &self.permissions else {
            return true;
        };
        let concerns = |rule: &Rule| workspace.is_none_or(|workspace| rule.is_in(workspace));
        let is_everywhere = |rule: &Rule| {
            workspace.is_some_and(|workspace| rule.is_in(workspace))
                || rule.workspaces.iter().any(Pattern::is_any)
        };
        let denies = |rule: &Rule| rule.deny && concerns(rule);
        let grants = |rule: &Rule| {
            !rule.deny
                && rule.role == Role::Admin
                && rule.covers_all_pipelines()
                && is_everywhere(rule)
        };
        let mut rules = own.iter().map(|(rule, _)| rule);
        !rules.clone().any(|rule| denies(rule)) && rules.any(|rule| grants(rule))
    }

    /// Whether what this person may do in the workspace depends on tags.
    pub fn depends_on_tags(&self, workspace: &str) -> bool {
        let Permissions::ByRules { own, .. } = &self.permissions else {
            return false;
        };
        let mut here = own.iter().filter(|(rule, _)| rule.is_in(workspace));
        here.any(|(rule, _)| !rule.tags.is_empty())
    }

    /// The role of this person for a pipeline; `None` if they may not know that it exists.
    pub fn grant(&self, pipeline: PipelineRef<'_>) -> Option<Grant> {
        let Permissions::ByRules { own, .. } = &self.permissions else {
            return Some(Grant {
                role: Role::Admin,
                rule: None,
                groups: Vec::new(),
            });
        };
        let ceiling = match ceiling(own, pipeline) {
            Some((rule, _)) => rule.role.below()?,
            None => Role::Admin,
        };
        let granting = own.iter().filter(|(rule, _)| grants(rule, pipeline));
        let (rule, groups) =
            granting.max_by_key(|(rule, _)| (rule.role, std::cmp::Reverse(rule.number)))?;
        Some(Grant {
            role: rule.role.min(ceiling),
            rule: Some(rule.number),
            groups: groups.clone(),
        })
    }

    /// Whether this person sees a pipeline.
    pub fn sees(&self, pipeline: PipelineRef<'_>) -> bool {
        self.grant(pipeline).is_some()
    }

    /// The grant that lets this person do what needs the role `needed`.
    ///
    /// # Errors
    /// Why they may not, with what would allow it.
    pub fn may(&self, needed: Role, pipeline: PipelineRef<'_>) -> Result<Grant, Forbidden> {
        let grant = self.grant(pipeline).ok_or(Forbidden::Hidden)?;
        if needed > Role::Viewer && self.read_only {
            return Err(Forbidden::ReadOnly);
        }
        if grant.role >= needed {
            return Ok(grant);
        }
        let Permissions::ByRules { all, own } = &self.permissions else {
            return Ok(grant);
        };
        let denied_by = ceiling(own, pipeline)
            .filter(|(rule, _)| rule.role <= needed)
            .map(|(rule, _)| rule.number);
        let granting = all
            .iter()
            .filter(|rule| rule.role >= needed && grants(rule, pipeline));
        let mut groups: Vec<String> = granting.flat_map(|rule| rule.groups.clone()).collect();
        groups.sort_unstable();
        groups.dedup();
        Err(Forbidden::RoleTooLow {
            grant,
            needed,
            denied_by,
            groups,
        })
    }

    fn granting(&self, workspace: &str) -> Option<impl Iterator<Item = &Rule>> {
        let Permissions::ByRules { own, .. } = &self.permissions else {
            return None;
        };
        let here = own.iter().map(|(rule, _)| &**rule);
        Some(here.filter(move |rule| !rule.deny && rule.is_in(workspace)))
    }
}

/// The denying rule that takes away most.
fn ceiling<'a>(
    own: &'a [(Arc<Rule>, Vec<String>)],
    pipeline: PipelineRef<'_>,
) -> Option<&'a (Arc<Rule>, Vec<String>)> {
    let denies = |rule: &Rule| {
        rule.deny
            && rule.is_in(pipeline.workspace)
            && rule.names(pipeline.pipeline)
            && pipeline.tags.is_none_or(|tags| has_all(tags, &rule.tags))
    };
    let denying = own.iter().filter(|(rule, _)| denies(rule));
    denying.min_by_key(|(rule, _)| (rule.role, rule.number))
}

fn grants(rule: &Rule, pipeline: PipelineRef<'_>) -> bool {
    !rule.deny
        && rule.is_in(pipeline.workspace)
        && rule.names(pipeline.pipeline)
        && (rule.tags.is_empty() || pipeline.tags.is_some_and(|tags| has_all(tags, &rule.tags)))
}

fn has_all(tags: &Tags, required: &Tags) -> bool {
    required
        .iter()
        .all(|(key, value)| tags.get(key) == Some(value))
}
