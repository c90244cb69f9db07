//! How the ledger works.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

/// How the ledger works. `..Default::default()` fills what is not set.
#[derive(Clone)]
pub struct LedgerSettings {
    /// The key that signs tickets, at least 16 bytes; without one, the ledger generates one and keeps
    /// it in its database.
    pub key: Option<Vec<u8>>,
    /// How long after it was opened a form may be sent.
    pub ticket_lifetime: Duration,
    /// How many days records are kept, at least; never less than a ticket lives.
    pub retention_days: u32,
    /// The clock.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// The delay before the first lookup of what came of a call without an answer, and before an
    /// outcome that could not be written is written again; each further delay is twice as long, up to
    /// a minute.
    pub first_lookup_delay: Duration,
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
            first_lookup_delay: Duration::from_secs(1),
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
