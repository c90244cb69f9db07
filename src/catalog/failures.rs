//! Why executions failed, for lists of them.
//!
//! What was read once is kept with the execution, so that it costs nothing the second time. The rest is
//! read in the background, at the pace of the background: a call for each execution, and one for each
//! version of a pipeline whose definition is not known.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;

use super::store::StoredExecution;
use super::turns::Urgency;
use super::views::{KnownFailure, ReadError};
use super::workspace::WorkspaceCatalog;
use crate::domain::{ExecutionStatus, may_end_in_fail_step};
use sluicegate_definition::Definition;

/// How long a failure that could not be read is not read again.
const UNREADABLE_LIFETIME: Duration = Duration::from_secs(60);

impl WorkspaceCatalog {
    /// The failed step and reason of those of these executions that failed, by their ARNs, as far as
    /// they are known, and whether the failure before had the same cause. Begins to read the others.
    pub(super) async fn failures(
        &self,
        executions: &[StoredExecution],
    ) -> Result<HashMap<String, KnownFailure>, ReadError> {
        let is_failed = |one: &&StoredExecution| one.execution.status == ExecutionStatus::Failed;
        let failed: Vec<&StoredExecution> = executions.iter().filter(is_failed).collect();
        if failed.is_empty() {
            return Ok(HashMap::new());
        }
        let arns: Vec<&str> = failed
            .iter()
            .map(|one| one.execution.arn.as_str())
            .collect();
        let previous = self.store.previous_failures(&arns).await?;
        self.read_failures(failed.iter().copied().chain(previous.values()));
        let known = failed.iter().filter_map(|one| {
            let arn = &one.execution.arn;
            let failure = one.failure.clone()?;
            let before = previous.get(arn).and_then(|one| one.failure.as_ref());
            let is_repeated = before.is_some_and(|before| failure.has_same_cause(before));
            let known = KnownFailure {
                failure,
                is_repeated,
            };
            Some((arn.clone(), known))
        });
        Ok(known.collect())
    }

    /// Whether a Fail step ended each of these executions; `None` while that is not known. A definition is looked up
    /// once, however many run by it.
    pub(super) async fn ended_in_fail_step(
        &self,
        executions: &[StoredExecution],
    ) -> Result<Vec<Option<bool>>, ReadError> {
        let mut without_fail_step = HashMap::new();
        let mut ended = Vec::with_capacity(executions.len());
        for stored in executions {
            let execution = &stored.execution;
            if execution.status != ExecutionStatus::Failed {
                ended.push(Some(false));
                continue;
            }
            if stored.fail_step.is_some() {
                ended.push(stored.fail_step);
                continue;
            }
            let by = (
                &stored.definition_hash,
                &execution.pipeline_arn,
                execution.version,
            );
            let has_none = match without_fail_step.entry(by) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(unknown) => {
                    let definition = self.definition_of(stored).await?;
                    let has_none = definition.is_some_and(|known| !may_end_in_fail_step(&known));
                    *unknown.insert(has_none)
                }
            };
            ended.push(has_none.then_some(false));
        }
        Ok(ended)
    }

    /// The definition that an execution runs by: its own, or that of another execution of its version.
    pub(super) async fn definition_of(
        &self,
        stored: &StoredExecution,
    ) -> Result<Option<Arc<Definition>>, ReadError> {
        let hash = match &stored.definition_hash {
            Some(hash) => Some(hash.clone()),
            None => self.store.definition_of_version(&stored.execution).await?,
        };
        match hash {
            Some(hash) => self.definition(&hash).await.map(Some),
            None => Ok(None),
        }
    }

    /// Reads, in the background, why those of these executions failed of which that is not known; each
    /// is read by one task only, however many look.
    fn read_failures<'a>(&self, executions: impl Iterator<Item = &'a StoredExecution>) {
        let mut unknown = Vec::new();
        {
            let mut in_progress = self.failures_in_progress.lock();
            in_progress.retain(|_, failed| {
                failed.is_none_or(|at| self.clock.age(at) < UNREADABLE_LIFETIME)
            });
            for one in executions.filter(|one| one.lacks_failure()) {
                let arn = &one.execution.arn;
                if !in_progress.contains_key(arn) {
                    in_progress.insert(arn.clone(), None);
                    unknown.push(one.clone());
                }
            }
        }
        if !unknown.is_empty() {
            let workspace = self.clone();
            tokio::spawn(async move { workspace.read_each_failure(unknown).await });
        }
    }

    async fn read_each_failure(&self, unknown: Vec<StoredExecution>) {
        // One definition settles for all executions of its version whether a Fail step can have ended them.
        for one in &unknown {
            if one.execution.version.is_some() && matches!(self.definition_of(one).await, Ok(None))
            {
                self.background_turn(Urgency::LookedAt).await;
                if let Err(error) = self.read_definition(&one.execution.arn).await {
                    tracing::debug!(%error, arn = %one.execution.arn, "Cannot read a definition");
                    break;
                }
            }
        }
        for one in unknown {
            let arn = one.execution.arn;
            let read = self.read_failure_in_turn(&arn).await;
            let mut in_progress = self.failures_in_progress.lock();
            if let Err(error) = read {
                tracing::debug!(%error, %arn, "Cannot read why an execution failed");
                in_progress.insert(arn, Some(self.clock.moment()));
            } else {
                in_progress.remove(&arn);
            }
        }
    }

    /// Reads one of them, unless another reader did so meanwhile.
    async fn read_failure_in_turn(&self, arn: &str) -> Result<(), ReadError> {
        let lacks_failure = async || {
            let stored = self.store.execution(arn).await?;
            Ok::<_, ReadError>(stored.filter(StoredExecution::lacks_failure))
        };
        if lacks_failure().await?.is_none() {
            return Ok(());
        }
        self.background_turn(Urgency::LookedAt).await;
        match lacks_failure().await? {
            Some(stored) => self.read_steps(&stored.execution).await,
            None => Ok(()),
        }
    }
}
