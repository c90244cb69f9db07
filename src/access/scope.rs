//! What one person may see and do.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Pattern, Person, RequestOrigin, Role, Rule};

/// A pipeline's tags.
pub type Tags = BTreeMap<String, String>;

/// A pipeline, as far as rules look at it.
#[derive(Debug, Clone, Copy)]
pub struct PipelineRef<'a> {
    /// The workspace it is in.
    pub workspace: &'a str,
    /// The name SageMaker lists it under.
    pub pipeline: &'a str,
    /// Its tags; `None` where they are not known: then no rule that asks for tags gives anything,
    /// and every denying rule that asks for tags holds.
    pub tags: Option<&'a Tags>,
}

/// What a person may do with one pipeline, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The greatest role they have.
    pub role: Role,
    /// The number of the rule that gives it; `None` where no rule is asked.
    pub rule: Option<usize>,
    /// The groups by which the rule is for them.
    pub groups: Vec<String>,
}

/// Why a person may not do something with a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forbidden {
    /// They may not even know that it exists.
    Hidden,
    /// This console changes nothing for anybody.
    ReadOnly,
    /// They have a lesser role.
    Lesser {
        /// What they have.
        standing: Grant,
        /// The role it takes.
        needed: Role,
        /// The number of the rule that takes it away from them, where one does.
        denied_by: Option<usize>,
        /// Groups whose members have it.
        groups: Vec<String>,
    },
}

/// What a person may see and do. Every query and every action takes one, so that what may not be
/// seen cannot leak through a list, a count or a search.
#[derive(Debug, Clone)]
pub struct Scope {
    person: Arc<Person>,
    via: Arc<RequestOrigin>,
    reach: Reach,
    read_only: bool,
}

#[derive(Debug, Clone)]
enum Reach {
    Everything,
    /// All rules there are, and for each that is for this person the groups that make it so.
    Ruled {
        all: Arc<[Arc<Rule>]>,
        mine: Arc<[(Arc<Rule>, Vec<String>)]>,
    },
}

impl Scope {
    /// Everything, for this person: the one local user of a console on their own machine.
    pub fn everything(person: Person, via: RequestOrigin, read_only: bool) -> Self {
        Self {
            person: Arc::new(person),
            via: Arc::new(via),
            reach: Reach::Everything,
            read_only,
        }
    }

    pub(super) fn of(
        person: Person,
        via: RequestOrigin,
        rules: &[Arc<Rule>],
        read_only: bool,
    ) -> Self {
        let mine = rules
            .iter()
            .filter_map(|rule| Some((Arc::clone(rule), rule.is_for(&person)?)))
            .collect();
        Self {
            person: Arc::new(person),
            via: Arc::new(via),
            reach: Reach::Ruled {
                all: rules.into(),
                mine,
            },
            read_only,
        }
    }

    /// Whose scope it is.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// The way the request came.
    pub fn via(&self) -> &RequestOrigin {
        &self.via
    }

    /// Whether nobody may change anything.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// The rules that are for this person, each with the groups that make it so; `None` where no
    /// rule is asked.
    pub fn rules(&self) -> Option<&[(Arc<Rule>, Vec<String>)]> {
        match &self.reach {
            Reach::Everything => None,
            Reach::Ruled { mine, .. } => Some(mine),
        }
    }

    /// Whether the workspace may be known to exist: some rule gives something in it.
    pub fn sees_workspace(&self, workspace: &str) -> bool {
        self.granting(workspace)
            .is_none_or(|mut rules| rules.next().is_some())
    }

    /// Whether every pipeline of the workspace may be seen, whatever its name and tags.
    pub fn sees_all(&self, workspace: &str) -> bool {
        let Reach::Ruled { mine, .. } = &self.reach else {
            return true;
        };
        let mut here = mine.iter().filter(|(rule, _)| rule.is_in(workspace));
        let hides = |rule: &Rule| rule.deny && rule.role == Role::Viewer;
        let hidden = here.clone().any(|(rule, _)| hides(rule));
        !hidden && here.any(|(rule, _)| !rule.deny && rule.is_for_all())
    }

    /// Whether a pipeline of this name may be seen, if only it carries the right tags: where not,
    /// nobody has to look whether there is one.
    pub fn could_see(&self, workspace: &str, pipeline: &str) -> bool {
        let Reach::Ruled { mine, .. } = &self.reach else {
            return true;
        };
        let mut named = mine
            .iter()
            .map(|(rule, _)| rule)
            .filter(|rule| rule.is_in(workspace) && rule.names(pipeline));
        let hides = |rule: &Rule| rule.deny && rule.role == Role::Viewer && rule.tags.is_empty();
        !named.clone().any(|rule| hides(rule)) && named.any(|rule| !rule.deny)
    }

    /// Whether this person is admin of every pipeline of the workspace, whatever its name and tags;
    /// of every workspace, where none is named.
    pub fn administers_all(&self, workspace: Option<&str>) -> bool {
        let Reach::Ruled { mine, .. } = &self.reach else {
            return true;
        };
        let is_meant = |rule: &Rule| workspace.is_none_or(|workspace| rule.is_in(workspace));
        let is_everywhere = |rule: &Rule| {
            workspace.is_some_and(|workspace| rule.is_in(workspace))
                || rule.workspaces.iter().any(Pattern::is_any)
        };
        let denies = |rule: &Rule| rule.deny && is_meant(rule);
        let gives = |rule: &Rule| {
            !rule.deny && rule.role == Role::Admin && rule.is_for_all() && is_everywhere(rule)
        };
        let mut rules = mine.iter().map(|(rule, _)| rule);
        !rules.clone().any(|rule| denies(rule)) && rules.any(|rule| gives(rule))
    }

    /// Whether tags decide anything in the workspace for this person.
    pub fn asks_for_tags(&self, workspace: &str) -> bool {
        let Reach::Ruled { mine, .. } = &self.reach else {
            return false;
        };
        let mut here = mine.iter().filter(|(rule, _)| rule.is_in(workspace));
        here.any(|(rule, _)| !rule.tags.is_empty())
    }

    /// What this person may do with a pipeline; `None` where they may not know that it exists.
    pub fn standing(&self, about: PipelineRef<'_>) -> Option<Grant> {
        let Reach::Ruled { mine, .. } = &self.reach else {
            return Some(Grant {
                role: Role::Admin,
                rule: None,
                groups: Vec::new(),
            });
        };
        let ceiling = match ceiling(mine, about) {
            Some((rule, _)) => rule.role.below()?,
            None => Role::Admin,
        };
        let given = mine.iter().filter(|(rule, _)| gives(rule, about));
        let (rule, groups) =
            given.max_by_key(|(rule, _)| (rule.role, std::cmp::Reverse(rule.number)))?;
        Some(Grant {
            role: rule.role.min(ceiling),
            rule: Some(rule.number),
            groups: groups.clone(),
        })
    }

    /// Whether this person may see a pipeline.
    pub fn sees(&self, about: PipelineRef<'_>) -> bool {
        self.standing(about).is_some()
    }

    /// The standing that lets this person do what takes the role `needed`.
    ///
    /// # Errors
    /// Why they may not, with what would let them.
    pub fn may(&self, needed: Role, about: PipelineRef<'_>) -> Result<Grant, Forbidden> {
        let standing = self.standing(about).ok_or(Forbidden::Hidden)?;
        if needed > Role::Viewer && self.read_only {
            return Err(Forbidden::ReadOnly);
        }
        if standing.role >= needed {
            return Ok(standing);
        }
        let Reach::Ruled { all, mine } = &self.reach else {
            return Ok(standing);
        };
        let denied_by = ceiling(mine, about)
            .filter(|(rule, _)| rule.role <= needed)
            .map(|(rule, _)| rule.number);
        let giving = all
            .iter()
            .filter(|rule| rule.role >= needed && gives(rule, about));
        let mut groups: Vec<String> = giving.flat_map(|rule| rule.groups.clone()).collect();
        groups.sort_unstable();
        groups.dedup();
        Err(Forbidden::Lesser {
            standing,
            needed,
            denied_by,
            groups,
        })
    }

    fn granting(&self, workspace: &str) -> Option<impl Iterator<Item = &Rule>> {
        let Reach::Ruled { mine, .. } = &self.reach else {
            return None;
        };
        let here = mine.iter().map(|(rule, _)| &**rule);
        Some(here.filter(move |rule| !rule.deny && rule.is_in(workspace)))
    }
}

/// The denying rule that takes most away.
fn ceiling<'a>(
    mine: &'a [(Arc<Rule>, Vec<String>)],
    about: PipelineRef<'_>,
) -> Option<&'a (Arc<Rule>, Vec<String>)> {
    let denies = |rule: &Rule| {
        rule.deny
            && rule.is_in(about.workspace)
            && rule.names(about.pipeline)
            && about.tags.is_none_or(|tags| carries(tags, &rule.tags))
    };
    let denying = mine.iter().filter(|(rule, _)| denies(rule));
    denying.min_by_key(|(rule, _)| (rule.role, rule.number))
}

fn gives(rule: &Rule, about: PipelineRef<'_>) -> bool {
    !rule.deny
        && rule.is_in(about.workspace)
        && rule.names(about.pipeline)
        && (rule.tags.is_empty() || about.tags.is_some_and(|tags| carries(tags, &rule.tags)))
}

fn carries(tags: &Tags, wanted: &Tags) -> bool {
    wanted
        .iter()
        .all(|(key, value)| tags.get(key) == Some(value))
}
