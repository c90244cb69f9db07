//! Understands a pipeline definition: its parameters, its steps, its edges. Pure: no I/O, no clock.
//!
//! Reading never fails: [`Definition::read`] gives whatever can be understood, and lists the rest under
//! [`Definition::problems`]. Work and memory stay in proportion to the text, whatever it holds.

mod arguments;
mod document;
mod edges;
mod folds;
mod name;
mod parameter;
mod problem;
mod read;
mod references;
mod step;
mod uses;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

pub use arguments::{
    Argument, Arguments, Comparison, Condition, Known, MAX_LISTED_ARGUMENTS, Operator, Resolved,
};
pub use document::{Document, Kind, NodeId, SyntaxError, Value};
pub use edges::{Edge, When};
pub use folds::{Fold, FoldedEdge, FoldedGraph, FoldedNode, masked};
pub use name::{MAX_EXECUTION_NAME_CHARS, NameError, NameErrorKind, check_execution_name};
pub use parameter::{Constraint, MAX_VALUE_CHARS, Parameter, ParameterKind, Role, Use, ValueError};
pub use problem::{Problem, ProblemDetail, ProblemKind};
pub use sluicegate_shapes::Bounds;
pub use step::{Branch, CacheConfig, PropertyFile, RetryPolicy, Step, StepKind};
pub use uses::MAX_LISTED_USES;

/// What a pipeline definition says, as far as it can be understood.
#[derive(Debug, Clone, Default)]
pub struct Definition {
    /// `Version`, normally `2020-12-01`.
    pub version: Option<String>,
    /// The parameters, in order.
    pub parameters: Vec<Parameter>,
    /// All steps in the order of the text, nested ones after the step that holds them.
    pub steps: Vec<Step>,
    /// What waits for what; one edge per pair of steps and condition. A step that waits for itself has an
    /// edge from itself to itself, and is reported as a cycle.
    pub edges: Vec<Edge>,
    /// What is wrong with the definition, by kind.
    pub problems: Vec<Problem>,
    document: Option<Document>,
    steps_by_name: HashMap<String, usize>,
    parameters_by_name: HashMap<String, usize>,
}

impl Definition {
    /// Reads a definition's text (`PipelineDefinition`). Never fails: see [`Definition::problems`].
    pub fn read(text: &str) -> Self {
        read::read(text)
    }

    /// The JSON; when the text is not JSON, what stood before the fault; `None` when that was nothing.
    pub fn document(&self) -> Option<&Document> {
        self.document.as_ref()
    }

    /// The index of the step of this name; the first one, when several have it.
    pub fn step(&self, name: &str) -> Option<usize> {
        self.steps_by_name.get(name).copied()
    }

    /// The parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        let index = *self.parameters_by_name.get(name)?;
        self.parameters.get(index)
    }

    /// The value under a key of the definition itself, such as `PipelineExperimentConfig`.
    pub fn top(&self, key: &str) -> Option<Value<'_>> {
        self.document.as_ref()?.root().get(key)
    }

    /// The JSON object of a step.
    pub fn value(&self, step: usize) -> Option<Value<'_>> {
        let step = self.steps.get(step)?;
        self.document.as_ref()?.value(step.node)
    }

    /// The steps directly in a step's branches or body, in order.
    pub fn children(&self, step: usize) -> impl Iterator<Item = usize> + '_ {
        let end = self.steps.get(step).map_or(0, |step| step.end);
        let first = (step + 1 < end).then_some(step + 1);
        std::iter::successors(first, move |&child| {
            let next = self.steps.get(child)?.end;
            (next < end).then_some(next)
        })
    }

    /// `Arguments` of a step.
    pub fn arguments(&self, step: usize) -> Option<Value<'_>> {
        self.value(step)?.get("Arguments")
    }

    /// `CacheConfig` of a step.
    pub fn cache_config(&self, step: usize) -> Option<CacheConfig> {
        self.value(step).and_then(step::cache_config)
    }

    /// `RetryPolicies` of a step.
    pub fn retry_policies(&self, step: usize) -> Vec<RetryPolicy> {
        self.value(step).map_or_else(Vec::new, step::retry_policies)
    }

    /// `PropertyFiles` of a step.
    pub fn property_files(&self, step: usize) -> Vec<PropertyFile> {
        self.value(step).map_or_else(Vec::new, step::property_files)
    }
}
