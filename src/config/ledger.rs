//! `[ledger]`: how actions are recorded and signed.

use std::time::Duration;

use super::Secret;
use super::reader::Reader;
use crate::ledger::LedgerSettings;

/// `[ledger]`: how actions are recorded and signed.
#[derive(Debug, Clone)]
pub struct Ledger {
    /// The key that signs tickets, read from `key_file`. If it is not set, a key is made once and kept in the
    /// ledger's database.
    pub key: Option<Secret>,
    /// How long an open form can be sent. `12h` by default.
    pub ticket_lifetime: Duration,
    /// How many days the records of actions are kept. 400 by default.
    pub retention_days: u32,
}

pub(super) fn read_ledger(reader: &mut Reader) -> Ledger {
    let default = LedgerSettings::default();
    let key_file: Option<String> = reader.take("ledger.key_file", None);
    let ticket_bounds = Duration::from_secs(60)..=Duration::from_secs(7 * 86_400);
    Ledger {
        key: key_file.and_then(|file| reader.secret("ledger.key_file", &file, 32)),
        ticket_lifetime: reader.bounded(
            "ledger.ticket_lifetime",
            default.ticket_lifetime,
            ticket_bounds,
        ),
        retention_days: reader.bounded("ledger.retention_days", default.retention_days, 1..=36_500),
    }
}
