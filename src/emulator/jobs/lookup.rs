//! Finds the step that a job belongs to by the job's name.

use crate::engine::{Metadata, Millis, Run, StepAttempt, StepRecord};
use crate::model::{CreatedFacts, CreatedKey, ExecutionKey, JobKind, TagList, World};
use serde_json::{Value, json};
use std::borrow::Cow;

/// How many executions are searched for a name that does not contain its execution's id.
const MAX_EXECUTIONS_SEARCHED: usize = 200;

/// The tag with the ARN of the execution that created a job or a resource, which AWS's own lineage helpers read.
pub const EXECUTION_TAG: &str = "sagemaker:pipeline-execution-arn";

/// A job of a step, or one that a request created.
pub struct Job<'w> {
    /// Its ARN.
    pub arn: String,
    /// The role of its pipeline; none of a job that a request created.
    pub role: Option<String>,
    /// ARN of its execution; none of a job that a request created.
    pub execution: Option<String>,
    run: Cow<'w, Run>,
    /// The step it belongs to.
    step: StepRecord,
    speed: f64,
}

impl<'w> Job<'w> {
    /// Finds a job by its type and its name.
    pub fn of_kind(world: &'w World, kind: JobKind, name: &str) -> Option<Job<'w>> {
        let direct = world.direct_job(kind, name);
        let direct = direct.and_then(|run| Job::direct(world, kind, run));
        direct.or_else(|| Job::find(world, kind.arn_type(), name))
    }

    /// A job that a request created.
    fn direct(world: &World, kind: JobKind, run: Run) -> Option<Job<'static>> {
        let step = run.steps().into_iter().next()?;
        Some(Job {
            arn: world.arn_context.arn_of(kind.arn_type(), &step.name),
            role: None,
            execution: None,
            speed: run.spec().pace.speed,
            run: Cow::Owned(run),
            step,
        })
    }

    /// Finds the job of a step by its resource type, such as `training-job`, and its name.
    pub fn find(world: &'w World, resource: &str, name: &str) -> Option<Job<'w>> {
        let wanted = world.arn_context.arn_of(resource, name);
        let job_of = |key| {
            Job::of(world, key, &|step| {
                arn(step).is_some_and(|arn| arn.eq_ignore_ascii_case(&wanted))
            })
        };
        let mut named = execution_ids(name).filter_map(|id| world.executions.by_id(id));
        named
            .find_map(job_of)
            .or_else(|| newest_with(world, resource).into_iter().find_map(job_of))
    }

    /// The job of the first attempt of a step of an execution that satisfies `wanted`.
    pub fn of(
        world: &'w World,
        key: ExecutionKey,
        wanted: &dyn Fn(&StepRecord) -> bool,
    ) -> Option<Job<'w>> {
        let run = match world.execution(key)? {
            Cow::Borrowed(execution) => Cow::Borrowed(&execution.run),
            Cow::Owned(execution) => Cow::Owned(execution.run),
        };
        Job::of_run(world, key, run, wanted)
    }

    /// A job that the index of jobs has.
    pub fn listed(
        world: &'w World,
        kind: JobKind,
        key: &CreatedKey,
        facts: CreatedFacts,
    ) -> Option<Job<'w>> {
        match facts.execution {
            None => Job::of_kind(world, kind, &key.1),
            Some(execution) => Job::of(world, execution, &|step| is_named(step, &key.1)),
        }
    }

    /// The same in an execution that is at hand.
    pub fn in_run(
        world: &World,
        execution: ExecutionKey,
        run: Cow<'w, Run>,
        name: &str,
    ) -> Option<Job<'w>> {
        Job::of_run(world, execution, run, &|step| is_named(step, name))
    }

    fn of_run(
        world: &World,
        key: ExecutionKey,
        run: Cow<'w, Run>,
        wanted: &dyn Fn(&StepRecord) -> bool,
    ) -> Option<Job<'w>> {
        let attempts = run.attempts(|_| true).into_iter();
        let StepAttempt { earlier, step, .. } =
            { attempts }.find(|attempt| wanted(&attempt.step))?;
        let run = earlier.map_or(run, Cow::Owned);
        let pipeline = world.pipelines.get(world.executions.pipeline_of(key)?)?;
        let history = step.start < world.live_since;
        let arn = arn(&step)?.to_owned();
        Some(Job {
            arn,
            role: Some(pipeline.role_arn.clone()),
            execution: Some(
                run.spec()
                    .arn_context
                    .execution_arn(&run.spec().execution_id),
            ),
            run,
            step,
            speed: if history { 1.0 } else { world.pace.speed },
        })
    }

    /// When its step began, or the attempt of the step.
    pub fn created(&self) -> Millis {
        self.step.start
    }

    /// The tags that it has now.
    pub fn tags_in(&self, world: &World) -> TagList {
        let changed = world.tags.get(&self.arn).cloned();
        changed.unwrap_or_else(|| self.tags())
    }

    /// The tags that it was created with: those among its arguments, and the service's own.
    pub fn tags(&self) -> TagList {
        let tags = self.argument("Tags");
        let text = |tag: &Value, member: &str| Some(tag.get(member)?.as_str()?.to_owned());
        let tags = tags.as_array().into_iter().flatten();
        let given = tags.filter_map(|tag| Some((text(tag, "Key")?, text(tag, "Value")?)));
        let execution = self.execution.iter();
        let own = execution.map(|arn| (EXECUTION_TAG.to_owned(), arn.clone()));
        given.chain(own).collect()
    }

    /// The name of its step as it is listed.
    pub fn step_name(&self) -> &str {
        &self.step.name
    }

    /// The answer of its Describe operation.
    pub fn description(&self) -> Value {
        let answer = self.run.described(&self.step.name, self.speed);
        answer.unwrap_or_default()
    }

    /// The same, with the pipeline's role where the arguments name none.
    pub fn description_with_role(&self, role: &str) -> Value {
        let mut answer = self.description();
        if answer[role].is_null() {
            answer[role] = json!(self.role);
        }
        answer
    }

    /// How many times as fast as at the service it runs.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// The lines of its log that were ordered, if any.
    pub fn ordered_log(&self) -> Vec<String> {
        self.run.ordered_log(&self.step.name)
    }

    /// One of its properties, as references resolve it.
    pub fn property(&self, property: &str) -> Option<Value> {
        self.run.property(&self.step.name, property)
    }

    /// A resolved argument; null where it is not given.
    pub fn argument(&self, name: &str) -> Value {
        let arguments = self.run.arguments(&self.step.name);
        arguments.map_or(Value::Null, |mut arguments| arguments[name].take())
    }

    /// The address of the account's default bucket.
    pub fn bucket(&self) -> String {
        let place = &self.run.spec().arn_context;
        format!("s3://sagemaker-{}-{}", place.region, place.account)
    }
}

/// Whether a step's job has this name.
fn is_named(step: &StepRecord, name: &str) -> bool {
    let named = arn(step).and_then(|arn| arn.split_once('/'));
    named.is_some_and(|(_, named)| named == name)
}

/// The newest executions of the pipelines that make a resource of this type whose name is the same in every execution.
fn newest_with(world: &World, resource: &str) -> Vec<ExecutionKey> {
    let makers = world.pipelines.iter().filter(|(_, pipeline)| {
        let mut versions = pipeline.versions.iter();
        versions.any(|version| version.program.has_named(resource))
    });
    let mut keys: Vec<ExecutionKey> = makers
        .flat_map(|(key, _)| world.pipelines.executions(key))
        .copied()
        .collect();
    keys.sort_unstable_by(|a, b| b.cmp(a));
    keys.truncate(MAX_EXECUTIONS_SEARCHED);
    keys
}

/// The ARN in a step's metadata, if it has one.
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

/// The parts of a job's name that may be its execution's id: `pipelines-<execution>-…`, `<execution>-…` where names are
/// short, `<prefix>-<execution>-…` where the definition names the job.
fn execution_ids(name: &str) -> impl Iterator<Item = &str> {
    name.split('-').filter(|part| part.len() == 12)
}

#[cfg(test)]
mod tests {
    use super::execution_ids;

    #[test]
    fn job_names_contain_their_execution_id() {
        for name in [
            "pipelines-d84ewltjmxhe-abalonetrain-3kyzvpyx11",
            "d84ewltjmxhe-Tune-3kyzvpyx11",
            "my-prefix-d84ewltjmxhe-3kyzvpyx11",
        ] {
            assert!(execution_ids(name).any(|id| id == "d84ewltjmxhe"), "{name}");
        }
        assert_eq!(execution_ids("").count(), 0);
    }
}
