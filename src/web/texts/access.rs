//! What a person may do, and why not.

use crate::access::{Extent, Forbidden, Grant, Person, Role, Rule, Source};
use crate::catalog::{AccessError, ReadError};
use crate::web::texts::errors::PageText;

/// The title of the page about the reader.
pub const ME: &str = "Your access";

/// The title of a page that a person may not see or do.
pub const NOT_ALLOWED: &str = "Not allowed";

/// The link from a refusal to the page about the reader.
pub const WHY: &str = "Why? See your access";

/// A person whom no rule gives anything.
pub const NO_ROLE: PageText = PageText::fixed(
    "You don't have access yet",
    "You are signed in, but no access rule of this console names you or one of your groups. Ask the console's owner to add one.",
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
            _ => "This needs a role that you do not have.".to_owned(),
        };
    };
    let who = match (denied_by, groups.as_slice()) {
        (Some(rule), _) => format!("Rule {rule} in the settings denies you this."),
        (None, []) => "No group has this role for the pipeline.".to_owned(),
        (None, groups) => format!("Ask someone in {}.", any_of(groups)),
    };
    let role = grant.role;
    match needed {
        Role::Operator => format!(
            "Starting and stopping executions needs the operator role; your role here is {role}. {who}"
        ),
        _ => format!("This needs the {needed} role; your role here is {role}. {who}"),
    }
}

/// Names of which one is enough: `a, b or c`.
fn any_of(names: &[String]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        names => names.concat(),
    }
}

/// Why a person may not act on a pipeline that they look at.
pub fn cannot_act(denied: &AccessError) -> String {
    match denied {
        AccessError::Forbidden(missing) => forbidden(missing),
        AccessError::ReadError(ReadError::Pipeline) => {
            "SageMaker no longer has this pipeline.".to_owned()
        }
        AccessError::ReadError(_) => {
            "Your access could not be checked. Try again in a moment.".to_owned()
        }
    }
}

/// The answer to whether a person may do something with a pipeline.
pub fn check_result(result: &Result<Grant, AccessError>) -> String {
    match result {
        Ok(grant) => match grant.rule {
            Some(rule) => format!("Rule {rule} gives you the {} role.", grant.role),
            None => "This is a local console without sign-in, so everything is allowed.".to_owned(),
        },
        Err(AccessError::Forbidden(missing)) => forbidden(missing),
        Err(AccessError::ReadError(_)) => {
            "There is no such pipeline, or no rule lets you see it.".to_owned()
        }
    }
}

/// What a role allows that the one below it does not.
pub fn allowed_by(role: Role) -> &'static str {
    match role {
        Role::Viewer => "View the pipeline",
        Role::Operator => "Create, stop, resume and retry executions",
        Role::Admin => "See other people's rejected requests",
    }
}

/// For how many pipelines something is allowed, in a cell.
pub fn extent(extent: Extent) -> &'static str {
    match extent {
        Extent::All => "All pipelines",
        Extent::Some => "Some pipelines",
        Extent::None => "No",
    }
}

/// What a person may do, in one or two sentences.
pub fn summary(view: Extent, act: Extent) -> String {
    let act = match (view, act) {
        (Extent::None, _) => {
            return "You don't have access to anything yet. Ask the console's owner to add an [[access]] rule for you or one of your groups.".to_owned();
        }
        (_, Extent::All) => "You can create, stop, resume and retry executions of all of them.",
        (Extent::All, Extent::Some) => {
            "You can create, stop, resume and retry executions of some of them."
        }
        (_, Extent::Some) => {
            "For some of these, you can create, stop, resume and retry executions."
        }
        (_, Extent::None) => "You can't create, stop, resume or retry executions.",
    };
    let all = if view == Extent::All { "all" } else { "some" };
    format!("You can view {all} pipelines. {act}")
}

/// Why the summary is as it is, where no rule is the reason.
pub const LOCAL: &str = "This is a local console without sign-in.";
/// The same, for a console on which nobody may act.
pub const READ_ONLY: &str = "This console is read-only: nobody can change anything.";

/// What somebody who asks for help copies: what the page shows, a line each.
pub fn for_support<'a>(
    facts: impl Iterator<Item = (&'a str, &'a str)>,
    groups: &[String],
    summary: &str,
    rules: &[String],
) -> String {
    let mut lines = vec![format!("Sluicegate {}", env!("CARGO_PKG_VERSION"))];
    lines.extend(facts.map(|(what, value)| format!("{what}: {value}")));
    lines.push(format!("Groups: {}", groups.join(", ")));
    lines.push(summary.to_owned());
    lines.push(format!("Rules that apply: {}", rules.join(", ")));
    lines.join("\n")
}

/// Where the name of a person comes from.
pub fn source(source: Source) -> &'static str {
    match source {
        Source::Local => "local console without sign-in",
        Source::Header => "from the sign-in proxy",
        Source::Jwt => "from a signed token of the sign-in proxy",
        Source::Alb => "from the load balancer's signed claims",
    }
}

/// Where the other values about a request come from.
pub mod origin {
    /// The e-mail address.
    pub const EMAIL: &str = "sent with your name";
    /// The peer's address.
    pub const PEER: &str = "the sign-in proxy, or your machine if there is none";
    /// The client's address.
    pub const CLIENT: &str =
        "reported by the proxy; recorded with your actions, not used for access";
    /// The request id.
    pub const REQUEST_ID: &str = "for support: finds this request in the console's log";
}

/// What a rule does.
pub fn effect(rule: &Rule) -> String {
    match (rule.deny, rule.role) {
        (false, Role::Viewer) => "Viewer".to_owned(),
        (false, Role::Operator) => "Operator".to_owned(),
        (false, Role::Admin) => "Admin".to_owned(),
        (true, Role::Viewer) => "Hides pipelines".to_owned(),
        (true, role) => format!("Denies the {role} role and higher ones"),
    }
}

/// Why a rule applies to a person; `groups` are theirs that it names.
pub fn applies_because(rule: &Rule, person: &Person, groups: &[String]) -> String {
    match groups {
        [] if rule.names_person(person) => "it names you".to_owned(),
        [] => "your groups are not known; you may be in one that it names".to_owned(),
        groups => format!("you are in {}", groups.join(", ")),
    }
}
