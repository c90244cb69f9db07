//! What people did: every action is written down before the call and settled after it.
//!
//! An action goes, in this order: its ticket is verified, and whether the person may do it; the
//! ticket's nonce is looked up, and an action that is known already is answered as it was the first
//! time; then expiry, whether the action still applies, and once more whether the person may; then
//! the intent is committed, SageMaker is called, and the outcome is appended. So a double click, a
//! refresh, the back button and a proxy's retry are one action, and nothing is called that was not
//! written down.
//!
//! Every intent, every outcome and every rejected request is a record of a chain that cannot be
//! changed unnoticed: the audit trail. Rows and records hold codes and values; sentences are made
//! where they are shown.

mod act;
mod activity;
mod activity_query;
mod activity_scope;
mod answer;
mod body;
mod checkpoint;
mod handle;
mod history;
mod in_flight;
mod intent;
mod outcome;
mod record;
mod rejected;
mod request;
mod retention;
mod settings;
mod settle;
mod store;
mod ticket;
mod trail;

#[cfg(test)]
mod tests;

pub use activity::{Activity, ActivityEntry, Explanation};
pub use activity_query::{ACTIVITY_PAGE_ROWS, ActivityQuery, OutcomeKind};
pub use answer::{ActionError, CompletedAction};
pub use handle::Ledger;
pub use history::PastAction;
pub use outcome::{NotFoundReason, Outcome};
pub use rejected::{CodedDetail, OldSentence, RejectedRequest, RejectionDetail, RejectionReason};
pub use request::{ActionRequest, RequestedAction, StartArguments};
pub use settings::LedgerSettings;
pub use trail::{
    AuditRecord, Chain, ChainError, ChainFault, RowKind, Trail, UnrecordedRow, Verified,
};
