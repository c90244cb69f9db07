//! `AssumeRole`: keys for a role, for a while, under a name.

use super::policy::Policy;
use super::{Caller, Session};
use crate::Shared;
use crate::protocol::errors::{ErrorCode, ServiceError};
use crate::protocol::input::Input;
use crate::shapes::{self, Shape};

/// How long a session lasts unless the request says otherwise, in seconds.
const DEFAULT_SESSION_SECONDS: i64 = 3_600;

/// How long the sessions of a session may last, in seconds.
const MAX_CHAINED_SESSION_SECONDS: i64 = 3_600;

/// Characters of a session policy; the service holds this limit, its model has none.
const MAX_POLICY_CHARACTERS: usize = 2_048;

/// What the token service answers.
#[derive(Debug)]
pub struct Assumed {
    /// The access key id.
    pub key: String,
    /// The secret access key.
    pub secret: String,
    /// The session token.
    pub token: String,
    /// When they end, in milliseconds since the epoch.
    pub end: i64,
    /// The session's ARN.
    pub arn: String,
    /// The session's name.
    pub name: String,
    /// Who acts.
    pub source_identity: Option<String>,
    /// How much of the policy's space is used, in percent.
    pub policy_size: Option<usize>,
}

/// Gives out a session for a checked request. Every role there may be trusts everybody.
pub fn assume(shared: &Shared, caller: &Caller, input: Input) -> Result<Assumed, ServiceError> {
    let role_arn = input.required("RoleArn");
    if !is_role(role_arn) {
        return Err(ServiceError::validation(format!("{role_arn} is invalid")));
    }
    let policy = input.text("Policy").map(session_policy).transpose()?;
    let length = input
        .whole("DurationSeconds")
        .unwrap_or(DEFAULT_SESSION_SECONDS);
    let now = shared.world().tick();
    let mut sessions = shared.sessions();
    sessions.admit(caller, "sts:AssumeRole", role_arn, now)?;
    let source_identity = input.owned("SourceIdentity");
    let before = sessions.0.iter().find(|before| before.key == caller.key);
    let source_identity = match before {
        None => source_identity,
        Some(_) if length > MAX_CHAINED_SESSION_SECONDS => {
            return Err(ServiceError::validation(
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
            ));
        }
        Some(before) => chained(before, source_identity, role_arn)?,
    };
    let session = Session {
        role_arn: role_arn.to_owned(),
        name: input.required("RoleSessionName").to_owned(),
        source_identity,
        policy,
        key: format!("ASIA{}", random(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)),
        token: random(LETTERS, 200),
        end: now + length * 1_000,
        calls: Vec::new(),
    };
    let assumed = Assumed {
        key: session.key.clone(),
        secret: random(LETTERS, 40),
        token: session.token.clone(),
        end: session.end,
        arn: session.arn(),
        name: session.name.clone(),
        source_identity: session.source_identity.clone(),
        policy_size: input
            .text("Policy")
            .map(|policy| policy.len() * 100 / MAX_POLICY_CHARACTERS),
    };
    sessions.add(session);
    Ok(assumed)
}

/// Whether a text is a role's ARN by SageMaker's model; the token service's own takes any text.
fn is_role(arn: &str) -> bool {
    let create = shapes::operation("CreatePipeline");
    let role = create.and_then(|create| create.input.member("RoleArn"));
    role.is_none_or(|role| matches!(&*role, Shape::Text(_, Some(pattern)) if pattern.matches(arn)))
}

fn session_policy(text: &str) -> Result<Policy, ServiceError> {
    if text.chars().count() > MAX_POLICY_CHARACTERS {
        return Err(ServiceError::validation(format!(
            "1 validation error detected: Value '{text}' at 'policy' failed to satisfy constraint: Member must have \
             length less than or equal to {MAX_POLICY_CHARACTERS}"
        )));
    }
    Policy::parse(text)
}

/// A source identity stays what it was when it was first set.
fn chained(
    before: &Session,
    asked: Option<String>,
    role_arn: &str,
) -> Result<Option<String>, ServiceError> {
    match (&before.source_identity, asked) {
        (Some(set), Some(asked)) if *set != asked => Err(ServiceError::new(
            ErrorCode::AccessDenied,
            format!(
                "User: {} is not authorized to perform: sts:SetSourceIdentity on resource: {role_arn}",
                before.arn()
            ),
        )),
        (set, asked) => Ok(set.clone().or(asked)),
    }
}

const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn random(alphabet: &[u8], count: usize) -> String {
    (0..count)
        .map(|_| char::from(alphabet[fastrand::usize(..alphabet.len())]))
        .collect()
}
