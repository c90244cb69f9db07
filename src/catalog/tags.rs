//! The tags of pipelines, where some rule asks for them.

use std::collections::HashMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::ReadError;
use super::freshness::{Freshness, Outcome, Wish};
use super::site::{Site, Subject};
use crate::access::Tags;
use crate::domain::{AwsError, Pipeline, Service, Tag};

/// How old tags may be, refreshed while somebody looks whose rules ask for them. With the wait for
/// the refresh, no page goes by tags that are older than a minute.
const AGE: Duration = Duration::from_secs(45);
/// How old tags count as known at all, while SageMaker cannot be asked. Unknown tags give nothing.
const KNOWN: SignedDuration = SignedDuration::from_mins(10);
/// Pipelines asked for one by one with each refresh whose tags a search did not tell: new ones.
const UNTOLD: usize = 20;

impl Site {
    /// Follows the tags of all pipelines; tells no time where they no longer count as known.
    pub(super) async fn follow_tags(&self, hurried: bool) -> Result<Freshness, ReadError> {
        let wish = Wish {
            operation: "ListTags",
            age: self.eased(AGE),
            hurried,
        };
        let mut told = self.fresh(Subject::AllTags, wish, Site::read_tags).await?;
        let since = Self::tags_known_since();
        told.as_of = told.as_of.filter(|at| *at > since);
        Ok(told)
    }

    /// The moment since which tags must have been told to count as known.
    pub(super) fn tags_known_since() -> Timestamp {
        let now = Timestamp::now();
        now.saturating_sub(KNOWN).unwrap_or(now)
    }

    /// Reads all tags by search; where that is refused, or leaves some out, one pipeline after
    /// another.
    async fn read_tags(self) -> Outcome {
        self.follow_pipelines(false).await?;
        let begun = Timestamp::now();
        let search = self.client().search_pipeline_tags();
        let (found, most, incomplete) = match self.ask("Search", "Pipeline", search).await {
            Ok(found) => {
                let incomplete = found.incomplete(Service::SageMaker, "Search");
                (found.items, UNTOLD, incomplete)
            }
            Err(failure) if failure.is_lasting() => (Vec::new(), usize::MAX, None),
            Err(failure) => return Err(ReadError::Unavailable(failure)),
        };
        // Answers are known to spell ARNs in other cases than lists do.
        let mut found: HashMap<String, Tags> = found
            .into_iter()
            .map(|(arn, tags)| (arn.to_ascii_lowercase(), mapped(tags)))
            .collect();
        let (mut told, mut untold) = (Vec::new(), Vec::new());
        for listed in self.store.tagged(Self::tags_known_since()).await? {
            match found.remove(&listed.arn.to_ascii_lowercase()) {
                Some(tags) => told.push((listed.arn, tags)),
                None => untold.push(listed.arn),
            }
        }
        self.store.put_tags(&told, begun).await?;
        untold.truncate(most);
        let (answers, mut troubles) = self.read_tags_of(untold).await?;
        if told.is_empty() && answers == 0 && !troubles.is_empty() {
            return Err(ReadError::Unavailable(troubles.remove(0)));
        }
        troubles.extend(incomplete);
        Ok(troubles)
    }

    /// Asks for the tags of these pipelines: how many answers came, and what went wrong.
    async fn read_tags_of(&self, arns: Vec<String>) -> Result<(usize, Vec<AwsError>), ReadError> {
        let (mut answers, mut troubles) = (0, Vec::<AwsError>::new());
        for arn in arns {
            self.turn_in_the_background().await;
            let begun = Timestamp::now();
            match self
                .ask("ListTags", &arn, self.client().list_tags(&arn))
                .await
            {
                Ok(tags) => {
                    answers += 1;
                    self.store.put_tags(&[(arn, mapped(tags))], begun).await?;
                }
                Err(failure) => {
                    if troubles.iter().all(|known| known.kind != failure.kind) {
                        troubles.push(failure);
                    }
                }
            }
        }
        Ok((answers, troubles))
    }

    /// The tags of a pipeline at this moment.
    pub(super) async fn tags_now(&self, pipeline: &Pipeline) -> Result<Tags, ReadError> {
        let begun = Timestamp::now();
        let told = self.client().list_tags(&pipeline.arn).await;
        let tags = mapped(told.map_err(ReadError::Unavailable)?);
        let kept = [(pipeline.arn.clone(), tags)];
        self.store.put_tags(&kept, begun).await?;
        let [(_, tags)] = kept;
        Ok(tags)
    }
}

fn mapped(tags: Vec<Tag>) -> Tags {
    tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}
