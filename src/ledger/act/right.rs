//! Whether a person may do what they ask for.

use std::time::Duration;

use crate::access::{Grant, Role, Scope};
use crate::catalog::{self, Denied};
use crate::domain::ParameterValue;
use crate::ledger::intent::Asked;
use crate::ledger::ticket::Ticket;
use crate::ledger::{ActionError, Ledger, StartIntent};

/// How long an action waits for its pipeline's defaults, which the form it came from has just shown.
const DEFAULTS: Duration = Duration::from_millis(500);

impl Ledger {
    /// The ticket of an action, where it is genuine and the person may do the action.
    pub(super) async fn admitted(
        &self,
        scope: &Scope,
        ticket: &str,
        asked: &Asked,
    ) -> Result<Ticket, ActionError> {
        let (person, workspace) = (&scope.person().name, asked.workspace());
        let seal = &self.0.seal;
        let ticket = seal
            .verify(ticket, person, asked.action(), workspace, asked.target())
            .ok_or(ActionError::Forged)?;
        self.right(scope, asked).await?;
        Ok(ticket)
    }

    /// By which right the person may do this with the pipeline that it is done to. An execution is
    /// looked for among those of that pipeline only.
    pub(super) async fn right(&self, scope: &Scope, asked: &Asked) -> Result<Grant, ActionError> {
        let (workspace, pipeline) = (asked.workspace(), asked.pipeline());
        let right = self
            .0
            .catalog
            .may(scope, workspace, pipeline, Role::Operator);
        right.await.map_err(|denied| match denied {
            Denied::ReadError(missing) => ActionError::ReadError(missing),
            Denied::Forbidden(missed) => ActionError::NotAllowed(missed),
        })
    }

    /// The parameters of a start that differ from the defaults; `None` where those are not known.
    pub(super) async fn differing(
        &self,
        scope: &Scope,
        intent: &StartIntent,
    ) -> Option<Vec<ParameterValue>> {
        let catalog = &self.0.catalog;
        let reading = catalog.detail(scope, &intent.workspace, &intent.pipeline.name);
        let reading = tokio::time::timeout(DEFAULTS, reading).await.ok()?.ok()?;
        Some(catalog::changed(
            &reading.value.definition,
            &intent.parameters,
        ))
    }
}
