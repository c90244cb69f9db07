//! One execution: its row, its steps, its own definition.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::as_one::{AsOne, as_one, is_behind};
use super::cache_key::CacheKey;
use super::drawings::Drawings;
use super::freshness::{Freshness, RefreshPolicy};
use super::named::{is_nonexistent, is_plain_name};
use super::parameters::{changed_parameters, overlaid};
use super::reading::reading;
use super::store::{ReadSource, StoredExecution};
use super::version::version_of;
use super::views::{ExecutionView, ReadError, Reading};
use super::workspace::WorkspaceCatalog;
use crate::access::Scope;
use crate::domain::{Action, Arn, Execution, Pipeline, Progress, same_arn, step_entries};

/// How old a running execution and its steps may be.
const RUNNING_MAX_AGE: Duration = Duration::from_secs(2);
/// How old a settled one may be: somebody may retry it elsewhere.
const SETTLED_MAX_AGE: Duration = Duration::from_secs(30);
/// How long after its end an execution is still followed closely: its last steps may lag.
const SETTLING_PERIOD: SignedDuration = SignedDuration::from_secs(15);

impl WorkspaceCatalog {
    /// The execution of this id, of this pipeline.
    async fn find_execution(
        &self,
        pipeline: &Pipeline,
        id: &str,
    ) -> Result<StoredExecution, ReadError> {
        let arn = &pipeline.arn;
        let known = self.store.execution_with_id(arn, id).await?;
        if let Some(known) = known.filter(|known| belongs_to(&known.execution, pipeline)) {
            return Ok(known);
        }
        if !is_plain_name(id) {
            return Err(ReadError::Execution);
        }
        let freshness = self.look_for_newer(pipeline).await?;
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
            Err(ReadError::Unavailable(error)) if !is_nonexistent(&error) => {
                freshness.or_unavailable()?;
                Err(ReadError::Unavailable(error))
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
        let (pipeline, _) = self.visible_pipeline(scope, name).await?;
        let stored = self.find_execution(&pipeline, id).await?;
        self.view(pipeline, &stored.execution.arn).await
    }

    pub(super) async fn execution_now(
        &self,
        scope: &Scope,
        name: &str,
        id: &str,
    ) -> Result<Execution, ReadError> {
        let (pipeline, _) = self.visible_pipeline(scope, name).await?;
        let stored = self.find_execution(&pipeline, id).await?;
        let arn = stored.execution.arn;
        if !belongs_to(&self.describe(&arn).await?, &pipeline) {
            return Err(ReadError::Execution);
        }
        let found = self.store.execution(&arn).await?;
        found
            .map(|found| found.execution)
            .ok_or(ReadError::Execution)
    }

    /// Describes the execution that a pipeline has under this id, and stores it where it is that
    /// pipeline's own.
    async fn describe_of(&self, pipeline: &Pipeline, id: &str) -> Result<(), ReadError> {
        let arn = format!("{}/execution/{id}", pipeline.arn);
        let call = self.client().describe_execution(&arn);
        let answer = self.ask("DescribePipelineExecution", &arn, call).await;
        let mut described = answer.map_err(ReadError::Unavailable)?;
        if !belongs_to(&described, pipeline) {
            return Err(ReadError::Execution);
        }
        // The row stands under the listed ARN, in whichever spelling the answer has it.
        described.pipeline_arn = Some(pipeline.arn.clone());
        let one = std::slice::from_ref(&described);
        self.store.put_executions(one, ReadSource::Describe).await?;
        Ok(())
    }

    /// Reads an execution that our own action changed.
    pub(super) async fn refresh_execution(&self, arn: &str) {
        let refresh = self.clone().read_execution(arn.to_owned());
        let key = CacheKey::Execution(arn.to_owned());
        if let Err(error) = self.renew(key, refresh).await {
            tracing::error!(%error, "Cannot read an execution after an action");
        }
    }

    /// Notes an action that was accepted here.
    pub(super) async fn expect_effect(&self, arn: &str, action: Action) {
        match self.store.execution(arn).await {
            Ok(Some(known)) => self.pending.add(arn, action, known.execution.modified),
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "Cannot note an action"),
        }
    }

    /// Whether an execution ended so long ago that SageMaker lists all its steps as they ended.
    pub(super) fn is_settled(&self, known: &Execution) -> bool {
        match known.ended() {
            Some(ended) => self.clock.now().duration_since(ended) > SETTLING_PERIOD,
            None => !known.status.is_running(),
        }
    }

    /// Follows one execution; closely where its steps belong to an earlier state (`is_behind`).
    pub(super) async fn follow_execution(
        &self,
        stored: &StoredExecution,
        is_behind: bool,
    ) -> Result<Freshness, ReadError> {
        let known = &stored.execution;
        let is_settled = stored.gone.is_some()
            || self.is_settled(known) && !is_behind && self.pending.on(known).is_none();
        let max_age = if is_settled {
            self.throttled_age(SETTLED_MAX_AGE)
        } else {
            self.watch(&known.arn);
            self.watched_age(RUNNING_MAX_AGE)
        };
        let policy = RefreshPolicy {
            operation: "DescribePipelineExecution",
            max_age,
            is_brief: false,
        };
        let arn = known.arn.clone();
        let key = CacheKey::Execution(arn.clone());
        self.fresh(key, policy, move |workspace| workspace.read_execution(arn))
            .await
    }

    /// The execution of this ARN as a page shows it.
    pub(super) async fn view(
        &self,
        pipeline: Pipeline,
        arn: &str,
    ) -> Result<Reading<ExecutionView>, ReadError> {
        let now = self.clock.now();
        let Some(known) = self.store.execution(arn).await? else {
            return Err(ReadError::Execution);
        };
        let status_of_steps = self.store.status_of_steps(arn).await?;
        let is_behind = is_behind(&known.execution, status_of_steps.as_ref());
        let mut freshness = self.follow_execution(&known, is_behind).await?;
        let Some((stored, steps)) = self.store.execution_with_steps(arn).await? else {
            return Err(ReadError::Execution);
        };
        if freshness.as_of.is_none() {
            // What is known of it came with all the others.
            freshness.as_of = self.known(&CacheKey::Executions).await?.as_of;
        }
        if !belongs_to(&stored.execution, &pipeline) {
            return Err(ReadError::Execution);
        }
        let ended_in_fail_step = self.ended_in_fail_step(std::slice::from_ref(&stored));
        let ended_in_fail_step = ended_in_fail_step.await?.pop().flatten();
        let mut one = as_one(stored.execution, steps, now);
        let pending = self.pending.on(&one.execution);
        if let Some(action) = pending {
            one = one.after(action);
        }
        freshness.refreshing |= one.is_behind && stored.gone.is_none();
        let drawings = match &stored.definition_hash {
            Some(hash) => {
                let text = || async { self.store.definition(hash).await.map_err(ReadError::from) };
                Some(self.diagrams.drawings(hash, text).await?)
            }
            None => None,
        };
        let version = version_of(&(
            &pipeline,
            &one.execution,
            &one.steps,
            &stored.definition_hash,
            pending,
            ended_in_fail_step,
            stored.gone,
        ));
        let view = ExecutionView {
            gone: stored.gone,
            ..shown(pipeline, one, pending, ended_in_fail_step, drawings)
        };
        Ok(reading(freshness, version, view))
    }
}

/// The view of an execution, everything in it from one reading.
fn shown(
    pipeline: Pipeline,
    one: AsOne,
    pending: Option<Action>,
    ended_in_fail_step: Option<bool>,
    drawings: Option<Arc<Drawings>>,
) -> ExecutionView {
    let execution = one.execution;
    let definition = drawings.as_ref().map(|of| of.definition.clone());
    let own = definition.as_deref();
    let given = execution.parameters.as_deref().unwrap_or_default();
    let parameters = overlaid(own, given);
    let are_steps_known = one.steps.is_some();
    let steps = one.steps.unwrap_or_default();
    let progress = own
        .filter(|_| are_steps_known)
        .map(|own| Progress::of(own, &steps, &execution.status, &execution.selected_steps));
    ExecutionView {
        entries: step_entries(own.zip(progress.as_ref()), &steps, &execution.status),
        changed: own.map_or_else(Vec::new, |own| changed_parameters(own, &parameters)),
        drawings,
        pipeline,
        execution,
        gone: None,
        pending,
        steps,
        progress,
        definition,
        parameters,
        ended_in_fail_step,
    }
}

/// Whether an execution is the pipeline's own, by what SageMaker returned: its PipelineArn, and
/// the account and Region of its own ARN.
pub(super) fn belongs_to(execution: &Execution, pipeline: &Pipeline) -> bool {
    execution.pipeline_arn.is_some()
        && is_same_pipeline(execution, Some(&pipeline.arn))
        && Arn::parse(&execution.arn)
            .zip(Arn::parse(&pipeline.arn))
            .is_some_and(|(own, pipeline)| own.is_beside(&pipeline))
}

/// Whether this is the ARN of the execution's pipeline, or one of the two is unknown. Some answers
/// spell ARNs in lower case.
pub(super) fn is_same_pipeline(execution: &Execution, arn: Option<&str>) -> bool {
    match (&execution.pipeline_arn, arn) {
        (Some(one), Some(other)) => same_arn(one, other),
        _ => true,
    }
}
