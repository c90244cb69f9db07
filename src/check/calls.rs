//! The calls that are tried.

use super::nonexistent_arns::{NO_SUCH_PIPELINE, NonexistentArns};
use super::report::Row;
use crate::aws::{Client, SearchOrder, SearchedExecutions, StartRequest};
use crate::domain::{ASSUME_ROLE, AwsError, AwsErrorKind, LogLocation, StepResource};

/// The person in whose name calls that write are tried.
const CHECKER: &str = "sluicegate-check";

/// The call by which the check finds out whether a service answers at all.
pub(super) const FIRST: &str = "ListPipelines";

/// The other calls that read.
pub(super) const READS: [&str; 10] = [
    "Search",
    "DescribePipeline",
    "ListPipelineVersions",
    "ListTags",
    "ListPipelineExecutions",
    "DescribePipelineExecution",
    "ListPipelineExecutionSteps",
    "ListPipelineParametersForExecution",
    "DescribePipelineDefinitionForExecution",
    "ListModelPackageGroups",
];

/// The calls that read logs.
pub(super) const LOG_READS: [&str; 2] = ["DescribeLogStreams", "GetLogEvents"];

/// The calls that write.
pub(super) const WRITES: [&str; 3] = [
    "StartPipelineExecution",
    "StopPipelineExecution",
    "RetryPipelineExecution",
];

/// The operations that describe the resources of steps, each with one resource that it describes.
pub(super) fn described() -> Vec<(StepResource, &'static str)> {
    let mut described: Vec<(StepResource, &'static str)> = Vec::new();
    for resource in StepResource::ALL {
        if let Some(operation) = resource.describe_operation()
            && described.iter().all(|(_, known)| *known != operation)
        {
            described.push((resource, operation));
        }
    }
    described
}

pub(super) async fn try_all(client: &Client) -> Vec<Row> {
    let pipelines = client.list_pipelines().await;
    let pipeline = pipelines
        .as_ref()
        .ok()
        .and_then(|pipelines| pipelines.items.first())
        .map(|pipeline| pipeline.arn.clone());
    let first = Row::new(FIRST, pipelines);
    if is_cut_off(&first) {
        return all_untried(first, client.has_write_role());
    }
    let arns = NonexistentArns::near(client, pipeline.as_deref());
    let pipeline = pipeline.unwrap_or_else(|| arns.pipeline());
    let mut rows = vec![first];
    rows.extend(read_all(client, &arns, &pipeline).await);
    rows.extend(write_to_nonexistent(client, &arns).await);
    for (resource, operation) in described() {
        let Some(metadata) = arns.step(resource) else {
            continue;
        };
        rows.push(Row::new(operation, client.describe_job(&metadata).await));
    }
    rows.extend(read_logs(client).await);
    rows
}

/// The calls that read logs, on a job that cannot exist.
async fn read_logs(client: &Client) -> [Row; 2] {
    let location = LogLocation {
        group: "/aws/sagemaker/TrainingJobs".to_owned(),
        stream_prefix: Some(format!("{NO_SUCH_PIPELINE}/")),
    };
    let [streams, events] = LOG_READS;
    let stream = format!("{NO_SUCH_PIPELINE}/algo-1");
    [
        Row::new(streams, client.log_streams(&location).await),
        Row::new(
            events,
            client.log_events(&location.group, &stream, None).await,
        ),
    ]
}

/// The calls that read, on the first pipeline and its newest execution where there are any.
async fn read_all(client: &Client, arns: &NonexistentArns, pipeline: &str) -> Vec<Row> {
    let executions = client.list_executions(pipeline, None).await;
    let execution = executions
        .as_ref()
        .ok()
        .and_then(|page| page.items.first())
        .map_or_else(|| arns.execution(), |execution| execution.arn.clone());
    let found = client.search_executions(SearchOrder::LastModified, SearchedExecutions::All, None);
    let [
        search,
        describe,
        versions,
        tags,
        list,
        execution_call,
        steps,
        parameters,
        definition,
        groups,
    ] = READS;
    vec![
        Row::new(search, found.await),
        Row::new(describe, client.describe_pipeline(pipeline).await),
        Row::new(versions, client.list_versions(pipeline).await),
        Row::new(tags, client.list_tags(pipeline).await),
        Row::new(list, executions),
        Row::new(execution_call, client.describe_execution(&execution).await),
        Row::new(steps, client.list_steps(&execution).await),
        Row::new(parameters, client.execution_parameters(&execution).await),
        Row::new(definition, client.execution_definition(&execution).await),
        Row::new(groups, client.list_model_package_groups().await),
    ]
}

/// The calls that write, on what cannot exist; with the write role where there is one.
async fn write_to_nonexistent(client: &Client, arns: &NonexistentArns) -> Vec<Row> {
    let (pipeline, execution) = (arns.pipeline(), arns.execution());
    let mut rows = Vec::new();
    if client.has_write_role() {
        let assumed = client.try_write_role(CHECKER, &pipeline).await;
        let row = Row::new(ASSUME_ROLE, assumed);
        if let Some(error) = &row.error {
            let untried = untried(WRITES, error);
            return std::iter::once(row.clone()).chain(untried).collect();
        }
        rows.push(row);
    }
    let token = |action: u8| format!("{NO_SUCH_PIPELINE}-{action}-{:016x}", fastrand::u64(..));
    let start = StartRequest {
        pipeline_arn_or_name: pipeline,
        token: token(1),
        ..StartRequest::default()
    };
    let [started, stopped, retried] = WRITES;
    rows.push(Row::new(started, client.start(CHECKER, start).await));
    let stop = client.stop(CHECKER, &execution, &token(2)).await;
    rows.push(Row::new(stopped, stop));
    let retry = client.retry(CHECKER, &execution, &token(3)).await;
    rows.push(Row::new(retried, retry));
    rows
}

/// The rows of calls that would fail as the one did that was tried.
fn untried(
    calls: impl IntoIterator<Item = &'static str>,
    tried: &AwsError,
) -> impl Iterator<Item = Row> {
    let error = AwsError {
        message: format!("not tried after {}", tried.operation),
        code: None,
        request_id: None,
        ..tried.clone()
    };
    calls.into_iter().map(move |call| Row {
        call,
        error: Some(error.clone()),
    })
}

/// Whether every other call would fail the same way, after the same wait.
fn is_cut_off(first: &Row) -> bool {
    first.error.as_ref().is_some_and(|error| {
        matches!(
            error.kind,
            AwsErrorKind::NoCredentials
                | AwsErrorKind::NoRegion
                | AwsErrorKind::Unreachable
                | AwsErrorKind::TimedOut
        )
    })
}

/// The rows of a check whose first call reached no service.
pub(super) fn all_untried(first: Row, write_role: bool) -> Vec<Row> {
    let Some(error) = first.error.clone() else {
        return vec![first];
    };
    let others = READS
        .into_iter()
        .chain(write_role.then_some(ASSUME_ROLE))
        .chain(WRITES)
        .chain(described().into_iter().map(|(_, operation)| operation))
        .chain(LOG_READS);
    std::iter::once(first)
        .chain(untried(others, &error))
        .collect()
}
