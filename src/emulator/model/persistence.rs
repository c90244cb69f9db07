//! Saves changes in a state file.

use super::World;
use super::change::{
    Change, Edited, Ended, JournalLine, PipelineRecord, RecordedExecution, StartedExecution,
    UpdatedExecution, VersionRecord,
};
use super::execution::{Execution, SavedUpTo};
use super::pipeline::{Pipeline, Version};
use super::pipelines::{ExecutionFacts, ExecutionKey, PipelineKey};
use super::replay::ReplaySpec;
use crate::clock::ClockSetting;
use crate::engine::{Millis, ScriptedOutcome};
use crate::journal::{DiskSync, Journal, StateError};
use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The journal, which all Regions share.
#[derive(Clone)]
pub struct SharedJournal(Arc<Mutex<Journal>>);

impl SharedJournal {
    /// Shares a journal.
    pub fn new(journal: Journal) -> SharedJournal {
        SharedJournal(Arc::new(Mutex::new(journal)))
    }

    fn lock(&self) -> MutexGuard<'_, Journal> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The journal, and what of a Region is already in it.
#[derive(Default)]
pub struct Persistence {
    pub(super) journal: Option<SharedJournal>,
    /// The Region; none is the home Region.
    pub(super) region: Option<String>,
    /// Number of versions of each pipeline in the journal.
    versions: HashMap<PipelineKey, usize>,
    scripts: HashMap<String, Vec<ScriptedOutcome>>,
    clock: Option<ClockSetting>,
}

impl World {
    /// Saves what changed since the last time, if there is a state file. To be called before a response is sent.
    ///
    /// # Errors
    /// When the system refuses it; it is tried again the next time.
    pub fn save(&mut self) -> Result<(), StateError> {
        let changes = self.changes();
        if let Some(journal) = &self.persistence.journal {
            if changes.is_empty() {
                journal.lock().flush()?;
            } else {
                journal.lock().append(&self.line(changes))?;
            }
        }
        self.executions.evict();
        Ok(())
    }

    /// Synchronizes the state file with the disk, if there is one.
    pub fn disk(&self) -> Option<DiskSync> {
        let journal = self.persistence.journal.as_ref()?;
        Some(journal.lock().disk())
    }

    /// The journal, if there is a state file.
    pub(super) fn journal(&self) -> Option<SharedJournal> {
        self.persistence.journal.clone()
    }

    fn line(&self, changes: Vec<Change>) -> JournalLine {
        JournalLine {
            region: self.persistence.region.clone(),
            at: self.executions.now(),
            changes,
        }
    }

    /// Writes the complete state, one line for each change.
    pub(super) fn write_all(&self, out: &mut dyn Write) -> io::Result<()> {
        self.for_all_changes(&mut |change| line(out, &self.line(vec![change])))
    }

    /// About how many changes the complete state has.
    pub(super) fn saved_changes(&self) -> usize {
        self.pipelines.iter().count()
            + self.executions.iter().count()
            + self.packages.groups().len()
            + self.packages.records().count()
            + self.resources.iter().len()
            + self.tags.iter().len()
            + self.direct_jobs.records().len()
            + self.tokens.iter().count()
    }

    /// Uses a journal from now on, which already contains the current state.
    pub(super) fn keep_in(&mut self, journal: SharedJournal) {
        for key in self.executions.take_touched() {
            self.executions.mark_saved(key);
        }
        self.pipelines.take_touched();
        self.pipelines.take_defined();
        self.packages.take_touched();
        self.packages.take_touched_records();
        self.resources.take_touched();
        self.tags.take_touched();
        self.direct_jobs.take_touched();
        self.tokens.take_new();
        let versions = self.pipelines.iter();
        self.persistence = Persistence {
            journal: Some(journal),
            region: self.persistence.region.take(),
            versions: versions
                .map(|(key, pipeline)| (key, pipeline.versions.len()))
                .collect(),
            scripts: self.scripts.clone(),
            clock: Some(self.clock.setting()),
        };
    }

    /// Calls back with the complete state, as changes.
    fn for_all_changes(&self, each: &mut dyn FnMut(Change) -> io::Result<()>) -> io::Result<()> {
        each(Change::Clock(self.clock.setting()))?;
        for (key, pipeline) in self.pipelines.iter() {
            each(Change::Pipeline(Box::new(kept(key, pipeline, 0))))?;
        }
        for (name, group) in self.packages.groups() {
            each(Change::Group(name.clone(), group.clone()))?;
        }
        for record in self.packages.records() {
            each(Change::Package(Box::new(record.clone())))?;
        }
        for record in self.resources.iter() {
            each(Change::Resource(Box::new(record.clone())))?;
        }
        for (arn, tags) in self.tags.iter() {
            each(Change::Tags(arn.clone(), Some(tags.clone())))?;
        }
        for record in self.direct_jobs.records() {
            each(Change::Job(Box::new(record.clone())))?;
        }
        for (key, facts) in self.executions.iter() {
            if let Some(recorded) = self.recorded(key) {
                each(recorded)?;
            } else if let Some(replay_spec) =
                self.executions.replay_spec(key, self.replay_sources())
            {
                let started = started(key, facts, replay_spec.into_owned());
                each(Change::Started(Box::new(started)))?;
            }
        }
        for (at, key, action) in self.agenda.planned() {
            each(Change::Planned(key, at, action.clone()))?;
        }
        if !self.scripts.is_empty() {
            each(Change::Scripts(self.scripts.clone()))?;
        }
        let mut tokens = self.tokens.iter().cloned();
        tokens.try_for_each(|token| each(Change::Token(token)))
    }

    /// The changes since the last call; empty without a state file.
    fn changes(&mut self) -> Vec<Change> {
        let mut changes = Vec::new();
        let pipelines = self.pipelines.take_touched();
        let defined = self.pipelines.take_defined();
        let groups = self.packages.take_touched();
        let records = self.packages.take_touched_records();
        let resources = self.resources.take_touched();
        let tags = self.tags.take_touched();
        let jobs = self.direct_jobs.take_touched();
        let executions = self.executions.take_touched();
        let tokens = self.tokens.take_new();
        if self.persistence.journal.is_none() {
            return changes;
        }
        // Deletions come first: their names may be in use again.
        let (here, gone): (Vec<PipelineKey>, Vec<PipelineKey>) = pipelines
            .into_iter()
            .partition(|key| self.pipelines.get(*key).is_some());
        changes.extend(gone.into_iter().map(Change::Deleted));
        changes.extend(here.into_iter().filter_map(|key| self.pipeline(key)));
        changes.extend(defined.into_iter().filter_map(|of| self.defined(of)));
        changes.extend(groups.into_iter().map(|(name, group)| match group {
            Some(group) => Change::Group(name, group),
            None => Change::GroupDeleted(name),
        }));
        let records = records.into_iter().map(Box::new);
        changes.extend(records.map(Change::Package));
        let resources = resources.into_iter().map(Box::new);
        changes.extend(resources.map(Change::Resource));
        let tags = tags.into_iter();
        changes.extend(tags.map(|(arn, tags)| Change::Tags(arn, tags)));
        changes.extend(jobs.into_iter().map(Box::new).map(Change::Job));
        for key in executions {
            changes.extend(self.execution_change(key));
            self.executions.mark_saved(key);
        }
        if self.scripts != self.persistence.scripts {
            self.persistence.scripts = self.scripts.clone();
            changes.push(Change::Scripts(self.scripts.clone()));
        }
        let clock = Some(self.clock.setting());
        if clock != self.persistence.clock {
            self.persistence.clock = clock;
            changes.push(Change::Clock(self.clock.setting()));
        }
        changes.extend(tokens.into_iter().map(Change::Token));
        changes
    }

    fn pipeline(&mut self, key: PipelineKey) -> Option<Change> {
        let pipeline = self.pipelines.get(key)?;
        let written = self
            .persistence
            .versions
            .insert(key, pipeline.versions.len());
        let kept = kept(key, pipeline, written.unwrap_or(0));
        Some(Change::Pipeline(Box::new(kept)))
    }

    fn defined(&self, (key, number): (PipelineKey, i64)) -> Option<Change> {
        let version = self.pipelines.get(key)?.version(number)?;
        let definition = version.definition.as_deref()?;
        Some(Change::Definition(key, number, definition.into()))
    }

    /// An execution that was read from another SageMaker.
    fn recorded(&self, key: ExecutionKey) -> Option<Change> {
        let recording = self.recording(key)?;
        let same_definition_as = self.same_definition(key);
        let definition = recording.definition.clone();
        Some(Change::Recorded(Box::new(RecordedExecution {
            key,
            pipeline: self.executions.pipeline_of(key)?,
            answers: recording.answers(),
            definition: definition.filter(|_| same_definition_as.is_none()),
            same_definition_as,
        })))
    }

    /// What is new of an execution, if anything.
    fn execution_change(&self, key: ExecutionKey) -> Option<Change> {
        if let Some(recorded) = self.recorded(key) {
            // It never changes after it was added.
            return Some(recorded);
        }
        let (facts, execution) = (self.executions.facts(key)?, self.executions.kept(key)?);
        let Some(written) = execution.saved else {
            let started = started(key, facts, ReplaySpec::of(execution));
            return Some(Change::Started(Box::new(started)));
        };
        let updated = updated(key, facts, execution, written);
        let news =
            !updated.inputs.is_empty() || updated.edited.is_some() || updated.ended.is_some();
        news.then(|| Change::Updated(Box::new(updated)))
    }
}

fn line(out: &mut dyn Write, line: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.write_all(b"\n")
}

/// A pipeline, with the definitions of those versions that are not saved yet.
fn kept(key: PipelineKey, pipeline: &Pipeline, written: usize) -> PipelineRecord {
    let Pipeline {
        name,
        arn: _,
        arn_context: _,
        display_name,
        description,
        role_arn,
        tags,
        created,
        modified,
        last_run: _,
        created_by,
        parallelism,
        versions,
        as_read,
    } = pipeline;
    let version = |(place, version): (usize, &Version)| {
        let Version {
            definition,
            read: _,
            program: _,
            created,
            display_name,
            description,
            aliases,
            last_execution: _,
            as_read,
        } = version;
        VersionRecord {
            definition: definition.clone().filter(|_| place >= written),
            created: *created,
            display_name: display_name.clone(),
            description: description.clone(),
            aliases: aliases.clone(),
            as_read: as_read.clone(),
        }
    };
    PipelineRecord {
        key,
        name: name.clone(),
        display_name: display_name.clone(),
        description: description.clone(),
        role_arn: role_arn.clone(),
        tags: tags.clone(),
        created: *created,
        modified: *modified,
        created_by: created_by.clone(),
        parallelism: *parallelism,
        versions: versions.iter().enumerate().map(version).collect(),
        as_read: as_read.clone(),
    }
}

fn started(key: ExecutionKey, facts: ExecutionFacts, replay_spec: ReplaySpec) -> StartedExecution {
    StartedExecution {
        key,
        pipeline: facts.pipeline,
        replay_spec,
        ended: ended(facts),
    }
}

fn updated(
    key: ExecutionKey,
    facts: ExecutionFacts,
    execution: &Execution,
    written: SavedUpTo,
) -> UpdatedExecution {
    let inputs = execution.run.inputs().get(written.inputs..);
    let inputs: Vec<(Millis, _)> = inputs.unwrap_or_default().to_vec();
    let edited = (execution.edited != written.edited).then(|| Edited {
        at: execution.edited,
        display_name: execution.display_name.clone(),
        description: execution.description.clone(),
    });
    let news = !written.ended || !inputs.is_empty() || edited.is_some();
    UpdatedExecution {
        key,
        inputs,
        edited,
        ended: ended(facts).filter(|_| news),
    }
}

fn ended(facts: ExecutionFacts) -> Option<Ended> {
    facts.status.is_terminal().then_some(Ended {
        status: facts.status,
        modified: facts.modified,
    })
}
