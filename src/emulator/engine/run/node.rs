//! What becomes of one step in one execution.

use crate::engine::Millis;
use crate::engine::record::StepStatus;
use crate::engine::spec::CacheEntry;
use sluicegate_definition::StepKind;

/// Where a step is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// For others.
    Waiting,
    /// For a free place under the limit.
    Ready,
    /// It is about to begin.
    Dispatched,
    /// It is listed and not ended.
    Running,
    /// It ended.
    Ended,
    /// It does not run: another branch, a failure before it, not selected.
    Skipped,
}

/// How an attempt is going to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Well.
    Success,
    /// With this reason.
    Failure(String),
    /// By the execution's stop.
    Stop,
}

/// Whose result stands for the step's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultSource {
    /// The step runs itself.
    OwnJob,
    /// The cache: see `Node::reused_result`.
    Cache,
    /// The source of a selective execution.
    Source,
}

/// A step of an execution, or a child of one of its iterations.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its number in the program.
    pub step: usize,
    /// The ForEach it belongs to, and which pass.
    pub iteration: Option<(usize, u32)>,
    pub phase: Phase,
    /// Gates that are not met.
    pub unmet_dependencies: usize,
    /// Grows when what was scheduled for it no longer counts.
    pub generation: u32,
    pub stopping: bool,
    pub ending: Ending,
    pub result_source: ResultSource,
    /// What the lender holds, where that is known.
    pub reused_result: Option<Box<CacheEntry>>,
    /// What it was when it began, for the cache.
    pub key: Option<u64>,
    /// Whether it counts towards the limit of steps at once.
    pub takes_slot: bool,
    pub start: Millis,
    /// When its job exists.
    pub executing: Millis,
    pub end: Option<Millis>,
    pub order: u32,
    pub started: bool,
    pub attempt: u32,
    /// Retries by each of its policies since it last began.
    pub retries: Vec<u32>,
    /// It waits for its next attempt.
    pub backing_off: bool,
    /// A Condition's outcome.
    pub outcome: bool,
    /// A Callback's outputs as answered.
    pub outputs: Vec<(String, String)>,
    pub package: Option<u32>,
    /// A ForEach's iterations.
    pub for_each: Option<Box<ForEachState>>,
}

/// A ForEach under way.
#[derive(Debug, Clone, Default)]
pub struct ForEachState {
    pub items: Vec<String>,
    /// Passes begun: the first node of each, and how many of its steps are not settled.
    pub iterations: Vec<IterationState>,
    /// Passes with steps that are not settled.
    pub running: usize,
    pub failed: bool,
}

/// One pass through a ForEach's body.
#[derive(Debug, Clone, Copy)]
pub struct IterationState {
    pub first: usize,
    pub left: usize,
}

impl Node {
    /// A step that did nothing yet.
    pub fn new(step: usize) -> Node {
        Node {
            step,
            iteration: None,
            phase: Phase::Waiting,
            unmet_dependencies: 0,
            generation: 0,
            stopping: false,
            ending: Ending::Success,
            result_source: ResultSource::OwnJob,
            reused_result: None,
            key: None,
            takes_slot: false,
            start: 0,
            executing: 0,
            end: None,
            order: 0,
            started: false,
            attempt: 0,
            retries: Vec::new(),
            backing_off: false,
            outcome: false,
            outputs: Vec::new(),
            package: None,
            for_each: None,
        }
    }

    /// Whether `ListPipelineExecutionSteps` lists it.
    pub fn has_started(&self) -> bool {
        self.started
    }

    pub fn succeeded(&self) -> bool {
        self.phase == Phase::Ended && self.ending == Ending::Success
    }

    pub fn failed(&self) -> bool {
        self.phase == Phase::Ended && matches!(self.ending, Ending::Failure(_))
    }

    /// Whether it made a model package itself.
    pub fn registered(&self, kind: &StepKind) -> bool {
        *kind == StepKind::RegisterModel
            && self.succeeded()
            && self.result_source == ResultSource::OwnJob
    }

    /// Its status at `now`. A failed step that waits to be tried again by a retry shows its last end.
    pub fn status(&self, now: Millis) -> StepStatus {
        if self.end.is_some() {
            return match self.ending {
                Ending::Success => StepStatus::Succeeded,
                Ending::Failure(_) => StepStatus::Failed,
                Ending::Stop => StepStatus::Stopped,
            };
        }
        match (self.stopping, now < self.executing) {
            (true, _) => StepStatus::Stopping,
            (false, true) => StepStatus::Starting,
            (false, false) => StepStatus::Executing,
        }
    }
}
