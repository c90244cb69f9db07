//! The sentences of the command line.

use crate::domain::{AwsError, AwsErrorKind, Service};

/// What to do about a call that did not work, for whoever runs the console.
pub(super) fn advice(error: &AwsError) -> String {
    let service = error.service.name();
    match (error.service, error.kind) {
        (Service::TokenService, AwsErrorKind::AccessDenied) => {
            "The write role could not be assumed. Allow sts:AssumeRole and sts:SetSourceIdentity on it, in the console's IAM policy and in that role's trust policy.".to_owned()
        }
        (_, AwsErrorKind::NotFound) => format!("{service} does not know it."),
        (_, AwsErrorKind::Refused) => format!("{service} refused the request."),
        (_, AwsErrorKind::Conflict) => format!("{service} is changing it right now."),
        (_, AwsErrorKind::LimitExceeded) => "A quota of this account is used up.".to_owned(),
        (_, AwsErrorKind::AccessDenied) => {
            format!("Allow {} in the IAM policy of the console's role.", error.iam_action())
        }
        (_, AwsErrorKind::Throttled) => format!("Too many calls to {service}. Try again later."),
        (_, AwsErrorKind::BadCredentials) => {
            "The AWS credentials are expired or not valid. Renew them.".to_owned()
        }
        (_, AwsErrorKind::NoCredentials) => {
            "No AWS credentials were found. Set a profile (AWS_PROFILE) or keys in the environment, or run under a role.".to_owned()
        }
        (_, AwsErrorKind::NoRegion) => {
            "No AWS Region is set. Set AWS_REGION, or region in the [[workspace]] of the settings.".to_owned()
        }
        (_, AwsErrorKind::Unreachable) => {
            format!("Cannot reach {service}. Check the network, the proxy and the endpoint.")
        }
        (_, AwsErrorKind::TimedOut) => format!("{service} did not answer in time."),
        (_, AwsErrorKind::UnknownOperation) => {
            "This endpoint does not support the operation.".to_owned()
        }
        (_, AwsErrorKind::Service) => format!("{service} had an internal error. Try again later."),
        (_, AwsErrorKind::Garbled) => format!("The answer of {service} could not be read."),
        (_, AwsErrorKind::Incomplete) => format!("The list of {service} did not end."),
    }
}
