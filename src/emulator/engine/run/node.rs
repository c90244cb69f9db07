//! The state of one step in one execution.

use crate::engine::Millis;
use crate::engine::record::StepStatus;
use crate::engine::spec::CacheEntry;
use sluicegate_definition::StepKind;

/// How far a step has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Waits for its dependencies.
    Waiting,
    /// Waits for a free slot.
    Ready,
    /// Is about to begin.
    Dispatched,
    /// Has begun and not ended.
    Running,
    /// Has ended.
    Ended,
    /// Does not run: in another branch, after a failure, or not selected.
    Skipped,
}

/// How an attempt is going to end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Successfully.
    Success,
    /// With this reason.
    Failure(String),
    /// By a stop of the execution, or of its job.
    Stop,
}

/// Whose result a step has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResultSource {
    /// That of its own job.
    OwnJob,
    /// A cached one: see `Node::reused_result`.
    Cache,
    /// That of the source of a selective execution.
    SourceExecution,
}

/// An attempt before a step's last, whose job was created.
#[derive(Debug, Clone)]
pub struct EarlierAttempt {
    /// Number of attempts before it.
    pub number: u32,
    pub begun: Millis,
    /// When its job had been created.
    pub executing: Millis,
    pub end: Millis,
    pub ending: Ending,
}

/// A step of an execution, or of one of its iterations.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its index in the program.
    pub step: usize,
    /// The node of its ForEach, and the index of the iteration.
    pub iteration: Option<(usize, u32)>,
    pub phase: Phase,
    /// Number of dependencies that are not met.
    pub unmet_dependencies: usize,
    /// Incremented to invalidate the events scheduled for it.
    pub generation: u32,
    pub stopping: bool,
    pub ending: Ending,
    pub result_source: ResultSource,
    /// The reused result, where it is known.
    pub reused_result: Option<Box<CacheEntry>>,
    /// Its cache key when it began.
    pub key: Option<u64>,
    /// Whether it counts towards the parallelism limit.
    pub takes_slot: bool,
    pub start: Millis,
    /// When its current attempt began.
    pub begun: Millis,
    /// When its job has been created.
    pub executing: Millis,
    pub end: Option<Millis>,
    pub order: u32,
    pub started: bool,
    pub attempt: u32,
    /// The attempts before the current one, as they ended.
    pub earlier: Vec<EarlierAttempt>,
    /// Retries by each of its policies since it last began.
    pub retries: Vec<u32>,
    /// Whether it waits for its next attempt.
    pub backing_off: bool,
    /// The outcome of a Condition.
    pub outcome: bool,
    /// The outputs that a Callback was answered with.
    pub outputs: Vec<(String, String)>,
    pub package: Option<u32>,
    /// The iterations of a ForEach.
    pub for_each: Option<Box<ForEachState>>,
}

/// The state of a ForEach.
#[derive(Debug, Clone, Default)]
pub struct ForEachState {
    pub items: Vec<String>,
    /// The iterations that have begun.
    pub iterations: Vec<IterationState>,
    /// Number of iterations in progress.
    pub running: usize,
    pub failed: bool,
}

/// The state of one iteration of a ForEach: its first node, and the number of its steps in progress.
#[derive(Debug, Clone, Copy)]
pub struct IterationState {
    pub first: usize,
    pub left: usize,
}

impl Node {
    /// A step that has not begun.
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
            begun: 0,
            executing: 0,
            end: None,
            order: 0,
            started: false,
            attempt: 0,
            earlier: Vec::new(),
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

    pub fn stopped(&self) -> bool {
        self.phase == Phase::Ended && self.ending == Ending::Stop
    }

    /// Whether it registered a model package itself.
    pub fn registered(&self, kind: &StepKind) -> bool {
        *kind == StepKind::RegisterModel
            && self.succeeded()
            && self.result_source == ResultSource::OwnJob
    }

    /// Its status at `now`. A step that a retry will run again keeps its last status until it begins.
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
