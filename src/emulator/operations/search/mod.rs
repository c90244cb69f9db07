//! `Search` over pipelines, executions and versions.

mod expression;
mod properties;
mod record;
#[cfg(test)]
mod tests;

use crate::engine::Millis;
use crate::model::World;
use crate::protocol::OperationResult;
use crate::protocol::input::Input;
use crate::protocol::page::{self, Direction};
use expression::Expression;
use properties::SearchResource;
use record::{Record, Scalar, Subject};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A sort key: absent values come first, numbers before text.
#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum SortKey {
    Absent,
    /// In thousandths, so that times keep their milliseconds.
    Number(i64),
    Text(String),
}

/// The sort key of a result, and what was found.
type Found = ((SortKey, (u32, i64)), Subject);

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
    // Of up to a hundred thousand matches only the sort keys are kept.
    let found: Vec<Found> = subjects(world, kind)
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

fn subjects(world: &World, kind: SearchResource) -> Box<dyn Iterator<Item = Subject> + '_> {
    let pipelines = world.pipelines.iter();
    match kind {
        SearchResource::Pipeline => Box::new(pipelines.map(|(key, _)| Subject::Pipeline(key))),
        SearchResource::Execution => Box::new(
            world
                .executions
                .iter()
                .map(|(key, facts)| Subject::Execution(key, facts)),
        ),
        SearchResource::Version => Box::new(pipelines.flat_map(move |(key, pipeline)| {
            (1..=pipeline.newest()).map(move |number| Subject::Version(key, number))
        })),
    }
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
