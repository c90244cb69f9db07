//! What the search over all executions lacks: an empty answer is no proof that there are none.
//!
//! A pipeline's own record names the time at which it last ran. Where no execution of that time is known though every
//! change was searched, the pipeline is marked, and its executions are listed one pipeline after another. The mark stays
//! until its list was read, after a restart too.

use std::sync::atomic::Ordering;

use jiff::SignedDuration;

use super::cache_key::CacheKey;
use super::freshness::Freshness;
use super::views::{ListGap, ReadError};
use super::visible::VisiblePipelines;
use super::workspace::WorkspaceCatalog;
use crate::domain::Pipeline;

/// How much later a pipeline's record may say that it ran than its newest execution began: the two times need not be
/// taken at the same moment.
const MAX_START_DELAY: SignedDuration = SignedDuration::from_secs(2);
/// The most pipelines whose executions are listed with each refresh.
const MAX_LISTED: usize = 12;

impl WorkspaceCatalog {
    /// Reads the executions of pipelines that the search over all lacks, those that ran last first. Where executions
    /// cannot be searched, that is every pipeline.
    pub(super) async fn follow_unsearched(&self) -> Result<Freshness, ReadError> {
        self.mark_unsearched().await?;
        let (mut due, mut failed) = (Vec::new(), Vec::new());
        for pipeline in self.store.unread_pipelines().await? {
            let own = self.own_history(&pipeline).await?;
            let list = if own.failed.is_none() {
                &mut due
            } else {
                &mut failed
            };
            list.push((pipeline, true));
        }
        // Those that could not be listed do not hold up the others.
        due.append(&mut failed);
        if due.is_empty() {
            return Ok(Freshness::default());
        }
        due.truncate(MAX_LISTED);
        self.follow_histories(CacheKey::Unsearched, &due).await
    }

    /// Marks the pipelines that ran after every execution that is known of them. Looked for only after a change.
    pub(super) async fn mark_unsearched(&self) -> Result<(), ReadError> {
        // Until the search has come to its end, it may yet return them.
        if self.can_search() && self.is_behind().await? {
            return Ok(());
        }
        let changes = self.store.changes();
        if self.unsearched_as_of.load(Ordering::Acquire) == changes {
            return Ok(());
        }
        self.store.mark_unsearched(self.start_delay()).await?;
        self.unsearched_as_of.store(changes, Ordering::Release);
        Ok(())
    }

    /// How much later than its newest execution a pipeline may have run, by its own record, without that one being
    /// another; none where the search is known to lack some.
    pub(super) fn start_delay(&self) -> SignedDuration {
        match self.search_lacks_some.load(Ordering::Relaxed) {
            true => SignedDuration::ZERO,
            false => MAX_START_DELAY,
        }
    }

    /// How fresh the list of a pipeline's own executions is, without asking for it.
    async fn own_history(&self, pipeline: &Pipeline) -> Result<Freshness, ReadError> {
        self.known(&CacheKey::History(pipeline.arn.clone())).await
    }

    /// What keeps the list of a pipeline's executions from being whole.
    pub(super) async fn history_gap(
        &self,
        pipeline: &Pipeline,
    ) -> Result<Option<ListGap>, ReadError> {
        if pipeline.gone.is_some() || !self.is_history_incomplete(pipeline).await? {
            return Ok(None);
        }
        let own = self.own_history(pipeline).await?;
        Ok(Some(match own.failed {
            Some(_) => ListGap::NotListed,
            None => ListGap::Filling { back_to: None },
        }))
    }

    /// What keeps the list of the executions of these pipelines from being whole.
    pub(super) async fn list_gap(
        &self,
        visible: &VisiblePipelines,
    ) -> Result<Option<ListGap>, ReadError> {
        if !self.can_search() {
            return Ok(Some(ListGap::NotSearchable));
        }
        if self.is_behind().await? {
            let unread = self.unread_changes().await?;
            let back_to = unread.and_then(|gap| gap.span.upper);
            return Ok(Some(ListGap::Filling { back_to }));
        }
        let filling = ListGap::Filling { back_to: None };
        if self.store.is_taking_over().await? {
            return Ok(Some(filling));
        }
        let mut gap = None;
        for pipeline in self.store.unread_pipelines().await? {
            if !visible.contains(&pipeline.arn) {
                continue;
            }
            if self.own_history(&pipeline).await?.failed.is_some() {
                return Ok(Some(ListGap::NotListed));
            }
            gap = Some(filling);
        }
        Ok(gap)
    }
}
