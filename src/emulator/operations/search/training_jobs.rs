//! Training jobs as `Search` finds them: the members of `TrainingJob` in the service model.

use super::values::{Scalar, ValueType};
use crate::engine::Millis;
use crate::jobs::{Job, TrainedJob};
use crate::model::{CreatedFacts, CreatedKey, JobKind, TagList, World};
use crate::operations::common::seconds;
use crate::operations::tag_list;
use crate::products::{fitting_members, job_status};
use serde_json::{Value, json};
use sluicegate_shapes::{self as shapes, Shape, ShapeRef};

/// How the names of final metrics begin as properties.
const METRICS_PREFIX: &str = "Metrics.";
const TAGS_PREFIX: &str = "Tags.";

/// The shape of a training job among the results.
fn shape() -> Option<ShapeRef> {
    let output = shapes::operation("Search").and_then(|search| search.output)?;
    let Shape::List(_, record) = *output.member("Results")? else {
        return None;
    };
    record.member("TrainingJob")
}

/// The shape of a property; of an entry of a map that of its value.
fn property(path: &str) -> Option<ShapeRef> {
    let (mut shape, mut rest) = (shape()?, Some(path));
    loop {
        shape = match &*shape {
            Shape::List(_, item) if rest.is_some() => *item,
            Shape::Map(_, _, value) if rest.is_some() => return Some(*value),
            Shape::Structure(_) if rest.is_some() => {
                let path = rest.unwrap_or_default();
                let (name, more) = path
                    .split_once('.')
                    .map_or((path, None), |(name, more)| (name, Some(more)));
                rest = more;
                shape.member(name)?
            }
            _ => return rest.is_none().then_some(shape),
        };
    }
}

/// The type of a property's values; none where there is no such property.
pub fn type_of(name: &str) -> Option<ValueType> {
    if name.starts_with(METRICS_PREFIX) {
        return Some(ValueType::Number);
    }
    if name.starts_with(TAGS_PREFIX) {
        return Some(ValueType::Text);
    }
    let mut shape = property(name)?;
    while let Shape::List(_, item) = &*shape {
        shape = *item;
    }
    match &*shape {
        Shape::Text(..) | Shape::Enum(_) | Shape::Boolean => Some(ValueType::Text),
        Shape::Number(..) => Some(ValueType::Number),
        Shape::Timestamp => Some(ValueType::Time),
        Shape::List(..) | Shape::Map(..) | Shape::Structure(_) => None,
    }
}

/// Whether a property is a list of structures.
pub fn is_list(name: &str) -> bool {
    property(name).is_some_and(|shape| match &*shape {
        Shape::List(_, item) => matches!(&**item, Shape::Structure(_)),
        _ => false,
    })
}

/// Tests a property that is known without a replay; none of other properties.
pub fn known(
    (created, job_name): &CreatedKey,
    job: CreatedFacts,
    name: &str,
    test: &mut dyn FnMut(Scalar) -> bool,
) -> Option<bool> {
    let time = |at: Millis| Scalar::Number(seconds(at));
    Some(match name {
        "TrainingJobName" => test(Scalar::Text(job_name)),
        "TrainingJobStatus" => test(Scalar::Text(job_status(job.status))),
        "CreationTime" => test(time(*created)),
        "LastModifiedTime" => test(time(job.modified)),
        _ => return None,
    })
}

/// The final value of a metric; none of other properties.
pub fn metric(record: &Value, name: &str) -> Option<f64> {
    let name = name.strip_prefix(METRICS_PREFIX)?;
    let mut metrics = record["FinalMetricDataList"].as_array()?.iter();
    metrics.find(|metric| metric["MetricName"] == name)?["Value"].as_f64()
}

/// A training job's record.
pub fn record(world: &World, key: &CreatedKey, facts: CreatedFacts) -> Value {
    let Some((shape, (described, tags))) = shape().zip(described(world, key, facts)) else {
        return Value::Null;
    };
    let mut members = fitting_members(&shape, &described);
    let tags = tag_list::on_the_wire(&tags);
    members.insert("Tags".to_owned(), json!(tags));
    Value::Object(members)
}

/// What is described of a training job of a step, of a request, or of a tuning job; and its tags.
fn described(world: &World, key: &CreatedKey, facts: CreatedFacts) -> Option<(Value, TagList)> {
    if let Some(job) = Job::listed(world, JobKind::Training, key, facts) {
        return Some((job.description_with_role("RoleArn"), job.tags_in(world)));
    }
    let trained = TrainedJob::find(world, &key.1)?;
    Some((trained.description()?, trained.tags_in(world)))
}
