use super::*;

fn known(outcome: Outcome) -> KnownOutcome {
    KnownOutcome::answered(outcome, 1)
}

fn refused(kind: AwsErrorKind, code: Option<&str>, message: &str) -> Outcome {
    Outcome::Refused(AwsError {
        code: code.map(str::to_owned),
        ..refusal(kind, None, Action::Stop, Some(message))
    })
}

/// Every outcome there can be, but for what AWS may say.
pub(in crate::ledger) fn all() -> Vec<Outcome> {
    let mut all = vec![
        Outcome::Done {
            execution_arn: "arn".into(),
            request_id: Some("request-7".into()),
        },
        Outcome::NotFound(NotFoundReason::NoExecutionWithThatName),
        Outcome::NotFound(NotFoundReason::NoSuchExecution),
    ];
    for status in ExecutionStatus::KNOWN {
        let reason = NotFoundReason::StatusUnchanged(status.clone());
        all.push(Outcome::NotFound(reason));
        all.push(Outcome::NotFound(NotFoundReason::EndedFirst(status)));
    }
    let kinds = ERROR_KINDS.into_iter();
    all.extend(kinds.map(|kind| refused(kind, None, "")));
    all
}

#[test]
fn every_outcome_is_read_back_from_its_row() {
    for outcome in all() {
        let columns = known(outcome.clone()).columns(7);
        assert_eq!(columns.outcome(Action::Stop), Ok(outcome));
    }
    let answered = refused(AwsErrorKind::Refused, Some("ValidationException"), "No.");
    let columns = known(answered.clone()).columns(7);
    assert_eq!(columns.outcome(Action::Stop), Ok(answered));
}

#[test]
fn of_a_refusal_only_what_aws_said_is_kept() {
    let own = known(refused(AwsErrorKind::NoRegion, None, "no Region is set")).columns(7);
    assert_eq!(
        (own.failure.as_deref(), own.message),
        (Some("no_region"), None)
    );
    let theirs = known(refused(AwsErrorKind::Refused, Some("X"), "No.")).columns(7);
    assert_eq!(theirs.message.as_deref(), Some("No."));
}

#[test]
fn a_row_of_version_1_keeps_its_sentence() {
    let columns = OutcomeColumns {
        kind: "not_found".into(),
        message: Some("The execution ended (Failed) before it could be stopped.".into()),
        ..OutcomeColumns::default()
    };
    let sentence = columns.message.clone().unwrap();
    let reason = NotFoundReason::Sentence(sentence);
    assert_eq!(columns.outcome(Action::Stop), Ok(Outcome::NotFound(reason)));
}

#[test]
fn a_row_that_no_version_writes_is_refused_with_the_column() {
    let row = |kind: &str, failure: Option<&str>, code: Option<&str>| OutcomeColumns {
        kind: kind.into(),
        failure: failure.map(str::to_owned),
        code: code.map(str::to_owned),
        ..OutcomeColumns::default()
    };
    for (row, column) in [
        (row("lost", None, None), "kind"),
        (row("refused", Some("moon"), None), "failure"),
        (row("not_found", None, Some("moon")), "code"),
        (row("not_found", None, Some("status_unchanged")), "code"),
    ] {
        assert_eq!(row.outcome(Action::Stop).unwrap_err().0, column);
    }
}
