//! The executions of one pipeline, where those of all are not read yet or cannot be searched.

use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;

use super::cache_key::CacheKey;
use super::freshness::{Freshness, Outcome, RefreshPolicy};
use super::store::ReadSource;
use super::turns::Urgency;
use super::views::ReadError;
use super::workspace::WorkspaceCatalog;
use crate::aws::{NextPage, Page, PageWalk, SearchOrder, SearchedExecutions, incomplete};
use crate::domain::{AwsError, Execution, Pipeline, Service};

/// How old the executions of a pipeline may be whose page is looked at, without search.
const HISTORY_MAX_AGE: Duration = Duration::from_secs(3);
/// How old they may be for a look at the newest, as for an id that is not known.
const NEWEST_MAX_AGE: Duration = Duration::from_secs(2);
/// How old they may be where the pipeline only stands in a list of pipelines.
const IN_VIEW_MAX_AGE: Duration = Duration::from_secs(10);
/// How old the newest may be while a list of the pipeline's executions is open. Together with the two
/// seconds between two polls, a start shows within five seconds.
const OPEN_LIST_MAX_AGE: Duration = Duration::from_millis(1_500);
/// How old they may be where they are followed by search besides.
const SEARCHED_HISTORY_MAX_AGE: Duration = Duration::from_secs(60);
/// The most executions described with each refresh for what summaries lack.
const MAX_DESCRIBED: usize = 10;
/// Pipelines in view whose histories are read at once.
const HISTORIES_AT_ONCE: usize = 4;
/// Tries of one page in the background.
const MAX_PAGE_TRIES: u32 = 4;

/// Which call reads the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HistoryCall {
    Search,
    List,
}

impl HistoryCall {
    fn operation(self) -> &'static str {
        match self {
            Self::Search => "Search",
            Self::List => "ListPipelineExecutions",
        }
    }
}

impl WorkspaceCatalog {
    /// Follows the executions of one pipeline by themselves.
    pub(super) async fn follow_history(&self, pipeline: &Pipeline) -> Result<Freshness, ReadError> {
        let is_unread = self.is_unread(pipeline).await?
            && !self.cursor.lock().histories.contains(&pipeline.arn);
        let max_age = if self.can_search() && !is_unread {
            SEARCHED_HISTORY_MAX_AGE
        } else {
            self.throttled_age(HISTORY_MAX_AGE)
        };
        self.history(pipeline, max_age, true).await
    }

    /// Asks for the pipeline's newest executions now, unless that was done a moment ago.
    pub(super) async fn look_for_newer(&self, pipeline: &Pipeline) -> Result<Freshness, ReadError> {
        self.history(pipeline, NEWEST_MAX_AGE, true).await
    }

    /// Follows the newest executions of a pipeline whose list is open: the search index that feeds the
    /// rest may lag. All readers share one call; more pipelines than can be watched at full pace share
    /// the pace. Where the call is refused, the search alone feeds the list.
    pub(super) async fn follow_newest(&self, pipeline: &Pipeline) -> Result<(), ReadError> {
        self.watch(&pipeline.arn);
        let policy = RefreshPolicy {
            operation: "ListPipelineExecutions",
            max_age: self.watched_age(OPEN_LIST_MAX_AGE),
            is_brief: true,
        };
        let arn = pipeline.arn.clone();
        let key = CacheKey::Newest(arn.clone());
        self.fresh(key, policy, move |workspace| workspace.read_newest(arn))
            .await?;
        Ok(())
    }

    async fn read_newest(self, arn: String) -> Outcome {
        let page = self
            .page(&arn, HistoryCall::List, None)
            .await
            .map_err(ReadError::Unavailable)?;
        if !self.reaches_known(&page).await? && !self.is_behind().await? {
            self.store.mark_history_unread(&arn).await?;
        }
        let (_, mut contradicted) = self.store_summaries(&arn, page.items).await?;
        contradicted.truncate(MAX_DESCRIBED);
        Ok(self.describe_all(&contradicted).await)
    }

    /// Stores summaries of a pipeline's executions. Returns them, and the ARNs of those that need a
    /// description.
    async fn store_summaries(
        &self,
        pipeline_arn: &str,
        mut summaries: Vec<Execution>,
    ) -> Result<(Vec<Execution>, Vec<String>), ReadError> {
        for one in &mut summaries {
            // Summaries do not name their pipeline; these were listed for this one.
            one.pipeline_arn = Some(pipeline_arn.to_owned());
        }
        let contradicted = self
            .store
            .put_executions(&summaries, ReadSource::Summary)
            .await?;
        Ok((summaries, contradicted))
    }

    /// `with_descriptions` also reads what summaries lack, at the price of a call for each.
    async fn history(
        &self,
        pipeline: &Pipeline,
        max_age: Duration,
        with_descriptions: bool,
    ) -> Result<Freshness, ReadError> {
        let policy = RefreshPolicy {
            operation: "ListPipelineExecutions",
            max_age,
            is_brief: false,
        };
        let arn = pipeline.arn.clone();
        let key = CacheKey::History(arn.clone());
        self.fresh(key, policy, move |workspace| {
            workspace.read_history(arn, with_descriptions)
        })
        .await
    }

    /// Reads the histories of the pipelines in view, in their order, where there may be anything
    /// new: where executions cannot be searched, a list of pipelines has no other source. The second
    /// of each pair demands it.
    pub(super) async fn follow_in_view(
        &self,
        rows: &[(Pipeline, bool)],
    ) -> Result<Freshness, ReadError> {
        self.follow_histories(CacheKey::InView, rows).await
    }

    /// Reads the histories of these pipelines, as one thing with an age of its own.
    pub(super) async fn follow_histories(
        &self,
        key: CacheKey,
        rows: &[(Pipeline, bool)],
    ) -> Result<Freshness, ReadError> {
        let mut behind = Vec::new();
        for (pipeline, is_demanded) in rows {
            let own = CacheKey::History(pipeline.arn.clone());
            let as_of = self.known(&own).await?.as_of;
            if *is_demanded || has_run_since(pipeline, as_of) {
                behind.push(pipeline.clone());
            }
        }
        let policy = RefreshPolicy {
            operation: "ListPipelineExecutions",
            max_age: self.throttled_age(HISTORY_MAX_AGE),
            is_brief: true,
        };
        self.fresh(key, policy, move |workspace| async move {
            let mut read_errors = Vec::new();
            for some in behind.chunks(HISTORIES_AT_ONCE) {
                let all = some
                    .iter()
                    .map(|one| workspace.history(one, IN_VIEW_MAX_AGE, false));
                for freshness in join_all(all).await {
                    read_errors.extend(freshness?.read_errors);
                }
            }
            read_errors.dedup_by_key(|error| error.kind);
            Ok(read_errors)
        })
        .await
    }

    async fn read_history(self, arn: String, with_descriptions: bool) -> Outcome {
        let (call, page) = self.first_page(&arn).await?;
        let mut walk = PageWalk::default();
        let next = walk.after(page.items.len(), page.next.clone());
        let is_whole =
            self.reaches_known(&page).await? && self.store.is_history_complete(&arn).await?;
        let mut read_errors = self.store_page(&arn, call, page, with_descriptions).await?;
        match next {
            NextPage::End => self.store.set_history_complete(&arn).await?,
            NextPage::Endless => read_errors.push(incomplete(Service::SageMaker, call.operation())),
            NextPage::At(_) if is_whole => self.store.set_history_complete(&arn).await?,
            NextPage::At(token) => {
                if self.cursor.lock().histories.insert(arn.clone()) {
                    tokio::spawn(self.read_on(arn, call, token, walk));
                }
            }
        }
        Ok(read_errors)
    }

    /// Whether the last execution of the newest page is known by now, or there is no older one.
    async fn reaches_known(&self, page: &Page<Execution>) -> Result<bool, ReadError> {
        match (&page.next, page.items.last()) {
            (Some(_), Some(oldest)) => Ok(self.store.execution(&oldest.arn).await?.is_some()),
            _ => Ok(true),
        }
    }

    /// The first page by search; by a list where search is refused, or lacks what the pipeline's own record says.
    async fn first_page(&self, arn: &str) -> Result<(HistoryCall, Page<Execution>), ReadError> {
        let found = match self.page(arn, HistoryCall::Search, None).await {
            Ok(page) if self.has_last_run(arn, &page).await? => {
                return Ok((HistoryCall::Search, page));
            }
            Ok(page) => Some(page).filter(|page| !page.items.is_empty()),
            Err(error) if error.is_lasting() => None,
            Err(error) => return Err(ReadError::Unavailable(error)),
        };
        match (self.page(arn, HistoryCall::List, None).await, found) {
            (Ok(page), _) => {
                if self.has_last_run(arn, &page).await? {
                    self.search_lacks_some.store(true, Ordering::Relaxed);
                }
                Ok((HistoryCall::List, page))
            }
            (Err(_), Some(found)) => Ok((HistoryCall::Search, found)),
            (Err(error), None) => Err(ReadError::Unavailable(error)),
        }
    }

    /// Whether the newest page has an execution of the time at which the pipeline last ran by its own record.
    async fn has_last_run(&self, arn: &str, page: &Page<Execution>) -> Result<bool, ReadError> {
        let pipeline = self.store.pipeline_with_arn(arn).await?;
        let last = pipeline.and_then(|pipeline| pipeline.last_execution);
        let newest = page.items.iter().filter_map(|one| one.created).max();
        Ok(
            last.is_none_or(|last| {
                newest.is_some_and(|newest| last <= newest + self.start_delay())
            }),
        )
    }

    async fn page(
        &self,
        arn: &str,
        call: HistoryCall,
        token: Option<String>,
    ) -> Result<Page<Execution>, AwsError> {
        match call {
            HistoryCall::Search => {
                let order = SearchOrder::Created;
                let of = SearchedExecutions::OfPipeline(arn);
                let search = self.client().search_executions(order, of, token);
                self.ask("Search", "", search).await
            }
            HistoryCall::List => {
                self.ask_about_pipeline("ListPipelineExecutions", arn, move |client, pipeline| {
                    client.list_executions(pipeline, token.clone())
                })
                .await
            }
        }
    }

    async fn store_page(
        &self,
        arn: &str,
        call: HistoryCall,
        page: Page<Execution>,
        with_descriptions: bool,
    ) -> Result<Vec<AwsError>, ReadError> {
        if call == HistoryCall::Search {
            self.store
                .put_executions(&page.items, ReadSource::Search)
                .await?;
            return Ok(Vec::new());
        }
        let (executions, mut unsettled) = self.store_summaries(arn, page.items).await?;
        for (_, running) in self.store.running(Some(arn)).await? {
            if executions.iter().all(|one| one.arn != running) {
                unsettled.push(running);
            }
        }
        if with_descriptions {
            unsettled.extend(self.store.without_times(arn).await?);
        }
        unsettled.truncate(MAX_DESCRIBED);
        Ok(self.describe_all(&unsettled).await)
    }

    /// Reads the older pages in the background.
    async fn read_on(self, arn: String, call: HistoryCall, token: String, walk: PageWalk) {
        match self.read_to_the_end(&arn, call, token, walk).await {
            Ok(true) => {
                if let Err(error) = self.store.set_history_complete(&arn).await {
                    tracing::error!(%error, "Cannot store that a history is complete");
                }
            }
            Ok(false) => tracing::warn!(%arn, "The pages of a list of executions do not end"),
            Err(ReadError::Unavailable(error)) => {
                tracing::warn!(%error, "Cannot read older executions");
            }
            Err(error) => tracing::error!(%error, "Cannot store executions"),
        }
        self.cursor.lock().histories.remove(&arn);
    }

    /// Reads page by page, each tried again a few times; returns whether the last page was reached.
    async fn read_to_the_end(
        &self,
        arn: &str,
        call: HistoryCall,
        mut token: String,
        mut walk: PageWalk,
    ) -> Result<bool, ReadError> {
        let mut tries = 0;
        loop {
            self.background_turn(Urgency::LookedAt).await;
            match self.page(arn, call, Some(token.clone())).await {
                Ok(page) => {
                    tries = 0;
                    let next = walk.after(page.items.len(), page.next.clone());
                    self.store_page(arn, call, page, false).await?;
                    match next {
                        NextPage::At(next) => token = next,
                        NextPage::End => return Ok(true),
                        NextPage::Endless => return Ok(false),
                    }
                }
                Err(error) => {
                    tries += 1;
                    if tries == MAX_PAGE_TRIES || error.is_lasting() {
                        return Err(ReadError::Unavailable(error));
                    }
                    tokio::time::sleep(Duration::from_secs(1 << tries)).await;
                }
            }
        }
    }
}

/// Whether the pipeline may have run since its history was read.
fn has_run_since(pipeline: &Pipeline, as_of: Option<Timestamp>) -> bool {
    match (as_of, pipeline.last_execution) {
        (None, _) => true,
        (Some(as_of), Some(last)) => last >= as_of,
        (Some(_), None) => false,
    }
}
