//! Reduces arbitrary arguments to what an answer can hold: members of the service model, with values that it allows.

use serde_json::{Map, Value};
use sluicegate_shapes::{Bounds, Member, NumberType, Shape};

/// How instance types begin. There are newer ones than those of the model: they are kept.
const INSTANCE_TYPE_PREFIX: &str = "ml.";

/// The part of a value that fits a shape; `None` if nothing does. Numbers and flags may be spelled as text, and texts
/// as numbers and flags.
pub fn fit(shape: &Shape, value: &Value) -> Option<Value> {
    match (shape, value) {
        (Shape::Text(length, pattern), _) => {
            let text = text(value)?;
            let matches = pattern
                .as_ref()
                .is_none_or(|pattern| pattern.matches(&text));
            (matches && length.contain(text.chars().count() as f64)).then(|| text.into())
        }
        (Shape::Enum(values), Value::String(text)) => allows(values, text).then(|| value.clone()),
        (Shape::Number(kind, bounds), _) => number(*kind, *bounds, value),
        (Shape::Boolean, Value::Bool(_)) | (Shape::Timestamp, Value::Number(_)) => {
            Some(value.clone())
        }
        (Shape::Boolean, Value::String(text)) => {
            let flag = text.to_ascii_lowercase().parse::<bool>();
            flag.ok().map(Value::from)
        }
        (Shape::List(_, item), Value::Array(items)) => {
            let fitting: Vec<Value> = items.iter().filter_map(|value| fit(item, value)).collect();
            (!fitting.is_empty()).then(|| fitting.into())
        }
        (Shape::Map(_, key, item), Value::Object(entries)) => {
            let fits = |(name, value): (&String, &Value)| {
                fit(key, &Value::from(name.as_str()))?;
                Some((name.clone(), fit(item, value)?))
            };
            Some(Value::Object(entries.iter().filter_map(fits).collect()))
        }
        (Shape::Structure(members), Value::Object(values)) => structure(members, values),
        _ => None,
    }
}

/// The members of a value that a structure can hold.
pub fn fitting_members(shape: &Shape, value: &Value) -> Map<String, Value> {
    let members = shape.members().iter().filter_map(|member| {
        let fitting = fit(&member.shape, value.get(member.name)?)?;
        Some((member.name.to_owned(), fitting))
    });
    members.collect()
}

/// The members of a structure that fit; `None` if a required one is missing.
fn structure(members: &[Member], values: &Map<String, Value>) -> Option<Value> {
    let mut fitting = Map::new();
    for member in members {
        let value = values.get(member.name);
        match value.and_then(|value| fit(&member.shape, value)) {
            Some(value) => {
                fitting.insert(member.name.to_owned(), value);
            }
            None if member.is_required => return None,
            None => {}
        }
    }
    Some(Value::Object(fitting))
}

fn allows(values: &[&str], text: &str) -> bool {
    let has_prefix = |value: &&str| value.starts_with(INSTANCE_TYPE_PREFIX);
    values.contains(&text) || (has_prefix(&text) && values.iter().all(has_prefix))
}

fn number(kind: NumberType, bounds: Bounds, value: &Value) -> Option<Value> {
    let number: Value = match (value, kind.is_whole()) {
        (Value::Number(number), true) => number.as_i64()?.into(),
        (Value::Number(number), false) => number.as_f64()?.into(),
        (Value::String(text), true) => text.parse::<i64>().ok()?.into(),
        (Value::String(text), false) => text.parse::<f64>().ok()?.into(),
        _ => return None,
    };
    bounds.contain(number.as_f64()?).then_some(number)
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use sluicegate_shapes::operation;

    /// What of a training job's argument its answer holds.
    fn held(member: &str, value: Value) -> Option<Value> {
        let output = operation("DescribeTrainingJob")?.output?;
        fit(&*output.member(member)?, &value)
    }

    #[test]
    fn only_what_fits_is_kept() {
        let given = json!({"InstanceType": {"Get": "x"}, "InstanceCount": "2", "VolumeSizeInGB": 30, "Odd": 1});
        let fitting = json!({"InstanceCount": 2, "VolumeSizeInGB": 30});
        assert_eq!(held("ResourceConfig", given), Some(fitting));
        assert_eq!(held("ResourceConfig", json!("text")), None);
        let environment = json!({"A": 1, "not a name": "x", "B": [], "C": true});
        assert_eq!(
            held("Environment", environment),
            Some(json!({"A": "1", "C": "true"}))
        );
        let flag = |value| held("EnableNetworkIsolation", value);
        assert_eq!(flag(json!("True")), Some(json!(true)));
        assert_eq!(flag(json!("yes")), None);
    }

    #[test]
    fn values_outside_of_the_bounds_do_not_fit() {
        let stopping = |seconds: i64| json!({"MaxRuntimeInSeconds": seconds});
        assert_eq!(held("StoppingCondition", stopping(60)), Some(stopping(60)));
        assert_eq!(held("StoppingCondition", stopping(0)), Some(json!({})));
        assert_eq!(held("TrainingJobName", json!("a_b")), None);
    }

    #[test]
    fn a_structure_without_a_required_member_does_not_fit() {
        let output = json!({"S3OutputPath": "s3://bucket/path", "Odd": 1});
        let fitting = json!({"S3OutputPath": "s3://bucket/path"});
        assert_eq!(held("OutputDataConfig", output), Some(fitting));
        assert_eq!(
            held("OutputDataConfig", json!({"S3OutputPath": "path"})),
            None
        );
    }

    #[test]
    fn instance_types_that_the_model_lacks_are_kept() {
        let config = |kind: &str| json!({"InstanceType": kind});
        let newer = config("ml.z99.48xlarge");
        assert_eq!(held("ResourceConfig", newer.clone()), Some(newer));
        assert_eq!(
            held("ResourceConfig", config("z99.48xlarge")),
            Some(json!({}))
        );
        let channel = json!([{"ChannelName": "a", "InputMode": "ml.mode", "DataSource": {}}]);
        let fitting = json!([{"ChannelName": "a", "DataSource": {}}]);
        assert_eq!(held("InputDataConfig", channel), Some(fitting));
    }
}
