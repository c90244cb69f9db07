//! ARNs of pipelines and executions, and where a workspace's own ones are.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use crate::domain::{AwsError, AwsErrorKind};

/// The ARN of a pipeline or of one of its executions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arn<'a> {
    partition: &'a str,
    region: &'a str,
    account: &'a str,
    /// `pipeline/<name>` or `pipeline/<name>/execution/<id>`.
    resource: std::borrow::Cow<'a, str>,
}

impl<'a> Arn<'a> {
    /// Reads one; `None` for anything else, and for whatever means more than itself in a policy.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let parts: Vec<&str> = text.split(':').collect();
        let ["arn", partition, "sagemaker", region, account, resource] = parts[..] else {
            return None;
        };
        let segments: Vec<&str> = resource.split('/').collect();
        let names = match segments[..] {
            ["pipeline", name] => [name, "-"],
            ["pipeline", name, "execution", id] => [name, id],
            _ => return None,
        };
        let plain = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let sound = partition.starts_with("aws")
            && [partition, region, account].into_iter().all(plain)
            && names.into_iter().all(plain);
        sound.then_some(Self {
            partition,
            region,
            account,
            resource: resource.into(),
        })
    }

    /// The same with the resource in small letters.
    pub(super) fn in_small_letters(&self) -> Self {
        Self {
            resource: self.resource.to_ascii_lowercase().into(),
            ..self.clone()
        }
    }
}

impl fmt::Display for Arn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            region,
            account,
            resource,
        } = self;
        write!(f, "arn:{partition}:sagemaker:{region}:{account}:{resource}")
    }
}

/// The Regions and accounts of a workspace's own pipelines, as lists have told them.
#[derive(Debug)]
pub(super) struct Homes {
    /// What the settings say, where SageMaker's own endpoint is called. Any other may be an
    /// emulator, whose ARNs tell the Region it was made with.
    region: Option<String>,
    known: Mutex<BTreeSet<(String, String)>>,
}

impl Homes {
    /// Before any list: everything is at home in `region`, or everywhere.
    pub(super) fn new(region: Option<String>) -> Self {
        Self {
            region,
            known: Mutex::default(),
        }
    }

    /// Remembers where a listed pipeline is.
    pub(super) fn note(&self, pipeline_arn: &str) {
        if let Some(arn) = Arn::parse(pipeline_arn) {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let home = (arn.region.to_owned(), arn.account.to_owned());
            known.insert(home);
        }
    }

    /// Refuses to act on what is in another Region or account. What is no ARN is in this one by its
    /// nature.
    pub(super) fn holds(&self, operation: &'static str, arn: &str) -> Result<(), AwsError> {
        let Some(arn) = Arn::parse(arn) else {
            return Ok(());
        };
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (region, account) = (arn.region, arn.account);
        let at_home = match (known.is_empty(), &self.region) {
            (true, None) => true,
            (true, Some(own)) => own == region,
            (false, _) => known.contains(&(region.to_owned(), account.to_owned())),
        };
        if at_home {
            return Ok(());
        }
        let message = format!(
            "it is in account {account} and Region {region}, which are not this workspace's"
        );
        Err(AwsError::own(operation, AwsErrorKind::Refused, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIPELINE: &str = "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/abalone";

    #[test]
    fn pipelines_and_executions_are_read_and_written_the_same() {
        for text in [
            PIPELINE,
            "arn:aws-cn:sagemaker:cn-north-1:111122223333:pipeline/Abalone/execution/abc123",
            "arn:aws:sagemaker:us-east-1:aws:pipeline/a-b",
        ] {
            let arn = Arn::parse(text).expect(text);
            assert_eq!(arn.to_string(), text);
        }
    }

    #[test]
    fn what_a_policy_would_read_as_more_than_one_thing_is_no_arn() {
        for text in [
            "",
            "abalone",
            "arn:x",
            "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/*",
            "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/abalon?",
            "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/${aws:username}",
            "arn:aws:sagemaker:*:111122223333:pipeline/abalone",
            "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/",
            "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/a/execution/",
            "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/a/execution/b/c",
            "arn:aws:sagemaker:eu-central-1:111122223333:training-job/a",
            "arn:aws:iam::111122223333:role/a",
        ] {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
    }

    #[test]
    fn nothing_of_another_account_or_region_is_acted_on() {
        let homes = Homes::new(Some("eu-central-1".into()));
        let elsewhere = "arn:aws:sagemaker:us-east-1:111122223333:pipeline/abalone";
        let others = "arn:aws:sagemaker:eu-central-1:999999999999:pipeline/abalone/execution/a";
        assert_eq!(homes.holds("Op", PIPELINE), Ok(()));
        assert_eq!(homes.holds("Op", others), Ok(()));
        let failure = homes.holds("Op", elsewhere).expect_err("another Region");
        assert_eq!(failure.kind, AwsErrorKind::Refused);
        assert!(failure.message.contains("us-east-1"), "{failure}");
        homes.note(PIPELINE);
        assert_eq!(homes.holds("Op", PIPELINE), Ok(()));
        let failure = homes.holds("Op", others).expect_err("another account");
        assert!(failure.message.contains("999999999999"), "{failure}");
    }

    #[test]
    fn behind_another_endpoint_only_the_lists_say_where_pipelines_are() {
        let homes = Homes::new(None);
        let elsewhere = "arn:aws:sagemaker:us-east-1:111122223333:pipeline/abalone";
        assert_eq!(homes.holds("Op", elsewhere), Ok(()));
        homes.note(PIPELINE);
        assert!(homes.holds("Op", elsewhere).is_err());
    }

    proptest::proptest! {
        #[test]
        fn what_is_taken_for_an_arn_means_itself_alone(
            text in "arn:aws[a-z-]{0,4}:sagemaker:[a-z0-9*-]{0,12}:[0-9a-z?*]{0,12}:pipeline/.{0,12}",
            noise in ".{0,80}",
        ) {
            for text in [text.as_str(), noise.as_str()] {
                if let Some(arn) = Arn::parse(text) {
                    proptest::prop_assert_eq!(arn.to_string(), text);
                    proptest::prop_assert!(!text.contains(['*', '?', '$', '"', '\\', ' ']));
                }
            }
        }
    }
}
