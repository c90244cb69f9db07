//! Who did what: the activity, read back.

use std::collections::HashMap;

use super::store::{Recorded, execution_key};
use super::{Entry, Ledger, Outcome};
use crate::access::Scope;
use crate::database::DatabaseError;

/// Executions asked about in one statement.
const AT_ONCE: usize = 500;

impl Ledger {
    /// Who started these executions: the person by ARN, for those that were started here. To be
    /// asked for executions that the person may see.
    pub async fn starters(
        &self,
        _scope: &Scope,
        workspace: &str,
        execution_arns: &[String],
    ) -> Result<HashMap<String, String>, DatabaseError> {
        let mut starters = HashMap::new();
        for arns in execution_arns.chunks(AT_ONCE) {
            let keys = arns.iter().map(|arn| execution_key(arn));
            let known: HashMap<String, String> = self
                .0
                .store
                .starters(workspace, keys)
                .await?
                .into_iter()
                .collect();
            starters.extend(arns.iter().filter_map(|arn| {
                let person = known.get(&execution_key(arn))?;
                Some((arn.clone(), person.clone()))
            }));
        }
        Ok(starters)
    }

    /// Who did what to an execution, its start too, newest first; nothing where the person may not
    /// see its pipeline.
    pub async fn of_execution(
        &self,
        scope: &Scope,
        workspace: &str,
        execution_arn: &str,
    ) -> Result<Vec<Entry>, DatabaseError> {
        let found = self.0.store.of_execution(workspace, execution_arn).await?;
        let mut entries = Vec::with_capacity(found.len());
        for recorded in found {
            let pipeline = &recorded.intent.pipeline_name;
            if self.role(scope, workspace, pipeline).await.is_some() {
                entries.push(recorded.into());
            }
        }
        Ok(entries)
    }
}

impl From<Recorded> for Entry {
    fn from(recorded: Recorded) -> Self {
        let Recorded {
            intent, outcome, ..
        } = recorded;
        let started = match &outcome {
            Some(Outcome::Done { execution_arn, .. }) => Some(execution_arn.clone()),
            _ => None,
        };
        Self {
            at: intent.at,
            person: intent.person,
            action: intent.action,
            workspace: intent.workspace,
            pipeline_name: intent.pipeline_name,
            execution_arn: intent.execution_arn.or(started),
            name: intent.display_name,
            copied_from: intent.copied_from,
            reason: intent.reason,
            outcome,
        }
    }
}
