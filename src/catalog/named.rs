//! One pipeline by its name, whoever asks.

use super::ReadError;
use super::freshness::{Outcome, Wish};
use super::pipelines::AGE;
use super::site::{Site, Subject};
use crate::domain::{AwsError, AwsErrorKind, Pipeline};

/// Characters of a pipeline's name at most.
const NAME_MAX: usize = 256;

impl Site {
    /// The pipeline of this name as it is known, or as it is found by asking for it.
    pub(super) async fn known_pipeline(&self, name: &str) -> Result<Pipeline, ReadError> {
        if let Some(known) = self.store.pipeline_named(name).await? {
            return Ok(known);
        }
        // The same operation takes ARNs, which are no names.
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        if name.is_empty() || name.len() > NAME_MAX || !name.chars().all(plain) {
            return Err(ReadError::Pipeline);
        }
        let wish = Wish {
            operation: "DescribePipeline",
            age: AGE,
            hurried: false,
        };
        let asked = name.to_owned();
        let told = self
            .fresh(Subject::Named(asked.clone()), wish, move |site| {
                site.find_pipeline(asked)
            })
            .await?;
        match self.store.pipeline_named(name).await? {
            Some(found) => Ok(found),
            None => {
                told.or_missing()?;
                Err(ReadError::Pipeline)
            }
        }
    }

    /// Describes a pipeline that no list told: a new one, or one in an account that does not let
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
            Err(failure) if is_no_such(&failure) => Ok(Vec::new()),
            Err(failure) => Err(ReadError::Unavailable(failure)),
        }
    }
}

/// Whether this says that no such pipeline exists, or none can have that name.
pub(super) fn is_no_such(failure: &AwsError) -> bool {
    matches!(failure.kind, AwsErrorKind::NotFound | AwsErrorKind::Refused)
}
