//! What happened, for whom it may be seen, newest first.

mod sight;

use jiff::Timestamp;

use super::record::{Body, Record};
use super::{Ledger, RefusedReason};
use crate::access::{Role, Scope};
use crate::database::DatabaseError;
use crate::domain::Action;

pub(super) use sight::Sight;

/// Rows on a page.
pub const ACTIVITY_A_PAGE: usize = 100;

/// How many times a page reads on where what it read may not be seen.
const READINGS: usize = 20;

/// Which of what happened is wanted. What is `None` or empty is not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityQuery {
    /// In this workspace.
    pub workspace: Option<String>,
    /// With exactly this pipeline.
    pub pipeline: Option<String>,
    /// With pipelines whose name holds this text, in any case.
    pub pipeline_like: String,
    /// By people whose name holds this text, in any case.
    pub person_like: String,
    /// Of this action.
    pub action: Option<Action>,
    /// With this outcome.
    pub outcome: Option<OutcomeKind>,
    /// At or after this moment.
    pub from: Option<Timestamp>,
    /// Before this moment.
    pub to: Option<Timestamp>,
    /// Older than the one of this number.
    pub before: Option<i64>,
}

/// How something turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutcomeKind {
    /// SageMaker carried it out.
    Done,
    /// SageMaker refused.
    Refused,
    /// It was not carried out.
    NotFound,
    /// It is not known yet.
    Open,
    /// The console refused.
    Denied,
}

impl OutcomeKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Done,
        Self::Refused,
        Self::NotFound,
        Self::Open,
        Self::Denied,
    ];

    /// The word in addresses and marks.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::NotFound => "not_found",
            Self::Open => "open",
            Self::Denied => "denied",
        }
    }

    /// Reads the word back.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// A page of what happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Activity {
    /// Newest first.
    pub deeds: Vec<ActivityEntry>,
    /// Where the page after this one begins, if there is one: `before` of its query.
    pub older: Option<i64>,
}

/// One thing that somebody did, or tried to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityEntry {
    /// Its number in the chain.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who; `None` where nobody was known.
    pub person: Option<String>,
    /// What they did, where it was an action.
    pub action: Option<Action>,
    /// In which workspace.
    pub workspace: Option<String>,
    /// With which pipeline.
    pub pipeline: Option<String>,
    /// With which execution, once known.
    pub execution_arn: Option<String>,
    /// The execution's name.
    pub name: Option<String>,
    /// Why, in the person's words.
    pub reason: Option<String>,
    /// How it turned out.
    pub outcome: OutcomeKind,
    /// Why the console refused it.
    pub refused_for: Option<RefusedReason>,
    /// What SageMaker said to a refusal, or why it was not carried out, or more about why the
    /// console refused.
    pub message: Option<String>,
    /// Everything else that is kept of it, for those who may read that: for admins of the pipeline,
    /// and for the person.
    pub details: Option<Body>,
}

impl Ledger {
    /// A page of what happened, as far as this person may see it: what was done to pipelines they
    /// may see; what was refused to themselves; and as an admin what was refused to others.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub async fn activity(
        &self,
        scope: &Scope,
        query: &ActivityQuery,
    ) -> Result<Activity, DatabaseError> {
        let sight = self.sight(scope).await?;
        let mut query = query.clone();
        let mut deeds = Vec::new();
        for _ in 0..READINGS {
            let rows = self.0.store.activity(&sight, &query).await?;
            let last = rows.last().map(|(record, _)| record.seq);
            let is_all = rows.len() <= ACTIVITY_A_PAGE;
            for (record, outcome) in rows {
                if deeds.len() == ACTIVITY_A_PAGE {
                    return Ok(Activity {
                        older: deeds.last().map(|deed: &ActivityEntry| deed.seq),
                        deeds,
                    });
                }
                deeds.extend(deed(&sight, record, outcome));
            }
            query.before = last;
            if is_all {
                return Ok(Activity { deeds, older: None });
            }
        }
        let older = query.before;
        Ok(Activity { deeds, older })
    }
}

/// A row as this person may see it.
fn deed(sight: &Sight, record: Record, outcome: Option<Body>) -> Option<ActivityEntry> {
    let role = sight.role(record.workspace.as_deref(), record.pipeline.as_deref());
    let own = record.person.as_deref() == Some(sight.person());
    let is_denied = record.event == "denied";
    let all = role == Some(Role::Admin) || own;
    if (is_denied && !all) || (!is_denied && role.is_none()) {
        return None;
    }
    let body = record.read_body();
    let came = outcome.unwrap_or_default();
    let kind = match is_denied {
        true => OutcomeKind::Denied,
        false => text(&came, "outcome")
            .and_then(|word| OutcomeKind::parse(&word))
            .unwrap_or(OutcomeKind::Open),
    };
    Some(ActivityEntry {
        seq: record.seq,
        at: Timestamp::from_millisecond(record.recorded_at).ok()?,
        person: record.person,
        action: record.action.as_deref().and_then(Action::parse),
        workspace: record.workspace,
        pipeline: record.pipeline,
        execution_arn: text(&came, "execution").or_else(|| text(&body, "execution")),
        name: text(&body, "name").or_else(|| text(&body, "target")),
        reason: text(&body, "reason"),
        outcome: kind,
        refused_for: text(&body, "refused_for").and_then(|word| RefusedReason::parse(&word)),
        message: message(&came).or_else(|| text(&body, "detail")),
        details: all.then(|| {
            let mut details = body;
            details.extend(came);
            details
        }),
    })
}

/// What SageMaker said: its code, and its message.
fn message(outcome: &Body) -> Option<String> {
    let message = text(outcome, "message")?;
    Some(match text(outcome, "code") {
        Some(code) => format!("{code}: {message}"),
        None => message,
    })
}

fn text(body: &Body, name: &str) -> Option<String> {
    body.get(name)?.as_str().map(str::to_owned)
}
