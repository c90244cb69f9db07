//! A definition compiled for running.

mod cache;
mod compile;
mod details;
mod job;
mod retry;
mod selection;

pub use details::{Check, Details, Items, OutputDeclaration, Policy};

use super::duration::StepDuration;
use super::expression::{ConditionExpr, Expr, Product, Products, Scalar};
use cache::CacheRule;
use sluicegate_definition::{Definition, ParameterKind, PropertyFile, StepKind};
use std::collections::HashMap;

/// A pipeline version, ready to run: steps by index, dependencies as lists, conditions as expressions.
#[derive(Debug)]
pub struct Program {
    pub(crate) steps: Vec<Step>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) products: Products,
    indices: HashMap<String, usize>,
    /// Whether it is a single job that a request created: it begins at once, has the name in its arguments, and is not
    /// tried again.
    pub(crate) is_job: bool,
}

/// A parameter with its default.
#[derive(Debug)]
pub struct Parameter {
    pub(crate) name: String,
    pub(crate) kind: ParameterKind,
    pub(crate) default: Option<Scalar>,
    /// The default as it would be typed.
    pub(crate) text: Option<String>,
}

/// A step.
#[derive(Debug)]
pub struct Step {
    pub(crate) name: String,
    /// The hash of the name, for random draws.
    pub(crate) key: u64,
    pub(crate) kind: StepKind,
    pub(crate) display_name: Option<String>,
    pub(crate) description: Option<String>,
    /// The steps that this one waits for, on the same level: the pipeline's, or one ForEach body's.
    pub(crate) dependencies: Vec<Dependency>,
    /// The steps that wait for this one, on the same level.
    pub(crate) dependents: Vec<Dependency>,
    /// The outermost ForEach whose body contains it.
    pub(crate) container: Option<usize>,
    /// The conditions of a Condition step, all of which must hold.
    pub(crate) conditions: Vec<ConditionExpr>,
    /// The steps of a ForEach's body; empty for a ForEach inside another one's body, which does nothing.
    pub(crate) body: Vec<usize>,
    pub(crate) duration: StepDuration,
    pub(crate) policies: Vec<Policy>,
    pub(crate) details: Details,
    pub(crate) cache: Option<CacheRule>,
    /// `Arguments`; of steps that contain no other steps.
    pub(crate) arguments: Expr,
    /// `PropertyFiles`.
    pub(crate) files: Vec<PropertyFile>,
    /// The products that its arguments and conditions refer to.
    pub(crate) needs: Vec<usize>,
    /// Those of them that may be missing although their step succeeded, unless an outcome is scripted.
    pub(crate) doubtful: Vec<usize>,
}

/// One end of a dependency between two steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dependency {
    /// The step at the other end.
    pub(crate) step: usize,
    /// What satisfies it.
    pub(crate) trigger: Trigger,
}

/// What must happen to a step before one that depends on it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trigger {
    /// It succeeded.
    Completed,
    /// It succeeded, and the condition's outcome is this.
    Outcome(bool),
    /// It failed.
    Failed,
    /// It was stopped.
    Stopped,
    /// It ended.
    Any,
}

impl Trigger {
    /// Whether a step with this trigger handles a failure.
    pub fn handles_failure(self) -> bool {
        matches!(self, Trigger::Failed | Trigger::Any)
    }

    /// Whether a step with this trigger goes on when a step is stopped.
    pub fn handles_stop(self) -> bool {
        matches!(self, Trigger::Stopped | Trigger::Any)
    }
}

impl Program {
    /// Compiles as much as can be understood of a definition; never fails.
    pub fn compile(definition: &Definition) -> Program {
        compile::compile(definition)
    }

    /// The values of the parameters for a start: defaults overridden by `given`, in the definition's order. A
    /// parameter that has no default and is not given is left out.
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

    /// The index of a step.
    pub(crate) fn step(&self, name: &str) -> Option<usize> {
        self.indices.get(name).copied()
    }

    pub(crate) fn product(&self, index: usize) -> Option<&Product> {
        self.products.get(index)
    }
}
