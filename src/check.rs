//! Tries every call the console needs and says what is missing.

mod nowhere;
mod texts;

use std::io::Write;

use self::nowhere::{NOBODY, NonexistentArns};
use self::texts::advice;
use crate::aws::{Client, SearchOrder, StartRequest};
use crate::domain::{ASSUME_ROLE, AwsError, AwsErrorKind, Service};

/// The person in whose name calls which write are tried.
const CHECKER: &str = "sluicegate-check";

/// The calls which write.
const WRITES: [&str; 3] = [
    "StartPipelineExecution",
    "StopPipelineExecution",
    "RetryPipelineExecution",
];

/// The resources a step's panel describes: the metadata member, the ARN's resource type, and the
/// operation.
const DESCRIBED: [(&str, &str, &str); 9] = [
    ("TrainingJob", "training-job", "DescribeTrainingJob"),
    ("ProcessingJob", "processing-job", "DescribeProcessingJob"),
    ("TransformJob", "transform-job", "DescribeTransformJob"),
    (
        "TuningJob",
        "hyper-parameter-tuning-job",
        "DescribeHyperParameterTuningJob",
    ),
    ("AutoMLJob", "automl-job", "DescribeAutoMLJobV2"),
    ("Model", "model", "DescribeModel"),
    ("RegisterModel", "model-package", "DescribeModelPackage"),
    ("Endpoint", "endpoint", "DescribeEndpoint"),
    (
        "EndpointConfig",
        "endpoint-config",
        "DescribeEndpointConfig",
    ),
];

/// What `sluicegate check` found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How many calls work.
    pub allowed: usize,
    /// How many were refused.
    pub refused: usize,
    /// How many reached nobody, or were not answered.
    pub unreachable: usize,
}

impl Outcome {
    /// The exit status: 0 if every call works, else 1.
    pub fn exit_status(self) -> u8 {
        u8::from(self.refused + self.unreachable > 0)
    }
}

/// Tries every call and prints one line for each: the call, whether it is allowed, the IAM action
/// to add, and what SageMaker said. Calls that write are only tried against a pipeline and an
/// execution that cannot exist; "does not exist" counts as allowed there. Nothing is changed.
pub async fn run(client: &Client, out: &mut impl Write) -> Outcome {
    let rows = try_all(client).await;
    let mut outcome = Outcome::default();
    for row in &rows {
        *match row.verdict() {
            Verdict::Allowed => &mut outcome.allowed,
            Verdict::Refused => &mut outcome.refused,
            Verdict::Unreachable => &mut outcome.unreachable,
        } += 1;
    }
    // A report that nobody reads (a closed pipe) is no failure of the check.
    let _ = print(client, &rows, outcome, out);
    outcome
}

/// One call and how it went.
#[derive(Clone)]
struct Row {
    call: &'static str,
    failure: Option<AwsError>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Allowed,
    Refused,
    Unreachable,
}

impl Row {
    fn new<T>(call: &'static str, answer: Result<T, AwsError>) -> Self {
        Self {
            call,
            failure: answer.err(),
        }
    }

    fn verdict(&self) -> Verdict {
        use AwsErrorKind as K;
        let Some(failure) = &self.failure else {
            return Verdict::Allowed;
        };
        match failure.kind {
            K::NotFound | K::Conflict | K::LimitExceeded | K::Incomplete => Verdict::Allowed,
            K::Refused if says_missing(&failure.message) => Verdict::Allowed,
            K::Refused | K::AccessDenied | K::BadCredentials | K::UnknownOperation => {
                Verdict::Refused
            }
            K::NoCredentials
            | K::NoRegion
            | K::Unreachable
            | K::TimedOut
            | K::Throttled
            | K::Service
            | K::Garbled => Verdict::Unreachable,
        }
    }

    /// The IAM action whose absence refused the call.
    fn to_add(&self) -> String {
        match &self.failure {
            Some(failure) if failure.kind == AwsErrorKind::AccessDenied => failure.iam_action(),
            _ => String::new(),
        }
    }

    /// What came back, or why nothing was sent.
    fn answer(&self) -> String {
        let Some(failure) = &self.failure else {
            return String::new();
        };
        let mut said = match (&failure.code, self.verdict()) {
            (Some(code), Verdict::Allowed) => code.clone(),
            (Some(code), _) => format!("{code}: {}", failure.message),
            (None, _) => failure.message.clone(),
        };
        if let Some(id) = &failure.request_id {
            said.push_str(&format!(" (request id {id})"));
        }
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Whether a message says that the thing asked for is not there.
fn says_missing(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["not found", "could not find", "does not exist"]
        .iter()
        .any(|words| message.contains(words))
}

async fn try_all(client: &Client) -> Vec<Row> {
    let pipelines = client.list_pipelines().await;
    let pipeline = pipelines
        .as_ref()
        .ok()
        .and_then(|pipelines| pipelines.items.first())
        .map(|pipeline| pipeline.arn.clone());
    let first = Row::new("ListPipelines", pipelines);
    if first.reaches_nobody() {
        return nobody(first, client.has_write_role());
    }
    let nowhere = NonexistentArns::near(client, pipeline.as_deref());
    let pipeline = pipeline.unwrap_or_else(|| nowhere.arn("pipeline", NOBODY));
    let mut rows = vec![first];
    rows.extend(read_all(client, &nowhere, &pipeline).await);
    rows.extend(act_on_nothing(client, &nowhere).await);
    for (member, resource, call) in DESCRIBED {
        let metadata = nowhere.step(member, resource);
        rows.push(Row::new(call, client.describe_job(&metadata).await));
    }
    rows
}

/// The calls that look, on the first pipeline and its newest execution where there are any.
async fn read_all(client: &Client, nowhere: &NonexistentArns, pipeline: &str) -> Vec<Row> {
    let executions = client.list_executions(pipeline, None).await;
    let execution = executions
        .as_ref()
        .ok()
        .and_then(|page| page.items.first())
        .map_or_else(|| nowhere.execution(), |execution| execution.arn.clone());
    let found = client.search_executions(SearchOrder::LastModified, None, None);
    vec![
        Row::new("Search", found.await),
        Row::new("DescribePipeline", client.describe_pipeline(pipeline).await),
        Row::new("ListPipelineVersions", client.list_versions(pipeline).await),
        Row::new("ListTags", client.list_tags(pipeline).await),
        Row::new("ListPipelineExecutions", executions),
        Row::new(
            "DescribePipelineExecution",
            client.describe_execution(&execution).await,
        ),
        Row::new(
            "ListPipelineExecutionSteps",
            client.list_steps(&execution).await,
        ),
        Row::new(
            "ListPipelineParametersForExecution",
            client.execution_parameters(&execution).await,
        ),
        Row::new(
            "DescribePipelineDefinitionForExecution",
            client.execution_definition(&execution).await,
        ),
        Row::new(
            "ListModelPackageGroups",
            client.list_model_package_groups().await,
        ),
    ]
}

/// The calls that write, on what cannot exist; through the write role where there is one.
async fn act_on_nothing(client: &Client, nowhere: &NonexistentArns) -> Vec<Row> {
    let (pipeline, execution) = (nowhere.arn("pipeline", NOBODY), nowhere.execution());
    let mut rows = Vec::new();
    if client.has_write_role() {
        let assumed = client.try_write_role(CHECKER, &pipeline).await;
        let row = Row::new(ASSUME_ROLE, assumed);
        if let Some(failure) = &row.failure {
            let untried = untried(WRITES, failure);
            return std::iter::once(row.clone()).chain(untried).collect();
        }
        rows.push(row);
    }
    let token = |action: u8| format!("{NOBODY}-{action}-{:016x}", fastrand::u64(..));
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

/// The rows of calls that would end as the one did that was tried.
fn untried(
    calls: impl IntoIterator<Item = &'static str>,
    tried: &AwsError,
) -> impl Iterator<Item = Row> {
    let failure = AwsError {
        message: format!("not tried after {}", tried.operation),
        code: None,
        request_id: None,
        ..tried.clone()
    };
    calls.into_iter().map(move |call| Row {
        call,
        failure: Some(failure.clone()),
    })
}

impl Row {
    /// Whether every other call would end the same way, after the same wait.
    fn reaches_nobody(&self) -> bool {
        self.failure.as_ref().is_some_and(|failure| {
            matches!(
                failure.kind,
                AwsErrorKind::NoCredentials
                    | AwsErrorKind::NoRegion
                    | AwsErrorKind::Unreachable
                    | AwsErrorKind::TimedOut
            )
        })
    }
}

/// The rows of a check whose first call reached nobody.
fn nobody(first: Row, write_role: bool) -> Vec<Row> {
    let Some(failure) = first.failure.clone() else {
        return vec![first];
    };
    let reads = [
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
    let others = reads
        .into_iter()
        .chain(write_role.then_some(ASSUME_ROLE))
        .chain(WRITES)
        .chain(DESCRIBED.into_iter().map(|(_, _, call)| call));
    std::iter::once(first)
        .chain(untried(others, &failure))
        .collect()
}

fn print(
    client: &Client,
    rows: &[Row],
    outcome: Outcome,
    out: &mut impl Write,
) -> std::io::Result<()> {
    let region = client.region().unwrap_or_else(|| "no Region".to_owned());
    writeln!(out, "Calls to {} ({region})\n", client.endpoint())?;
    let cells: Vec<[String; 4]> =
        std::iter::once(["CALL", "RESULT", "IAM ACTION TO ADD", "ANSWER"])
            .map(|head| head.map(str::to_owned))
            .chain(rows.iter().map(|row| {
                let verdict = match row.verdict() {
                    Verdict::Allowed => "allowed",
                    Verdict::Refused => "refused",
                    Verdict::Unreachable => "unreachable",
                };
                let call = row.call.to_owned();
                [call, verdict.to_owned(), row.to_add(), row.answer()]
            }))
            .collect();
    let width = |column: usize| {
        let lengths = cells.iter().map(|row| row[column].chars().count());
        lengths.max().unwrap_or_default()
    };
    let widths = [width(0), width(1), width(2)];
    for [call, verdict, action, answer] in &cells {
        let line = format!(
            "{call:<0$}  {verdict:<1$}  {action:<2$}  {answer}",
            widths[0], widths[1], widths[2]
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    writeln!(
        out,
        "\n{} allowed, {} refused, {} unreachable.",
        outcome.allowed, outcome.refused, outcome.unreachable
    )?;
    if let Some(failure) = rows
        .iter()
        .filter(|row| row.verdict() != Verdict::Allowed)
        .find_map(|row| row.failure.as_ref())
        .filter(|failure| {
            failure.kind != AwsErrorKind::AccessDenied || failure.service == Service::TokenService
        })
    {
        writeln!(out, "{}", advice(failure))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
