//! What a person who may see some pipelines can read, and cannot.

mod backfill;
mod failures;
mod filling;
mod gone;
mod hidden;
mod incomplete;
mod newest;
mod stub;
mod tagged;

use std::collections::BTreeMap;

use tempfile::TempDir;

use self::stub::{Run, Stub};
use super::clock::SkippingClock;
use super::visible::VisiblePipelines;
use super::*;
use crate::access::{Forbidden, Person, Policy, RequestOrigin, Rule, Source};
use crate::aws::Client;
use crate::database::DatabaseErrorKind;

/// A catalog of one workspace, `main`, over a stub.
struct Fixture {
    stub: Stub,
    catalog: Catalog,
    clock: SkippingClock,
    _state: TempDir,
}

/// The catalog of the workspace, with what an earlier one stored in this folder.
async fn open(state: &TempDir, stub: &Stub, clock: &SkippingClock) -> Catalog {
    open_with(state, stub.client().await, clock).await
}

async fn open_with(state: &TempDir, client: Client, clock: &SkippingClock) -> Catalog {
    let workspace = Workspace {
        name: "main".into(),
        region: None,
        endpoint: None,
        colour: None,
        client,
    };
    let pools = loop {
        match crate::database::open_catalog(state.path()).await {
            // An earlier catalog lets go of the file once its last task has ended.
            Err(error) if error.kind == DatabaseErrorKind::Locked => tokio::task::yield_now().await,
            opened => break opened.unwrap(),
        }
    };
    Catalog::with_timing(
        pools,
        &[workspace].into_iter().collect(),
        patient(),
        clock.clock(),
    )
}

/// Readers wait for every refresh, so that none sees what there was before.
fn patient() -> Timing {
    let max_wait = Duration::from_secs(20);
    Timing {
        wait_recent: max_wait,
        wait_known: max_wait,
        wait_unknown: max_wait,
        ..Timing::default()
    }
}

impl Fixture {
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
                    answered_pipeline: None,
                    is_unsearched: false,
                });
            }
        }
        let clock = SkippingClock::default();
        Self {
            catalog: open(&state, &stub, &clock).await,
            stub,
            clock,
            _state: state,
        }
    }

    /// Lets so much time pass that everything is read again.
    fn age(&self) {
        self.clock.skip(Duration::from_secs(120));
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

/// Scopes without the pipeline `secret`, each for another reason.
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

/// The names of the pipelines that this person may see, sorted.
async fn visible_names(catalog: &Catalog, scope: &Scope) -> Result<Vec<String>, ReadError> {
    let workspace = catalog.visible_workspace(scope, "main")?;
    let VisiblePipelines::Only { names, .. } = workspace.visible(scope).await? else {
        panic!("every pipeline is visible");
    };
    let mut names: Vec<String> = names.into_iter().collect();
    names.sort_unstable();
    Ok(names)
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
