//! The inputs of a run, from which it can be replayed.
//!
//! A run follows from its program, its [`StartSpec`] and its inputs with their times. Replayed from these it is the
//! same to the millisecond, so nothing else needs to be stored of an execution.

use super::Run;
use crate::engine::Millis;
use crate::engine::program::Program;
use crate::engine::record::Metadata;
use crate::engine::spec::{CacheEntry, CallbackAnswer, Pace, Selective, StartSpec};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Something done to a run after its start. Every public method that changes a run records an input when it succeeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunInput {
    /// [`Run::stop`].
    Stop,
    /// [`Run::stop_step`]: the step's name as it is listed.
    StopStep(String),
    /// [`Run::retry`].
    Retry {
        /// The requested parallelism, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parallelism: Option<u32>,
        /// The pace from then on.
        pace: Pace,
    },
    /// [`Run::answer`].
    Answer {
        /// Token of the waiting step.
        token: String,
        /// The answer.
        answer: CallbackAnswer,
    },
    /// [`Run::set_parallelism`].
    Parallelism(Option<u32>),
    /// [`Run::set_pace`].
    Pace(Pace),
    /// [`Run::version_packages`]: the version of one package.
    Package {
        /// The index of the step's node.
        node: usize,
        /// The version in the model package group.
        number: u32,
        /// The step's name as it is listed.
        step: String,
        /// The package's ARN.
        arn: String,
    },
}

impl Run {
    /// Replays a run from what it was started with and its inputs, up to the last of them.
    pub fn replay(program: Arc<Program>, spec: StartSpec, inputs: &[(Millis, RunInput)]) -> Run {
        let mut run = Run::start(program, spec);
        for (at, input) in inputs {
            run.replay_input(*at, input);
        }
        run
    }

    /// What it was started with, as it was then. Once it has ended, without the cached results that it did not use.
    pub fn initial_spec(&self) -> StartSpec {
        let (pace, parallelism) = self.initial;
        let mut spec = StartSpec {
            pace,
            parallelism,
            ..self.spec.clone()
        };
        // The results that a step used before a stop or a retry are not known any more.
        let taken_once = |(_, input): &(Millis, RunInput)| {
            !matches!(input, RunInput::Stop | RunInput::Retry { .. })
        };
        if self.status.is_terminal() && self.inputs.iter().all(taken_once) {
            self.drop_untaken(&mut spec);
        }
        spec
    }

    fn drop_untaken(&self, spec: &mut StartSpec) {
        let taken = |entry: &CacheEntry| {
            let mut reused_results = self
                .nodes
                .iter()
                .filter_map(|node| node.reused_result.as_ref());
            reused_results.any(|reused_result| {
                reused_result.step == entry.step && reused_result.source == entry.source
            })
        };
        spec.cached.retain(taken);
        let selective = spec.selective.iter().flat_map(Selective::sources);
        let sources: BTreeSet<&String> = spec
            .cached
            .iter()
            .map(|entry| &entry.source)
            .chain(selective)
            .collect();
        spec.source_executions
            .retain(|earlier| sources.contains(&earlier.source));
    }

    /// Its inputs so far, with their times.
    pub fn inputs(&self) -> &[(Millis, RunInput)] {
        &self.inputs
    }

    pub(super) fn record_input(&mut self, input: RunInput) {
        self.inputs.push((self.clock, input));
    }

    pub(super) fn set_package_version(&mut self, node: usize, number: u32) {
        if let Some(state) = self.nodes.get_mut(node) {
            state.package = Some(number);
            let record = self.record(node);
            let arn = match record.metadata {
                Some(Metadata::RegisterModel { arn }) => arn,
                _ => String::new(),
            };
            let step = record.name;
            self.record_input(RunInput::Package {
                node,
                number,
                step,
                arn,
            });
        }
    }

    /// Applies an input again. It succeeded before, so it succeeds now.
    fn replay_input(&mut self, at: Millis, input: &RunInput) {
        self.advance(at);
        let _: Result<(), _> = match input {
            RunInput::Stop => self.stop(at),
            RunInput::StopStep(step) => self.stop_step(step, at),
            RunInput::Retry { parallelism, pace } => self.retry(at, *parallelism, *pace),
            RunInput::Answer { token, answer } => self.answer(token, answer.clone(), at),
            RunInput::Parallelism(parallelism) => {
                self.set_parallelism(at, *parallelism);
                Ok(())
            }
            RunInput::Pace(pace) => {
                self.set_pace(*pace);
                Ok(())
            }
            RunInput::Package { node, number, .. } => {
                self.set_package_version(*node, *number);
                Ok(())
            }
        };
    }
}
