//! `Search` over pipelines and executions.

mod expression;
mod record;

use super::engine::Millis;
use super::model::{ExecutionKey, PipelineKey, World};
use super::protocol::dispatch::Answer;
use super::protocol::errors::Refusal;
use super::protocol::input::Input;
use super::protocol::page::{self, Direction};
use expression::Expression;
use record::{Kind, Record, Scalar, Subject};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A value to sort by: absent ones come first, numbers before text.
#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Sort {
    Absent,
    /// In thousandths, so that times keep their milliseconds.
    Number(i64),
    Text(String),
}

/// `Search`: most recently modified first unless asked otherwise.
pub fn search(world: &mut World, input: Input, _now: Millis) -> Answer {
    let kind = match input.needed("Resource") {
        "Pipeline" => Kind::Pipeline,
        "PipelineExecution" => Kind::Execution,
        other => {
            return Err(Refusal::validation(format!(
                "The local SageMaker searches Pipeline and PipelineExecution only, not {other}."
            )));
        }
    };
    let expression = match input.record("SearchExpression") {
        Some(expression) => Some(Expression::read(expression, kind)?),
        None => None,
    };
    let sort_by = input.text("SortBy").unwrap_or("LastModifiedTime");
    kind.check(sort_by)?;
    let found: Vec<Record> = subjects(world, kind)
        .filter(|record| {
            expression
                .as_ref()
                .is_none_or(|expression| expression.holds(record))
        })
        .collect();
    let total = found.len();
    let candidates = found
        .into_iter()
        .map(|record| ((sort_value(&record, sort_by), record.number()), record));
    let direction = Direction::of(input, Direction::Descending);
    let page = page::of("Search", input, direction, candidates)?;
    let results: Vec<Value> = page.items.iter().map(Record::on_the_wire).collect();
    Ok(json!({
        "Results": results,
        "NextToken": page.next,
        "TotalHits": {"Value": total, "Relation": "EqualTo"},
    }))
}

fn subjects(world: &World, kind: Kind) -> Box<dyn Iterator<Item = Record<'_>> + '_> {
    let pipeline = |(key, _): (PipelineKey, _)| Subject::Pipeline(key);
    let execution = |(key, facts): (ExecutionKey, _)| Subject::Execution(key, facts);
    match kind {
        Kind::Pipeline => Box::new(
            world
                .pipelines
                .iter()
                .map(move |entry| Record::new(world, pipeline(entry))),
        ),
        Kind::Execution => Box::new(
            world
                .executions
                .iter()
                .map(move |entry| Record::new(world, execution(entry))),
        ),
    }
}

fn sort_value(record: &Record, name: &str) -> Sort {
    let mut sort = Sort::Absent;
    record.any(name, &mut |value| {
        sort = match value {
            Scalar::Number(number) => Sort::Number((number * 1000.0).round() as i64),
            Scalar::Text(text) => Sort::Text(text.to_owned()),
        };
        true
    });
    sort
}
