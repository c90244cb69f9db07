//! Restores the state from a state file.

use super::agenda::{Agenda, Event};
use super::as_read::last_execution;
use super::change::{
    Change, Ended, JournalLine, PipelineRecord, RecordedExecution, StartedExecution,
    UpdatedExecution,
};
use super::executions::Executions;
use super::jobs::DirectJobs;
use super::name_index::NameIndex;
use super::packages::Packages;
use super::persistence::Persistence;
use super::pipeline::{Pipeline, Version};
use super::pipelines::{ExecutionFacts, ExecutionKey, PipelineKey, Pipelines};
use super::recording::{Recording, Texts};
use super::replay::ReplaySpec;
use super::resource_index::ResourceIndex;
use super::resources::Resources;
use super::tags::Tags;
use super::tokens::Tokens;
use super::{Origin, World, note_waiting};
use crate::clock::Clock;
use crate::engine::{ArnContext, Millis, Pace, Program, ScriptedOutcome};
use crate::journal::Header;
use crate::limits::Limits;
use crate::seed::{Action, Seed, SeedKind, UserProfile};
use crate::storage::Storage;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The largest gap between two keys: an error in the file must not fill the memory.
const MAX_KEY_GAP: usize = 10_000_000;

/// The state of a Region according to the lines read so far.
#[derive(Default)]
pub struct RestoredState {
    latest: Millis,
    clock: Option<Clock>,
    pipelines: BTreeMap<PipelineKey, RestoredPipeline>,
    executions: BTreeMap<ExecutionKey, RestoredExecution>,
    packages: Packages,
    resources: Resources,
    tags: Tags,
    direct_jobs: DirectJobs,
    planned: Vec<(ExecutionKey, Millis, Action)>,
    scripts: HashMap<String, Vec<ScriptedOutcome>>,
    tokens: Tokens,
    /// Versions by their definition: pipelines with the same definition share it.
    versions: HashMap<Arc<str>, Version>,
    people: HashMap<String, Arc<UserProfile>>,
    /// Definitions of executions that belong to no version.
    texts: Texts,
}

/// An execution, by where it comes from.
enum RestoredExecution {
    /// This emulator started it.
    Started(Box<StartedExecution>),
    /// It was read from another SageMaker.
    Recorded(ExecutionFacts, Box<Recording>),
}

/// A pipeline, and the executions it has.
struct RestoredPipeline {
    kept: PipelineRecord,
    executions: Vec<ExecutionKey>,
}

impl RestoredState {
    /// Applies one more line; the error says what is wrong with it.
    pub fn apply(&mut self, line: JournalLine) -> Result<(), String> {
        self.latest = self.latest.max(line.at);
        let mut changes = line.changes.into_iter();
        changes.try_for_each(|change| self.change(change))
    }

    fn change(&mut self, change: Change) -> Result<(), String> {
        match change {
            Change::Pipeline(pipeline) => self.pipeline(*pipeline)?,
            Change::Deleted(key) => {
                let deleted = self.pipelines.remove(&key);
                let deleted = deleted.ok_or_else(|| format!("no pipeline has number {}", key.0))?;
                for execution in deleted.executions {
                    self.executions.remove(&execution);
                }
            }
            Change::Definition(key, number, text) => self.definition(key, number, &text)?,
            Change::Started(started) => self.started(started)?,
            Change::Recorded(recorded) => self.recorded(*recorded)?,
            Change::Updated(updated) => self.updated(*updated)?,
            Change::Planned(key, at, action) => self.planned.push((key, at, action)),
            Change::Group(name, group) => self.packages.put(name, group),
            Change::GroupDeleted(name) => self.packages.delete(&name),
            Change::Package(record) => self.packages.record(*record),
            Change::Resource(record) => self.resources.put(*record),
            Change::Tags(arn, tags) => self.tags.change(&arn, tags),
            Change::Job(record) => self.direct_jobs.put(*record),
            Change::Token(token) => self.tokens.put(token),
            Change::Scripts(scripts) => self.scripts = scripts,
            Change::Clock(setting) => self.clock = Some(Clock::set(setting, 0)),
        }
        Ok(())
    }

    /// A new pipeline, or a changed one: then known definitions are not repeated.
    fn pipeline(&mut self, mut kept: PipelineRecord) -> Result<(), String> {
        let newest = self.pipelines.last_key_value();
        let newest = newest.map_or(0, |(key, _)| key.0);
        check_key(newest, kept.key.0)?;
        let executions = match self.pipelines.remove(&kept.key) {
            None => Vec::new(),
            Some(before) => {
                for (version, known) in kept.versions.iter_mut().zip(before.kept.versions) {
                    version.definition = version.definition.take().or(known.definition);
                }
                before.executions
            }
        };
        let is_imported = kept.as_read.is_some();
        if let Some(number) = kept
            .versions
            .iter()
            .position(|version| version.definition.is_none() && !is_imported)
        {
            let name = &kept.name;
            return Err(format!(
                "version {} of {name} has no definition",
                number + 1
            ));
        }
        if kept.versions.is_empty() {
            return Err(format!("{} has no version", kept.name));
        }
        self.pipelines
            .insert(kept.key, RestoredPipeline { kept, executions });
        Ok(())
    }

    /// The definition of a version that was read without it.
    fn definition(&mut self, key: PipelineKey, number: i64, text: &str) -> Result<(), String> {
        let versions = &mut self.pipeline_of(key)?.kept.versions;
        let index = usize::try_from(number - 1).unwrap_or(usize::MAX);
        let version = versions.get_mut(index);
        let version =
            version.ok_or_else(|| format!("pipeline {} has no version {number}", key.0))?;
        version.definition = Some(text.into());
        Ok(())
    }

    fn pipeline_of(&mut self, key: PipelineKey) -> Result<&mut RestoredPipeline, String> {
        let pipeline = self.pipelines.get_mut(&key);
        pipeline.ok_or_else(|| format!("no pipeline has number {}", key.0))
    }

    /// An execution that was read from another SageMaker.
    fn recorded(&mut self, recorded: RecordedExecution) -> Result<(), String> {
        let RecordedExecution {
            key,
            pipeline,
            answers,
            mut definition,
            same_definition_as,
        } = recorded;
        if let Some(other) = same_definition_as {
            let known = match self.executions.get(&other) {
                Some(RestoredExecution::Recorded(_, recording)) => recording.definition.clone(),
                _ => None,
            };
            definition = known;
            if definition.is_none() {
                return Err(format!("execution {} has no definition", other.0));
            }
        }
        let recording = Recording::new(&answers, definition.map(|text| self.texts.shared(text)));
        let recording = recording.map_err(|member| format!("the execution has no {member}"))?;
        let recorded = RestoredExecution::Recorded(answers.facts(pipeline), Box::new(recording));
        self.execution(key, pipeline, recorded)
    }

    /// Notes a new execution.
    fn execution(
        &mut self,
        key: ExecutionKey,
        pipeline: PipelineKey,
        execution: RestoredExecution,
    ) -> Result<(), String> {
        let newest = self.executions.last_key_value();
        check_key(newest.map_or(0, |(key, _)| key.0), key.0)?;
        self.pipeline_of(pipeline)?.executions.push(key);
        match self.executions.insert(key, execution) {
            None => Ok(()),
            Some(_) => Err(format!("execution {} started before", key.0)),
        }
    }

    fn started(&mut self, mut started: Box<StartedExecution>) -> Result<(), String> {
        let pipeline = self.pipeline_of(started.pipeline)?;
        let versions = pipeline.kept.versions.len() as i64;
        if !(1..=versions).contains(&started.replay_spec.version) {
            let name = &pipeline.kept.name;
            return Err(format!(
                "{name} has no version {}",
                started.replay_spec.version
            ));
        }
        if let Some(profile) = started.replay_spec.created_by.take() {
            let known = self.people.entry(profile.arn.clone()).or_insert(profile);
            started.replay_spec.created_by = Some(known.clone());
        }
        started.replay_spec.shrink();
        let (key, pipeline) = (started.key, started.pipeline);
        self.execution(key, pipeline, RestoredExecution::Started(started))
    }

    fn updated(&mut self, updated: UpdatedExecution) -> Result<(), String> {
        let UpdatedExecution {
            key,
            inputs,
            edited,
            ended,
        } = updated;
        let Some(RestoredExecution::Started(execution)) = self.executions.get_mut(&key) else {
            return Err(format!("no execution that can change has number {}", key.0));
        };
        let replay_spec = &mut execution.replay_spec;
        replay_spec.inputs.extend(inputs);
        replay_spec.inputs.shrink_to_fit();
        if let Some(edited) = edited {
            replay_spec.edited = edited.at;
            replay_spec.display_name = edited.display_name;
            replay_spec.description = edited.description;
        }
        // An input after the end makes the execution go on, or changes how it ended.
        execution.ended = ended;
        Ok(())
    }

    /// The state after all lines.
    pub fn world(mut self, header: &Header, arn_context: ArnContext) -> World {
        let mut clock = self.clock.take().unwrap_or_default();
        clock = Clock::set(clock.setting(), self.latest);
        let pace = Pace {
            speed: header.speed,
        };
        self.direct_jobs.set_arn_context(&arn_context);
        let mut world = World {
            arn_context,
            clock,
            pipelines: Pipelines::default(),
            executions: Executions::default(),
            packages: std::mem::take(&mut self.packages),
            resources: std::mem::take(&mut self.resources),
            tags: std::mem::take(&mut self.tags),
            tokens: std::mem::take(&mut self.tokens),
            pace,
            live_since: header.live_since,
            scripts: std::mem::take(&mut self.scripts),
            direct_jobs: std::mem::take(&mut self.direct_jobs),
            resource_index: ResourceIndex::default(),
            name_index: NameIndex::default(),
            agenda: Agenda::default(),
            waiting: HashMap::new(),
            origin: Arc::new(Origin {
                seed: Seed::new(
                    SeedKind::Empty,
                    header.live_since,
                    header.arn_context.clone(),
                ),
                live: pace,
            }),
            persistence: Persistence::default(),
            storage: Storage::default(),
            limits: Limits::default(),
        };
        world.executions.pass_time(self.latest);
        world.note_restored_jobs();
        for (key, RestoredPipeline { kept, .. }) in std::mem::take(&mut self.pipelines) {
            let pipeline = self.replay(&world.arn_context, kept);
            world.pipelines.put(key, pipeline);
        }
        for (key, execution) in std::mem::take(&mut self.executions) {
            match execution {
                RestoredExecution::Started(started) => world.restore_execution(*started),
                RestoredExecution::Recorded(facts, recording) => {
                    world.put_recording(key, facts, *recording);
                }
            }
        }
        for (key, at, action) in self.planned {
            // What was due before the last line was written has happened.
            if at > self.latest && world.executions.facts(key).is_some() {
                world.agenda.note(at, Event::Act(key, action));
            }
        }
        world
    }

    fn replay(&mut self, here: &ArnContext, kept: PipelineRecord) -> Pipeline {
        let read_arn = kept.as_read.as_ref().and_then(|as_read| as_read.arn());
        let place = read_arn.and_then(ArnContext::of_pipeline);
        let place = place.unwrap_or_else(|| ArnContext {
            pipeline: kept.name.clone(),
            ..here.clone()
        });
        let mut versions = Vec::new();
        for record in kept.versions {
            let shared = match record.definition {
                None => Version::gap(),
                Some(definition) => {
                    let shared = self.versions.entry(definition.clone());
                    let shared = shared.or_insert_with(|| Version::new(&definition, 0));
                    shared.clone()
                }
            };
            let as_read = record.as_read.as_ref();
            versions.push(Version {
                created: record.created,
                display_name: record.display_name,
                description: record.description,
                aliases: record.aliases,
                last_execution: as_read.and_then(last_execution),
                as_read: record.as_read,
                ..shared
            });
        }
        Pipeline {
            arn: place.pipeline_arn(),
            arn_context: Arc::new(place),
            name: kept.name,
            display_name: kept.display_name,
            description: kept.description,
            role_arn: kept.role_arn,
            tags: kept.tags,
            created: kept.created,
            modified: kept.modified,
            last_run: kept.as_read.as_ref().and_then(|as_read| as_read.last_run()),
            created_by: kept.created_by,
            parallelism: kept.parallelism,
            versions,
            as_read: kept.as_read,
        }
    }
}

impl World {
    /// Restores an execution; one that had not ended goes on from its last input when time passes.
    fn restore_execution(&mut self, started: StartedExecution) {
        let StartedExecution {
            key,
            pipeline: owner,
            mut replay_spec,
            ended,
        } = started;
        let Some(pipeline) = self.pipelines.get(owner) else {
            return;
        };
        let Some(version) = pipeline.version(replay_spec.version) else {
            return;
        };
        replay_spec
            .spec
            .set_arn_context(pipeline.arn_context.clone());
        let (number, created) = (replay_spec.version, replay_spec.spec.at);
        let (arn, program) = (replay_spec.arn(), version.program.clone());
        self.packages.note(key, &replay_spec.inputs);
        match ended {
            Some(Ended { status, modified }) => {
                let facts = ExecutionFacts {
                    pipeline: owner,
                    created,
                    modified,
                    status,
                };
                self.executions.put_ended(key, facts, Box::new(replay_spec));
            }
            None => self.resume(key, owner, &replay_spec, program),
        }
        self.pipelines
            .note_execution(owner, key, number, arn, created);
    }

    fn resume(
        &mut self,
        key: ExecutionKey,
        owner: PipelineKey,
        replay_spec: &ReplaySpec,
        program: Arc<Program>,
    ) {
        let mut execution = replay_spec.replay(program);
        execution.wake = execution.run.next_event();
        if let Some(wake) = execution.wake {
            self.agenda.note(wake, Event::Wake(key));
        }
        note_waiting(&mut self.waiting, key, &mut execution);
        self.executions.put(key, owner, execution);
    }
}

fn check_key(newest: u32, number: u32) -> Result<(), String> {
    match (number as usize) < newest as usize + MAX_KEY_GAP {
        true => Ok(()),
        false => Err(format!("the number {number} is out of reach")),
    }
}
