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
        AwsErrorKind::NotFound => format!("{service} does not know it, or no longer knows it."),
        AwsErrorKind::Refused => format!("{service} refused the request."),
        AwsErrorKind::Conflict => {
            format!("{service} is changing it right now. Try again in a few seconds.")
        }
        AwsErrorKind::LimitExceeded => {
            "A quota of this account is used up. Wait for running executions to end, or ask for a higher quota.".to_owned()
        }
        AwsErrorKind::AccessDenied => format!(
            "The console's role is not allowed to do this. Allow {} in its IAM policy.",
            error.iam_action()
        ),
        AwsErrorKind::Throttled => {
            format!("Too many calls to {service} right now. Try again in a few seconds.")
        }
        AwsErrorKind::BadCredentials => {
            "The console's AWS credentials are expired or not valid. Renew them; no restart is needed.".to_owned()
        }
        AwsErrorKind::NoCredentials => {
            "The console has no AWS credentials. Give it a profile (AWS_PROFILE), keys in the environment, or run it under a role.".to_owned()
        }
        AwsErrorKind::NoRegion => {
            "No AWS Region is set. Set AWS_REGION, or region in the [[workspace]] of the settings.".to_owned()
        }
        AwsErrorKind::Unreachable => format!(
            "{service} cannot be reached from the console. Check the network, the proxy and the endpoint."
        ),
        AwsErrorKind::TimedOut => format!("{service} did not answer in time."),
        AwsErrorKind::UnknownOperation => {
            "This endpoint does not support the operation.".to_owned()
        }
        AwsErrorKind::Service => {
            format!("{service} had an internal error. Try again in a moment.")
        }
        AwsErrorKind::Garbled => format!("The answer of {service} could not be read."),
        AwsErrorKind::Incomplete => {
            format!("The list of {service} did not end, so part of it is missing.")
        }
    }
}

/// The write role could not be assumed, so the action was not sent.
fn write_role(kind: AwsErrorKind) -> &'static str {
    match kind {
        AwsErrorKind::AccessDenied => {
            "The console may not act in your name, so nothing was sent to SageMaker. Allow sts:AssumeRole and sts:SetSourceIdentity on the workspace's write role, in the console's IAM policy and in that role's trust policy."
        }
        AwsErrorKind::BadCredentials | AwsErrorKind::NoCredentials => {
            "The console has no valid AWS credentials to act in your name with, so nothing was sent to SageMaker."
        }
        _ => {
            "The AWS token service (STS) did not let the console act in your name, so nothing was sent to SageMaker. Try again in a moment."
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
        assert!(aws_error(&error(AwsErrorKind::AccessDenied)).contains("Allow sagemaker:ListTags"));
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
