//! `[ledger]`: how actions are written down and signed.

use std::time::Duration;

use super::reader::Reader;
use super::{Secret, TICKET_LIFETIME};

/// `[ledger]`: how actions are written down and signed.
#[derive(Debug, Clone)]
pub struct Ledger {
    /// The key that signs tickets, read from `key_file`; unset, it is made once and kept in the
    /// ledger's database.
    pub key: Option<Secret>,
    /// How long an open form can be sent. `12h` unless set.
    pub ticket_lifetime: Duration,
    /// How many days what people did is kept. 400 unless set.
    pub retention_days: u32,
}

pub(super) fn read_ledger(reader: &mut Reader) -> Ledger {
    let key_file: Option<String> = reader.take("ledger.key_file", None);
    let ticket_bounds = Duration::from_secs(60)..=Duration::from_secs(7 * 86_400);
    Ledger {
        key: key_file.and_then(|file| reader.secret("ledger.key_file", &file, 32)),
        ticket_lifetime: reader.bounded("ledger.ticket_lifetime", TICKET_LIFETIME, ticket_bounds),
        retention_days: reader.bounded("ledger.retention_days", 400, 1..=36_500),
    }
}
