use super::*;

fn row(kind: AwsErrorKind, code: Option<&str>, message: &str) -> Row {
    Row {
        call: "StartPipelineExecution",
        failure: Some(AwsError {
            service: Service::SageMaker,
            kind,
            operation: "StartPipelineExecution",
            code: code.map(str::to_owned),
            message: message.to_owned(),
            request_id: Some("7".to_owned()),
        }),
    }
}

#[test]
fn what_does_not_exist_is_allowed_and_what_is_denied_names_its_action() {
    let missing = row(AwsErrorKind::NotFound, Some("ResourceNotFound"), "no");
    assert_eq!(missing.verdict(), Verdict::Allowed);
    assert_eq!(missing.answer(), "ResourceNotFound (request id 7)");
    let missing = row(AwsErrorKind::Refused, None, "Pipeline 'x' does not exist.");
    assert_eq!(missing.verdict(), Verdict::Allowed);
    let invalid = row(AwsErrorKind::Refused, None, "1 validation error");
    assert_eq!(invalid.verdict(), Verdict::Refused);
    assert_eq!(invalid.to_add(), "");
    let denied = row(
        AwsErrorKind::AccessDenied,
        Some("AccessDeniedException"),
        "no\nway",
    );
    assert_eq!(denied.verdict(), Verdict::Refused);
    assert_eq!(denied.to_add(), "sagemaker:StartPipelineExecution");
    assert_eq!(
        denied.answer(),
        "AccessDeniedException: no way (request id 7)"
    );
}

#[test]
fn what_cannot_exist_lies_in_the_account_of_a_known_pipeline() {
    let nowhere = NonexistentArns {
        partition: "aws-cn".to_owned(),
        region: "cn-north-1".to_owned(),
        account: "111122223333".to_owned(),
    };
    assert_eq!(
        nowhere.execution(),
        "arn:aws-cn:sagemaker:cn-north-1:111122223333:pipeline/sluicegate-check-00000000/execution/000000000000"
    );
    let package = nowhere.step("RegisterModel", "model-package");
    assert!(package.arn.is_some_and(|arn| arn.ends_with("00000000/1")));
}

#[test]
fn a_check_that_reaches_nobody_lists_every_call_all_the_same() {
    let first = || row(AwsErrorKind::NoCredentials, None, "none");
    let rows = nobody(first(), false);
    assert_eq!(rows.len(), 14 + DESCRIBED.len());
    assert_eq!(nobody(first(), true).len(), rows.len() + 1);
    assert!(rows.iter().all(|row| row.verdict() == Verdict::Unreachable));
}

#[test]
fn the_exit_status_tells_whether_all_works() {
    let fine = Outcome {
        allowed: 24,
        ..Outcome::default()
    };
    assert_eq!(fine.exit_status(), 0);
    assert_eq!(Outcome { refused: 1, ..fine }.exit_status(), 1);
    assert_eq!(
        Outcome {
            unreachable: 1,
            ..fine
        }
        .exit_status(),
        1
    );
}
