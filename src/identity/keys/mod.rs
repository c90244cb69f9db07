//! Where public keys come from, and how long they are valid.
//!
//! What an unauthenticated client sends can cause few fetches: one at a time, and not again soon. While the
//! server of the keys is unreachable, the keys that are there stay valid for an hour.

mod cached;
mod fetch;
mod key_ring;

#[cfg(test)]
mod tests;

pub(super) use cached::{CacheTimes, Cached, KeyError};
pub(super) use fetch::Fetcher;
pub(super) use key_ring::KeyRing;
