//! One execution: its row, its steps, its own definition.

use std::collections::HashSet;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::freshness::{Freshness, Outcome, Wish};
use super::named::is_no_such;
use super::parameters::{changed, overlaid};
use super::pictures::content_hash;
use super::pipelines::reading;
use super::site::{Site, Subject};
use super::store::{Source, StoredExecution};
use super::version::version_of;
use super::views::{ExecutionView, ReadError, Reading};
use crate::access::Scope;
use crate::aws::Listing;
use crate::domain::{
    Arn, AwsError, AwsErrorKind, Execution, Pipeline, Progress, Service, StepRecord,
    ended_in_fail_step, same_arn,
};
use sluicegate_definition::Definition;

/// How old a running execution and its steps may be.
const AGE_RUNNING: Duration = Duration::from_secs(2);
/// How old a settled one may be: somebody may retry it elsewhere.
const AGE_SETTLED: Duration = Duration::from_secs(30);
/// How long after its end an execution is still followed closely: its last steps may lag.
const SETTLING: SignedDuration = SignedDuration::from_secs(15);

impl Site {
    /// The execution of this id, of this pipeline.
    async fn find_execution(
        &self,
        pipeline: &Pipeline,
        id: &str,
    ) -> Result<StoredExecution, ReadError> {
        let arn = &pipeline.arn;
        let known = self.store.execution_with_id(arn, id).await?;
        if let Some(known) = known.filter(|known| is_of(&known.execution, pipeline)) {
            return Ok(known);
        }
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        if id.is_empty() || id.len() > 256 || !id.chars().all(plain) {
            return Err(ReadError::Execution);
        }
        let told = self.look_for_newer(pipeline).await?;
        if let Some(found) = self.store.execution_with_id(arn, id).await? {
            return Ok(found);
        }
        // It may be older than what was read so far. Of this one ARN nothing is believed but what
        // SageMaker answers to it.
        let described = self.describe_of(pipeline, id).await;
        if let Some(found) = self.store.execution_with_id(arn, id).await? {
            return Ok(found);
        }
        match described {
            Err(ReadError::Unavailable(failure)) if !is_no_such(&failure) => {
                told.or_missing()?;
                Err(ReadError::Unavailable(failure))
            }
            Err(error @ ReadError::Database(_)) => Err(error),
            _ => Err(ReadError::Execution),
        }
    }

    pub(super) async fn execution(
        &self,
        scope: &Scope,
        name: &str,
        id: &str,
    ) -> Result<Reading<ExecutionView>, ReadError> {
        let (pipeline, _) = self.seen_pipeline(scope, name).await?;
        let stored = self.find_execution(&pipeline, id).await?;
        self.view(pipeline, &stored.execution.arn).await
    }

    pub(super) async fn execution_now(
        &self,
        scope: &Scope,
        name: &str,
        id: &str,
    ) -> Result<Execution, ReadError> {
        let (pipeline, _) = self.seen_pipeline(scope, name).await?;
        let stored = self.find_execution(&pipeline, id).await?;
        let arn = stored.execution.arn;
        if !is_of(&self.describe(&arn).await?, &pipeline) {
            return Err(ReadError::Execution);
        }
        let found = self.store.execution(&arn).await?;
        found
            .map(|found| found.execution)
            .ok_or(ReadError::Execution)
    }

    /// Describes the execution that a pipeline has under this id, and keeps it where it is that
    /// pipeline's own.
    async fn describe_of(&self, pipeline: &Pipeline, id: &str) -> Result<(), ReadError> {
        let arn = format!("{}/execution/{id}", pipeline.arn);
        let call = self.client().describe_execution(&arn);
        let answer = self.ask("DescribePipelineExecution", &arn, call).await;
        let mut told = answer.map_err(ReadError::Unavailable)?;
        if !is_of(&told, pipeline) {
            return Err(ReadError::Execution);
        }
        // The row stands under the listed ARN, whatever spelling comes back.
        told.pipeline_arn = Some(pipeline.arn.clone());
        let one = std::slice::from_ref(&told);
        self.store.put_executions(one, Source::Describe).await?;
        Ok(())
    }

    /// Reads an execution that our own action changed.
    pub(super) async fn touched(&self, arn: &str) {
        let reading = self.clone().read_execution(arn.to_owned());
        let told = self
            .renew(Subject::Execution(arn.to_owned()), reading)
            .await;
        if let Err(error) = told {
            tracing::error!(%error, "an execution could not be read after an action");
        }
    }

    /// Follows one execution.
    pub(super) async fn follow_execution(&self, known: &Execution) -> Result<Freshness, ReadError> {
        let ended = known.modified.filter(|_| !known.status.is_running());
        let settled = match ended {
            Some(ended) => Timestamp::now().duration_since(ended) > SETTLING,
            None => !known.status.is_running(),
        };
        let age = if settled {
            self.eased(AGE_SETTLED)
        } else {
            self.watch(&known.arn);
            self.paced(AGE_RUNNING)
        };
        let wish = Wish {
            operation: "DescribePipelineExecution",
            age,
            hurried: false,
        };
        let arn = known.arn.clone();
        self.fresh(Subject::Execution(arn.clone()), wish, move |site| {
            site.read_execution(arn)
        })
        .await
    }

    async fn read_execution(self, arn: String) -> Outcome {
        let before = self.store.execution(&arn).await?;
        let known = before.as_ref();
        let wants_parameters = known.is_none_or(|known| known.execution.parameters.is_none());
        let wants_definition = known.is_none_or(|known| known.definition_hash.is_none());
        let (described, steps, parameters, definition) = tokio::join!(
            self.ask(
                "DescribePipelineExecution",
                &arn,
                self.client().describe_execution(&arn)
            ),
            self.list_steps(&arn),
            when(wants_parameters, || self.ask(
                "ListPipelineParametersForExecution",
                &arn,
                self.client().execution_parameters(&arn)
            )),
            when(wants_definition, || self.ask(
                "DescribePipelineDefinitionForExecution",
                &arn,
                self.client().execution_definition(&arn)
            )),
        );
        let mut gathered = Gathered::default();
        let described = gathered.take(Some(described));
        let steps = gathered.take(Some(steps));
        let parameters = gathered.take(parameters);
        let definition = gathered.take(definition);
        if gathered.not_found {
            self.store.forget_execution(&arn).await?;
            return Err(ReadError::Execution);
        }
        let another = |told: &Execution| {
            known
                .is_some_and(|known| !same_pipeline(&known.execution, told.pipeline_arn.as_deref()))
        };
        if described.as_ref().is_some_and(another) {
            self.store.forget_execution(&arn).await?;
            return Err(ReadError::Execution);
        }
        let was_running = known.is_some_and(|known| known.execution.status.is_running());
        let told = described.or_else(|| known.map(|known| known.execution.clone()));
        let Some(mut told) = told else {
            return Err(gathered.spoilt());
        };
        // The steps were listed while the end may not have come yet.
        let ended = was_running && !told.status.is_running();
        let steps = if ended && steps.is_some() {
            self.list_steps(&arn).await.ok().or(steps)
        } else {
            steps
        };
        if parameters.is_some() {
            told.parameters = parameters;
        }
        let one = std::slice::from_ref(&told);
        self.store.put_executions(one, Source::Describe).await?;
        if let Some(text) = definition {
            let hash = content_hash(&text);
            self.store.put_definition(&hash, &text).await?;
            self.store.set_definition(&arn, &hash).await?;
        }
        if let Some(steps) = steps {
            gathered
                .troubles
                .extend(self.keep_steps(&arn, steps).await?);
        }
        if gathered.answers == 0 {
            return Err(gathered.spoilt());
        }
        Ok(gathered.troubles)
    }

    async fn list_steps(&self, arn: &str) -> Result<Listing<StepRecord>, AwsError> {
        let call = self.client().list_steps(arn);
        self.ask("ListPipelineExecutionSteps", arn, call).await
    }

    /// Keeps the steps of an execution; of an incomplete list beside those known before that it
    /// lacks. Returns what to report.
    async fn keep_steps(
        &self,
        arn: &str,
        steps: Listing<StepRecord>,
    ) -> Result<Option<AwsError>, ReadError> {
        let incomplete = steps.incomplete(Service::SageMaker, "ListPipelineExecutionSteps");
        let mut records = steps.items;
        if incomplete.is_none() {
            self.store.put_steps(arn, &records).await?;
            self.note_fail_step(arn, &records).await?;
            return Ok(None);
        }
        let listed: HashSet<String> = records.iter().map(|one| one.name.clone()).collect();
        let mut known = self.store.steps(arn).await?.unwrap_or_default();
        known.retain(|one| !listed.contains(&one.name));
        records.extend(known);
        records.sort_by_key(|one| (one.started.is_none(), one.started));
        self.store.put_steps(arn, &records).await?;
        Ok(incomplete)
    }

    /// Notes for lists whether a Fail step ended the execution.
    async fn note_fail_step(&self, arn: &str, steps: &[StepRecord]) -> Result<(), ReadError> {
        let Some(stored) = self.store.execution(arn).await? else {
            return Ok(());
        };
        if !stored.execution.status.is_terminal() {
            return Ok(());
        }
        let definition = match &stored.definition_hash {
            Some(hash) => Some(self.definition(hash).await?),
            None => None,
        };
        let ended = ended_in_fail_step(&stored.execution.status, definition.as_deref(), steps);
        if stored.fail_step != Some(ended) {
            self.store.set_fail_step(arn, ended).await?;
        }
        Ok(())
    }

    /// The execution of this ARN as a page shows it.
    pub(super) async fn view(
        &self,
        pipeline: Pipeline,
        arn: &str,
    ) -> Result<Reading<ExecutionView>, ReadError> {
        let Some(known) = self.store.execution(arn).await? else {
            return Err(ReadError::Execution);
        };
        let mut told = self.follow_execution(&known.execution).await?;
        let Some(stored) = self.store.execution(arn).await? else {
            return Err(ReadError::Execution);
        };
        if told.as_of.is_none() {
            // What is known of it was told with all the others.
            told.as_of = self.told(&Subject::Executions).await?.as_of;
        }
        let execution = stored.execution;
        if !is_of(&execution, &pipeline) {
            return Err(ReadError::Execution);
        }
        let steps = self.store.steps(arn).await?.unwrap_or_default();
        let hash = stored.definition_hash;
        let drawn = match &hash {
            Some(hash) => {
                let text = || self.store.definition(hash);
                Some(self.pictures.picture(hash, text).await?)
            }
            None => None,
        };
        let version = version_of(&(&pipeline, &execution, &steps, &hash));
        let definition = drawn.as_ref().map(|(definition, _)| definition.clone());
        let given = execution.parameters.as_deref().unwrap_or_default();
        let parameters = overlaid(definition.as_deref(), given);
        let own = definition.as_deref();
        let value = ExecutionView {
            progress: own.map(|own| progress(own, &steps, &execution)),
            changed: own.map_or_else(Vec::new, |own| changed(own, &parameters)),
            picture: drawn.map(|(_, picture)| picture),
            pipeline,
            execution,
            steps,
            definition,
            parameters,
        };
        Ok(reading(told, version, value))
    }
}

/// Whether an execution is the pipeline's own, by what SageMaker told of it: its PipelineArn, and
/// the account and Region of its own ARN.
pub(super) fn is_of(execution: &Execution, pipeline: &Pipeline) -> bool {
    execution.pipeline_arn.is_some()
        && same_pipeline(execution, Some(&pipeline.arn))
        && Arn::parse(&execution.arn)
            .zip(Arn::parse(&pipeline.arn))
            .is_some_and(|(own, pipeline)| own.is_beside(&pipeline))
}

/// Whether this is the ARN of the execution's pipeline, as far as both are told. Some answers spell
/// ARNs in lower case.
fn same_pipeline(execution: &Execution, arn: Option<&str>) -> bool {
    match (&execution.pipeline_arn, arn) {
        (Some(one), Some(other)) => same_arn(one, other),
        _ => true,
    }
}

/// The execution's progress; what a selective execution leaves out will not run.
fn progress(definition: &Definition, steps: &[StepRecord], execution: &Execution) -> Progress {
    let mut progress = Progress::of(definition, steps, &execution.status);
    progress.restrict_to(definition, &execution.selected_steps);
    progress
}

/// Makes a call only where it is wanted.
async fn when<T, F: Future<Output = T>>(wanted: bool, call: impl FnOnce() -> F) -> Option<T> {
    if wanted { Some(call().await) } else { None }
}

/// What several calls about one execution gave.
#[derive(Default)]
struct Gathered {
    answers: usize,
    not_found: bool,
    troubles: Vec<AwsError>,
}

impl Gathered {
    fn take<T>(&mut self, answer: Option<Result<T, AwsError>>) -> Option<T> {
        match answer? {
            Ok(answer) => {
                self.answers += 1;
                Some(answer)
            }
            Err(failure) => {
                let first = self.answers == 0 && self.troubles.is_empty();
                // Only the description, which is taken first, decides that it is gone.
                self.not_found |= first && failure.kind == AwsErrorKind::NotFound;
                self.troubles.push(failure);
                None
            }
        }
    }

    /// Why nothing came of all the calls.
    fn spoilt(self) -> ReadError {
        match self.troubles.into_iter().next() {
            Some(failure) => ReadError::Unavailable(failure),
            None => ReadError::Execution,
        }
    }
}
