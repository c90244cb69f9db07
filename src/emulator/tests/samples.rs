//! Values that the service model allows, for properties of any request.

use crate::engine::SeededRandom;
use serde_json::{Map, Value, json};
use sluicegate_shapes::{NumberType, Shape, ShapeRef};

/// Texts for every pattern of the model: the first that matches is taken, beginning somewhere.
const TEXTS: [&str; 30] = [
    "a",
    "Name",
    "8",
    "0.5",
    "ml.m5.xlarge",
    "model/mine-1",
    "s3://bucket/key",
    "https://bucket.s3.amazonaws.com/key",
    "/opt/ml/path",
    "text/csv",
    "sha256:0000000000000000000000000000000000000000000000000000000000000000",
    "111122223333.dkr.ecr.eu-central-1.amazonaws.com/image:1",
    "arn:aws:iam::111122223333:role/any",
    "arn:aws:kms:eu-central-1:111122223333:key/k",
    "arn:aws:sns:eu-central-1:111122223333:topic",
    "arn:aws:sagemaker:eu-central-1:111122223333:model-package/group/1",
    "arn:aws:sagemaker:eu-central-1:111122223333:model-package-group/group",
    "arn:aws:sagemaker:eu-central-1:111122223333:algorithm/mine",
    "arn:aws:sagemaker:eu-central-1:111122223333:mlflow-app/app-ABCDEFGHIJKL",
    "arn:aws:sagemaker:eu-central-1:111122223333:mlflow-tracking-server/mine",
    "arn:aws:sagemaker:eu-central-1:aws:hub-content/Hub/Model/Name/1.0.0",
    "arn:aws:sagemaker:eu-central-1:111122223333:inference-component/mine",
    "arn:aws:lambda:eu-central-1:111122223333:function:mine",
    "arn:aws:fsx:eu-central-1:111122223333:file-system/fs-0",
    "arn:aws:sagemaker:eu-central-1:111122223333:training-plan/mine",
    "arn:aws:sagemaker:eu-central-1:111122223333:ml-reservation/mine",
    "fs-01234567",
    "sg-0123abcd",
    "1.0.0",
    "P1D",
];

/// A value that a shape allows; none where no text of the list fits.
pub fn value(shape: ShapeRef, random: SeededRandom, depth: u32) -> Option<Value> {
    let within = |name: &str, shape| value(shape, random.named(name), depth + 1);
    Some(match &*shape {
        Shape::Text(bounds, pattern) => {
            let start = random.between(0, TEXTS.len() as i64) as usize;
            let mut texts = TEXTS[start..].iter().chain(&TEXTS[..start]);
            let fits = |text: &&&str| {
                bounds.contain(text.len() as f64)
                    && pattern.as_ref().is_none_or(|pattern| pattern.matches(text))
            };
            json!(texts.find(fits)?)
        }
        Shape::Enum(values) => json!(random.pick(values)?),
        Shape::Boolean => json!(random.number().is_multiple_of(2)),
        Shape::Timestamp => json!(1_795_435_200.5),
        Shape::Number(kind, bounds) => {
            let low = bounds.min.unwrap_or(0.0).max(-1e6);
            let high = bounds.max.unwrap_or(1e6).min(low + 1e6);
            match kind.is_whole() {
                true => json!(random.between(low as i64, high as i64 + 1)),
                false if *kind == NumberType::Float => json!(low),
                false => json!(low + random.unit() * (high - low)),
            }
        }
        Shape::List(bounds, item) => {
            let least = bounds.min.unwrap_or(0.0).max(1.0) as i64;
            let most = (bounds.max.unwrap_or(3.0) as i64).min(least + 1);
            let count = random.named("count").between(least, most + 1);
            let items = (0..count).map(|index| within(&index.to_string(), *item));
            Value::Array(items.collect::<Option<_>>()?)
        }
        Shape::Map(_, key, item) => {
            let key = within("key", *key)?;
            json!({key.as_str()?: within("item", *item)?})
        }
        Shape::Structure(members) => {
            let mut values = Map::new();
            for member in members {
                // Deep structures would never end otherwise.
                let wanted = depth < 4 && !random.named(member.name).number().is_multiple_of(3);
                match within(member.name, member.shape) {
                    _ if !member.is_required && !wanted => {}
                    Some(value) => {
                        values.insert(member.name.to_owned(), value);
                    }
                    None if member.is_required => return None,
                    None => {}
                }
            }
            Value::Object(values)
        }
    })
}

/// Whether a value is a structure or a map with nothing in it.
pub fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty)
}

/// Whether an answer has all of what was given; it may have more, such as defaults.
pub fn has(answer: &Value, given: &Value) -> bool {
    match (answer, given) {
        (Value::Object(answer), Value::Object(given)) => given.iter().all(|(name, given)| {
            let answer = answer.get(name);
            is_empty(given) || answer.is_some_and(|answer| has(answer, given))
        }),
        (Value::Array(answer), Value::Array(given)) => {
            answer.len() == given.len() && answer.iter().zip(given).all(|(a, g)| has(a, g))
        }
        _ => answer == given,
    }
}
