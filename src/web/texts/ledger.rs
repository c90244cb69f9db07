//! What the ledger knows of actions and rejected requests, in words.

use super::requests::request_error;
use super::{auth_reason, aws_error, not_applicable};
use crate::domain::{AwsError, NotApplicable};
use crate::identity::{AuthReason, RequestError};
use crate::ledger::{
    CodedDetail, Explanation, NotFoundReason, Outcome, RejectionDetail, RejectionReason,
};

/// What came of an action, for a cell of a table.
pub fn outcome(outcome: Option<&Outcome>) -> String {
    match outcome {
        None => "pending".to_owned(),
        Some(Outcome::Done {
            request_id: Some(id),
            ..
        }) => format!("done (request ID {id})"),
        Some(Outcome::Done { .. }) => "done".to_owned(),
        Some(Outcome::Refused(error)) => {
            let why = refused(error);
            match &error.request_id {
                Some(id) => format!("refused: {why} (request ID {id})"),
                None => format!("refused: {why}"),
            }
        }
        Some(Outcome::NotFound(reason)) => not_found(reason),
    }
}

/// Why something was not done.
pub fn explanation(explanation: &Explanation) -> String {
    match explanation {
        Explanation::Rejected(reason) => rejection(*reason).to_owned(),
        Explanation::Refused(error) => refused(error),
        Explanation::NotFound(reason) => not_found(reason),
    }
}

/// Why an action was not carried out.
pub fn not_found(reason: &NotFoundReason) -> String {
    match reason {
        NotFoundReason::NoExecutionWithThatName => {
            "SageMaker has no execution with this name, so none was started. Create it again if you still want it.".to_owned()
        }
        NotFoundReason::NoSuchExecution => {
            "This execution no longer exists in SageMaker.".to_owned()
        }
        NotFoundReason::StatusUnchanged(status) => format!(
            "The execution is still {status}, so the action had no effect. Send it again if you still want it."
        ),
        NotFoundReason::EndedFirst(status) => {
            format!("The execution ended ({status}) before it could be stopped.")
        }
        NotFoundReason::Sentence(sentence) => sentence.clone(),
    }
}

/// AWS's own code and message; without those, what kept AWS from answering.
fn refused(error: &AwsError) -> String {
    match (&error.code, error.message.as_str()) {
        (Some(code), "") => code.clone(),
        (Some(code), message) => format!("{code}: {message}"),
        (None, "") => aws_error(error),
        (None, message) => message.to_owned(),
    }
}

/// Why the console rejected a request.
fn rejection(reason: RejectionReason) -> &'static str {
    match reason {
        RejectionReason::UntrustedPeer => "The request did not come through a trusted proxy.",
        RejectionReason::NoIdentity => "Not signed in.",
        RejectionReason::BadIdentity => "The sign-in could not be verified.",
        RejectionReason::BadRequest => "The request was malformed.",
        RejectionReason::CrossSite => "The form was sent from another site.",
        RejectionReason::NoRole => "This person does not have the role for it.",
        RejectionReason::ReadOnly => "This console is read-only.",
        RejectionReason::NoSuch => "It does not exist, or this person may not see it.",
        RejectionReason::ForgedTicket => "The form was not issued to this person for this action.",
        RejectionReason::ExpiredTicket => "The form was open for too long.",
        RejectionReason::ReusedTicket => "The form was sent before with other values.",
        RejectionReason::Stale => "The action no longer applied.",
        RejectionReason::TooOften => "Too many requests in a short time.",
    }
}

/// More about why the console rejected a request.
pub fn rejection_detail(detail: &RejectionDetail) -> String {
    match detail {
        RejectionDetail::NotApplicable { reason } => match NotApplicable::parse(reason) {
            Some(reason) => not_applicable(reason).to_owned(),
            None => reason.clone(),
        },
        RejectionDetail::NoWorkspace => "There is no such workspace.".to_owned(),
        RejectionDetail::NoPipeline => "There is no such pipeline.".to_owned(),
        RejectionDetail::NoExecution => "There is no such execution.".to_owned(),
        RejectionDetail::LesserRole {
            role,
            needed,
            denied_by,
        } => match denied_by {
            Some(rule) => {
                format!("Needs the {needed} role; rule {rule} limits this person to {role}.")
            }
            None => format!("Needs the {needed} role; this person's role is {role}."),
        },
        RejectionDetail::SentFrom { origin, fetch_site } => format!(
            "Origin: {}; Sec-Fetch-Site: {}",
            listed(origin),
            listed(fetch_site)
        ),
        RejectionDetail::Other(detail) => coded(detail),
        RejectionDetail::Sentence(sentence) => sentence.as_str().to_owned(),
    }
}

/// A code of another room, or one that these pages do not know.
fn coded(detail: &CodedDetail) -> String {
    if let Some(error) = RequestError::parse(&detail.code) {
        return request_error(error).sentence.into_owned();
    }
    let reason = serde_json::to_value(detail).and_then(serde_json::from_value::<AuthReason>);
    if let Ok(reason) = reason {
        return auth_reason(&reason);
    }
    let values = detail.values.iter();
    let values: Vec<String> = values
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    match values.is_empty() {
        true => detail.code.clone(),
        false => format!("{}: {}", detail.code, values.join(", ")),
    }
}

fn listed(values: &[String]) -> String {
    match values {
        [] => "none".to_owned(),
        values => values.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_why_a_sender_is_not_known_is_worded_from_its_code() {
        for reason in AuthReason::one_of_each() {
            let detail = RejectionDetail::coded(&reason).expect("an object of texts");
            let RejectionDetail::Other(CodedDetail { code, .. }) = &detail else {
                panic!("{detail:?}");
            };
            let shown = rejection_detail(&detail);
            assert!(
                shown.contains(' ') && !shown.contains(code.as_str()),
                "{shown}"
            );
        }
    }
}
