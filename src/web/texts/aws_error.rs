//! What a failed call to AWS means, and what to do about it.

use crate::domain::{AwsError, AwsErrorKind, Service};

/// A failed call in one or two sentences: what is wrong, and how to fix it.
pub fn aws_error(error: &AwsError) -> String {
    match error.service {
        Service::TokenService => write_role(error.kind).to_owned(),
        service => called(service.name(), error),
    }
}

/// A service that pages read or act through.
fn called(service: &str, error: &AwsError) -> String {
    match error.kind {
        AwsErrorKind::NotFound => format!("{service} cannot find it. It may have been deleted."),
        AwsErrorKind::Refused => format!("{service} rejected the request."),
        AwsErrorKind::Conflict => {
            "Another change is in progress. Try again in a few seconds.".to_owned()
        }
        AwsErrorKind::LimitExceeded => {
            "A quota of this AWS account is used up. Wait for running executions to end, or request a higher quota.".to_owned()
        }
        AwsErrorKind::AccessDenied => format!(
            "Sluicegate's IAM role lacks {}. Add it to the role's policy.",
            error.iam_action()
        ),
        AwsErrorKind::Throttled => {
            format!("{service} is throttling requests. Try again in a few seconds.")
        }
        AwsErrorKind::BadCredentials => {
            "Sluicegate's AWS credentials have expired or are invalid. Renew them; no restart is needed.".to_owned()
        }
        AwsErrorKind::NoCredentials => {
            "Sluicegate has no AWS credentials. Set AWS_PROFILE or AWS keys in its environment, or run it under an IAM role.".to_owned()
        }
        AwsErrorKind::NoRegion => {
            "No AWS Region is set. Set AWS_REGION, or region in a [[workspace]] section of the settings.".to_owned()
        }
        AwsErrorKind::Unreachable => format!(
            "Cannot reach {service}. Check the network, the proxy and the endpoint."
        ),
        AwsErrorKind::TimedOut => format!("{service} did not respond in time."),
        AwsErrorKind::UnknownOperation => {
            "This endpoint does not support the operation.".to_owned()
        }
        AwsErrorKind::Service => {
            format!("{service} had an internal error. Try again in a moment.")
        }
        AwsErrorKind::Garbled => format!("{service} sent a response that cannot be read."),
        AwsErrorKind::Incomplete => {
            format!("The list from {service} did not end, so part of it is missing.")
        }
    }
}

/// The write role could not be assumed, so the action was not sent.
fn write_role(kind: AwsErrorKind) -> &'static str {
    match kind {
        AwsErrorKind::AccessDenied => {
            "Sluicegate may not act in your name, so nothing was sent to SageMaker. Allow sts:AssumeRole and sts:SetSourceIdentity on the workspace's write role, both in Sluicegate's IAM policy and in that role's trust policy."
        }
        AwsErrorKind::BadCredentials | AwsErrorKind::NoCredentials => {
            "Sluicegate has no valid AWS credentials for acting in your name, so nothing was sent to SageMaker."
        }
        _ => {
            "The AWS token service (STS) did not let Sluicegate act in your name, so nothing was sent to SageMaker. Try again in a moment."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ASSUME_ROLE;

    #[test]
    fn a_denied_call_names_the_action_to_allow_and_any_other_its_service() {
        let error = |kind| AwsError::new(Service::SageMaker, "ListTags", kind, "");
        assert!(aws_error(&error(AwsErrorKind::AccessDenied)).contains("lacks sagemaker:ListTags"));
        assert!(aws_error(&error(AwsErrorKind::TimedOut)).starts_with("SageMaker did not"));
    }

    #[test]
    fn a_write_role_that_is_not_given_means_that_nothing_was_sent() {
        for (kind, words) in [
            (AwsErrorKind::AccessDenied, "trust policy"),
            (AwsErrorKind::NoCredentials, "no valid AWS credentials"),
            (AwsErrorKind::TimedOut, "Try again"),
        ] {
            let error = AwsError::new(Service::TokenService, ASSUME_ROLE, kind, "");
            let sentence = aws_error(&error);
            assert!(sentence.contains("nothing was sent"), "{sentence}");
            assert!(sentence.contains(words), "{sentence}");
        }
    }
}
