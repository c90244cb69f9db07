//! Whether a person may do what they ask for.

use std::time::Duration;

use crate::access::{Grant, Role, Scope};
use crate::catalog::{self, AccessError};
use crate::domain::ParameterValue;
use crate::ledger::answer::ActionError;
use crate::ledger::handle::Ledger;
use crate::ledger::request::ActionRequest;
use crate::ledger::ticket::Ticket;

/// How long an action waits for its pipeline's defaults, which the form it came from has just shown.
const DEFAULTS_WAIT_MAX: Duration = Duration::from_millis(500);

impl Ledger {
    /// The ticket of a request, if it is genuine and the person may do what is asked for.
    pub(super) async fn admit(
        &self,
        scope: &Scope,
        ticket: &str,
        request: &ActionRequest,
    ) -> Result<Ticket, ActionError> {
        let (person, workspace) = (&scope.person().name, &request.workspace);
        let ticket = self
            .0
            .ticket_signer
            .verify(
                ticket,
                person,
                request.action(),
                workspace,
                request.target(),
            )
            .ok_or(ActionError::ForgedTicket)?;
        self.grant(scope, request).await?;
        Ok(ticket)
    }

    /// The role by which the person may do this with the pipeline. An execution is looked for among
    /// those of that pipeline only.
    pub(super) async fn grant(
        &self,
        scope: &Scope,
        request: &ActionRequest,
    ) -> Result<Grant, ActionError> {
        let (workspace, pipeline) = (&request.workspace, &request.pipeline_name);
        let grant = self
            .0
            .catalog
            .authorize(scope, workspace, pipeline, Role::Operator);
        grant.await.map_err(|denied| match denied {
            AccessError::ReadError(error) => ActionError::ReadError(error),
            AccessError::Forbidden(forbidden) => ActionError::NotAllowed(forbidden),
        })
    }

    /// The parameters of a start that differ from the pipeline's defaults; `None` where those are
    /// not known.
    pub(super) async fn changed_parameters(
        &self,
        scope: &Scope,
        request: &ActionRequest,
        parameters: &[ParameterValue],
    ) -> Option<Vec<ParameterValue>> {
        let catalog = &self.0.catalog;
        let detail = catalog.detail(scope, &request.workspace, &request.pipeline_name);
        let detail = tokio::time::timeout(DEFAULTS_WAIT_MAX, detail).await;
        let definition = detail.ok()?.ok()?.value.definition;
        Some(catalog::changed_parameters(&definition, parameters))
    }
}
