//! Who started executions, and what was done to one.

use std::collections::HashMap;

use jiff::Timestamp;

use super::handle::Ledger;
use super::intent::{IntendedCall, RecordedIntent};
use super::outcome::Outcome;
use super::store::execution_key;
use crate::access::Scope;
use crate::database::DatabaseError;
use crate::domain::Action;

/// Executions looked up in one statement.
const EXECUTIONS_PER_QUERY: usize = 500;

/// One action on an execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastAction {
    /// When it was written down, before the call.
    pub at: Timestamp,
    /// Who did it.
    pub person: String,
    /// What they did.
    pub action: Action,
    /// Start: the execution's name.
    pub name: Option<String>,
    /// Start: the id of the execution whose values filled the form.
    pub copied_from: Option<String>,
    /// Why, in the person's words.
    pub reason: Option<String>,
    /// What came of it; `None` while that is being looked up.
    pub outcome: Option<Outcome>,
}

impl Ledger {
    /// Who started these executions: the person by ARN, for those that were started here. To be
    /// called for executions that the person may see.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub async fn starters(
        &self,
        _scope: &Scope,
        workspace: &str,
        execution_arns: &[String],
    ) -> Result<HashMap<String, String>, DatabaseError> {
        let mut starters = HashMap::new();
        for arns in execution_arns.chunks(EXECUTIONS_PER_QUERY) {
            let keys = arns.iter().map(|arn| execution_key(arn));
            let known = self.0.store.starters(workspace, keys).await?;
            let known: HashMap<String, String> = known.into_iter().collect();
            starters.extend(arns.iter().filter_map(|arn| {
                let person = known.get(&execution_key(arn))?;
                Some((arn.clone(), person.clone()))
            }));
        }
        Ok(starters)
    }

    /// Who started which executions of the workspace, of those started here: pairs of the execution's ARN in lower case
    /// and the person. For a filter, which leaves out what its reader may not see.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub async fn all_starters(
        &self,
        _scope: &Scope,
        workspace: &str,
    ) -> Result<Vec<(String, String)>, DatabaseError> {
        self.0.store.all_starters(workspace).await
    }

    /// What was done to an execution, its start too, newest first; nothing where the person may not
    /// see its pipeline.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub async fn of_execution(
        &self,
        scope: &Scope,
        workspace: &str,
        execution_arn: &str,
    ) -> Result<Vec<PastAction>, DatabaseError> {
        let found = self.0.store.of_execution(workspace, execution_arn).await?;
        let mut actions = Vec::with_capacity(found.len());
        for (recorded, outcome) in found {
            let pipeline = &recorded.intent.pipeline_name;
            if self.role(scope, workspace, pipeline).await.is_some() {
                actions.push(PastAction::new(recorded, outcome));
            }
        }
        Ok(actions)
    }
}

impl PastAction {
    fn new(recorded: RecordedIntent, outcome: Option<Outcome>) -> Self {
        let intent = recorded.intent;
        let action = intent.action();
        let (name, copied_from, reason) = match intent.call {
            IntendedCall::Start(arguments) => (arguments.name, arguments.copied_from, None),
            IntendedCall::Change { reason, .. } => (None, None, reason),
        };
        Self {
            at: intent.at,
            person: intent.person,
            action,
            name,
            copied_from,
            reason,
            outcome,
        }
    }
}
