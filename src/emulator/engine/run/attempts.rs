//! The attempts of a step, each of which made a job of its own: those before its last stay as they ended.

use super::Run;
use super::names::makes;
use super::node::{EarlierAttempt, Ending, Node, Phase, ResultSource};
use crate::engine::record::StepRecord;
use crate::engine::{Millis, failure};
use sluicegate_definition::StepKind;

/// An attempt of a step.
pub struct StepAttempt {
    /// The run as if this were the step's last attempt; none if it is.
    pub earlier: Option<Run>,
    /// The step, which starts with the attempt.
    pub step: StepRecord,
    node: usize,
}

impl StepAttempt {
    /// The name of what it makes, in the run that it is an attempt of.
    pub fn name(&self, run: &Run) -> String {
        let run = self.earlier.as_ref().unwrap_or(run);
        run.scope_of(self.node).job_name(self.node)
    }
}

impl Run {
    /// Keeps a step's attempt, which ended, if it made a job; to be called before the next one.
    pub(super) fn keep_attempt(&mut self, node: usize, end: Millis) {
        let is_kept = self.is_last_attempt_kept(node);
        let state = &self.nodes[node];
        let is_refused = matches!(&state.ending, Ending::Failure(reason)
            if failure::is_before_creation(reason));
        let is_created = state.executing < Millis::MAX
            && !is_refused
            && state.result_source == ResultSource::OwnJob
            && makes(self.kind(node));
        if is_kept || !is_created {
            return;
        }
        let state = &mut self.nodes[node];
        state.earlier.push(EarlierAttempt {
            number: state.attempt,
            begun: state.begun,
            executing: state.executing.min(end),
            end,
            ending: state.ending.clone(),
        });
    }

    /// Whether the last attempt has ended, and the next has not begun.
    fn is_last_attempt_kept(&self, node: usize) -> bool {
        let state = &self.nodes[node];
        let last = state.earlier.last();
        last.is_some_and(|attempt| attempt.number == state.attempt)
    }

    /// The attempts of the steps of some types, of each step the first one first.
    pub fn attempts(&self, is_wanted: impl Fn(&StepKind) -> bool) -> Vec<StepAttempt> {
        let mut attempts = Vec::new();
        for (_, step) in self.listed() {
            let node = step.0;
            if !is_wanted(self.kind(node)) {
                continue;
            }
            let state = &self.nodes[node];
            for earlier in &state.earlier {
                let run = self.at_attempt(node, earlier);
                attempts.push(StepAttempt {
                    step: run.record(node),
                    earlier: Some(run),
                    node,
                });
            }
            if !self.is_last_attempt_kept(node) {
                attempts.push(StepAttempt {
                    earlier: None,
                    step: StepRecord {
                        start: state.begun,
                        ..self.record(node)
                    },
                    node,
                });
            }
        }
        attempts
    }

    /// The run as if an earlier attempt were the step's last.
    fn at_attempt(&self, node: usize, earlier: &EarlierAttempt) -> Run {
        let mut run = self.clone();
        let state = &mut run.nodes[node];
        *state = Node {
            phase: Phase::Ended,
            stopping: false,
            ending: earlier.ending.clone(),
            start: earlier.begun,
            begun: earlier.begun,
            executing: earlier.executing,
            end: Some(earlier.end),
            attempt: earlier.number,
            backing_off: false,
            earlier: Vec::new(),
            package: None,
            ..state.clone()
        };
        run
    }
}
