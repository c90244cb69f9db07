//! Requests that the console itself refused, written down as far as nobody can fill the disk with them.

mod limits;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use tokio::sync::{mpsc, oneshot};

use super::body::{clipped, person, whence};
use super::intent::Asked;
use super::record::{Body, Draft, Event, put};
use super::store::Store;
use super::{ActionError, Ledger};
use crate::access::{Forbidden, Person, RequestOrigin, Scope};
use crate::catalog::ReadError;
use crate::domain::Action;

use limits::Limits;

/// Refused requests that wait to be written at most; those that come then are only counted.
const QUEUE: usize = 256;
/// Refused requests that are written in one transaction at most.
const TOGETHER: usize = 64;
/// How long a refusal waits for its record at most.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long after the last record those that were only counted are told.
const QUIET: Duration = Duration::from_secs(60);

/// A request that the console refused. Fields that are not known, or not meant, are `None`.
#[derive(Debug, Clone, Copy)]
pub struct Refused<'a> {
    /// Who asked, where that is known.
    pub person: Option<&'a Person>,
    /// From where.
    pub via: &'a RequestOrigin,
    /// What they wanted to do.
    pub action: Option<Action>,
    /// In which workspace.
    pub workspace: Option<&'a str>,
    /// With which pipeline.
    pub pipeline: Option<&'a str>,
    /// With which execution, or at which path.
    pub target: Option<&'a str>,
    /// Why it was refused.
    pub reason: RefusedReason,
    /// More about the reason. Never a secret: it is kept.
    pub detail: Option<&'a str>,
}

/// Why a request was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusedReason {
    /// The other end of the connection is no proxy that may tell who asks.
    UntrustedPeer,
    /// Nothing told who asks.
    NoIdentity,
    /// What told who asks is not to be believed.
    BadIdentity,
    /// The request is malformed in a way that could deceive.
    BadRequest,
    /// It was not sent by a page of this console.
    CrossSite,
    /// The person has no role that allows it, or a rule takes it away.
    NoRole,
    /// This console changes nothing.
    ReadOnly,
    /// There is no such thing, as far as the person may know.
    NoSuch,
    /// The form's ticket was not made here for this person, action and target.
    ForgedTicket,
    /// The form was opened too long ago.
    ExpiredTicket,
    /// The form was sent before with other values.
    ReusedTicket,
    /// The action no longer applied.
    Stale,
    /// Too many requests in too short a time.
    TooOften,
}

impl RefusedReason {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::UntrustedPeer,
        Self::NoIdentity,
        Self::BadIdentity,
        Self::BadRequest,
        Self::CrossSite,
        Self::NoRole,
        Self::ReadOnly,
        Self::NoSuch,
        Self::ForgedTicket,
        Self::ExpiredTicket,
        Self::ReusedTicket,
        Self::Stale,
        Self::TooOften,
    ];

    /// The word in the audit trail.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UntrustedPeer => "untrusted_peer",
            Self::NoIdentity => "no_identity",
            Self::BadIdentity => "bad_identity",
            Self::BadRequest => "bad_request",
            Self::CrossSite => "cross_site",
            Self::NoRole => "no_role",
            Self::ReadOnly => "read_only",
            Self::NoSuch => "no_such",
            Self::ForgedTicket => "forged_ticket",
            Self::ExpiredTicket => "expired_ticket",
            Self::ReusedTicket => "reused_ticket",
            Self::Stale => "stale",
            Self::TooOften => "too_often",
        }
    }

    /// Reads the word back.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == word)
    }

    /// Why an action was refused; `None` where the console did not refuse it.
    fn of(error: &ActionError) -> Option<Self> {
        match error {
            ActionError::Forged => Some(Self::ForgedTicket),
            ActionError::Reused { .. } => Some(Self::ReusedTicket),
            ActionError::Expired => Some(Self::ExpiredTicket),
            ActionError::Stale { .. } | ActionError::NotApplicable(_) => Some(Self::Stale),
            ActionError::NotAllowed(Forbidden::ReadOnly) => Some(Self::ReadOnly),
            ActionError::NotAllowed(_) => Some(Self::NoRole),
            ActionError::ReadError(
                ReadError::Workspace | ReadError::Pipeline | ReadError::Execution,
            ) => Some(Self::NoSuch),
            ActionError::ReadError(_)
            | ActionError::Refused(_)
            | ActionError::Unknown(_)
            | ActionError::NotWritten(_) => None,
        }
    }
}

/// Where refused requests go.
pub(super) struct Denials {
    queue: mpsc::Sender<Denial>,
    limits: Arc<Limits>,
}

/// A refused request on its way to the disk.
struct Denial {
    at: Timestamp,
    person: Option<String>,
    action: Option<Action>,
    workspace: Option<String>,
    pipeline: Option<String>,
    body: Body,
    written: oneshot::Sender<()>,
}

impl Denials {
    /// Writes what is refused into `store`, in a task that ends with the ledger.
    pub(super) fn begin(store: Store, now: Arc<dyn Fn() -> Timestamp + Send + Sync>) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let limits = Arc::new(Limits::default());
        tokio::spawn(write_down(store, waiting, limits.clone(), now));
        Self { queue, limits }
    }
}

impl Ledger {
    /// Writes a refused request down, before it is answered where the disk keeps up. Costs little:
    /// of many in a short time most are only counted. One that cannot be written is logged.
    pub async fn refused(&self, refused: Refused<'_>) {
        let (reason, via, now) = (refused.reason.as_str(), refused.via, self.now());
        let denials = &self.0.denials;
        if !denials.limits.allow(via.client.or(via.peer), now) {
            return;
        }
        let who = refused.person.map(|person| person.name.as_str());
        tracing::warn!(
            reason,
            who,
            client = via.client.or(via.peer).map(tracing::field::display),
            "Refused a request: {reason}"
        );
        let (written, waiting) = oneshot::channel();
        let denial = Denial {
            at: now,
            person: who.map(clipped),
            action: refused.action,
            workspace: refused.workspace.map(clipped),
            pipeline: refused.pipeline.map(clipped),
            body: body(&refused),
            written,
        };
        if denials.queue.try_send(denial).is_err() {
            denials.limits.count();
            return;
        }
        // Whoever is refused waits no longer than this for a slow disk.
        let _ = tokio::time::timeout(PATIENCE, waiting).await;
    }

    /// Writes down that an action was refused, where it was the console that refused it.
    pub(super) async fn note(&self, scope: &Scope, asked: &Asked, error: &ActionError) {
        let Some(reason) = RefusedReason::of(error) else {
            return;
        };
        let detail = error.to_string();
        self.refused(Refused {
            person: Some(scope.person()),
            via: scope.via(),
            action: Some(asked.action()),
            workspace: Some(asked.workspace()),
            pipeline: Some(asked.pipeline()),
            target: Some(asked.target()),
            reason,
            detail: Some(&detail),
        })
        .await;
    }
}

fn body(refused: &Refused<'_>) -> Body {
    let mut body = refused.person.map(person).unwrap_or_default();
    body.extend(whence(refused.via));
    if let Some(person) = refused.person.filter(|person| !person.groups.is_empty()) {
        let groups = person.groups.iter().take(50).map(|group| clipped(group));
        body.insert("groups".into(), groups.collect::<Vec<_>>().into());
    }
    put(&mut body, "refused_for", Some(refused.reason.as_str()));
    put(&mut body, "target", refused.target.map(clipped));
    put(&mut body, "detail", refused.detail.map(clipped));
    body
}

async fn write_down(
    store: Store,
    mut waiting: mpsc::Receiver<Denial>,
    limits: Arc<Limits>,
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
) {
    let mut batch = Vec::with_capacity(TOGETHER);
    loop {
        let more = waiting.recv_many(&mut batch, TOGETHER);
        if tokio::time::timeout(QUIET, more).await == Ok(0) {
            return;
        }
        let suppressed = limits.take_suppressed();
        let mut drafts: Vec<Draft<'_>> = batch.iter().map(draft).collect();
        if suppressed > 0 {
            if drafts.is_empty() {
                drafts.push(silence(now()));
            }
            drafts[0]
                .body
                .insert("suppressed".into(), json!(suppressed));
        }
        if drafts.is_empty() {
            continue;
        }
        if let Err(error) = store.append(drafts).await {
            limits.put_back(suppressed);
            tracing::error!("refused requests could not be written down: {error}");
        }
        for denial in batch.drain(..) {
            // Its request may have given up waiting.
            let _ = denial.written.send(());
        }
    }
}

fn draft(denial: &Denial) -> Draft<'_> {
    Draft {
        at: denial.at.as_millisecond(),
        event: Event::Denied,
        intent_id: None,
        person: denial.person.as_deref(),
        action: denial.action.map(Action::as_str),
        workspace: denial.workspace.as_deref(),
        pipeline: denial.pipeline.as_deref(),
        body: denial.body.clone(),
    }
}

/// The record of requests that were only counted, where no other follows them.
fn silence(now: Timestamp) -> Draft<'static> {
    Draft {
        at: now.as_millisecond(),
        event: Event::Suppressed,
        intent_id: None,
        person: None,
        action: None,
        workspace: None,
        pipeline: None,
        body: Body::new(),
    }
}
