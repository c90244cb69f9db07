//! Who runs at all, and what each waits for: at the start, and again at a retry.

use super::Run;
use super::node::{Lender, Phase};
use crate::engine::Millis;
use crate::engine::program::Trigger;

impl Run {
    /// Settles who runs at all: all steps, or those selected and those that lend them results.
    pub(super) fn select(&mut self) {
        // Of a ForEach's body only the children of its passes run.
        let top = self.program.steps.len();
        for node in &mut self.nodes[..top] {
            if self.program.steps[node.step].container.is_some() {
                node.phase = Phase::Dropped;
            }
        }
        let Some(selective) = &self.spec.selective else {
            return;
        };
        let (selected, lenders) = self.program.selection(selective);
        for (step, node) in self.nodes[..top].iter_mut().enumerate() {
            if lenders.binary_search(&step).is_ok() {
                let name = &self.program.steps[step].name;
                let loan = selective.lent.iter().find(|loan| loan.step == *name);
                node.lender = Lender::Source;
                // A Condition that nothing is known of went the way that leads to what is selected.
                node.outcome = loan.is_none_or(|loan| loan.outcome);
                node.outputs = loan.map_or_else(Vec::new, |loan| loan.outputs.clone());
                node.package = loan.and_then(|loan| loan.package);
                node.loan = loan.cloned().map(Box::new);
            } else if selected.binary_search(&step).is_err() {
                node.phase = Phase::Dropped;
            }
        }
        if selective.lent.is_empty() {
            self.guess_outcomes(&selected, &lenders);
        }
    }

    /// Lent Conditions of a source that is told by its name alone went the way that leads to what is selected.
    fn guess_outcomes(&mut self, selected: &[usize], lenders: &[usize]) {
        for step in lenders {
            let gates = &self.program.steps[*step].dependents;
            let taken = gates.iter().find_map(|gate| match gate.trigger {
                Trigger::Outcome(outcome) if selected.binary_search(&gate.step).is_ok() => {
                    Some(outcome)
                }
                _ => None,
            });
            self.nodes[*step].outcome = taken.unwrap_or(true);
        }
    }

    /// Works out for every waiting step what it still waits for, and begins.
    pub(super) fn set_out(&mut self, at: Millis) {
        let top = 0..self.program.steps.len();
        for node in top.clone() {
            let lent = self.nodes[node].lender == Lender::Source;
            let gates = self.program.steps[node].gates.len();
            if self.nodes[node].phase == Phase::Waiting {
                self.nodes[node].unmet = if lent { 0 } else { gates };
            }
        }
        for node in top.clone() {
            if self.nodes[node].phase == Phase::Waiting && self.nodes[node].unmet == 0 {
                self.make_ready(node);
            }
        }
        for node in top {
            let body = self.program.steps[node].container.is_some();
            if !body && matches!(self.nodes[node].phase, Phase::Ended | Phase::Dropped) {
                self.announce(node, 0);
            }
        }
        self.dispatch(at);
        self.close_when_idle(at);
    }
}
