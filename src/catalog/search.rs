//! Following every execution of a workspace by its newest changes.
//!
//! Each refresh reads `Search`, newest change first, down to ten minutes before the last change
//! known: the index may lag. Where that is far (the first time, or after a long rest), a task in
//! the background goes on page by page, while refreshes read what changed since it began.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::ReadError;
use super::freshness::{Freshness, Outcome, Wish};
use super::site::{Site, Subject, lock};
use super::store::Source;
use crate::aws::{NextPage, Page, PageWalk, SearchOrder, incomplete};
use crate::domain::{AwsError, AwsErrorKind, Execution, Service};

/// How far the index may lag behind.
const LAG: SignedDuration = SignedDuration::from_mins(10);
/// How old the executions of a workspace may be.
const AGE: Duration = Duration::from_secs(3);
/// Pages that readers wait for; the rest is read in the background.
const PAGES_WAITED_FOR: usize = 2;
/// Pages a refresh reads at most while the background is busy already.
const PAGES_AT_MOST: usize = 20;
/// Running executions that a search did not tell, described with each refresh.
const UNSEEN: usize = 3;
/// How often such an execution is described at most.
const UNSEEN_AGE: Duration = Duration::from_secs(12);
/// Tries of one page in the background.
const TRIES: u32 = 6;

/// How far the search over a workspace has come.
#[derive(Debug, Default)]
pub(super) struct Reach {
    /// While the background reads on: every change after this time is read by refreshes.
    filling: Option<Option<Timestamp>>,
    /// How many pages the last refresh read.
    pages: u32,
    /// Whether the last search named pages without end, so that older changes may be missing.
    is_endless: bool,
    /// When unseen running executions were last described.
    described: Vec<(String, Instant)>,
    /// The pipelines whose own histories the background reads, by ARN.
    pub(super) histories: HashSet<String>,
}

impl Site {
    /// Follows the executions of all pipelines.
    pub(super) async fn follow_executions(&self) -> Result<Freshness, ReadError> {
        let pages = lock(&self.search).pages.max(1);
        let wish = Wish {
            operation: "Search",
            age: self.eased(AGE * pages),
            hurried: true,
        };
        self.fresh(Subject::Executions, wish, Site::search_changes)
            .await
    }

    /// Whether executions can be searched, as far as is known.
    pub(super) fn can_search(&self) -> bool {
        self.refused("Search", "").is_none()
    }

    /// Whether older changes have not been read yet.
    pub(super) async fn is_behind(&self) -> Result<bool, ReadError> {
        let unfinished = {
            let search = lock(&self.search);
            search.filling.is_some() || search.is_endless
        };
        Ok(unfinished || !self.can_search() || self.store.frontier().await?.is_none())
    }

    async fn search_changes(self) -> Outcome {
        let filling = lock(&self.search).filling;
        let floor = match filling {
            Some(top) => top,
            None => self.store.frontier().await?,
        };
        let most = if filling.is_some() {
            PAGES_AT_MOST
        } else {
            PAGES_WAITED_FOR
        };
        let mut reading = Reading::down_to(floor);
        while reading.end.is_none() && reading.pages < most {
            self.read_page(&mut reading)
                .await
                .map_err(ReadError::Unavailable)??;
        }
        {
            let mut search = lock(&self.search);
            search.pages = u32::try_from(reading.pages).unwrap_or(u32::MAX);
            search.is_endless = reading.end == Some(End::Endless);
        }
        let newest = reading.newest.max(floor);
        let mut troubles = Vec::new();
        match reading.end {
            Some(End::Reached) => self.reached(newest).await?,
            // What lies between is read again next time.
            Some(End::Endless) => troubles.push(incomplete(Service::SageMaker, "Search")),
            None if filling.is_none() => {
                lock(&self.search).filling = Some(newest);
                tokio::spawn(self.clone().fill(reading));
                return Ok(Vec::new());
            }
            None => {}
        }
        troubles.extend(self.describe_unseen(&reading.seen).await);
        Ok(troubles)
    }

    /// Notes that every change up to `newest` was read, as far as the background has nothing left.
    async fn reached(&self, newest: Option<Timestamp>) -> Result<(), ReadError> {
        {
            let mut search = lock(&self.search);
            if let Some(top) = &mut search.filling {
                *top = newest;
                return Ok(());
            }
        }
        // An empty account has no change at all; the beginning of time says so.
        let newest = newest.unwrap_or(Timestamp::UNIX_EPOCH);
        if self.store.frontier().await? != Some(newest) {
            self.store.set_frontier(newest).await?;
        }
        Ok(())
    }

    async fn read_page(&self, reading: &mut Reading) -> Result<Result<(), ReadError>, AwsError> {
        let token = reading.token.take();
        let search = self
            .client()
            .search_executions(SearchOrder::LastModified, None, token);
        let page = self.ask("Search", "", search).await?;
        let kept = self.store.put_executions(&page.items, Source::Search).await;
        reading.took(page);
        Ok(kept.map(drop).map_err(ReadError::from))
    }

    /// Goes on page by page in the background, giving way to readers.
    async fn fill(self, mut reading: Reading) {
        let mut tries = 0;
        while reading.end.is_none() {
            self.turn_in_the_background().await;
            let token = reading.token.clone();
            match self.read_page(&mut reading).await {
                Ok(Ok(())) => tries = 0,
                Ok(Err(error)) => {
                    tracing::error!(%error, "executions could not be kept");
                    lock(&self.search).filling = None;
                    return;
                }
                Err(failure) => {
                    tries += 1;
                    if tries == TRIES || failure.is_lasting() {
                        tracing::warn!(%failure, "older executions could not be read");
                        lock(&self.search).filling = None;
                        return;
                    }
                    reading.token = token;
                    tokio::time::sleep(Duration::from_secs(1 << tries.min(5))).await;
                }
            }
        }
        let top = {
            let mut search = lock(&self.search);
            search.is_endless = reading.end == Some(End::Endless);
            search.filling.take().flatten()
        };
        if reading.end == Some(End::Endless) {
            tracing::warn!("The search for executions names pages without end");
            return;
        }
        if let Err(error) = self.reached(top).await {
            tracing::error!(%error, "how far executions were read could not be kept");
        }
    }

    /// Describes some of the executions known to run that a search did not tell.
    async fn describe_unseen(&self, seen: &HashSet<String>) -> Vec<AwsError> {
        let running = match self.store.running(None).await {
            Ok(running) => running,
            Err(error) => {
                tracing::error!(%error, "running executions could not be looked up");
                return Vec::new();
            }
        };
        let mut unseen: Vec<String> = running.into_iter().map(|(_, arn)| arn).collect();
        unseen.retain(|arn| !seen.contains(arn));
        {
            let mut search = lock(&self.search);
            search.described.retain(|(_, at)| at.elapsed() < UNSEEN_AGE);
            unseen.retain(|arn| search.described.iter().all(|(done, _)| done != arn));
            unseen.truncate(UNSEEN);
            let now = Instant::now();
            let taken = unseen.iter().map(|arn| (arn.clone(), now));
            search.described.extend(taken);
        }
        self.describe_all(&unseen).await
    }

    /// Describes executions and keeps what is told; tells what went wrong.
    pub(super) async fn describe_all(&self, arns: &[String]) -> Vec<AwsError> {
        let answers = join_all(arns.iter().map(|arn| self.describe(arn))).await;
        let mut troubles: Vec<AwsError> = Vec::new();
        for answer in answers {
            match answer {
                Err(ReadError::Unavailable(failure)) => {
                    if troubles.iter().all(|known| known.kind != failure.kind) {
                        troubles.push(failure);
                    }
                }
                Err(error @ ReadError::Database(_)) => tracing::error!(%error, "not kept"),
                Err(_) | Ok(_) => {}
            }
        }
        troubles
    }

    /// Describes one execution at this moment and keeps what is told. One that SageMaker no longer
    /// knows is forgotten.
    pub(super) async fn describe(&self, arn: &str) -> Result<Execution, ReadError> {
        let call = self.client().describe_execution(arn);
        match self.ask("DescribePipelineExecution", arn, call).await {
            Ok(told) => {
                let one = std::slice::from_ref(&told);
                self.store.put_executions(one, Source::Describe).await?;
                Ok(told)
            }
            Err(failure) if failure.kind == AwsErrorKind::NotFound => {
                self.store.forget_execution(arn).await?;
                Err(ReadError::Execution)
            }
            Err(failure) => Err(ReadError::Unavailable(failure)),
        }
    }
}

/// How the pages of a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Every change down to the floor was read.
    Reached,
    /// The pages name further ones without end.
    Endless,
}

/// A way through the pages of a search.
struct Reading {
    floor: Option<Timestamp>,
    newest: Option<Timestamp>,
    token: Option<String>,
    walk: PageWalk,
    seen: HashSet<String>,
    pages: usize,
    end: Option<End>,
}

impl Reading {
    fn down_to(frontier: Option<Timestamp>) -> Self {
        Self {
            floor: frontier.map(|at| at.saturating_sub(LAG).unwrap_or(Timestamp::MIN)),
            newest: None,
            token: None,
            walk: PageWalk::default(),
            seen: HashSet::new(),
            pages: 0,
            end: None,
        }
    }

    fn took(&mut self, page: Page<Execution>) {
        self.pages += 1;
        let changes = page.items.iter().filter_map(|one| one.modified);
        self.newest = self.newest.max(changes.clone().max());
        let below = changes
            .min()
            .is_some_and(|oldest| Some(oldest) < self.floor);
        match self.walk.after(page.items.len(), page.next) {
            _ if below => self.end = Some(End::Reached),
            NextPage::End => self.end = Some(End::Reached),
            NextPage::Endless => self.end = Some(End::Endless),
            NextPage::At(token) => self.token = Some(token),
        }
        self.seen.extend(page.items.into_iter().map(|one| one.arn));
    }
}
