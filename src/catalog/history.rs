//! The executions of one pipeline, where those of all are not read yet or cannot be searched.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;

use super::ReadError;
use super::freshness::{Freshness, Outcome, Wish};
use super::site::{Site, Subject, lock};
use super::store::Source;
use crate::aws::{NextPage, Page, PageWalk, SearchOrder, incomplete};
use crate::domain::{AwsError, Execution, Pipeline, Service};

/// How old the executions of a pipeline may be whose page is looked at, without search.
const AGE: Duration = Duration::from_secs(3);
/// How old they may be where the pipeline only stands in a list of pipelines.
const AGE_IN_VIEW: Duration = Duration::from_secs(10);
/// How old they may be where they are followed by search besides.
const AGE_BESIDE: Duration = Duration::from_secs(60);
/// Executions described with each refresh to learn what summaries do not tell.
const DESCRIBED: usize = 10;
/// Tries of one page in the background.
const TRIES: u32 = 4;

/// Which call reads the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Search,
    List,
}

impl Way {
    fn operation(self) -> &'static str {
        match self {
            Self::Search => "Search",
            Self::List => "ListPipelineExecutions",
        }
    }
}

impl Site {
    /// Follows the executions of one pipeline by themselves.
    pub(super) async fn follow_history(&self, pipeline: &Pipeline) -> Result<Freshness, ReadError> {
        let is_unread =
            self.is_back(pipeline).await? && !lock(&self.search).histories.contains(&pipeline.arn);
        let age = if self.can_search() && !is_unread {
            AGE_BESIDE
        } else {
            self.eased(AGE)
        };
        self.history(pipeline, age, true).await
    }

    /// Asks for the pipeline's newest executions now, unless that was done a moment ago.
    pub(super) async fn look_for_newer(&self, pipeline: &Pipeline) -> Result<Freshness, ReadError> {
        self.history(pipeline, Duration::from_secs(2), true).await
    }

    /// `closely` also learns what summaries do not tell, at the price of a call for each.
    async fn history(
        &self,
        pipeline: &Pipeline,
        age: Duration,
        closely: bool,
    ) -> Result<Freshness, ReadError> {
        let wish = Wish {
            operation: "ListPipelineExecutions",
            age,
            hurried: false,
        };
        let arn = pipeline.arn.clone();
        self.fresh(Subject::History(arn.clone()), wish, move |site| {
            site.read_history(arn, closely)
        })
        .await
    }

    /// Reads the histories of the pipelines in view, in their order, as far as there is anything
    /// new: where executions cannot be searched, this is all a list of pipelines can tell.
    pub(super) async fn follow_in_view(
        &self,
        rows: &[(Pipeline, bool)],
    ) -> Result<Freshness, ReadError> {
        let mut behind = Vec::new();
        for (pipeline, running) in rows {
            let subject = Subject::History(pipeline.arn.clone());
            let as_of = self.told(&subject).await?.as_of;
            if *running || is_behind(pipeline, as_of) {
                behind.push(pipeline.clone());
            }
        }
        let wish = Wish {
            operation: "ListPipelineExecutions",
            age: self.eased(AGE),
            hurried: true,
        };
        self.fresh(Subject::InView, wish, move |site| async move {
            let mut troubles = Vec::new();
            for some in behind.chunks(4) {
                let all = some.iter().map(|one| site.history(one, AGE_IN_VIEW, false));
                for told in join_all(all).await {
                    troubles.extend(told?.troubles);
                }
            }
            troubles.dedup_by_key(|failure| failure.kind);
            Ok(troubles)
        })
        .await
    }

    async fn read_history(self, arn: String, closely: bool) -> Outcome {
        let (way, page) = self
            .first_page(&arn)
            .await
            .map_err(ReadError::Unavailable)?;
        let mut walk = PageWalk::default();
        let next = walk.after(page.items.len(), page.next.clone());
        let mut troubles = self.keep_page(&arn, way, page, closely).await?;
        match next {
            NextPage::End => self.store.set_history_whole(&arn).await?,
            NextPage::Endless => troubles.push(incomplete(Service::SageMaker, way.operation())),
            NextPage::At(token) => {
                if !self.store.history_is_whole(&arn).await?
                    && lock(&self.search).histories.insert(arn.clone())
                {
                    tokio::spawn(self.read_on(arn, way, token, walk));
                }
            }
        }
        Ok(troubles)
    }

    async fn first_page(&self, arn: &str) -> Result<(Way, Page<Execution>), AwsError> {
        match self.page(arn, Way::Search, None).await {
            Ok(page) => Ok((Way::Search, page)),
            Err(failure) if failure.is_lasting() => {
                Ok((Way::List, self.page(arn, Way::List, None).await?))
            }
            Err(failure) => Err(failure),
        }
    }

    async fn page(
        &self,
        arn: &str,
        way: Way,
        token: Option<String>,
    ) -> Result<Page<Execution>, AwsError> {
        match way {
            Way::Search => {
                let order = SearchOrder::Created;
                let call = self.client().search_executions(order, Some(arn), token);
                self.ask("Search", "", call).await
            }
            Way::List => {
                let call = self.client().list_executions(arn, token);
                self.ask("ListPipelineExecutions", arn, call).await
            }
        }
    }

    async fn keep_page(
        &self,
        arn: &str,
        way: Way,
        page: Page<Execution>,
        closely: bool,
    ) -> Result<Vec<AwsError>, ReadError> {
        if way == Way::Search {
            self.store
                .put_executions(&page.items, Source::Search)
                .await?;
            return Ok(Vec::new());
        }
        let mut told = page.items;
        for one in &mut told {
            // Summaries do not name their pipeline; these were listed for this one.
            one.pipeline_arn = Some(arn.to_owned());
        }
        let mut unsettled = self.store.put_executions(&told, Source::Summary).await?;
        for (_, running) in self.store.running(Some(arn)).await? {
            if told.iter().all(|one| one.arn != running) {
                unsettled.push(running);
            }
        }
        if closely {
            unsettled.extend(self.store.without_times(arn).await?);
        }
        unsettled.truncate(DESCRIBED);
        Ok(self.describe_all(&unsettled).await)
    }

    /// Reads the older pages in the background.
    async fn read_on(self, arn: String, way: Way, token: String, walk: PageWalk) {
        match self.read_to_the_end(&arn, way, token, walk).await {
            Ok(true) => {
                if let Err(error) = self.store.set_history_whole(&arn).await {
                    tracing::error!(%error, "a whole history could not be noted");
                }
            }
            Ok(false) => tracing::warn!(%arn, "The list of executions names pages without end"),
            Err(ReadError::Unavailable(failure)) => {
                tracing::warn!(%failure, "older executions could not be read");
            }
            Err(error) => tracing::error!(%error, "executions could not be kept"),
        }
        lock(&self.search).histories.remove(&arn);
    }

    /// Reads page by page, each tried again a few times; whether the last page was reached.
    async fn read_to_the_end(
        &self,
        arn: &str,
        way: Way,
        mut token: String,
        mut walk: PageWalk,
    ) -> Result<bool, ReadError> {
        let mut tries = 0;
        loop {
            self.turn_in_the_background().await;
            match self.page(arn, way, Some(token.clone())).await {
                Ok(page) => {
                    tries = 0;
                    let next = walk.after(page.items.len(), page.next.clone());
                    self.keep_page(arn, way, page, false).await?;
                    match next {
                        NextPage::At(next) => token = next,
                        NextPage::End => return Ok(true),
                        NextPage::Endless => return Ok(false),
                    }
                }
                Err(failure) => {
                    tries += 1;
                    if tries == TRIES || failure.is_lasting() {
                        return Err(ReadError::Unavailable(failure));
                    }
                    tokio::time::sleep(Duration::from_secs(1 << tries)).await;
                }
            }
        }
    }
}

/// Whether the pipeline has run since its history was told.
fn is_behind(pipeline: &Pipeline, as_of: Option<Timestamp>) -> bool {
    match (as_of, pipeline.last_execution) {
        (None, _) => true,
        (Some(as_of), Some(last)) => last >= as_of,
        (Some(_), None) => false,
    }
}
