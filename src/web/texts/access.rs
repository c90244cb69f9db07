//! What a person may do, and why not.

use crate::access::{Forbidden, Grant, Person, Role, Rule, Source};
use crate::catalog::AccessError;
use crate::web::texts::errors::PageText;

/// The title of the page about the reader.
pub const ME: &str = "Who I am here";

/// The title of a page that a person may not see or do.
pub const NOT_ALLOWED: &str = "Not allowed";

/// The link from a refusal to the page about the reader.
pub const WHY: &str = "Why? Who I am here";

/// A person whom no rule gives anything.
pub const NO_ROLE: PageText = PageText::fixed(
    "You have no role here",
    "This console knows who you are, but none of its rules gives you or your groups a role. Ask whoever runs the console to add one.",
);

/// What it takes, and who has it.
pub fn forbidden(forbidden: &Forbidden) -> String {
    let Forbidden::RoleTooLow {
        grant,
        needed,
        denied_by,
        groups,
    } = forbidden
    else {
        return match forbidden {
            Forbidden::ReadOnly => "This console is read-only.".to_owned(),
            _ => "This takes a role that you do not have.".to_owned(),
        };
    };
    let who = match (denied_by, groups.as_slice()) {
        (Some(rule), _) => format!("Rule {rule} of the settings takes it away from you."),
        (None, []) => "No group has it for this pipeline.".to_owned(),
        (None, [group]) => format!("Members of the group {group} have it."),
        (None, groups) => format!("Members of these groups have it: {}.", groups.join(", ")),
    };
    format!(
        "This takes the role {needed}; your role here is {}. {who}",
        grant.role
    )
}

/// Why a person may not act on a pipeline that they look at.
pub fn cannot_act(denied: &AccessError) -> String {
    match denied {
        AccessError::Forbidden(missing) => forbidden(missing),
        AccessError::ReadError(_) => {
            "What you may do here cannot be determined right now.".to_owned()
        }
    }
}

/// The answer to whether a person may do something with a pipeline.
pub fn check_result(result: &Result<Grant, AccessError>) -> String {
    match result {
        Ok(grant) => match grant.rule {
            Some(rule) => format!("Rule {rule} gives you the role {}.", grant.role),
            None => "Everything is allowed on your own machine.".to_owned(),
        },
        Err(AccessError::Forbidden(missing)) => forbidden(missing),
        Err(AccessError::ReadError(_)) => {
            "There is no such pipeline here, or no rule lets you see it.".to_owned()
        }
    }
}

/// What a role allows that the one below it does not.
pub fn allowed_by(role: Role) -> &'static str {
    match role {
        Role::Viewer => "See it",
        Role::Operator => "Create, stop, resume and retry executions",
        Role::Admin => "See requests of others that were refused",
    }
}

/// Where the name of a person comes from.
pub fn source(source: Source) -> &'static str {
    match source {
        Source::Local => "no sign-in: only this machine can reach the console",
        Source::Header => "a header of the proxy in front of the console",
        Source::Jwt => "a signed token that the proxy in front of the console passed on",
        Source::Alb => "the signed claims of the load balancer in front of the console",
    }
}

/// Where the other values about a request come from.
pub mod origin {
    /// The e-mail address.
    pub const EMAIL: &str = "sent along with the name";
    /// The peer's address.
    pub const PEER: &str = "the other end of the connection: the proxy, if there is one";
    /// The client's address.
    pub const CLIENT: &str =
        "reported by the proxy; recorded with your actions and trusted for nothing else";
    /// The request id.
    pub const REQUEST_ID: &str = "the ID of this request in the console's log";
}

/// What a rule does.
pub fn effect(rule: &Rule) -> String {
    match (rule.deny, rule.role) {
        (false, role) => format!("gives the role {role}"),
        (true, Role::Viewer) => "hides some pipelines".to_owned(),
        (true, role) => format!("takes away the role {role} and the roles above it"),
    }
}

/// Why a rule applies to a person; `groups` are theirs that it names.
pub fn applies_because(rule: &Rule, person: &Person, groups: &[String]) -> String {
    match groups {
        [] if rule.names_person(person) => "it names you".to_owned(),
        [] => "your groups are not known, and you may be in one that it names".to_owned(),
        groups => format!("you are in {}", groups.join(", ")),
    }
}
