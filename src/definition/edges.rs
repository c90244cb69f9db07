//! What waits for what.

mod cycles;

use std::collections::{HashMap, HashSet};

use super::document::{Kind, Value};
use super::problem::{ProblemDetail, ProblemKind, Problems};
use super::step::{Branch, Step};

/// A dependency between two steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edge {
    /// The step that comes first, as an index into the definition's steps.
    pub from: usize,
    /// The step that waits for it.
    pub to: usize,
    /// What has to be the case, when plain completion is not it.
    pub when: Option<When>,
}

/// The condition of an edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum When {
    /// The condition step's outcome is true (`IfSteps`).
    True,
    /// The condition step's outcome is false (`ElseSteps`).
    False,
    /// The step failed (`"Trigger": "Failed"`).
    Failed,
    /// The step was stopped.
    Stopped,
    /// The step ended, however it ended.
    Any,
}

impl When {
    /// The stable mark in markup (`data-when`), which is SageMaker's own word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::True => "True",
            Self::False => "False",
            Self::Failed => "Failed",
            Self::Stopped => "Stopped",
            Self::Any => "Any",
        }
    }
}

/// Gathers edges, each once.
pub(super) struct Edges<'a> {
    by_name: &'a HashMap<String, usize>,
    list: Vec<Edge>,
    seen: HashSet<Edge>,
    /// References to unknown steps that are reported already.
    dangling: HashSet<(usize, &'a str)>,
}

impl<'a> Edges<'a> {
    pub(super) fn new(by_name: &'a HashMap<String, usize>) -> Self {
        Self {
            by_name,
            list: Vec::new(),
            seen: HashSet::new(),
            dangling: HashSet::new(),
        }
    }

    fn add(&mut self, from: usize, to: usize, when: Option<When>) {
        let edge = Edge { from, to, when };
        if self.seen.insert(edge) {
            self.list.push(edge);
        }
    }

    /// The edge from a Condition or ForEach to a step directly in it.
    pub(super) fn nesting(&mut self, index: usize, step: &Step) {
        let (Some(parent), Some(branch)) = (step.parent, step.branch) else {
            return;
        };
        let when = match branch {
            Branch::True => Some(When::True),
            Branch::False => Some(When::False),
            Branch::Body => None,
        };
        self.add(parent, index, when);
    }

    /// The edge to `index` from the step it refers to by name.
    pub(super) fn named(
        &mut self,
        index: usize,
        step: &Step,
        name: &'a str,
        when: Option<When>,
        problems: &mut Problems,
    ) {
        if let Some(&from) = self.by_name.get(name) {
            self.add(from, index, when);
        } else if self.dangling.insert((index, name)) {
            problems.add(ProblemKind::Dangling, Some(index), || {
                ProblemDetail::UnknownStep {
                    step: step.name.clone(),
                    name: name.to_owned(),
                }
            });
        }
    }

    /// The edges of a step's `DependsOn`: names, or objects with `Step` and `Trigger`.
    pub(super) fn depends_on(
        &mut self,
        index: usize,
        step: &Step,
        value: Value<'a>,
        problems: &mut Problems,
    ) {
        let Some(list) = value.get("DependsOn").filter(|list| !list.is_null()) else {
            return;
        };
        if list.kind() != Kind::Array {
            problems.add(ProblemKind::Shape, Some(index), || {
                ProblemDetail::DependsOn {
                    step: step.name.clone(),
                    found: list.kind(),
                }
            });
        }
        let lone = (list.kind() != Kind::Array).then_some(list);
        for entry in lone.into_iter().chain(list.items()) {
            let name = entry.as_str();
            let name = name.or_else(|| entry.get("Step").and_then(Value::as_str));
            if let Some(name) = name {
                let when = trigger(entry, index, step, problems);
                self.named(index, step, name, when, problems);
            } else if entry.get("Get").is_none() && !(entry.is_null() || lone.is_some()) {
                problems.add(ProblemKind::Shape, Some(index), || {
                    ProblemDetail::DependsOnItem {
                        step: step.name.clone(),
                        found: entry.kind(),
                    }
                });
            }
        }
    }

    /// All edges; cycles among them are reported as problems.
    pub(super) fn finish(self, steps: &[Step], problems: &mut Problems) -> Vec<Edge> {
        for cycle in cycles::cycles(steps.len(), &self.list) {
            problems.add(ProblemKind::Cycle, cycle.first().copied(), || {
                let names = cycle.iter().map(|&index| steps[index].name.clone());
                ProblemDetail::Cycle {
                    steps: names.collect(),
                }
            });
        }
        self.list
    }
}

/// The condition of an entry of `DependsOn`; plain completion when it has none, or one not known here.
fn trigger(entry: Value<'_>, index: usize, step: &Step, problems: &mut Problems) -> Option<When> {
    let trigger = entry.get("Trigger").filter(|trigger| !trigger.is_null())?;
    match trigger.as_str() {
        Some("Completed") => None,
        Some("Failed") => Some(When::Failed),
        Some("Stopped") => Some(When::Stopped),
        Some("Any") => Some(When::Any),
        _ => {
            problems.add(ProblemKind::Shape, Some(index), || {
                ProblemDetail::UnknownTrigger {
                    step: step.name.clone(),
                    trigger: trigger.to_text().unwrap_or_else(|| trigger.to_json()),
                }
            });
            None
        }
    }
}
