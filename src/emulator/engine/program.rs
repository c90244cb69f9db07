//! A definition compiled for running.

mod cache;
mod compile;
mod details;
mod retry;
mod selection;

pub use details::{Check, Declared, Details, Items, Policy};

use super::expression::{Expr, Product, Products, Scalar, Test};
use super::length::Length;
use cache::CacheRule;
use sluicegate_definition::{Definition, ParameterKind, PropertyFile, StepKind};
use std::collections::HashMap;

/// A pipeline version, ready to run: steps by number, dependencies as lists, conditions as expressions.
#[derive(Debug)]
pub struct Program {
    pub(super) steps: Vec<Step>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) products: Products,
    places: HashMap<String, usize>,
}

/// A parameter with its default.
#[derive(Debug)]
pub struct Parameter {
    pub(super) name: String,
    pub(super) kind: ParameterKind,
    pub(super) default: Option<Scalar>,
    /// The default as one would type it.
    pub(super) text: Option<String>,
}

/// One step.
#[derive(Debug)]
pub struct Step {
    pub(super) name: String,
    /// The name as a number to draw by.
    pub(super) key: u64,
    pub(super) kind: StepKind,
    pub(super) display_name: Option<String>,
    pub(super) description: Option<String>,
    /// What it waits for, within the same level: the pipeline's or one ForEach's body.
    pub(super) gates: Vec<Gate>,
    /// Who waits for it, within the same level.
    pub(super) dependents: Vec<Gate>,
    /// The outermost ForEach whose body it stands in.
    pub(super) container: Option<usize>,
    /// A Condition's tests, all of which must hold.
    pub(super) tests: Vec<Test>,
    /// The steps of a ForEach's body; empty for one inside another's body, which does nothing.
    pub(super) body: Vec<usize>,
    pub(super) length: Length,
    pub(super) policies: Vec<Policy>,
    pub(super) details: Details,
    pub(super) cache: Option<CacheRule>,
    /// `Arguments`, of steps that hold no others.
    pub(super) arguments: Expr,
    /// `PropertyFiles`.
    pub(super) files: Vec<PropertyFile>,
    /// The products that its arguments and conditions refer to.
    pub(super) needs: Vec<usize>,
    /// Those of them that are not there for sure when their step succeeded, unless a script says otherwise.
    pub(super) doubtful: Vec<usize>,
}

/// One end of a dependency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    /// The step at the other end.
    pub(super) step: usize,
    /// What it takes.
    pub(super) trigger: Trigger,
}

/// What has to become of a step for one that waits for it to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trigger {
    /// It succeeded.
    Completed,
    /// The condition's outcome is this.
    Outcome(bool),
    /// It failed.
    Failed,
    /// It was stopped.
    Stopped,
    /// It ended.
    Any,
}

impl Trigger {
    /// Whether a step with this trigger takes care of a failure.
    pub fn handles_failure(self) -> bool {
        matches!(self, Trigger::Failed | Trigger::Any)
    }
}

impl Program {
    /// Compiles what can be understood of a definition; never fails.
    pub fn compile(definition: &Definition) -> Program {
        compile::compile(definition)
    }

    /// Parameters with their values for a start: defaults overruled by `given`, in the definition's order.
    /// One without default and not given is left out.
    pub fn parameters(&self, given: &[(String, String)]) -> Vec<(String, String)> {
        let value = |parameter: &Parameter| {
            let given = given
                .iter()
                .find(|(name, _)| *name == parameter.name)
                .map(|(_, value)| value);
            given
                .or(parameter.text.as_ref())
                .map(|value| (parameter.name.clone(), value.clone()))
        };
        self.parameters.iter().filter_map(value).collect()
    }

    /// The number of a step.
    pub(super) fn step(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    pub(super) fn product(&self, place: usize) -> Option<&Product> {
        self.products.get(place)
    }
}
