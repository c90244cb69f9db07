//! Causes that recur in the reasons of failures, recognised by the words that SageMaker and the tools in its containers
//! use.

/// A cause that recurs, with what its reason says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownCause {
    /// The AWS account's quota for something is used up.
    Quota {
        /// What it is a quota for: `ml.g5.xlarge for training job usage`.
        name: Option<String>,
    },
    /// No instance of the type was free.
    Capacity,
    /// A role may not do what the job needs.
    AccessDenied {
        /// The IAM action: `s3:GetObject`.
        action: Option<String>,
        /// The ARN of what it was refused for.
        resource: Option<String>,
    },
    /// The container image is not in its repository, or may not be pulled from there.
    Image {
        /// The image.
        uri: Option<String>,
    },
    /// Nothing is at an address in S3.
    MissingObject {
        /// The address.
        uri: Option<String>,
    },
    /// Memory of the instance or of its GPU ran out.
    Memory,
    /// The job's volume is full.
    Disk,
    /// The job ran for longer than its stopping condition allows.
    TimeLimit,
    /// The job waited for spot instances for longer than it may, or they were taken back.
    Spot,
    /// SageMaker refused a call because there were too many at once.
    Throttled,
    /// A fault of AWS's own.
    Internal,
    /// An exception ended the program in the container.
    Exception {
        /// Its type: `ValueError`.
        name: String,
    },
}

/// Reads what a reason says of a cause.
type Reader = fn(&str) -> KnownCause;

/// The words of each cause, in small letters; the first that a reason has decides. What says more stands first: a Python
/// exception may be one of memory.
const WORDS: &[(&str, Reader)] = &[
    ("account-level service limit", quota),
    ("resourcelimitexceeded", quota),
    ("capacityerror", |_| KnownCause::Capacity),
    ("insufficient capacity", |_| KnownCause::Capacity),
    ("insufficientinstancecapacity", |_| KnownCause::Capacity),
    ("provision requested ml compute", |_| KnownCause::Capacity),
    ("manifest unknown", image),
    ("requested image not found", image),
    ("imagenotfound", image),
    ("repositorynotfound", image),
    ("does not grant ecr:", image),
    ("access denied for repository", image),
    ("not authorized to perform", access_denied),
    ("accessdenied", access_denied),
    ("access denied", access_denied),
    ("no s3 objects found", missing_object),
    ("nosuchkey", missing_object),
    ("nosuchbucket", missing_object),
    ("specified key does not exist", missing_object),
    ("specified bucket does not exist", missing_object),
    ("outofmemory", |_| KnownCause::Memory),
    ("out of memory", |_| KnownCause::Memory),
    ("out_of_memory", |_| KnownCause::Memory),
    ("memoryerror", |_| KnownCause::Memory),
    ("instance type with more memory", |_| KnownCause::Memory),
    ("exit code: 137", |_| KnownCause::Memory),
    ("exitcode 137", |_| KnownCause::Memory),
    ("no space left on device", |_| KnownCause::Disk),
    ("maxwaittimeexceeded", |_| KnownCause::Spot),
    ("spot interruption", |_| KnownCause::Spot),
    ("maxruntimeexceeded", |_| KnownCause::TimeLimit),
    ("maximum runtime", |_| KnownCause::TimeLimit),
    ("throttlingexception", |_| KnownCause::Throttled),
    ("rate exceeded", |_| KnownCause::Throttled),
    ("internalservererror", |_| KnownCause::Internal),
    ("internal server error", |_| KnownCause::Internal),
    ("internalfailure", |_| KnownCause::Internal),
    ("encountered an internal error", |_| KnownCause::Internal),
];

impl KnownCause {
    /// What a reason is recognised as.
    ///
    /// The words are those of public reports of failed jobs, and of botocore's and Python's exceptions.
    pub fn of(reason: &str) -> Option<Self> {
        let small = reason.to_ascii_lowercase();
        let mut known = WORDS.iter();
        let found = known.find(|(words, _)| small.contains(words));
        found
            .map(|(_, cause)| cause(reason))
            .or_else(|| exception(reason))
    }
}

fn quota(reason: &str) -> KnownCause {
    let name = after(reason, "service limit '").and_then(|rest| rest.split_once('\''));
    KnownCause::Quota {
        name: name.map(|(name, _)| name.to_owned()),
    }
}

fn access_denied(reason: &str) -> KnownCause {
    KnownCause::AccessDenied {
        action: word_after(reason, "authorized to perform: "),
        resource: word_after(reason, "on resource: ").filter(|resource| resource != "*"),
    }
}

fn image(reason: &str) -> KnownCause {
    KnownCause::Image {
        uri: address(reason, |word| word.contains(".dkr.ecr.")),
    }
}

fn missing_object(reason: &str) -> KnownCause {
    KnownCause::MissingObject {
        uri: address(reason, |word| word.starts_with("s3://")),
    }
}

/// The first address of a kind. Keys in S3 may hold equals signs.
fn address(reason: &str, is_wanted: impl Fn(&str) -> bool) -> Option<String> {
    let mut words = reason.split(|c: char| is_boundary(c) && c != '=');
    let word = words.find(|word| is_wanted(word))?;
    Some(word.trim_end_matches(['.', ':']).to_owned())
}

/// The exception of a program: the first word like `ValueError`, or `torch.cuda.SomeError`, before a colon, that is not
/// one of the words by which SageMaker itself begins a reason.
fn exception(reason: &str) -> Option<KnownCause> {
    const OWN_WORDS: [&str; 4] = [
        "AlgorithmError",
        "ClientError",
        "ExecuteUserScriptError",
        "UserError",
    ];
    let mut candidates = reason.match_indices(':').filter_map(|(colon, _)| {
        let name = reason[..colon].rsplit(is_boundary).next()?;
        let last = name.rsplit('.').next()?;
        let is_exception = ["Error", "Exception"]
            .iter()
            .any(|end| last.ends_with(end) && last.len() > end.len() && !OWN_WORDS.contains(&last));
        let is_name = name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "._".contains(c));
        (is_exception && is_name).then(|| name.to_owned())
    });
    candidates.next().map(|name| KnownCause::Exception { name })
}

/// What follows a marker, whatever its case.
fn after<'a>(reason: &'a str, marker: &str) -> Option<&'a str> {
    let at = reason.to_ascii_lowercase().find(marker)?;
    reason.get(at + marker.len()..)
}

fn word_after(reason: &str, marker: &str) -> Option<String> {
    let word = after(reason, marker)?.split(is_boundary).next()?;
    let word = word.trim_end_matches(['.', ':']);
    (!word.is_empty()).then(|| word.to_owned())
}

fn is_boundary(character: char) -> bool {
    character.is_whitespace() || "\"'`,;()[]{}<>=".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn reasons_of_public_reports_are_recognised() {
        let quota = |name: &str| KnownCause::Quota { name: text(name) };
        let exception = |name: &str| KnownCause::Exception {
            name: name.to_owned(),
        };
        for (reason, expected) in [
            (
                "ResourceLimitExceeded: The account-level service limit 'ml.p3.2xlarge for training job usage' is 0 \
                 Instances, with current utilization of 0 Instances and a request delta of 1 Instances.",
                quota("ml.p3.2xlarge for training job usage"),
            ),
            (
                "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML \
                 instance type.",
                KnownCause::Capacity,
            ),
            (
                "ClientError: API error (404): manifest for 111122223333.dkr.ecr.us-west-2.amazonaws.com/records:1 not \
                 found: manifest unknown: Requested image not found",
                KnownCause::Image {
                    uri: text("111122223333.dkr.ecr.us-west-2.amazonaws.com/records:1"),
                },
            ),
            (
                "User: arn:aws:sts::111122223333:assumed-role/Train/SageMaker is not authorized to perform: \
                 s3:ListBucket on resource: arn:aws:s3:::data because no identity-based policy allows it",
                KnownCause::AccessDenied {
                    action: text("s3:ListBucket"),
                    resource: text("arn:aws:s3:::data"),
                },
            ),
            (
                "AlgorithmError: botocore.exceptions.ClientError: An error occurred (AccessDenied) when calling the \
                 GetObject operation: Access Denied",
                KnownCause::AccessDenied {
                    action: None,
                    resource: None,
                },
            ),
            (
                "ClientError: Data download failed:NoSuchKey (404): The specified key does not exist. s3://data/a=1/b.csv.",
                KnownCause::MissingObject {
                    uri: text("s3://data/a=1/b.csv"),
                },
            ),
            (
                "ClientError: Please use an instance type with more memory, or reduce the size of job data processed \
                 on an instance., exit code: 137",
                KnownCause::Memory,
            ),
            (
                "AlgorithmError: ExecuteUserScriptError:\nErrorMessage \"torch.cuda.OutOfMemoryError: CUDA out of memory\"",
                KnownCause::Memory,
            ),
            (
                "AlgorithmError: OSError: [Errno 28] No space left on device",
                KnownCause::Disk,
            ),
            (
                "MaxRuntimeExceeded: job exceeded its limit",
                KnownCause::TimeLimit,
            ),
            (
                "InternalServerError: We encountered an internal error. Please try again.",
                KnownCause::Internal,
            ),
            (
                "AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage \"ValueError: Input contains NaN\"",
                exception("ValueError"),
            ),
            (
                "AlgorithmError: xgboost.core.XGBoostError: [02:14:02] bad input",
                exception("xgboost.core.XGBoostError"),
            ),
        ] {
            assert_eq!(KnownCause::of(reason), Some(expected), "{reason}");
        }
    }

    #[test]
    fn words_of_sagemaker_alone_are_no_cause() {
        for reason in [
            "",
            "AlgorithmError: See job logs for more information, exit code: 1",
            "ClientError: Violations were found when the results were compared with the baseline",
            "Error: stop",
            "The model is not good enough",
        ] {
            assert_eq!(KnownCause::of(reason), None, "{reason}");
        }
    }

    proptest! {
        #[test]
        fn any_reason_is_read(reason in "(.|authorized to perform: |on resource: |service limit '|AccessDenied|s3://|:){0,40}") {
            let _ = KnownCause::of(&reason);
        }
    }
}
