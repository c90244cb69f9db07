//! The sessions that were created, and the calls that each made.

use super::policy::{Policy, PolicyDecision};
use crate::engine::Millis;
use crate::protocol::errors::{ErrorCode, ServiceError};
use serde_json::{Value, json};
use std::collections::VecDeque;

/// How many sessions are stored; the oldest are removed first.
const MAX_SESSIONS: usize = 10_000;

/// Whose credentials signed a request. The signature itself is not checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The access key id.
    pub key: String,
    /// The session token that came with it.
    pub token: Option<String>,
    /// The Region of the signature.
    pub region: Option<String>,
}

/// A session of an assumed role.
#[derive(Debug)]
pub struct Session {
    pub(super) role_arn: String,
    pub(super) name: String,
    pub(super) source_identity: Option<String>,
    pub(super) policy: Option<Policy>,
    pub(super) key: String,
    pub(super) token: String,
    pub(super) end: Millis,
    pub(super) calls: Vec<Value>,
}

impl Session {
    /// The session's ARN.
    pub(super) fn arn(&self) -> String {
        let parts: Vec<&str> = self.role_arn.split(':').collect();
        let part = |at: usize| parts.get(at).copied().unwrap_or_default();
        let role = self.role_arn.rsplit('/').next().unwrap_or_default();
        let (partition, account) = (part(1), part(4));
        format!(
            "arn:{partition}:sts::{account}:assumed-role/{role}/{}",
            self.name
        )
    }

    fn summary(&self) -> Value {
        json!({
            "role_arn": self.role_arn,
            "session_name": self.name,
            "source_identity": self.source_identity,
            "policy": self.policy.as_ref().map(Policy::document),
            "calls": self.calls,
        })
    }
}

/// All sessions, oldest first.
#[derive(Debug, Default)]
pub struct Sessions(VecDeque<Session>);

impl Sessions {
    /// All sessions with the calls that each made.
    pub fn list(&self) -> Vec<Value> {
        self.0.iter().map(Session::summary).collect()
    }

    /// The caller's session, if it has one.
    pub(super) fn of(&self, caller: &Caller) -> Option<&Session> {
        self.0.iter().find(|session| session.key == caller.key)
    }

    /// The caller's ARN, if it has a session.
    pub fn user_arn(&self, caller: &Caller) -> Option<String> {
        self.of(caller).map(Session::arn)
    }

    /// Records a call, and checks it against the session's policy.
    pub fn authorize(
        &mut self,
        caller: &Caller,
        action: &str,
        resource: &str,
        now: Millis,
    ) -> Result<(), ServiceError> {
        let mut sessions = self.0.iter_mut();
        let Some(session) = sessions.find(|session| session.key == caller.key) else {
            return Ok(());
        };
        if caller.token.as_ref() != Some(&session.token) {
            return Err(ServiceError::new(
                ErrorCode::UnknownToken,
                "The security token included in the request is invalid.",
            ));
        }
        if session.end <= now {
            return Err(ServiceError::new(
                ErrorCode::ExpiredToken,
                "The security token included in the request is expired",
            ));
        }
        let operation = action.split_once(':').map_or(action, |(_, name)| name);
        let call = json!({"operation": operation, "resource": resource});
        session.calls.push(call);
        let why = match session.policy.as_ref().map(|p| p.decide(action, resource)) {
            None | Some(PolicyDecision::Allowed) => return Ok(()),
            Some(PolicyDecision::ImplicitDeny) => {
                format!("because no session policy allows the {action} action")
            }
            Some(PolicyDecision::ExplicitDeny) => {
                "with an explicit deny in a session policy".to_owned()
            }
        };
        Err(access_denied(&session.arn(), action, resource, &why))
    }

    pub(super) fn add(&mut self, session: Session) {
        if self.0.len() == MAX_SESSIONS {
            self.0.pop_front();
        }
        self.0.push_back(session);
    }
}

/// The error for a call that a policy does not allow; `why` may be empty.
pub fn access_denied(user: &str, action: &str, resource: &str, why: &str) -> ServiceError {
    let message = format!(
        "User: {user} is not authorized to perform: {action} on resource: {resource} {why}"
    );
    ServiceError::new(ErrorCode::AccessDenied, message.trim_end())
}
