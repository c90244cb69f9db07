//! One execution.

mod actions;
mod attempt;
mod closing;
mod each;
mod earlier;
mod flow;
mod history;
mod metadata;
mod names;
mod node;
mod outset;
mod scope;

use super::Millis;
use super::chance::Chance;
use super::program::Program;
use super::record::StepRecord;
use super::spec::{Pace, StartSpec};
use flow::Event;
pub use history::Deed;
pub(crate) use node::Ending;
use node::Node;
pub(crate) use scope::{RunScope, Whole};
use serde::{Deserialize, Serialize};
use sluicegate_definition::StepKind;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::sync::Arc;

/// `PipelineExecutionStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RunStatus {
    /// Steps run or are about to.
    Executing,
    /// A stop was asked for and is under way.
    Stopping,
    /// Ended by a stop.
    Stopped,
    /// Ended with a failure.
    Failed,
    /// Ended well.
    Succeeded,
    /// Ended with failures, every one of which a step triggered by it took care of.
    CompletedWithFailures,
}

impl RunStatus {
    /// As on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            RunStatus::Executing => "Executing",
            RunStatus::Stopping => "Stopping",
            RunStatus::Stopped => "Stopped",
            RunStatus::Failed => "Failed",
            RunStatus::Succeeded => "Succeeded",
            RunStatus::CompletedWithFailures => "CompletedWithFailures",
        }
    }

    /// Whether nothing more happens to the execution by itself.
    pub fn is_terminal(self) -> bool {
        !matches!(self, RunStatus::Executing | RunStatus::Stopping)
    }
}

/// Why an action does not apply, in the service's words (a `ValidationException`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refusal(pub String);

/// The only reason the service gives for an execution: the real one is the failed step's.
const FAILED: &str = "Step failure: One or multiple steps failed";

/// How long an execution may take: 672 hours, from its start or its last retry.
const LONGEST: Millis = 672 * 3_600_000;

/// The reason of an execution that took longer.
const TIMED_OUT: &str = "The pipeline execution timed out after 672 hours.";

/// A step that started, by which [`Run::step`] tells more of it.
#[derive(Debug, Clone, Copy)]
pub struct Started(usize);

/// One execution of a [`Program`].
#[derive(Debug, Clone)]
pub struct Run {
    pub(crate) program: Arc<Program>,
    pub(crate) spec: StartSpec,
    chance: Chance,
    /// For each parameter the place of the value that overrules its default in `spec.parameters`; empty when none does.
    given: Vec<Option<usize>>,
    status: RunStatus,
    last_modified: Millis,
    pub(crate) clock: Millis,
    /// The program's steps by their number, then the iterations' children.
    pub(crate) nodes: Vec<Node>,
    queue: BinaryHeap<Reverse<(Millis, u64, Event)>>,
    scheduled: u64,
    /// Steps that wait for room, and those that need none.
    ready: VecDeque<usize>,
    free: VecDeque<usize>,
    /// Callback steps that wait, by their tokens.
    waiting: BTreeMap<String, usize>,
    /// Steps that made a model package which has no version yet.
    unnumbered: Vec<usize>,
    /// Steps that count towards the limit: dispatched or running.
    busy: u32,
    /// Steps dispatched or running, of any kind.
    open: u32,
    /// Steps that began and did not end.
    running: u32,
    starts: u32,
    /// When it is ended if it did not end before.
    deadline: Millis,
    timed_out: bool,
    /// A failure that no step takes care of: nothing new begins.
    draining: bool,
    fail_step: bool,
    /// A Lambda function timed out while it held a stop.
    stop_failed: bool,
    /// Pace and parallelism as they were at the start.
    first: (Pace, Option<u32>),
    /// What was done to it.
    deeds: Vec<(Millis, Deed)>,
}

impl Run {
    /// Starts at `spec.at`; the first step begins shortly after.
    pub fn start(program: Arc<Program>, spec: StartSpec) -> Run {
        let given = match spec.parameters.is_empty() {
            true => Vec::new(),
            false => {
                let place =
                    |name: &String| spec.parameters.iter().position(|(given, _)| given == name);
                program
                    .parameters
                    .iter()
                    .map(|parameter| place(&parameter.name))
                    .collect()
            }
        };
        let mut run = Run {
            chance: Chance::of(spec.seed),
            given,
            status: RunStatus::Executing,
            last_modified: spec.at,
            clock: spec.at,
            nodes: (0..program.steps.len()).map(Node::new).collect(),
            queue: BinaryHeap::new(),
            scheduled: 0,
            ready: VecDeque::new(),
            free: VecDeque::new(),
            waiting: BTreeMap::new(),
            unnumbered: Vec::new(),
            busy: 0,
            open: 0,
            running: 0,
            starts: 0,
            deadline: spec.at.saturating_add(LONGEST),
            timed_out: false,
            draining: false,
            fail_step: false,
            stop_failed: false,
            first: (spec.pace, spec.parallelism),
            deeds: Vec::new(),
            program,
            spec,
        };
        run.select();
        run.set_out(run.spec.at);
        run
    }

    /// When something happens next; none when the execution ended or waits for an answer alone.
    pub fn next_event(&self) -> Option<Millis> {
        self.queue.peek().map(|Reverse((at, _, _))| *at)
    }

    /// When it has to be looked at again: [`Run::next_event`], or the end of the time it has.
    pub fn next_wake(&self) -> Option<Millis> {
        match self.status.is_terminal() {
            true => None,
            false => Some(
                self.next_event()
                    .unwrap_or(self.deadline)
                    .min(self.deadline),
            ),
        }
    }

    /// Lets everything happen that is due up to and including `now`, in order. An earlier `now` than before does nothing.
    pub fn advance(&mut self, now: Millis) {
        while let Some(Reverse((at, _, event))) = self.queue.peek().copied() {
            if at > now || at >= self.deadline {
                break;
            }
            self.queue.pop();
            self.clock = at;
            self.happen(event, at);
        }
        if now >= self.deadline && !self.status.is_terminal() {
            self.time_out(self.deadline);
        }
        self.clock = self.clock.max(now);
    }

    /// What begins from now on goes at this pace.
    pub fn set_pace(&mut self, pace: Pace) {
        self.spec.pace = pace;
        self.did(Deed::Pace(pace));
    }

    /// `PipelineExecutionStatus`.
    pub fn status(&self) -> RunStatus {
        self.status
    }

    /// The execution's generic `FailureReason`, when Failed.
    pub fn failure_reason(&self) -> Option<&'static str> {
        let reason = if self.timed_out { TIMED_OUT } else { FAILED };
        (self.status == RunStatus::Failed).then_some(reason)
    }

    /// When it started, as given.
    pub fn created(&self) -> Millis {
        self.spec.at
    }

    /// When its status last changed.
    pub fn last_modified(&self) -> Millis {
        self.last_modified
    }

    /// Whether it executes while no step does: one ended and the next did not begin yet. The service refuses a stop
    /// at such a moment now and then, with a `ConflictException`.
    pub fn is_between_steps(&self) -> bool {
        self.status == RunStatus::Executing && self.running == 0
    }

    /// Up to when everything has happened.
    pub fn clock(&self) -> Millis {
        self.clock
    }

    /// What it was started with (parallelism and pace as they are now).
    pub fn spec(&self) -> &StartSpec {
        &self.spec
    }

    /// The program it runs.
    pub fn program(&self) -> &Arc<Program> {
        &self.program
    }

    /// Steps that started, in the order they did.
    pub fn steps(&self) -> Vec<StepRecord> {
        let listed = self.listed().into_iter();
        listed.map(|(_, step)| self.step(step)).collect()
    }

    /// [`Run::steps`] in short: when each started, and what to ask by for the rest.
    pub fn listed(&self) -> Vec<(Millis, Started)> {
        let mut in_order = vec![None; self.starts as usize + 1];
        for (place, node) in self.nodes.iter().enumerate() {
            if node.was_started() {
                in_order[node.order as usize] = Some((node.start, Started(place)));
            }
        }
        in_order.into_iter().flatten().collect()
    }

    /// One of the steps that started.
    pub fn step(&self, step: Started) -> StepRecord {
        self.record(step.0)
    }

    /// Gives each RegisterModel step that succeeded since the last call its version in its model package group,
    /// which `next` counts. Until then its version is 1.
    pub fn number_packages(&mut self, next: &mut dyn FnMut(&str) -> u32) {
        let mut new = std::mem::take(&mut self.unnumbered);
        new.retain(|node| self.nodes[*node].package.is_none());
        new.sort_unstable_by_key(|node| (self.nodes[*node].end, *node));
        for node in new {
            let group = self.package_group(self.nodes[node].step);
            self.number_package(node, next(&group));
        }
    }

    pub(crate) fn kind(&self, node: usize) -> &StepKind {
        &self.program.steps[self.nodes[node].step].kind
    }

    fn chance(&self, node: usize) -> Chance {
        let Node {
            step,
            iteration,
            attempt,
            ..
        } = &self.nodes[node];
        let iteration = iteration.map_or(0, |(_, index)| u64::from(index) + 1);
        self.chance
            .and(self.program.steps[*step].key)
            .and(iteration)
            .and(u64::from(*attempt))
    }

    fn schedule(&mut self, at: Millis, event: Event) {
        self.scheduled += 1;
        self.queue.push(Reverse((at, self.scheduled, event)));
    }

    fn change(&mut self, status: RunStatus, at: Millis) {
        self.status = status;
        self.last_modified = at;
    }
}
