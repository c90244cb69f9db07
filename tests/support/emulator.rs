//! The local SageMaker behind a console: spoken to on its wire, steered by its controls.

use std::collections::BTreeMap;

use hyper::Method;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::http::request::Builder;
use serde_json::{Value, json};

use super::client::{Answer, Client, Requester};

/// The role of pipelines made by tests.
const ROLE: &str = "arn:aws:iam::111122223333:role/service-role/Pipelines";

/// A running emulator.
#[derive(Debug, Clone)]
pub struct Emulator {
    client: Client,
}

impl Emulator {
    /// The one at `host:port`.
    pub fn new(authority: String) -> Self {
        Self {
            client: Client::new(authority),
        }
    }

    /// Its address as an AWS client wants it.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.client.authority())
    }

    /// Calls an operation as an AWS client would; panics if it is refused.
    #[track_caller]
    pub fn call(&self, operation: &str, input: Value) -> impl Future<Output = Value> {
        let answer = self.attempt(operation, input);
        let operation = operation.to_owned();
        async move {
            answer
                .await
                .unwrap_or_else(|why| panic!("{operation}: {why}"))
        }
    }

    /// Calls an operation as an AWS client would; the body of the refusal if it is refused.
    pub fn attempt(
        &self,
        operation: &str,
        input: Value,
    ) -> impl Future<Output = Result<Value, Value>> {
        let request = self.calling(operation);
        async move {
            let answer = self
                .client
                .send(request, input.to_string().into_bytes())
                .await;
            match answer.status.as_u16() {
                200 => Ok(json_of(&answer)),
                _ => Err(json_of(&answer)),
            }
        }
    }

    /// Calls an operation that may never be answered, or not in whole.
    pub async fn try_call(&self, operation: &str, input: Value) -> Option<Value> {
        let body = input.to_string().into_bytes();
        let answer = self.client.try_send(self.calling(operation), body).await;
        answer.ok().map(|answer| json_of(&answer.expect(200)))
    }

    fn calling(&self, operation: &str) -> Builder {
        self.client
            .request(Requester::Browser, Method::POST, "/")
            .header("X-Amz-Target", format!("SageMaker.{operation}"))
            .header(AUTHORIZATION, "AWS4-HMAC-SHA256 Credential=test")
            .header(CONTENT_TYPE, "application/x-amz-json-1.1")
    }

    /// Makes a pipeline with this definition.
    pub async fn create_pipeline(&self, name: &str, definition: &Value) {
        self.create_described(name, "", definition).await;
    }

    /// Makes a pipeline with a description.
    pub async fn create_described(&self, name: &str, description: &str, definition: &Value) {
        let mut input = json!({
            "PipelineName": name,
            "PipelineDefinition": definition.to_string(),
            "RoleArn": ROLE,
            "ClientRequestToken": token(),
        });
        if !description.is_empty() {
            input["PipelineDescription"] = json!(description);
        }
        self.call("CreatePipeline", input).await;
    }

    /// Starts an execution outside the console and gives its id.
    pub async fn start(&self, pipeline: &str, name: &str, parameters: &[(&str, &str)]) -> String {
        let parameters: Vec<Value> = parameters
            .iter()
            .map(|(name, value)| json!({"Name": name, "Value": value}))
            .collect();
        let input = json!({
            "PipelineName": pipeline,
            "PipelineExecutionDisplayName": name,
            "PipelineParameters": parameters,
            "ClientRequestToken": token(),
        });
        let answer = self.call("StartPipelineExecution", input).await;
        let arn = answer["PipelineExecutionArn"].as_str().expect("an ARN");
        arn.rsplit('/').next().unwrap_or_default().to_owned()
    }

    /// The status of an execution by the last part of its ARN.
    pub async fn status(&self, pipeline: &str, id: &str) -> String {
        let input = json!({"PipelineName": pipeline});
        let answer = self.call("ListPipelineExecutions", input).await;
        let executions = answer["PipelineExecutionSummaries"].as_array().cloned();
        let mut executions = executions.unwrap_or_default().into_iter();
        let ending = format!("/{id}");
        let found = executions.find(|e| {
            e["PipelineExecutionArn"]
                .as_str()
                .is_some_and(|a| a.ends_with(&ending))
        });
        found.expect("the execution is listed")["PipelineExecutionStatus"]
            .as_str()
            .expect("a status")
            .to_owned()
    }

    /// How often each operation was called.
    pub async fn calls(&self) -> BTreeMap<String, u64> {
        let answer = self.client.get("/_emulator/calls").await.expect(200);
        serde_json::from_slice(&answer.body).expect("counts by operation")
    }

    /// How often this operation was called.
    pub async fn count(&self, operation: &str) -> u64 {
        self.calls().await.get(operation).copied().unwrap_or(0)
    }

    /// What its token service gave out: for whom, under which policy, and the calls made with it.
    pub async fn sessions(&self) -> Vec<Value> {
        let answer = self.client.get("/_emulator/sessions").await.expect(200);
        serde_json::from_slice(&answer.body).expect("a list")
    }

    /// Injects a fault: `times` calls of `operation` (0: all until cleared) fail in the way of `kind`.
    pub async fn fault(&self, operation: &str, kind: &str, ms: u64, times: u64) {
        let order = json!({"operation": operation, "kind": kind, "ms": ms, "times": times});
        self.control(Method::POST, "faults", order).await;
    }

    /// Ends all faults.
    pub async fn heal(&self) {
        self.control(Method::DELETE, "faults", Value::Null).await;
    }

    /// Stops the clock, so that only [`Emulator::advance`] moves it.
    pub async fn freeze(&self) {
        self.control(Method::POST, "clock", json!({"freeze": true}))
            .await;
    }

    /// Moves the clock.
    pub async fn advance(&self, seconds: u32) {
        self.control(Method::POST, "clock", json!({"advance_seconds": seconds}))
            .await;
    }

    /// Lets a step of the pipeline's next execution fail, for this reason.
    pub async fn fail_next(&self, pipeline: &str, step: &str, reason: &str) {
        let order = json!({"pipeline": pipeline, "step": step, "attempts": 1, "reason": reason});
        self.control(Method::POST, "outcomes", order).await;
    }

    /// Gives a pipeline a definition that the service would refuse.
    pub async fn redefine(&self, pipeline: &str, definition: &str) {
        let order = json!({"pipeline": pipeline, "definition": definition});
        self.control(Method::POST, "definitions", order).await;
    }

    async fn control(&self, method: Method, name: &str, order: Value) -> Value {
        let request =
            self.client
                .request(Requester::Browser, method, &format!("/_emulator/{name}"));
        let answer = self
            .client
            .send(request, order.to_string().into_bytes())
            .await;
        json_of(&answer.expect(200))
    }
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.body).expect("JSON")
}

/// A token of the length AWS requires.
pub fn token() -> String {
    format!("{:032x}{:08x}", fastrand::u128(..), fastrand::u32(..))
}
