//! The call itself.

use std::time::Instant;

use crate::aws::{Accepted, Client, StartRequest};
use crate::domain::{Action, AwsError, AwsErrorKind, Service};
use crate::ledger::intent::{IntendedCall, Intent};

/// Calls SageMaker for an intent: its answer, and how many milliseconds it took. Every call for the
/// same intent carries the same token.
pub(in crate::ledger) async fn call(
    client: &Client,
    intent: &Intent,
) -> (Result<Accepted, AwsError>, u64) {
    let began = Instant::now();
    let answer = send(client, intent).await;
    (answer, began.elapsed().as_millis() as u64)
}

async fn send(client: &Client, intent: &Intent) -> Result<Accepted, AwsError> {
    let (person, token) = (&intent.person, intent.token());
    let accepted = match &intent.call {
        IntendedCall::Start(arguments) => {
            let request = StartRequest {
                pipeline_arn_or_name: arguments.pipeline_arn.clone(),
                token,
                display_name: arguments.name.clone(),
                description: arguments.description.clone(),
                parameters: arguments.parameters.clone(),
            };
            client.start(person, request).await?
        }
        IntendedCall::Change {
            action: Action::Stop,
            execution_arn,
            ..
        } => client.stop(person, execution_arn, &token).await?,
        IntendedCall::Change { execution_arn, .. } => {
            client.retry(person, execution_arn, &token).await?
        }
    };
    if accepted.execution_arn.is_empty() {
        return Err(AwsError {
            service: Service::SageMaker,
            kind: AwsErrorKind::Garbled,
            operation: intent.operation(),
            code: None,
            message: "the response names no execution".into(),
            request_id: accepted.request_id,
        });
    }
    Ok(accepted)
}
