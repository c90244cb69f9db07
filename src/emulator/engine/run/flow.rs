//! The flow of an execution: steps become ready, begin and end, and let their dependents go on.

use super::node::{Ending, Node, Phase, ResultSource};
use super::{Run, RunStatus};
use crate::engine::duration;
use crate::engine::program::Trigger;
use crate::engine::{Millis, failure};
use sluicegate_definition::StepKind;
use std::sync::Arc;

/// A scheduled event. The number beside a node is its generation when the event was scheduled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    /// A dispatched step begins.
    Begin(usize, u32),
    /// A running step's next attempt begins.
    Again(usize, u32),
    /// A running step's attempt ends.
    Finish(usize, u32),
    /// The execution ends unless a step is in progress.
    Close,
}

impl Run {
    pub(super) fn happen(&mut self, event: Event, at: Millis) {
        match event {
            Event::Begin(node, generation) if self.is_current(node, generation) => {
                self.begin(node, at)
            }
            Event::Again(node, generation) if self.is_current(node, generation) => {
                self.nodes[node].backing_off = false;
                self.nodes[node].attempt += 1;
                self.nodes[node].begun = at;
                self.attempt(node, at);
            }
            Event::Finish(node, generation) if self.is_current(node, generation) => {
                self.finish(node, at)
            }
            Event::Close if self.open == 0 && !self.status.is_terminal() => self.close(at),
            _ => {}
        }
    }

    fn is_current(&self, node: usize, generation: u32) -> bool {
        self.nodes[node].generation == generation
    }

    pub(super) fn mark_ready(&mut self, node: usize) {
        let room = self.takes_slot(node);
        self.nodes[node].takes_slot = room;
        self.nodes[node].phase = Phase::Ready;
        match room {
            true => self.ready.push_back(node),
            false => self.unlimited_ready.push_back(node),
        }
    }

    /// Dispatches ready steps while slots are free. Steps that take no time need no slot.
    pub(super) fn dispatch(&mut self, at: Millis) {
        let limit = self.spec.parallelism.map_or(u32::MAX, |limit| limit.max(1));
        loop {
            let room = self.occupied_slots < limit || self.status != RunStatus::Executing;
            let next = match (self.unlimited_ready.pop_front(), room) {
                (None, true) => self.ready.pop_front(),
                (free, _) => free,
            };
            let Some(node) = next else {
                return;
            };
            let ended = self.draining && self.nodes[node].iteration.is_none();
            if self.status != RunStatus::Executing || ended {
                self.skip_ready(node, at);
                continue;
            }
            self.occupied_slots += u32::from(self.nodes[node].takes_slot);
            self.open += 1;
            self.nodes[node].phase = Phase::Dispatched;
            let delay = match self.program.is_job {
                true => 0,
                false => {
                    let delay = duration::dispatch(self.random(node).named("dispatch"));
                    self.spec.pace.scaled_brief(delay)
                }
            };
            let generation = self.nodes[node].generation;
            self.schedule(at + delay, Event::Begin(node, generation));
        }
    }

    fn takes_slot(&self, node: usize) -> bool {
        self.nodes[node].result_source != ResultSource::SourceExecution
            && !matches!(
                self.kind(node),
                StepKind::Condition | StepKind::Fail | StepKind::ForEach
            )
    }

    fn begin(&mut self, node: usize, at: Millis) {
        self.starts += 1;
        let order = self.starts;
        if let Some(end) = self.nodes[node].end {
            self.keep_attempt(node, end);
        }
        let state = &mut self.nodes[node];
        if state.started {
            state.attempt += 1;
        }
        self.running += 1;
        state.phase = Phase::Running;
        state.order = order;
        state.started = true;
        state.start = at;
        state.begun = at;
        state.end = None;
        state.stopping = false;
        state.retries.clear();
        state.ending = Ending::Success;
        state.executing = at;
        self.reuse_result(node, at);
        if self.nodes[node].result_source != ResultSource::OwnJob {
            let duration = self
                .spec
                .pace
                .scaled_brief(self.random(node).named("lent").between(300, 900));
            return self.finish_after(node, at, duration);
        }
        match self.kind(node) {
            StepKind::ForEach => self.begin_for_each(node, at),
            _ => self.attempt(node, at),
        }
    }

    pub(super) fn finish_after(&mut self, node: usize, at: Millis, duration: Millis) {
        let generation = self.nodes[node].generation;
        self.schedule(at + duration, Event::Finish(node, generation));
    }

    fn finish(&mut self, node: usize, at: Millis) {
        if self.status == RunStatus::Executing && self.retry_attempt(node, at) {
            return;
        }
        let kind = self.kind(node).clone();
        if self.status == RunStatus::Stopping {
            match (&kind, &self.nodes[node].ending) {
                // The execution waited for this answer; the step itself was asked to stop.
                (StepKind::Callback, _) => self.nodes[node].ending = Ending::Stop,
                (StepKind::Lambda, Ending::Failure(reason)) if failure::timed_out(reason) => {
                    self.stop_failed = true;
                }
                _ => {}
            }
        }
        if kind == StepKind::Condition && self.nodes[node].result_source == ResultSource::OwnJob {
            let conditions = &self.program.clone().steps[self.nodes[node].step].conditions;
            let scope = self.scope();
            let outcome = conditions.iter().all(|test| test.holds(&scope));
            self.nodes[node].outcome = outcome;
        }
        self.end(node, at);
    }

    /// Ends a running step with its `ending`.
    pub(super) fn end(&mut self, node: usize, at: Millis) {
        let state = &mut self.nodes[node];
        state.phase = Phase::Ended;
        state.end = Some(at);
        state.stopping = false;
        state.backing_off = false;
        state.generation += 1;
        let failed = state.failed();
        let stopped_alone = state.stopped() && self.status == RunStatus::Executing;
        if *self.kind(node) == StepKind::Callback {
            self.waiting.remove(&self.token(node));
        }
        self.open -= 1;
        self.running -= 1;
        self.occupied_slots -= u32::from(self.nodes[node].takes_slot);
        if self.nodes[node].registered(self.kind(node)) && self.nodes[node].package.is_none() {
            self.unversioned.push(node);
        }
        let (base, iteration) = (self.base(node), self.nodes[node].iteration);
        self.notify_dependents(node, base);
        if failed {
            if *self.kind(node) == StepKind::Fail {
                self.fail_step = true;
            }
            let handled = self.is_handled(node, base, |other| other.phase != Phase::Skipped);
            if !handled {
                match iteration {
                    Some((parent, _)) => self.fail_for_each(parent),
                    None => self.draining = true,
                }
            }
        }
        if stopped_alone
            && iteration.is_none()
            && !self.is_handled(node, base, |other| other.phase != Phase::Skipped)
        {
            self.draining = true;
        }
        if let Some((parent, index)) = iteration {
            self.settle_iteration(parent, index, at);
        }
        self.dispatch(at);
        self.close_when_idle(at);
    }

    /// The offset from a step's index to its node beside this one: 0 on the top level, else that of its iteration.
    pub(super) fn base(&self, node: usize) -> isize {
        let Some((parent, index)) = self.nodes[node].iteration else {
            return 0;
        };
        let body = &self.program.steps[self.nodes[parent].step].body;
        let first = self.nodes[parent]
            .for_each
            .as_ref()
            .and_then(|for_each| for_each.iterations.get(index as usize));
        match (first, body.first()) {
            (Some(index), Some(start)) => index.first as isize - *start as isize,
            _ => 0,
        }
    }

    /// Notifies the dependents of a step that ended or is skipped; dependents that cannot go on are skipped too.
    pub(super) fn notify_dependents(&mut self, node: usize, base: isize) {
        let program = Arc::clone(&self.program);
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            for dependency in &program.steps[self.nodes[node].step].dependents {
                let other = dependency.step.wrapping_add_signed(base);
                let met = is_met(&self.nodes[node], dependency.trigger);
                let Some(waiting) = self.nodes.get_mut(other) else {
                    continue;
                };
                if waiting.phase != Phase::Waiting {
                    continue;
                }
                if !met {
                    waiting.phase = Phase::Skipped;
                    open.push(other);
                    continue;
                }
                waiting.unmet_dependencies = waiting.unmet_dependencies.saturating_sub(1);
                if waiting.unmet_dependencies == 0 {
                    self.mark_ready(other);
                }
            }
        }
    }

    /// Skips a step that was ready but may no longer begin.
    fn skip_ready(&mut self, node: usize, at: Millis) {
        self.nodes[node].phase = Phase::Skipped;
        if let Some((parent, index)) = self.nodes[node].iteration {
            self.settle_iteration(parent, index, at);
        }
    }
}

/// Whether a step's end satisfies a dependency's trigger.
fn is_met(node: &Node, trigger: Trigger) -> bool {
    let ended = node.phase == Phase::Ended;
    match trigger {
        Trigger::Completed => node.succeeded(),
        // Selected steps run whatever the source's outcome was.
        Trigger::Outcome(_) if node.result_source == ResultSource::SourceExecution => {
            node.succeeded()
        }
        Trigger::Outcome(outcome) => node.succeeded() && node.outcome == outcome,
        Trigger::Failed => node.failed(),
        Trigger::Stopped => ended && node.ending == Ending::Stop,
        Trigger::Any => ended,
    }
}
