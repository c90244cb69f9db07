//! What stands for the beginning of a chain once that was removed: a signed record. Pure.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

use super::record::{Body, digest, put};

/// Makes the checkpoints' key another than the tickets'.
const KEY: &[u8] = b"sluicegate checkpoint key 1";
/// Sets these signatures apart from all others.
const LABEL: &str = "sluicegate checkpoint 1";

/// What was removed of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Checkpoint {
    pub writer: String,
    /// The number of the last record removed, …
    pub through: i64,
    /// … its hash, which the first one kept carries on from, …
    pub hash: String,
    /// … and how many were removed with it.
    pub removed: i64,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

/// The key of checkpoints.
#[derive(Clone)]
pub(super) struct Signer(Hmac<Sha256>);

impl Signer {
    /// The key that belongs to a ledger's.
    pub(super) fn of(ledger_key: &[u8]) -> Self {
        let derived = mac(ledger_key).chain_update(KEY).finalize().into_bytes();
        Self(mac(&derived))
    }

    /// What a checkpoint's record tells.
    pub(super) fn sign(&self, checkpoint: &Checkpoint) -> Body {
        let signature = self.signing(checkpoint).finalize().into_bytes();
        let mut body = Body::new();
        body.insert("through".into(), json!(checkpoint.through));
        put(&mut body, "through_hash", Some(&checkpoint.hash));
        body.insert("removed".into(), json!(checkpoint.removed));
        put(&mut body, "signature", Some(hex::encode(signature)));
        body
    }

    /// Whether this key signed it.
    pub(super) fn signed(&self, checkpoint: &Checkpoint, signature: &str) -> bool {
        hex::decode(signature)
            .is_ok_and(|bytes| self.signing(checkpoint).verify_slice(&bytes).is_ok())
    }

    fn signing(&self, checkpoint: &Checkpoint) -> Hmac<Sha256> {
        let said = digest(
            LABEL,
            [
                Some(checkpoint.writer.as_str()),
                Some(&checkpoint.through.to_string()),
                Some(&checkpoint.hash),
                Some(&checkpoint.removed.to_string()),
                Some(&checkpoint.at.to_string()),
            ],
        );
        self.0.clone().chain_update(said)
    }
}

impl Checkpoint {
    /// Reads a checkpoint's record and its signature; `None` where it is not one.
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

fn mac(key: &[u8]) -> Hmac<Sha256> {
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
        let signer = Signer::of(b"key");
        let sound = Checkpoint {
            writer: "w".into(),
            through: 7,
            hash: "ab".into(),
            removed: 3,
            at: 9,
        };
        let body = signer.sign(&sound);
        let (read, signature) = Checkpoint::read("w", 9, &body).unwrap();
        assert_eq!(read, sound);
        assert!(signer.signed(&read, &signature));
        assert!(!Signer::of(b"other").signed(&read, &signature));
        let changes: [fn(&mut Checkpoint); 5] = [
            |c| c.writer = "v".into(),
            |c| c.through = 8,
            |c| c.hash = "ac".into(),
            |c| c.removed = 4,
            |c| c.at = 10,
        ];
        for change in changes {
            let mut spoiled = sound.clone();
            change(&mut spoiled);
            assert!(!signer.signed(&spoiled, &signature), "{spoiled:?}");
        }
    }
}
