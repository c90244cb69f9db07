//! What a person who may see some pipelines is told, and is not told.

mod hidden;
mod incomplete;
mod stub;
mod tagged;

use std::collections::BTreeMap;

use tempfile::TempDir;

use self::stub::{Run, Stub};
use super::*;
use crate::access::{Person, Policy, RequestOrigin, Rule, Source};

/// A catalog of one workspace, `main`, over a stub.
struct House {
    stub: Stub,
    catalog: Catalog,
    copy: Pools,
    _state: TempDir,
}

async fn catalog(stub: &Stub, copy: Pools) -> Catalog {
    let workspace = Workspace {
        name: "main".into(),
        region: None,
        endpoint: None,
        colour: None,
        client: stub.client().await,
    };
    Catalog::new(copy, &[workspace].into_iter().collect())
}

impl House {
    /// With two pipelines of the team `open` and one of the team `secret`, all of which run.
    async fn build() -> Self {
        let state = tempfile::tempdir().unwrap();
        let stub = Stub::start().await;
        {
            let mut world = stub.world();
            let pipelines = [
                ("open-one", Some("open")),
                ("open-two", Some("open")),
                ("secret", Some("secret")),
            ];
            for (name, team) in pipelines {
                world
                    .pipelines
                    .push((name.to_owned(), team.map(str::to_owned)));
                world.runs.push(Run {
                    pipeline: name.to_owned(),
                    id: format!("{}0000", &name[..6].replace('-', "x")),
                    status: "Executing",
                    said_to_be_of: None,
                    is_old: false,
                });
            }
        }
        let copy = crate::database::open_catalog(state.path()).await.unwrap();
        Self {
            catalog: catalog(&stub, copy.clone()).await,
            copy,
            stub,
            _state: state,
        }
    }

    /// A catalog over the same rows, as another process opens it: everything is due.
    async fn reopened(&self) -> Catalog {
        catalog(&self.stub, self.copy.clone()).await
    }
}

fn rule(role: Role, pipelines: &str, team: Option<&str>) -> Rule {
    let team = team.map(|team| ("team".to_owned(), team.to_owned()));
    Rule {
        number: 1,
        groups: vec!["all".into()],
        people: Vec::new(),
        role,
        workspaces: vec!["main".parse().unwrap()],
        pipelines: vec![pipelines.parse().unwrap()],
        tags: BTreeMap::from_iter(team),
        deny: false,
    }
}

fn deny(rule: Rule) -> Rule {
    Rule { deny: true, ..rule }
}

fn scope(rules: Vec<Rule>) -> Scope {
    let person = Person {
        name: "ada".into(),
        email: None,
        groups: vec!["all".into()],
        groups_known: true,
        source: Source::Header,
    };
    Policy::new(rules, false).scope(person, RequestOrigin::default())
}

/// Scopes that leave the pipeline `secret` out, each in another way.
fn partial() -> Vec<(&'static str, Scope)> {
    use Role::Operator;
    let all = || rule(Operator, "*", None);
    vec![
        ("by name", scope(vec![rule(Operator, "open-*", None)])),
        (
            "by a denied name",
            scope(vec![all(), deny(rule(Role::Viewer, "sec*", None))]),
        ),
        ("by tag", scope(vec![rule(Operator, "*", Some("open"))])),
        (
            "by a denied tag",
            scope(vec![all(), deny(rule(Role::Viewer, "*", Some("secret")))]),
        ),
    ]
}

fn everything() -> Scope {
    Scope::everything(Person::local(), RequestOrigin::default(), false)
}

fn pipelines(search: &str) -> PipelineQuery {
    PipelineQuery {
        search: search.into(),
        page: 1,
        ..PipelineQuery::default()
    }
}
