//! What people did.

use crate::domain::Action;
use crate::ledger::OutcomeKind;

/// The title of the page.
pub const TITLE: &str = "Activity";

/// What somebody did, between their name and the execution's: `started`.
pub fn verb(action: Option<Action>, outcome: OutcomeKind) -> &'static str {
    use {Action as A, OutcomeKind as O};
    match (action, outcome) {
        (Some(A::Start), O::Done) => "started",
        (Some(A::Stop), O::Done) => "stopped",
        (Some(A::Resume), O::Done) => "resumed",
        (Some(A::Retry), O::Done) => "retried",
        (Some(A::Start), O::Open) => "asked to start",
        (Some(A::Stop), O::Open) => "asked to stop",
        (Some(A::Resume), O::Open) => "asked to resume",
        (Some(A::Retry), O::Open) => "asked to retry",
        (Some(A::Start), _) => "tried to start",
        (Some(A::Stop), _) => "tried to stop",
        (Some(A::Resume), _) => "tried to resume",
        (Some(A::Retry), _) => "tried to retry",
        (None, _) => "sent a request to",
    }
}

/// What stands between an execution and its pipeline.
pub const OF: &str = "of";

/// An action in a filter.
pub fn action(action: Action) -> &'static str {
    match action {
        Action::Start => "Started",
        Action::Stop => "Stopped",
        Action::Resume => "Resumed",
        Action::Retry => "Retried",
    }
}

/// An outcome.
pub fn outcome(outcome: OutcomeKind) -> &'static str {
    match outcome {
        OutcomeKind::Done => "Done",
        OutcomeKind::Refused => "Refused by AWS",
        OutcomeKind::NotFound => "Not carried out",
        OutcomeKind::Open => "Outcome pending",
        OutcomeKind::Denied => "Rejected",
    }
}

/// The labels of an entry's details.
pub mod label {
    pub const EMAIL: &str = "E-mail";
    pub const CLIENT: &str = "Client address";
    pub const PEER: &str = "Connection from";
    pub const USER_AGENT: &str = "Browser";
    pub const GRANT: &str = "Allowed by";
    pub const PARAMETERS: &str = "Changed parameters";
    pub const REASON: &str = "Reason";
    pub const COPIED_FROM: &str = "Copied from";
    pub const DETAIL: &str = "Detail";
    pub const REQUEST: &str = "Request";
    pub const TOKEN: &str = "ClientRequestToken";
    pub const AWS_REQUEST: &str = "AWS request ID";
    pub const CALL_TIME: &str = "AWS response time";
    pub const SUPPRESSED: &str = "Not recorded";
    pub const RECORD: &str = "Record";
}

/// The role by which somebody acted, the rule that gave it, and the groups through which.
pub fn grant(role: &str, rule: Option<u64>, groups: &[&str]) -> String {
    match (rule, groups) {
        (None, _) => role.to_owned(),
        (Some(rule), []) => format!("{role}, from rule {rule} by name"),
        (Some(rule), [group]) => format!("{role}, from rule {rule} through group {group}"),
        (Some(rule), groups) => format!(
            "{role}, from rule {rule} through groups {}",
            groups.join(", ")
        ),
    }
}

/// Rejected requests of the same kind that have no record of their own.
pub fn suppressed(count: u64) -> String {
    super::count(
        count,
        "rejected request before this one",
        "rejected requests before this one",
    )
}
