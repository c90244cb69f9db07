//! Every shape of the model: a value that keeps it is accepted, and one that breaks it anywhere is refused.

use super::super::requests::{is_taken, request};
use super::super::values::Values;
use crate::engine::SeededRandom;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use sluicegate_definition::{Definition, Document, StepKind};
use sluicegate_shapes::{Bounds, NumberType, Shape, ShapeRef};

/// Texts of which one matches each pattern of the model.
const TEXTS: [&str; 24] = [
    "a",
    "1",
    "s3://bucket/key",
    "https://example.com/a",
    "arn:aws:iam::111122223333:role/service",
    "arn:aws:sagemaker:eu-central-1:111122223333:model-package/a/1",
    "arn:aws:sagemaker:eu-central-1:111122223333:mlflow-tracking-server/a",
    "arn:aws:sagemaker:eu-central-1:111122223333:hub-content/a/Model/b/1.0.0",
    "arn:aws:sagemaker:eu-central-1:111122223333:hub/a",
    "arn:aws:sagemaker:eu-central-1:111122223333:compute-quota/abcdefghijkl",
    "arn:aws:sagemaker:eu-central-1:111122223333:training-plan/a",
    "arn:aws:sagemaker:eu-central-1:111122223333:training-job/a",
    "arn:aws:sns:eu-central-1:111122223333:topic",
    "arn:aws:lambda:eu-central-1:111122223333:function:f",
    "arn:aws:athena:eu-central-1:111122223333:workgroup/a",
    "arn:aws:kms:eu-central-1:111122223333:key/a",
    "111122223333.dkr.ecr.eu-central-1.amazonaws.com/image:1",
    "sha256:0123456789012345678901234567890123456789012345678901234567890123",
    "text/csv",
    "/opt/ml/a",
    "1.0.0",
    "P1D",
    "fs-0123456789abcdef0",
    "a@b",
];

fn kinds() -> impl Iterator<Item = &'static StepKind> {
    StepKind::ALL
        .iter()
        .filter(|kind| !kind.operations().is_empty())
}

/// Draws values from the model.
struct Draw {
    random: SeededRandom,
    count: u64,
    /// How many more values may be drawn before only what is required is.
    left: usize,
}

impl Draw {
    fn number(&mut self) -> f64 {
        self.count += 1;
        self.random.with(self.count).unit()
    }

    /// A value of a shape; `None` where no text is known that matches its pattern.
    fn value(&mut self, shape: ShapeRef) -> Option<Value> {
        self.left = self.left.saturating_sub(1);
        Some(match shape.get() {
            Shape::Text(bounds, _) => json!(text(shape, *bounds)?),
            Shape::Enum(values) => {
                let at = (self.number() * values.len() as f64) as usize;
                json!(values[at.min(values.len() - 1)])
            }
            Shape::Number(kind, bounds) => self.within(*kind, *bounds),
            Shape::Boolean => json!(self.number() < 0.5),
            Shape::Timestamp => json!(0),
            Shape::List(bounds, item) => {
                let count = bounds.min.unwrap_or(0.0).max(1.0) as usize;
                let items: Option<Vec<Value>> = (0..count).map(|_| self.value(*item)).collect();
                json!(items?)
            }
            Shape::Map(_, key, item) => {
                let key = self.value(*key)?;
                json!({key.as_str()?: self.value(*item)?})
            }
            Shape::Structure(_) => Value::Object(self.members(shape)?),
        })
    }

    fn members(&mut self, shape: ShapeRef) -> Option<Map<String, Value>> {
        let mut members = Map::new();
        for member in shape.members() {
            let is_chosen = self.left > 0 && self.number() < 0.5;
            if !is_taken(shape.name(), member.name) || !(member.is_required || is_chosen) {
                continue;
            }
            match self.value(member.shape) {
                Some(value) => {
                    members.insert(member.name.to_owned(), value);
                }
                None if member.is_required => return None,
                None => {}
            }
        }
        Some(members)
    }

    fn within(&mut self, kind: NumberType, Bounds { min, max }: Bounds) -> Value {
        let low = min.unwrap_or(0.0);
        let high = max.unwrap_or(low + 1_000.0).min(f64::from(i32::MAX));
        let number = low + self.number() * (high - low);
        match kind.is_whole() {
            true => json!(number.floor() as i64),
            false => json!(number),
        }
    }
}

/// A text within the bounds that matches the pattern.
fn text(shape: ShapeRef, bounds: Bounds) -> Option<String> {
    let Shape::Text(_, pattern) = shape.get() else {
        return None;
    };
    let fits = |text: &String| {
        bounds.contain(text.chars().count() as f64)
            && pattern.as_ref().is_none_or(|pattern| pattern.matches(text))
    };
    let longer = bounds.min.map(|min| "a".repeat(min as usize));
    let texts = TEXTS.iter().map(|text| (*text).to_owned()).chain(longer);
    texts.into_iter().find(fits)
}

/// Every value within a value, with its shape and its path.
fn within(shape: ShapeRef, value: &Value, path: &str, found: &mut Vec<(ShapeRef, String)>) {
    found.push((shape, path.to_owned()));
    match (shape.get(), value) {
        (Shape::List(_, item), Value::Array(items)) => {
            for (index, value) in items.iter().enumerate() {
                within(*item, value, &format!("{path}/{index}"), found);
            }
        }
        (Shape::Map(_, _, item), Value::Object(entries)) => {
            for (key, value) in entries {
                within(*item, value, &format!("{path}/{}", escaped(key)), found);
            }
        }
        (Shape::Structure(_), Value::Object(entries)) => {
            for (name, value) in entries {
                let member = shape.member(name).expect("a member");
                within(member, value, &format!("{path}/{name}"), found);
            }
        }
        _ => {}
    }
}

/// A key as JSON pointers have it.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// What breaks a shape: values in the place of one that keeps it.
fn broken(shape: ShapeRef, value: &Value) -> Vec<Value> {
    let mut broken = vec![match shape.get() {
        Shape::Text(..) | Shape::Enum(_) | Shape::Timestamp => json!([]),
        Shape::List(..) => json!("text"),
        Shape::Number(..) | Shape::Boolean => json!("text"),
        Shape::Map(..) | Shape::Structure(_) => json!(1),
    }];
    match shape.get() {
        Shape::Text(Bounds { min, max }, _) => {
            broken.extend(max.map(|max| json!("a".repeat(max as usize + 1))));
            let short = min.filter(|min| *min > 0.0);
            broken.extend(short.map(|min| json!("a".repeat(min as usize - 1))));
        }
        Shape::Enum(_) => broken.push(json!("no such value")),
        Shape::Number(kind, Bounds { min, max }) => {
            broken.extend(min.map(|min| json!(min - 1.0)));
            broken.extend(max.map(|max| json!(max + 1.0)));
            broken.extend(kind.is_whole().then(|| json!(0.5)));
        }
        Shape::List(Bounds { min, max }, _) => {
            broken.extend(min.filter(|min| *min > 0.0).map(|_| json!([])));
            let item = value[0].clone();
            let count = max.filter(|max| *max < 1_000.0);
            broken.extend(count.map(|max| json!(vec![item; max as usize + 1])));
        }
        Shape::Structure(members) => {
            let mut more = value.clone();
            more["NoSuchMember"] = json!(1);
            broken.push(more);
            for member in members.iter().filter(|member| member.is_required) {
                let mut less = value.clone();
                less.as_object_mut().expect("an object").remove(member.name);
                broken.push(less);
            }
        }
        _ => {}
    }
    broken
}

fn check(shape: ShapeRef, value: &Value) -> Result<(), String> {
    let document = Document::parse(&value.to_string()).expect("JSON");
    let definition = Definition::default();
    let values = Values {
        definition: &definition,
        is_filled_in: &|_| false,
    };
    let checked = values.request(shape, document.root());
    checked.map_err(|fault| format!("{fault:?}"))
}

fn drawn(kind: &StepKind, seed: u64) -> Option<(ShapeRef, Value)> {
    let nothing = Document::parse(if seed.is_multiple_of(2) {
        "{}"
    } else {
        "{\"AutoMLProblemTypeConfig\":1}"
    })
    .expect("JSON");
    let shape = request(kind, nothing.root()).expect("a request");
    let random = SeededRandom::from_seed(seed);
    let mut draw = Draw {
        random,
        count: 0,
        left: 60,
    };
    Some((shape, Value::Object(draw.members(shape)?)))
}

#[test]
fn every_request_has_a_value() {
    for kind in kinds() {
        for seed in 0..2 {
            assert!(drawn(kind, seed).is_some(), "{kind:?}: add a text to TEXTS");
        }
    }
}

proptest! {
    #[test]
    fn what_keeps_the_model_is_accepted(seed: u64, kind in 0_usize..12) {
        let kind = kinds().nth(kind).expect("a type of step");
        let (shape, value) = drawn(kind, seed).expect("a value");
        prop_assert_eq!(check(shape, &value), Ok(()), "{}", value);
    }

    #[test]
    fn what_breaks_the_model_is_refused(seed: u64, kind in 0_usize..12, place: prop::sample::Index, way: prop::sample::Index) {
        let kind = kinds().nth(kind).expect("a type of step");
        let (shape, mut value) = drawn(kind, seed).expect("a value");
        let mut places = Vec::new();
        within(shape, &value, "", &mut places);
        let (broken_shape, path) = place.get(&places);
        let there = value.pointer_mut(path).expect("a value");
        let ways = broken(*broken_shape, there);
        *there = way.get(&ways).clone();
        // The request itself is checked as a structure by whoever reads the definition.
        prop_assume!(value.is_object());
        prop_assert!(check(shape, &value).is_err(), "{} at {}", value, path);
    }
}
