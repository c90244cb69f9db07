//! One execution.

mod actions;
mod attempt;
mod attempts;
mod closing;
mod flow;
mod for_each;
mod initial_state;
mod metadata;
mod names;
mod node;
mod producers;
mod replay;
mod reuse;
mod scope;
mod unresolved;

use super::Millis;
use super::program::Program;
use super::random::SeededRandom;
use super::record::StepRecord;
use super::spec::{Pace, StartSpec};
pub use attempts::StepAttempt;
use flow::Event;
pub(crate) use node::Ending;
use node::Node;
pub use replay::RunInput;
pub(crate) use scope::{MemoKind, RunScope};
use serde::{Deserialize, Serialize};
use sluicegate_definition::StepKind;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};
use std::sync::Arc;

/// `PipelineExecutionStatus`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RunStatus {
    /// Steps run or are about to run.
    Executing,
    /// A stop was requested and is in progress.
    Stopping,
    /// Ended by a stop.
    Stopped,
    /// Ended with a failure.
    Failed,
    /// Ended successfully.
    Succeeded,
    /// Ended with failures, each of them handled by a step with a matching trigger.
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

    /// The status of a text on the wire, if it is a known one.
    pub fn parse(text: &str) -> Option<RunStatus> {
        use RunStatus::{CompletedWithFailures, Executing, Failed, Stopped, Stopping, Succeeded};
        [
            Executing,
            Stopping,
            Stopped,
            Failed,
            Succeeded,
            CompletedWithFailures,
        ]
        .into_iter()
        .find(|status| status.as_str() == text)
    }

    /// Whether the execution has ended.
    pub fn is_terminal(self) -> bool {
        !matches!(self, RunStatus::Executing | RunStatus::Stopping)
    }
}

/// Why an action does not apply, in the service's words (a `ValidationException`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RunError(pub String);

/// The only reason that the service gives for a failed execution; the details are in the failed step.
const STEP_FAILURE: &str = "Step failure: One or multiple steps failed";

/// How long an execution may take, from its start or its last retry: 672 hours.
const MAX_RUN_TIME: Millis = 672 * 3_600_000;

/// The reason of an execution that took longer.
const TIMED_OUT: &str = "The pipeline execution timed out after 672 hours.";

/// A step that has started; [`Run::step`] returns its record.
#[derive(Debug, Clone, Copy)]
pub struct StartedStep(usize);

/// One execution of a [`Program`].
#[derive(Debug, Clone)]
pub struct Run {
    pub(crate) program: Arc<Program>,
    pub(crate) spec: StartSpec,
    random: SeededRandom,
    /// For each parameter the index of its value in `spec.parameters`; none where the default applies. Empty when no
    /// value is given.
    given: Vec<Option<usize>>,
    status: RunStatus,
    last_modified: Millis,
    pub(crate) clock: Millis,
    /// The program's steps by their index, then the steps of the iterations.
    pub(crate) nodes: Vec<Node>,
    queue: BinaryHeap<Reverse<(Millis, u64, Event)>>,
    scheduled: u64,
    /// Ready steps that wait for a free slot, and ready steps that need none.
    ready: VecDeque<usize>,
    unlimited_ready: VecDeque<usize>,
    /// Waiting Callback steps, by their tokens.
    waiting: BTreeMap<String, usize>,
    /// Steps that registered a model package which has no version yet.
    unversioned: Vec<usize>,
    /// Steps that count towards the parallelism limit: dispatched or running.
    occupied_slots: u32,
    /// Steps of any type that are dispatched or running.
    open: u32,
    /// Steps that have begun and not ended.
    running: u32,
    starts: u32,
    /// When it times out.
    deadline: Millis,
    timed_out: bool,
    /// A step failed and no other step handles the failure: nothing new begins.
    draining: bool,
    fail_step: bool,
    /// A Lambda function timed out while a stop waited for it.
    stop_failed: bool,
    /// Pace and parallelism at the start.
    initial: (Pace, Option<u32>),
    /// Everything done to it from outside, with its time.
    inputs: Vec<(Millis, RunInput)>,
}

impl Run {
    /// Starts at `spec.at`; the first step begins shortly after.
    pub fn start(program: Arc<Program>, spec: StartSpec) -> Run {
        let given = match spec.parameters.is_empty() {
            true => Vec::new(),
            false => {
                let index =
                    |name: &String| spec.parameters.iter().position(|(given, _)| given == name);
                program
                    .parameters
                    .iter()
                    .map(|parameter| index(&parameter.name))
                    .collect()
            }
        };
        let mut run = Run {
            random: SeededRandom::from_seed(spec.seed),
            given,
            status: RunStatus::Executing,
            last_modified: spec.at,
            clock: spec.at,
            nodes: (0..program.steps.len()).map(Node::new).collect(),
            queue: BinaryHeap::new(),
            scheduled: 0,
            ready: VecDeque::new(),
            unlimited_ready: VecDeque::new(),
            waiting: BTreeMap::new(),
            unversioned: Vec::new(),
            occupied_slots: 0,
            open: 0,
            running: 0,
            starts: 0,
            deadline: spec.at.saturating_add(MAX_RUN_TIME),
            timed_out: false,
            draining: false,
            fail_step: false,
            stop_failed: false,
            initial: (spec.pace, spec.parallelism),
            inputs: Vec::new(),
            program,
            spec,
        };
        run.select();
        run.begin_steps(run.spec.at);
        run
    }

    /// When the next event is due; none when the execution has ended or only waits for a callback.
    pub fn next_event(&self) -> Option<Millis> {
        self.queue.peek().map(|Reverse((at, _, _))| *at)
    }

    /// When it must be advanced again: at [`Run::next_event`], or at its timeout.
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

    /// Processes all events that are due up to and including `now`, in order. Does nothing when `now` is in its past.
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

    /// Sets the pace of everything that begins from now on.
    pub fn set_pace(&mut self, pace: Pace) {
        self.spec.pace = pace;
        self.record_input(RunInput::Pace(pace));
    }

    /// `PipelineExecutionStatus`.
    pub fn status(&self) -> RunStatus {
        self.status
    }

    /// The execution's generic `FailureReason`, when Failed.
    pub fn failure_reason(&self) -> Option<&'static str> {
        let reason = if self.timed_out {
            TIMED_OUT
        } else {
            STEP_FAILURE
        };
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

    /// Whether it executes while no step does: one has ended and the next has not begun. The service now and then
    /// refuses a stop at such a moment, with a `ConflictException`.
    pub fn is_between_steps(&self) -> bool {
        self.status == RunStatus::Executing && self.running == 0
    }

    /// The time up to which all events were processed.
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

    /// Steps that have started, in the order of their starts.
    pub fn steps(&self) -> Vec<StepRecord> {
        let listed = self.listed().into_iter();
        listed.map(|(_, step)| self.step(step)).collect()
    }

    /// The same without the records: the start time of each step, and a handle for [`Run::step`].
    pub fn listed(&self) -> Vec<(Millis, StartedStep)> {
        let mut in_order = vec![None; self.starts as usize + 1];
        for (index, node) in self.nodes.iter().enumerate() {
            if node.has_started() {
                in_order[node.order as usize] = Some((node.start, StartedStep(index)));
            }
        }
        in_order.into_iter().flatten().collect()
    }

    /// The record of a step that has started.
    pub fn step(&self, step: StartedStep) -> StepRecord {
        self.record(step.0)
    }

    /// Assigns a version to the model package of each RegisterModel step that succeeded since the last call; `next`
    /// returns the next version of a model package group, and 1 for none. Until then its version is 1.
    pub fn version_packages(&mut self, next: &mut dyn FnMut(Option<&str>) -> u32) {
        let mut new = std::mem::take(&mut self.unversioned);
        new.retain(|node| self.nodes[*node].package.is_none());
        new.sort_unstable_by_key(|node| (self.nodes[*node].end, *node));
        for node in new {
            let group = self.package_group(node);
            self.set_package_version(node, next(group.as_deref()));
        }
    }

    pub(crate) fn kind(&self, node: usize) -> &StepKind {
        &self.program.steps[self.nodes[node].step].kind
    }

    fn random(&self, node: usize) -> SeededRandom {
        let Node {
            step,
            iteration,
            attempt,
            ..
        } = &self.nodes[node];
        let iteration = iteration.map_or(0, |(_, index)| u64::from(index) + 1);
        self.random
            .with(self.program.steps[*step].key)
            .with(iteration)
            .with(u64::from(*attempt))
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
