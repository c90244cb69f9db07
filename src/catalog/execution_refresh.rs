//! One refresh of an execution: up to four calls, each of which can fail by itself.

use std::collections::HashSet;

use super::execution::is_same_pipeline;
use super::freshness::Outcome;
use super::store::{ReadSource, StoredExecution, StoredSteps, content_hash};
use super::views::ReadError;
use super::workspace::WorkspaceCatalog;
use crate::aws::Listing;
use crate::domain::{
    AwsError, AwsErrorKind, Execution, ExecutionStatus, Failure, ParameterValue, Service,
    StepRecord, ended_in_fail_step, mark_reruns, shows_failure,
};

impl WorkspaceCatalog {
    /// Reads an execution, its steps, and what is not known yet of its parameters and definition.
    pub(super) async fn read_execution(self, arn: String) -> Outcome {
        let known = self.store.execution(&arn).await?;
        let mut answers = self.ask_about(&arn, known.as_ref()).await;
        let is_of_another = answers.described.as_ref().is_some_and(|described| {
            let pipeline = described.pipeline_arn.as_deref();
            known
                .as_ref()
                .is_some_and(|known| !is_same_pipeline(&known.execution, pipeline))
        });
        if is_of_another {
            self.store.drop_execution(&arn).await?;
            return Err(ReadError::Execution);
        }
        if answers.is_gone {
            self.store.mark_execution(&arn, self.clock.now()).await?;
            return match known {
                Some(_) => Ok(Vec::new()),
                None => Err(ReadError::Execution),
            };
        }
        let known_steps = self.store.steps(&arn).await?;
        let row = answers.described.take();
        let Some(mut row) = row.or_else(|| known.map(|known| known.execution)) else {
            return Err(answers.into_error());
        };
        if may_be_earlier(&row, answers.steps.as_ref(), known_steps.as_ref()) {
            answers.steps = answers.take(Some(self.list_steps(&arn).await));
        }
        if answers.parameters.is_some() {
            row.parameters = answers.parameters.take();
        }
        self.store_answers(row, &mut answers, known_steps).await?;
        if answers.count == 0 {
            return Err(answers.into_error());
        }
        Ok(answers.read_errors)
    }

    async fn ask_about(&self, arn: &str, known: Option<&StoredExecution>) -> ExecutionAnswers {
        let wants_parameters = known.is_none_or(|known| known.execution.parameters.is_none());
        let wants_definition = known.is_none_or(|known| known.definition_hash.is_none());
        let client = self.client();
        let (described, steps, parameters, definition) = tokio::join!(
            self.ask(
                "DescribePipelineExecution",
                arn,
                client.describe_execution(arn)
            ),
            self.list_steps(arn),
            when(wants_parameters, || self.ask(
                "ListPipelineParametersForExecution",
                arn,
                client.execution_parameters(arn)
            )),
            when(wants_definition, || self.ask(
                "DescribePipelineDefinitionForExecution",
                arn,
                client.execution_definition(arn)
            )),
        );
        let is_not_found = |error: &AwsError| error.kind == AwsErrorKind::NotFound;
        let mut answers = ExecutionAnswers {
            // Only the description decides that it is gone.
            is_gone: described.as_ref().err().is_some_and(is_not_found),
            ..ExecutionAnswers::default()
        };
        answers.described = answers.take(Some(described));
        answers.steps = answers.take(Some(steps));
        answers.parameters = answers.take(parameters);
        answers.definition = answers.take(definition);
        answers
    }

    async fn store_answers(
        &self,
        row: Execution,
        answers: &mut ExecutionAnswers,
        known_steps: Option<StoredSteps>,
    ) -> Result<(), ReadError> {
        let one = std::slice::from_ref(&row);
        self.store.put_executions(one, ReadSource::Describe).await?;
        if let Some(text) = answers.definition.take() {
            self.store_definition(&row.arn, &text).await?;
        }
        if let Some(steps) = answers.steps.take() {
            let incomplete = self.store_steps(&row, steps, known_steps).await?;
            answers.read_errors.extend(incomplete);
        }
        Ok(())
    }

    async fn store_definition(&self, arn: &str, text: &str) -> Result<(), ReadError> {
        let hash = content_hash(text);
        self.store.put_definition(&hash, text).await?;
        self.store.set_definition(arn, &hash).await?;
        Ok(())
    }

    /// Reads the definition that an execution runs by.
    pub(super) async fn read_definition(&self, arn: &str) -> Result<(), ReadError> {
        let call = self.client().execution_definition(arn);
        let asked = self.ask("DescribePipelineDefinitionForExecution", arn, call);
        let text = asked.await.map_err(ReadError::Unavailable)?;
        self.store_definition(arn, &text).await
    }

    /// Reads the steps of an execution, and with them why it failed, where it did.
    pub(super) async fn read_steps(&self, execution: &Execution) -> Result<(), ReadError> {
        let arn = &execution.arn;
        let known_steps = self.store.steps(arn).await?;
        let steps = self.list_steps(arn).await.map_err(ReadError::Unavailable)?;
        match self.store_steps(execution, steps, known_steps).await? {
            Some(incomplete) => Err(ReadError::Unavailable(incomplete)),
            None => Ok(()),
        }
    }

    async fn list_steps(&self, arn: &str) -> Result<Listing<StepRecord>, AwsError> {
        let call = self.client().list_steps(arn);
        self.ask("ListPipelineExecutionSteps", arn, call).await
    }

    /// Stores the steps of an execution; of an incomplete list, beside those known before that it
    /// lacks. Returns what to report.
    async fn store_steps(
        &self,
        execution: &Execution,
        steps: Listing<StepRecord>,
        known: Option<StoredSteps>,
    ) -> Result<Option<AwsError>, ReadError> {
        let incomplete = steps.incomplete(Service::SageMaker, "ListPipelineExecutionSteps");
        let mut records = steps.items;
        if let Some(StoredSteps {
            records: before,
            status: Some(status_before),
            ..
        }) = &known
        {
            mark_reruns((status_before, before), &execution.status, &mut records);
        }
        if incomplete.is_none() {
            self.store.put_steps(execution, &records).await?;
            self.note_failure(&execution.arn, &records).await?;
            return Ok(None);
        }
        let listed: HashSet<String> = records.iter().map(|one| one.name.clone()).collect();
        let mut known = known.map(|known| known.records).unwrap_or_default();
        known.retain(|one| !listed.contains(&one.name));
        records.extend(known);
        records.sort_by_key(|one| (one.started.is_none(), one.started));
        self.store.put_steps(execution, &records).await?;
        Ok(incomplete)
    }

    /// Notes for lists why the execution failed, once its steps show it: they may lag behind its status.
    async fn note_failure(&self, arn: &str, steps: &[StepRecord]) -> Result<(), ReadError> {
        let Some(stored) = self.store.execution(arn).await? else {
            return Ok(());
        };
        let execution = &stored.execution;
        let is_final = shows_failure(steps) || self.is_settled(execution);
        if execution.status != ExecutionStatus::Failed || !is_final {
            return Ok(());
        }
        let definition = self.definition_of(&stored).await?;
        let definition = definition.as_deref();
        let ended = ended_in_fail_step(&execution.status, definition, steps);
        let failure = Failure::of(execution, definition, steps);
        let is_known = stored.fail_step == Some(ended)
            && stored.failure.as_ref() == Some(&failure)
            && stored.end_modified == execution.modified;
        if !is_known {
            self.store
                .set_failure(arn, &failure, ended, execution.modified)
                .await?;
        }
        Ok(())
    }
}

/// Makes a call only where it is wanted.
async fn when<T, F: Future<Output = T>>(is_wanted: bool, call: impl FnOnce() -> F) -> Option<T> {
    if is_wanted { Some(call().await) } else { None }
}

/// Whether the steps of an execution that has ended may have been listed before it had.
fn may_be_earlier(
    row: &Execution,
    listed: Option<&Listing<StepRecord>>,
    known: Option<&StoredSteps>,
) -> bool {
    let was_running = known
        .and_then(|known| known.status.as_ref())
        .is_some_and(|status| status.is_running());
    row.status.is_terminal()
        && listed.is_some_and(|listed| {
            was_running || listed.items.iter().any(|step| step.status.is_running())
        })
}

/// What the calls about one execution returned.
#[derive(Default)]
struct ExecutionAnswers {
    described: Option<Execution>,
    steps: Option<Listing<StepRecord>>,
    parameters: Option<Vec<ParameterValue>>,
    definition: Option<String>,
    /// How many calls were answered.
    count: usize,
    /// Whether SageMaker no longer knows it.
    is_gone: bool,
    read_errors: Vec<AwsError>,
}

impl ExecutionAnswers {
    /// The answer, counted, or `None` with the error kept.
    fn take<T>(&mut self, answer: Option<Result<T, AwsError>>) -> Option<T> {
        match answer? {
            Ok(answer) => {
                self.count += 1;
                Some(answer)
            }
            Err(error) => {
                self.read_errors.push(error);
                None
            }
        }
    }

    /// Why nothing came of all the calls.
    fn into_error(self) -> ReadError {
        match self.read_errors.into_iter().next() {
            Some(error) => ReadError::Unavailable(error),
            None => ReadError::Execution,
        }
    }
}
