//! The Regions and accounts of a workspace's own pipelines, so that nothing elsewhere is acted on.

use std::collections::BTreeSet;

use parking_lot::Mutex;

use sluicegate_domain::{Arn, AwsError, AwsErrorKind, Service};

/// The Regions and accounts that lists of pipelines have shown.
#[derive(Debug)]
pub(super) struct KnownAccounts {
    /// The Region of the settings, where SageMaker's own endpoint is called. Any other endpoint may
    /// be an emulator, whose ARNs carry the Region it was made with.
    region: Option<String>,
    known: Mutex<BTreeSet<(String, String)>>,
}

impl KnownAccounts {
    /// Before the first list: everything in `region` belongs to the workspace, or everything.
    pub(super) fn new(region: Option<String>) -> Self {
        Self {
            region,
            known: Mutex::default(),
        }
    }

    /// Records the Region and account of a listed pipeline.
    pub(super) fn add(&self, pipeline_arn: &str) {
        if let Some(arn) = Arn::parse_pipeline(pipeline_arn) {
            let mut known = self.known.lock();
            known.insert((arn.region().to_owned(), arn.account().to_owned()));
        }
    }

    /// Refuses an action on what is in another Region or account. What is not an ARN (a name)
    /// belongs to this workspace's.
    pub(super) fn check(&self, operation: &'static str, arn: &str) -> Result<(), AwsError> {
        let Some(arn) = Arn::parse_pipeline(arn) else {
            return Ok(());
        };
        let known = self.known.lock();
        let (region, account) = (arn.region(), arn.account());
        let is_own = match (known.is_empty(), &self.region) {
            (true, None) => true,
            (true, Some(own)) => own == region,
            (false, _) => known.contains(&(region.to_owned(), account.to_owned())),
        };
        if is_own {
            return Ok(());
        }
        let message = format!(
            "it is in account {account} and Region {region}, which are not this workspace's"
        );
        let kind = AwsErrorKind::Refused;
        Err(AwsError::new(Service::SageMaker, operation, kind, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIPELINE: &str = "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/abalone";

    #[test]
    fn nothing_of_another_account_or_region_is_acted_on() {
        let accounts = KnownAccounts::new(Some("eu-central-1".into()));
        let elsewhere = "arn:aws:sagemaker:us-east-1:111122223333:pipeline/abalone";
        let others = "arn:aws:sagemaker:eu-central-1:999999999999:pipeline/abalone/execution/a";
        assert_eq!(accounts.check("Op", PIPELINE), Ok(()));
        assert_eq!(accounts.check("Op", others), Ok(()));
        let error = accounts.check("Op", elsewhere).expect_err("another Region");
        assert_eq!(error.kind, AwsErrorKind::Refused);
        assert!(error.message.contains("us-east-1"), "{error}");
        accounts.add(PIPELINE);
        assert_eq!(accounts.check("Op", PIPELINE), Ok(()));
        let error = accounts.check("Op", others).expect_err("another account");
        assert!(error.message.contains("999999999999"), "{error}");
    }

    #[test]
    fn behind_another_endpoint_only_the_lists_show_where_pipelines_are() {
        let accounts = KnownAccounts::new(None);
        let elsewhere = "arn:aws:sagemaker:us-east-1:111122223333:pipeline/abalone";
        assert_eq!(accounts.check("Op", elsewhere), Ok(()));
        accounts.add(PIPELINE);
        assert!(accounts.check("Op", elsewhere).is_err());
    }
}
