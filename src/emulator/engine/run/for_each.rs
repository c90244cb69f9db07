//! ForEach: iterations of its body, a limited number at once.

use super::node::{Ending, ForEachState, IterationState, Node, Phase};
use super::{Run, RunStatus};
use crate::engine::Millis;
use crate::engine::duration;
use crate::engine::program::Details;
use std::sync::Arc;

impl Run {
    pub(super) fn begin_for_each(&mut self, node: usize, at: Millis) {
        let step = self.nodes[node].step;
        match self.nodes[node].for_each.take() {
            Some(mut for_each) => {
                for_each.failed = false;
                let unfinished: Vec<usize> = (0..for_each.iterations.len())
                    .filter(|index| !self.is_done(step, &for_each.iterations[*index]))
                    .collect();
                self.nodes[node].for_each = Some(for_each);
                for index in unfinished {
                    self.begin_iteration(node, index);
                }
            }
            None => {
                let items = match &self.program.steps[step].details {
                    Details::ForEach(details) if !self.program.steps[step].body.is_empty() => {
                        details.items.list(&|expr| self.eval(expr))
                    }
                    _ => Vec::new(),
                };
                self.nodes[node].for_each = Some(Box::new(ForEachState {
                    items,
                    ..ForEachState::default()
                }));
            }
        }
        self.begin_iterations(node);
        self.end_for_each_when_done(node, at);
        self.dispatch(at);
    }

    fn is_done(&self, step: usize, index: &IterationState) -> bool {
        let body = self.program.steps[step].body.len();
        index.left == 0
            && !self.nodes[index.first..index.first + body]
                .iter()
                .any(|node| node.phase == Phase::Waiting)
    }

    /// Begins new iterations up to the concurrency limit.
    fn begin_iterations(&mut self, node: usize) {
        let step = self.nodes[node].step;
        let Details::ForEach(details) = &self.program.steps[step].details else {
            return;
        };
        let (concurrency, body) = (details.concurrency, self.program.steps[step].body.clone());
        while self.status == RunStatus::Executing {
            let Some(for_each) = &mut self.nodes[node].for_each else {
                return;
            };
            let index = for_each.iterations.len();
            if for_each.failed || for_each.running >= concurrency || index >= for_each.items.len() {
                return;
            }
            for_each
                .iterations
                .push(IterationState { first: 0, left: 0 });
            let first = self.nodes.len();
            self.nodes.extend(body.iter().map(|step| Node {
                iteration: Some((node, index as u32)),
                ..Node::new(*step)
            }));
            if let Some(for_each) = &mut self.nodes[node].for_each {
                for_each.iterations[index].first = first;
            }
            self.begin_iteration(node, index);
        }
    }

    /// Begins an iteration, or resumes it after a retry.
    fn begin_iteration(&mut self, node: usize, index: usize) {
        let program = Arc::clone(&self.program);
        let body = &program.steps[self.nodes[node].step].body;
        let Some(first) = self.nodes[node]
            .for_each
            .as_ref()
            .map(|for_each| for_each.iterations[index].first)
        else {
            return;
        };
        let nodes = first..first + body.len();
        for child in nodes.clone() {
            if self.nodes[child].phase == Phase::Waiting {
                self.nodes[child].unmet_dependencies =
                    program.steps[self.nodes[child].step].dependencies.len();
            }
        }
        let base = first as isize - body.first().map_or(0, |start| *start as isize);
        for child in nodes.clone() {
            if self.nodes[child].phase == Phase::Waiting
                && self.nodes[child].unmet_dependencies == 0
            {
                self.mark_ready(child);
            }
        }
        for child in nodes.clone() {
            if self.nodes[child].phase == Phase::Ended {
                self.notify_dependents(child, base);
            }
        }
        self.count_iteration(node, index);
    }

    /// Updates the number of an iteration's steps that are in progress.
    fn count_iteration(&mut self, node: usize, index: usize) {
        let body = self.program.steps[self.nodes[node].step].body.len();
        let Some(first) = self.nodes[node]
            .for_each
            .as_ref()
            .map(|for_each| for_each.iterations[index].first)
        else {
            return;
        };
        let under_way = |child: &&Node| {
            matches!(
                child.phase,
                Phase::Ready | Phase::Dispatched | Phase::Running
            )
        };
        let left = self.nodes[first..first + body]
            .iter()
            .filter(under_way)
            .count();
        if let Some(for_each) = &mut self.nodes[node].for_each {
            let before = std::mem::replace(&mut for_each.iterations[index].left, left);
            for_each.running += usize::from(left > 0);
            for_each.running -= usize::from(before > 0);
        }
    }

    /// Updates these numbers for all iterations.
    pub(super) fn recount_iterations(&mut self, node: usize) {
        let iterations = self.nodes[node]
            .for_each
            .as_ref()
            .map_or(0, |for_each| for_each.iterations.len());
        for index in 0..iterations {
            self.count_iteration(node, index);
        }
    }

    /// A step of an iteration failed and nothing handles it: no further iteration begins.
    pub(super) fn fail_for_each(&mut self, node: usize) {
        if let Some(for_each) = &mut self.nodes[node].for_each {
            for_each.failed = true;
        }
    }

    /// Called after a step of an iteration ended or was skipped.
    pub(super) fn settle_iteration(&mut self, node: usize, index: u32, at: Millis) {
        self.count_iteration(node, index as usize);
        self.begin_iterations(node);
        self.end_for_each_when_done(node, at);
    }

    /// Whether a step of an iteration failed and no other step that ran handles it.
    fn is_unhandled(&self, child: usize) -> bool {
        let ran = |other: &Node| other.phase == Phase::Ended;
        self.nodes[child].failed() && !self.is_handled(child, self.base(child), ran)
    }

    /// Ends a ForEach without iterations in progress.
    pub(super) fn end_for_each_when_done(&mut self, node: usize, at: Millis) {
        let Some(for_each) = &self.nodes[node].for_each else {
            return;
        };
        if self.nodes[node].phase != Phase::Running || for_each.running > 0 {
            return;
        }
        let complete = for_each.iterations.len() == for_each.items.len();
        let body = self.program.steps[self.nodes[node].step].body.len();
        let children = || {
            let iterations = for_each.iterations.iter();
            iterations.flat_map(|index| index.first..index.first + body)
        };
        let failed = for_each.failed || children().any(|child| self.is_unhandled(child));
        let stopped = children().any(|child| self.nodes[child].stopped());
        let ending = if failed {
            Ending::Failure("One or more iterations of the ForEach step failed.".to_owned())
        } else if stopped || !complete || self.status == RunStatus::Stopping {
            Ending::Stop
        } else {
            Ending::Success
        };
        self.nodes[node].ending = ending;
        let random = self.random(node).named("closing");
        let generation = self.nodes[node].generation;
        self.schedule(
            at + self.spec.pace.scaled_brief(duration::closing(random)),
            super::Event::Finish(node, generation),
        );
    }
}
