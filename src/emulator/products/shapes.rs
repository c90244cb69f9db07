//! What the service tells of a job's request, member by member, after its service model.

mod models;

pub use models::*;

use super::project::{Member, Out};

const DATA_TYPE: Out = Out::Choice(&["ManifestFile", "S3Prefix", "AugmentedManifestFile"]);
const DISTRIBUTION: Out = Out::Choice(&["FullyReplicated", "ShardedByS3Key"]);
const COMPRESSION: Out = Out::Choice(&["None", "Gzip"]);
const INPUT_MODE: Out = Out::Choice(&["Pipe", "File", "FastFile"]);

/// `AlgorithmSpecification`.
pub static ALGORITHM: Out = Out::Record(&[
    Member("TrainingImage", false, Out::Text),
    Member("AlgorithmName", false, Out::Text),
    Member("TrainingInputMode", true, INPUT_MODE),
    Member(
        "MetricDefinitions",
        false,
        Out::List(&Out::Record(&[
            Member("Name", true, Out::Text),
            Member("Regex", true, Out::Text),
        ])),
    ),
    Member("ContainerEntrypoint", false, Out::List(&Out::Text)),
    Member("ContainerArguments", false, Out::List(&Out::Text)),
]);

/// `InputDataConfig` of a training job.
pub static CHANNELS: Out = Out::List(&Out::Record(&[
    Member("ChannelName", true, Out::Text),
    Member(
        "DataSource",
        true,
        Out::Record(&[Member(
            "S3DataSource",
            true,
            Out::Record(&[
                Member("S3DataType", true, DATA_TYPE),
                Member("S3Uri", true, Out::Uri),
                Member("S3DataDistributionType", false, DISTRIBUTION),
            ]),
        )]),
    ),
    Member("ContentType", false, Out::Text),
    Member("CompressionType", false, COMPRESSION),
    Member("InputMode", false, INPUT_MODE),
]));

/// `OutputDataConfig` and the like.
pub static OUTPUT_PATH: Out = Out::Record(&[
    Member("S3OutputPath", true, Out::Uri),
    Member("KmsKeyId", false, Out::Text),
]);

/// `ResourceConfig`.
pub static RESOURCES: Out = Out::Record(&[
    Member("InstanceType", false, Out::Instance),
    Member("InstanceCount", false, Out::Whole),
    Member("VolumeSizeInGB", false, Out::Whole),
]);

/// `StoppingCondition`.
pub static STOPPING: Out = Out::Record(&[Member("MaxRuntimeInSeconds", false, Out::Whole)]);

/// `HyperParameters`, `Environment`, `CustomerMetadataProperties`.
pub static TEXTS: Out = Out::Texts;

/// `ProcessingInputs`.
pub static PROCESSING_INPUTS: Out = Out::List(&Out::Record(&[
    Member("InputName", true, Out::Text),
    Member("AppManaged", false, Out::Flag),
    Member(
        "S3Input",
        true,
        Out::Record(&[
            Member("S3Uri", true, Out::Uri),
            Member("LocalPath", false, Out::Text),
            Member(
                "S3DataType",
                true,
                Out::Choice(&["ManifestFile", "S3Prefix"]),
            ),
            Member("S3InputMode", false, Out::Choice(&["Pipe", "File"])),
            Member("S3DataDistributionType", false, DISTRIBUTION),
            Member("S3CompressionType", false, COMPRESSION),
        ]),
    ),
]));

/// An item of `ProcessingOutputConfig.Outputs`.
pub static PROCESSING_OUTPUT: Out = Out::Record(&[
    Member("OutputName", true, Out::Text),
    Member("AppManaged", false, Out::Flag),
    Member(
        "S3Output",
        true,
        Out::Record(&[
            Member("S3Uri", true, Out::Uri),
            Member("LocalPath", false, Out::Text),
            Member(
                "S3UploadMode",
                true,
                Out::Choice(&["Continuous", "EndOfJob"]),
            ),
        ]),
    ),
]);

/// `ProcessingResources.ClusterConfig`.
pub static CLUSTER: Out = Out::Record(&[
    Member("InstanceCount", false, Out::Whole),
    Member("InstanceType", false, Out::Instance),
    Member("VolumeSizeInGB", true, Out::Whole),
]);

/// `AppSpecification`.
pub static APPLICATION: Out = Out::Record(&[
    Member("ImageUri", true, Out::Text),
    Member("ContainerEntrypoint", false, Out::List(&Out::Text)),
    Member("ContainerArguments", false, Out::List(&Out::Text)),
]);

/// `TransformInput`.
pub static TRANSFORM_INPUT: Out = Out::Record(&[
    Member(
        "DataSource",
        true,
        Out::Record(&[Member(
            "S3DataSource",
            true,
            Out::Record(&[
                Member("S3DataType", true, DATA_TYPE),
                Member("S3Uri", true, Out::Uri),
            ]),
        )]),
    ),
    Member("ContentType", false, Out::Text),
    Member("CompressionType", false, COMPRESSION),
    Member(
        "SplitType",
        false,
        Out::Choice(&["None", "Line", "RecordIO", "TFRecord"]),
    ),
]);

/// `TransformOutput`.
pub static TRANSFORM_OUTPUT: Out = Out::Record(&[
    Member("S3OutputPath", true, Out::Uri),
    Member("Accept", false, Out::Text),
    Member("AssembleWith", false, Out::Choice(&["None", "Line"])),
]);

/// `TransformResources`.
pub static TRANSFORM_RESOURCES: Out = Out::Record(&[
    Member("InstanceType", true, Out::Instance),
    Member("InstanceCount", true, Out::Whole),
]);

const RANGES: Out = Out::List(&Out::Record(&[
    Member("Name", true, Out::Text),
    Member("MinValue", true, Out::Text),
    Member("MaxValue", true, Out::Text),
    Member(
        "ScalingType",
        false,
        Out::Choice(&["Auto", "Linear", "Logarithmic", "ReverseLogarithmic"]),
    ),
]));

/// `HyperParameterTuningJobConfig`.
pub static TUNING: Out = Out::Record(&[
    Member(
        "Strategy",
        true,
        Out::Choice(&["Bayesian", "Random", "Hyperband", "Grid"]),
    ),
    Member(
        "HyperParameterTuningJobObjective",
        false,
        Out::Record(&[
            Member("Type", true, Out::Choice(&["Maximize", "Minimize"])),
            Member("MetricName", true, Out::Text),
        ]),
    ),
    Member(
        "ResourceLimits",
        true,
        Out::Record(&[
            Member("MaxNumberOfTrainingJobs", false, Out::Whole),
            Member("MaxParallelTrainingJobs", true, Out::Whole),
        ]),
    ),
    Member(
        "ParameterRanges",
        false,
        Out::Record(&[
            Member("IntegerParameterRanges", false, RANGES),
            Member("ContinuousParameterRanges", false, RANGES),
            Member(
                "CategoricalParameterRanges",
                false,
                Out::List(&Out::Record(&[
                    Member("Name", true, Out::Text),
                    Member("Values", true, Out::List(&Out::Text)),
                ])),
            ),
        ]),
    ),
    Member(
        "TrainingJobEarlyStoppingType",
        false,
        Out::Choice(&["Off", "Auto"]),
    ),
]);

/// `AutoMLJobInputDataConfig`.
pub static AUTO_ML_INPUT: Out = Out::List(&Out::Record(&[
    Member(
        "ChannelType",
        false,
        Out::Choice(&["training", "validation"]),
    ),
    Member("ContentType", false, Out::Text),
    Member("CompressionType", false, COMPRESSION),
    Member(
        "DataSource",
        false,
        Out::Record(&[Member(
            "S3DataSource",
            true,
            Out::Record(&[
                Member("S3DataType", true, DATA_TYPE),
                Member("S3Uri", true, Out::Uri),
            ]),
        )]),
    ),
]));

/// True or false.
pub static FLAG: Out = Out::Flag;

/// A whole number.
pub static WHOLE: Out = Out::Whole;

/// `BatchStrategy` of a transform job.
pub static BATCHES: Out = Out::Choice(&["MultiRecord", "SingleRecord"]);

const IDS: Out = Out::List(&Out::Text);

/// `VpcConfig`.
pub static NETWORK: Out = Out::Record(&[
    Member("SecurityGroupIds", true, IDS),
    Member("Subnets", true, IDS),
]);

/// `NetworkConfig` of a processing job.
pub static NETWORK_CONFIG: Out = Out::Record(&[
    Member("EnableInterContainerTrafficEncryption", false, Out::Flag),
    Member("EnableNetworkIsolation", false, Out::Flag),
    Member(
        "VpcConfig",
        false,
        Out::Record(&[
            Member("SecurityGroupIds", true, IDS),
            Member("Subnets", true, IDS),
        ]),
    ),
]);

/// `CheckpointConfig`.
pub static CHECKPOINT: Out = Out::Record(&[
    Member("S3Uri", true, Out::Uri),
    Member("LocalPath", false, Out::Text),
]);

/// `ExperimentConfig`.
pub static EXPERIMENT: Out = Out::Record(&[
    Member("ExperimentName", false, Out::Text),
    Member("TrialName", false, Out::Text),
    Member("TrialComponentDisplayName", false, Out::Text),
]);

/// `HyperParameterTuningJobObjective`.
pub static OBJECTIVE: Out = Out::Record(&[
    Member("Type", true, Out::Choice(&["Maximize", "Minimize"])),
    Member("MetricName", true, Out::Text),
]);

/// `AutoMLJobObjective`.
pub static AUTO_ML_OBJECTIVE: Out = Out::Record(&[Member(
    "MetricName",
    true,
    Out::Choice(&[
        "Accuracy",
        "MSE",
        "F1",
        "F1macro",
        "AUC",
        "RMSE",
        "BalancedAccuracy",
        "R2",
        "Recall",
        "RecallMacro",
        "Precision",
        "PrecisionMacro",
        "MAE",
        "MAPE",
        "MASE",
        "WAPE",
        "AverageWeightedQuantileLoss",
    ]),
)]);

/// `ProblemType` of an AutoML job.
pub static PROBLEM: Out = Out::Choice(&[
    "BinaryClassification",
    "MulticlassClassification",
    "Regression",
]);

/// `InputDataConfig` of an AutoML job of the first version.
pub static AUTO_ML_CHANNELS: Out = Out::List(&Out::Record(&[
    Member("TargetAttributeName", true, Out::Text),
    Member("ContentType", false, Out::Text),
    Member("CompressionType", false, COMPRESSION),
    Member(
        "ChannelType",
        false,
        Out::Choice(&["training", "validation"]),
    ),
    Member(
        "DataSource",
        false,
        Out::Record(&[Member(
            "S3DataSource",
            true,
            Out::Record(&[
                Member("S3DataType", true, DATA_TYPE),
                Member("S3Uri", true, Out::Uri),
            ]),
        )]),
    ),
]));

/// `TrainingJobDefinition` of a tuning job.
pub static TUNED_TRAINING: Out = Out::Record(&[
    Member("StaticHyperParameters", false, Out::Texts),
    Member(
        "AlgorithmSpecification",
        true,
        Out::Record(&[
            Member("TrainingImage", false, Out::Text),
            Member("AlgorithmName", false, Out::Text),
            Member("TrainingInputMode", true, INPUT_MODE),
        ]),
    ),
    Member("RoleArn", true, Out::Text),
    Member(
        "OutputDataConfig",
        true,
        Out::Record(&[Member("S3OutputPath", true, Out::Uri)]),
    ),
    Member(
        "StoppingCondition",
        true,
        Out::Record(&[Member("MaxRuntimeInSeconds", false, Out::Whole)]),
    ),
]);
