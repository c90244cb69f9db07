//! Lists of jobs: those of steps, and those that requests created.

use super::lookup::Job;
use super::tuning::TrainedJob;
use crate::engine::Millis;
use crate::model::{
    CreatedFacts, CreatedKey, CreatedKind, Execution, ExecutionKey, JobKind, World,
};
use crate::products::{fitting_members, job_status};
use crate::protocol::OperationResult;
use crate::protocol::input::Input;
use crate::protocol::page::{self, Direction};
use serde_json::{Value, json};
use sluicegate_shapes::{self as shapes, Shape, ShapeRef};
use std::borrow::Cow;
use std::collections::HashMap;

/// Jobs on a page without MaxResults, as documented of the lists of transform and tuning jobs.
const SHORT_PAGE_ITEMS: usize = 10;

/// `ListTrainingJobs`.
pub fn list_training(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    list(world, input, JobKind::Training)
}

/// `ListProcessingJobs`.
pub fn list_processing(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    list(world, input, JobKind::Processing)
}

/// `ListTransformJobs`.
pub fn list_transform(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    list(world, input, JobKind::Transform)
}

/// `ListHyperParameterTuningJobs`.
pub fn list_tuning(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    list(world, input, JobKind::Tuning)
}

/// `ListAutoMLJobs`.
pub fn list_auto_ml(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    list(world, input, JobKind::AutoML)
}

/// What a list is sorted by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Created,
    Name,
    Status,
}

impl Sort {
    /// The request's SortBy, else what the model documents.
    fn of(input: Input, kind: JobKind) -> Sort {
        match (input.text("SortBy"), kind) {
            (Some("Name"), _) | (None, JobKind::Tuning | JobKind::AutoML) => Sort::Name,
            (Some("Status"), _) => Sort::Status,
            _ => Sort::Created,
        }
    }

    /// The order where the request names none: the newest first, as scripts rely on (`ListTrainingJobs` documents both).
    fn direction(self, kind: JobKind) -> Direction {
        match (self, kind) {
            (Sort::Created, _) | (_, JobKind::AutoML) => Direction::Descending,
            _ => Direction::Ascending,
        }
    }
}

/// Which jobs a list has, besides the time of their creation.
struct Filter<'i> {
    name_part: Option<&'i str>,
    status: Option<&'i str>,
    /// Whether a page of jobs of any status is taken first, as documented of `ListTrainingJobs` with MaxResults.
    is_status_late: bool,
    modified_after: Option<Millis>,
    modified_before: Option<Millis>,
    /// Filters on what no job here has: a warm pool, a training plan.
    is_impossible: bool,
}

impl<'i> Filter<'i> {
    fn of(input: Input<'i>, kind: JobKind) -> Filter<'i> {
        Filter {
            name_part: input.text("NameContains"),
            status: input.text("StatusEquals"),
            is_status_late: kind == JobKind::Training && input.has("MaxResults"),
            modified_after: input.time("LastModifiedTimeAfter"),
            modified_before: input.time("LastModifiedTimeBefore"),
            is_impossible: input.has("WarmPoolStatusEquals") || input.has("TrainingPlanArnEquals"),
        }
    }

    /// Whether a job is on one of the pages.
    fn matches(&self, name: &str, job: &CreatedFacts) -> bool {
        !self.is_impossible
            && self.name_part.is_none_or(|part| name.contains(part))
            && self.modified_after.is_none_or(|after| job.modified > after)
            && self
                .modified_before
                .is_none_or(|before| job.modified < before)
            && (self.is_status_late || self.is_of_status(job))
    }

    fn is_of_status(&self, job: &CreatedFacts) -> bool {
        let status = self.status;
        status.is_none_or(|status| job_status(job.status) == status)
    }
}

fn list(world: &mut World, input: Input, kind: JobKind) -> OperationResult {
    world.refresh_index();
    let world = &*world;
    let operation = format!("List{}s", kind.stem());
    let filter = Filter::of(input, kind);
    let sort = Sort::of(input, kind);
    let direction = Direction::of(input, sort.direction(kind));
    let last = match sort {
        Sort::Created => page::last_key(&operation, input)?,
        Sort::Name | Sort::Status => None,
    };
    let mut window = page::creation_window(input, direction, last);
    let since = window.start.0;
    let is_newest_first = sort == Sort::Created && direction == Direction::Descending;
    if is_newest_first {
        window.start.0 = since.max(world.indexed_since());
    } else {
        world.require_indexed_since(since)?;
    }
    let jobs = world.created(CreatedKind::Job(kind), window);
    let jobs = jobs.filter(|((_, name), job)| filter.matches(name, job));
    let size = match kind {
        JobKind::Transform | JobKind::Tuning => page::size_or(input, SHORT_PAGE_ITEMS),
        _ => page::size(input),
    };
    let page = match sort {
        Sort::Created => {
            let by_creation = jobs.map(|(key, job)| (key.clone(), (key, job)));
            page::in_order_sized(&operation, input, direction, size, by_creation)?
        }
        Sort::Name => {
            let by_name = jobs.map(|(key, job)| (key.1.clone(), (key, job)));
            page::sized(&operation, input, direction, size, by_name)?
        }
        Sort::Status => {
            let status = |job: CreatedFacts| job_status(job.status).to_owned();
            let by_status = jobs.map(|(key, job)| ((status(job), key.clone()), (key, job)));
            page::sized(&operation, input, direction, size, by_status)?
        }
    };
    // A page that others follow is complete, whatever was created before it.
    if page.next_token.is_none() {
        world.require_indexed_since(since)?;
    }
    let mut summaries = Summaries::of(world, kind);
    let jobs = page.items.into_iter();
    let jobs = jobs.filter(|(_, job)| filter.is_of_status(job));
    let listed: Vec<Value> = jobs
        .filter_map(|(key, job)| summaries.summary(key, job))
        .collect();
    Ok(json!({format!("{}Summaries", kind.stem()): listed, "NextToken": page.next_token}))
}

/// Makes the summaries of jobs, replaying each of their executions once.
struct Summaries<'w> {
    world: &'w World,
    kind: JobKind,
    shape: Option<ShapeRef>,
    executions: HashMap<ExecutionKey, Option<Cow<'w, Execution>>>,
}

impl<'w> Summaries<'w> {
    fn of(world: &'w World, kind: JobKind) -> Summaries<'w> {
        let output = shapes::operation(&format!("List{}s", kind.stem()));
        let output = output.and_then(|operation| operation.output);
        let list = output.and_then(|output| output.member(&format!("{}Summaries", kind.stem())));
        let shape = list.and_then(|list| match &*list {
            Shape::List(_, item) => Some(*item),
            _ => None,
        });
        Summaries {
            world,
            kind,
            shape,
            executions: HashMap::new(),
        }
    }

    /// The members of a job's description that its summary has.
    fn summary(&mut self, key: &CreatedKey, facts: CreatedFacts) -> Option<Value> {
        let world = self.world;
        let name = &key.1;
        let description = match facts.execution {
            None => Job::of_kind(world, self.kind, name)?.description(),
            Some(execution) => {
                let known = self.executions.entry(execution);
                let replayed = known
                    .or_insert_with(|| world.execution(execution))
                    .as_ref()?;
                let run = &replayed.run;
                let job = Job::in_run(world, execution, Cow::Borrowed(run), name);
                job.map(|job| job.description()).or_else(|| {
                    let trained = TrainedJob::in_run(world, execution, run, name);
                    trained?.description()
                })?
            }
        };
        let shape = self.shape?;
        let mut members = fitting_members(&shape, &description);
        // Of a tuning job the summary has some members of its configuration.
        let config = &description["HyperParameterTuningJobConfig"];
        members.extend(fitting_members(&shape, config));
        members
            .entry("LastModifiedTime")
            .or_insert_with(|| json!(facts.modified as f64 / 1000.0));
        Some(Value::Object(members))
    }
}
