//! Writes rejected requests down, so that whoever sends them cannot fill the disk.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use tokio::sync::{mpsc, oneshot};

use super::detail::RejectionDetail;
use super::limits::Limits;
use super::reason::RejectionReason;
use crate::access::{Person, RequestOrigin};
use crate::domain::Action;
use crate::ledger::body::{clipped, origin_fields, person_fields};
use crate::ledger::record::{Body, Draft, Event, put};
use crate::ledger::store::Store;

/// Rejected requests that may wait to be written; further ones are only counted.
const QUEUE_CAPACITY: usize = 256;
/// Rejected requests written in one transaction at most.
const MAX_BATCH_RECORDS: usize = 64;
/// How long a rejection waits for its record at most.
const RECORD_WAIT_MAX: Duration = Duration::from_secs(2);
/// How long after the last record those that were only counted get a record of their own.
const SUPPRESSED_RECORD_DELAY: Duration = Duration::from_secs(60);
/// Groups of a person that are written down at most.
const MAX_GROUPS: usize = 50;

/// A request that the console rejected. Fields that are not known, or do not apply, are `None`.
#[derive(Debug, Clone)]
pub struct RejectedRequest<'a> {
    /// Who sent it.
    pub person: Option<&'a Person>,
    /// Where it came from.
    pub origin: &'a RequestOrigin,
    /// The action it asked for.
    pub action: Option<Action>,
    /// The workspace.
    pub workspace: Option<&'a str>,
    /// The pipeline.
    pub pipeline: Option<&'a str>,
    /// The execution, or the path.
    pub target: Option<&'a str>,
    /// Why it was rejected.
    pub reason: RejectionReason,
    /// More about the reason. Never a secret: it is kept.
    pub detail: Option<RejectionDetail>,
}

/// Where rejected requests are written.
pub(in crate::ledger) struct RejectionLog {
    queue: mpsc::Sender<Queued>,
    limits: Arc<Limits>,
}

/// A rejected request on its way to the disk.
struct Queued {
    draft: Draft,
    written: oneshot::Sender<()>,
}

impl RejectionLog {
    /// Writes into `store`, in a task that ends with the ledger.
    pub(in crate::ledger) fn spawn(
        store: Store,
        now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    ) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE_CAPACITY);
        let limits = Arc::new(Limits::default());
        tokio::spawn(write_down(store, waiting, limits.clone(), now));
        Self { queue, limits }
    }

    /// Writes one down, and waits for that a short while. Beyond the limits it is only counted.
    pub(in crate::ledger) async fn record(&self, rejected: RejectedRequest<'_>, now: Timestamp) {
        let (reason, origin) = (rejected.reason.as_str(), rejected.origin);
        let client = origin.client.or(origin.peer);
        if !self.limits.allow(client, now) {
            return;
        }
        let person = rejected.person.map(|person| person.name.as_str());
        tracing::warn!(
            reason,
            person,
            client = client.map(tracing::field::display),
            "Rejected a request: {reason}"
        );
        let (written, waiting) = oneshot::channel();
        let draft = draft(&rejected, now);
        if self.queue.try_send(Queued { draft, written }).is_err() {
            self.limits.count();
            return;
        }
        // A rejected request waits no longer than this for a slow disk.
        let _ = tokio::time::timeout(RECORD_WAIT_MAX, waiting).await;
    }
}

fn draft(rejected: &RejectedRequest<'_>, now: Timestamp) -> Draft {
    Draft {
        person: rejected.person.map(|person| clipped(&person.name)),
        action: rejected.action.map(Action::as_str),
        workspace: rejected.workspace.map(clipped),
        pipeline: rejected.pipeline.map(clipped),
        body: body(rejected),
        ..Draft::new(Event::Denied, now.as_millisecond())
    }
}

fn body(rejected: &RejectedRequest<'_>) -> Body {
    let mut body = rejected.person.map(person_fields).unwrap_or_default();
    body.extend(origin_fields(rejected.origin));
    if let Some(person) = rejected.person.filter(|person| !person.groups.is_empty()) {
        let groups = person.groups.iter().take(MAX_GROUPS);
        let groups = groups.map(|group| clipped(group));
        body.insert("groups".into(), groups.collect::<Vec<_>>().into());
    }
    put(&mut body, "refused_for", Some(rejected.reason.as_str()));
    put(&mut body, "target", rejected.target.map(clipped));
    if let Some(detail) = &rejected.detail {
        body.insert("detail".into(), detail.value());
    }
    body
}

async fn write_down(
    store: Store,
    mut waiting: mpsc::Receiver<Queued>,
    limits: Arc<Limits>,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
) {
    let mut batch = Vec::with_capacity(MAX_BATCH_RECORDS);
    loop {
        let more = waiting.recv_many(&mut batch, MAX_BATCH_RECORDS);
        if tokio::time::timeout(SUPPRESSED_RECORD_DELAY, more).await == Ok(0) {
            return;
        }
        let suppressed = limits.take_suppressed();
        let (mut drafts, written): (Vec<Draft>, Vec<_>) = batch
            .drain(..)
            .map(|queued| (queued.draft, queued.written))
            .unzip();
        if suppressed > 0 {
            if drafts.is_empty() {
                drafts.push(Draft::new(Event::Suppressed, now().as_millisecond()));
            }
            let body = &mut drafts[0].body;
            body.insert("suppressed".into(), json!(suppressed));
        }
        if drafts.is_empty() {
            continue;
        }
        if let Err(error) = store.append(drafts).await {
            limits.put_back(suppressed);
            tracing::error!("Cannot record rejected requests: {error}");
        }
        for sender in written {
            // Its request may have given up waiting.
            let _ = sender.send(());
        }
    }
}
