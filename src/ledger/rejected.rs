//! Requests that the console itself rejected: what is written down of them.

mod detail;
mod limits;
mod log;
mod reason;

pub use detail::{CodedDetail, OldSentence, RejectionDetail};
pub use log::RejectedRequest;
pub(super) use log::RejectionLog;
pub use reason::RejectionReason;
