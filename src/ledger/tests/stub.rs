//! A stub of SageMaker: one pipeline, whose three actions can be made to fail.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::aws::{Access, Client, Credentials};

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
    address: String,
}

impl Stub {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stub = Self {
            world: Arc::default(),
            gate: Arc::new(Semaphore::new(1000)),
            address: format!("http://{}", listener.local_addr().unwrap()),
        };
        let app = Router::new().fallback(answer).with_state(stub.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        stub
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
        Client::connect(Access {
            region: Some("eu-central-1".into()),
            endpoint_url: Some(self.address.clone()),
            calls_per_second: 1000.0,
            credentials: Credentials::Fixed {
                key: "key".into(),
                secret: "secret".into(),
            },
            ..Access::default()
        })
        .await
    }
}

pub(super) fn arn(id: &str) -> String {
    format!("{PIPELINE}/execution/{id}")
}

async fn answer(
    State(stub): State<Stub>,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse + use<> {
    let target = headers["x-amz-target"].to_str().unwrap();
    let operation = target.strip_prefix("SageMaker.").unwrap();
    let request: Value = serde_json::from_slice(&body).unwrap();
    let action = matches!(
        operation,
        "StartPipelineExecution" | "StopPipelineExecution" | "RetryPipelineExecution"
    );
    *stub.world().calls.entry(operation.into()).or_default() += 1;
    if action {
        stub.gate.acquire().await.unwrap().forget();
        stub.gate.add_permits(1);
    }
    let mut world = stub.world();
    let (status, text) = match action {
        true => world.act(operation, &request),
        false => world.read(operation, &request),
    };
    (status, [("x-amzn-requestid", "request-7")], text)
}

fn invalid(message: &str) -> (StatusCode, String) {
    let error = json!({"__type": "ValidationException", "message": message});
    (StatusCode::BAD_REQUEST, error.to_string())
}

impl World {
    fn act(&mut self, operation: &str, request: &Value) -> (StatusCode, String) {
        let fault = self.faults.pop_front();
        let token = request["ClientRequestToken"].as_str().unwrap().to_owned();
        match fault {
            Some(Fault::Refused) => return invalid("No, for a reason"),
            Some(Fault::RequestLost) => {
                self.tokens.push(token);
                return (StatusCode::OK, "<garbled>".into());
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
            Some(_) => (StatusCode::OK, "<garbled>".into()),
            None => (
                StatusCode::OK,
                json!({"PipelineExecutionArn": arn}).to_string(),
            ),
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

    fn read(&self, operation: &str, request: &Value) -> (StatusCode, String) {
        if self.down {
            return (StatusCode::OK, "<garbled>".into());
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
        (StatusCode::OK, answer.to_string())
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
