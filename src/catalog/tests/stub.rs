//! A SageMaker of a few lines: pipelines with tags, executions, and a list of the calls it got.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use crate::aws::Client;
use crate::domain::execution_id;
use crate::tests::stub_sagemaker::{StubResponse, StubSageMaker, error, output};

const PLACE: &str = "arn:aws:sagemaker:eu-central-1:123456789012";

const DEFINITION: &str =
    r#"{"Version":"2020-12-01","Steps":[{"Name":"Work","Type":"Training","Arguments":{}}]}"#;

/// The same with a check after the step.
const CHECKED_DEFINITION: &str = r#"{"Version":"2020-12-01","Steps":[
    {"Name":"Work","Type":"Training","Arguments":{}},
    {"Name":"Check","Type":"Condition","DependsOn":["Work"],"Arguments":{"Conditions":[],
        "IfSteps":[],"ElseSteps":[{"Name":"GiveUp","Type":"Fail","Arguments":{}}]}}]}"#;

/// The ARN of the pipeline of this name.
pub(super) fn arn(pipeline: &str) -> String {
    format!("{PLACE}:pipeline/{}", pipeline.to_lowercase())
}

/// The ARN of an execution of this pipeline.
pub(super) fn execution_arn(pipeline: &str, id: &str) -> String {
    format!("{}/execution/{id}", arn(pipeline))
}

#[derive(Clone)]
pub(super) struct Run {
    pub pipeline: String,
    pub id: String,
    pub status: &'static str,
    /// The PipelineArn that a description answers, where it is another one.
    pub answered_pipeline: Option<String>,
    /// Whether the search over all executions lacks it: it last changed long ago, or the index lags.
    pub is_unsearched: bool,
}

#[derive(Default)]
pub(super) struct World {
    /// Names, each with the value of the tag `team`.
    pub pipelines: Vec<(String, Option<String>)>,
    /// The pipeline that lists leave out, though it exists.
    pub unlisted: Option<&'static str>,
    pub runs: Vec<Run>,
    /// When pipelines last ran by their own record, in seconds since 1970; 2 where this is zero.
    pub last_execution: f64,
    /// Whether the search over executions knows none, and answers so.
    pub is_search_empty: bool,
    /// Whether pipelines are known by their names, and not by their ARNs.
    pub takes_names_alone: bool,
    /// The pipeline whose executions the role may not list.
    pub unlistable: Option<&'static str>,
    /// Operations that the role may not call; of `Search` only that over pipelines.
    pub refused: Vec<&'static str>,
    /// Whether no execution has any steps.
    pub without_steps: bool,
    /// Whether a definition has a Fail step, `GiveUp`.
    pub is_checked: bool,
    /// The one step of an execution, where it is not `Work` that runs: by the execution's id, its name, status and
    /// reason.
    pub steps: BTreeMap<String, (&'static str, &'static str, String)>,
    /// When executions last changed, in seconds since 1970; 20 where this is zero.
    pub modified: f64,
    /// Operations whose every page names the same next page.
    pub endless: Vec<&'static str>,
    /// Operations as they were asked.
    pub asked: Vec<String>,
}

#[derive(Clone)]
pub(super) struct Stub {
    world: Arc<Mutex<World>>,
    server: StubSageMaker,
}

impl Stub {
    pub(super) async fn start() -> Self {
        let world: Arc<Mutex<World>> = Arc::default();
        let read = world.clone();
        let server = StubSageMaker::start(move |operation, request| {
            let answer = read.lock().unwrap().read(&operation, &request);
            async { answer }
        });
        Self {
            server: server.await,
            world,
        }
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// What was asked since this was last called, in the order of the alphabet.
    pub(super) fn asked(&self) -> Vec<String> {
        let mut asked = std::mem::take(&mut self.world().asked);
        asked.sort_unstable();
        asked
    }

    pub(super) async fn client(&self) -> Client {
        self.server.client().await
    }
}

impl World {
    fn read(&mut self, operation: &str, request: &Value) -> StubResponse {
        self.asked.push(operation.to_owned());
        let over_executions = request["Resource"] == "PipelineExecution";
        if self.refused.contains(&operation) && !over_executions {
            let about = arn("secret");
            return error("AccessDeniedException", &format!("not on {about}"));
        }
        let of = request["PipelineName"].as_str().unwrap_or_default();
        if self.takes_names_alone && of.starts_with("arn:") {
            return error("ValidationException", &format!("no pipeline {of}"));
        }
        let is_unlistable = self.unlistable.is_some_and(|name| arn(name) == of);
        if is_unlistable && operation == "ListPipelineExecutions" {
            return error("AccessDeniedException", &format!("not on {of}"));
        }
        match self.answer(operation, request, over_executions) {
            Ok(mut answer) => {
                if self.endless.contains(&operation) {
                    answer["NextToken"] = "again".into();
                }
                output(&answer)
            }
            Err((code, message)) => error(code, &message),
        }
    }

    fn answer(
        &self,
        operation: &str,
        request: &Value,
        over_executions: bool,
    ) -> Result<Value, (&'static str, String)> {
        Ok(match operation {
            "ListPipelines" => json!({"PipelineSummaries":
                self.pipelines.iter().filter(|(name, _)| self.unlisted != Some(name))
                    .map(|one| self.summary(one)).collect::<Vec<_>>()}),
            "Search" if over_executions && self.is_search_empty => json!({"Results": []}),
            "Search" if over_executions => {
                let of = &request["SearchExpression"]["Filters"][0]["Value"];
                let found = |run: &&Run| match of.as_str() {
                    Some(of) => arn(&run.pipeline) == of,
                    None => !run.is_unsearched,
                };
                let runs = self.runs.iter().filter(found);
                let results = runs.map(|run| json!({"PipelineExecution": self.record(run)}));
                json!({"Results": results.collect::<Vec<_>>()})
            }
            "Search" => json!({"Results":
                self.pipelines.iter().map(tagged).collect::<Vec<_>>()}),
            "DescribePipeline" => {
                let mut answer = self.summary(self.pipeline(&request["PipelineName"])?);
                answer["PipelineDefinition"] = self.definition().into();
                answer["PipelineStatus"] = "Active".into();
                answer
            }
            "ListTags" => json!({"Tags": tags(self.pipeline(&request["ResourceArn"])?)}),
            "ListPipelineVersions" => json!({"PipelineVersionSummaries": []}),
            "ListPipelineExecutions" => {
                let of = request["PipelineName"].as_str().unwrap();
                let runs = self.runs.iter();
                let runs = runs.filter(|run| run.pipeline == of || arn(&run.pipeline) == of);
                json!({"PipelineExecutionSummaries": runs.map(|run| self.record(run)).collect::<Vec<_>>()})
            }
            "DescribePipelineExecution" => {
                let run = self.run(&request["PipelineExecutionArn"])?;
                let mut answer = self.record(run);
                if let Some(other) = &run.answered_pipeline {
                    answer["PipelineArn"] = other.as_str().into();
                }
                answer
            }
            "ListPipelineExecutionSteps" if self.without_steps => {
                json!({"PipelineExecutionSteps": []})
            }
            "ListPipelineExecutionSteps" => {
                let id = execution_id(request["PipelineExecutionArn"].as_str().unwrap());
                json!({"PipelineExecutionSteps": [self.step(id)]})
            }
            "DescribePipelineDefinitionForExecution" => {
                json!({"PipelineDefinition": self.definition()})
            }
            "ListPipelineParametersForExecution" => json!({"PipelineParameters": []}),
            "DescribeTrainingJob" => json!({"TrainingJobStatus": "InProgress"}),
            "ListModelPackageGroups" => json!({"ModelPackageGroupSummaryList": [{
                "ModelPackageGroupName": "secret-models",
                "ModelPackageGroupArn": format!("{PLACE}:model-package-group/secret-models"),
                "CreationTime": 1.0, "ModelPackageGroupStatus": "Completed",
            }]}),
            _ => return Err(("UnknownOperationException", operation.to_owned())),
        })
    }

    fn summary(&self, (name, _): &(String, Option<String>)) -> Value {
        let last = if self.last_execution == 0.0 {
            2.0
        } else {
            self.last_execution
        };
        json!({
            "PipelineArn": arn(name), "PipelineName": name, "CreationTime": 1.0,
            "LastModifiedTime": 1.0, "LastExecutionTime": last,
        })
    }

    fn definition(&self) -> &'static str {
        if self.is_checked {
            CHECKED_DEFINITION
        } else {
            DEFINITION
        }
    }

    fn step(&self, id: &str) -> Value {
        match self.steps.get(id) {
            Some((name, status, reason)) => json!({
                "StepName": name, "StepStatus": status, "FailureReason": reason,
            }),
            None => json!({
                "StepName": "Work", "StepStatus": "Executing",
                "Metadata": {"TrainingJob": {"Arn": format!("{PLACE}:training-job/work")}},
            }),
        }
    }

    fn record(&self, run: &Run) -> Value {
        let of_pipeline = self.runs.iter().filter(|one| one.pipeline == run.pipeline);
        let earlier = of_pipeline.take_while(|one| one.id != run.id).count();
        json!({
            "PipelineArn": arn(&run.pipeline),
            "PipelineExecutionArn": execution_arn(&run.pipeline, &run.id),
            "PipelineExecutionDisplayName": format!("{}-run", run.pipeline),
            "PipelineExecutionStatus": run.status,
            "PipelineVersionId": 1,
            "CreationTime": 10.0 + earlier as f64 / 100.0,
            "LastModifiedTime": if self.modified == 0.0 { 20.0 } else { self.modified },
        })
    }

    fn pipeline(&self, asked: &Value) -> Result<&(String, Option<String>), (&'static str, String)> {
        let asked = asked.as_str().unwrap();
        let mut all = self.pipelines.iter();
        let found = all.find(|(name, _)| name == asked || arn(name) == asked);
        found.ok_or(("ResourceNotFound", format!("{asked} does not exist")))
    }

    fn run(&self, asked: &Value) -> Result<&Run, (&'static str, String)> {
        let mut all = self.runs.iter();
        let found = all.find(|run| execution_arn(&run.pipeline, &run.id) == *asked);
        found.ok_or(("ResourceNotFound", format!("{asked} does not exist")))
    }
}

fn tags((_, team): &(String, Option<String>)) -> Value {
    match team {
        Some(team) => json!([{"Key": "team", "Value": team}]),
        None => json!([]),
    }
}

fn tagged(pipeline: &(String, Option<String>)) -> Value {
    json!({"Pipeline": {
        "PipelineArn": arn(&pipeline.0), "PipelineName": pipeline.0, "Tags": tags(pipeline),
    }})
}
