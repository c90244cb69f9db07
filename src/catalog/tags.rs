//! The tags of pipelines, where some rule asks for them.

use std::collections::HashMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::cache_key::CacheKey;
use super::freshness::{Freshness, Outcome, RefreshPolicy};
use super::turns::Urgency;
use super::views::ReadError;
use super::workspace::WorkspaceCatalog;
use crate::access::Tags;
use crate::domain::{AwsError, Pipeline, Service, Tag};

/// How old tags may be, refreshed while somebody looks whose rules ask for them. With the wait for
/// the refresh, no page is decided by tags that are older than a minute.
const TAGS_MAX_AGE: Duration = Duration::from_secs(45);
/// How long tags count as known, while SageMaker cannot be asked. Unknown tags give nothing.
const TAGS_LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// The most pipelines asked for one by one with each refresh whose tags a search lacked: new ones.
const MAX_UNTAGGED_READ: usize = 20;

impl WorkspaceCatalog {
    /// Follows the tags of all pipelines; without a time where they no longer count as known.
    pub(super) async fn follow_tags(&self, is_brief: bool) -> Result<Freshness, ReadError> {
        let policy = RefreshPolicy {
            operation: "ListTags",
            max_age: self.throttled_age(TAGS_MAX_AGE),
            is_brief,
        };
        let mut freshness = self
            .fresh(CacheKey::AllTags, policy, WorkspaceCatalog::read_tags)
            .await?;
        let since = self.tags_known_since();
        freshness.as_of = freshness.as_of.filter(|at| *at > since);
        Ok(freshness)
    }

    /// The moment since which tags must have been read to count as known.
    pub(super) fn tags_known_since(&self) -> Timestamp {
        let now = self.clock.now();
        now.saturating_sub(TAGS_LIFETIME).unwrap_or(now)
    }

    /// Reads all tags by search; where that is refused, or leaves some out, one pipeline after
    /// another.
    async fn read_tags(self) -> Outcome {
        self.follow_pipelines(false).await?;
        let begun = self.clock.now();
        let search = self.client().search_pipeline_tags();
        let (found, max_read, incomplete) = match self.ask("Search", "Pipeline", search).await {
            Ok(found) => {
                let incomplete = found.incomplete(Service::SageMaker, "Search");
                (found.items, MAX_UNTAGGED_READ, incomplete)
            }
            Err(error) if error.is_lasting() => (Vec::new(), usize::MAX, None),
            Err(error) => return Err(ReadError::Unavailable(error)),
        };
        // Answers are known to spell ARNs in other cases than lists do.
        let mut found: HashMap<String, Tags> = found
            .into_iter()
            .map(|(arn, tags)| (arn.to_ascii_lowercase(), by_key(tags)))
            .collect();
        let (mut tagged, mut untagged) = (Vec::new(), Vec::new());
        for listed in self.store.tagged(self.tags_known_since()).await? {
            match found.remove(&listed.arn.to_ascii_lowercase()) {
                Some(tags) => tagged.push((listed.arn, tags)),
                None => untagged.push(listed.arn),
            }
        }
        self.store.put_tags(&tagged, begun).await?;
        untagged.truncate(max_read);
        let (answers, mut read_errors) = self.read_tags_of(untagged).await?;
        if tagged.is_empty() && answers == 0 && !read_errors.is_empty() {
            return Err(ReadError::Unavailable(read_errors.remove(0)));
        }
        read_errors.extend(incomplete);
        Ok(read_errors)
    }

    /// Asks for the tags of these pipelines: how many answers came, and what went wrong.
    async fn read_tags_of(&self, arns: Vec<String>) -> Result<(usize, Vec<AwsError>), ReadError> {
        let (mut answers, mut read_errors) = (0, Vec::<AwsError>::new());
        for arn in arns {
            self.background_turn(Urgency::LookedAt).await;
            let begun = self.clock.now();
            match self
                .ask("ListTags", &arn, self.client().list_tags(&arn))
                .await
            {
                Ok(tags) => {
                    answers += 1;
                    self.store.put_tags(&[(arn, by_key(tags))], begun).await?;
                }
                Err(error) => {
                    if read_errors.iter().all(|known| known.kind != error.kind) {
                        read_errors.push(error);
                    }
                }
            }
        }
        Ok((answers, read_errors))
    }

    /// The tags of a pipeline at this moment.
    pub(super) async fn tags_now(&self, pipeline: &Pipeline) -> Result<Tags, ReadError> {
        let begun = self.clock.now();
        let answer = self.client().list_tags(&pipeline.arn).await;
        let tags = by_key(answer.map_err(ReadError::Unavailable)?);
        let kept = [(pipeline.arn.clone(), tags)];
        self.store.put_tags(&kept, begun).await?;
        let [(_, tags)] = kept;
        Ok(tags)
    }
}

fn by_key(tags: Vec<Tag>) -> Tags {
    tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}
