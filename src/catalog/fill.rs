//! Reading, in the background, the changes that refreshes have skipped: of a first fill, nearly all. How far it came is
//! stored with every page; a token, which SageMaker may forget, is only kept in memory.

use std::time::Duration;

use super::change_search::{ChangeSearch, SearchEnd};
use super::store::SearchGap;
use super::turns::Urgency;
use super::views::ReadError;
use super::workspace::WorkspaceCatalog;
use crate::aws::incomplete;
use crate::domain::{AwsError, AwsErrorKind, Service};

/// Tries of one page.
const MAX_PAGE_TRIES: u32 = 6;
/// How long nothing is tried after a failure.
const REST: Duration = Duration::from_secs(15);

impl WorkspaceCatalog {
    /// Begins to read what was skipped, newest first, unless that goes on already. `begun` is the search that left a gap
    /// of this number.
    pub(super) fn fill_gaps(&self, begun: Option<(i64, ChangeSearch)>) {
        {
            let mut cursor = self.cursor.lock();
            let rests = cursor
                .filling_failed
                .is_some_and(|at| self.clock.age(at) < REST);
            if cursor.is_filling || rests {
                return;
            }
            cursor.is_filling = true;
        }
        let workspace = self.clone();
        tokio::spawn(async move {
            let filled = workspace.fill_each_gap(begun).await;
            {
                let mut cursor = workspace.cursor.lock();
                cursor.is_filling = false;
                cursor.filling_failed = filled.is_err().then(|| workspace.clock.moment());
            }
            match filled {
                Ok(()) => {}
                Err(ReadError::Unavailable(error)) => {
                    tracing::warn!(%error, "Cannot read older executions");
                }
                Err(error) => tracing::error!(%error, "Cannot store executions"),
            }
        });
    }

    async fn fill_each_gap(&self, mut begun: Option<(i64, ChangeSearch)>) -> Result<(), ReadError> {
        let mut tries = 0;
        let mut refused_at = None;
        // Looked up for each page: a newer gap goes first.
        while let Some(gap) = self.unread_changes().await? {
            let goes_on = begun.take().filter(|(number, _)| *number == gap.number);
            let mut search = goes_on.map_or_else(|| ChangeSearch::within(gap.span), |(_, of)| of);
            self.background_turn(Urgency::Skipped).await;
            let token = search.token.clone();
            match self.read_page(&mut search).await {
                Ok(stored) => {
                    stored?;
                    tries = 0;
                    self.note_page(&gap, &search).await?;
                    begun = Some((gap.number, search));
                }
                Err(error) if error.kind == AwsErrorKind::Refused => {
                    if refused_at.as_ref() == Some(&gap) {
                        return Err(ReadError::Unavailable(error));
                    }
                    self.begin_anew(&gap, token.is_some(), error).await?;
                    refused_at = Some(gap);
                }
                Err(error) => {
                    tries += 1;
                    if tries == MAX_PAGE_TRIES || error.is_lasting() {
                        return Err(ReadError::Unavailable(error));
                    }
                    search.token = token;
                    begun = Some((gap.number, search));
                    tokio::time::sleep(Duration::from_secs(1 << tries.min(5))).await;
                }
            }
        }
        Ok(())
    }

    /// Notes how far a page has come.
    async fn note_page(&self, gap: &SearchGap, search: &ChangeSearch) -> Result<(), ReadError> {
        self.cursor.lock().is_endless = search.end == Some(SearchEnd::Endless);
        match search.end {
            Some(SearchEnd::Reached) => self.store.close_gap(gap.number).await?,
            Some(SearchEnd::Endless) => {
                let error = incomplete(Service::SageMaker, "Search");
                return Err(ReadError::Unavailable(error));
            }
            None if search.oldest != gap.span.upper => {
                self.store.narrow_gap(gap.number, search.oldest).await?;
            }
            None => {}
        }
        Ok(())
    }

    /// After a refused page: one with a token may have been forgotten, so that reading goes on by the time that it has
    /// reached; where the filter by time is refused, the gap is read from the newest change on.
    async fn begin_anew(
        &self,
        gap: &SearchGap,
        had_token: bool,
        error: AwsError,
    ) -> Result<(), ReadError> {
        match (had_token, gap.span.upper) {
            (true, _) => Ok(()),
            (false, Some(_)) => Ok(self.store.narrow_gap(gap.number, None).await?),
            (false, None) => Err(ReadError::Unavailable(error)),
        }
    }
}
