//! The definitions of the corpus that break the model of an operation, and how. They are unit tests' dummies, excerpts and
//! templates, which the service never got; all the others have to be accepted.

/// What the refusal contains, and which definitions are refused with it.
const REFUSED: &[(&str, &[&str])] = &[
    // A template's placeholder: a string where `Environment` is an object.
    (
        "Steps[0].Arguments.Environment",
        &["samples-asset-prediction-pipel-packages--infra"],
    ),
    // Jobs of the SDK's tests that are made of nothing but a name or an input.
    (
        "Missing required key 'OutputDataConfig'",
        &[
            "sdk2test-test-condition-step-depends-on-step-collection",
            "sdk2test-test-lambda-step",
            "sdk2test-test-pipeline-condition-step-interpolated",
            "sdk2test-test-pipeline-execution-result-s3-my-bucket-my-key-false",
            "sdk2test-test-pipeline-interpolates-callback-outputs",
            "sdk2test-test-pipeline-interpolates-emr-outputs-with-retry-policies",
            "sdk2test-test-pipeline-interpolates-emr-outputs",
            "sdk2test-test-pipeline-interpolates-lambda-outputs",
            "sdk2test-test-pipeline-update",
            "sdk2test-test-register-model-with-runtime-repack",
            "sdk2test-test-schedule-trigger-functionality",
            "sdk2test-test-transform-step-with-transformer-output-path4-data1-model-name1",
            "sdk2test-test-transform-step-with-transformer-output-path4-data1-model-name2",
            "sdk3test-test-definition-basic",
        ],
    ),
    // The SDK's tests name a role `DummyRole`.
    (
        "defined for RoleArn",
        &[
            "sdk2test-test-conditional-model-create-and-regis",
            "sdk2test-test-create-model-step-using-custom-model-name-2",
            "sdk2test-test-create-model-step-using-custom-model-name",
            "sdk2test-test-create-model-with-compile-time-repack",
            "sdk2test-test-create-model-with-runtime-repack",
            "sdk2test-test-create-pipeline-model-with-runtime-repack",
            "sdk2test-test-data-bias-check-step",
            "sdk2test-test-get-best-auto-ml-model",
            "sdk2test-test-model-bias-check-step",
            "sdk2test-test-model-quality-check-step-0-0",
            "sdk2test-test-model-step-with-lambda-property-reference",
            "sdk2test-test-multi-algo-tuning-step",
            "sdk2test-test-processing-step-with-clarify-processor",
            "sdk2test-test-processing-step-with-framework-processor-local-code-framework-processor0",
            "sdk2test-test-processing-step-with-framework-processor-processing-output0-processing-input0-framework-processo",
            "sdk2test-test-register-pipeline-model-with-runtime-repack",
            "sdk2test-test-request-compare-of-register-model-under-different-sessions-test-input0",
            "sdk2test-test-request-compare-of-register-model-under-different-sessions-test-input3",
            "sdk2test-test-single-automl-step-with-parameter",
            "sdk2test-test-single-automl-step",
            "sdk2test-test-single-tuning-step-using-custom-job-prefixes",
            "sdk2test-test-training-step-base-estimator",
            "sdk2test-test-tuning-step-with-multi-algo-tuner",
        ],
    ),
    // Made-up steps of the SDK's tests.
    (
        "Unknown Argument member 'input_data'",
        &[
            "sdk2test-test-large-pipeline-create",
            "sdk2test-test-local-pipeline",
            "sdk2test-test-pipeline-basic",
            "sdk2test-test-pipeline-disable-experiment-config",
            "sdk2test-test-pipeline-override-experiment-config",
            "sdk2test-test-pipeline-two-step",
            "sdk3test-test-pipeline-update-with-mlflow-config-2",
            "sdk3test-test-pipeline-update-with-mlflow-config",
            "sdk3test-test-pipeline-with-mlflow-config",
        ],
    ),
    // The SDK of today leaves it out.
    (
        "Unknown Argument member 'ModelPackageName'",
        &["sdk2test-test-register-model-step-using-custom-model-package-name-2"],
    ),
    // In capital letters.
    (
        "Value 'OFF' for 'TrainingJobEarlyStoppingType'",
        &["sdk2test-test-single-algo-tuning-step"],
    ),
    // Without its `ml.`.
    (
        "Value 'c4.4xlarge' for 'ProcessingInstanceType'",
        &["sdk2test-test-training-step-with-jsonget-instance-type"],
    ),
    // An excerpt in the documentation of CloudFormation.
    (
        "Missing required key 'S3DataType'",
        &["verbatim-aws-docs-cloudformation-parameter-without-type"],
    ),
];

/// Why a definition of the corpus is refused; `None` where it is accepted.
pub fn reason(name: &str) -> Option<&'static str> {
    let mut groups = REFUSED.iter();
    let group = groups.find(|(_, names)| names.contains(&name));
    group.map(|(reason, _)| *reason)
}
