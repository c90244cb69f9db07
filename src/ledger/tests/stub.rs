//! A stub of SageMaker: one pipeline, whose three actions can be made to fail.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::aws::Client;
use crate::tests::stub_sagemaker::{StubResponse, StubSageMaker, error, output};

pub(super) const PIPELINE: &str = "arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily";

const DEFINITION: &str = r#"{"Version":"2020-12-01","Parameters":[{"Name":"Depth","Type":"Integer","DefaultValue":5}],"Steps":[{"Name":"Halt","Type":"Fail","Arguments":{"ErrorMessage":"x"}}]}"#;

/// How an action goes wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Carried out, and the answer is garbled.
    AnswerLost,
    /// Not carried out, and the answer is garbled.
    RequestLost,
    /// Refused as invalid.
    Refused,
}

#[derive(Clone)]
pub(super) struct Run {
    pub id: String,
    pub name: String,
    pub status: &'static str,
    pub began: Timestamp,
    pub changed: Timestamp,
    /// The name of a Fail step that ended it.
    pub fail_step: bool,
}

#[derive(Default)]
pub(super) struct World {
    pub runs: Vec<Run>,
    pub faults: VecDeque<Fault>,
    pub calls: HashMap<String, usize>,
    pub tokens: Vec<String>,
    /// Reads fail as if SageMaker were down.
    pub down: bool,
}

#[derive(Clone)]
pub(super) struct Stub {
    world: Arc<Mutex<World>>,
    /// Actions take a permit each; there are plenty unless a test takes them away.
    pub gate: Arc<Semaphore>,
    server: StubSageMaker,
}

impl Stub {
    pub(super) async fn start() -> Self {
        let world: Arc<Mutex<World>> = Arc::default();
        let gate = Arc::new(Semaphore::new(1000));
        let (answering, entrance) = (world.clone(), gate.clone());
        let server = StubSageMaker::start(move |operation, request| {
            answer(answering.clone(), entrance.clone(), operation, request)
        });
        Self {
            server: server.await,
            world,
            gate,
        }
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    pub(super) fn calls(&self, operation: &str) -> usize {
        self.world().calls.get(operation).copied().unwrap_or(0)
    }

    /// Adds an execution that began a moment ago.
    pub(super) fn add(&self, id: &str, name: &str, status: &'static str) {
        let began = Timestamp::now();
        self.world().runs.push(Run {
            id: id.into(),
            name: name.into(),
            status,
            began,
            changed: began,
            fail_step: false,
        });
    }

    pub(super) async fn client(&self) -> Client {
        self.server.client().await
    }
}

pub(super) fn arn(id: &str) -> String {
    format!("{PIPELINE}/execution/{id}")
}

async fn answer(
    world: Arc<Mutex<World>>,
    gate: Arc<Semaphore>,
    operation: String,
    request: Value,
) -> StubResponse {
    let operation = operation.as_str();
    let action = matches!(
        operation,
        "StartPipelineExecution" | "StopPipelineExecution" | "RetryPipelineExecution"
    );
    let known = || world.lock().unwrap();
    *known().calls.entry(operation.to_owned()).or_default() += 1;
    if action {
        gate.acquire().await.unwrap().forget();
        gate.add_permits(1);
    }
    match action {
        true => known().act(operation, &request),
        false => known().read(operation, &request),
    }
}

/// An answer that cannot be read.
fn garbled() -> StubResponse {
    (StatusCode::OK, "<garbled>".into())
}

fn invalid(message: &str) -> StubResponse {
    error("ValidationException", message)
}

impl World {
    fn act(&mut self, operation: &str, request: &Value) -> StubResponse {
        let fault = self.faults.pop_front();
        let token = request["ClientRequestToken"].as_str().unwrap().to_owned();
        match fault {
            Some(Fault::Refused) => return invalid("No, for a reason"),
            Some(Fault::RequestLost) => {
                self.tokens.push(token);
                return garbled();
            }
            Some(Fault::AnswerLost) | None => {}
        }
        let arn = match operation {
            "StartPipelineExecution" => self.begin(request),
            "StopPipelineExecution" => self.turn(request, "Stopping"),
            _ => self.turn(request, "Executing"),
        };
        self.tokens.push(token);
        match fault {
            Some(_) => garbled(),
            None => output(&json!({"PipelineExecutionArn": arn})),
        }
    }

    fn begin(&mut self, request: &Value) -> String {
        let id = format!("run{:09}", self.runs.len());
        let now = Timestamp::now();
        self.runs.push(Run {
            id: id.clone(),
            name: request["PipelineExecutionDisplayName"]
                .as_str()
                .unwrap()
                .into(),
            status: "Executing",
            began: now,
            changed: now,
            fail_step: false,
        });
        arn(&id)
    }

    fn turn(&mut self, request: &Value, status: &'static str) -> String {
        let wanted = request["PipelineExecutionArn"].as_str().unwrap();
        let run = self.runs.iter_mut().find(|run| arn(&run.id) == wanted);
        let run = run.unwrap();
        run.status = status;
        run.changed = Timestamp::now();
        arn(&run.id)
    }

    fn read(&self, operation: &str, request: &Value) -> StubResponse {
        if self.down {
            return garbled();
        }
        let wanted = request["PipelineExecutionArn"].as_str();
        let run = self.runs.iter().find(|run| Some(&*arn(&run.id)) == wanted);
        let answer = match operation {
            "ListPipelines" => json!({"PipelineSummaries": [
                {"PipelineArn": PIPELINE, "PipelineName": "daily"}
            ]}),
            "DescribePipeline" => json!({
                "PipelineArn": PIPELINE, "PipelineName": "daily",
                "PipelineDefinition": DEFINITION, "PipelineStatus": "Active",
            }),
            "ListPipelineExecutions" => json!({"PipelineExecutionSummaries":
                self.runs.iter().rev().map(described).collect::<Vec<_>>()}),
            "DescribePipelineExecution" => match run {
                Some(run) => described(run),
                None => return invalid("no such execution"),
            },
            "ListPipelineExecutionSteps" => match run {
                Some(run) if run.fail_step => json!({"PipelineExecutionSteps": [
                    {"StepName": "Halt", "StepStatus": "Failed", "Metadata": {"Fail": {"ErrorMessage": "x"}}}
                ]}),
                _ => json!({"PipelineExecutionSteps": []}),
            },
            "DescribePipelineDefinitionForExecution" => json!({"PipelineDefinition":
                DEFINITION}),
            "ListPipelineParametersForExecution" => json!({"PipelineParameters": []}),
            _ => return invalid("unknown operation"),
        };
        output(&answer)
    }
}

fn described(run: &Run) -> Value {
    let seconds = |at: Timestamp| at.as_millisecond() as f64 / 1000.0;
    json!({
        "PipelineArn": PIPELINE,
        "PipelineExecutionArn": arn(&run.id),
        "PipelineExecutionDisplayName": run.name,
        "PipelineExecutionStatus": run.status,
        "StartTime": seconds(run.began),
        "CreationTime": seconds(run.began),
        "LastModifiedTime": seconds(run.changed),
    })
}
