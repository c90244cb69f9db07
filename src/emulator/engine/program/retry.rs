//! The retry policies of a step.

use super::details::Policy;
use sluicegate_definition::StepKind;

const SERVICE_FAULT: &str = "Step.SERVICE_FAULT";
const THROTTLING: &str = "Step.THROTTLING";
const JOB_INTERNAL_ERROR: &str = "SageMaker.JOB_INTERNAL_ERROR";

/// The policies that apply to a step, in order of precedence: those of the definition, where its type allows any, then
/// the service's own for errors of calls to other services.
///
/// The types are those of the developer guide's "Retry Policy for Pipeline Steps", and of the Python SDK the endpoint
/// configuration and EMR (whose backend always accepted them, github aws/sagemaker-python-sdk#5281). How often the
/// service retries by itself is not published; the defaults of policies are assumed.
pub fn policies(kind: &StepKind, mut stated: Vec<Policy>) -> Vec<Policy> {
    match kind {
        StepKind::Condition
        | StepKind::Callback
        | StepKind::Fail
        | StepKind::ForEach
        | StepKind::Lambda => return Vec::new(),
        // Their jobs are retried by the job itself, whatever the policy says.
        StepKind::Tuning | StepKind::AutoML => {
            for policy in &mut stated {
                policy.exceptions.retain(|kind| kind != JOB_INTERNAL_ERROR);
            }
        }
        StepKind::Processing
        | StepKind::Training
        | StepKind::Transform
        | StepKind::Model
        | StepKind::RegisterModel
        | StepKind::EndpointConfig
        | StepKind::Emr => {}
        _ => stated.clear(),
    }
    stated.push(Policy {
        exceptions: vec![SERVICE_FAULT.to_owned(), THROTTLING.to_owned()],
        interval: 1_000,
        backoff: 2.0,
        attempts: 5,
        expires: None,
    });
    stated
}
