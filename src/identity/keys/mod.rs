//! Where public keys come from, and how long they are good for.
//!
//! What a stranger sends can cause little to be fetched: one thing at a time, and not again soon. An
//! answer that does not come leaves the keys in force that are there, for an hour.

mod fetch;
mod ring;
mod slot;

#[cfg(test)]
mod tests;

pub(super) use fetch::Fetcher;
pub(super) use ring::KeyRing;
pub(super) use slot::{Limits, Missing, Slot};
