//! `AssumeRole`: temporary credentials of a role.

use super::policy::Policy;
use super::sessions::{Caller, Session, Sessions};
use crate::engine::Millis;
use crate::protocol::errors::{ErrorCode, ServiceError};
use crate::protocol::input::Input;
use sluicegate_shapes::{self as shapes, Shape};

/// The default duration of a session, in seconds.
const DEFAULT_SESSION_SECONDS: i64 = 3_600;

/// The longest duration of a session that another session requested, in seconds.
const MAX_CHAINED_SESSION_SECONDS: i64 = 3_600;

/// Maximum number of characters of a session policy; a limit of the service that its model does not have.
const MAX_POLICY_CHARACTERS: usize = 2_048;

/// The response of the token service.
#[derive(Debug)]
pub struct Assumed {
    /// The access key id.
    pub key: String,
    /// The secret access key.
    pub secret: String,
    /// The session token.
    pub token: String,
    /// Expiration, in milliseconds since the epoch.
    pub end: i64,
    /// The session's ARN.
    pub arn: String,
    /// The session's name.
    pub name: String,
    /// The source identity.
    pub source_identity: Option<String>,
    /// The size of the policy in percent of the maximum.
    pub policy_size: Option<usize>,
}

/// Creates a session for a valid request. Every role trusts everybody.
pub fn assume(
    sessions: &mut Sessions,
    caller: &Caller,
    input: Input,
    now: Millis,
) -> Result<Assumed, ServiceError> {
    let role_arn = input.required("RoleArn");
    if !is_role(role_arn) {
        return Err(ServiceError::validation(format!("{role_arn} is invalid")));
    }
    let policy = input.text("Policy").map(session_policy).transpose()?;
    let length = input
        .whole("DurationSeconds")
        .unwrap_or(DEFAULT_SESSION_SECONDS);
    sessions.authorize(caller, "sts:AssumeRole", role_arn, now)?;
    let source_identity = input.owned("SourceIdentity");
    let before = sessions.of(caller);
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

/// Whether a text is a role's ARN by SageMaker's model; the token service's own model accepts any text.
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

/// The source identity of a chained session: it cannot be changed once it is set.
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
