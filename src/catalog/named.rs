//! One pipeline by its name, whoever asks.

use std::time::Duration;

use super::cache_key::CacheKey;
use super::freshness::{Outcome, RefreshPolicy};
use super::views::ReadError;
use super::workspace::WorkspaceCatalog;
use crate::domain::{AwsError, AwsErrorKind, Pipeline};

/// The most characters of a pipeline's name, or of an execution's id.
const MAX_NAME_LENGTH: usize = 256;
/// How long a name without a pipeline is not looked up again.
const UNKNOWN_NAME_MAX_AGE: Duration = Duration::from_secs(15);

impl WorkspaceCatalog {
    /// The pipeline of this name as it is known, or as it is found by a description; also one that is gone.
    pub(super) async fn known_pipeline(&self, name: &str) -> Result<Pipeline, ReadError> {
        if let Some(known) = self.store.pipeline_named(name).await? {
            return Ok(known);
        }
        // The same operation takes ARNs, which are not names.
        if !is_plain_name(name) {
            return Err(ReadError::Pipeline);
        }
        let policy = RefreshPolicy {
            operation: "DescribePipeline",
            max_age: UNKNOWN_NAME_MAX_AGE,
            is_brief: false,
        };
        let key = CacheKey::Named(name.to_owned());
        let wanted = name.to_owned();
        let freshness = self
            .fresh(key, policy, move |workspace| {
                workspace.find_pipeline(wanted)
            })
            .await?;
        match self.store.pipeline_named(name).await? {
            Some(found) => Ok(found),
            None => match self.store.gone_pipeline_named(name).await? {
                Some(gone) => Ok(gone),
                None => {
                    freshness.or_unavailable()?;
                    Err(ReadError::Pipeline)
                }
            },
        }
    }

    /// Describes a pipeline that no list returned: a new one, or one in an account that does not let
    /// its pipelines be listed.
    async fn find_pipeline(self, name: String) -> Outcome {
        let call = self.client().describe_pipeline(&name);
        match self.ask("DescribePipeline", &name, call).await {
            Ok(found) if found.pipeline.name == name => {
                let modified = found.pipeline.modified;
                self.store.put_detail(&found, modified).await?;
                Ok(Vec::new())
            }
            Ok(_) => Ok(Vec::new()),
            Err(error) if is_nonexistent(&error) => Ok(Vec::new()),
            Err(error) => Err(ReadError::Unavailable(error)),
        }
    }
}

/// Whether a text is a name or an id as SageMaker forms them, and nothing that means more to it.
pub(super) fn is_plain_name(text: &str) -> bool {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    !text.is_empty() && text.len() <= MAX_NAME_LENGTH && text.chars().all(is_plain)
}

/// Whether the answer is that nothing has this name, or nothing can have it.
pub(super) fn is_nonexistent(error: &AwsError) -> bool {
    matches!(error.kind, AwsErrorKind::NotFound | AwsErrorKind::Refused)
}
