//! Which steps run, and what each waits for: at the start and at a retry.

use super::Run;
use super::node::{Phase, ResultSource};
use crate::engine::Millis;
use crate::engine::program::Trigger;

impl Run {
    /// Marks the steps that run: all, or in a selective execution the selected ones and those with reused results.
    pub(super) fn select(&mut self) {
        // Steps of a ForEach's body run as nodes of its iterations only.
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
                node.result_source = ResultSource::SourceExecution;
                // A Condition whose outcome is unknown took the branch that leads to the selected steps.
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

    /// Sets the outcomes of reused Conditions where the source's results are unknown: each took the branch that leads
    /// to the selected steps.
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

    /// Counts the unmet dependencies of every waiting step, and begins.
    pub(super) fn begin_steps(&mut self, at: Millis) {
        let top = 0..self.program.steps.len();
        for node in top.clone() {
            let is_reused = self.nodes[node].result_source == ResultSource::SourceExecution;
            let dependencies = self.program.steps[node].dependencies.len();
            if self.nodes[node].phase == Phase::Waiting {
                self.nodes[node].unmet_dependencies = if is_reused { 0 } else { dependencies };
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
