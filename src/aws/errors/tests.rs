use super::{answered, by_status, means_missing, unanswered};
use aws_sdk_sagemaker::error::ConnectorError;
use sluicegate_domain::AwsErrorKind as K;

#[test]
fn every_code_has_its_kind() {
    for (code, status, kind) in [
        ("ResourceNotFound", 400, K::NotFound),
        ("ValidationException", 400, K::Refused),
        ("ConflictException", 400, K::Conflict),
        ("ResourceLimitExceeded", 400, K::LimitExceeded),
        ("AccessDeniedException", 400, K::AccessDenied),
        ("ThrottlingException", 400, K::Throttled),
        ("ExpiredTokenException", 400, K::BadCredentials),
        ("UnrecognizedClientException", 400, K::BadCredentials),
        ("InvalidSignatureException", 400, K::BadCredentials),
        ("MissingAuthenticationToken", 403, K::BadCredentials),
        ("UnknownOperationException", 400, K::UnknownOperation),
        ("InternalFailure", 500, K::Service),
        ("ServiceUnavailable", 503, K::Service),
        ("SomethingNew", 400, K::Refused),
        ("SomethingNew", 502, K::Service),
        ("SomethingNew", 429, K::Throttled),
    ] {
        assert_eq!(
            answered("StopPipelineExecution", Some(code), None, status),
            kind,
            "{code} {status}"
        );
    }
}

#[test]
fn an_answer_without_a_code_is_classified_by_its_status() {
    for (status, kind) in [
        (400, K::Garbled),
        (401, K::BadCredentials),
        (403, K::AccessDenied),
        (404, K::UnknownOperation),
        (429, K::Throttled),
        (500, K::Service),
        (501, K::UnknownOperation),
    ] {
        assert_eq!(by_status(status, false), kind, "{status}");
    }
}

#[test]
fn only_a_describe_that_finds_nothing_is_not_found() {
    let missing = Some("Requested resource not found.");
    let code = Some("ValidationException");
    assert_eq!(
        answered("DescribeTrainingJob", code, missing, 400),
        K::NotFound
    );
    assert_eq!(
        answered("StartPipelineExecution", code, missing, 400),
        K::Refused
    );
    assert_eq!(
        answered("DescribeTrainingJob", code, Some("1 validation error"), 400),
        K::Refused
    );
    assert!(means_missing("Could not find model \"x\""));
}

#[test]
fn a_connection_never_made_differs_from_one_that_timed_out() {
    let silent = ConnectorError::timeout("read timeout".into());
    let never = ConnectorError::timeout("HTTP connect timeout occurred after 3s".into());
    let refused = ConnectorError::io("connection refused".into());
    assert_eq!(unanswered(Some(&silent), "read timeout"), K::TimedOut);
    assert_eq!(
        unanswered(Some(&never), "HTTP connect timeout occurred after 3s"),
        K::Unreachable
    );
    assert_eq!(unanswered(Some(&refused), "refused"), K::Unreachable);
    assert_eq!(unanswered(None, ""), K::Unreachable);
}
