//! Tickets: proof that a form was shown to this person for this action on this target, with a
//! nonce that makes the action one however often the form arrives.
//!
//! `v1.` + hex of (nonce, milliseconds, HMAC-SHA256). What the ticket is for is signed, not
//! carried: the request that comes with it names it again.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use crate::domain::Action;

const TICKET_PREFIX: &str = "v1.";
const NONCE_BYTES: usize = 16;
const TIME_BYTES: usize = 8;
const SIGNATURE_BYTES: usize = 32;

/// Signs tickets and verifies them.
pub(super) struct TicketSigner(Hmac<Sha256>);

/// What a genuine ticket holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ticket {
    /// 32 hex digits.
    pub nonce: String,
    /// When the form was shown.
    pub made: Timestamp,
}

impl TicketSigner {
    pub(super) fn new(key: &[u8]) -> Self {
        // HMAC hashes a key that is longer than a block, so that every length will do.
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
        let mut body = [0; NONCE_BYTES + TIME_BYTES];
        for part in body[..NONCE_BYTES].chunks_mut(8) {
            // A nonce is signed, so it need only be unique: without the system's randomness, another
            // generator will do.
            let random = getrandom::u64().unwrap_or_else(|_| fastrand::u64(..));
            part.copy_from_slice(&random.to_ne_bytes());
        }
        body[NONCE_BYTES..].copy_from_slice(&now.as_millisecond().to_be_bytes());
        let signature = self
            .mac(person, action, workspace, target, &body)
            .finalize()
            .into_bytes();
        format!(
            "{TICKET_PREFIX}{}{}",
            hex::encode(body),
            hex::encode(signature)
        )
    }

    /// What the ticket holds, if this key signed it for this person, action and target.
    pub(super) fn verify(
        &self,
        ticket: &str,
        person: &str,
        action: Action,
        workspace: &str,
        target: &str,
    ) -> Option<Ticket> {
        let mut bytes = [0; NONCE_BYTES + TIME_BYTES + SIGNATURE_BYTES];
        hex::decode_to_slice(ticket.strip_prefix(TICKET_PREFIX)?, &mut bytes).ok()?;
        let (body, signature) = bytes.split_at(NONCE_BYTES + TIME_BYTES);
        self.mac(person, action, workspace, target, body)
            .verify_slice(signature)
            .ok()?;
        let (nonce, time) = body.split_at(NONCE_BYTES);
        let milliseconds = i64::from_be_bytes(time.try_into().ok()?);
        Some(Ticket {
            nonce: hex::encode(nonce),
            made: Timestamp::from_millisecond(milliseconds).ok()?,
        })
    }

    fn mac(
        &self,
        person: &str,
        action: Action,
        workspace: &str,
        target: &str,
        body: &[u8],
    ) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        for field in [TICKET_PREFIX, person, action.as_str(), workspace, target] {
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
