//! The members each operation takes, with the constraints of SageMaker's service model (2017-07-24).

mod jobs;

pub use jobs::*;

use super::patterns::*;
use super::shape::{Member, Shape, matching, optional, required, text};

const ORDER: Shape = Shape::Choice(&["Ascending", "Descending"]);
const PAGE_SIZE: Shape = Shape::Whole {
    min: 1,
    max: Some(100),
};
const PAGE_TOKEN: Shape = matching(0, 8192, &LINE);
const CLIENT_TOKEN: Shape = text(32, 128);
const DESCRIPTION: Shape = matching(0, 3072, &LINE);
const DEFINITION: Shape = matching(1, 1_048_576, &DEFINITION_TEXT);
const ROLE: Shape = matching(20, 2048, &ROLE_ARN);
const PIPELINE_NAME: Shape = matching(1, 256, &NAME);
const PIPELINE: Shape = matching(1, 2048, &NAME_OR_ARN);
const EXECUTION: Shape = matching(0, 2048, &EXECUTION_ARN);
const TAGGED: Shape = matching(0, 256, &RESOURCE_ARN);
const VERSION: Shape = Shape::Whole { min: 1, max: None };
const VERSION_ALIAS: Shape = matching(1, 128, &ALIAS);
const PROPERTY: Shape = matching(1, 255, &SOME);

static ALIAS_ITEM: Shape = VERSION_ALIAS;
const ALIASES: Shape = Shape::List {
    min: 0,
    max: 10,
    item: &ALIAS_ITEM,
};

static PARALLELISM_MEMBERS: [Member; 1] = [required(
    "MaxParallelExecutionSteps",
    Shape::Whole { min: 1, max: None },
)];
const PARALLELISM: Shape = Shape::Record(&PARALLELISM_MEMBERS);

static S3_MEMBERS: [Member; 3] = [
    required("Bucket", matching(3, 63, &BUCKET)),
    required("ObjectKey", matching(1, 1024, &SOME)),
    optional("VersionId", matching(1, 1024, &SOME)),
];
const S3_LOCATION: Shape = Shape::Record(&S3_MEMBERS);

static TAG_MEMBERS: [Member; 2] = [
    required("Key", matching(1, 128, &TAG)),
    required("Value", matching(0, 256, &TAG)),
];
static TAG_ITEM: Shape = Shape::Record(&TAG_MEMBERS);
const TAGS: Shape = Shape::List {
    min: 0,
    max: 50,
    item: &TAG_ITEM,
};
static TAG_KEY_ITEM: Shape = matching(1, 128, &TAG);

pub static CREATE_PIPELINE: [Member; 10] = [
    required("PipelineName", PIPELINE_NAME),
    optional("PipelineDisplayName", PIPELINE_NAME),
    optional("PipelineDefinition", DEFINITION),
    optional("PipelineDefinitionS3Location", S3_LOCATION),
    optional("PipelineDescription", DESCRIPTION),
    required("ClientRequestToken", CLIENT_TOKEN),
    required("RoleArn", ROLE),
    optional("Tags", TAGS),
    optional("ParallelismConfiguration", PARALLELISM),
    optional("PipelineVersionAliases", ALIASES),
];

pub static UPDATE_PIPELINE: [Member; 8] = [
    required("PipelineName", PIPELINE_NAME),
    optional("PipelineDisplayName", PIPELINE_NAME),
    optional("PipelineDefinition", DEFINITION),
    optional("PipelineDefinitionS3Location", S3_LOCATION),
    optional("PipelineDescription", DESCRIPTION),
    optional("RoleArn", ROLE),
    optional("ParallelismConfiguration", PARALLELISM),
    optional("PipelineVersionAliases", ALIASES),
];

pub static DELETE_PIPELINE: [Member; 2] = [
    required("PipelineName", PIPELINE_NAME),
    required("ClientRequestToken", CLIENT_TOKEN),
];

pub static DESCRIBE_PIPELINE: [Member; 3] = [
    required("PipelineName", PIPELINE),
    optional("PipelineVersionId", VERSION),
    optional("PipelineVersionAlias", VERSION_ALIAS),
];

pub static LIST_PIPELINES: [Member; 8] = [
    optional("PipelineNamePrefix", PIPELINE_NAME),
    optional("CreatedAfter", Shape::Time),
    optional("CreatedBefore", Shape::Time),
    optional("SortBy", Shape::Choice(&["Name", "CreationTime"])),
    optional("SortOrder", ORDER),
    optional("NextToken", PAGE_TOKEN),
    optional("MaxResults", PAGE_SIZE),
    optional("ManagedBy", Shape::Choice(&["AWS", "CUSTOMER"])),
];

pub static LIST_PIPELINE_VERSIONS: [Member; 6] = [
    required("PipelineName", PIPELINE),
    optional("CreatedAfter", Shape::Time),
    optional("CreatedBefore", Shape::Time),
    optional("SortOrder", ORDER),
    optional("NextToken", PAGE_TOKEN),
    optional("MaxResults", PAGE_SIZE),
];

static ALIAS_OPERATION_MEMBERS: [Member; 2] =
    [optional("Add", ALIASES), optional("Remove", ALIASES)];

pub static UPDATE_PIPELINE_VERSION: [Member; 5] = [
    required("PipelineArn", matching(0, 2048, &PIPELINE_ARN)),
    required("PipelineVersionId", VERSION),
    optional("PipelineVersionDisplayName", matching(1, 82, &SHORT_NAME)),
    optional("PipelineVersionDescription", DESCRIPTION),
    optional(
        "PipelineVersionAliasOperations",
        Shape::Record(&ALIAS_OPERATION_MEMBERS),
    ),
];

pub static LIST_TAGS: [Member; 3] = [
    required("ResourceArn", TAGGED),
    optional("NextToken", PAGE_TOKEN),
    optional("MaxResults", Shape::Whole { min: 50, max: None }),
];

pub static ADD_TAGS: [Member; 2] = [required("ResourceArn", TAGGED), required("Tags", TAGS)];

pub static DELETE_TAGS: [Member; 2] = [
    required("ResourceArn", TAGGED),
    required(
        "TagKeys",
        Shape::List {
            min: 1,
            max: 50,
            item: &TAG_KEY_ITEM,
        },
    ),
];

static PARAMETER_MEMBERS: [Member; 2] = [
    required("Name", matching(1, 256, &PARAMETER_NAME)),
    required("Value", text(0, 1024)),
];
static PARAMETER_ITEM: Shape = Shape::Record(&PARAMETER_MEMBERS);

static SELECTED_STEP_MEMBERS: [Member; 1] = [required("StepName", text(0, 256))];
static SELECTED_STEP_ITEM: Shape = Shape::Record(&SELECTED_STEP_MEMBERS);
static SELECTIVE_MEMBERS: [Member; 2] = [
    optional("SourcePipelineExecutionArn", EXECUTION),
    required(
        "SelectedSteps",
        Shape::List {
            min: 1,
            max: 50,
            item: &SELECTED_STEP_ITEM,
        },
    ),
];

pub static START_PIPELINE_EXECUTION: [Member; 11] = [
    required("PipelineName", PIPELINE),
    optional("PipelineExecutionDisplayName", matching(1, 82, &SHORT_NAME)),
    optional(
        "PipelineParameters",
        Shape::List {
            min: 0,
            max: 200,
            item: &PARAMETER_ITEM,
        },
    ),
    optional("PipelineExecutionDescription", DESCRIPTION),
    required("ClientRequestToken", CLIENT_TOKEN),
    optional("ParallelismConfiguration", PARALLELISM),
    optional(
        "SelectiveExecutionConfig",
        Shape::Record(&SELECTIVE_MEMBERS),
    ),
    optional("PipelineVersionId", VERSION),
    optional("MlflowExperimentName", matching(1, 256, &LINE)),
    optional("PipelineVersionAlias", VERSION_ALIAS),
    optional("RoleArn", ROLE),
];

pub static STOP_PIPELINE_EXECUTION: [Member; 2] = [
    required("PipelineExecutionArn", EXECUTION),
    required("ClientRequestToken", CLIENT_TOKEN),
];

pub static RETRY_PIPELINE_EXECUTION: [Member; 3] = [
    required("PipelineExecutionArn", EXECUTION),
    required("ClientRequestToken", CLIENT_TOKEN),
    optional("ParallelismConfiguration", PARALLELISM),
];

pub static UPDATE_PIPELINE_EXECUTION: [Member; 4] = [
    required("PipelineExecutionArn", EXECUTION),
    optional("PipelineExecutionDescription", DESCRIPTION),
    optional("PipelineExecutionDisplayName", matching(1, 82, &SHORT_NAME)),
    optional("ParallelismConfiguration", PARALLELISM),
];

pub static ONE_EXECUTION: [Member; 1] = [required("PipelineExecutionArn", EXECUTION)];

pub static LIST_PIPELINE_EXECUTIONS: [Member; 8] = [
    required("PipelineName", PIPELINE),
    optional("CreatedAfter", Shape::Time),
    optional("CreatedBefore", Shape::Time),
    optional(
        "SortBy",
        Shape::Choice(&["CreationTime", "PipelineExecutionArn"]),
    ),
    optional("SortOrder", ORDER),
    optional("NextToken", PAGE_TOKEN),
    optional("MaxResults", PAGE_SIZE),
    optional("PipelineVersionAlias", VERSION_ALIAS),
];

pub static LIST_PIPELINE_EXECUTION_STEPS: [Member; 4] = [
    optional("PipelineExecutionArn", EXECUTION),
    optional("NextToken", PAGE_TOKEN),
    optional("MaxResults", PAGE_SIZE),
    optional("SortOrder", ORDER),
];

pub static LIST_PIPELINE_PARAMETERS: [Member; 3] = [
    required("PipelineExecutionArn", EXECUTION),
    optional("NextToken", PAGE_TOKEN),
    optional("MaxResults", PAGE_SIZE),
];

static OUTPUT_MEMBERS: [Member; 2] = [
    required("Name", text(0, 256)),
    required("Value", text(0, 1024)),
];
static OUTPUT_ITEM: Shape = Shape::Record(&OUTPUT_MEMBERS);

pub static SEND_STEP_SUCCESS: [Member; 3] = [
    required("CallbackToken", matching(10, 10, &CALLBACK_TOKEN)),
    optional(
        "OutputParameters",
        Shape::List {
            min: 0,
            max: 50,
            item: &OUTPUT_ITEM,
        },
    ),
    optional("ClientRequestToken", CLIENT_TOKEN),
];

pub static SEND_STEP_FAILURE: [Member; 3] = [
    required("CallbackToken", matching(10, 10, &CALLBACK_TOKEN)),
    optional("FailureReason", text(0, 256)),
    optional("ClientRequestToken", CLIENT_TOKEN),
];

static FILTER_MEMBERS: [Member; 3] = [
    required("Name", PROPERTY),
    optional(
        "Operator",
        Shape::Choice(&[
            "Equals",
            "NotEquals",
            "GreaterThan",
            "GreaterThanOrEqualTo",
            "LessThan",
            "LessThanOrEqualTo",
            "Contains",
            "Exists",
            "NotExists",
            "In",
        ]),
    ),
    optional("Value", matching(1, 1024, &SOME)),
];
static FILTER_ITEM: Shape = Shape::Record(&FILTER_MEMBERS);
const FILTERS: Shape = Shape::List {
    min: 1,
    max: 20,
    item: &FILTER_ITEM,
};
static NESTED_MEMBERS: [Member; 2] = [
    required("NestedPropertyName", PROPERTY),
    required("Filters", FILTERS),
];
static NESTED_ITEM: Shape = Shape::Record(&NESTED_MEMBERS);
static EXPRESSION_MEMBERS: [Member; 4] = [
    optional("Filters", FILTERS),
    optional(
        "NestedFilters",
        Shape::List {
            min: 1,
            max: 20,
            item: &NESTED_ITEM,
        },
    ),
    optional(
        "SubExpressions",
        Shape::List {
            min: 1,
            max: 20,
            item: &EXPRESSION_ITEM,
        },
    ),
    optional("Operator", Shape::Choice(&["And", "Or"])),
];
static EXPRESSION_ITEM: Shape = Shape::Record(&EXPRESSION_MEMBERS);

static VISIBILITY_MEMBERS: [Member; 2] = [
    optional("Key", matching(1, 128, &TAG)),
    optional("Value", matching(0, 256, &TAG)),
];
static VISIBILITY_ITEM: Shape = Shape::Record(&VISIBILITY_MEMBERS);

pub static SEARCH: [Member; 8] = [
    required(
        "Resource",
        Shape::Choice(&[
            "TrainingJob",
            "Experiment",
            "ExperimentTrial",
            "ExperimentTrialComponent",
            "Endpoint",
            "Model",
            "ModelPackage",
            "ModelPackageGroup",
            "Pipeline",
            "PipelineExecution",
            "FeatureGroup",
            "FeatureMetadata",
            "Image",
            "ImageVersion",
            "Project",
            "HyperParameterTuningJob",
            "ModelCard",
            "PipelineVersion",
            "Job",
            "HubContent",
        ]),
    ),
    optional("SearchExpression", Shape::Record(&EXPRESSION_MEMBERS)),
    optional("SortBy", PROPERTY),
    optional("SortOrder", ORDER),
    optional("NextToken", PAGE_TOKEN),
    optional("MaxResults", PAGE_SIZE),
    optional(
        "CrossAccountFilterOption",
        Shape::Choice(&["SameAccount", "CrossAccount"]),
    ),
    optional(
        "VisibilityConditions",
        Shape::List {
            min: 1,
            max: 5,
            item: &VISIBILITY_ITEM,
        },
    ),
];

pub static LIST_MODEL_PACKAGE_GROUPS: [Member; 8] = [
    optional("CreationTimeAfter", Shape::Time),
    optional("CreationTimeBefore", Shape::Time),
    optional("MaxResults", PAGE_SIZE),
    optional("NameContains", matching(0, 63, &NAME_PART)),
    optional("NextToken", PAGE_TOKEN),
    optional("SortBy", Shape::Choice(&["Name", "CreationTime"])),
    optional("SortOrder", ORDER),
    optional(
        "CrossAccountFilterOption",
        Shape::Choice(&["SameAccount", "CrossAccount"]),
    ),
];
