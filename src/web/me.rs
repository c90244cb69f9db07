//! Who the reader is to the console, how it knows, and what they may do: the page that answers "why can't
//! I?".

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::columns::Column;
use super::error::render;
use super::filters;
use super::request::Query;
use super::shell::{Nav, Shell};
use super::texts::access as texts;
use super::visit::Visit;
use crate::access::{Extent, Pattern, Person, Role, Rule, Scope};

#[derive(Template)]
#[template(path = "me/index.html")]
struct MePage {
    shell: Shell,
    summary: Vec<String>,
    extents: Vec<WorkspaceExtents>,
    facts: Vec<IdentityFact>,
    groups: Vec<GroupTag>,
    rules: Vec<RuleRow>,
    /// What is copied for those who are asked for help.
    support: String,
    workspaces: Vec<String>,
    check: PermissionCheck,
}

/// What the reader may do in a workspace.
struct WorkspaceExtents {
    workspace: String,
    may: [(Role, Extent); Role::ALL.len()],
}

impl WorkspaceExtents {
    fn new(scope: &Scope, workspace: &str) -> Self {
        let may = |role| match role {
            Role::Operator if scope.is_read_only() => Extent::None,
            role => scope.extent(role, workspace),
        };
        Self {
            workspace: workspace.to_owned(),
            may: Role::ALL.map(|role| (role, may(role))),
        }
    }

    fn of(&self, role: Role) -> Extent {
        let mut may = self.may.iter().filter(|(needed, _)| *needed == role);
        may.next().map_or(Extent::None, |(_, extent)| *extent)
    }

    fn text(&self, role: &Role) -> &'static str {
        texts::extent(self.of(*role))
    }
}

/// What a cell of the list of workspaces shows.
enum ExtentCell {
    Workspace,
    May(Role),
}

/// The columns of the list of workspaces, in order.
const EXTENT_COLUMNS: [Column<ExtentCell>; 4] = [
    Column::new(ExtentCell::Workspace, "Workspace").class("name"),
    Column::new(ExtentCell::May(Role::Viewer), "View").labelled(),
    Column::new(
        ExtentCell::May(Role::Operator),
        "Create, stop, resume, retry",
    )
    .labelled(),
    Column::new(ExtentCell::May(Role::Admin), "See rejected requests").labelled(),
];

/// Something the console knows about the reader, and where it comes from.
struct IdentityFact {
    what: &'static str,
    value: String,
    source: &'static str,
}

/// A group of the reader, and whether a rule names it.
struct GroupTag {
    name: String,
    matters: bool,
}

/// A rule that applies to the reader.
struct RuleRow {
    number: usize,
    effect: String,
    deny: bool,
    because: String,
    workspaces: String,
    pipelines: String,
    tags: String,
}

/// What a cell of the list of rules shows.
enum RuleCell {
    Number,
    Effect,
    Pipelines,
    Workspaces,
    Why,
}

/// The columns of the list of rules, in order.
const RULE_COLUMNS: [Column<RuleCell>; 5] = [
    Column::new(RuleCell::Number, "Rule").class("name num"),
    Column::new(RuleCell::Effect, "Effect").labelled(),
    Column::new(RuleCell::Pipelines, "Pipelines")
        .class("mono")
        .labelled(),
    Column::new(RuleCell::Workspaces, "Workspaces")
        .class("mono")
        .labelled(),
    Column::new(RuleCell::Why, "Why it applies").labelled(),
];

/// The pipeline in the form, and what the reader may do with it.
#[derive(Default)]
struct PermissionCheck {
    workspace: String,
    pipeline: String,
    results: Vec<PermissionResult>,
}

/// Whether one thing is allowed, and why.
struct PermissionResult {
    what: &'static str,
    allowed: bool,
    why: String,
}

/// What a cell of the list of results shows.
enum ResultCell {
    Action,
    Allowed,
    Why,
}

/// The columns of the list of results, in order.
const RESULT_COLUMNS: [Column<ResultCell>; 3] = [
    Column::new(ResultCell::Action, "Action").class("name"),
    Column::new(ResultCell::Allowed, "Allowed").labelled(),
    Column::new(ResultCell::Why, "Why").labelled(),
];

/// `/me`.
pub async fn page(visit: Visit, Query(query): Query) -> Response {
    let scope = visit.scope();
    let rules = scope.rules().unwrap_or_default();
    let catalog = visit.catalog();
    let workspaces = catalog.workspaces(scope);
    let workspaces: Vec<String> = workspaces.into_iter().map(|known| known.name).collect();
    let check = check_permissions(&visit, query.text("ws"), query.text("pipeline").trim()).await;
    let extents = workspaces
        .iter()
        .map(|name| WorkspaceExtents::new(scope, name));
    let extents: Vec<_> = extents.collect();
    let facts = facts(scope);
    let rules = rules
        .iter()
        .map(|(rule, by)| rule_row(scope.person(), rule, by));
    let rules: Vec<_> = rules.collect();
    let summary = summary(scope, &extents);
    let page = MePage {
        shell: Shell::everywhere(&visit, Nav::Me, texts::ME),
        support: support(scope, &facts, &rules, &summary),
        groups: groups(scope),
        summary,
        extents,
        facts,
        rules,
        workspaces,
        check,
    };
    render(StatusCode::OK, &page)
}

/// What the reader may do in all workspaces together, and why where no rule is the reason.
fn summary(scope: &Scope, extents: &[WorkspaceExtents]) -> Vec<String> {
    let over = |role| Extent::over(extents.iter().map(|one| one.of(role)));
    let mut summary = vec![texts::summary(over(Role::Viewer), over(Role::Operator))];
    if scope.is_read_only() {
        summary.push(texts::READ_ONLY.to_owned());
    }
    if scope.rules().is_none() {
        summary.push(texts::LOCAL.to_owned());
    }
    summary
}

fn support(scope: &Scope, facts: &[IdentityFact], rules: &[RuleRow], summary: &[String]) -> String {
    let facts = facts.iter().map(|fact| (fact.what, fact.value.as_str()));
    let rules: Vec<String> = rules.iter().map(|rule| rule.number.to_string()).collect();
    texts::for_support(facts, &scope.person().groups, &summary.join(" "), &rules)
}

fn facts(scope: &Scope) -> Vec<IdentityFact> {
    let (person, via) = (scope.person(), scope.request_origin());
    let fact = |what, value: String, source| IdentityFact {
        what,
        value,
        source,
    };
    let mut facts = vec![fact(
        "Name",
        person.name.clone(),
        texts::source(person.source),
    )];
    if let Some(email) = &person.email {
        facts.push(fact("E-mail", email.clone(), texts::origin::EMAIL));
    }
    if let Some(peer) = via.peer {
        facts.push(fact(
            "Connection from",
            peer.to_string(),
            texts::origin::PEER,
        ));
    }
    if let Some(client) = via.client {
        facts.push(fact(
            "Your address",
            client.to_string(),
            texts::origin::CLIENT,
        ));
    }
    facts.push(fact(
        "Request ID",
        via.request_id.clone(),
        texts::origin::REQUEST_ID,
    ));
    facts
}

fn groups(scope: &Scope) -> Vec<GroupTag> {
    let rules = scope.rules().unwrap_or_default();
    let matters = |name: &String| rules.iter().any(|(_, groups)| groups.contains(name));
    let groups = scope.person().groups.iter();
    groups
        .map(|name| GroupTag {
            matters: matters(name),
            name: name.clone(),
        })
        .collect()
}

/// A rule that applies to the reader. One that hides pipelines shows neither their names nor their
/// tags: those would reveal them.
fn rule_row(person: &Person, rule: &Rule, by: &[String]) -> RuleRow {
    let hides = rule.deny && rule.role == Role::Viewer;
    let tags = rule.tags.iter().filter(|_| !hides);
    let tags = tags.map(|(key, value)| format!("{key} = {value}"));
    RuleRow {
        number: rule.number,
        effect: texts::effect(rule),
        deny: rule.deny,
        because: texts::applies_because(rule, person, by),
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

async fn check_permissions(visit: &Visit, workspace: &str, pipeline: &str) -> PermissionCheck {
    let mut check = PermissionCheck {
        workspace: workspace.to_owned(),
        pipeline: pipeline.to_owned(),
        results: Vec::new(),
    };
    if pipeline.is_empty() {
        return check;
    }
    for role in [Role::Viewer, Role::Operator, Role::Admin] {
        let result = visit
            .catalog()
            .authorize(visit.scope(), workspace, pipeline, role)
            .await;
        check.results.push(PermissionResult {
            what: texts::allowed_by(role),
            allowed: result.is_ok(),
            why: texts::check_result(&result),
        });
    }
    check
}
