//! The ledger and its parts.

use std::sync::Arc;

use jiff::Timestamp;

use super::checkpoint::CheckpointSigner;
use super::in_flight::InFlight;
use super::rejected::{RejectedRequest, RejectionLog};
use super::settings::LedgerSettings;
use super::store::Store;
use super::ticket::TicketSigner;
use crate::access::Scope;
use crate::aws::Workspaces;
use crate::catalog::Catalog;
use crate::database::{DatabaseError, Pools};
use crate::domain::Action;

/// The acting side of the console. Clones share everything.
#[derive(Clone)]
pub struct Ledger(pub(super) Arc<Shared>);

/// What clones of the ledger share.
pub(super) struct Shared {
    pub store: Store,
    pub catalog: Catalog,
    pub workspaces: Workspaces,
    pub ticket_signer: TicketSigner,
    pub checkpoint_signer: CheckpointSigner,
    pub settings: LedgerSettings,
    pub rejections: RejectionLog,
    pub in_flight: InFlight,
}

impl Ledger {
    /// Opens the ledger over `pools` (of `database::open_ledger`). Calls nothing; call
    /// [`Ledger::recover`] once, in a task of its own.
    ///
    /// # Errors
    /// Where the database cannot be read or written.
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
        let rejections = RejectionLog::spawn(store.clone(), settings.now.clone());
        Ok(Self(Arc::new(Shared {
            rejections,
            store,
            catalog,
            workspaces,
            ticket_signer: TicketSigner::new(&key),
            checkpoint_signer: CheckpointSigner::new(&key),
            settings,
            in_flight: InFlight::default(),
        })))
    }

    /// A ticket for one form: proof that this person was shown it, good for one action. `target` is
    /// the pipeline's name for Start, and the execution's id for the others.
    pub fn ticket(&self, scope: &Scope, action: Action, workspace: &str, target: &str) -> String {
        let signer = &self.0.ticket_signer;
        signer.ticket(&scope.person().name, action, workspace, target, self.now())
    }

    /// Writes a rejected request down, before it is answered if the disk keeps up. Costs little: of
    /// many in a short time most are only counted. One that cannot be written is logged.
    pub async fn record_rejection(&self, rejected: RejectedRequest<'_>) {
        self.0.rejections.record(rejected, self.now()).await;
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.0.settings.now)()
    }
}
