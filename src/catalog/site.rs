//! The local copy of one workspace: its rows, its refreshes, its client.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::ReadError;
use super::freshness::{Flights, Freshness, Outcome, Timing, Wish};
use super::kept::Kept;
use super::pictures::Pictures;
use super::search::Reach;
use super::store::Store;
use crate::aws::{Client, Workspace};
use crate::database::Pools;
use crate::domain::{AwsError, AwsErrorKind, Service};

/// What is refreshed as one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Subject {
    /// All pipelines.
    Pipelines,
    /// The pipeline of a name that no list told.
    Named(String),
    /// A pipeline's definition, by its ARN.
    Detail(String),
    /// The executions of all pipelines.
    Executions,
    /// The executions of one pipeline, by its ARN.
    History(String),
    /// The executions of the pipelines in view, where all cannot be searched.
    InView,
    /// One execution with its steps, by its ARN.
    Execution(String),
    /// A pipeline's versions.
    Versions(String),
    /// The tags of all pipelines.
    AllTags,
    /// The tags of an ARN.
    Tags(String),
    /// What a step made, by its ARN.
    Job(String),
    /// The groups of registered models.
    Groups,
}

impl Subject {
    /// The name under which the time of telling is written down; `None` for what is only kept in
    /// memory.
    fn stored_as(&self) -> Option<String> {
        match self {
            Self::Pipelines => Some("pipelines".into()),
            Self::Executions => Some("executions".into()),
            Self::AllTags => Some("tags".into()),
            Self::Detail(arn) => Some(format!("detail:{arn}")),
            Self::History(arn) => Some(format!("history:{arn}")),
            Self::Execution(arn) => Some(format!("execution:{arn}")),
            _ => None,
        }
    }
}

/// How long a call that was refused or is unknown is not asked again.
const REFUSED: Duration = Duration::from_secs(60);
/// Refusals remembered at most.
const REFUSALS: usize = 1_024;
/// Running executions that can be watched at full pace.
const WATCHED: usize = 6;
/// How long an execution counts as watched after somebody looked.
const WATCHING: Duration = Duration::from_secs(10);

/// One workspace. Clones share everything.
#[derive(Clone)]
pub(super) struct Site(Arc<Inner>);

/// Calls that were refused for good, by operation and what they asked about, and when.
type Refusals = HashMap<(&'static str, String), (Instant, AwsError)>;

pub(super) struct Inner {
    pub(super) workspace: Workspace,
    pub(super) store: Store,
    pub(super) pictures: Arc<Pictures>,
    pub(super) kept: Kept,
    pub(super) search: Mutex<Reach>,
    /// Held by whatever reads in the background while it waits for its turn.
    background: tokio::sync::Mutex<()>,
    flights: Flights<Subject>,
    refusals: Mutex<Refusals>,
    watched: Mutex<HashMap<String, Instant>>,
}

impl Deref for Site {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Site {
    pub(super) fn new(workspace: Workspace, pools: Pools, pictures: Arc<Pictures>) -> Self {
        Self(Arc::new(Inner {
            store: Store::new(pools, &workspace.name),
            pictures,
            kept: Kept::default(),
            search: Mutex::default(),
            background: tokio::sync::Mutex::default(),
            flights: Flights::new(Timing::default()),
            refusals: Mutex::default(),
            watched: Mutex::default(),
            workspace,
        }))
    }

    pub(super) fn client(&self) -> &Client {
        &self.workspace.client
    }

    /// The subject, refreshed where it is older than wished.
    pub(super) async fn fresh<F>(
        &self,
        subject: Subject,
        wish: Wish,
        fetch: impl FnOnce(Site) -> F,
    ) -> Result<Freshness, ReadError>
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        self.recall(&subject).await?;
        let begin = || self.noting(&subject, fetch(self.clone()));
        Ok(self.flights.fresh(subject.clone(), wish, begin).await)
    }

    /// The subject, refreshed whatever is known of it.
    pub(super) async fn renew<F>(&self, subject: Subject, fetch: F) -> Result<Freshness, ReadError>
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        self.recall(&subject).await?;
        let begin = self.noting(&subject, fetch);
        Ok(self.flights.renew(subject, begin).await)
    }

    /// What is known of the subject without asking.
    pub(super) async fn told(&self, subject: &Subject) -> Result<Freshness, ReadError> {
        self.recall(subject).await?;
        Ok(self.flights.told(subject))
    }

    /// Takes up when an earlier process was told the subject.
    async fn recall(&self, subject: &Subject) -> Result<(), ReadError> {
        if self.flights.remembers(subject) {
            return Ok(());
        }
        let as_of = match subject.stored_as() {
            Some(name) => self.store.told(&name).await?,
            None => None,
        };
        self.flights.remember(subject.clone(), as_of);
        Ok(())
    }

    /// The refresh, followed by a note of its time.
    fn noting<F>(
        &self,
        subject: &Subject,
        fetch: F,
    ) -> impl Future<Output = Outcome> + Send + 'static
    where
        F: Future<Output = Outcome> + Send + 'static,
    {
        let (store, name) = (self.store.clone(), subject.stored_as());
        async move {
            let troubles = fetch.await?;
            if let Some(name) = name {
                store.tell(&name, Timestamp::now()).await?;
            }
            Ok(troubles)
        }
    }

    /// Makes a call, unless it was refused, or is unknown here, a short while ago: then that answer
    /// is repeated. `about` is the ARN or name asked about; a role may be allowed some.
    pub(super) async fn ask<T>(
        &self,
        operation: &'static str,
        about: &str,
        call: impl Future<Output = Result<T, AwsError>>,
    ) -> Result<T, AwsError> {
        if let Some(failure) = self.refused(operation, about) {
            return Err(failure);
        }
        let answer = call.await;
        if let Err(failure) = &answer
            && failure.is_lasting()
        {
            let everywhere = failure.kind == AwsErrorKind::UnknownOperation;
            let about = if everywhere { "" } else { about };
            let mut refusals = lock(&self.refusals);
            if refusals.len() >= REFUSALS {
                refusals.retain(|_, (at, _)| at.elapsed() < REFUSED);
            }
            if refusals.len() < REFUSALS {
                refusals.insert(
                    (operation, about.to_owned()),
                    (Instant::now(), failure.clone()),
                );
            }
        }
        answer
    }

    /// The answer to a call that is not asked again for now.
    pub(super) fn refused(&self, operation: &'static str, about: &str) -> Option<AwsError> {
        let refusals = lock(&self.refusals);
        let found = [about, ""]
            .into_iter()
            .find_map(|about| refusals.get(&(operation, about.to_owned())));
        found
            .filter(|(at, _)| at.elapsed() < REFUSED)
            .map(|(_, failure)| failure.clone())
    }

    /// Notes that somebody looks at a running execution.
    pub(super) fn watch(&self, arn: &str) {
        let mut watched = lock(&self.watched);
        watched.retain(|_, at| at.elapsed() < WATCHING);
        watched.insert(arn.to_owned(), Instant::now());
    }

    /// Waits for the next turn of what reads in the background: all of it together takes half of
    /// the call budget at most, and nothing while readers wait, so that these never queue behind it.
    pub(super) async fn turn_in_the_background(&self) {
        let _one_at_a_time = self.background.lock().await;
        let turn = 2.0
            / self
                .client()
                .budget(Service::SageMaker)
                .calls_per_second
                .max(0.1);
        let turn = Duration::try_from_secs_f64(turn).unwrap_or(Duration::from_secs(1));
        tokio::time::sleep(turn).await;
        for _ in 0..8 {
            if self.client().budget(Service::SageMaker).waiting == 0 {
                break;
            }
            tokio::time::sleep(turn).await;
        }
    }

    /// `age`, widened where SageMaker throttles.
    pub(super) fn eased(&self, age: Duration) -> Duration {
        match self.client().budget(Service::SageMaker).last_throttled {
            Some(ago) if ago < Duration::from_secs(10) => age * 4,
            Some(ago) if ago < Duration::from_secs(60) => age * 2,
            _ => age,
        }
    }

    /// `age` of a running execution, widened evenly where many are watched.
    pub(super) fn paced(&self, age: Duration) -> Duration {
        let watched = lock(&self.watched).len();
        let widened = age * u32::try_from(watched.max(WATCHED)).unwrap_or(u32::MAX);
        self.eased(widened / WATCHED as u32)
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
