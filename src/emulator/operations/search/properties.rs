//! Searchable resources and their properties (`SearchRecord` of the service model).

use super::training_jobs;
use super::values::ValueType;
use crate::protocol::errors::ServiceError;

/// A searchable resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SearchResource {
    /// `Pipeline`.
    Pipeline,
    /// `PipelineExecution`.
    Execution,
    /// `PipelineVersion`.
    Version,
    /// `TrainingJob`.
    TrainingJob,
}

use ValueType::{Number, Text, Time};

const SHARED: &[(&str, ValueType)] = &[
    ("PipelineArn", Text),
    ("CreationTime", Time),
    ("LastModifiedTime", Time),
    ("CreatedBy.UserProfileArn", Text),
    ("CreatedBy.UserProfileName", Text),
    ("CreatedBy.DomainId", Text),
    ("CreatedBy.IamIdentity.Arn", Text),
    ("CreatedBy.IamIdentity.PrincipalId", Text),
    ("CreatedBy.IamIdentity.SourceIdentity", Text),
    ("LastModifiedBy.UserProfileArn", Text),
    ("LastModifiedBy.UserProfileName", Text),
    ("LastModifiedBy.DomainId", Text),
    ("LastModifiedBy.IamIdentity.Arn", Text),
    ("LastModifiedBy.IamIdentity.PrincipalId", Text),
    ("LastModifiedBy.IamIdentity.SourceIdentity", Text),
];

const PIPELINE: &[(&str, ValueType)] = &[
    ("PipelineName", Text),
    ("PipelineDisplayName", Text),
    ("PipelineDescription", Text),
    ("RoleArn", Text),
    ("PipelineStatus", Text),
    ("LastRunTime", Time),
    ("ParallelismConfiguration.MaxParallelExecutionSteps", Number),
    ("Tags.Key", Text),
    ("Tags.Value", Text),
];

const EXECUTION: &[(&str, ValueType)] = &[
    ("PipelineExecutionArn", Text),
    ("PipelineExecutionDisplayName", Text),
    ("PipelineExecutionStatus", Text),
    ("PipelineExecutionDescription", Text),
    ("PipelineExperimentConfig.ExperimentName", Text),
    ("PipelineExperimentConfig.TrialName", Text),
    ("FailureReason", Text),
    ("ParallelismConfiguration.MaxParallelExecutionSteps", Number),
    ("SelectiveExecutionConfig.SourcePipelineExecutionArn", Text),
    ("SelectiveExecutionConfig.SelectedSteps.StepName", Text),
    ("PipelineParameters.Name", Text),
    ("PipelineParameters.Value", Text),
    ("PipelineVersionId", Number),
    ("PipelineVersionDisplayName", Text),
];

const VERSION: &[(&str, ValueType)] = &[
    ("PipelineVersionId", Number),
    ("PipelineVersionDisplayName", Text),
    ("PipelineVersionDescription", Text),
    ("LastExecutedPipelineExecutionArn", Text),
    ("LastExecutedPipelineExecutionDisplayName", Text),
    ("LastExecutedPipelineExecutionStatus", Text),
    ("PipelineVersionAliases", Text),
];

impl SearchResource {
    /// The resource of a `ResourceType`; none where the emulator has no such resources.
    pub fn of(resource: &str) -> Option<SearchResource> {
        match resource {
            "Pipeline" => Some(SearchResource::Pipeline),
            "PipelineExecution" => Some(SearchResource::Execution),
            "PipelineVersion" => Some(SearchResource::Version),
            "TrainingJob" => Some(SearchResource::TrainingJob),
            _ => None,
        }
    }

    /// The type of a property; an error where the resource has no such property.
    pub fn type_of(self, name: &str) -> Result<ValueType, ServiceError> {
        if self == SearchResource::Pipeline && name.starts_with("Tags.") {
            return Ok(Text);
        }
        let unknown = || ServiceError::validation(format!("Unknown property name: '{name}'"));
        if self == SearchResource::TrainingJob {
            return training_jobs::type_of(name).ok_or_else(unknown);
        }
        let own = self.own().iter().chain(SHARED);
        let mut found = own.filter(|(known, _)| *known == name);
        found
            .next()
            .map(|(_, value_type)| *value_type)
            .ok_or_else(unknown)
    }

    /// Checks that nested filters apply to a property: that it is a list of structures.
    pub fn check_list(self, name: &str) -> Result<(), ServiceError> {
        let lists: &[&str] = match self {
            SearchResource::Pipeline => &["Tags"],
            SearchResource::Execution => &[
                "PipelineParameters",
                "SelectiveExecutionConfig.SelectedSteps",
            ],
            SearchResource::Version | SearchResource::TrainingJob => &[],
        };
        let is_member = self == SearchResource::TrainingJob && training_jobs::is_list(name);
        match is_member || lists.contains(&name) {
            true => Ok(()),
            false => Err(ServiceError::validation(format!(
                "'{name}' is not a property that nested filters can be applied to."
            ))),
        }
    }

    fn own(self) -> &'static [(&'static str, ValueType)] {
        match self {
            SearchResource::Pipeline => PIPELINE,
            SearchResource::Execution => EXECUTION,
            SearchResource::Version => VERSION,
            SearchResource::TrainingJob => &[],
        }
    }
}
