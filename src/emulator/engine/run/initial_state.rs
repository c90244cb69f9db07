//! Who runs at all, and what each waits for: at the start, and again at a retry.

use super::Run;
use super::node::{Phase, ResultSource};
use crate::engine::Millis;
use crate::engine::program::Trigger;

impl Run {
    /// Settles who runs at all: all steps, or those selected and those that lend them results.
    pub(super) fn select(&mut self) {
        // Of a ForEach's body only the children of its passes run.
        let top = self.program.steps.len();
        for node in &mut self.nodes[..top] {
            if self.program.steps[node.step].container.is_some() {
                node.phase = Phase::Skipped;
            }
        }
        let Some(selective) = &self.spec.selective else {
            return;
        };
        let (selected, reused_steps) = self.program.selection(selective);
        for (step, node) in self.nodes[..top].iter_mut().enumerate() {
            if reused_steps.binary_search(&step).is_ok() {
                let name = &self.program.steps[step].name;
                let reused_result = selective
                    .reused_results
                    .iter()
                    .find(|reused_result| reused_result.step == *name);
                node.result_source = ResultSource::Source;
                // A Condition that nothing is known of went the way that leads to what is selected.
                node.outcome = reused_result.is_none_or(|reused_result| reused_result.outcome);
                node.outputs = reused_result
                    .map_or_else(Vec::new, |reused_result| reused_result.outputs.clone());
                node.package = reused_result.and_then(|reused_result| reused_result.package);
                node.reused_result = reused_result.cloned().map(Box::new);
            } else if selected.binary_search(&step).is_err() {
                node.phase = Phase::Skipped;
            }
        }
        if selective.reused_results.is_empty() {
            self.guess_outcomes(&selected, &reused_steps);
        }
    }

    /// Lent Conditions of a source that is told by its name alone went the way that leads to what is selected.
    fn guess_outcomes(&mut self, selected: &[usize], reused_steps: &[usize]) {
        for step in reused_steps {
            let dependencies = &self.program.steps[*step].dependents;
            let taken = dependencies
                .iter()
                .find_map(|dependency| match dependency.trigger {
                    Trigger::Outcome(outcome)
                        if selected.binary_search(&dependency.step).is_ok() =>
                    {
                        Some(outcome)
                    }
                    _ => None,
                });
            self.nodes[*step].outcome = taken.unwrap_or(true);
        }
    }

    /// Works out for every waiting step what it still waits for, and begins.
    pub(super) fn begin_steps(&mut self, at: Millis) {
        let top = 0..self.program.steps.len();
        for node in top.clone() {
            let lent = self.nodes[node].result_source == ResultSource::Source;
            let dependencies = self.program.steps[node].dependencies.len();
            if self.nodes[node].phase == Phase::Waiting {
                self.nodes[node].unmet_dependencies = if lent { 0 } else { dependencies };
            }
        }
        for node in top.clone() {
            if self.nodes[node].phase == Phase::Waiting && self.nodes[node].unmet_dependencies == 0
            {
                self.mark_ready(node);
            }
        }
        for node in top {
            let body = self.program.steps[node].container.is_some();
            if !body && matches!(self.nodes[node].phase, Phase::Ended | Phase::Skipped) {
                self.notify_dependents(node, 0);
            }
        }
        self.dispatch(at);
        self.close_when_idle(at);
    }
}
