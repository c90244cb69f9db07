//! Jobs that requests created outside of a pipeline.
//!
//! Each is a run of one step, replayed on demand like an execution: nothing is stored of it but the request, what it was
//! started with, and whether it was stopped.

use super::World;
use crate::engine::{
    ArnContext, Millis, Program, Run, RunError, RunInput, ScriptedOutcome, SeededRandom, StartSpec,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sluicegate_definition::StepKind;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// The key of the outcomes of jobs in [`World::scripts`]: no pipeline has an empty name.
pub const JOB_SCRIPTS: &str = "";

/// The types of jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// Training.
    Training,
    /// Processing.
    Processing,
    /// Batch transform.
    Transform,
    /// Hyperparameter tuning.
    Tuning,
    /// AutoML.
    AutoML,
}

impl JobKind {
    /// Those that requests can create outside of a pipeline.
    pub const DIRECT: [JobKind; 3] = [JobKind::Training, JobKind::Processing, JobKind::Transform];

    /// The kind with a type in its ARNs.
    pub fn of_arn_type(arn_type: &str) -> Option<JobKind> {
        let kinds = JobKind::DIRECT.into_iter();
        let mut kinds = kinds.chain([JobKind::Tuning, JobKind::AutoML]);
        kinds.find(|kind| kind.arn_type() == arn_type)
    }

    /// The type in its ARNs.
    pub fn arn_type(self) -> &'static str {
        match self {
            JobKind::Training => "training-job",
            JobKind::Processing => "processing-job",
            JobKind::Transform => "transform-job",
            JobKind::Tuning => "hyper-parameter-tuning-job",
            JobKind::AutoML => "automl-job",
        }
    }

    /// How its operations and members are named: `Create<stem>`, `<stem>Name`.
    pub fn stem(self) -> &'static str {
        match self {
            JobKind::Training => "TrainingJob",
            JobKind::Processing => "ProcessingJob",
            JobKind::Transform => "TransformJob",
            JobKind::Tuning => "HyperParameterTuningJob",
            JobKind::AutoML => "AutoMLJob",
        }
    }

    /// The type of the steps that create it.
    fn step_kind(self) -> StepKind {
        match self {
            JobKind::Training => StepKind::Training,
            JobKind::Processing => StepKind::Processing,
            JobKind::Transform => StepKind::Transform,
            JobKind::Tuning => StepKind::Tuning,
            JobKind::AutoML => StepKind::AutoML,
        }
    }
}

/// Everything that a job's history follows from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobRecord {
    /// Its type.
    pub kind: JobKind,
    /// Its name.
    pub name: String,
    /// The members of the request.
    pub request: Map<String, Value>,
    /// What its run is started with.
    pub spec: StartSpec,
    /// What was done to it since.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<(Millis, RunInput)>,
}

/// A job, and the program that it runs.
struct DirectJob {
    record: JobRecord,
    program: Arc<Program>,
}

impl DirectJob {
    fn new(record: JobRecord) -> DirectJob {
        let (kind, request) = (record.kind.step_kind(), record.request.clone());
        DirectJob {
            program: Arc::new(Program::of_job(kind, &record.name, request)),
            record,
        }
    }

    /// The job at a time.
    fn run(&self, now: Millis) -> Run {
        let JobRecord { spec, inputs, .. } = &self.record;
        let mut run = Run::replay(self.program.clone(), spec.clone(), inputs);
        run.advance(now);
        run
    }
}

/// The jobs that requests created.
#[derive(Default)]
pub struct DirectJobs {
    jobs: HashMap<(JobKind, String), DirectJob>,
    /// In the order of their creation.
    by_creation: BTreeMap<JobKind, BTreeSet<(Millis, String)>>,
    /// Those that changed since they were last saved.
    touched: BTreeSet<(JobKind, String)>,
}

impl DirectJobs {
    /// Adds a job, or replaces the one with its name.
    pub(super) fn put(&mut self, record: JobRecord) {
        let key = (record.kind, record.name.clone());
        let by_creation = self.by_creation.entry(record.kind).or_default();
        by_creation.insert((record.spec.at, record.name.clone()));
        self.jobs.insert(key.clone(), DirectJob::new(record));
        self.touched.insert(key);
    }

    /// Sets the account and the Region, which are not saved with each job.
    pub(super) fn set_arn_context(&mut self, context: &ArnContext) {
        let context = Arc::new(context.clone());
        for job in self.jobs.values_mut() {
            job.record.spec.set_arn_context(context.clone());
        }
    }

    /// All that is known of every job.
    pub(super) fn records(&self) -> impl ExactSizeIterator<Item = &JobRecord> {
        self.jobs.values().map(|job| &job.record)
    }

    /// The jobs that changed since the last call.
    pub(super) fn take_touched(&mut self) -> Vec<JobRecord> {
        let touched = std::mem::take(&mut self.touched).into_iter();
        touched
            .filter_map(|key| Some(self.jobs.get(&key)?.record.clone()))
            .collect()
    }
}

impl World {
    /// Creates a job whose name is free.
    pub fn create_job(
        &mut self,
        kind: JobKind,
        name: &str,
        request: &Map<String, Value>,
        now: Millis,
    ) {
        let context = Arc::new(self.arn_context.clone());
        let seed = SeededRandom::from_seed(0).named(name).number();
        let spec = StartSpec {
            pace: self.pace,
            failure_rate: 0.0,
            outcomes: self.take_job_script(name).into_iter().collect(),
            ..StartSpec::new(context, name, seed, now)
        };
        self.direct_jobs.put(JobRecord {
            kind,
            name: name.to_owned(),
            request: request.clone(),
            spec,
            inputs: Vec::new(),
        });
        self.resource_index.touch_direct(kind, name);
    }

    /// The outcome that was scripted for this job: for its name, or for how the name begins.
    fn take_job_script(&mut self, name: &str) -> Option<ScriptedOutcome> {
        let scripts = self.scripts.get_mut(JOB_SCRIPTS)?;
        let exact = scripts.iter().position(|script| script.step == name);
        let index = exact.or_else(|| {
            let begins = |script: &ScriptedOutcome| name.starts_with(&script.step);
            scripts.iter().position(begins)
        })?;
        let mut script = scripts.remove(index);
        if scripts.is_empty() {
            self.scripts.remove(JOB_SCRIPTS);
        }
        name.clone_into(&mut script.step);
        Some(script)
    }

    /// The run of a job that a request created, as it is now.
    pub fn direct_job(&self, kind: JobKind, name: &str) -> Option<Run> {
        let job = self.direct_jobs.jobs.get(&(kind, name.to_owned()))?;
        Some(job.run(self.executions.now()))
    }

    /// The names of the jobs that requests created, with their times of creation, oldest first.
    pub fn direct_jobs(&self, kind: JobKind) -> impl DoubleEndedIterator<Item = &(Millis, String)> {
        let jobs = self.direct_jobs.by_creation.get(&kind);
        jobs.into_iter().flatten()
    }

    /// Stops a job that a request created.
    ///
    /// # Errors
    /// When it has ended or is being stopped.
    pub fn stop_direct_job(
        &mut self,
        kind: JobKind,
        name: &str,
        now: Millis,
    ) -> Option<Result<(), RunError>> {
        let key = (kind, name.to_owned());
        let job = self.direct_jobs.jobs.get_mut(&key)?;
        let mut run = job.run(now);
        let stopped = run.stop(now);
        if stopped.is_ok() {
            job.record.inputs = run.inputs().to_vec();
            self.direct_jobs.touched.insert(key);
            self.resource_index.touch_direct(kind, name);
        }
        Some(stopped)
    }
}
