//! A step as its definition declares it.

use askama::Template;

use crate::domain::Named;
use crate::web::filters;
use crate::web::texts::Sentence;
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
    /// The steps around it: label and names.
    pub neighbours: Vec<(&'static str, Sentence)>,
    /// The facts shown, label and value.
    pub facts: Vec<(&'static str, String)>,
    /// Its arguments as indented JSON.
    pub arguments: String,
}

impl StepDefinition {
    /// The step of this name, if the definition has it.
    pub fn of(definition: &Definition, name: &str) -> Option<Self> {
        let index = definition.step(name)?;
        let step = &definition.steps[index];
        Some(Self {
            named: step.into(),
            kind: step.kind.label().to_owned(),
            description: step.description.clone(),
            neighbours: neighbours(definition, index),
            facts: facts(definition, index),
            arguments: definition
                .arguments(index)
                .map(|value| value.to_pretty(MAX_INDENTED_BYTES))
                .unwrap_or_default(),
        })
    }
}

fn neighbours(definition: &Definition, index: usize) -> Vec<(&'static str, Sentence)> {
    let named = |steps: Vec<usize>| {
        let steps = steps.into_iter().map(|step| &definition.steps[step]);
        let names: Vec<Named> = steps.map(Named::from).collect();
        Sentence::listed(&names, ", ")
    };
    let before = definition.edges.iter().filter(|e| e.to == index);
    let after = definition.edges.iter().filter(|e| e.from == index);
    let all = [
        ("Runs after", named(before.map(|e| e.from).collect())),
        ("Leads to", named(after.map(|e| e.to).collect())),
    ];
    all.into_iter()
        .filter(|(_, names)| !names.is_empty())
        .collect()
}

fn facts(definition: &Definition, index: usize) -> Vec<(&'static str, String)> {
    let parameters: Vec<&str> = definition
        .parameters
        .iter()
        .filter(|p| p.uses.iter().any(|used| used.step == Some(index)))
        .map(|p| p.name.as_str())
        .collect();
    let cache = definition.cache_config(index).filter(|cache| cache.enabled);
    let retries = definition.retry_policies(index).len();
    let all = [
        ("Parameters", parameters.join(", ")),
        (
            "Cache",
            cache.map_or(String::new(), |c| {
                c.expire_after
                    .map_or("does not expire".into(), |t| format!("expires after {t}"))
            }),
        ),
        (
            "Retry policies",
            if retries == 0 {
                String::new()
            } else {
                retries.to_string()
            },
        ),
    ];
    all.into_iter()
        .filter(|(_, text)| !text.is_empty())
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
