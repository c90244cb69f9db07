//! The emulator as its callers see it, without and with a connection. The clock stands still; nothing sleeps.

mod answers;
mod attempts;
mod creating;
mod experiments;
mod hosting;
mod identity;
mod job_lists;
mod jobs;
mod kept;
mod life;
mod listing;
mod logs;
mod objects;
mod regions;
mod registry;
pub(crate) mod samples;
mod searching;
mod sessions;
mod tagging;
mod unfolding;
mod values;
mod wire;

use super::protocol::errors::{ErrorCode, ServiceError};
use super::shared::Shared;
use super::{Emulator, Options, control, server};
use crate::seed::SeedKind;
use crate::seed::smallest::arguments;
use hyper::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";
const ROLE: &str = "arn:aws:iam::123456789012:role/Pipelines";

/// An emulator whose clock moves by request only.
struct Bench {
    shared: Arc<Shared>,
}

/// Client tokens are unique across emulators: some open the state file of another one.
static TOKENS: AtomicU32 = AtomicU32::new(1);

impl Bench {
    fn new(seed: SeedKind) -> Bench {
        Bench::still(Options {
            seed: Some(seed),
            ..Options::default()
        })
    }

    fn still(options: Options) -> Bench {
        let bench = Bench::with(options);
        bench.control("clock", json!({"freeze": true}));
        bench
    }

    /// One whose clock is as the options leave it.
    fn with(options: Options) -> Bench {
        let Emulator(shared) = Emulator::new(options).expect("an emulator");
        Bench { shared }
    }

    fn empty() -> Bench {
        Bench::new(SeedKind::Empty)
    }

    /// Calls an operation; where one is needed and none given, with a fresh client token.
    fn call(&self, operation: &str, mut body: Value) -> Result<Value, ServiceError> {
        let operation = server::find(&format!("SageMaker.{operation}")).expect("an operation");
        let token = operation.shapes().input.member("ClientRequestToken");
        if token.is_some() && body.get("ClientRequestToken").is_none() {
            let number = TOKENS.fetch_add(1, Ordering::Relaxed);
            body["ClientRequestToken"] = json!(format!("{number:032}"));
        }
        server::run(operation, &self.shared, None, body.to_string().as_bytes())
    }

    fn ok(&self, operation: &str, body: Value) -> Value {
        self.call(operation, body).expect(operation)
    }

    fn refused(&self, operation: &str, body: Value) -> (ErrorCode, String) {
        let refusal = self.call(operation, body).expect_err(operation);
        (refusal.code, refusal.message)
    }

    fn control(&self, name: &str, order: Value) -> Value {
        let (status, answer) = control::answer(
            &self.shared,
            &Method::POST,
            name,
            order.to_string().as_bytes(),
        );
        assert_eq!(status, 200, "{answer}");
        answer
    }

    fn advance(&self, seconds: f64) {
        self.control("clock", json!({"advance_seconds": seconds}));
    }

    fn create(&self, name: &str, definition: &Value) -> Value {
        let body = json!({"PipelineName": name, "RoleArn": ROLE, "PipelineDefinition": definition.to_string()});
        self.ok("CreatePipeline", body)["PipelineArn"].clone()
    }

    fn start(&self, name: &str) -> Value {
        self.ok("StartPipelineExecution", json!({"PipelineName": name}))["PipelineExecutionArn"]
            .clone()
    }

    fn stop(&self, execution: &Value) -> Value {
        self.ok(
            "StopPipelineExecution",
            json!({"PipelineExecutionArn": execution}),
        )
    }

    fn retry(&self, execution: &Value) -> Value {
        self.ok(
            "RetryPipelineExecution",
            json!({"PipelineExecutionArn": execution}),
        )
    }

    fn describe(&self, execution: &Value) -> Value {
        self.ok(
            "DescribePipelineExecution",
            json!({"PipelineExecutionArn": execution}),
        )
    }

    fn status(&self, execution: &Value) -> String {
        let answer = self.describe(execution);
        answer["PipelineExecutionStatus"]
            .as_str()
            .expect("a status")
            .to_owned()
    }

    fn steps(&self, execution: &Value) -> Vec<Value> {
        let body = json!({"PipelineExecutionArn": execution, "MaxResults": 100});
        let answer = self.ok("ListPipelineExecutionSteps", body);
        answer["PipelineExecutionSteps"]
            .as_array()
            .expect("a list")
            .clone()
    }
}

/// Two jobs, one after the other.
fn two_jobs() -> Value {
    let resources = json!({"ResourceConfig": {"InstanceType": "ml.m5.xlarge", "InstanceCount": {"Get": "Parameters.Instances"}, "VolumeSizeInGB": 30}});
    json!({
        "Version": "2020-12-01",
        "Parameters": [{"Name": "Instances", "Type": "Integer", "DefaultValue": 1}],
        "Steps": [
            {"Name": "First", "Type": "Processing", "Arguments": arguments("Processing", &Value::Null)},
            {"Name": "Second", "Type": "Training", "DependsOn": ["First"], "Arguments": arguments("Training", &resources)},
        ],
    })
}

/// One question to somebody outside.
fn one_question() -> Value {
    json!({"Version": "2020-12-01", "Steps": [
        {"Name": "Ask", "Type": "Callback", "SqsQueueUrl": "https://sqs.example/ask", "Arguments": {}},
    ]})
}
