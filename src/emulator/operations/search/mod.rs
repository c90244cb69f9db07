//! `Search` over pipelines, executions, versions and training jobs.

mod expression;
mod properties;
mod record;
#[cfg(test)]
mod tests;
mod training_jobs;
mod values;

use crate::engine::Millis;
use crate::jobs::EXECUTION_TAG;
use crate::model::{CreatedKind, ExecutionKey, JobKind, World};
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use crate::protocol::page::{self, Direction};
use expression::{Expression, Operator};
use properties::SearchResource;
use record::{Record, Subject};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use values::Scalar;

/// A sort key: absent values come first, numbers before text.
#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum SortKey {
    Absent,
    /// In thousandths, so that times keep their milliseconds.
    Number(i64),
    Text(String),
}

/// The sort key of a result, and what was found.
type Found<'w> = ((SortKey, (u32, i64)), Subject<'w>);

/// `Search`: by default the most recently modified first.
pub fn search(world: &mut World, input: Input, _now: Millis) -> OperationResult {
    // Other resources, and those of other accounts, do not exist here.
    let shared = input.text("CrossAccountFilterOption") == Some("CrossAccount");
    let Some(kind) = SearchResource::of(input.required("Resource")).filter(|_| !shared) else {
        return Ok(json!({"Results": [], "TotalHits": {"Value": 0, "Relation": "EqualTo"}}));
    };
    let expression = match input.record("SearchExpression") {
        Some(expression) => Some(Expression::read(expression, kind)?),
        None => None,
    };
    let sort_by = input.text("SortBy").unwrap_or("LastModifiedTime");
    kind.type_of(sort_by)?;
    match kind {
        SearchResource::Execution => world.index_names(),
        SearchResource::TrainingJob => index_training_jobs(world, expression.as_ref())?,
        SearchResource::Pipeline | SearchResource::Version => {}
    }
    let world = &*world;
    // Of up to a hundred thousand matches only the sort keys are kept.
    let found: Vec<Found> = subjects(world, kind, expression.as_ref())
        .map(|subject| Record::new(world, subject))
        .filter(|record| {
            expression
                .as_ref()
                .is_none_or(|expression| expression.holds(record))
        })
        .map(|record| {
            let sort = (sort_value(&record, sort_by), record.number());
            (sort, record.subject())
        })
        .collect();
    let total = found.len();
    let direction = Direction::of(input, Direction::Descending);
    let page = page::of("Search", input, direction, found.into_iter())?;
    let results: Vec<Value> = page
        .items
        .into_iter()
        .map(|subject| Record::new(world, subject).on_the_wire())
        .collect();
    Ok(json!({
        "Results": results,
        "NextToken": page.next_token,
        "TotalHits": {"Value": total, "Relation": "EqualTo"},
    }))
}

/// The records of a resource; where the expression needs one of a few, no others.
fn subjects<'w>(
    world: &'w World,
    kind: SearchResource,
    expression: Option<&Expression>,
) -> Box<dyn Iterator<Item = Subject<'w>> + 'w> {
    let needed = |name, operator| expression?.needed(name, operator);
    let pipelines = world.pipelines.iter();
    match kind {
        SearchResource::Pipeline => Box::new(pipelines.map(|(key, _)| Subject::Pipeline(key))),
        SearchResource::Execution => {
            let part = needed("PipelineExecutionDisplayName", Operator::Contains);
            let named = part.and_then(|part| world.executions_named_like(part));
            match named {
                Some(keys) => {
                    Box::new(keys.into_iter().filter_map(|key| {
                        Some(Subject::Execution(key, world.executions.facts(key)?))
                    }))
                }
                None => {
                    let all = world.executions.iter();
                    Box::new(all.map(|(key, facts)| Subject::Execution(key, facts)))
                }
            }
        }
        SearchResource::Version => Box::new(pipelines.flat_map(move |(key, pipeline)| {
            let numbers =
                (1..=pipeline.newest()).filter(|number| pipeline.version(*number).is_some());
            numbers.map(move |number| Subject::Version(key, number))
        })),
        SearchResource::TrainingJob => {
            let execution = execution_named(world, expression);
            let facts = execution.and_then(|key| world.executions.facts(key));
            let created = facts.map_or(Millis::MIN, |facts| facts.created);
            let jobs = world.created_since(CreatedKind::Job(JobKind::Training), created);
            // A job that a request created may have any tag.
            let jobs = jobs.filter(move |(_, job)| {
                execution.is_none() || job.execution.is_none() || job.execution == execution
            });
            Box::new(jobs.map(|(key, job)| Subject::TrainingJob(key, job)))
        }
    }
}

/// The execution whose jobs alone an expression can find; one that does not exist, where it names none that does.
fn execution_named(world: &World, expression: Option<&Expression>) -> Option<ExecutionKey> {
    let tag = format!("Tags.{EXECUTION_TAG}");
    let arn = expression?.needed(&tag, Operator::Equals)?;
    let key = world.find_execution(arn);
    Some(key.unwrap_or(ExecutionKey(u32::MAX)))
}

/// Indexes the training jobs that a search needs: those of one execution, or else all.
fn index_training_jobs(
    world: &mut World,
    expression: Option<&Expression>,
) -> Result<(), ServiceError> {
    world.refresh_index();
    match execution_named(world, expression) {
        Some(key) => world.index_one(key),
        None => world.require_indexed_since(Millis::MIN)?,
    }
    Ok(())
}

fn sort_value(record: &Record, name: &str) -> SortKey {
    let mut sort = SortKey::Absent;
    record.any(name, &mut |value| {
        sort = match value {
            Scalar::Number(number) => SortKey::Number((number * 1000.0).round() as i64),
            Scalar::Text(text) => SortKey::Text(text.to_owned()),
        };
        true
    });
    sort
}
