//! What is refreshed and cached as one.

use crate::domain::StepStatus;

/// One thing that is read from SageMaker as one, and has an age of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum CacheKey {
    /// All pipelines.
    Pipelines,
    /// The pipeline of a name that no list returned.
    Named(String),
    /// A pipeline's definition, by its ARN.
    Detail(String),
    /// The executions of all pipelines.
    Executions,
    /// The executions of one pipeline, by its ARN.
    History(String),
    /// The newest executions of one pipeline whose list is open, by its ARN.
    Newest(String),
    /// The executions of the pipelines in view, where all cannot be searched.
    InView,
    /// The executions of pipelines that the search over all lacks.
    Unsearched,
    /// One execution with its steps, by its ARN.
    Execution(String),
    /// A pipeline's versions.
    Versions(String),
    /// The tags of all pipelines.
    AllTags,
    /// The tags of an ARN.
    Tags(String),
    /// What a step made, by its ARN, as described while the step had this status: what was returned before a
    /// change of status contradicts the new one.
    Job(String, StepStatus),
    /// The groups of registered models.
    ModelPackageGroups,
}

impl CacheKey {
    /// The name under which the time of the last refresh is stored; `None` for what is only kept in
    /// memory.
    pub(super) fn stored_as(&self) -> Option<String> {
        match self {
            Self::Pipelines => Some("pipelines".into()),
            Self::Executions => Some("executions".into()),
            Self::AllTags => Some("tags".into()),
            Self::Detail(arn) => Some(format!("detail:{arn}")),
            Self::History(arn) => Some(format!("history:{arn}")),
            Self::Execution(arn) => Some(format!("execution:{arn}")),
            _ => None,
        }
    }
}
