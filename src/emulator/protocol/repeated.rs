//! What a Describe operation repeats of the request that created the resource.

use super::input::Input;
use serde_json::{Map, Value};
use sluicegate_shapes::{self as shapes, Shape};

/// The members of a request that the answer of an operation has too, without anything that the model does not know.
pub fn repeated(input: Input, operation: &str) -> Map<String, Value> {
    let output = shapes::operation(operation).and_then(|operation| operation.output);
    let members = input.body().iter();
    let members = members.filter(|(_, value)| !value.is_null());
    members
        .filter_map(|(name, value)| {
            let shape = output?.member(name)?;
            Some((name.clone(), known(&shape, value)))
        })
        .collect()
}

/// A checked value without the members that its shape does not have.
pub fn known(shape: &Shape, value: &Value) -> Value {
    match (shape, value) {
        (Shape::Structure(_), Value::Object(members)) => {
            let members = members.iter().filter_map(|(name, value)| {
                let shape = shape.member(name)?;
                (!value.is_null()).then(|| (name.clone(), known(&shape, value)))
            });
            Value::Object(members.collect())
        }
        (Shape::Map(_, _, item), Value::Object(entries)) => {
            let entries = entries.iter();
            entries
                .map(|(key, value)| (key.clone(), known(item, value)))
                .collect()
        }
        (Shape::List(_, item), Value::Array(items)) => {
            items.iter().map(|value| known(item, value)).collect()
        }
        (_, value) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_the_answer_or_the_model_does_not_have_is_left_out() {
        let body = json!({
            "ModelName": "m",
            "Tags": [{"Key": "a", "Value": "b"}],
            "Odd": 1,
            "PrimaryContainer": {"Image": "i", "Odd": 1, "Mode": null, "Environment": {"KEY": "v"}},
        });
        let body = body.as_object().expect("an object");
        let expected = json!({"ModelName": "m", "PrimaryContainer": {"Image": "i", "Environment": {"KEY": "v"}}});
        assert_eq!(json!(repeated(Input::new(body), "DescribeModel")), expected);
    }
}
