//! One record of the audit trail, and the hash that ties it to the one before it. Pure.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

/// What the first record of a chain holds in place of the hash before it.
pub(super) const NO_PREVIOUS_HASH: &str =
    "0000000000000000000000000000000000000000000000000000000000000000";

/// Keeps these hashes apart from all others; counts up when the encoding changes.
const RECORD_LABEL: &str = "sluicegate record 1";

/// The version of what bodies hold, which each body names. Those of version 1 name none, and hold
/// sentences where those of version 2 hold codes and values.
pub(super) const BODY_VERSION: u64 = 2;

/// What a record holds besides its columns, by name.
pub(super) type Body = Map<String, Value>;

/// What a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// Somebody asked for an action, which is about to be called.
    Intent,
    /// What came of one became known.
    Outcome,
    /// The console rejected a request.
    Denied,
    /// A number of rejected requests were only counted.
    Suppressed,
    /// The beginning of the chain was removed.
    Checkpoint,
}

impl Event {
    /// The word in the database.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Outcome => "outcome",
            Self::Denied => "denied",
            Self::Suppressed => "suppressed",
            Self::Checkpoint => "checkpoint",
        }
    }
}

/// A record to append to a chain, before it has a number and a hash.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// Milliseconds since 1970.
    pub at: i64,
    pub event: Event,
    pub intent_id: Option<i64>,
    pub person: Option<String>,
    pub action: Option<&'static str>,
    pub workspace: Option<String>,
    pub pipeline: Option<String>,
    pub body: Body,
}

impl Draft {
    /// One that is about no intent, person, action, workspace or pipeline.
    pub(super) fn new(event: Event, at: i64) -> Self {
        Self {
            at,
            event,
            intent_id: None,
            person: None,
            action: None,
            workspace: None,
            pipeline: None,
            body: Body::new(),
        }
    }
}

/// A record as it is in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub writer: String,
    pub seq: i64,
    pub recorded_at: i64,
    pub event: String,
    pub intent_id: Option<i64>,
    pub person: Option<String>,
    pub action: Option<String>,
    pub workspace: Option<String>,
    pub pipeline: Option<String>,
    pub body: String,
    pub prev: String,
    pub hash: String,
}

impl Record {
    /// The record of a draft that follows the record `seq - 1` of this hash.
    pub(super) fn follow(writer: &str, seq: i64, prev: String, draft: Draft) -> Self {
        let mut body = draft.body;
        body.insert("version".to_owned(), BODY_VERSION.into());
        let mut record = Self {
            writer: writer.to_owned(),
            seq,
            recorded_at: draft.at,
            event: draft.event.as_str().to_owned(),
            intent_id: draft.intent_id,
            person: draft.person,
            action: draft.action.map(str::to_owned),
            workspace: draft.workspace,
            pipeline: draft.pipeline,
            body: Value::Object(body).to_string(),
            prev,
            hash: String::new(),
        };
        record.hash = record.computed();
        record
    }

    /// The hash of its columns.
    pub(super) fn computed(&self) -> String {
        let intent = self.intent_id.map(|id| id.to_string());
        digest(
            RECORD_LABEL,
            [
                Some(self.writer.as_str()),
                Some(&self.seq.to_string()),
                Some(&self.recorded_at.to_string()),
                Some(&self.event),
                intent.as_deref(),
                self.person.as_deref(),
                self.action.as_deref(),
                self.workspace.as_deref(),
                self.pipeline.as_deref(),
                Some(&self.body),
                Some(&self.prev),
            ],
        )
    }

    /// What it holds besides its columns; empty where that is not a JSON object.
    pub(super) fn read_body(&self) -> Body {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// The SHA-256 of these fields in hex. Lengths keep ("ab", "c") apart from ("a", "bc"), and a length
/// that no text has stands for none.
pub(super) fn digest<'a>(
    label: &'a str,
    fields: impl IntoIterator<Item = Option<&'a str>>,
) -> String {
    let mut digest = Sha256::new();
    for field in std::iter::once(Some(label)).chain(fields) {
        match field {
            Some(text) => {
                digest.update((text.len() as u64).to_be_bytes());
                digest.update(text.as_bytes());
            }
            None => digest.update(u64::MAX.to_be_bytes()),
        }
    }
    hex::encode(digest.finalize())
}

/// Puts a text into a body, unless there is none.
pub(super) fn put(body: &mut Body, name: &str, text: Option<impl Into<String>>) {
    if let Some(text) = text {
        body.insert(name.to_owned(), Value::String(text.into()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        let draft = Draft {
            person: Some("ana".to_owned()),
            workspace: Some("ab".to_owned()),
            pipeline: Some("c".to_owned()),
            ..Draft::new(Event::Denied, 1_700_000_000_000)
        };
        Record::follow("w", 1, NO_PREVIOUS_HASH.to_owned(), draft)
    }

    #[test]
    fn every_column_changes_the_hash() {
        let intact = record();
        assert_eq!(intact.computed(), intact.hash);
        assert_eq!(intact.read_body()["version"], BODY_VERSION);
        let changes: [fn(&mut Record); 12] = [
            |r| r.writer = "v".into(),
            |r| r.seq = 2,
            |r| r.recorded_at += 1,
            |r| r.event = "intent".into(),
            |r| r.intent_id = Some(0),
            |r| r.person = None,
            |r| r.person = Some("anb".into()),
            |r| r.action = Some(String::new()),
            |r| r.workspace = Some("a".into()),
            |r| (r.workspace, r.pipeline) = (Some("a".into()), Some("bc".into())),
            |r| r.body = "{ }".into(),
            |r| r.prev = "f".repeat(64),
        ];
        for change in changes {
            let mut changed = record();
            change(&mut changed);
            assert_ne!(changed.computed(), changed.hash, "{changed:?}");
        }
    }
}
