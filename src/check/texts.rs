//! The sentences of the command line.

use crate::domain::{AwsError, AwsErrorKind, Service};

/// What to do about a call that did not work, for whoever runs the console.
pub fn advice(error: &AwsError) -> String {
    let service = error.service.name();
    match (error.service, error.kind) {
        (Service::TokenService, AwsErrorKind::AccessDenied) => {
            "The write role could not be assumed. Allow sts:AssumeRole and sts:SetSourceIdentity on it, both in Sluicegate's IAM policy and in that role's trust policy.".to_owned()
        }
        (_, AwsErrorKind::NotFound) => format!("{service} cannot find it."),
        (_, AwsErrorKind::Refused) => format!("{service} rejected the request."),
        (_, AwsErrorKind::Conflict) => "Another change is in progress.".to_owned(),
        (_, AwsErrorKind::LimitExceeded) => "A quota of this AWS account is used up.".to_owned(),
        (_, AwsErrorKind::AccessDenied) => {
            format!("Add {} to the policy of Sluicegate's IAM role.", error.iam_action())
        }
        (_, AwsErrorKind::Throttled) => format!("{service} is throttling requests. Try again later."),
        (_, AwsErrorKind::BadCredentials) => {
            "The AWS credentials have expired or are invalid. Renew them.".to_owned()
        }
        (_, AwsErrorKind::NoCredentials) => {
            "No AWS credentials were found. Set AWS_PROFILE or AWS keys in the environment, or run under an IAM role.".to_owned()
        }
        (_, AwsErrorKind::NoRegion) => {
            "No AWS Region is set. Set AWS_REGION, or region in a [[workspace]] section of the settings.".to_owned()
        }
        (_, AwsErrorKind::Unreachable) => {
            format!("Cannot reach {service}. Check the network, the proxy and the endpoint.")
        }
        (_, AwsErrorKind::TimedOut) => format!("{service} did not respond in time."),
        (_, AwsErrorKind::UnknownOperation) => {
            "This endpoint does not support the operation.".to_owned()
        }
        (_, AwsErrorKind::Service) => format!("{service} had an internal error. Try again later."),
        (_, AwsErrorKind::Garbled) => format!("{service} sent a response that cannot be read."),
        (_, AwsErrorKind::Incomplete) => format!("The list from {service} did not end."),
    }
}
