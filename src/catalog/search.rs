//! Following every execution of a workspace by its newest changes.
//!
//! Each refresh reads `Search`, newest change first, down to ten minutes before the last change
//! known: the index may lag. Where that is far (the first time, or after a long rest), a task in
//! the background goes on page by page, while refreshes read what changed since it began.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};

use super::cache_key::CacheKey;
use super::freshness::{Freshness, Outcome, RefreshPolicy};
use super::store::ReadSource;
use super::views::ReadError;
use super::workspace::WorkspaceCatalog;
use crate::aws::{NextPage, Page, PageWalk, SearchOrder, incomplete};
use crate::domain::{AwsError, AwsErrorKind, Execution, Service};

/// How far the index may lag behind.
const MAX_INDEX_LAG: SignedDuration = SignedDuration::from_mins(10);
/// How old the executions of a workspace may be.
const EXECUTIONS_MAX_AGE: Duration = Duration::from_secs(3);
/// Pages that readers wait for; the rest is read in the background.
const AWAITED_PAGES: usize = 2;
/// The most pages a refresh reads while the background is busy already.
const MAX_PAGES_WHILE_FILLING: usize = 20;
/// Running executions that a search lacked, described with each refresh.
const MAX_UNSEEN_DESCRIBED: usize = 3;
/// How long such an execution is not described again.
const UNSEEN_MAX_AGE: Duration = Duration::from_secs(12);
/// Tries of one page in the background.
const MAX_PAGE_TRIES: u32 = 6;

impl WorkspaceCatalog {
    /// Follows the executions of all pipelines.
    pub(super) async fn follow_executions(&self) -> Result<Freshness, ReadError> {
        let pages = self.cursor.lock().pages.max(1);
        let policy = RefreshPolicy {
            operation: "Search",
            max_age: self.throttled_age(EXECUTIONS_MAX_AGE * pages),
            is_brief: true,
        };
        self.fresh(
            CacheKey::Executions,
            policy,
            WorkspaceCatalog::search_changes,
        )
        .await
    }

    /// Whether executions can be searched: the last search was not refused.
    pub(super) fn can_search(&self) -> bool {
        self.refused("Search", "").is_none()
    }

    /// Whether older changes have not been read yet.
    pub(super) async fn is_behind(&self) -> Result<bool, ReadError> {
        let is_unfinished = {
            let cursor = self.cursor.lock();
            cursor.filling.is_some() || cursor.is_endless
        };
        Ok(is_unfinished || !self.can_search() || self.store.high_water_mark().await?.is_none())
    }

    async fn search_changes(self) -> Outcome {
        let filling = self.cursor.lock().filling;
        let floor = match filling {
            Some(top) => top,
            None => self.store.high_water_mark().await?,
        };
        let max_pages = if filling.is_some() {
            MAX_PAGES_WHILE_FILLING
        } else {
            AWAITED_PAGES
        };
        let mut progress = SearchProgress::down_to(floor);
        while progress.end.is_none() && progress.pages < max_pages {
            self.read_page(&mut progress)
                .await
                .map_err(ReadError::Unavailable)??;
        }
        {
            let mut cursor = self.cursor.lock();
            cursor.pages = u32::try_from(progress.pages).unwrap_or(u32::MAX);
            cursor.is_endless = progress.end == Some(SearchEnd::Endless);
        }
        let newest = progress.newest.max(floor);
        let mut read_errors = Vec::new();
        match progress.end {
            Some(SearchEnd::Reached) => self.advance(newest).await?,
            // What lies between is read again next time.
            Some(SearchEnd::Endless) => read_errors.push(incomplete(Service::SageMaker, "Search")),
            None if filling.is_none() => {
                self.cursor.lock().filling = Some(newest);
                tokio::spawn(self.clone().fill(progress));
                return Ok(Vec::new());
            }
            None => {}
        }
        read_errors.extend(self.describe_unseen(&progress.seen).await);
        Ok(read_errors)
    }

    /// Notes that every change up to `newest` was read; while the background still reads, in memory
    /// alone.
    async fn advance(&self, newest: Option<Timestamp>) -> Result<(), ReadError> {
        {
            let mut cursor = self.cursor.lock();
            if let Some(top) = &mut cursor.filling {
                *top = newest;
                return Ok(());
            }
        }
        // An empty account has no change at all; the beginning of time stands for that.
        let newest = newest.unwrap_or(Timestamp::UNIX_EPOCH);
        if self.store.high_water_mark().await? != Some(newest) {
            self.store.set_high_water_mark(newest).await?;
        }
        Ok(())
    }

    async fn read_page(
        &self,
        progress: &mut SearchProgress,
    ) -> Result<Result<(), ReadError>, AwsError> {
        let token = progress.token.take();
        let search = self
            .client()
            .search_executions(SearchOrder::LastModified, None, token);
        let page = self.ask("Search", "", search).await?;
        let stored = self
            .store
            .put_executions(&page.items, ReadSource::Search)
            .await;
        progress.add(page);
        Ok(stored.map(drop).map_err(ReadError::from))
    }

    /// Goes on page by page in the background, giving way to readers.
    async fn fill(self, mut progress: SearchProgress) {
        let end = self.read_to_the_floor(&mut progress).await;
        let top = {
            let mut cursor = self.cursor.lock();
            cursor.is_endless = end == Ok(SearchEnd::Endless);
            cursor.filling.take().flatten()
        };
        match end {
            Ok(SearchEnd::Reached) => {
                if let Err(error) = self.advance(top).await {
                    tracing::error!(%error, "Cannot store how far executions were read");
                }
            }
            Ok(SearchEnd::Endless) => {
                tracing::warn!("The pages of a search for executions do not end");
            }
            Err(ReadError::Unavailable(error)) => {
                tracing::warn!(%error, "Cannot read older executions");
            }
            Err(error) => tracing::error!(%error, "Cannot store executions"),
        }
    }

    /// Reads page by page, each tried again a few times.
    async fn read_to_the_floor(
        &self,
        progress: &mut SearchProgress,
    ) -> Result<SearchEnd, ReadError> {
        let mut tries = 0;
        loop {
            if let Some(end) = progress.end {
                return Ok(end);
            }
            self.background_turn().await;
            let token = progress.token.clone();
            match self.read_page(progress).await {
                Ok(stored) => {
                    stored?;
                    tries = 0;
                }
                Err(error) => {
                    tries += 1;
                    if tries == MAX_PAGE_TRIES || error.is_lasting() {
                        return Err(ReadError::Unavailable(error));
                    }
                    progress.token = token;
                    tokio::time::sleep(Duration::from_secs(1 << tries.min(5))).await;
                }
            }
        }
    }

    /// Describes some of the executions known to run that a search lacked.
    async fn describe_unseen(&self, seen: &HashSet<String>) -> Vec<AwsError> {
        let running = match self.store.running(None).await {
            Ok(running) => running,
            Err(error) => {
                tracing::error!(%error, "Cannot look up running executions");
                return Vec::new();
            }
        };
        let mut unseen: Vec<String> = running.into_iter().map(|(_, arn)| arn).collect();
        unseen.retain(|arn| !seen.contains(arn));
        {
            let mut cursor = self.cursor.lock();
            let described = &mut cursor.described;
            described.retain(|(_, at)| self.clock.age(*at) < UNSEEN_MAX_AGE);
            unseen.retain(|arn| described.iter().all(|(done, _)| done != arn));
            unseen.truncate(MAX_UNSEEN_DESCRIBED);
            let now = self.clock.moment();
            described.extend(unseen.iter().map(|arn| (arn.clone(), now)));
        }
        self.describe_all(&unseen).await
    }

    /// Describes executions and stores the answers; returns what went wrong, each kind once.
    pub(super) async fn describe_all(&self, arns: &[String]) -> Vec<AwsError> {
        let answers = join_all(arns.iter().map(|arn| self.describe(arn))).await;
        let mut read_errors: Vec<AwsError> = Vec::new();
        for answer in answers {
            match answer {
                Err(ReadError::Unavailable(error)) => {
                    if read_errors.iter().all(|known| known.kind != error.kind) {
                        read_errors.push(error);
                    }
                }
                Err(error @ ReadError::Database(_)) => {
                    tracing::error!(%error, "Cannot store an execution");
                }
                Err(_) | Ok(_) => {}
            }
        }
        read_errors
    }

    /// Describes one execution at this moment and stores the answer. One that SageMaker no longer
    /// knows is marked so.
    pub(super) async fn describe(&self, arn: &str) -> Result<Execution, ReadError> {
        let call = self.client().describe_execution(arn);
        match self.ask("DescribePipelineExecution", arn, call).await {
            Ok(described) => {
                let one = std::slice::from_ref(&described);
                self.store.put_executions(one, ReadSource::Describe).await?;
                Ok(described)
            }
            Err(error) if error.kind == AwsErrorKind::NotFound => {
                self.store.mark_execution(arn, self.clock.now()).await?;
                Err(ReadError::Execution)
            }
            Err(error) => Err(ReadError::Unavailable(error)),
        }
    }
}

/// How the pages of a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SearchEnd {
    /// Every change down to the floor was read.
    Reached,
    /// The pages name further ones without end.
    Endless,
}

/// How far one search has come.
struct SearchProgress {
    floor: Option<Timestamp>,
    newest: Option<Timestamp>,
    token: Option<String>,
    walk: PageWalk,
    /// The ARNs of the executions on its pages.
    seen: HashSet<String>,
    pages: usize,
    end: Option<SearchEnd>,
}

impl SearchProgress {
    fn down_to(high_water_mark: Option<Timestamp>) -> Self {
        let floor = |at: Timestamp| at.saturating_sub(MAX_INDEX_LAG).unwrap_or(Timestamp::MIN);
        Self {
            floor: high_water_mark.map(floor),
            newest: None,
            token: None,
            walk: PageWalk::default(),
            seen: HashSet::new(),
            pages: 0,
            end: None,
        }
    }

    fn add(&mut self, page: Page<Execution>) {
        self.pages += 1;
        let changes = page.items.iter().filter_map(|one| one.modified);
        self.newest = self.newest.max(changes.clone().max());
        let is_below = changes
            .min()
            .is_some_and(|oldest| Some(oldest) < self.floor);
        match self.walk.after(page.items.len(), page.next) {
            _ if is_below => self.end = Some(SearchEnd::Reached),
            NextPage::End => self.end = Some(SearchEnd::Reached),
            NextPage::Endless => self.end = Some(SearchEnd::Endless),
            NextPage::At(token) => self.token = Some(token),
        }
        self.seen.extend(page.items.into_iter().map(|one| one.arn));
    }
}
