//! What the service tells of a job's request, member by member, after its service model.

mod models;

pub use models::*;

use super::projection::{Member, OutputShape};

const DATA_TYPE: OutputShape =
    OutputShape::Choice(&["ManifestFile", "S3Prefix", "AugmentedManifestFile"]);
const DISTRIBUTION: OutputShape = OutputShape::Choice(&["FullyReplicated", "ShardedByS3Key"]);
const COMPRESSION: OutputShape = OutputShape::Choice(&["None", "Gzip"]);
const INPUT_MODE: OutputShape = OutputShape::Choice(&["Pipe", "File", "FastFile"]);

/// `AlgorithmSpecification`.
pub static ALGORITHM: OutputShape = OutputShape::Record(&[
    Member("TrainingImage", false, OutputShape::Text),
    Member("AlgorithmName", false, OutputShape::Text),
    Member("TrainingInputMode", true, INPUT_MODE),
    Member(
        "MetricDefinitions",
        false,
        OutputShape::List(&OutputShape::Record(&[
            Member("Name", true, OutputShape::Text),
            Member("Regex", true, OutputShape::Text),
        ])),
    ),
    Member(
        "ContainerEntrypoint",
        false,
        OutputShape::List(&OutputShape::Text),
    ),
    Member(
        "ContainerArguments",
        false,
        OutputShape::List(&OutputShape::Text),
    ),
]);

/// `InputDataConfig` of a training job.
pub static CHANNELS: OutputShape = OutputShape::List(&OutputShape::Record(&[
    Member("ChannelName", true, OutputShape::Text),
    Member(
        "DataSource",
        true,
        OutputShape::Record(&[Member(
            "S3DataSource",
            true,
            OutputShape::Record(&[
                Member("S3DataType", true, DATA_TYPE),
                Member("S3Uri", true, OutputShape::Uri),
                Member("S3DataDistributionType", false, DISTRIBUTION),
            ]),
        )]),
    ),
    Member("ContentType", false, OutputShape::Text),
    Member("CompressionType", false, COMPRESSION),
    Member("InputMode", false, INPUT_MODE),
]));

/// `OutputDataConfig` and the like.
pub static OUTPUT_PATH: OutputShape = OutputShape::Record(&[
    Member("S3OutputPath", true, OutputShape::Uri),
    Member("KmsKeyId", false, OutputShape::Text),
]);

/// `ResourceConfig`.
pub static RESOURCES: OutputShape = OutputShape::Record(&[
    Member("InstanceType", false, OutputShape::Instance),
    Member("InstanceCount", false, OutputShape::MemoKind),
    Member("VolumeSizeInGB", false, OutputShape::MemoKind),
]);

/// `StoppingCondition`.
pub static STOPPING: OutputShape =
    OutputShape::Record(&[Member("MaxRuntimeInSeconds", false, OutputShape::MemoKind)]);

/// `HyperParameters`, `Environment`, `CustomerMetadataProperties`.
pub static TEXTS: OutputShape = OutputShape::Texts;

/// `ProcessingInputs`.
pub static PROCESSING_INPUTS: OutputShape = OutputShape::List(&OutputShape::Record(&[
    Member("InputName", true, OutputShape::Text),
    Member("AppManaged", false, OutputShape::Flag),
    Member(
        "S3Input",
        true,
        OutputShape::Record(&[
            Member("S3Uri", true, OutputShape::Uri),
            Member("LocalPath", false, OutputShape::Text),
            Member(
                "S3DataType",
                true,
                OutputShape::Choice(&["ManifestFile", "S3Prefix"]),
            ),
            Member("S3InputMode", false, OutputShape::Choice(&["Pipe", "File"])),
            Member("S3DataDistributionType", false, DISTRIBUTION),
            Member("S3CompressionType", false, COMPRESSION),
        ]),
    ),
]));

/// An item of `ProcessingOutputConfig.Outputs`.
pub static PROCESSING_OUTPUT: OutputShape = OutputShape::Record(&[
    Member("OutputName", true, OutputShape::Text),
    Member("AppManaged", false, OutputShape::Flag),
    Member(
        "S3Output",
        true,
        OutputShape::Record(&[
            Member("S3Uri", true, OutputShape::Uri),
            Member("LocalPath", false, OutputShape::Text),
            Member(
                "S3UploadMode",
                true,
                OutputShape::Choice(&["Continuous", "EndOfJob"]),
            ),
        ]),
    ),
]);

/// `ProcessingResources.ClusterConfig`.
pub static CLUSTER: OutputShape = OutputShape::Record(&[
    Member("InstanceCount", false, OutputShape::MemoKind),
    Member("InstanceType", false, OutputShape::Instance),
    Member("VolumeSizeInGB", true, OutputShape::MemoKind),
]);

/// `AppSpecification`.
pub static APPLICATION: OutputShape = OutputShape::Record(&[
    Member("ImageUri", true, OutputShape::Text),
    Member(
        "ContainerEntrypoint",
        false,
        OutputShape::List(&OutputShape::Text),
    ),
    Member(
        "ContainerArguments",
        false,
        OutputShape::List(&OutputShape::Text),
    ),
]);

/// `TransformInput`.
pub static TRANSFORM_INPUT: OutputShape = OutputShape::Record(&[
    Member(
        "DataSource",
        true,
        OutputShape::Record(&[Member(
            "S3DataSource",
            true,
            OutputShape::Record(&[
                Member("S3DataType", true, DATA_TYPE),
                Member("S3Uri", true, OutputShape::Uri),
            ]),
        )]),
    ),
    Member("ContentType", false, OutputShape::Text),
    Member("CompressionType", false, COMPRESSION),
    Member(
        "SplitType",
        false,
        OutputShape::Choice(&["None", "Line", "RecordIO", "TFRecord"]),
    ),
]);

/// `TransformOutput`.
pub static TRANSFORM_OUTPUT: OutputShape = OutputShape::Record(&[
    Member("S3OutputPath", true, OutputShape::Uri),
    Member("Accept", false, OutputShape::Text),
    Member(
        "AssembleWith",
        false,
        OutputShape::Choice(&["None", "Line"]),
    ),
]);

/// `TransformResources`.
pub static TRANSFORM_RESOURCES: OutputShape = OutputShape::Record(&[
    Member("InstanceType", true, OutputShape::Instance),
    Member("InstanceCount", true, OutputShape::MemoKind),
]);

const RANGES: OutputShape = OutputShape::List(&OutputShape::Record(&[
    Member("Name", true, OutputShape::Text),
    Member("MinValue", true, OutputShape::Text),
    Member("MaxValue", true, OutputShape::Text),
    Member(
        "ScalingType",
        false,
        OutputShape::Choice(&["Auto", "Linear", "Logarithmic", "ReverseLogarithmic"]),
    ),
]));

/// `HyperParameterTuningJobConfig`.
pub static TUNING: OutputShape = OutputShape::Record(&[
    Member(
        "Strategy",
        true,
        OutputShape::Choice(&["Bayesian", "Random", "Hyperband", "Grid"]),
    ),
    Member(
        "HyperParameterTuningJobObjective",
        false,
        OutputShape::Record(&[
            Member("Type", true, OutputShape::Choice(&["Maximize", "Minimize"])),
            Member("MetricName", true, OutputShape::Text),
        ]),
    ),
    Member(
        "ResourceLimits",
        true,
        OutputShape::Record(&[
            Member("MaxNumberOfTrainingJobs", false, OutputShape::MemoKind),
            Member("MaxParallelTrainingJobs", true, OutputShape::MemoKind),
        ]),
    ),
    Member(
        "ParameterRanges",
        false,
        OutputShape::Record(&[
            Member("IntegerParameterRanges", false, RANGES),
            Member("ContinuousParameterRanges", false, RANGES),
            Member(
                "CategoricalParameterRanges",
                false,
                OutputShape::List(&OutputShape::Record(&[
                    Member("Name", true, OutputShape::Text),
                    Member("Values", true, OutputShape::List(&OutputShape::Text)),
                ])),
            ),
        ]),
    ),
    Member(
        "TrainingJobEarlyStoppingType",
        false,
        OutputShape::Choice(&["Off", "Auto"]),
    ),
]);

/// `AutoMLJobInputDataConfig`.
pub static AUTO_ML_INPUT: OutputShape = OutputShape::List(&OutputShape::Record(&[
    Member(
        "ChannelType",
        false,
        OutputShape::Choice(&["training", "validation"]),
    ),
    Member("ContentType", false, OutputShape::Text),
    Member("CompressionType", false, COMPRESSION),
    Member(
        "DataSource",
        false,
        OutputShape::Record(&[Member(
            "S3DataSource",
            true,
            OutputShape::Record(&[
                Member("S3DataType", true, DATA_TYPE),
                Member("S3Uri", true, OutputShape::Uri),
            ]),
        )]),
    ),
]));

/// True or false.
pub static FLAG: OutputShape = OutputShape::Flag;

/// A whole number.
pub static WHOLE: OutputShape = OutputShape::MemoKind;

/// `BatchStrategy` of a transform job.
pub static BATCHES: OutputShape = OutputShape::Choice(&["MultiRecord", "SingleRecord"]);

const IDS: OutputShape = OutputShape::List(&OutputShape::Text);

/// `VpcConfig`.
pub static NETWORK: OutputShape = OutputShape::Record(&[
    Member("SecurityGroupIds", true, IDS),
    Member("Subnets", true, IDS),
]);

/// `NetworkConfig` of a processing job.
pub static NETWORK_CONFIG: OutputShape = OutputShape::Record(&[
    Member(
        "EnableInterContainerTrafficEncryption",
        false,
        OutputShape::Flag,
    ),
    Member("EnableNetworkIsolation", false, OutputShape::Flag),
    Member(
        "VpcConfig",
        false,
        OutputShape::Record(&[
            Member("SecurityGroupIds", true, IDS),
            Member("Subnets", true, IDS),
        ]),
    ),
]);

/// `CheckpointConfig`.
pub static CHECKPOINT: OutputShape = OutputShape::Record(&[
    Member("S3Uri", true, OutputShape::Uri),
    Member("LocalPath", false, OutputShape::Text),
]);

/// `ExperimentConfig`.
pub static EXPERIMENT: OutputShape = OutputShape::Record(&[
    Member("ExperimentName", false, OutputShape::Text),
    Member("TrialName", false, OutputShape::Text),
    Member("TrialComponentDisplayName", false, OutputShape::Text),
]);

/// `HyperParameterTuningJobObjective`.
pub static OBJECTIVE: OutputShape = OutputShape::Record(&[
    Member("Type", true, OutputShape::Choice(&["Maximize", "Minimize"])),
    Member("MetricName", true, OutputShape::Text),
]);

/// `AutoMLJobObjective`.
pub static AUTO_ML_OBJECTIVE: OutputShape = OutputShape::Record(&[Member(
    "MetricName",
    true,
    OutputShape::Choice(&[
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
pub static PROBLEM: OutputShape = OutputShape::Choice(&[
    "BinaryClassification",
    "MulticlassClassification",
    "Regression",
]);

/// `InputDataConfig` of an AutoML job of the first version.
pub static AUTO_ML_CHANNELS: OutputShape = OutputShape::List(&OutputShape::Record(&[
    Member("TargetAttributeName", true, OutputShape::Text),
    Member("ContentType", false, OutputShape::Text),
    Member("CompressionType", false, COMPRESSION),
    Member(
        "ChannelType",
        false,
        OutputShape::Choice(&["training", "validation"]),
    ),
    Member(
        "DataSource",
        false,
        OutputShape::Record(&[Member(
            "S3DataSource",
            true,
            OutputShape::Record(&[
                Member("S3DataType", true, DATA_TYPE),
                Member("S3Uri", true, OutputShape::Uri),
            ]),
        )]),
    ),
]));

/// `TrainingJobDefinition` of a tuning job.
pub static TUNED_TRAINING: OutputShape = OutputShape::Record(&[
    Member("StaticHyperParameters", false, OutputShape::Texts),
    Member(
        "AlgorithmSpecification",
        true,
        OutputShape::Record(&[
            Member("TrainingImage", false, OutputShape::Text),
            Member("AlgorithmName", false, OutputShape::Text),
            Member("TrainingInputMode", true, INPUT_MODE),
        ]),
    ),
    Member("RoleArn", true, OutputShape::Text),
    Member(
        "OutputDataConfig",
        true,
        OutputShape::Record(&[Member("S3OutputPath", true, OutputShape::Uri)]),
    ),
    Member(
        "StoppingCondition",
        true,
        OutputShape::Record(&[Member("MaxRuntimeInSeconds", false, OutputShape::MemoKind)]),
    ),
]);
