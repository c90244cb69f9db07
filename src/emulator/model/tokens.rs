//! Idempotency: the results of requests, by operation and client token.

use crate::emulator::protocol::errors::Refusal;
use crate::emulator::protocol::input::Input;
use serde_json::{Map, Value};
use std::collections::{HashMap, VecDeque};

/// How many results are remembered; the oldest are forgotten first.
const REMEMBERED: usize = 10_000;

/// Operation and token.
type Key = (&'static str, String);

/// The request that came first with each operation and token, and its result.
#[derive(Default)]
pub struct Tokens {
    results: HashMap<Key, (Map<String, Value>, Value)>,
    order: VecDeque<Key>,
}

impl Tokens {
    /// The result of an earlier request with this token, if there was one.
    ///
    /// Refused where that request was another one.
    pub fn earlier(&self, operation: &'static str, input: Input) -> Result<Option<Value>, Refusal> {
        let Some(token) = input.text("ClientRequestToken") else {
            return Ok(None);
        };
        match self.results.get(&(operation, token.to_owned())) {
            None => Ok(None),
            Some((request, result)) if request == input.body() => Ok(Some(result.clone())),
            Some(_) => Err(Refusal::conflict(format!(
                "The ClientRequestToken '{token}' was already used for another {operation} request."
            ))),
        }
    }

    /// Remembers the result of a request that carries a token.
    pub fn remember(&mut self, operation: &'static str, input: Input, result: &Value) {
        let Some(token) = input.text("ClientRequestToken") else {
            return;
        };
        let key = (operation, token.to_owned());
        self.order.push_back(key.clone());
        self.results
            .insert(key, (input.body().clone(), result.clone()));
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.results.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emulator::protocol::errors::Code;
    use serde_json::json;

    #[test]
    fn a_token_stands_for_one_request() {
        let mut tokens = Tokens::default();
        let body = json!({"ClientRequestToken": "t", "PipelineName": "a"});
        let other = json!({"ClientRequestToken": "t", "PipelineName": "b"});
        let (body, other) = (
            body.as_object().expect("object"),
            other.as_object().expect("object"),
        );
        assert_eq!(tokens.earlier("Start", Input::new(body)), Ok(None));
        tokens.remember("Start", Input::new(body), &json!(1));
        assert_eq!(
            tokens.earlier("Start", Input::new(body)),
            Ok(Some(json!(1)))
        );
        assert_eq!(tokens.earlier("Stop", Input::new(body)), Ok(None));
        let refusal = tokens
            .earlier("Start", Input::new(other))
            .expect_err("refused");
        assert_eq!(refusal.code, Code::Conflict);
    }
}
