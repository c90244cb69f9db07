//! Pipelines and their versions.

use super::as_read::{Members, PipelineAsRead};
use crate::engine::{ArnContext, Millis, Program};
use crate::seed::UserProfile;
use sluicegate_definition::Definition;
use std::sync::Arc;

/// `UserContext`; none is a role without a user profile, of which the service returns nothing.
pub type User = Option<Arc<UserProfile>>;

/// A pipeline.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// `PipelineName` as it was given.
    pub name: String,
    /// `PipelineArn`.
    pub arn: String,
    /// The fixed parts of its executions' ARNs.
    pub arn_context: Arc<ArnContext>,
    /// `PipelineDisplayName`.
    pub display_name: Option<String>,
    /// `PipelineDescription`.
    pub description: Option<String>,
    /// `RoleArn`.
    pub role_arn: String,
    /// Keys and values, in the order they were added.
    pub tags: Vec<(String, String)>,
    /// `CreationTime`.
    pub created: Millis,
    /// `LastModifiedTime`.
    pub modified: Millis,
    /// When its newest execution started.
    pub last_run: Option<Millis>,
    /// `CreatedBy`.
    pub created_by: User,
    /// `MaxParallelExecutionSteps`.
    pub parallelism: Option<u32>,
    /// Oldest first; never empty; a version's number is its index plus one.
    pub versions: Vec<Version>,
    /// What was read of it, where it was read from another SageMaker.
    pub as_read: Option<Box<PipelineAsRead>>,
}

/// A version of a pipeline's definition.
#[derive(Debug, Clone)]
pub struct Version {
    /// The JSON text; none where the version was read from another SageMaker and its definition was not.
    pub definition: Option<Arc<str>>,
    /// The parsed definition.
    pub read: Arc<Definition>,
    /// The compiled definition.
    pub program: Arc<Program>,
    /// `CreationTime`.
    pub created: Millis,
    /// `PipelineVersionDisplayName`.
    pub display_name: Option<String>,
    /// `PipelineVersionDescription`.
    pub description: Option<String>,
    /// `PipelineVersionAliases`.
    pub aliases: Vec<String>,
    /// ARN of its newest execution.
    pub last_execution: Option<String>,
    /// Its item in the answer of `ListPipelineVersions`, where it was read from another SageMaker.
    pub as_read: Option<Members>,
}

impl Version {
    /// A version of a definition's text.
    pub fn new(definition: &str, created: Millis) -> Version {
        let mut version = Version {
            created,
            ..Version::gap()
        };
        version.define(definition.into());
        version
    }

    /// Sets the definition.
    pub(super) fn define(&mut self, definition: Arc<str>) {
        let read = Definition::read(&definition);
        self.program = Arc::new(Program::compile(&read));
        self.read = Arc::new(read);
        self.definition = Some(definition);
    }

    /// A number that no version is known for.
    pub(super) fn gap() -> Version {
        let read = Definition::read("");
        Version {
            definition: None,
            program: Arc::new(Program::compile(&read)),
            read: Arc::new(read),
            created: 0,
            display_name: None,
            description: None,
            aliases: Vec::new(),
            last_execution: None,
            as_read: None,
        }
    }

    /// Whether there is such a version: only what was read from another SageMaker has gaps.
    pub fn exists(&self) -> bool {
        self.definition.is_some() || self.as_read.is_some()
    }
}

impl Pipeline {
    /// The version with this number.
    pub fn version(&self, number: i64) -> Option<&Version> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.versions.get(index).filter(|version| version.exists())
    }

    /// The same, for a change.
    pub fn version_mut(&mut self, number: i64) -> Option<&mut Version> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        let version = self.versions.get_mut(index);
        version.filter(|version| version.exists())
    }

    /// The number of the newest version.
    pub fn newest(&self) -> i64 {
        self.versions.len() as i64
    }

    /// The number of the version with this alias.
    pub fn aliased(&self, alias: &str) -> Option<i64> {
        let carries = |version: &Version| version.aliases.iter().any(|known| known == alias);
        self.versions
            .iter()
            .position(carries)
            .map(|index| index as i64 + 1)
    }
}

/// Serializes an optional `Arc` as its value.
pub(super) mod shared {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use std::sync::Arc;

    /// Writes the value itself.
    ///
    /// # Errors
    /// When the value cannot be written.
    pub fn serialize<T, S>(value: &Option<Arc<T>>, serializer: S) -> Result<S::Ok, S::Error>
    where
        T: Serialize + ?Sized,
        S: Serializer,
    {
        value.as_deref().serialize(serializer)
    }

    /// Reads a value into an `Arc` of its own.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn deserialize<'de, T, D>(deserializer: D) -> Result<Option<Arc<T>>, D::Error>
    where
        T: ?Sized,
        Box<T>: Deserialize<'de>,
        D: Deserializer<'de>,
    {
        Ok(Option::<Box<T>>::deserialize(deserializer)?.map(Arc::from))
    }
}
