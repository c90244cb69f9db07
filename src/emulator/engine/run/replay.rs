//! What was done to a run, so that it can be made again.
//!
//! A run follows from its program, its [`StartSpec`] and what was done to it when: these three make it again at any
//! time, the same to the millisecond. So nothing else need be kept of an execution.

use super::Run;
use crate::engine::Millis;
use crate::engine::program::Program;
use crate::engine::record::Metadata;
use crate::engine::spec::{CacheEntry, CallbackAnswer, Pace, Selective, StartSpec};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Something done to a run after its start. Every public way to change one notes a deed where it succeeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunInput {
    /// [`Run::stop`].
    Stop,
    /// [`Run::retry`].
    Retry {
        /// The parallelism asked for, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parallelism: Option<u32>,
        /// The pace from then on.
        pace: Pace,
    },
    /// [`Run::answer`].
    Answer {
        /// Of the step that waited.
        token: String,
        /// What it was told.
        answer: CallbackAnswer,
    },
    /// [`Run::set_parallelism`].
    Parallelism(Option<u32>),
    /// [`Run::set_pace`].
    Pace(Pace),
    /// [`Run::version_packages`]: one package of it.
    Package {
        /// The place of the step that registered it among the run's nodes.
        node: usize,
        /// Its version in its group.
        number: u32,
        /// The step's name as it is listed.
        step: String,
        /// The package's ARN.
        arn: String,
    },
}

impl Run {
    /// Makes a run again from what it was started with and everything done to it, up to the last of that.
    pub fn replay(program: Arc<Program>, spec: StartSpec, inputs: &[(Millis, RunInput)]) -> Run {
        let mut run = Run::start(program, spec);
        for (at, input) in inputs {
            run.replay_input(*at, input);
        }
        run
    }

    /// What it was started with, as it was then; of results that it could have taken but did not, nothing once it
    /// ended.
    pub fn initial_spec(&self) -> StartSpec {
        let (pace, parallelism) = self.initial;
        let mut spec = StartSpec {
            pace,
            parallelism,
            ..self.spec.clone()
        };
        // What a step took before a stop or a retry is not known any more.
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

    /// What was done to it so far, and when.
    pub fn inputs(&self) -> &[(Millis, RunInput)] {
        &self.inputs
    }

    pub(super) fn record_input(&mut self, input: RunInput) {
        self.inputs.push((self.clock, input));
    }

    pub(super) fn set_package_version(&mut self, node: usize, number: u32) {
        if let Some(told) = self.nodes.get_mut(node) {
            told.package = Some(number);
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

    /// Does again what once succeeded, and so succeeds.
    fn replay_input(&mut self, at: Millis, input: &RunInput) {
        self.advance(at);
        let _: Result<(), _> = match input {
            RunInput::Stop => self.stop(at),
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
