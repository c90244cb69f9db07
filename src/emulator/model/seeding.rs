//! Seeds the state: pipelines at once, executions by processing their events.

use super::agenda::{Agenda, Event};
use super::execution::Execution;
use super::executions::Executions;
use super::jobs::DirectJobs;
use super::name_index::NameIndex;
use super::packages::{Group, Packages};
use super::persistence::Persistence;
use super::pipeline::{Pipeline, Version};
use super::pipelines::{ExecutionFacts, ExecutionKey, PipelineKey, Pipelines};
use super::resource_index::ResourceIndex;
use super::resources::Resources;
use super::tags::Tags;
use super::tokens::Tokens;
use super::{Origin, World};
use crate::clock::Clock;
use crate::engine::{ArnContext, Millis, Pace, Program, Run};
use crate::limits::Limits;
use crate::seed::{Action, Seed, SeedKind, SeedPipeline, SeedStart};
use crate::storage::Storage;
use sluicegate_definition::Definition;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

impl World {
    /// The seed with its complete history up to now.
    pub fn seeded(seed: SeedKind, speed: f64, mut clock: Clock, place: ArnContext) -> World {
        let now = clock.now();
        let seed = Seed::new(seed, now, place);
        let mut world = World {
            arn_context: seed.arn_context.clone(),
            clock,
            pipelines: Pipelines::default(),
            executions: Executions::default(),
            packages: Packages::default(),
            resources: Resources::default(),
            tags: Tags::default(),
            tokens: Tokens::default(),
            storage: Storage::default(),
            limits: Limits::default(),
            // Seeded history takes as long as real jobs.
            pace: Pace::REAL,
            live_since: Millis::MAX,
            scripts: HashMap::new(),
            direct_jobs: DirectJobs::default(),
            resource_index: ResourceIndex::default(),
            name_index: NameIndex::default(),
            agenda: Agenda::default(),
            waiting: HashMap::new(),
            persistence: Persistence::default(),
            origin: Arc::new(Origin {
                seed,
                live: Pace { speed },
            }),
        };
        world.seed_pipelines();
        world.seed_past(now);
        let origin = world.origin.clone();
        for start in &origin.seed.starts {
            world
                .agenda
                .note(start.spec.at, Event::Start(Box::new(start.clone())));
        }
        world.happen_until(now);
        world.executions.pass_time(now);
        world.go_live();
        world
    }

    fn seed_pipelines(&mut self) {
        let origin = self.origin.clone();
        let seed = &origin.seed;
        let mut definitions: HashMap<*const Program, Arc<Definition>> = HashMap::new();
        for pipeline in &seed.pipelines {
            let seeded = self.seeded_pipeline(pipeline, &mut definitions);
            self.pipelines.add(seeded);
        }
        for group in &seed.model_groups {
            let seeded = Group {
                description: group.description.clone(),
                created: group.created_at,
                packages: group.packages,
            };
            self.packages.put(group.name.clone(), seeded);
        }
    }

    fn seeded_pipeline(
        &self,
        seeded: &SeedPipeline,
        definitions: &mut HashMap<*const Program, Arc<Definition>>,
    ) -> Pipeline {
        let place = Arc::new(ArnContext {
            pipeline: seeded.name.clone(),
            ..self.arn_context.clone()
        });
        let versions: Vec<Version> = seeded
            .versions
            .iter()
            .map(|version| Version {
                read: definitions
                    .entry(Arc::as_ptr(&version.program))
                    .or_insert_with(|| Arc::new(Definition::read(&version.definition)))
                    .clone(),
                definition: Some(version.definition.clone()),
                program: version.program.clone(),
                created: version.created_at,
                display_name: version.display_name.clone(),
                description: version.description.clone(),
                aliases: Vec::new(),
                last_execution: None,
                as_read: None,
            })
            .collect();
        Pipeline {
            name: seeded.name.clone(),
            arn: place.pipeline_arn(),
            arn_context: place,
            display_name: seeded.display_name.clone(),
            description: seeded.description.clone(),
            role_arn: seeded.role_arn.clone(),
            tags: seeded.tags.clone(),
            created: seeded.created_at,
            modified: versions
                .last()
                .map_or(seeded.created_at, |version| version.created),
            last_run: None,
            created_by: seeded.created_by.clone().map(Arc::new),
            parallelism: seeded.parallelism,
            versions,
            as_read: None,
        }
    }

    /// The executions that the seed makes on demand: of those that ended, a few numbers each.
    fn seed_past(&mut self, now: Millis) {
        let mut past = replay_past(&self.origin, now);
        // In the order of their starts.
        past.sort_by_key(|replayed| (replayed.facts.created, replayed.place));
        for replayed in past {
            let (pipeline, version) = (replayed.facts.pipeline, replayed.version);
            let created = replayed.facts.created;
            let key = match replayed.running {
                None => self
                    .executions
                    .add_seeded(replayed.facts, replayed.place, replayed.id),
                Some((execution, actions)) => {
                    let key = self.executions.add(pipeline, *execution);
                    self.change(key, now, |_| ());
                    for (at, action) in actions {
                        self.agenda.note(at, Event::Act(key, action));
                    }
                    key
                }
            };
            self.pipelines
                .note_execution(pipeline, key, version, replayed.arn, created);
        }
    }

    /// Starts a seeded execution.
    pub(super) fn begin_seeded(&mut self, start: &SeedStart, at: Millis) {
        let pipeline = PipelineKey(start.pipeline as u32);
        let version = start.version as i64 + 1;
        let Some(program) = self.program(pipeline, version) else {
            return;
        };
        let mut spec = start.spec.clone();
        spec.pace = if start.live {
            self.origin.live
        } else {
            self.pace
        };
        let run = Run::start(program, spec);
        let execution = Execution::seeded(start, run);
        let arn = execution.arn();
        let key = self.executions.add(pipeline, execution);
        self.note_start(key, pipeline, version, arn, at);
        for (at, action) in &start.actions {
            self.agenda.note(*at, Event::Act(key, action.clone()));
        }
        self.change(key, at, |_| ());
    }

    /// A seeded action; it is left out when it does not apply.
    pub(super) fn act_as_seeded(&mut self, key: ExecutionKey, action: Action, at: Millis) {
        self.change(key, at, |execution| {
            let run = &mut execution.run;
            let pace = run.spec().pace;
            let _ = match action {
                Action::Stop => run.stop(at),
                Action::Retry => run.retry(at, None, pace),
                Action::Answer(answer) => match run.waiting_tokens().first() {
                    Some(token) => run.answer(token, answer, at),
                    None => Ok(()),
                },
            };
        });
    }

    /// Ends the history: what begins from now on has the live pace.
    fn go_live(&mut self) {
        let pace = self.origin.live;
        self.pace = pace;
        let now = self.clock.now();
        self.live_since = now;
        let running: Vec<ExecutionKey> = self.executions.running().collect();
        for key in running {
            self.change(key, now, |execution| execution.run.set_pace(pace));
        }
    }

    fn program(&self, pipeline: PipelineKey, version: i64) -> Option<Arc<Program>> {
        Some(
            self.pipelines
                .get(pipeline)?
                .version(version)?
                .program
                .clone(),
        )
    }

    /// Updates a pipeline for a new execution.
    pub fn note_start(
        &mut self,
        key: ExecutionKey,
        pipeline: PipelineKey,
        version: i64,
        arn: String,
        at: Millis,
    ) {
        self.pipelines
            .note_execution(pipeline, key, version, arn, at);
    }
}

/// A running execution, and the actions to come.
type Unfinished = (Box<Execution>, Vec<(Millis, Action)>);

/// An execution of [`Seed::past`], as it is now.
struct ReplayedExecution {
    facts: ExecutionFacts,
    id: String,
    arn: String,
    version: i64,
    place: (u32, u32),
    running: Option<Unfinished>,
}

/// Replays everything in [`Seed::past`], on all processors: this is most of the cost of a large seed.
fn replay_past(origin: &Origin, now: Millis) -> Vec<ReplayedExecution> {
    let seed = &origin.seed;
    let next = AtomicUsize::new(0);
    let work = || {
        let mut replayed = Vec::new();
        loop {
            let pipeline = next.fetch_add(1, Ordering::Relaxed);
            if pipeline >= seed.pipelines.len() {
                return replayed;
            }
            let all = 0..seed.past_len(pipeline);
            replayed.extend(all.filter_map(|index| replay_one(origin, pipeline, index, now)));
        }
    };
    let workers = thread::available_parallelism().map_or(1, |count| count.get());
    thread::scope(|scope| {
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
        let mut replayed = work();
        for other in others {
            replayed.extend(other.join().unwrap_or_default());
        }
        replayed
    })
}

fn replay_one(
    origin: &Origin,
    pipeline: usize,
    index: usize,
    now: Millis,
) -> Option<ReplayedExecution> {
    let seed = &origin.seed;
    let start = seed.past(pipeline, index)?;
    let program = seed
        .pipelines
        .get(pipeline)?
        .versions
        .get(start.version)?
        .program
        .clone();
    let run = start.replay(program, now, origin.live);
    let facts = ExecutionFacts {
        pipeline: PipelineKey(pipeline as u32),
        created: run.created(),
        modified: run.last_modified(),
        status: run.status(),
    };
    let id = start.spec.execution_id.clone();
    let running = (!facts.status.is_terminal()).then(|| {
        let later = start
            .actions
            .iter()
            .filter(|(at, _)| *at > now)
            .cloned()
            .collect();
        (Box::new(Execution::seeded(&start, run)), later)
    });
    Some(ReplayedExecution {
        facts,
        arn: start.spec.arn_context.execution_arn(&id),
        id,
        version: start.version as i64 + 1,
        place: (pipeline as u32, index as u32),
        running,
    })
}
