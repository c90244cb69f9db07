//! What people did: every action is written down before the call and settled after it.
//!
//! An action goes, in this order: its ticket is verified, and whether the person may do it; the
//! ticket's nonce is looked up, and an action that is known already is answered as it was the first
//! time; then expiry, whether the action still applies, and once more whether the person may; then
//! the intent is committed, SageMaker is called, and the outcome is appended. So a double click, a
//! refresh, the back button and a proxy's retry are one action, and nothing is called that was not
//! written down.
//!
//! Everything that happens, what was refused too, is a record of a chain that cannot be changed
//! unnoticed: the audit trail.

mod act;
mod activity;
mod body;
mod checkpoint;
mod history;
mod intent;
mod record;
mod refused;
mod retention;
mod settle;
mod store;
mod ticket;
mod trail;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::Timestamp;

use crate::access::{Forbidden, Scope};
use crate::aws::Workspaces;
use crate::catalog::{Catalog, ReadError};
use crate::database::{DatabaseError, Pools};
use crate::domain::{Action, AwsError, NotApplicable, ParameterValue, Pipeline};

use act::InFlight;
pub use activity::{ACTIVITY_A_PAGE, Activity, ActivityEntry, ActivityQuery, OutcomeKind};
use checkpoint::Signer;
use refused::Denials;
pub use refused::{Refused, RefusedReason};
use store::Store;
use ticket::Seal;
pub use trail::{AuditRecord, Chain, ChainError, Trail, Verified};

/// How the ledger works. `..Default::default()` fills what is not set.
#[derive(Clone)]
pub struct LedgerSettings {
    /// The key that signs tickets, at least 16 bytes; without one, the ledger makes one and keeps
    /// it in its database.
    pub key: Option<Vec<u8>>,
    /// How long after it was opened a form may be sent.
    pub ticket_lifetime: Duration,
    /// How many days what happened is kept, at least; never less than a ticket lives.
    pub retention_days: u32,
    /// The clock.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// How long to wait before first looking for what came of a call without an answer, and before
    /// an outcome that could not be written is written again; each further wait is twice as long,
    /// up to a minute.
    pub first_look: Duration,
    /// How long after an intent it may be sent again, and after the last call how long until what
    /// cannot be found counts as not carried out.
    pub resend_window: Duration,
}

impl Default for LedgerSettings {
    fn default() -> Self {
        Self {
            key: None,
            ticket_lifetime: Duration::from_secs(12 * 60 * 60),
            retention_days: 400,
            now: Arc::new(Timestamp::now),
            first_look: Duration::from_secs(1),
            resend_window: Duration::from_secs(60),
        }
    }
}

impl fmt::Debug for LedgerSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LedgerSettings")
            .field("ticket_lifetime", &self.ticket_lifetime)
            .finish_non_exhaustive()
    }
}

/// The acting side of the console. Clones share everything.
#[derive(Clone)]
pub struct Ledger(Arc<Shared>);

struct Shared {
    store: Store,
    catalog: Catalog,
    workspaces: Workspaces,
    seal: Seal,
    signer: Signer,
    settings: LedgerSettings,
    denials: Denials,
    in_flight: Mutex<HashMap<String, InFlight>>,
}

/// An execution that a person wants started, as the form was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartIntent {
    /// The workspace's name.
    pub workspace: String,
    /// The pipeline to start.
    pub pipeline: Pipeline,
    /// The execution's name; one is made where it is empty.
    pub name: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// The parameters to set; those not named keep their defaults.
    pub parameters: Vec<ParameterValue>,
    /// The id of the execution whose values filled the form.
    pub copied_from: Option<String>,
}

/// Something a person wants done to an execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActIntent {
    /// Stop, Resume or Retry.
    pub action: Action,
    /// The workspace's name.
    pub workspace: String,
    /// The name of the execution's pipeline.
    pub pipeline_name: String,
    /// The execution's id.
    pub execution_id: String,
    /// Why, in the person's words; kept with the action.
    pub reason: Option<String>,
}

/// An action that SageMaker carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The execution started or acted on.
    pub execution_arn: String,
    /// The service's request id, where its answer arrived.
    pub request_id: Option<String>,
    /// The same ticket had done it before; nothing was done now.
    pub repeated: bool,
}

/// Why an action was not carried out, or is not known to be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ActionError {
    /// The ticket is missing, malformed, signed by another key, or made for another person, action
    /// or target.
    #[error("this form does not come from a page of this console")]
    Forged,
    /// The ticket was used before with other values.
    #[error("this form was sent before with other values")]
    Reused {
        /// A ticket with which the form may be sent again.
        fresh_ticket: String,
    },
    /// The form was opened too long ago.
    #[error("this form was opened too long ago; look at it again and send it once more")]
    Expired,
    /// The execution's status does not allow the action.
    #[error("{0}")]
    NotApplicable(NotApplicable),
    /// The action no longer applies.
    #[error("{why}")]
    Stale {
        /// A sentence for people.
        why: String,
    },
    /// SageMaker refused.
    #[error("{0}")]
    Refused(AwsError),
    /// SageMaker did not answer. The intent is written down, and what came of it is being found
    /// out; sending the same form again tells.
    #[error("{0}")]
    Unknown(AwsError),
    /// The intent could not be written down, so nothing was called.
    #[error("nothing was done, because it could not be written down: {0}")]
    NotWritten(DatabaseError),
    /// There is no such workspace, pipeline or execution as far as the person may know, or SageMaker
    /// could not be asked about it.
    #[error("{0}")]
    ReadError(ReadError),
    /// The person may see the pipeline, and not do this with it.
    #[error("this takes a role that the person does not have here")]
    NotAllowed(Forbidden),
}

/// One action, as the ledger tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it was written down, before the call.
    pub at: Timestamp,
    /// Who did it.
    pub person: String,
    /// What they did.
    pub action: Action,
    /// The workspace's name.
    pub workspace: String,
    /// The pipeline's name.
    pub pipeline_name: String,
    /// The execution, once known.
    pub execution_arn: Option<String>,
    /// Start: the execution's name.
    pub name: Option<String>,
    /// Start: the id of the execution whose values filled the form.
    pub copied_from: Option<String>,
    /// Why, in the person's words.
    pub reason: Option<String>,
    /// What came of it; `None` while that is being found out.
    pub outcome: Option<Outcome>,
}

/// What came of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// SageMaker carried it out.
    Done {
        /// The execution started or acted on.
        execution_arn: String,
        /// The service's request id; `None` where the answer was lost and it was found by looking.
        request_id: Option<String>,
    },
    /// SageMaker refused.
    Refused(AwsError),
    /// The answer was lost, and looking showed that it was not carried out.
    NotFound {
        /// A sentence for people.
        why: String,
    },
}

impl Ledger {
    /// Opens the ledger over `pools` (of `database::open_ledger`). Asks SageMaker nothing; call
    /// [`Ledger::recover`] once, in a task of its own.
    pub async fn open(
        pools: Pools,
        catalog: Catalog,
        workspaces: Workspaces,
        settings: LedgerSettings,
    ) -> Result<Self, DatabaseError> {
        let store = Store::open(pools, (settings.now)()).await?;
        let key = match &settings.key {
            Some(key) => key.clone(),
            None => store.ticket_key((settings.now)()).await?,
        };
        let denials = Denials::begin(store.clone(), settings.now.clone());
        Ok(Self(Arc::new(Shared {
            denials,
            store,
            catalog,
            workspaces,
            seal: Seal::new(&key),
            signer: Signer::of(&key),
            settings,
            in_flight: Mutex::default(),
        })))
    }

    /// A ticket for one form: proof that this person was shown it, good for one action. `target` is
    /// the pipeline's name for Start, and the execution's id for the others.
    pub fn ticket(&self, scope: &Scope, action: Action, workspace: &str, target: &str) -> String {
        self.0
            .seal
            .ticket(&scope.person().name, action, workspace, target, self.now())
    }

    fn now(&self) -> Timestamp {
        (self.0.settings.now)()
    }
}
