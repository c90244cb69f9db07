//! `AssumeRole`: keys for a role, for a while, under a name.

use super::policy::Policy;
use super::{Caller, Session};
use crate::House;
use crate::protocol::errors::{Code, Refusal};
use crate::protocol::input::Input;
use crate::protocol::patterns::{ROLE_ARN, SESSION_NAME};
use crate::protocol::shape::{Member, Shape, matching, optional, required, text};

/// How long a session lasts unless the request says otherwise, in seconds.
const USUAL_LENGTH: i64 = 3_600;

/// How long the sessions of a session may last, in seconds.
const LONGEST_CHAINED: i64 = 3_600;

/// What `AssumeRole` takes, with the constraints of the token service's model (2011-06-15).
pub static MEMBERS: [Member; 5] = [
    required("RoleArn", text(20, 2_048)),
    required("RoleSessionName", matching(2, 64, &SESSION_NAME)),
    optional("SourceIdentity", matching(2, 64, &SESSION_NAME)),
    optional("Policy", text(1, 2_048)),
    optional(
        "DurationSeconds",
        Shape::Whole {
            min: 900,
            max: Some(43_200),
        },
    ),
];

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
pub fn assume(house: &House, caller: &Caller, input: Input) -> Result<Assumed, Refusal> {
    let role_arn = input.needed("RoleArn");
    if !(ROLE_ARN.holds)(role_arn) {
        return Err(Refusal::validation(format!("{role_arn} is invalid")));
    }
    let policy = input.text("Policy").map(Policy::parse).transpose()?;
    let length = input.whole("DurationSeconds").unwrap_or(USUAL_LENGTH);
    let now = house.world().tick();
    let mut sessions = house.sessions();
    sessions.admit(caller, "sts:AssumeRole", role_arn, now)?;
    let source_identity = input.owned("SourceIdentity");
    let before = sessions.0.iter().find(|before| before.key == caller.key);
    let source_identity = match before {
        None => source_identity,
        Some(_) if length > LONGEST_CHAINED => {
            return Err(Refusal::validation(
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
            ));
        }
        Some(before) => chained(before, source_identity, role_arn)?,
    };
    let session = Session {
        role_arn: role_arn.to_owned(),
        name: input.needed("RoleSessionName").to_owned(),
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
            .map(|policy| policy.len() * 100 / 2_048),
    };
    sessions.add(session);
    Ok(assumed)
}

/// A source identity stays what it was when it was first set.
fn chained(
    before: &Session,
    asked: Option<String>,
    role_arn: &str,
) -> Result<Option<String>, Refusal> {
    match (&before.source_identity, asked) {
        (Some(set), Some(asked)) if *set != asked => Err(Refusal::new(
            Code::AccessDenied,
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
