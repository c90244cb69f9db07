//! Tickets: proof that a form was shown to this person for this action on this target, with a
//! nonce that makes the action one however often the form arrives.
//!
//! `v1.` + hex of (nonce, milliseconds, HMAC-SHA256). What the ticket is for is signed, not
//! carried: it is told again when the ticket comes back.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use crate::domain::Action;

const VERSION: &str = "v1.";
const NONCE: usize = 16;
const TIME: usize = 8;
const SIGNATURE: usize = 32;

/// The key, ready to sign and to verify.
pub(super) struct Seal(Hmac<Sha256>);

/// What a genuine ticket says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ticket {
    /// 32 hex digits.
    pub nonce: String,
    /// When the form was shown.
    pub made: Timestamp,
}

impl Seal {
    pub(super) fn new(key: &[u8]) -> Self {
        // A key longer than a block is hashed first, so that every length will do.
        match Hmac::new_from_slice(key) {
            Ok(mac) => Self(mac),
            Err(_) => unreachable!("HMAC takes keys of any length"),
        }
    }

    /// A new ticket.
    pub(super) fn ticket(
        &self,
        person: &str,
        action: Action,
        workspace: &str,
        target: &str,
        now: Timestamp,
    ) -> String {
        let mut body = [0; NONCE + TIME];
        for part in body[..NONCE].chunks_mut(8) {
            // Signed as it is, a nonce need only be unique: without the system's randomness, ours
            // will do.
            let random = getrandom::u64().unwrap_or_else(|_| fastrand::u64(..));
            part.copy_from_slice(&random.to_ne_bytes());
        }
        body[NONCE..].copy_from_slice(&now.as_millisecond().to_be_bytes());
        let signature = self
            .signer(person, action, workspace, target, &body)
            .finalize()
            .into_bytes();
        format!("{VERSION}{}{}", hex::encode(body), hex::encode(signature))
    }

    /// What the ticket says, if it was made by this key for this person, action and target.
    pub(super) fn verify(
        &self,
        ticket: &str,
        person: &str,
        action: Action,
        workspace: &str,
        target: &str,
    ) -> Option<Ticket> {
        let mut bytes = [0; NONCE + TIME + SIGNATURE];
        hex::decode_to_slice(ticket.strip_prefix(VERSION)?, &mut bytes).ok()?;
        let (body, signature) = bytes.split_at(NONCE + TIME);
        self.signer(person, action, workspace, target, body)
            .verify_slice(signature)
            .ok()?;
        let (nonce, time) = body.split_at(NONCE);
        let milliseconds = i64::from_be_bytes(time.try_into().ok()?);
        Some(Ticket {
            nonce: hex::encode(nonce),
            made: Timestamp::from_millisecond(milliseconds).ok()?,
        })
    }

    fn signer(
        &self,
        person: &str,
        action: Action,
        workspace: &str,
        target: &str,
        body: &[u8],
    ) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        for field in [VERSION, person, action.as_str(), workspace, target] {
            // Lengths keep ("ab", "c") apart from ("a", "bc").
            mac.update(&(field.len() as u64).to_be_bytes());
            mac.update(field.as_bytes());
        }
        mac.update(body);
        mac
    }
}

#[cfg(test)]
mod tests;
