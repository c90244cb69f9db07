//! Finds the steps, nested ones too.

use std::collections::{HashMap, HashSet};

use super::{Branch, Step, StepKind};
use crate::document::{Kind, NodeId, Value};
use crate::problem::{ProblemDetail, ProblemKind, Problems};

/// A step's JSON and where it was found.
struct Found<'a> {
    value: Value<'a>,
    parent: Option<usize>,
    branch: Option<Branch>,
    depth: usize,
}

/// Reads all steps under `Steps` of the definition `root`: each followed by the steps in its branches.
pub(crate) fn read_steps(root: Value<'_>, problems: &mut Problems) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    // Names are settled once all are known, so that a stand-in cannot take the name of a later step.
    let mut unnamed = Vec::new();
    let mut waiting: Vec<Found<'_>> = Vec::new();
    match root.get("Steps") {
        None => problems.add(ProblemKind::Shape, None, || ProblemDetail::NoSteps),
        Some(list) => {
            let found = |value| Found {
                value,
                parent: None,
                branch: None,
                depth: 1,
            };
            waiting.extend(step_list(list, "Steps", None, problems).map(found));
            waiting.reverse();
        }
    }
    while let Some(found) = waiting.pop() {
        let index = steps.len();
        let first = waiting.len();
        for (branch, list) in branches(found.value) {
            let inner = |value| Found {
                value,
                parent: Some(index),
                branch: Some(branch),
                depth: found.depth + 1,
            };
            waiting.extend(step_list(list, branch.key(), Some(index), problems).map(inner));
        }
        waiting[first..].reverse();
        let step = read_step(&found, index, problems);
        if step.name.is_empty() {
            unnamed.push(index);
        }
        steps.push(step);
    }
    name_the_unnamed(&mut steps, &unnamed, problems);
    report_duplicates(&steps, problems);
    set_ends(&mut steps);
    steps
}

/// The lists of nested steps that a step holds, under `Arguments` or beside it.
pub(crate) fn branches<'a>(step: Value<'a>) -> Vec<(Branch, Value<'a>)> {
    let mut lists = Vec::new();
    for branch in Branch::ALL {
        for holder in [step.get("Arguments"), Some(step)].into_iter().flatten() {
            if let Some(list) = holder.get(branch.key()) {
                lists.push((branch, list));
            }
        }
    }
    lists
}

/// The same lists by id, to leave them out of what a step says itself.
pub(crate) fn nested_lists(step: Value<'_>) -> Vec<NodeId> {
    branches(step)
        .into_iter()
        .map(|(_, list)| list.id())
        .collect()
}

/// The objects of a list of steps. A step that stands there without its list is taken as the only one.
fn step_list<'a>(
    list: Value<'a>,
    key: &str,
    holder: Option<usize>,
    problems: &mut Problems,
) -> impl Iterator<Item = Value<'a>> + use<'a> {
    let lone = list.get("Name").is_some() || list.get("Type").is_some();
    let absent = list.is_null() && holder.is_some();
    if list.kind() != Kind::Array && !absent {
        problems.add(ProblemKind::Shape, holder, || ProblemDetail::Steps {
            key: key.to_owned(),
            found: list.kind(),
        });
    }
    for (index, item) in list.items().enumerate() {
        if item.kind() != Kind::Object {
            problems.add(ProblemKind::Shape, holder, || ProblemDetail::StepItem {
                key: key.to_owned(),
                index,
                found: item.kind(),
            });
        }
    }
    let steps = list.items().filter(|item| item.kind() == Kind::Object);
    lone.then_some(list).into_iter().chain(steps)
}

/// The step itself, with an empty name if it has none that can be used.
fn read_step(found: &Found<'_>, index: usize, problems: &mut Problems) -> Step {
    let text = |key| found.value.get(key).and_then(Value::as_str);
    let full = |key| text(key).filter(|text| !text.is_empty()).map(str::to_owned);
    let kind = match text("Type") {
        Some(name) if !name.trim().is_empty() => StepKind::from_name(name),
        _ => StepKind::Unknown(None),
    };
    let name = text("Name").filter(|name| !name.trim().is_empty());
    if kind == StepKind::Unknown(None) {
        problems.add(ProblemKind::Shape, Some(index), || {
            ProblemDetail::UntypedStep {
                number: index + 1,
                name: name.map(str::to_owned),
            }
        });
    }
    Step {
        name: name.unwrap_or_default().to_owned(),
        kind,
        display_name: full("DisplayName"),
        description: full("Description"),
        parent: found.parent,
        branch: found.branch,
        depth: found.depth,
        node: found.value.id(),
        end: index + 1,
    }
}

fn name_the_unnamed(steps: &mut [Step], unnamed: &[usize], problems: &mut Problems) {
    let mut taken: HashSet<String> = HashSet::new();
    if !unnamed.is_empty() {
        taken.extend(steps.iter().map(|step| step.name.clone()));
    }
    for &index in unnamed {
        let number = index + 1;
        let mut name = format!("(step {number})");
        let mut attempt = 1;
        while taken.contains(&name) {
            attempt += 1;
            name = format!("(step {number}, {attempt})");
        }
        problems.add(ProblemKind::Shape, Some(index), || {
            ProblemDetail::UnnamedStep {
                number,
                substitute: name.clone(),
            }
        });
        steps[index].name.clone_from(&name);
        taken.insert(name);
    }
}

fn report_duplicates(steps: &[Step], problems: &mut Problems) {
    let mut times: HashMap<&str, usize> = HashMap::new();
    for step in steps {
        *times.entry(&step.name).or_default() += 1;
    }
    let mut met: HashSet<&str> = HashSet::new();
    for (index, step) in steps.iter().enumerate() {
        let name = step.name.as_str();
        let count = times.get(name).copied().unwrap_or_default();
        // Reported at the second step of that name.
        if count > 1 && !met.insert(name) && times.insert(name, 1).is_some() {
            problems.add(ProblemKind::Duplicate, Some(index), || {
                ProblemDetail::DuplicateStep {
                    name: name.to_owned(),
                    count,
                }
            });
        }
    }
}

fn set_ends(steps: &mut [Step]) {
    for index in (0..steps.len()).rev() {
        let end = steps[index].end;
        if let Some(parent) = steps[index].parent {
            steps[parent].end = steps[parent].end.max(end);
        }
    }
}
