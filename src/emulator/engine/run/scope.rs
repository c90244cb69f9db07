//! Resolves what an execution's expressions refer to.

use super::Run;
use super::node::ResultSource;
use crate::engine::expression::path::{self, Path};
use crate::engine::expression::{Expr, ProductRef, Scalar, Scope};
use crate::engine::program::{Details, Items};
use crate::engine::random::SeededRandom;
use crate::engine::spec::ScriptedOutcome;
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// Maximum depth of results that depend on results; deeper ones are not resolved.
const MAX_RESULT_DEPTH: u32 = 24;

/// The key of a memoized value: node, kind and name.
type Name = (Option<usize>, MemoKind, String);

/// Values that were resolved already. Without it, nested references to the same value would take exponential time.
#[derive(Default)]
struct Memo {
    values: RefCell<HashMap<(usize, usize), Option<Value>>>,
    /// Members of jobs, and documents.
    evaluated: RefCell<HashMap<Name, Rc<Value>>>,
    depth: Cell<u32>,
}

/// The kinds of values that are memoized.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum MemoKind {
    /// A member of a job's description.
    Member,
    /// A property file or another document.
    Document,
}

impl Memo {
    /// Runs something that may recurse; none at the maximum depth.
    fn nested<T>(&self, work: impl FnOnce() -> Option<T>) -> Option<T> {
        let depth = self.depth.get();
        if depth >= MAX_RESULT_DEPTH {
            return None;
        }
        self.depth.set(depth + 1);
        let done = work();
        self.depth.set(depth);
        done
    }
}

/// Resolves references in a run, for one of its steps or for none.
#[derive(Clone)]
pub struct RunScope<'a> {
    pub(crate) run: &'a Run,
    node: Option<usize>,
    memo: Rc<Memo>,
}

impl Run {
    /// The value of a variable of the execution, such as `PipelineExecutionId`; none for one that does not exist.
    pub fn variable(&self, name: &str) -> Option<String> {
        match self.scope().execution(name) {
            Scalar::Text(value) => Some(value),
            _ => None,
        }
    }

    pub(crate) fn scope(&self) -> RunScope<'_> {
        RunScope {
            run: self,
            node: None,
            memo: Rc::default(),
        }
    }

    pub(crate) fn scope_of(&self, node: usize) -> RunScope<'_> {
        self.scope().within(node)
    }

    /// Evaluates something that is the same for all of the execution's steps.
    pub(crate) fn eval(&self, expr: &Expr) -> Scalar {
        expr.eval(&self.scope())
    }

    /// Evaluates something for one of its steps.
    pub(crate) fn eval_in(&self, node: usize, expr: &Expr) -> Scalar {
        expr.eval(&self.scope_of(node))
    }

    /// The scripted outcomes of a step, of the execution whose job stands for it.
    pub(crate) fn scripts(&self, node: usize) -> impl Iterator<Item = &ScriptedOutcome> {
        let outcomes = match self.nodes[node].result_source {
            ResultSource::OwnJob => self.spec.outcomes.as_slice(),
            ResultSource::Cache | ResultSource::SourceExecution => self
                .source_execution(node)
                .map_or(&[][..], |earlier| &earlier.outcomes),
        };
        let name = &self.program.steps[self.nodes[node].step].name;
        outcomes.iter().filter(move |script| {
            script.step == *name
                || (self.nodes[node].iteration.is_some() && script.step == self.name(node))
        })
    }

    /// Random draws for the values that a step produces; without a node for values of no particular step.
    pub(crate) fn random_for(&self, node: Option<usize>) -> SeededRandom {
        let Some(node) = node else {
            return self.random.with(0).with(0);
        };
        let state = &self.nodes[node];
        let result_source = self.source_execution(node).map(|earlier| earlier.seed);
        let result_source = result_source.or_else(|| {
            state
                .reused_result
                .as_ref()
                .map(|reused_result| reused_result.seed)
        });
        let seed = result_source.map_or(self.random, SeededRandom::from_seed);
        let (_, attempt) = self.producer(node);
        let step = &self.program.steps[self.nodes[node].step];
        let random = seed.with(step.key).with(u64::from(attempt));
        match self.nodes[node].iteration {
            Some((_, index)) => random.with(u64::from(index) + 1),
            None => random,
        }
    }
}

impl<'a> RunScope<'a> {
    /// The scope of another step.
    pub(crate) fn within(&self, node: usize) -> RunScope<'a> {
        RunScope {
            node: Some(node),
            ..self.clone()
        }
    }

    /// The node that a reference to a step means: within a ForEach's body the one of the same iteration.
    pub(crate) fn node_of(&self, step: usize) -> Option<usize> {
        let own = self.node.and_then(|node| self.run.nodes[node].iteration);
        let beside = own.and_then(|(parent, index)| self.run.child(parent, index, step));
        beside.or_else(|| (step < self.run.program.steps.len()).then_some(step))
    }

    /// The value of a product; none when it does not exist.
    pub(crate) fn value(&self, index: usize) -> Option<Value> {
        let key = (self.node.unwrap_or(usize::MAX), index);
        if let Some(known) = self.memo.values.borrow().get(&key) {
            return known.clone();
        }
        let value = self.memo.nested(|| self.resolve_product(index));
        self.memo.values.borrow_mut().insert(key, value.clone());
        value
    }

    /// The memoized value, or the one that `work` returns.
    pub(crate) fn memoized(
        &self,
        node: Option<usize>,
        kind: MemoKind,
        name: &str,
        work: impl FnOnce() -> Value,
    ) -> Rc<Value> {
        let key = (node, kind, name.to_owned());
        if let Some(known) = self.memo.evaluated.borrow().get(&key) {
            return Rc::clone(known);
        }
        let value = Rc::new(work());
        let mut evaluated = self.memo.evaluated.borrow_mut();
        evaluated.insert(key, Rc::clone(&value));
        value
    }

    fn resolve_product(&self, index: usize) -> Option<Value> {
        let product = self.run.program.product(index)?;
        let node = product.step.and_then(|step| self.node_of(step));
        match &product.reference {
            ProductRef::Document(address, path) => self.document_field(address, path, product),
            ProductRef::Output(name) => self.output(node?, name),
            ProductRef::File(name, path) => self.file_field(node?, name, path, product),
            ProductRef::Property(path) => self.property(node?, path.segments(), Some(product)),
        }
    }
}

impl Run {
    /// The node of a step in an iteration of a ForEach.
    pub(crate) fn child(&self, parent: usize, index: u32, step: usize) -> Option<usize> {
        let body = &self.program.steps[self.nodes[parent].step].body;
        let offset = body.iter().position(|other| *other == step)?;
        let for_each = self.nodes[parent].for_each.as_ref()?;
        Some(for_each.iterations.get(index as usize)?.first + offset)
    }
}

impl Scope for RunScope<'_> {
    fn parameter(&self, index: usize) -> Scalar {
        let Some(parameter) = self.run.program.parameters.get(index) else {
            return Scalar::Null;
        };
        match self.given(index) {
            Some(text) => Scalar::typed(parameter.kind, text),
            None => parameter.default.clone().unwrap_or(Scalar::Null),
        }
    }

    fn parameter_text(&self, index: usize) -> String {
        let written = self.run.program.parameters.get(index);
        let written = || written.and_then(|parameter| parameter.text.as_deref());
        self.given(index)
            .or_else(written)
            .unwrap_or_default()
            .to_owned()
    }

    fn execution(&self, name: &str) -> Scalar {
        let run = self.run;
        let time = |at| {
            jiff::Timestamp::from_millisecond(at)
                .map(|time| time.to_string())
                .unwrap_or_default()
        };
        let earlier = self.node.and_then(|node| run.source_execution(node));
        let id = self
            .node
            .map_or(run.spec.execution_id.as_str(), |node| run.producer(node).0);
        Scalar::Text(match name {
            "StartDateTime" => time(earlier.map_or(run.spec.at, |earlier| earlier.at)),
            "CurrentDateTime" => {
                let begun = self.node.map(|node| &run.nodes[node]);
                let begun = begun.filter(|node| node.has_started());
                time(begun.map_or(run.clock, |node| node.start))
            }
            "PipelineName" => run.spec.arn_context.pipeline.clone(),
            "PipelineArn" => run.spec.arn_context.pipeline_arn(),
            "PipelineExecutionId" => id.to_owned(),
            "PipelineExecutionArn" => run.spec.arn_context.execution_arn(id),
            "TrainingJobName" | "ProcessingJobName" => {
                let name = self
                    .node
                    .map(|node| self.memo.nested(|| Some(self.job_name(node))));
                match name.flatten() {
                    Some(name) => name,
                    None => return Scalar::Null,
                }
            }
            _ => return Scalar::Null,
        })
    }

    fn product(&self, index: usize) -> Scalar {
        self.value(index).map_or(Scalar::Null, Scalar::from)
    }

    fn item(&self, path: &Path) -> Scalar {
        let own = self.node.and_then(|node| self.run.nodes[node].iteration);
        let item = own.and_then(|(parent, index)| self.listed(parent, index as usize));
        let value = item.unwrap_or_default();
        path::find(&value, path.segments())
            .cloned()
            .map_or(Scalar::Null, Scalar::from)
    }
}

impl RunScope<'_> {
    /// The value of a parameter that was given at the start, if any.
    fn given(&self, index: usize) -> Option<&str> {
        let parameter = self.run.program.parameters.get(index)?;
        // A reused result was made with the parameters of its own execution.
        let earlier = self.node.and_then(|node| self.run.source_execution(node));
        let given = match earlier {
            Some(earlier) => {
                let mut given = earlier.parameters.iter();
                given.find(|(name, _)| *name == parameter.name)
            }
            None => {
                let given = self.run.given.get(index).copied().flatten();
                given.and_then(|index| self.run.spec.parameters.get(index))
            }
        };
        given.map(|(_, text)| text.as_str())
    }

    /// An item of a ForEach, with the type that it has in the list.
    fn listed(&self, parent: usize, index: usize) -> Option<Value> {
        if let Details::ForEach(details) =
            &self.run.program.steps[self.run.nodes[parent].step].details
            && let Items::Listed(items) = &details.items
        {
            return Some(items.get(index)?.eval(&self.within(parent)).json());
        }
        let for_each = self.run.nodes[parent].for_each.as_ref()?;
        let item = for_each.items.get(index)?;
        Some(serde_json::from_str(item).unwrap_or_else(|_| Value::from(item.as_str())))
    }
}
