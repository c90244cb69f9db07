//! The signed record that takes the place of a chain's beginning once that was removed. Pure.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

use super::record::{Body, digest, put};

/// Derives the key of checkpoints, so that it is not the key of tickets.
const KEY_LABEL: &[u8] = b"sluicegate checkpoint key 1";
/// Keeps these signatures apart from all others.
const SIGNATURE_LABEL: &str = "sluicegate checkpoint 1";

/// What was removed of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Checkpoint {
    pub writer: String,
    /// The number of the last record removed.
    pub through: i64,
    /// Its hash, which the first record kept holds as the hash before it.
    pub hash: String,
    /// How many records were removed.
    pub removed: i64,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

/// Signs checkpoints and verifies them.
#[derive(Clone)]
pub(super) struct CheckpointSigner(Hmac<Sha256>);

impl CheckpointSigner {
    /// With the key that is derived from a ledger's.
    pub(super) fn new(ledger_key: &[u8]) -> Self {
        let derived = keyed(ledger_key)
            .chain_update(KEY_LABEL)
            .finalize()
            .into_bytes();
        Self(keyed(&derived))
    }

    /// The body of a checkpoint's record.
    pub(super) fn sign(&self, checkpoint: &Checkpoint) -> Body {
        let signature = self.mac(checkpoint).finalize().into_bytes();
        let mut body = Body::new();
        body.insert("through".into(), json!(checkpoint.through));
        put(&mut body, "through_hash", Some(&checkpoint.hash));
        body.insert("removed".into(), json!(checkpoint.removed));
        put(&mut body, "signature", Some(hex::encode(signature)));
        body
    }

    /// Whether this key signed it.
    pub(super) fn signed(&self, checkpoint: &Checkpoint, signature: &str) -> bool {
        hex::decode(signature).is_ok_and(|bytes| self.mac(checkpoint).verify_slice(&bytes).is_ok())
    }

    fn mac(&self, checkpoint: &Checkpoint) -> Hmac<Sha256> {
        let signed = digest(
            SIGNATURE_LABEL,
            [
                Some(checkpoint.writer.as_str()),
                Some(&checkpoint.through.to_string()),
                Some(&checkpoint.hash),
                Some(&checkpoint.removed.to_string()),
                Some(&checkpoint.at.to_string()),
            ],
        );
        self.0.clone().chain_update(signed)
    }
}

impl Checkpoint {
    /// Reads a checkpoint's record and its signature; `None` where it is not a checkpoint.
    pub(super) fn read(writer: &str, at: i64, body: &Body) -> Option<(Self, String)> {
        let text = |name: &str| body.get(name)?.as_str().map(str::to_owned);
        let number = |name: &str| body.get(name)?.as_i64();
        let checkpoint = Self {
            writer: writer.to_owned(),
            through: number("through")?,
            hash: text("through_hash")?,
            removed: number("removed")?,
            at,
        };
        Some((checkpoint, text("signature")?))
    }
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    match Hmac::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes keys of any length"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_read_back_and_nothing_of_it_can_be_changed() {
        let signer = CheckpointSigner::new(b"key");
        let intact = Checkpoint {
            writer: "w".into(),
            through: 7,
            hash: "ab".into(),
            removed: 3,
            at: 9,
        };
        let body = signer.sign(&intact);
        let (read, signature) = Checkpoint::read("w", 9, &body).unwrap();
        assert_eq!(read, intact);
        assert!(signer.signed(&read, &signature));
        assert!(!CheckpointSigner::new(b"other").signed(&read, &signature));
        let changes: [fn(&mut Checkpoint); 5] = [
            |c| c.writer = "v".into(),
            |c| c.through = 8,
            |c| c.hash = "ac".into(),
            |c| c.removed = 4,
            |c| c.at = 10,
        ];
        for change in changes {
            let mut changed = intact.clone();
            change(&mut changed);
            assert!(!signer.signed(&changed, &signature), "{changed:?}");
        }
    }
}
