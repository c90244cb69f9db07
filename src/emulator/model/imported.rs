//! Pipelines and executions of another SageMaker, and the pipelines that are made of them.

use super::as_read::{Members, PipelineAsRead, last_execution, millis, owned};
use super::pipeline::{Pipeline, Version};
use crate::engine::{ArnContext, Millis};
use serde_json::Value;
use std::sync::Arc;

/// The largest number of a version: an answer must not fill the memory.
const MAX_VERSIONS: usize = 100_000;

/// A pipeline as another SageMaker returned it.
#[derive(Debug, Clone, Default)]
pub struct ImportedPipeline {
    /// Its item in the answer of `ListPipelines`.
    pub summary: Members,
    /// The answer of `DescribePipeline`.
    pub description: Members,
    /// Its items in the answer of `ListPipelineVersions`; empty where that SageMaker knows no versions.
    pub versions: Vec<Members>,
    /// The items in the answer of `ListTags`.
    pub tags: Vec<Members>,
}

/// An execution as another SageMaker returned it.
#[derive(Debug, Clone, Default)]
pub struct ImportedExecution {
    /// Its item in the answer of `ListPipelineExecutions`.
    pub summary: Members,
    /// The answer of `DescribePipelineExecution`.
    pub description: Members,
    /// The items in the answer of `ListPipelineExecutionSteps`, oldest first.
    pub steps: Vec<Value>,
    /// The items in the answer of `ListPipelineParametersForExecution`.
    pub parameters: Vec<Value>,
    /// The definition in the answer of `DescribePipelineDefinitionForExecution`, if it was read for this execution.
    pub definition: Option<String>,
}

impl Pipeline {
    /// The pipeline that was read.
    ///
    /// # Errors
    /// When the answers lack what a pipeline is known by; names the member.
    pub(super) fn imported(imported: ImportedPipeline) -> Result<Pipeline, &'static str> {
        let ImportedPipeline {
            summary,
            mut description,
            versions,
            tags,
        } = imported;
        let name = owned(&description, "PipelineName").ok_or("PipelineName")?;
        let arn = owned(&description, "PipelineArn").ok_or("PipelineArn")?;
        let context = ArnContext::of_pipeline(&arn).ok_or("PipelineArn")?;
        let created = millis(&description, "CreationTime").unwrap_or_default();
        let modified = millis(&description, "LastModifiedTime").unwrap_or(created);
        let versions = all_versions(versions, &mut description, modified);
        let parallelism = description.get("ParallelismConfiguration");
        let as_read = PipelineAsRead {
            summary,
            description: description.clone(),
        };
        Ok(Pipeline {
            arn,
            arn_context: Arc::new(context),
            name,
            display_name: owned(&description, "PipelineDisplayName"),
            description: owned(&description, "PipelineDescription"),
            role_arn: owned(&description, "RoleArn").unwrap_or_default(),
            tags: tags.iter().filter_map(tag).collect(),
            created,
            modified,
            last_run: as_read.last_run(),
            created_by: None,
            parallelism: parallelism
                .and_then(|limit| limit.get("MaxParallelExecutionSteps")?.as_u64())
                .and_then(|steps| u32::try_from(steps).ok()),
            versions,
            as_read: Some(Box::new(as_read)),
        })
    }

    /// Whether it was read from another SageMaker.
    pub fn is_imported(&self) -> bool {
        self.as_read.is_some()
    }

    /// Whether an execution's definition is known from the version that was read for the pipeline.
    pub fn has_read(&self, version: Option<i64>) -> bool {
        let version = version.and_then(|number| self.version(number));
        version.is_some_and(|version| version.as_read.is_some() && version.definition.is_some())
    }
}

/// The versions in the order of their numbers, those that were not listed as gaps. Takes the newest one's definition,
/// names and aliases from the pipeline's description, where they come from no other operation.
fn all_versions(listed: Vec<Members>, description: &mut Members, modified: Millis) -> Vec<Version> {
    let mut newest = Members::new();
    for name in [
        "PipelineVersionDisplayName",
        "PipelineVersionDescription",
        "PipelineVersionAliases",
    ] {
        newest.extend(description.remove_entry(name));
    }
    let number = |version: &Members| {
        let number = version.get("PipelineVersionId")?.as_u64()?;
        let number = usize::try_from(number).ok()?.checked_sub(1)?;
        (number < MAX_VERSIONS).then_some(number)
    };
    let count = listed
        .iter()
        .filter_map(number)
        .max()
        .map_or(1, |last| last + 1);
    let mut versions = vec![Version::gap(); count];
    for members in listed {
        let place = number(&members).and_then(|place| versions.get_mut(place));
        if let Some(version) = place {
            *version = Version::listed(members);
        }
    }
    if let Some(last) = versions.last_mut() {
        if last.as_read.is_none() {
            *last = Version {
                created: modified,
                ..Version::listed(newest)
            };
        }
        if let Some(definition) = owned(description, "PipelineDefinition") {
            last.define(definition.into());
        }
    }
    description.remove("PipelineDefinition");
    versions
}

impl Version {
    /// A version that was listed, without its definition.
    fn listed(mut members: Members) -> Version {
        let aliases = members.remove("PipelineVersionAliases");
        let aliases = aliases.as_ref().and_then(Value::as_array);
        Version {
            created: millis(&members, "CreationTime").unwrap_or_default(),
            display_name: owned(&members, "PipelineVersionDisplayName"),
            description: owned(&members, "PipelineVersionDescription"),
            aliases: aliases
                .into_iter()
                .flatten()
                .filter_map(|alias| alias.as_str().map(str::to_owned))
                .collect(),
            last_execution: last_execution(&members),
            as_read: Some(members),
            ..Version::gap()
        }
    }
}

fn tag(tag: &Members) -> Option<(String, String)> {
    Some((owned(tag, "Key")?, owned(tag, "Value")?))
}
