//! The call itself.

use std::time::Instant;

use crate::aws::{Accepted, Client, StartRequest};
use crate::domain::{Action, AwsError, AwsErrorKind, Service};
use crate::ledger::intent::Intent;

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
    let arn = intent.execution_arn.as_deref().unwrap_or_default();
    let done = match intent.action {
        Action::Start => {
            let pipeline = intent.pipeline_arn.as_ref();
            let request = StartRequest {
                pipeline_arn_or_name: pipeline.unwrap_or(&intent.pipeline_name).clone(),
                token,
                display_name: intent.display_name.clone(),
                description: intent.description.clone(),
                parameters: intent.parameters.clone(),
            };
            client.start(person, request).await?
        }
        Action::Stop => client.stop(person, arn, &token).await?,
        Action::Resume | Action::Retry => client.retry(person, arn, &token).await?,
    };
    if done.execution_arn.is_empty() {
        return Err(AwsError {
            service: Service::SageMaker,
            kind: AwsErrorKind::Garbled,
            operation: intent.operation(),
            code: None,
            message: "the answer names no execution".into(),
            request_id: done.request_id,
        });
    }
    Ok(done)
}
