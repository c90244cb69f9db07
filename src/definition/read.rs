//! From text to a definition.

use std::collections::HashMap;

use super::Definition;
use super::document::{Document, Kind, Value};
use super::edges::{Edge, Edges};
use super::parameter::Parameter;
use super::parameter::read::read_parameters;
use super::problem::{ProblemDetail, ProblemKind, Problems};
use super::references::{Trail, each_reference, parameter_name, step_name};
use super::step::Step;
use super::step::read::{nested_lists, read_steps};
use super::uses::{self, Evidence};

/// Reads whatever can be understood of `text`.
pub(super) fn read(text: &str) -> Definition {
    let mut problems = Problems::default();
    let (document, error) = Document::parse_lenient(text);
    let mut definition = match &document {
        Some(document) => read_root(document.root(), &mut problems),
        None => Definition::default(),
    };
    if let Some(error) = error {
        // These may be due to the missing rest of the text.
        problems.drop_kind(ProblemKind::Shape);
        problems.drop_kind(ProblemKind::Dangling);
        problems.add(ProblemKind::NotJson, None, || ProblemDetail::Syntax {
            error,
            partly_read: document.is_some(),
        });
    }
    definition.document = document;
    definition.problems = problems.into_list();
    definition
}

fn read_root(root: Value<'_>, problems: &mut Problems) -> Definition {
    if root.kind() != Kind::Object {
        problems.add(ProblemKind::Shape, None, || ProblemDetail::Definition {
            found: root.kind(),
        });
        return Definition::default();
    }
    let mut parameters = read_parameters(root, problems);
    let steps = read_steps(root, problems);
    let parameters_by_name = index(parameters.iter().map(|parameter| &parameter.name));
    let steps_by_name = index(steps.iter().map(|step| &step.name));
    let mut reader = References {
        edges: Edges::new(&steps_by_name),
        evidence: vec![Evidence::default(); parameters.len()],
        parameters: &mut parameters,
        parameters_by_name: &parameters_by_name,
        problems,
    };
    for (key, value) in root.entries() {
        if !matches!(key, "Steps" | "Parameters") {
            reader.outside_steps(key, value);
        }
    }
    for (index, step) in steps.iter().enumerate() {
        reader.step(root, index, step);
    }
    let edges = reader.finish(&steps);
    Definition {
        version: root.get("Version").and_then(Value::to_text),
        parameters,
        steps,
        edges,
        steps_by_name,
        parameters_by_name,
        ..Definition::default()
    }
}

/// Positions by name; of equal names the first counts.
fn index<'a>(names: impl Iterator<Item = &'a String>) -> HashMap<String, usize> {
    let mut by_name = HashMap::new();
    for (index, name) in names.enumerate() {
        by_name.entry(name.clone()).or_insert(index);
    }
    by_name
}

/// Goes through all references once, for edges and for the uses of parameters.
struct References<'a, 'p> {
    edges: Edges<'a>,
    evidence: Vec<Evidence>,
    parameters: &'p mut [Parameter],
    parameters_by_name: &'p HashMap<String, usize>,
    problems: &'p mut Problems,
}

impl<'a> References<'a, '_> {
    fn outside_steps(&mut self, key: &'a str, value: Value<'a>) {
        each_reference(value, &[], |what, trail| {
            if let Some(name) = parameter_name(what) {
                self.parameter(name, trail, Some(key), None);
            }
        });
    }

    fn step(&mut self, root: Value<'a>, index: usize, step: &'a Step) {
        let Some(value) = root.other(step.node) else {
            return;
        };
        self.edges.nesting(index, step);
        self.edges.depends_on(index, step, value, self.problems);
        each_reference(value, &nested_lists(value), |what, trail| {
            if let Some(name) = step_name(what) {
                self.edges.named(index, step, name, None, self.problems);
            } else if let Some(name) = parameter_name(what) {
                self.parameter(name, trail, None, Some((index, step)));
            }
        });
    }

    fn parameter(
        &mut self,
        name: &str,
        trail: &Trail<'a>,
        under: Option<&'a str>,
        step: Option<(usize, &Step)>,
    ) {
        let Some(&at) = self.parameters_by_name.get(name) else {
            // SageMaker refuses to create such a pipeline, and there is nothing to show for it.
            return;
        };
        let mut field = trail.field();
        if let Some(under) = under {
            let dot = if field.path.is_empty() { "" } else { "." };
            field.path = format!("{under}{dot}{}", field.path);
        }
        if let Some((index, step)) = step
            && let Some(shape) = trail.shape(&step.kind)
        {
            self.evidence[at].argument(index, field.key, shape);
        }
        let step = step.map(|(index, step)| (index, &step.kind));
        uses::note(
            &mut self.parameters[at],
            &mut self.evidence[at],
            field,
            step,
        );
    }

    fn finish(self, steps: &[Step]) -> Vec<Edge> {
        for (parameter, evidence) in self.parameters.iter_mut().zip(self.evidence) {
            parameter.role = evidence.role(parameter);
            parameter.constraints = evidence.constraints(parameter, steps);
        }
        self.edges.finish(steps, self.problems)
    }
}
