//! Who carries an action out: the first to send a form; everyone else waits for the same answer.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{MutexGuard, PoisonError};

use tokio::sync::watch;

use super::Answer;
use crate::ledger::Ledger;

/// An action that is being carried out in this process.
pub(in crate::ledger) struct InFlight {
    digest: String,
    answer: watch::Receiver<Option<Answer>>,
}

/// What sending a form means.
pub(in crate::ledger) enum Entered {
    /// Nobody carries it out: it is the caller's to do.
    First(Claim),
    /// It is being carried out already.
    Again(watch::Receiver<Option<Answer>>),
    /// Its ticket is in use for something else.
    Other,
}

/// The right to carry an action out, for as long as it is held.
pub(in crate::ledger) struct Claim {
    ledger: Ledger,
    nonce: String,
    answer: watch::Sender<Option<Answer>>,
}

impl Ledger {
    /// Claims a nonce, unless it is claimed.
    pub(in crate::ledger) fn enter(&self, nonce: &str, digest: &str) -> Entered {
        match self.in_flight().entry(nonce.to_owned()) {
            Entry::Occupied(known) if known.get().digest == digest => {
                Entered::Again(known.get().answer.clone())
            }
            Entry::Occupied(_) => Entered::Other,
            Entry::Vacant(free) => {
                let (sender, receiver) = watch::channel(None);
                free.insert(InFlight {
                    digest: digest.to_owned(),
                    answer: receiver,
                });
                Entered::First(Claim {
                    ledger: self.clone(),
                    nonce: nonce.to_owned(),
                    answer: sender,
                })
            }
        }
    }

    fn in_flight(&self) -> MutexGuard<'_, HashMap<String, InFlight>> {
        self.0
            .in_flight
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Claim {
    /// Where the answer will be.
    pub(super) fn answer(&self) -> watch::Receiver<Option<Answer>> {
        self.answer.subscribe()
    }

    /// Answers everyone who waits, and who comes while the claim is held.
    pub(in crate::ledger) fn tell(&self, answer: Answer) {
        self.answer.send_replace(Some(answer));
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.ledger.in_flight().remove(&self.nonce);
    }
}
