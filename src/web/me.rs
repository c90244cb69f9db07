//! Who the console thinks the reader is, from what, and what they may do: the page that ends every
//! "why can't I?".

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::error::render;
use super::fmt::filters;
use super::needs::sentence;
use super::request::Query;
use super::shell::{Nav, Shell};
use super::visit::Visit;
use crate::access::{Pattern, Person, Role, Rule, Scope, Source};
use crate::catalog::Denied;

#[derive(Template)]
#[template(path = "me/index.html")]
struct Page {
    shell: Shell,
    facts: Vec<Fact>,
    groups: Vec<Group>,
    everything: bool,
    read_only: bool,
    rules: Vec<Line>,
    workspaces: Vec<String>,
    asked: Asked,
}

/// Something that is known of the reader, and what told it.
struct Fact {
    what: &'static str,
    value: String,
    from: String,
}

/// A group the reader is in, and whether some rule is for it.
struct Group {
    name: String,
    matters: bool,
}

/// A rule that is for the reader.
struct Line {
    number: usize,
    effect: String,
    deny: bool,
    because: String,
    workspaces: String,
    pipelines: String,
    tags: String,
}

/// A pipeline the reader asked about, and what they may do with it.
#[derive(Default)]
struct Asked {
    workspace: String,
    pipeline: String,
    verdicts: Vec<Verdict>,
}

/// Whether one thing is allowed, and why.
struct Verdict {
    what: &'static str,
    allowed: bool,
    why: String,
}

/// `/me`.
pub async fn page(visit: Visit, Query(query): Query) -> Response {
    let scope = visit.scope();
    let rules = scope.rules().unwrap_or_default();
    let catalog = visit.catalog();
    let workspaces = catalog.workspaces(scope);
    let workspaces: Vec<String> = workspaces.into_iter().map(|known| known.name).collect();
    let asked = ask(&visit, query.text("ws"), query.text("pipeline").trim()).await;
    let page = Page {
        shell: Shell::everywhere(&visit, Nav::Me, "Who I am here"),
        facts: facts(scope),
        groups: groups(scope),
        everything: scope.rules().is_none(),
        read_only: scope.is_read_only(),
        rules: rules
            .iter()
            .map(|(rule, by)| line(scope.person(), rule, by))
            .collect(),
        workspaces,
        asked,
    };
    render(StatusCode::OK, &page)
}

fn facts(scope: &Scope) -> Vec<Fact> {
    let (person, via) = (scope.person(), scope.via());
    let source = match person.source {
        Source::Local => "nobody asked: only this machine can reach the console",
        Source::Header => "a header of the proxy in front of the console",
        Source::Jwt => "a signed token that the proxy in front passed on",
        Source::Alb => "the signed claims of the load balancer in front",
    };
    let mut facts = vec![Fact {
        what: "Name",
        value: person.name.clone(),
        from: source.to_owned(),
    }];
    if let Some(email) = &person.email {
        facts.push(Fact {
            what: "E-mail",
            value: email.clone(),
            from: "told beside the name".to_owned(),
        });
    }
    if let Some(peer) = via.peer {
        facts.push(Fact {
            what: "Connection from",
            value: peer.to_string(),
            from: "the other end of the connection: the proxy, where there is one".to_owned(),
        });
    }
    if let Some(client) = via.client {
        facts.push(Fact {
            what: "Your address",
            value: client.to_string(),
            from: "told by the proxy; written down with what you do, and believed for nothing else"
                .to_owned(),
        });
    }
    facts.push(Fact {
        what: "This request",
        value: via.request_id.clone(),
        from: "its name in the console's log".to_owned(),
    });
    facts
}

fn groups(scope: &Scope) -> Vec<Group> {
    let rules = scope.rules().unwrap_or_default();
    let matters = |name: &String| rules.iter().any(|(_, groups)| groups.contains(name));
    let groups = scope.person().groups.iter();
    groups
        .map(|name| Group {
            matters: matters(name),
            name: name.clone(),
        })
        .collect()
}

/// What a rule means for the reader. One that hides pipelines tells neither their names nor their
/// tags: they would be known by them.
fn line(person: &Person, rule: &Rule, by: &[String]) -> Line {
    let hides = rule.deny && rule.role == Role::Viewer;
    let tags = rule.tags.iter().filter(|_| !hides);
    let tags = tags.map(|(key, value)| format!("{key} = {value}"));
    Line {
        number: rule.number,
        effect: match (rule.deny, rule.role) {
            (false, role) => format!("gives the role {role}"),
            (true, Role::Viewer) => "hides some pipelines".to_owned(),
            (true, role) => format!("takes away the role {role}, and what is above it"),
        },
        deny: rule.deny,
        because: match by {
            [] if rule.names_person(person) => "it names you".to_owned(),
            [] => "nothing tells of your groups, and you may be in one of its".to_owned(),
            [group] => format!("you are in {group}"),
            groups => format!("you are in {}", groups.join(", ")),
        },
        workspaces: joined(&rule.workspaces),
        pipelines: if hides {
            "–".to_owned()
        } else {
            joined(&rule.pipelines)
        },
        tags: tags.collect::<Vec<_>>().join(", "),
    }
}

fn joined(patterns: &[Pattern]) -> String {
    let texts: Vec<String> = patterns.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

async fn ask(visit: &Visit, workspace: &str, pipeline: &str) -> Asked {
    let mut asked = Asked {
        workspace: workspace.to_owned(),
        pipeline: pipeline.to_owned(),
        verdicts: Vec::new(),
    };
    if pipeline.is_empty() {
        return asked;
    }
    for (what, role) in [
        ("See it", Role::Viewer),
        ("Create, stop, resume and retry executions", Role::Operator),
        ("See what was refused to others", Role::Admin),
    ] {
        let answer = visit
            .catalog()
            .may(visit.scope(), workspace, pipeline, role)
            .await;
        asked.verdicts.push(Verdict {
            what,
            allowed: answer.is_ok(),
            why: match answer {
                Ok(standing) => match standing.rule {
                    Some(rule) => format!("Rule {rule} makes you {}.", standing.role),
                    None => "Everything is allowed on your own machine.".to_owned(),
                },
                Err(Denied::Forbidden(missed)) => sentence(&missed),
                Err(Denied::ReadError(_)) => {
                    "There is no such pipeline here, or none that any rule lets you see.".to_owned()
                }
            },
        });
    }
    asked
}
