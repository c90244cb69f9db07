//! The activity: what people did and what the console rejected, newest first.

use std::collections::HashMap;

use jiff::Timestamp;

use super::activity_query::{ACTIVITY_PAGE_ROWS, ActivityQuery, OutcomeKind};
use super::activity_scope::{ActivityScope, role_by_name};
use super::handle::Ledger;
use super::outcome::{NotFoundReason, error_kind, refusal};
use super::record::{Body, Record};
use super::rejected::{RejectionDetail, RejectionReason};
use super::store::PipelineTitles;
use crate::access::{Role, Scope};
use crate::database::DatabaseError;
use crate::domain::{Action, AwsError};

/// How many times a page reads on where it may not show what it read.
const MAX_READS_PER_PAGE: usize = 20;

/// A page of the activity.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Activity {
    /// Newest first.
    pub entries: Vec<ActivityEntry>,
    /// Where the page after this one begins, if there is one: `before` of its query.
    pub older: Option<i64>,
}

/// One thing that somebody did, or tried to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityEntry {
    /// The number of its record in the chain.
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
    /// The execution's name; what a rejected request was for.
    pub name: Option<String>,
    /// Why, in the person's words.
    pub reason: Option<String>,
    /// What came of it.
    pub outcome: OutcomeKind,
    /// Why it was not done, where that is known.
    pub explanation: Option<Explanation>,
    /// Everything else its records hold, for those who may read it: for admins of the pipeline, and
    /// for the person.
    pub details: Option<Body>,
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Explanation {
    /// The console rejected the request.
    Rejected(RejectionReason),
    /// AWS refused, or could not be called.
    Refused(AwsError),
    /// It was not carried out.
    NotFound(NotFoundReason),
}

impl Ledger {
    /// A page of the activity that this person may see: actions on pipelines they may see; requests
    /// of their own that were rejected; and as an admin, rejected requests of others.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub async fn activity(
        &self,
        person: &Scope,
        query: &ActivityQuery,
    ) -> Result<Activity, DatabaseError> {
        let scope = self.activity_scope(person).await?;
        let mut query = query.clone();
        let titles = match query.pipeline_like.is_empty() {
            true => PipelineTitles::new(),
            false => self.pipeline_titles(person).await?,
        };
        let mut entries: Vec<ActivityEntry> = Vec::new();
        for _ in 0..MAX_READS_PER_PAGE {
            let rows = self.0.store.activity(&scope, &query, &titles).await?;
            let last = rows.last().map(|(record, _)| record.seq);
            let is_all = rows.len() <= ACTIVITY_PAGE_ROWS;
            for (record, outcome) in rows {
                if entries.len() == ACTIVITY_PAGE_ROWS {
                    let older = entries.last().map(|entry| entry.seq);
                    return Ok(Activity { entries, older });
                }
                entries.extend(entry(&scope, record, outcome));
            }
            query.before = last;
            if is_all {
                let older = None;
                return Ok(Activity { entries, older });
            }
        }
        let older = query.before;
        Ok(Activity { entries, older })
    }

    /// What the pipelines that records are about are called now, as far as this person may see them.
    async fn pipeline_titles(&self, scope: &Scope) -> Result<PipelineTitles, DatabaseError> {
        let mut by_workspace: HashMap<String, Vec<String>> = HashMap::new();
        for (workspace, pipeline) in self.0.store.recorded_pipelines().await? {
            by_workspace.entry(workspace).or_default().push(pipeline);
        }
        let mut titles = PipelineTitles::new();
        for (workspace, pipelines) in by_workspace {
            let names = self
                .0
                .catalog
                .names(scope, &workspace, &pipelines, &[])
                .await;
            for pipeline in pipelines {
                let title = names.pipeline(&pipeline).title().to_owned();
                titles.entry(pipeline).or_default().push(title);
            }
        }
        Ok(titles)
    }

    async fn activity_scope(&self, scope: &Scope) -> Result<ActivityScope, DatabaseError> {
        let mut roles = None;
        if scope.rules().is_some() {
            let mut known = HashMap::new();
            for (workspace, pipeline) in self.0.store.pipelines().await? {
                if let Some(role) = self.role(scope, &workspace, &pipeline).await {
                    known.insert((workspace, pipeline), role);
                }
            }
            roles = Some(known);
        }
        Ok(ActivityScope::new(scope.clone(), roles))
    }

    /// The person's role for a pipeline. One that was deleted is judged by its name.
    pub(super) async fn role(
        &self,
        scope: &Scope,
        workspace: &str,
        pipeline: &str,
    ) -> Option<Role> {
        if scope.depends_on_tags(workspace) {
            let catalog = &self.0.catalog;
            let grant = catalog.known_grant(scope, workspace, pipeline, Role::Viewer);
            if let Ok(grant) = grant.await {
                return Some(grant.role);
            }
        }
        role_by_name(scope, workspace, pipeline)
    }
}

/// A record as this person may see it.
fn entry(scope: &ActivityScope, record: Record, outcome: Option<Body>) -> Option<ActivityEntry> {
    let role = scope.role(record.workspace.as_deref(), record.pipeline.as_deref());
    let own = record.person.as_deref() == Some(scope.person());
    let is_denied = record.event == "denied";
    let sees_details = role == Some(Role::Admin) || own;
    if (is_denied && !sees_details) || (!is_denied && role.is_none()) {
        return None;
    }
    let action = record.action.as_deref().and_then(Action::parse);
    let body = record.read_body();
    let outcome = outcome.unwrap_or_default();
    let kind = match is_denied {
        true => OutcomeKind::Denied,
        false => text(&outcome, "outcome")
            .and_then(OutcomeKind::parse)
            .unwrap_or(OutcomeKind::Open),
    };
    let owned = |body: &Body, name: &str| text(body, name).map(str::to_owned);
    Some(ActivityEntry {
        seq: record.seq,
        at: Timestamp::from_millisecond(record.recorded_at).ok()?,
        person: record.person,
        action,
        workspace: record.workspace,
        pipeline: record.pipeline,
        execution_arn: owned(&outcome, "execution").or_else(|| owned(&body, "execution")),
        name: owned(&body, "name").or_else(|| owned(&body, "target")),
        reason: owned(&body, "reason"),
        outcome: kind,
        explanation: explanation(action, kind, &body, &outcome),
        details: sees_details.then(|| {
            let mut details = body;
            details.extend(outcome);
            details
        }),
    })
}

fn explanation(
    action: Option<Action>,
    kind: OutcomeKind,
    body: &Body,
    outcome: &Body,
) -> Option<Explanation> {
    let owned = |name: &str| text(outcome, name).map(str::to_owned);
    match kind {
        OutcomeKind::Done | OutcomeKind::Open => None,
        OutcomeKind::Denied => {
            let reason = text(body, "refused_for").and_then(RejectionReason::parse);
            reason.map(Explanation::Rejected)
        }
        OutcomeKind::Refused => {
            let kind = text(outcome, "failure").and_then(error_kind)?;
            let (called, message) = (text(outcome, "operation"), text(outcome, "message"));
            Some(Explanation::Refused(AwsError {
                code: owned("code"),
                request_id: owned("aws_request_id"),
                ..refusal(kind, called, action?, message)
            }))
        }
        OutcomeKind::NotFound => {
            let reason = match text(outcome, "not_found_for") {
                Some(code) => NotFoundReason::read(code, text(outcome, "status"))?,
                // Version 1.
                None => NotFoundReason::Sentence(owned("message")?),
            };
            Some(Explanation::NotFound(reason))
        }
    }
}

impl ActivityEntry {
    /// More about why the console rejected the request, for those who may read the details.
    pub fn rejection_detail(&self) -> Option<RejectionDetail> {
        RejectionDetail::read(self.details.as_ref()?.get("detail")?)
    }
}

fn text<'b>(body: &'b Body, name: &str) -> Option<&'b str> {
    body.get(name)?.as_str()
}
