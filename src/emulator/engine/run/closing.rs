//! How an execution ends.

use super::node::{Ending, Node, Phase};
use super::{Event, Run, RunStatus};
use crate::engine::Millis;
use crate::engine::duration;
use sluicegate_definition::StepKind;

/// The failure reason of a Callback step that nobody answered in time.
const CALLBACK_TIMED_OUT: &str =
    "The pipeline execution timed out before the callback was answered.";

impl Run {
    /// Schedules the end of the execution, which takes effect unless a step begins before.
    pub(super) fn close_when_idle(&mut self, at: Millis) {
        if self.open == 0 && !self.status.is_terminal() {
            let random = self.random.named("closing").with(u64::from(self.starts));
            self.schedule(
                at + self.spec.pace.scaled_brief(duration::closing(random)),
                Event::Close,
            );
        }
    }

    /// Sets the final status once nothing is in progress.
    pub(super) fn close(&mut self, at: Millis) {
        let status = match self.status {
            RunStatus::Stopping if self.stop_failed => RunStatus::Failed,
            RunStatus::Stopping => RunStatus::Stopped,
            _ if self.fail_step || self.has_unhandled(Node::failed) => RunStatus::Failed,
            // A job was stopped by itself.
            _ if self.has_unhandled(Node::stopped) => RunStatus::Stopped,
            // A failure within a ForEach that continued also counts.
            _ if self.nodes.iter().any(Node::failed) => RunStatus::CompletedWithFailures,
            _ => RunStatus::Succeeded,
        };
        self.change(status, at);
        self.queue.clear();
    }

    /// Whether a step ended in such a way and none of the steps that ran handles it.
    fn has_unhandled(&self, ended: impl Fn(&Node) -> bool) -> bool {
        (0..self.program.steps.len()).any(|node| {
            let ran = |other: &Node| other.phase == Phase::Ended;
            ended(&self.nodes[node]) && !self.is_handled(node, 0, ran)
        })
    }

    /// Whether a dependent of this step handles that it failed or was stopped, and satisfies `counts`.
    pub(super) fn is_handled(
        &self,
        node: usize,
        base: isize,
        counts: impl Fn(&Node) -> bool,
    ) -> bool {
        let dependents = &self.program.steps[self.nodes[node].step].dependents;
        dependents
            .iter()
            .filter(|dependency| match self.nodes[node].stopped() {
                true => dependency.trigger.handles_stop(),
                false => dependency.trigger.handles_failure(),
            })
            .any(|dependency| {
                let other = self.nodes.get(dependency.step.wrapping_add_signed(base));
                other.is_some_and(&counts)
            })
    }

    /// The execution reached its time limit: everything in progress ends.
    pub(super) fn time_out(&mut self, at: Millis) {
        for index in 0..self.nodes.len() {
            let unanswered = *self.kind(index) == StepKind::Callback;
            let node = &mut self.nodes[index];
            match node.phase {
                Phase::Running => {
                    node.phase = Phase::Ended;
                    node.end = Some(at);
                    node.ending = match unanswered {
                        true => Ending::Failure(CALLBACK_TIMED_OUT.to_owned()),
                        false => Ending::Stop,
                    };
                }
                Phase::Ready | Phase::Dispatched => node.phase = Phase::Skipped,
                Phase::Waiting | Phase::Ended | Phase::Skipped => continue,
            }
            node.stopping = false;
            node.backing_off = false;
            node.generation += 1;
        }
        self.clear();
        self.timed_out = true;
        self.change(RunStatus::Failed, at);
    }

    /// Drops everything in progress and all events.
    pub(super) fn clear(&mut self) {
        self.queue.clear();
        self.ready.clear();
        self.unlimited_ready.clear();
        self.waiting.clear();
        (self.occupied_slots, self.open, self.running) = (0, 0, 0);
    }
}
