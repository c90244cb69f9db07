//! Who carries an action out: the first request with its ticket; every later one waits for the same answer.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::watch;

use super::answer::Answer;

/// The actions that this process is carrying out, by nonce. Clones share them.
#[derive(Clone, Default)]
pub(super) struct InFlight(Arc<Mutex<HashMap<String, Waiting>>>);

struct Waiting {
    digest: String,
    answer: watch::Receiver<Option<Answer>>,
}

/// What a request with a ticket leads to.
pub(super) enum Entered {
    /// Nobody carries it out: that is up to the caller.
    Claimed(Claim),
    /// It is being carried out already.
    InProgress(watch::Receiver<Option<Answer>>),
    /// Its ticket is in use for another request.
    OtherRequest,
}

/// The right to carry an action out, for as long as it is held.
pub(super) struct Claim {
    in_flight: InFlight,
    nonce: String,
    digest: String,
    answer: watch::Sender<Option<Answer>>,
}

impl InFlight {
    /// Claims a nonce for the request with this digest, unless it is claimed.
    pub(super) fn enter(&self, nonce: &str, digest: &str) -> Entered {
        match self.lock().entry(nonce.to_owned()) {
            Entry::Occupied(known) if known.get().digest == digest => {
                Entered::InProgress(known.get().answer.clone())
            }
            Entry::Occupied(_) => Entered::OtherRequest,
            Entry::Vacant(free) => {
                let (sender, receiver) = watch::channel(None);
                free.insert(Waiting {
                    digest: digest.to_owned(),
                    answer: receiver,
                });
                Entered::Claimed(Claim {
                    in_flight: self.clone(),
                    nonce: nonce.to_owned(),
                    digest: digest.to_owned(),
                    answer: sender,
                })
            }
        }
    }

    /// Whether nothing is being carried out or settled.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Waiting>> {
        self.0.lock()
    }
}

impl Claim {
    /// The ticket's nonce.
    pub(super) fn nonce(&self) -> &str {
        &self.nonce
    }

    /// The digest of the request.
    pub(super) fn digest(&self) -> &str {
        &self.digest
    }

    /// Where the answer will be.
    pub(super) fn subscribe(&self) -> watch::Receiver<Option<Answer>> {
        self.answer.subscribe()
    }

    /// Answers everyone who waits, and everyone who asks while the claim is held.
    pub(super) fn answer(&self, answer: Answer) {
        self.answer.send_replace(Some(answer));
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.in_flight.lock().remove(&self.nonce);
    }
}
