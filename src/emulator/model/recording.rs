//! Executions that were read from another SageMaker. Nothing replays them: they stay as they were read.

use super::World;
use super::as_read::{Members, millis, text};
use super::execution::{Summary, SummaryArn};
use super::imported::{ImportedExecution, ImportedPipeline};
use super::pipeline::Pipeline;
use super::pipelines::{ExecutionFacts, ExecutionKey, PipelineKey};
use crate::engine::{Millis, RunStatus};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

/// The answers about an execution.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RecordedAnswers {
    /// Its item in the answer of `ListPipelineExecutions`.
    pub summary: Members,
    /// The answer of `DescribePipelineExecution`.
    pub description: Members,
    /// The items in the answer of `ListPipelineExecutionSteps`, oldest first.
    pub steps: Vec<Value>,
    /// The items in the answer of `ListPipelineParametersForExecution`.
    pub parameters: Vec<Value>,
}

/// The definitions that executions of no version ran, each in memory once.
#[derive(Debug, Default)]
pub struct Texts(HashSet<Arc<str>>);

impl Texts {
    /// The text, shared with those who have the same.
    pub(super) fn shared(&mut self, text: Arc<str>) -> Arc<str> {
        if let Some(known) = self.0.get(&text) {
            return known.clone();
        }
        self.0.insert(text.clone());
        text
    }
}

/// An execution that was read.
#[derive(Debug, Clone)]
pub struct Recording {
    arn: Box<str>,
    /// `PipelineExecutionStatus`, which may be one that this program does not know.
    pub status: Box<str>,
    display_name: Option<Box<str>>,
    description: Option<Box<str>>,
    /// `PipelineVersionId`; executions from before versions existed have none.
    pub version: Option<i64>,
    /// What it ran, where no version of its pipeline has it.
    pub definition: Option<Arc<str>>,
    /// [`RecordedAnswers`] as JSON: there may be many thousand, most of which nobody looks at.
    answers: Box<str>,
}

impl Recording {
    /// A recording of these answers.
    ///
    /// # Errors
    /// When they lack what an execution is known by; names the member.
    pub(super) fn new(
        answers: &RecordedAnswers,
        definition: Option<Arc<str>>,
    ) -> Result<Recording, &'static str> {
        let description = &answers.description;
        let boxed = |name| text(description, name).map(Box::from);
        let arn: Box<str> = boxed("PipelineExecutionArn").ok_or("PipelineExecutionArn")?;
        if !arn.contains("/execution/") {
            return Err("PipelineExecutionArn");
        }
        Ok(Recording {
            arn,
            status: boxed("PipelineExecutionStatus").unwrap_or_default(),
            display_name: boxed("PipelineExecutionDisplayName"),
            description: boxed("PipelineExecutionDescription"),
            version: description.get("PipelineVersionId").and_then(Value::as_i64),
            definition,
            answers: serde_json::to_string(answers).unwrap_or_default().into(),
        })
    }

    /// What was answered about it.
    pub fn answers(&self) -> RecordedAnswers {
        // The text was written by `new`.
        serde_json::from_str(&self.answers).unwrap_or_default()
    }

    /// The last part of its ARN.
    pub(super) fn id(&self) -> &str {
        let id = self.arn.split_once("/execution/");
        id.map_or("", |(_, id)| id)
    }

    /// What lists show of it.
    pub(super) fn summary(&self, created: Millis, status: RunStatus) -> Summary<'_> {
        Summary {
            arn: SummaryArn::AsRead(&self.arn),
            created,
            status,
            display_name: Cow::Borrowed(self.display_name.as_deref().unwrap_or_default()),
            description: self.description.as_deref().map(Cow::Borrowed),
            version: self.version.unwrap_or_default(),
        }
    }
}

impl RecordedAnswers {
    /// What is known of the execution without looking at the recording. A status that this program does not know counts
    /// as one that may still change.
    pub(super) fn facts(&self, pipeline: PipelineKey) -> ExecutionFacts {
        let status = text(&self.description, "PipelineExecutionStatus");
        let created = millis(&self.description, "CreationTime")
            .or_else(|| millis(&self.summary, "StartTime"))
            .unwrap_or_default();
        ExecutionFacts {
            pipeline,
            created,
            modified: millis(&self.description, "LastModifiedTime").unwrap_or(created),
            status: status
                .and_then(RunStatus::parse)
                .unwrap_or(RunStatus::Executing),
        }
    }
}

impl World {
    /// An execution that was read from another SageMaker; none where it was not.
    pub fn recording(&self, key: ExecutionKey) -> Option<&Recording> {
        self.executions.recording(key)
    }

    /// Adds a pipeline that was read, whose name is free.
    ///
    /// # Errors
    /// When an answer lacks a member that a pipeline is known by; names it.
    pub fn import_pipeline(&mut self, imported: ImportedPipeline) -> Result<(), &'static str> {
        self.pipelines.add(Pipeline::imported(imported)?);
        Ok(())
    }

    /// Adds an execution that was read, of a pipeline that was read. `texts` has the definitions that are kept for
    /// executions of no version, so that each is in memory once.
    ///
    /// # Errors
    /// When an answer lacks a member that an execution is known by; names it.
    pub fn import_execution(
        &mut self,
        pipeline: PipelineKey,
        imported: ImportedExecution,
        texts: &mut Texts,
    ) -> Result<(), &'static str> {
        let ImportedExecution {
            summary,
            description,
            steps,
            parameters,
            definition,
        } = imported;
        let version = description.get("PipelineVersionId").and_then(Value::as_i64);
        let own = definition.and_then(|text| self.define(pipeline, version, text, texts));
        let answers = RecordedAnswers {
            summary,
            description,
            steps,
            parameters,
        };
        let recording = Recording::new(&answers, own)?;
        let key = self.executions.next_key();
        self.executions.touch(key);
        self.put_recording(key, answers.facts(pipeline), recording);
        Ok(())
    }

    /// Gives the version that was read without a definition its text; returns the text where it belongs to no version.
    fn define(
        &mut self,
        pipeline: PipelineKey,
        version: Option<i64>,
        definition: String,
        texts: &mut Texts,
    ) -> Option<Arc<str>> {
        let known = self.pipelines.get(pipeline)?;
        let version = version.filter(|number| known.version(*number).is_some());
        if let Some(number) = version
            && !known.has_read(version)
            && known.version(number)?.as_read.is_some()
        {
            self.pipelines.define(pipeline, number, definition.into());
            return None;
        }
        Some(texts.shared(definition.into()))
    }

    /// Puts a recording at a key, among the executions of its pipeline in the order of their starts.
    pub(super) fn put_recording(
        &mut self,
        key: ExecutionKey,
        facts: ExecutionFacts,
        recording: Recording,
    ) {
        let created = |key: &ExecutionKey| {
            let facts = self.executions.facts(*key);
            facts.map_or(0, |facts| facts.created)
        };
        let others = self.pipelines.executions(facts.pipeline);
        let place = others.partition_point(|other| created(other) <= facts.created);
        self.executions.put_recording(key, facts, recording);
        self.pipelines
            .insert_execution(facts.pipeline, place, key, facts.created);
    }

    /// The definition that a recorded execution ran, if it was read.
    pub fn recorded_definition(&self, key: ExecutionKey) -> Option<&Arc<str>> {
        let recording = self.recording(key)?;
        if let Some(own) = &recording.definition {
            return Some(own);
        }
        let pipeline = self.pipelines.get(self.executions.pipeline_of(key)?)?;
        pipeline.version(recording.version?)?.definition.as_ref()
    }

    /// An earlier execution of the same pipeline with the same definition of its own, which need not be kept twice.
    pub(super) fn same_definition(&self, key: ExecutionKey) -> Option<ExecutionKey> {
        let text = self.recording(key)?.definition.as_ref()?;
        let others = self.pipelines.executions(self.executions.pipeline_of(key)?);
        let same = |other: &&ExecutionKey| {
            let recording = self.recording(**other);
            let definition = recording.and_then(|recording| recording.definition.as_ref());
            **other < key && definition.is_some_and(|own| Arc::ptr_eq(own, text))
        };
        others.iter().filter(same).min().copied()
    }

    /// The definitions that are kept for executions of no version.
    pub fn recorded_texts(&self) -> Texts {
        let keys = self.executions.iter().map(|(key, _)| key);
        let own = keys.filter_map(|key| self.recording(key)?.definition.clone());
        Texts(own.collect())
    }

    /// How many executions that were read had not ended then.
    pub fn recorded_running(&self) -> usize {
        let recorded = self
            .executions
            .iter()
            .filter(|(key, facts)| self.recording(*key).is_some() && !facts.status.is_terminal());
        recorded.count()
    }
}
