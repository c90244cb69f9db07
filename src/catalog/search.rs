//! Following every execution of a workspace by its newest changes.
//!
//! Each refresh reads `Search`, newest change first, down to ten minutes before the last change
//! known: the index may lag. Where that is far (the first time, or after a long rest), the rest is a gap, which the
//! background fills while refreshes read what changes meanwhile.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;

use super::cache_key::CacheKey;
use super::change_search::{ChangeSearch, SearchEnd};
use super::freshness::{Freshness, Outcome, RefreshPolicy};
use super::store::{GapSpan, ReadSource, SearchGap};
use super::views::ReadError;
use super::workspace::WorkspaceCatalog;
use crate::aws::{SearchOrder, SearchedExecutions, incomplete};
use crate::domain::{AwsError, AwsErrorKind, Execution, Service};

/// How old the executions of a workspace may be.
const EXECUTIONS_MAX_AGE: Duration = Duration::from_secs(3);
/// Pages that readers wait for; the rest is read in the background.
const AWAITED_PAGES: usize = 2;
/// Running executions that a search lacked, described with each refresh.
const MAX_UNSEEN_DESCRIBED: usize = 3;
/// How long such an execution is not described again.
const UNSEEN_MAX_AGE: Duration = Duration::from_secs(12);

impl WorkspaceCatalog {
    /// Follows the executions of all pipelines.
    pub(super) async fn follow_executions(&self) -> Result<Freshness, ReadError> {
        self.backfill.look(&self.clock);
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
        let is_endless = self.cursor.lock().is_endless;
        Ok(is_endless
            || !self.can_search()
            || self.store.high_water_mark().await?.is_none()
            || self.unread_changes().await?.is_some())
    }

    /// What of the changes was not read yet; `None` where all were.
    pub(super) async fn unread_changes(&self) -> Result<Option<SearchGap>, ReadError> {
        Ok(self.store.newest_gap().await?)
    }

    async fn search_changes(self) -> Outcome {
        let mark = self.store.high_water_mark().await?;
        let mut search = ChangeSearch::down_to(mark);
        while search.end.is_none() && search.pages < AWAITED_PAGES {
            self.read_page(&mut search)
                .await
                .map_err(ReadError::Unavailable)??;
        }
        {
            let mut cursor = self.cursor.lock();
            cursor.pages = u32::try_from(search.pages).unwrap_or(u32::MAX);
            cursor.is_endless = search.end == Some(SearchEnd::Endless);
        }
        let newest = search.newest.max(mark);
        let seen = std::mem::take(&mut search.seen);
        let mut read_errors = Vec::new();
        match search.end {
            Some(SearchEnd::Reached) => {
                self.advance(newest, None).await?;
                self.fill_gaps(None);
            }
            // What lies between is read again next time.
            Some(SearchEnd::Endless) => read_errors.push(incomplete(Service::SageMaker, "Search")),
            None => self.skip_the_rest(search, newest, mark).await?,
        }
        read_errors.extend(self.describe_unseen(&seen).await);
        Ok(read_errors)
    }

    /// Leaves what a search has not reached to the background.
    async fn skip_the_rest(
        &self,
        search: ChangeSearch,
        newest: Option<Timestamp>,
        mark: Option<Timestamp>,
    ) -> Result<(), ReadError> {
        let is_filling = self.unread_changes().await?.is_some();
        // While an earlier gap is open, what was read before is not looked through once more for what the index lacked.
        let lower = if is_filling { mark } else { search.floor };
        let skipped = GapSpan {
            upper: search.oldest,
            lower,
        };
        let skipped = Some(skipped).filter(|_| !is_filling || search.oldest > mark);
        let number = self.advance(newest, skipped).await?;
        self.fill_gaps(number.map(|number| (number, search)));
        Ok(())
    }

    /// Notes up to which change all were read, but for what was skipped. Returns the number of that gap.
    async fn advance(
        &self,
        newest: Option<Timestamp>,
        skipped: Option<GapSpan>,
    ) -> Result<Option<i64>, ReadError> {
        // An empty account has no change at all; the beginning of time stands for that.
        let newest = newest.unwrap_or(Timestamp::UNIX_EPOCH);
        if skipped.is_none() && self.store.high_water_mark().await? == Some(newest) {
            return Ok(None);
        }
        Ok(self.store.advance(newest, skipped).await?)
    }

    pub(super) async fn read_page(
        &self,
        search: &mut ChangeSearch,
    ) -> Result<Result<(), ReadError>, AwsError> {
        let token = search.token.take();
        let (searched, about) = match search.until {
            // An endpoint that does not take this filter may well search without it.
            Some(until) => (SearchedExecutions::ChangedUntil(until), "LastModifiedTime"),
            None => (SearchedExecutions::All, ""),
        };
        let order = SearchOrder::LastModified;
        let call = self.client().search_executions(order, searched, token);
        let page = self.ask("Search", about, call).await?;
        let stored = self
            .store
            .put_executions(&page.items, ReadSource::Search)
            .await;
        search.add(page);
        Ok(stored.map(drop).map_err(ReadError::from))
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
