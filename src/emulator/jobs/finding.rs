//! From the name of a job to the step it belongs to.

use super::arguments::Arguments;
use crate::definition::Definition;
use crate::emulator::engine::{Metadata, Millis, StepRecord, StepStatus};
use crate::emulator::model::{Execution, ExecutionKey, World};
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// Milliseconds that a job takes at the service, at least, unless something ends it early.
const SHORTEST: f64 = 120_000.0;

/// A job, as far as its step tells.
pub struct Job<'w> {
    /// Its ARN.
    pub arn: String,
    /// Its name, as it was made.
    pub name: String,
    /// The role of its pipeline.
    pub role: String,
    /// The execution it belongs to.
    pub execution: Cow<'w, Execution>,
    /// The step it belongs to.
    pub step: StepRecord,
    definition: Arc<Definition>,
    now: Millis,
    speed: f64,
}

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It runs.
    InProgress,
    /// It is being stopped.
    Stopping,
    /// It was stopped.
    Stopped,
    /// It failed.
    Failed,
    /// It is done.
    Completed,
}

impl Standing {
    /// As job statuses spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::InProgress => "InProgress",
            Standing::Stopping => "Stopping",
            Standing::Stopped => "Stopped",
            Standing::Failed => "Failed",
            Standing::Completed => "Completed",
        }
    }
}

impl<'w> Job<'w> {
    /// The job of a resource type, such as `training-job`, and a name.
    pub fn find(world: &'w World, resource: &str, name: &str, now: Millis) -> Option<Job<'w>> {
        let wanted = world.place.arn(&format!("{resource}/{name}"));
        let key = world.executions.by_id(execution_id(name)?)?;
        Job::of(
            world,
            key,
            &|step| arn(step).is_some_and(|arn| arn.eq_ignore_ascii_case(&wanted)),
            now,
        )
    }

    /// The job of the first step of an execution that is the one wanted.
    pub fn of(
        world: &'w World,
        key: ExecutionKey,
        wanted: &dyn Fn(&StepRecord) -> bool,
        now: Millis,
    ) -> Option<Job<'w>> {
        let execution = world.execution(key)?;
        let step = execution
            .run
            .steps()
            .into_iter()
            .find(|step| wanted(step))?;
        let pipeline = world.pipelines.get(world.executions.pipeline_of(key)?)?;
        let definition = pipeline.version(execution.version)?.read.clone();
        let history = step.start < world.live_since;
        let speed = if history { 1.0 } else { world.pace.speed };
        let arn = arn(&step)?.to_owned();
        let name = arn.split_once('/').map(|(_, name)| name.to_owned())?;
        Some(Job {
            arn,
            name,
            role: pipeline.role_arn.clone(),
            execution,
            step,
            definition,
            now,
            speed: speed.max(0.001),
        })
    }

    /// The step's arguments with everything resolved that can be.
    pub fn arguments(&self) -> Value {
        Arguments::new(&self.definition, &self.execution, &self.name).of_step(&self.step)
    }

    /// How it stands.
    pub fn standing(&self) -> Standing {
        match self.step.status {
            StepStatus::Starting | StepStatus::Executing => Standing::InProgress,
            StepStatus::Stopping => Standing::Stopping,
            StepStatus::Stopped => Standing::Stopped,
            StepStatus::Failed => Standing::Failed,
            StepStatus::Succeeded => Standing::Completed,
        }
    }

    /// When it ended, or now.
    pub fn until(&self) -> Millis {
        self.step.end.unwrap_or(self.now)
    }

    /// A part of the job that takes so many seconds at the service, at the pace at which it runs or ran; of a job
    /// that ended early, so much less that all its parts find room.
    pub fn paced(&self, seconds: f64) -> Millis {
        let length = seconds * 1000.0 / self.speed;
        let room = match self.step.end {
            Some(end) => ((end - self.step.start) as f64 * self.speed / SHORTEST).min(1.0),
            None => 1.0,
        };
        (length * room) as Millis
    }

    /// An address in the account's default bucket.
    pub fn bucket(&self, path: &str) -> String {
        let place = &self.execution.run.spec().place;
        format!("s3://sagemaker-{}-{}/{path}", place.region, place.account)
    }
}

/// The ARN that a step's metadata holds, if its metadata is an ARN.
pub fn arn(step: &StepRecord) -> Option<&str> {
    match step.metadata.as_ref()? {
        Metadata::TrainingJob { arn }
        | Metadata::ProcessingJob { arn }
        | Metadata::TransformJob { arn }
        | Metadata::TuningJob { arn }
        | Metadata::AutoMLJob { arn }
        | Metadata::Model { arn }
        | Metadata::RegisterModel { arn }
        | Metadata::EndpointConfig { arn }
        | Metadata::Endpoint { arn }
        | Metadata::InferenceComponent { arn }
        | Metadata::Job { arn } => Some(arn),
        Metadata::QualityCheck { check_job_arn, .. }
        | Metadata::ClarifyCheck { check_job_arn, .. } => Some(check_job_arn),
        _ => None,
    }
}

/// The execution in a job's name: `pipelines-<execution>-…`, or `<execution>-…` where names are short.
fn execution_id(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("pipelines-").unwrap_or(name);
    rest.split('-').next().filter(|id| !id.is_empty())
}

#[cfg(test)]
mod tests {
    use super::execution_id;

    #[test]
    fn job_names_tell_their_execution() {
        assert_eq!(
            execution_id("pipelines-d84ewltjmxhe-abalonetrain-3kyzvpyx11"),
            Some("d84ewltjmxhe")
        );
        assert_eq!(
            execution_id("d84ewltjmxhe-Tune-3kyzvpyx11"),
            Some("d84ewltjmxhe")
        );
        assert_eq!(execution_id(""), None);
    }
}
