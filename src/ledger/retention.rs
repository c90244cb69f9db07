//! Removes what is older than it must be kept: whole beginnings of the chain.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::handle::Ledger;
use crate::database::DatabaseError;

/// How often expired records are looked for.
const RETENTION_INTERVAL: Duration = Duration::from_secs(24 * 60 * 60);
/// By how much a record outlives the last ticket that could lead to it, at least.
const TICKET_MARGIN: Duration = Duration::from_secs(60 * 60);

impl Ledger {
    /// Removes expired records now and once a day, for as long as the ledger is in use.
    pub(super) fn spawn_retention(&self) {
        let ledger = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            while let Some(shared) = ledger.upgrade() {
                match Self(shared).remove_expired().await {
                    Ok(0) => {}
                    Ok(removed) => tracing::info!(removed, "Removed old records of the ledger"),
                    Err(error) => tracing::error!("Cannot remove old records: {error}"),
                }
                tokio::time::sleep(RETENTION_INTERVAL).await;
            }
        });
    }

    /// Removes expired records; how many. An action whose outcome is not known yet stays, with
    /// everything after it, and so does what a ticket could still lead to.
    pub(super) async fn remove_expired(&self) -> Result<u64, DatabaseError> {
        let settings = &self.0.settings;
        let kept = Duration::from_secs(u64::from(settings.retention_days) * 24 * 60 * 60);
        let kept = kept.max(settings.ticket_lifetime + TICKET_MARGIN);
        let now = self.now();
        let kept = SignedDuration::try_from(kept).unwrap_or(SignedDuration::MAX);
        // What reaches back before all time removes nothing.
        let Ok(before) = now.checked_sub(kept) else {
            return Ok(0);
        };
        let mut removed = 0;
        loop {
            let (store, signer) = (&self.0.store, &self.0.checkpoint_signer);
            match store.remove_before(before, now, signer).await? {
                0 => return Ok(removed),
                more => removed += more,
            }
        }
    }
}
