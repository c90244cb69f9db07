//! Steps of every type, and their own settings.

pub(super) mod read;

use super::document::{NodeId, Value};

/// A step of a pipeline, at any level of the definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its name; if the definition has none, a substitute that no other step has.
    pub name: String,
    /// Its type.
    pub kind: StepKind,
    /// `DisplayName`, when it has one.
    pub display_name: Option<String>,
    /// `Description`, when it has one.
    pub description: Option<String>,
    /// The step whose branch or body contains it, as an index into the definition's steps.
    pub parent: Option<usize>,
    /// The branch or body of its parent; `None` at the top level.
    pub branch: Option<Branch>,
    /// Its level of nesting: 1 at the top, 2 in a branch or body, and so on.
    pub depth: usize,
    /// Its JSON object.
    pub(super) node: NodeId,
    /// The index after its last nested step: its nested steps are `own index + 1 .. end`.
    pub(super) end: usize,
}

/// The list of its parent that contains a nested step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Branch {
    /// `IfSteps`: runs when the condition holds.
    True,
    /// `ElseSteps`: runs when it does not.
    False,
    /// `ForEachBody`: runs once for each item.
    Body,
}

impl Branch {
    /// All of them, in the order in which a definition's text usually has them.
    pub(super) const ALL: [Self; 3] = [Self::True, Self::False, Self::Body];

    /// The definition's key for this list.
    pub fn key(self) -> &'static str {
        match self {
            Self::True => "IfSteps",
            Self::False => "ElseSteps",
            Self::Body => "ForEachBody",
        }
    }
}

macro_rules! step_kinds {
    ($($(#[$doc:meta])* $variant:ident = $text:literal),* $(,)?) => {
        /// The type of a step. SageMaker adds types now and then, so this is open-ended.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum StepKind {
            $($(#[$doc])* $variant,)*
            /// An unknown type, with its text; `None` if the step has no usable type.
            Unknown(Option<String>),
        }

        impl StepKind {
            /// Every known type, in the order of the reference.
            pub const ALL: &'static [StepKind] = &[$(StepKind::$variant),*];

            /// The type of this name; SageMaker's spelling counts, case included.
            pub fn from_name(name: &str) -> Self {
                match name {
                    $($text => Self::$variant,)*
                    "" => Self::Unknown(None),
                    other => Self::Unknown(Some(other.to_owned())),
                }
            }

            /// SageMaker's name of the type; `Unknown` for an unknown type.
            pub fn as_str(&self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Unknown(_) => "Unknown",
                }
            }
        }
    };
}

step_kinds! {
    /// A training job; also what `@step` functions, notebook jobs and model repacking become.
    Training = "Training",
    /// A processing job.
    Processing = "Processing",
    /// A batch transform job.
    Transform = "Transform",
    /// A hyperparameter tuning job.
    Tuning = "Tuning",
    /// An Autopilot job.
    AutoML = "AutoML",
    /// Creates a model.
    Model = "Model",
    /// Registers a model package.
    RegisterModel = "RegisterModel",
    /// Chooses between two branches; takes no time.
    Condition = "Condition",
    /// Sends a message to SQS and waits until somebody answers.
    Callback = "Callback",
    /// Calls a Lambda function.
    Lambda = "Lambda",
    /// A data or model quality check.
    QualityCheck = "QualityCheck",
    /// A bias or explainability check.
    ClarifyCheck = "ClarifyCheck",
    /// A step on an EMR cluster.
    Emr = "EMR",
    /// A job on EMR Serverless.
    EmrServerless = "EMRServerless",
    /// Ends the execution as failed.
    Fail = "Fail",
    /// Creates an endpoint configuration.
    EndpointConfig = "EndpointConfig",
    /// Creates or updates an endpoint.
    Endpoint = "Endpoint",
    /// Creates an inference component.
    InferenceComponent = "InferenceComponent",
    /// Writes lineage entities.
    Lineage = "Lineage",
    /// A job of a generic category (`CreateJob`).
    Job = "Job",
    /// Removes what other steps left behind.
    Cleanup = "Cleanup",
    /// Runs its body once for each item.
    ForEach = "ForEach",
}

impl StepKind {
    /// The type as the definition spells it, known or not; `Unknown` without a usable type.
    pub fn label(&self) -> &str {
        match self {
            Self::Unknown(Some(text)) => text,
            known => known.as_str(),
        }
    }

    /// The operations that create what a step of this type runs, whose requests are its arguments; none where the
    /// arguments are the step's own.
    pub fn operations(&self) -> &'static [&'static str] {
        match self {
            Self::Training => &["CreateTrainingJob"],
            Self::Processing | Self::QualityCheck | Self::ClarifyCheck => &["CreateProcessingJob"],
            Self::Transform => &["CreateTransformJob"],
            Self::Tuning => &["CreateHyperParameterTuningJob"],
            Self::AutoML => &["CreateAutoMLJobV2", "CreateAutoMLJob"],
            Self::Model => &["CreateModel"],
            Self::RegisterModel => &["CreateModelPackage"],
            Self::EndpointConfig => &["CreateEndpointConfig"],
            Self::Endpoint => &["CreateEndpoint"],
            Self::InferenceComponent => &["CreateInferenceComponent"],
            Self::Job => &["CreateJob"],
            _ => &[],
        }
    }

    /// Whether a running step of this type may hold an execution in Stopping: a Callback until it is
    /// answered, a Lambda until its function returns.
    pub fn holds_stop(&self) -> bool {
        matches!(self, Self::Callback | Self::Lambda)
    }

    /// Whether steps of this type hold other steps (Condition, ForEach).
    pub fn is_container(&self) -> bool {
        matches!(self, Self::Condition | Self::ForEach)
    }
}

/// `CacheConfig` of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CacheConfig {
    /// Whether caching is switched on.
    pub enabled: bool,
    /// `ExpireAfter` as written: an ISO 8601 duration such as `PT12H`, or SageMaker's short `30d`.
    pub expire_after: Option<String>,
}

/// One of a step's `RetryPolicies`; numbers as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The exceptions it answers to, such as `Step.THROTTLING`.
    pub exception_types: Vec<String>,
    /// Seconds before the first retry.
    pub interval_seconds: Option<String>,
    /// What the interval is multiplied with after each retry.
    pub backoff_rate: Option<String>,
    /// How many retries at most.
    pub max_attempts: Option<String>,
    /// For how many minutes it retries at most.
    pub expire_after_min: Option<String>,
}

/// One of a Processing step's `PropertyFiles`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyFile {
    /// `PropertyFileName`: what conditions call it.
    pub name: String,
    /// `OutputName`: the processing output that holds it.
    pub output: String,
    /// `FilePath`: its path under that output.
    pub path: String,
}

/// `CacheConfig` of the step `value`, when it has one.
pub(super) fn cache_config(value: Value<'_>) -> Option<CacheConfig> {
    let config = value
        .get("CacheConfig")
        .filter(|config| !config.is_null())?;
    let enabled = config.get("Enabled");
    Some(CacheConfig {
        enabled: enabled.is_some_and(|enabled| enabled.as_bool() == Some(true)),
        expire_after: config.get("ExpireAfter").and_then(Value::to_text),
    })
}

/// `RetryPolicies` of the step `value`.
pub(super) fn retry_policies(value: Value<'_>) -> Vec<RetryPolicy> {
    let Some(list) = value.get("RetryPolicies") else {
        return Vec::new();
    };
    let text = |policy: Value<'_>, key| policy.get(key).and_then(Value::to_text);
    list.items()
        .map(|policy| RetryPolicy {
            exception_types: match policy.get("ExceptionType") {
                Some(types) if types.as_str().is_some() => types.to_text().into_iter().collect(),
                Some(types) => types.items().filter_map(Value::to_text).collect(),
                None => Vec::new(),
            },
            interval_seconds: text(policy, "IntervalSeconds"),
            backoff_rate: text(policy, "BackoffRate"),
            max_attempts: text(policy, "MaxAttempts"),
            expire_after_min: text(policy, "ExpireAfterMin"),
        })
        .collect()
}

/// `PropertyFiles` of the step `value`; an entry without a name is left out.
pub(super) fn property_files(value: Value<'_>) -> Vec<PropertyFile> {
    let Some(list) = value.get("PropertyFiles") else {
        return Vec::new();
    };
    let text = |file: Value<'_>, key| file.get(key).and_then(Value::to_text);
    list.items()
        .filter_map(|file| {
            Some(PropertyFile {
                name: text(file, "PropertyFileName")?,
                output: text(file, "OutputName").unwrap_or_default(),
                path: text(file, "FilePath").unwrap_or_default(),
            })
        })
        .collect()
}
