//! ForEach: passes through its body, so many at once.

use super::node::{Each, Ending, Node, Pass, Phase};
use super::{Run, RunStatus};
use crate::engine::Millis;
use crate::engine::length;
use crate::engine::program::Details;
use std::sync::Arc;

impl Run {
    pub(super) fn begin_each(&mut self, node: usize, at: Millis) {
        let step = self.nodes[node].step;
        match self.nodes[node].each.take() {
            Some(mut each) => {
                each.failed = false;
                let unfinished: Vec<usize> = (0..each.passes.len())
                    .filter(|pass| !self.is_done(step, &each.passes[*pass]))
                    .collect();
                self.nodes[node].each = Some(each);
                for pass in unfinished {
                    self.begin_pass(node, pass);
                }
            }
            None => {
                let items = match &self.program.steps[step].details {
                    Details::Each(told) if !self.program.steps[step].body.is_empty() => {
                        told.items.list(&|expr| self.eval(expr))
                    }
                    _ => Vec::new(),
                };
                self.nodes[node].each = Some(Box::new(Each {
                    items,
                    ..Each::default()
                }));
            }
        }
        self.begin_passes(node);
        self.end_each_when_done(node, at);
        self.dispatch(at);
    }

    fn is_done(&self, step: usize, pass: &Pass) -> bool {
        let body = self.program.steps[step].body.len();
        pass.left == 0
            && !self.nodes[pass.first..pass.first + body]
                .iter()
                .any(|node| node.phase == Phase::Waiting)
    }

    /// Begins new passes while there is room for them.
    fn begin_passes(&mut self, node: usize) {
        let step = self.nodes[node].step;
        let Details::Each(told) = &self.program.steps[step].details else {
            return;
        };
        let (concurrency, body) = (told.concurrency, self.program.steps[step].body.clone());
        while self.status == RunStatus::Executing {
            let Some(each) = &mut self.nodes[node].each else {
                return;
            };
            let pass = each.passes.len();
            if each.failed || each.running >= concurrency || pass >= each.items.len() {
                return;
            }
            each.passes.push(Pass { first: 0, left: 0 });
            let first = self.nodes.len();
            self.nodes.extend(body.iter().map(|step| Node {
                iteration: Some((node, pass as u32)),
                ..Node::new(*step)
            }));
            if let Some(each) = &mut self.nodes[node].each {
                each.passes[pass].first = first;
            }
            self.begin_pass(node, pass);
        }
    }

    /// Sets a pass going: a new one, or what is left of one after a retry.
    fn begin_pass(&mut self, node: usize, pass: usize) {
        let program = Arc::clone(&self.program);
        let body = &program.steps[self.nodes[node].step].body;
        let Some(first) = self.nodes[node]
            .each
            .as_ref()
            .map(|each| each.passes[pass].first)
        else {
            return;
        };
        let nodes = first..first + body.len();
        for child in nodes.clone() {
            if self.nodes[child].phase == Phase::Waiting {
                self.nodes[child].unmet = program.steps[self.nodes[child].step].gates.len();
            }
        }
        let base = first as isize - body.first().map_or(0, |start| *start as isize);
        for child in nodes.clone() {
            if self.nodes[child].phase == Phase::Waiting && self.nodes[child].unmet == 0 {
                self.make_ready(child);
            }
        }
        for child in nodes.clone() {
            if self.nodes[child].phase == Phase::Ended {
                self.announce(child, base);
            }
        }
        self.count_pass(node, pass);
    }

    /// Counts a pass's steps that are not settled.
    fn count_pass(&mut self, node: usize, pass: usize) {
        let body = self.program.steps[self.nodes[node].step].body.len();
        let Some(first) = self.nodes[node]
            .each
            .as_ref()
            .map(|each| each.passes[pass].first)
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
        if let Some(each) = &mut self.nodes[node].each {
            let before = std::mem::replace(&mut each.passes[pass].left, left);
            each.running += usize::from(left > 0);
            each.running -= usize::from(before > 0);
        }
    }

    /// Counts every pass anew.
    pub(super) fn recount(&mut self, node: usize) {
        let passes = self.nodes[node]
            .each
            .as_ref()
            .map_or(0, |each| each.passes.len());
        for pass in 0..passes {
            self.count_pass(node, pass);
        }
    }

    /// A child that nobody takes care of failed: no further pass begins.
    pub(super) fn fail_each(&mut self, node: usize) {
        if let Some(each) = &mut self.nodes[node].each {
            each.failed = true;
        }
    }

    /// After one of a pass's steps was settled.
    pub(super) fn settle_pass(&mut self, node: usize, pass: u32, at: Millis) {
        self.count_pass(node, pass as usize);
        self.begin_passes(node);
        self.end_each_when_done(node, at);
    }

    /// Whether a child failed that no other child which ran takes care of.
    fn is_unhandled(&self, child: usize) -> bool {
        let ran = |other: &Node| other.phase == Phase::Ended;
        self.nodes[child].failed() && !self.is_handled(child, self.base(child), ran)
    }

    /// Ends a ForEach none of whose passes is under way any more.
    pub(super) fn end_each_when_done(&mut self, node: usize, at: Millis) {
        let Some(each) = &self.nodes[node].each else {
            return;
        };
        if self.nodes[node].phase != Phase::Running || each.running > 0 {
            return;
        }
        let complete = each.passes.len() == each.items.len();
        let body = self.program.steps[self.nodes[node].step].body.len();
        let children = || {
            let passes = each.passes.iter();
            passes.flat_map(|pass| pass.first..pass.first + body)
        };
        let failed = each.failed || children().any(|child| self.is_unhandled(child));
        let stopped = children().any(|child| {
            let child = &self.nodes[child];
            child.phase == Phase::Ended && child.ending == Ending::Stop
        });
        let ending = if failed {
            Ending::Failure("One or more iterations of the ForEach step failed.".to_owned())
        } else if stopped || !complete || self.status == RunStatus::Stopping {
            Ending::Stop
        } else {
            Ending::Success
        };
        self.nodes[node].ending = ending;
        let chance = self.chance(node).about("closing");
        let generation = self.nodes[node].generation;
        self.schedule(
            at + self.spec.pace.brief(length::closing(chance)),
            super::Event::Finish(node, generation),
        );
    }
}
