//! Why a request was rejected.

use crate::access::Forbidden;
use crate::catalog::ReadError;
use crate::ledger::answer::ActionError;

/// Why a request was rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RejectionReason {
    /// The other end of the connection is not a trusted proxy.
    UntrustedPeer,
    /// The request does not name a person.
    NoIdentity,
    /// What the request names the person by is not valid.
    BadIdentity,
    /// The request is malformed in a way that could deceive.
    BadRequest,
    /// It was not sent by a page of this console.
    CrossSite,
    /// The person has no role that allows it, or a rule denies it.
    NoRole,
    /// This console changes nothing.
    ReadOnly,
    /// The workspace, pipeline or execution does not exist, or the person may not know that it does.
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

impl RejectionReason {
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

    /// The code in the audit trail.
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

    /// Reads the code back.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == code)
    }

    /// Why an action was rejected; `None` where it was not the console that rejected it.
    pub(in crate::ledger) fn of(error: &ActionError) -> Option<Self> {
        match error {
            ActionError::ForgedTicket => Some(Self::ForgedTicket),
            ActionError::ReusedTicket { .. } => Some(Self::ReusedTicket),
            ActionError::ExpiredTicket => Some(Self::ExpiredTicket),
            ActionError::NotApplicable(_) => Some(Self::Stale),
            ActionError::NotAllowed(Forbidden::ReadOnly) => Some(Self::ReadOnly),
            ActionError::NotAllowed(_) => Some(Self::NoRole),
            ActionError::ReadError(
                ReadError::Workspace | ReadError::Pipeline | ReadError::Execution,
            ) => Some(Self::NoSuch),
            ActionError::ReadError(_)
            | ActionError::NotFound(_)
            | ActionError::Refused(_)
            | ActionError::Unknown(_)
            | ActionError::NotWritten(_) => None,
        }
    }
}
