//! Bringing a seed to life: its pipelines at once, its executions by letting their time pass.

use super::agenda::{Agenda, Event};
use super::archive::Executions;
use super::execution::Execution;
use super::keeping::Keeping;
use super::packages::{Group, Packages};
use super::pipeline::{Pipeline, Version};
use super::shelf::{ExecutionKey, Facts, PipelineKey, Pipelines};
use super::tokens::Tokens;
use super::{Origin, World};
use crate::clock::Clock;
use crate::engine::{Millis, Pace, Place, Program, Run};
use crate::limits::Limits;
use crate::seed::{Action, Seed, SeedKind, SeedPipeline, SeedStart};
use crate::storage::Storage;
use sluicegate_definition::Definition;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

impl World {
    /// The seed, and everything that happened in it until now.
    pub fn planted(seed: SeedKind, speed: f64, mut clock: Clock) -> World {
        let now = clock.now();
        let seed = Seed::new(seed, now);
        let mut world = World {
            place: seed.place.clone(),
            clock,
            pipelines: Pipelines::default(),
            executions: Executions::default(),
            packages: Packages::default(),
            tokens: Tokens::default(),
            storage: Storage::default(),
            limits: Limits::default(),
            // History takes as long as it takes on the service.
            pace: Pace::REAL,
            live_since: Millis::MAX,
            scripts: HashMap::new(),
            agenda: Agenda::default(),
            waiting: HashMap::new(),
            keeping: Keeping::default(),
            origin: Arc::new(Origin {
                seed,
                live: Pace { speed },
            }),
        };
        world.plant_pipelines();
        world.plant_past(now);
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

    fn plant_pipelines(&mut self) {
        let origin = self.origin.clone();
        let seed = &origin.seed;
        let mut understood: HashMap<*const Program, Arc<Definition>> = HashMap::new();
        for pipeline in &seed.pipelines {
            let planted = self.planted_pipeline(pipeline, &mut understood);
            self.pipelines.add(planted);
        }
        for group in &seed.model_groups {
            let planted = Group {
                description: group.description.clone(),
                created: group.created_at,
                packages: group.packages,
            };
            self.packages.put(group.name.clone(), planted);
        }
    }

    fn planted_pipeline(
        &self,
        seeded: &SeedPipeline,
        understood: &mut HashMap<*const Program, Arc<Definition>>,
    ) -> Pipeline {
        let place = Arc::new(Place {
            pipeline: seeded.name.clone(),
            ..self.place.clone()
        });
        let versions: Vec<Version> = seeded
            .versions
            .iter()
            .map(|version| Version {
                read: understood
                    .entry(Arc::as_ptr(&version.program))
                    .or_insert_with(|| Arc::new(Definition::read(&version.definition)))
                    .clone(),
                definition: version.definition.clone(),
                program: version.program.clone(),
                created: version.created_at,
                display_name: version.display_name.clone(),
                description: version.description.clone(),
                aliases: Vec::new(),
                last_execution: None,
            })
            .collect();
        Pipeline {
            name: seeded.name.clone(),
            arn: place.pipeline_arn(),
            place,
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
        }
    }

    /// The executions that the seed makes when asked for: of those that ended, a few numbers each.
    fn plant_past(&mut self, now: Millis) {
        let mut past = play_past(&self.origin, now);
        // As if they had been added when they started.
        past.sort_by_key(|played| (played.facts.created, played.place));
        for played in past {
            let (pipeline, version) = (played.facts.pipeline, played.version);
            let created = played.facts.created;
            let key = match played.running {
                None => self
                    .executions
                    .add_seeded(played.facts, played.place, played.id),
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
                .note_execution(pipeline, key, version, played.arn, created);
        }
    }

    /// The seed starts an execution.
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
        let execution = seeded_execution(start, run);
        let arn = execution.arn();
        let key = self.executions.add(pipeline, execution);
        self.note_start(key, pipeline, version, arn, at);
        for (at, action) in &start.actions {
            self.agenda.note(*at, Event::Act(key, action.clone()));
        }
        self.change(key, at, |_| ());
    }

    /// The seed's people do something; what no longer applies, they leave.
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

    /// The history is over: what begins from now on goes at the live pace.
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

    /// Notes at the pipeline that an execution of it started.
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

/// An execution that has not ended, and what will be done to it.
type Unfinished = (Box<Execution>, Vec<(Millis, Action)>);

/// An execution of the seed's past, as it is now.
struct Played {
    facts: Facts,
    id: String,
    arn: String,
    version: i64,
    place: (u32, u32),
    running: Option<Unfinished>,
}

/// Plays everything that [`Seed::past`] knows, on all processors: it is the whole cost of a large seed.
fn play_past(origin: &Origin, now: Millis) -> Vec<Played> {
    let seed = &origin.seed;
    let next = AtomicUsize::new(0);
    let work = || {
        let mut played = Vec::new();
        loop {
            let pipeline = next.fetch_add(1, Ordering::Relaxed);
            if pipeline >= seed.pipelines.len() {
                return played;
            }
            let all = 0..seed.past_len(pipeline);
            played.extend(all.filter_map(|index| play_one(origin, pipeline, index, now)));
        }
    };
    let workers = thread::available_parallelism().map_or(1, |count| count.get());
    thread::scope(|scope| {
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
        let mut played = work();
        for other in others {
            played.extend(other.join().unwrap_or_default());
        }
        played
    })
}

fn play_one(origin: &Origin, pipeline: usize, index: usize, now: Millis) -> Option<Played> {
    let seed = &origin.seed;
    let start = seed.past(pipeline, index)?;
    let program = seed
        .pipelines
        .get(pipeline)?
        .versions
        .get(start.version)?
        .program
        .clone();
    let run = start.play(program, now, origin.live);
    let facts = Facts {
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
        (Box::new(seeded_execution(&start, run)), later)
    });
    Some(Played {
        facts,
        arn: start.spec.place.execution_arn(&id),
        id,
        version: start.version as i64 + 1,
        place: (pipeline as u32, index as u32),
        running,
    })
}

/// What the seed says of an execution, around its run.
pub(super) fn seeded_execution(start: &SeedStart, run: Run) -> Execution {
    let version = start.version as i64 + 1;
    let name = start.display_name.clone();
    let mut execution = Execution::new(run, version, name, start.description.clone(), None);
    execution.created_by = start.created_by.clone().map(Arc::new);
    execution
}
