//! A step as its definition declares it.

use std::collections::HashSet;

use askama::Template;

use crate::domain::Named;
use crate::web::filters;
use sluicegate_definition::Definition;

/// Arguments up to this many bytes are indented; longer ones are shown compactly.
const MAX_INDENTED_BYTES: usize = 256 * 1024;

/// A step of a definition.
pub struct StepDefinition {
    /// What it is called.
    pub named: Named,
    /// Its type.
    pub kind: String,
    /// Its description.
    pub description: Option<String>,
    /// The steps around it: a label, and the steps with their pages.
    pub neighbours: Vec<(&'static str, Vec<StepLink>)>,
    /// The facts shown, label and value.
    pub facts: Vec<(&'static str, String)>,
    /// Its arguments as indented JSON.
    pub arguments: String,
}

/// A step, and its page.
#[derive(Debug)]
pub struct StepLink {
    /// What it is called.
    pub named: Named,
    /// Its page.
    pub href: String,
}

impl StepDefinition {
    /// The step of this name, if the definition has it; `href` makes the addresses of steps.
    pub fn of(definition: &Definition, name: &str, href: impl Fn(&str) -> String) -> Option<Self> {
        let index = definition.step(name)?;
        let step = &definition.steps[index];
        Some(Self {
            named: step.into(),
            kind: step.kind.label().to_owned(),
            description: step.description.clone(),
            neighbours: neighbours(definition, index, href),
            facts: facts(definition, index),
            arguments: arguments_text(definition, index),
        })
    }
}

/// The arguments of a step as indented JSON; empty where it has none.
pub(super) fn arguments_text(definition: &Definition, index: usize) -> String {
    let arguments = definition.arguments(index);
    arguments
        .map(|value| value.to_pretty(MAX_INDENTED_BYTES))
        .unwrap_or_default()
}

/// The steps around a step: a label, and the steps with their pages.
pub(super) fn neighbours(
    definition: &Definition,
    index: usize,
    href: impl Fn(&str) -> String,
) -> Vec<(&'static str, Vec<StepLink>)> {
    let links = |mut steps: Vec<usize>| -> Vec<StepLink> {
        // Two conditions between the same steps are two edges.
        let mut seen = HashSet::new();
        steps.retain(|step| seen.insert(*step));
        let steps = steps.into_iter().map(|step| &definition.steps[step]);
        steps
            .map(|step| StepLink {
                named: step.into(),
                href: href(&step.name),
            })
            .collect()
    };
    let before = definition.edges.iter().filter(|e| e.to == index);
    let after = definition.edges.iter().filter(|e| e.from == index);
    let all = [
        ("Runs after", links(before.map(|e| e.from).collect())),
        ("Leads to", links(after.map(|e| e.to).collect())),
    ];
    all.into_iter()
        .filter(|(_, steps)| !steps.is_empty())
        .collect()
}

fn facts(definition: &Definition, index: usize) -> Vec<(&'static str, String)> {
    let parameters: Vec<&str> = definition
        .parameters
        .iter()
        .filter(|p| p.uses.iter().any(|used| used.step == Some(index)))
        .map(|p| p.name.as_str())
        .collect();
    let mut facts = settings(definition, index);
    if !parameters.is_empty() {
        facts.insert(0, ("Parameters", parameters.join(", ")));
    }
    facts
}

/// The settings of a step beside its arguments: label and value.
pub(super) fn settings(definition: &Definition, index: usize) -> Vec<(&'static str, String)> {
    let cache = definition.cache_config(index).filter(|cache| cache.enabled);
    let cache = cache.map(|cache| match cache.expire_after {
        Some(after) => format!("expires after {after}"),
        None => "does not expire".to_owned(),
    });
    let retries = definition.retry_policies(index).len();
    let retries = (retries > 0).then(|| retries.to_string());
    let all = [("Cache", cache), ("Retry policies", retries)];
    let set = all.into_iter();
    set.filter_map(|(label, value)| Some((label, value?)))
        .collect()
}

/// The panel of a step of a definition.
#[derive(Template)]
#[template(path = "execution/_step_definition.html")]
pub struct StepDefinitionPanel<'a> {
    /// The step.
    pub step: &'a StepDefinition,
    /// Where the link that closes the panel leads.
    pub close: &'a str,
}
