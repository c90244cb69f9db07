//! The steps of executions that nobody opened, and the jobs of these steps, are read in the background.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::*;
use crate::catalog::store::Unread;
use crate::domain::filter::{Filter, FilterMoment};
use crate::tests::stub_sagemaker::{StubResponse, StubSageMaker, error, output};

const PLACE: &str = "arn:aws:sagemaker:eu-central-1:123456789012";
/// How long the background may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// Everything that the stub has began within that time.
const EVER: Duration = Duration::from_secs(100 * 365 * 86_400);

/// A SageMaker with executions that ended long ago, each with two training jobs and a processing job.
#[derive(Default)]
struct Ended {
    executions: usize,
    /// Whether a search finds no training job.
    is_without_search: bool,
    /// Operations that are refused.
    refused: Vec<&'static str>,
    /// What was asked about: operations, each with the last part of the first ARN or name in the request.
    asked: Vec<(String, String)>,
}

/// The last part of an ARN or name.
fn last(text: &str) -> String {
    text.rsplit('/').next().unwrap_or_default().to_owned()
}

impl Ended {
    fn answer(&mut self, operation: &str, request: &Value) -> StubResponse {
        let about = [
            &request["PipelineExecutionArn"],
            &request["ProcessingJobName"],
            &request["TrainingJobName"],
            &request["SearchExpression"]["Filters"][0]["Value"],
        ];
        let about = about
            .iter()
            .find_map(|value| value.as_str())
            .unwrap_or_default();
        let resource = request["Resource"].as_str().unwrap_or_default();
        let name = format!("{operation}{resource}");
        self.asked.push((name.clone(), last(about)));
        if self.refused.contains(&operation) {
            return error("AccessDeniedException", "not at all");
        }
        output(&match name.as_str() {
            "ListPipelines" => json!({"PipelineSummaries": [{
                "PipelineArn": format!("{PLACE}:pipeline/one"), "PipelineName": "one",
                "CreationTime": 1.0, "LastModifiedTime": 1.0,
            }]}),
            "SearchPipelineExecution" => {
                let all = (0..self.executions).rev().map(execution);
                json!({"Results": all.collect::<Vec<_>>()})
            }
            "SearchTrainingJob" => {
                let found = (1..=2).filter(|_| !self.is_without_search);
                let found = found.map(|number| json!({"TrainingJob": training(about, number)}));
                json!({"Results": found.collect::<Vec<_>>()})
            }
            "ListPipelineExecutionSteps" => json!({"PipelineExecutionSteps": [
                step(about, "Train-1", "TrainingJob", "training-job"),
                step(about, "Train-2", "TrainingJob", "training-job"),
                step(about, "Prepare", "ProcessingJob", "processing-job"),
                {"StepName": "Check", "StepStatus": "Failed", "FailureReason": "too small"},
            ]}),
            "DescribeTrainingJob" => training(about.rsplit_once("-Train-").unwrap().0, 1),
            "DescribeProcessingJob" => json!({
                "ProcessingJobName": about, "ProcessingJobStatus": "Completed",
                "CreationTime": 10.0, "ProcessingEndTime": 20.0,
            }),
            "DescribePipelineDefinitionForExecution" => json!({"PipelineDefinition": "{}"}),
            _ => return error("UnknownOperationException", operation),
        })
    }
}

fn execution(number: usize) -> Value {
    let arn = format!("{PLACE}:pipeline/one/execution/run{number:09}");
    json!({"PipelineExecution": {
        "PipelineArn": format!("{PLACE}:pipeline/one"), "PipelineExecutionArn": arn,
        "PipelineExecutionStatus": "Failed", "PipelineVersionId": 1,
        "CreationTime": 1_000 * (number + 1), "LastModifiedTime": 1_000 * (number + 1) + 500,
    }})
}

fn step(execution: &str, name: &str, member: &str, kind: &str) -> Value {
    let arn = format!("{PLACE}:{kind}/{}-{name}", last(execution));
    json!({"StepName": name, "StepStatus": "Succeeded", "Metadata": {member: {"Arn": arn}}})
}

fn training(execution: &str, number: usize) -> Value {
    let name = format!("{}-Train-{number}", last(execution));
    json!({
        "TrainingJobName": name, "TrainingJobArn": format!("{PLACE}:training-job/{name}"),
        "TrainingJobStatus": "Completed", "CreationTime": 10.0,
        "TrainingStartTime": 11.0, "TrainingEndTime": 20.0,
        "FinalMetricDataList": [{"MetricName": "auc", "Value": 0.9, "Timestamp": 19.0}],
    })
}

struct Account {
    world: Arc<Mutex<Ended>>,
    catalog: Catalog,
    clock: SkippingClock,
    _state: TempDir,
}

impl Account {
    async fn of(world: Ended) -> Self {
        let world = Arc::new(Mutex::new(world));
        let answering = world.clone();
        let server = StubSageMaker::start(move |operation, request| {
            let answer = answering.lock().unwrap().answer(&operation, &request);
            async { answer }
        })
        .await;
        let (state, clock) = (tempfile::tempdir().unwrap(), SkippingClock::default());
        Self {
            world,
            catalog: open_with(&state, server.client().await, &clock).await,
            clock,
            _state: state,
        }
    }

    /// What this operation was called about, in order.
    fn asked(&self, operation: &str) -> Vec<String> {
        let world = self.world.lock().unwrap();
        let asked = world.asked.iter().filter(|(name, _)| name == operation);
        asked.map(|(_, about)| about.clone()).collect()
    }

    async fn find(&self, filter: &str) -> AllExecutions {
        let filter = Filter::parse(filter).unwrap();
        let moment = FilterMoment {
            now: jiff::Timestamp::now(),
            zone: jiff::tz::TimeZone::UTC,
        };
        let query = ExecutionQuery {
            filter: filter.resolve(&moment),
            ..ExecutionQuery::default()
        };
        let scope = everything();
        let read = self.catalog.all_executions(&scope, "main", &query);
        read.await.unwrap().value
    }

    /// Whether nothing is left that lacks this.
    /// Reads its executions, their steps and the jobs of these.
    async fn read_everything(&self) {
        self.find("status:Stopped").await;
        self.catalog.resume(EVER);
        eventually(async || {
            self.has_read(Unread::Steps).await && self.has_read(Unread::Jobs).await
        })
        .await;
    }

    async fn has_read(&self, unread: Unread) -> bool {
        let store = &self.catalog.0[0].store;
        let left = store.unread(unread, jiff::Timestamp::MIN, None, 1).await;
        left.unwrap().is_empty()
    }
}

async fn eventually(holds: impl AsyncFn() -> bool) {
    let waiting = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting)
        .await
        .expect("in time");
}

#[tokio::test]
async fn what_nobody_opened_is_found_by_its_failed_step_once_its_steps_are_read() {
    let account = Account::of(Ended {
        executions: 3,
        ..Ended::default()
    })
    .await;
    let before = account.find("step:Check").await;
    let unread = UnreadSteps {
        since: None,
        is_reading: false,
    };
    assert_eq!((before.total, before.unread_steps), (0, Some(unread)));
    assert!(account.find("status:Stopped").await.unread_steps.is_none());
    account.catalog.resume(EVER);
    eventually(async || account.find("step:Check reason:\"too small\"").await.total == 3).await;
    eventually(async || account.find("step:Check").await.unread_steps.is_none()).await;
    let newest_first = ["run000000002", "run000000001", "run000000000"];
    // A list that shows one of them reads it too.
    let mut asked = account.asked("ListPipelineExecutionSteps");
    asked.dedup();
    assert_eq!(asked, newest_first);
}

#[tokio::test]
async fn training_jobs_come_with_one_search_and_the_others_one_by_one() {
    let account = Account::of(Ended {
        executions: 2,
        ..Ended::default()
    })
    .await;
    account.read_everything().await;
    let newest_first = ["run000000001", "run000000000"];
    assert_eq!(account.asked("SearchTrainingJob"), newest_first);
    assert_eq!(account.asked("DescribeTrainingJob"), [""; 0]);
    let prepared = newest_first.map(|id| format!("{id}-Prepare"));
    assert_eq!(account.asked("DescribeProcessingJob"), prepared);
    let store = &account.catalog.0[0].store;
    let arn = format!("{PLACE}:pipeline/one/execution/run000000000");
    let number = store.execution(&arn).await.unwrap().unwrap().number;
    assert_eq!(store.ended_jobs(number).await.unwrap().len(), 3);
}

#[tokio::test]
async fn training_jobs_that_a_search_lacks_are_described() {
    let account = Account::of(Ended {
        executions: 2,
        is_without_search: true,
        ..Ended::default()
    })
    .await;
    account.read_everything().await;
    assert_eq!(
        account.asked("SearchTrainingJob").len(),
        1,
        "once is enough"
    );
    assert_eq!(account.asked("DescribeTrainingJob").len(), 4);
}

#[tokio::test]
async fn what_is_refused_is_left_alone_and_holds_nothing_back() {
    let account = Account::of(Ended {
        executions: 3,
        refused: vec!["DescribeProcessingJob"],
        ..Ended::default()
    })
    .await;
    account.find("status:Stopped").await;
    account.catalog.resume(EVER);
    eventually(async || account.asked("DescribeProcessingJob").len() == 3).await;
    eventually(async || account.asked("SearchTrainingJob").len() == 3).await;
    let store = &account.catalog.0[0].store;
    let since = async || store.read_since().await.unwrap();
    eventually(async || since().await.jobs < Some(jiff::Timestamp::UNIX_EPOCH)).await;
    assert_eq!(account.asked("DescribeProcessingJob").len(), 3);
    assert!(!account.has_read(Unread::Jobs).await);
}

#[tokio::test]
async fn what_began_before_the_period_is_not_read() {
    let account = Account::of(Ended {
        executions: 2,
        ..Ended::default()
    })
    .await;
    account.find("status:Stopped").await;
    account.catalog.resume(Duration::from_secs(86_400));
    let store = &account.catalog.0[0].store;
    eventually(async || store.read_since().await.unwrap().steps.is_some()).await;
    let unread = account.find("step:Check").await.unread_steps.unwrap();
    assert!(unread.since.is_some() && !unread.is_reading);
    assert_eq!(account.asked("ListPipelineExecutionSteps"), [""; 0]);
    account.clock.skip(Duration::from_secs(1));
}
