//! One search over the changes of executions, newest first, page by page.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::store::GapSpan;
use crate::aws::{NextPage, Page, PageWalk};
use crate::domain::Execution;

/// How far the index may lag behind.
const MAX_INDEX_LAG: SignedDuration = SignedDuration::from_mins(10);

/// How the pages of a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SearchEnd {
    /// Every change down to the floor was read.
    Reached,
    /// The pages name further ones without end.
    Endless,
}

/// How far one search has come.
#[derive(Default)]
pub(super) struct ChangeSearch {
    /// Changes after this time are left out.
    pub(super) until: Option<Timestamp>,
    /// The search ends below this time.
    pub(super) floor: Option<Timestamp>,
    pub(super) newest: Option<Timestamp>,
    pub(super) oldest: Option<Timestamp>,
    /// The token of the next page.
    pub(super) token: Option<String>,
    walk: PageWalk,
    /// The ARNs of the executions on its pages.
    pub(super) seen: HashSet<String>,
    pub(super) pages: usize,
    pub(super) end: Option<SearchEnd>,
}

impl ChangeSearch {
    /// From the newest change down to a little before the newest one that was read.
    pub(super) fn down_to(high_water_mark: Option<Timestamp>) -> Self {
        let floor = |at: Timestamp| at.saturating_sub(MAX_INDEX_LAG).unwrap_or(Timestamp::MIN);
        Self {
            floor: high_water_mark.map(floor),
            ..Self::default()
        }
    }

    /// Of what lies in a gap.
    pub(super) fn within(gap: GapSpan) -> Self {
        Self {
            until: gap.upper,
            floor: gap.lower,
            ..Self::default()
        }
    }

    pub(super) fn add(&mut self, page: Page<Execution>) {
        self.pages += 1;
        let changes = page.items.iter().filter_map(|one| one.modified);
        self.newest = self.newest.max(changes.clone().max());
        let oldest = changes.min();
        self.oldest = oldest.or(self.oldest);
        let is_below = oldest.is_some_and(|oldest| Some(oldest) < self.floor);
        match self.walk.after(page.items.len(), page.next) {
            _ if is_below => self.end = Some(SearchEnd::Reached),
            NextPage::End => self.end = Some(SearchEnd::Reached),
            NextPage::Endless => self.end = Some(SearchEnd::Endless),
            NextPage::At(token) => self.token = Some(token),
        }
        self.seen.extend(page.items.into_iter().map(|one| one.arn));
    }
}
