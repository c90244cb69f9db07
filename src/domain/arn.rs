//! Amazon Resource Names: read once, compared without regard to case, kept as given.

use std::fmt;
use std::hash::{Hash, Hasher};

/// An ARN: `arn:<partition>:<service>:<region>:<account>:<resource>`.
///
/// Two are equal if they differ in case alone: ARNs keep the case of names since 2023, and records
/// from before are in lower case. [`fmt::Display`] gives the text as it came.
#[derive(Debug, Clone, Copy, Eq)]
pub struct Arn<'a> {
    text: &'a str,
    partition: &'a str,
    service: &'a str,
    region: &'a str,
    account: &'a str,
    resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Reads an ARN; `None` for any other text. Region and account may be empty (`arn:aws:s3:::b`).
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let (scheme, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
        let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
        let complete = ![partition, service, resource].contains(&"");
        (scheme == "arn" && complete).then_some(Self {
            text,
            partition,
            service,
            region,
            account,
            resource,
        })
    }

    /// Reads the ARN of a pipeline or of one of its executions; `None` for anything else, and for
    /// text that an IAM policy would read as more than itself (`*`, `?`, `${…}`).
    pub fn parse_pipeline(text: &'a str) -> Option<Self> {
        let arn = Self::parse(text)?;
        let segments: Vec<&str> = arn.resource.split('/').collect();
        let names = match segments[..] {
            ["pipeline", name] => [name, "-"],
            ["pipeline", name, "execution", id] => [name, id],
            _ => return None,
        };
        let is_plain = |part: &str| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let is_sound = arn.service == "sagemaker"
            && arn.partition.starts_with("aws")
            && [arn.partition, arn.region, arn.account]
                .into_iter()
                .chain(names)
                .all(is_plain);
        is_sound.then_some(arn)
    }

    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub fn partition(&self) -> &'a str {
        self.partition
    }

    /// `sagemaker`, `lambda`.
    pub fn service(&self) -> &'a str {
        self.service
    }

    /// The Region; empty for services without one.
    pub fn region(&self) -> &'a str {
        self.region
    }

    /// The account, 12 digits; empty for services without one.
    pub fn account(&self) -> &'a str {
        self.account
    }

    /// Everything after the account: `training-job/abalone-1`.
    pub fn resource(&self) -> &'a str {
        self.resource
    }

    /// The resource's type, before the first slash: `training-job`. `None` where there is no slash.
    pub fn resource_type(&self) -> Option<&'a str> {
        self.resource.split_once('/').map(|(kind, _)| kind)
    }

    /// The resource without its type: `abalone-1`, `group/3`. All of it where there is no slash.
    pub fn resource_name(&self) -> &'a str {
        let name = self.resource.split_once('/').map(|(_, name)| name);
        name.unwrap_or(self.resource)
    }

    /// The text as it was given.
    pub fn as_str(&self) -> &'a str {
        self.text
    }

    /// The same ARN with its resource in lower case, as SageMaker spelled pipelines before 2023.
    pub fn with_lower_case_resource(&self) -> String {
        let before = &self.text[..self.text.len() - self.resource.len()];
        format!("{before}{}", self.resource.to_ascii_lowercase())
    }

    /// Whether both are in the same partition, service, Region and account.
    pub fn is_beside(&self, other: &Arn<'_>) -> bool {
        self.partition.eq_ignore_ascii_case(other.partition)
            && self.service.eq_ignore_ascii_case(other.service)
            && self.region.eq_ignore_ascii_case(other.region)
            && self.account.eq_ignore_ascii_case(other.account)
    }
}

impl PartialEq for Arn<'_> {
    fn eq(&self, other: &Self) -> bool {
        same_arn(self.text, other.text)
    }
}

impl Hash for Arn<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.to_ascii_lowercase().hash(state);
    }
}

impl fmt::Display for Arn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

/// Whether two texts are the same ARN: they differ in case at most. For text that need not be a
/// valid ARN (emulators send other things).
pub fn same_arn(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// The id in an execution's ARN: the text after `/execution/`, or all of it where there is none.
pub fn execution_id(arn: &str) -> &str {
    arn.rsplit_once("/execution/").map_or(arn, |(_, id)| id)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIPELINE: &str = "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/abalone";

    #[test]
    fn an_arn_is_read_into_its_parts_and_shown_as_given() {
        let text = "arn:aws-cn:sagemaker:cn-north-1:111122223333:model-package/Group/3";
        let arn = Arn::parse(text).expect("an ARN");
        assert_eq!(arn.partition(), "aws-cn");
        assert_eq!((arn.service(), arn.region()), ("sagemaker", "cn-north-1"));
        assert_eq!(arn.account(), "111122223333");
        assert_eq!(arn.resource_type(), Some("model-package"));
        assert_eq!(arn.resource_name(), "Group/3");
        assert_eq!(arn.to_string(), text);
        let function = "arn:aws:lambda:eu-central-1:111122223333:function:score:7";
        let function = Arn::parse(function).expect("an ARN");
        assert_eq!(function.resource(), "function:score:7");
        assert_eq!(function.resource_type(), None);
        assert!(Arn::parse("arn:aws:s3:::bucket").is_some());
    }

    #[test]
    fn other_text_is_not_an_arn() {
        for text in [
            "",
            "abalone",
            "arn:x",
            "arn:aws:sagemaker:a:1:",
            "a:b:c:d:e:f",
        ] {
            assert_eq!(Arn::parse(text), None, "{text}");
        }
    }

    #[test]
    fn arns_that_differ_in_case_alone_are_the_same() {
        let old = Arn::parse(PIPELINE).expect("an ARN");
        let new = PIPELINE.replace("abalone", "Abalone");
        let new = Arn::parse(&new).expect("an ARN");
        assert_eq!(old, new);
        assert_eq!(new.with_lower_case_resource(), PIPELINE);
        let other = PIPELINE.replace("111122223333", "999999999999");
        let other = Arn::parse(&other).expect("an ARN");
        assert_ne!(old, other);
        assert!(old.is_beside(&new) && !old.is_beside(&other));
    }

    #[test]
    fn pipelines_and_executions_are_read_and_written_the_same() {
        for text in [
            PIPELINE,
            "arn:aws-cn:sagemaker:cn-north-1:111122223333:pipeline/Abalone/execution/abc123",
            "arn:aws:sagemaker:us-east-1:aws:pipeline/a-b",
        ] {
            let arn = Arn::parse_pipeline(text).expect(text);
            assert_eq!(arn.to_string(), text);
        }
    }

    #[test]
    fn what_a_policy_would_read_as_more_than_one_thing_is_not_a_pipelines_arn() {
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
            assert_eq!(Arn::parse_pipeline(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_taken_for_a_pipelines_arn_means_itself_alone(
            text in "arn:aws[a-z-]{0,4}:sagemaker:[a-z0-9*-]{0,12}:[0-9a-z?*]{0,12}:pipeline/.{0,12}",
            noise in ".{0,80}",
        ) {
            for text in [text.as_str(), noise.as_str()] {
                if let Some(arn) = Arn::parse_pipeline(text) {
                    proptest::prop_assert_eq!(arn.to_string(), text);
                    proptest::prop_assert!(!text.contains(['*', '?', '$', '"', '\\', ' ']));
                }
            }
        }
    }
}
