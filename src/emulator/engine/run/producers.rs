//! Which execution's job stands for a step's.

use super::Run;
use super::node::{Node, Phase, ResultSource};
use crate::engine::random::SeededRandom;
use crate::engine::spec::{SourceExecution, SourceStep};

impl Run {
    pub(crate) fn token(&self, node: usize) -> String {
        self.job_random(node).named("token").mixed_case(10)
    }

    /// ARN of the execution whose result is reused for a step. Unselected steps before those whose results are reused
    /// count as that execution's too.
    pub(crate) fn reused_from(&self, node: usize) -> Option<&str> {
        let source = || {
            let selective = self.spec.selective.as_ref();
            selective.and_then(|selective| selective.source.as_deref())
        };
        let state = &self.nodes[node];
        match (&state.reused_result, state.result_source) {
            (Some(reused_result), _) => Some(&reused_result.source),
            (None, ResultSource::SourceExecution) => source(),
            (None, _) if state.phase == Phase::Skipped => source(),
            (None, _) => None,
        }
    }

    /// This execution as the source of reused results for another one.
    pub fn as_source_execution(&self) -> SourceExecution {
        let source_step = |node: usize| {
            let Node {
                attempt,
                outputs,
                package,
                ..
            } = &self.nodes[node];
            let plain = *attempt == 0 && outputs.is_empty() && package.is_none();
            (!plain).then(|| SourceStep {
                name: self.name(node),
                attempt: *attempt,
                outputs: outputs.clone(),
                package: *package,
            })
        };
        SourceExecution {
            source: self.spec.arn_context.execution_arn(&self.spec.execution_id),
            seed: self.spec.seed,
            at: self.spec.at,
            parameters: self.spec.parameters.clone(),
            outcomes: self.spec.outcomes.clone(),
            steps: (0..self.nodes.len()).filter_map(source_step).collect(),
        }
    }

    /// The execution whose result is reused for a step, if it is known.
    pub(crate) fn source_execution(&self, node: usize) -> Option<&SourceExecution> {
        let source = self.reused_from(node)?;
        self.spec
            .source_executions
            .iter()
            .find(|earlier| earlier.source == source)
    }

    /// The step whose result is reused for a step, if it is known.
    pub(crate) fn source_step(&self, node: usize) -> Option<&SourceStep> {
        let name = self.name(node);
        let mut steps = self.source_execution(node)?.steps.iter();
        steps.find(|step| step.name == name)
    }

    /// The model package version that a RegisterModel step, or the reused one, made.
    pub(crate) fn package(&self, node: usize) -> Option<u32> {
        let state = &self.nodes[node];
        let reused = state
            .reused_result
            .as_ref()
            .and_then(|reused_result| reused_result.package);
        let known = || self.source_step(node)?.package;
        state.package.or(reused).or_else(known)
    }

    /// Execution id and attempt of the job that stands for the step: another execution's when its result is reused.
    pub(crate) fn producer(&self, node: usize) -> (&str, u32) {
        let id = |arn: &'_ str| -> usize { arn.rfind('/').map_or(0, |at| at + 1) };
        let state = &self.nodes[node];
        let reused = || self.source_step(node).map_or(0, |step| step.attempt);
        match (self.reused_from(node), &state.reused_result) {
            (Some(source), Some(reused_result)) => (&source[id(source)..], reused_result.attempt),
            (Some(source), None) => (&source[id(source)..], reused()),
            (None, _) => (&self.spec.execution_id, state.attempt),
        }
    }

    /// Random draws for the names of a step's jobs: the same for every execution that refers to the job.
    pub(crate) fn job_random(&self, node: usize) -> SeededRandom {
        let (_, attempt) = self.producer(node);
        self.step_random(node).with(u64::from(attempt))
    }

    /// The same for all attempts of the step.
    pub(super) fn step_random(&self, node: usize) -> SeededRandom {
        let (execution, _) = self.producer(node);
        SeededRandom::from_seed(0)
            .named(execution)
            .named(&self.name(node))
    }
}
