//! Idempotency: the results of requests, by operation and client token.

use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, VecDeque};

/// How many results are stored; the oldest are removed first.
const MAX_STORED_RESULTS: usize = 10_000;

/// A request with a client token, and its result.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StoredResult {
    /// Operation and token.
    key: String,
    /// The digest of the request, which may have a megabyte.
    request: String,
    /// The answer.
    result: Value,
}

/// The first request with each operation and token, and its result.
#[derive(Default)]
pub struct Tokens {
    results: HashMap<String, StoredResult>,
    order: VecDeque<String>,
    /// Those that are not saved yet.
    new: Vec<String>,
}

impl Tokens {
    /// The result of an earlier request with this token, if there was one.
    ///
    /// An error where that was a different request.
    pub fn previous(
        &self,
        operation: &'static str,
        input: Input,
    ) -> Result<Option<Value>, ServiceError> {
        let Some(token) = input.text("ClientRequestToken") else {
            return Ok(None);
        };
        match self.results.get(&key(operation, token)) {
            None => Ok(None),
            Some(first) if first.request == request_digest(input.body()) => {
                Ok(Some(first.result.clone()))
            }
            Some(_) => Err(ServiceError::conflict(format!(
                "The ClientRequestToken '{token}' was already used for another {operation} request."
            ))),
        }
    }

    /// Stores the result of a request that has a token.
    pub fn store(&mut self, operation: &'static str, input: Input, result: &Value) {
        let Some(token) = input.text("ClientRequestToken") else {
            return;
        };
        let key = key(operation, token);
        self.new.push(key.clone());
        self.put(StoredResult {
            key,
            request: request_digest(input.body()),
            result: result.clone(),
        });
    }

    /// Restores a stored result.
    pub(super) fn put(&mut self, stored: StoredResult) {
        let key = stored.key.clone();
        if self.results.insert(key.clone(), stored).is_none() {
            self.order.push_back(key);
        }
        if self.order.len() > MAX_STORED_RESULTS
            && let Some(oldest) = self.order.pop_front()
        {
            self.results.remove(&oldest);
        }
    }

    /// All stored results, oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &StoredResult> {
        self.order.iter().filter_map(|key| self.results.get(key))
    }

    /// The results stored since the last call.
    pub(super) fn take_new(&mut self) -> Vec<StoredResult> {
        let new = std::mem::take(&mut self.new);
        let stored = |key: String| self.results.get(&key).cloned();
        new.into_iter().filter_map(stored).collect()
    }
}

fn key(operation: &str, token: &str) -> String {
    format!("{operation} {token}")
}

/// A digest of a request, independent of the order of its members.
fn request_digest(request: &Map<String, Value>) -> String {
    let text = serde_json::to_vec(request).unwrap_or_default();
    hex::encode(Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::errors::ErrorCode;
    use serde_json::json;

    #[test]
    fn a_client_token_belongs_to_one_request() {
        let mut tokens = Tokens::default();
        let body = json!({"ClientRequestToken": "t", "PipelineName": "a"});
        let other = json!({"ClientRequestToken": "t", "PipelineName": "b"});
        let (body, other) = (
            body.as_object().expect("object"),
            other.as_object().expect("object"),
        );
        assert_eq!(tokens.previous("Start", Input::new(body)), Ok(None));
        tokens.store("Start", Input::new(body), &json!(1));
        assert_eq!(
            tokens.previous("Start", Input::new(body)),
            Ok(Some(json!(1)))
        );
        assert_eq!(tokens.previous("Stop", Input::new(body)), Ok(None));
        let refusal = tokens
            .previous("Start", Input::new(other))
            .expect_err("refused");
        assert_eq!(refusal.code, ErrorCode::Conflict);
    }
}
