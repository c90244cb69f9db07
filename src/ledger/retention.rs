//! What is older than it must be kept is removed, in whole beginnings of the chain.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;

use super::Ledger;
use crate::database::DatabaseError;

/// How often it is looked for what is old.
const EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// By how much a record outlives the last ticket that could lead to it, at least.
const MARGIN: Duration = Duration::from_secs(60 * 60);

impl Ledger {
    /// Removes what is old now and once a day, for as long as the ledger is in use.
    pub(super) fn keep_tidy(&self) {
        let ledger = Arc::downgrade(&self.0);
        tokio::spawn(async move {
            while let Some(shared) = ledger.upgrade() {
                match Self(shared).tidy().await {
                    Ok(0) => {}
                    Ok(removed) => tracing::info!(removed, "Removed old records of the ledger"),
                    Err(error) => tracing::error!("old records cannot be removed: {error}"),
                }
                tokio::time::sleep(EVERY).await;
            }
        });
    }

    /// Removes what is old; how many records. An action whose outcome is not known yet stays, with
    /// everything after it, and so does what a ticket could still ask for.
    pub(super) async fn tidy(&self) -> Result<u64, DatabaseError> {
        let settings = &self.0.settings;
        let kept = Duration::from_secs(u64::from(settings.retention_days) * 24 * 60 * 60);
        let kept = kept.max(settings.ticket_lifetime + MARGIN);
        let now = self.now();
        let kept = SignedDuration::try_from(kept).unwrap_or(SignedDuration::MAX);
        // What reaches back before all time removes nothing.
        let Ok(before) = now.checked_sub(kept) else {
            return Ok(0);
        };
        let mut removed = 0;
        loop {
            let store = &self.0.store;
            match store.remove_before(before, now, &self.0.signer).await? {
                0 => return Ok(removed),
                more => removed += more,
            }
        }
    }
}
