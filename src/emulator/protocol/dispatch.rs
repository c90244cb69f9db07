//! From an operation's name to its answer: body, constraints, token, operation.

use super::errors::{Code, Refusal};
use super::input::Input;
use super::shape::{self, Member};
use crate::House;
use crate::engine::Millis;
use crate::model::World;
use crate::operations::OPERATIONS;
use serde_json::{Map, Value};

/// What an operation answers, nulls standing for absent members.
pub type Answer = Result<Value, Refusal>;

/// An operation of the service.
pub struct Operation {
    /// Its name in `X-Amz-Target`, after `SageMaker.`.
    pub name: &'static str,
    /// What it takes.
    pub members: &'static [Member],
    /// What it does, with the time of the call.
    pub run: fn(&mut World, Input, Millis) -> Answer,
}

/// The operation that a target header names.
pub fn find(target: &str) -> Option<&'static Operation> {
    let name = target.strip_prefix("SageMaker.")?;
    OPERATIONS.iter().find(|operation| operation.name == name)
}

/// Answers one call.
pub fn run(operation: &'static Operation, house: &House, body: &[u8]) -> Answer {
    let body = read(body)?;
    shape::check(operation.members, &body)?;
    let input = Input::new(&body);
    let mut world = house.world();
    let now = world.tick();
    let answer = first_or_earlier(operation, &mut world, input, now);
    // Nobody is told of what would be lost with the program.
    match world.save() {
        Ok(()) => answer,
        Err(error) => {
            tracing::error!(%error, "{}: the state is not written down: {error}", operation.name);
            Err(Refusal::broken())
        }
    }
}

fn first_or_earlier(
    operation: &'static Operation,
    world: &mut World,
    input: Input,
    now: Millis,
) -> Answer {
    if let Some(earlier) = world.tokens.earlier(operation.name, input)? {
        return Ok(earlier);
    }
    let answer = without_nulls((operation.run)(world, input, now)?);
    world.tokens.remember(operation.name, input, &answer);
    Ok(answer)
}

fn read(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    match serde_json::from_slice(body) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(Refusal::new(
            Code::Serialization,
            "Start of structure or map found where not expected.",
        )),
        Err(_) => Err(Refusal::new(
            Code::Serialization,
            "The request body is not valid JSON.",
        )),
    }
}

/// The service leaves out what it does not know.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn operations_are_found_by_their_full_target_only() {
        assert!(find("SageMaker.ListPipelines").is_some());
        for wrong in [
            "ListPipelines",
            "SageMaker.listPipelines",
            "SageMaker.",
            "Sagemaker.ListPipelines",
        ] {
            assert!(find(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let answer = without_nulls(json!({"A": null, "B": [{"C": null, "D": 0}], "E": {}}));
        assert_eq!(answer, json!({"B": [{"D": 0}], "E": {}}));
    }

    #[test]
    fn bodies_that_are_no_json_object_cannot_be_read() {
        for body in [&b""[..], b"[]", b"null", b"{", b"\xff"] {
            assert_eq!(read(body).expect_err("refused").code, Code::Serialization);
        }
    }
}
