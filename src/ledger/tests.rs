//! The ledger with real databases, against a stub of SageMaker.

mod activity;
mod codes;
mod faults;
mod once;
mod retention;
mod rights;
mod settling;
mod stub;
mod trail;
mod version_1;
mod writing;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use super::*;
use crate::access::{Person, RequestOrigin, Scope};
use crate::aws::{Workspace, Workspaces};
use crate::catalog::{Catalog, ReadError};
use crate::database::{self, Pools};
use crate::domain::{Action, ParameterValue};
use stub::{PIPELINE, Stub};

/// A ledger and what it works with.
struct Fixture {
    stub: Stub,
    ledger: Ledger,
    pools: Pools,
    /// Seconds by which the ledger's clock is ahead.
    ahead: Arc<AtomicI64>,
    state: TempDir,
}

impl Fixture {
    async fn build() -> Self {
        Self::over(tempfile::tempdir().unwrap()).await
    }

    /// Over the databases in this folder.
    async fn over(state: TempDir) -> Self {
        let stub = Stub::start().await;
        let workspace = Workspace {
            name: "default".into(),
            region: None,
            endpoint: None,
            colour: None,
            client: stub.client().await,
        };
        let workspaces = Workspaces::from_iter([workspace]);
        let copy = database::open_catalog(state.path()).await.unwrap();
        let catalog = Catalog::new(copy, &workspaces);
        let pools = database::open_ledger(state.path()).await.unwrap();
        let ahead = Arc::new(AtomicI64::new(0));
        let clock = ahead.clone();
        let settings = LedgerSettings {
            first_lookup_delay: Duration::from_millis(5),
            now: Arc::new(move || {
                Timestamp::now() + SignedDuration::from_secs(clock.load(Ordering::SeqCst))
            }),
            ..LedgerSettings::default()
        };
        let ledger = Ledger::open(pools.clone(), catalog, workspaces, settings)
            .await
            .unwrap();
        Self {
            stub,
            ledger,
            pools,
            ahead,
            state,
        }
    }

    /// Opens a second ledger over the same databases.
    async fn reopen(&self, settings: LedgerSettings) -> Ledger {
        let (catalog, workspaces) = (
            self.ledger.0.catalog.clone(),
            self.ledger.0.workspaces.clone(),
        );
        let ledger = Ledger::open(self.pools.clone(), catalog, workspaces, settings);
        ledger.await.unwrap()
    }

    fn advance(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::SeqCst);
    }

    fn start_ticket(&self) -> String {
        self.ledger
            .ticket(&ana(), Action::Start, "default", "daily")
    }

    async fn start(&self, ticket: &str, name: &str) -> Result<CompletedAction, ActionError> {
        self.ledger.act(&ana(), ticket, start(name)).await
    }

    /// Acts with a fresh ticket.
    async fn act(&self, action: Action, id: &str) -> Result<CompletedAction, ActionError> {
        let ticket = self.ledger.ticket(&ana(), action, "default", id);
        self.ledger.act(&ana(), &ticket, act(action, id)).await
    }

    /// Waits until nothing is being carried out or settled.
    async fn at_rest(&self) {
        let rest = async {
            while !self.ledger.0.in_flight.is_empty() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), rest)
            .await
            .expect("everything is settled");
    }

    /// The result of a check of the audit trail, read as by another process.
    async fn verified(&self) -> Verified {
        let trail = Trail::open(self.state.path()).await.unwrap();
        trail.verify(&[]).await.unwrap()
    }

    /// Changes the database as no part of the console can.
    async fn tamper(&self, sql: &'static str) {
        for guard in [
            "DROP TRIGGER IF EXISTS records_stand",
            "DROP TRIGGER IF EXISTS records_stay",
            "DROP TRIGGER IF EXISTS intents_stand",
            "DROP TRIGGER IF EXISTS intents_stay",
            "DROP TRIGGER IF EXISTS outcomes_stand",
            "DROP TRIGGER IF EXISTS outcomes_stay",
            "PRAGMA foreign_keys = OFF",
            sql,
        ] {
            let done = sqlx::query(guard).execute(&self.pools.writer).await;
            done.unwrap();
        }
    }

    async fn count(&self, table: &'static str) -> i64 {
        let sql = match table {
            "intents" => "SELECT count(*) FROM intents",
            "records" => "SELECT count(*) FROM records",
            _ => "SELECT count(*) FROM outcomes",
        };
        let found: (i64,) = sqlx::query_as(sql)
            .fetch_one(&self.pools.reader)
            .await
            .unwrap();
        found.0
    }
}

fn ana() -> Scope {
    Scope::everything(
        Person {
            name: "ana".into(),
            ..Person::local()
        },
        RequestOrigin::default(),
        false,
    )
}

fn start(name: &str) -> ActionRequest {
    start_with(|arguments| arguments.name = Some(name.into()))
}

fn start_with(change: impl FnOnce(&mut StartArguments)) -> ActionRequest {
    let mut arguments = StartArguments {
        pipeline_arn: PIPELINE.into(),
        name: Some("run".into()),
        description: Some("nightly".into()),
        parameters: vec![ParameterValue {
            name: "Depth".into(),
            value: "5".into(),
        }],
        copied_from: Some("abc".into()),
    };
    change(&mut arguments);
    ActionRequest {
        workspace: "default".into(),
        pipeline_name: "daily".into(),
        action: RequestedAction::Start(arguments),
    }
}

fn act(action: Action, id: &str) -> ActionRequest {
    ActionRequest {
        workspace: "default".into(),
        pipeline_name: "daily".into(),
        action: RequestedAction::Change {
            action,
            execution_id: id.into(),
            reason: Some("too dear".into()),
        },
    }
}
