//! How jobs fail, in SageMaker's own words.

use super::Millis;
use super::random::SeededRandom;
use sluicegate_definition::StepKind;

/// How the reason begins when a call to another service was refused.
const CALL_REFUSED_PREFIX: &str = "ClientError: Failed to invoke";

/// One way in which a step can fail.
struct FailureMode {
    /// The step's `FailureReason`.
    reason: &'static str,
    /// How often it is drawn, relative to the others of its list.
    weight: u32,
}

const fn mode(weight: u32, reason: &'static str) -> FailureMode {
    FailureMode { reason, weight }
}

const TRAINING: &[FailureMode] = &[
    mode(
        5,
        "AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage \"ValueError: Input contains NaN, infinity or a value too large for dtype('float32').\"\nCommand \"/miniconda3/bin/python3 -m train --max_depth 6 --num_round 200\", exit code: 1",
    ),
    mode(
        3,
        "AlgorithmError: ExecuteUserScriptError:\nExitCode 137\nErrorMessage \"Killed\"\nCommand \"/opt/conda/bin/python3.10 train.py --batch-size 256 --epochs 20\", exit code: 137",
    ),
    mode(
        2,
        "ClientError: Data download failed: Failed to download data. NoSuchKey (404): The specified key does not exist. Please ensure all input channels have data at their S3 locations.",
    ),
    mode(
        4,
        "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.",
    ),
    mode(
        2,
        "ResourceLimitExceeded: The account-level service limit 'ml.m5.xlarge for training job usage' is 4 Instances, with current utilization of 4 Instances and a request delta of 1 Instances. Please use AWS Service Quotas to request an increase for this quota.",
    ),
    mode(
        1,
        "InternalServerError: We encountered an internal error. Please try again.",
    ),
];

const PROCESSING: &[FailureMode] = &[
    mode(
        5,
        "AlgorithmError: ExecuteUserScriptError: ExitCode 1. See job logs for more information, exit code: 1",
    ),
    mode(
        3,
        "ClientError: Failed to download data. Cannot download s3://prefix: no object matches the prefix given as S3Uri of a processing input.",
    ),
    mode(
        2,
        "ClientError: Please use an instance type with more memory, or reduce the size of job data processed on an instance., exit code: 137",
    ),
    mode(
        3,
        "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.",
    ),
    mode(
        1,
        "InternalServerError: We encountered an internal error. Please try again.",
    ),
];

const TRANSFORM: &[FailureMode] = &[
    mode(3, "ClientError: See job logs for more information"),
    mode(
        2,
        "AlgorithmError: 3 of 48 records failed: the container answered 500 to /invocations, see job logs",
    ),
    mode(
        2,
        "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance type.",
    ),
];

/// The reason of a Lambda function that exceeded the limit which the SDK sets for the functions that it creates.
const LAMBDA_TIMED_OUT: &str = "Lambda function timed out after 120 seconds";

/// The reason of a Lambda function that exceeded a limit, in milliseconds.
pub fn lambda_timed_out(limit: Millis) -> String {
    format!("Lambda function timed out after {} seconds", limit / 1_000)
}

const LAMBDA: &[FailureMode] = &[
    mode(
        3,
        "Lambda function failed: {\"errorMessage\": \"'Item'\", \"errorType\": \"KeyError\", \"stackTrace\": [\"  File \\\"/var/task/index.py\\\", line 21, in handler\\n\"]}",
    ),
    mode(1, LAMBDA_TIMED_OUT),
];

const CHECK: &[FailureMode] = &[
    mode(
        4,
        "ClientError: Violations were found when the results were compared with the baseline; see the violation report.",
    ),
    mode(
        2,
        "AlgorithmError: Error: Exception in the analysis container; see job logs, exit code: 255",
    ),
];

const EMR: &[FailureMode] = &[
    mode(
        3,
        "ClientError: EMR step failed: Application application_1712_0042 finished with failed status (exit code 1)",
    ),
    mode(
        2,
        "CapacityError: Cluster terminated with errors: insufficient capacity for m5.2xlarge in the selected subnet",
    ),
];

const CREATION: &[FailureMode] = &[
    mode(
        3,
        "ClientError: Failed to invoke sagemaker:CreateModel. Error Details: Could not find model data at the location given.\nRetry not appropriate on execution of step.",
    ),
    mode(2, "Step.THROTTLING: Rate exceeded"),
];

const ENDPOINT: &[FailureMode] = &[
    mode(
        3,
        "ClientError: The primary container for production variant AllTraffic did not pass the ping health check. Please check CloudWatch logs for this endpoint.",
    ),
    mode(
        2,
        "CapacityError: Request to service failed: insufficient capacity for the instance type of variant AllTraffic.",
    ),
];

/// How a step of this type fails this time; none when it cannot fail.
pub fn draw(kind: &StepKind, random: SeededRandom) -> Option<&'static str> {
    let modes = match kind {
        StepKind::Training | StepKind::Tuning | StepKind::AutoML | StepKind::Job => TRAINING,
        StepKind::Processing | StepKind::EmrServerless => PROCESSING,
        StepKind::Transform => TRANSFORM,
        StepKind::Lambda => LAMBDA,
        StepKind::QualityCheck | StepKind::ClarifyCheck => CHECK,
        StepKind::Emr => EMR,
        StepKind::Model | StepKind::RegisterModel | StepKind::EndpointConfig => CREATION,
        StepKind::Endpoint | StepKind::InferenceComponent => ENDPOINT,
        StepKind::Condition
        | StepKind::Callback
        | StepKind::Fail
        | StepKind::ForEach
        | StepKind::Lineage
        | StepKind::Cleanup
        | StepKind::Unknown(_) => return None,
    };
    let total: u32 = modes.iter().map(|mode| mode.weight).sum();
    let mut left = random.between(0, i64::from(total)) as u32;
    for mode in modes {
        if left < mode.weight {
            return Some(mode.reason);
        }
        left -= mode.weight;
    }
    None
}

/// How likely a step of this type fails, relative to a job.
pub fn likelihood(kind: &StepKind) -> f64 {
    match kind {
        StepKind::Model | StepKind::RegisterModel | StepKind::EndpointConfig | StepKind::Lambda => {
            0.2
        }
        _ => 1.0,
    }
}

/// Whether the job could not even be created: the step has no metadata then.
pub fn is_before_creation(reason: &str) -> bool {
    [
        "ResourceLimitExceeded",
        "Step.",
        "ThrottlingException",
        CALL_REFUSED_PREFIX,
    ]
    .iter()
    .any(|start| reason.starts_with(start))
}

/// Whether the reason is another service's refusal of a call, such as to create the job.
pub fn is_refused_call(reason: &str) -> bool {
    reason.starts_with(CALL_REFUSED_PREFIX)
}

/// Whether the reason is a timeout.
pub fn timed_out(reason: &str) -> bool {
    reason.contains("timed out")
}

/// The exception type of retry policies that matches a reason: found by how the reason begins, or by what the called
/// service answered.
pub fn exception(reason: &str) -> Option<&'static str> {
    const CAPACITY: &str = "SageMaker.CAPACITY_ERROR";
    const LIMIT: &str = "SageMaker.RESOURCE_LIMIT";
    const INTERNAL: &str = "SageMaker.JOB_INTERNAL_ERROR";
    const THROTTLING: &str = "Step.THROTTLING";
    const FAULT: &str = "Step.SERVICE_FAULT";
    const BEGINNINGS: &[(&str, &str)] = &[
        ("CapacityError", CAPACITY),
        (CAPACITY, CAPACITY),
        ("ResourceLimitExceeded", LIMIT),
        (LIMIT, LIMIT),
        ("InternalServerError", INTERNAL),
        (INTERNAL, INTERNAL),
        ("ThrottlingException", THROTTLING),
        (THROTTLING, THROTTLING),
        (FAULT, FAULT),
    ];
    const ANSWERS: &[(&str, &str)] = &[
        ("Rate exceeded", THROTTLING),
        ("service limit", LIMIT),
        ("InternalFailure", FAULT),
        ("ServiceUnavailable", FAULT),
    ];
    let called = is_refused_call(reason);
    let begins = BEGINNINGS
        .iter()
        .find(|(start, _)| reason.starts_with(start));
    let answered = || {
        ANSWERS
            .iter()
            .find(|(answer, _)| called && reason.contains(answer))
    };
    begins.or_else(answered).map(|(_, kind)| *kind)
}
