//! The calls of an import: patient where a failure passes, and without what the endpoint does not know.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use sluicegate_emulator::import::{ImportedExecution, ImportedPipeline};
use tokio::time::sleep;

use crate::aws::{Answer, Client};
use crate::domain::{AwsError, AwsErrorKind};

use super::{text, texts};

/// The pauses before a call is made again whose failure may pass, such as throttling.
const PAUSES: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(10),
    Duration::from_secs(20),
    Duration::from_secs(30),
];

/// Reads one account and Region.
pub(super) struct Reading<'c> {
    client: &'c Client,
    /// Whether the calls go to AWS itself.
    is_aws: bool,
    /// Operations that an endpoint may lack, and whether this one knows them, once they were called.
    known: RefCell<BTreeMap<&'static str, bool>>,
}

impl<'c> Reading<'c> {
    pub(super) fn new(client: &'c Client) -> Self {
        Self {
            client,
            is_aws: client.endpoint().contains(".amazonaws.com"),
            known: RefCell::default(),
        }
    }

    /// The operations that the endpoint does not know.
    pub(super) fn unsupported(&self) -> Vec<&'static str> {
        let known = self.known.borrow();
        let lacking = known.iter().filter(|(_, is_known)| !**is_known);
        lacking.map(|(operation, _)| *operation).collect()
    }

    /// A pipeline of a list; none where it was deleted since.
    pub(super) async fn pipeline(
        &self,
        summary: &Answer,
    ) -> Result<Option<ImportedPipeline>, AwsError> {
        let name = text(summary, "PipelineName");
        let arn = text(summary, "PipelineArn");
        let read = async {
            let description = patiently(|| self.client.pipeline_description(name));
            let versions = self.supported("ListPipelineVersions", || {
                self.client.version_summaries(name)
            });
            let tags = self.supported("ListTags", || self.client.tag_items(arn));
            let (description, versions, tags) = tokio::try_join!(description, versions, tags)?;
            Ok(ImportedPipeline {
                summary: summary.clone(),
                description,
                versions,
                tags,
            })
        };
        unless_gone(read.await)
    }

    /// The executions of a pipeline that started after a time, newest first; none where it was deleted since.
    pub(super) async fn executions(
        &self,
        pipeline: &str,
        after: Option<Timestamp>,
    ) -> Result<Option<Vec<Answer>>, AwsError> {
        let read = patiently(|| self.client.execution_summaries(pipeline, after));
        unless_gone(read.await)
    }

    /// An execution of a list; none where it was deleted since. `needs_definition` says for the number of its version
    /// whether the definition has to be read.
    pub(super) async fn execution(
        &self,
        summary: Answer,
        needs_definition: impl Fn(Option<i64>) -> bool,
    ) -> Result<Option<ImportedExecution>, AwsError> {
        let arn = text(&summary, "PipelineExecutionArn");
        let read = async {
            let description = patiently(|| self.client.execution_description(arn));
            let steps =
                self.supported("ListPipelineExecutionSteps", || self.client.step_items(arn));
            let parameters = self.supported("ListPipelineParametersForExecution", || {
                self.client.parameter_items(arn)
            });
            let (description, steps, parameters) =
                tokio::try_join!(description, steps, parameters)?;
            let version = description.get("PipelineVersionId");
            let definition = match needs_definition(version.and_then(Value::as_i64)) {
                false => None,
                true => {
                    let operation = "DescribePipelineDefinitionForExecution";
                    let read = || self.client.execution_definition(arn);
                    Some(self.supported(operation, read).await?)
                }
            };
            Ok(ImportedExecution {
                summary: summary.clone(),
                description,
                steps: steps.into_iter().map(Value::Object).collect(),
                parameters: parameters.into_iter().map(Value::Object).collect(),
                definition: definition.filter(|text| !text.is_empty()),
            })
        };
        unless_gone(read.await)
    }

    /// The answer of an operation that an endpoint may not know: then it is empty.
    async fn supported<T: Default, F>(
        &self,
        operation: &'static str,
        call: impl Fn() -> F,
    ) -> Result<T, AwsError>
    where
        F: Future<Output = Result<T, AwsError>>,
    {
        let known = self.known.borrow().get(operation).copied();
        match known {
            Some(true) => return patiently(call).await,
            Some(false) => return Ok(T::default()),
            None => {}
        }
        let answer = match call().await {
            Err(error) if self.is_unknown(&error) => {
                self.known.borrow_mut().insert(operation, false);
                return Ok(T::default());
            }
            Err(error) if passes(error.kind) => patiently(call).await?,
            answer => answer?,
        };
        self.known.borrow_mut().insert(operation, true);
        Ok(answer)
    }

    /// Whether the first answer to an operation means that the endpoint does not know it. Emulators such as moto answer
    /// with a page instead of an error.
    fn is_unknown(&self, error: &AwsError) -> bool {
        let is_page = error.kind == AwsErrorKind::Service && error.code.is_none();
        error.kind == AwsErrorKind::UnknownOperation || is_page && !self.is_aws
    }
}

/// Makes a call until it succeeds, or fails for a reason that does not pass.
async fn patiently<T, F>(call: impl Fn() -> F) -> Result<T, AwsError>
where
    F: Future<Output = Result<T, AwsError>>,
{
    for pause in PAUSES {
        match call().await {
            Err(error) if passes(error.kind) => {
                texts::note(&texts::pause(&error, pause));
                sleep(pause).await;
            }
            answer => return answer,
        }
    }
    call().await
}

/// Whether a failure may pass.
fn passes(kind: AwsErrorKind) -> bool {
    matches!(
        kind,
        AwsErrorKind::Throttled
            | AwsErrorKind::Unreachable
            | AwsErrorKind::TimedOut
            | AwsErrorKind::Service
    )
}

/// None for what does not exist any more.
fn unless_gone<T>(answer: Result<T, AwsError>) -> Result<Option<T>, AwsError> {
    match answer {
        Err(error) if error.kind == AwsErrorKind::NotFound => Ok(None),
        answer => answer.map(Some),
    }
}
