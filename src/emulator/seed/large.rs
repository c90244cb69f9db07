//! 500 pipelines with 100,000 executions, each a function of its indices; nothing of them is stored.

mod shapes;

use super::{
    ROLE, Seed, SeedModelGroup, SeedPipeline, SeedStart, SeedVersion, execution_id, profile,
    version, written_context,
};
use crate::engine::{Callbacks, Millis, SeededRandom, StartSpec};
use std::sync::Arc;

const PIPELINE_COUNT: usize = 500;
const EXECUTION_COUNT: usize = 100_000;
const MINUTE: Millis = 60_000;
const HOUR: Millis = 60 * MINUTE;
const DAY: Millis = 24 * HOUR;

/// Pipelines with this many steps, which are also in their names, and their number of executions.
const BIG: [(usize, usize); 3] = [(50, 60), (300, 25), (1_000, 8)];

/// How many pipelines have an execution that began within the last hour; all others were idle for a day.
const BUSY_PIPELINES: usize = 12;

const TEAMS: &[&str] = &[
    "search",
    "ads",
    "payments",
    "logistics",
    "support",
    "growth",
    "trust",
    "maps",
    "media",
    "core",
];
const TASKS: &[&str] = &[
    "ranking",
    "forecast",
    "embedding",
    "segmentation",
    "anomaly",
    "churn",
    "pricing",
    "matching",
    "summary",
    "routing",
];
const PEOPLE: &[&str] = &[
    "ana-lima",
    "bo-larsen",
    "chidi-eze",
    "dana-roth",
    "emil-novak",
    "fatima-zahra",
    "goro-abe",
];

/// Fills the seed with pipelines; the executions follow from [`past`].
pub fn fill(seed: &mut Seed) {
    let now = seed.now;
    let shapes: Vec<SeedVersion> = shapes::small()
        .iter()
        .map(|text| version(text, 0))
        .collect();
    let big = BIG.map(|(steps, _)| version(&shapes::big(steps), 0));
    seed.pipelines = (0..PIPELINE_COUNT)
        .map(|number| pipeline(number, now, &shapes, &big))
        .collect();
    seed.model_groups = TASKS
        .iter()
        .map(|task| SeedModelGroup {
            name: format!("{task}-models"),
            description: None,
            created_at: now - 400 * DAY,
            packages: 0,
        })
        .collect();
}

fn pipeline(
    number: usize,
    now: Millis,
    shapes: &[SeedVersion],
    big: &[SeedVersion],
) -> SeedPipeline {
    let random = SeededRandom::from_seed(0x1a79e).with(number as u64);
    let created_at = now - random.named("age").between(60 * DAY, 420 * DAY);
    let (shape, name) = match BIG.get(number) {
        Some((steps, _)) => (&big[number], format!("steps-{steps}")),
        None => {
            let team = TEAMS[number % TEAMS.len()];
            let task = TASKS[number / TEAMS.len() % TASKS.len()];
            (
                &shapes[number % shapes.len()],
                format!("{team}-{task}-{number:03}"),
            )
        }
    };
    SeedPipeline {
        display_name: None,
        description: Some(format!("Pipeline {number} of {PIPELINE_COUNT}")),
        role_arn: ROLE.to_owned(),
        tags: vec![("team".to_owned(), TEAMS[number % TEAMS.len()].to_owned())],
        created_at,
        created_by: random.named("owner").pick(PEOPLE).map(|name| profile(name)),
        parallelism: (number < BIG.len()).then_some(10),
        versions: vec![SeedVersion {
            created_at,
            ..shape.clone()
        }],
        name,
    }
}

/// Number of executions of a pipeline: few of the big ones; of the others the first twentieth have half of the rest,
/// so that there are long lists and short ones.
pub fn past_len(pipeline: usize) -> usize {
    if let Some((_, executions)) = BIG.get(pipeline) {
        return *executions;
    }
    let rest = EXECUTION_COUNT - BIG.iter().map(|(_, executions)| executions).sum::<usize>();
    let many = PIPELINE_COUNT / 20;
    let few = PIPELINE_COUNT - BIG.len() - many;
    let place = pipeline - BIG.len();
    match pipeline {
        PIPELINE_COUNT.. => 0,
        _ if place < many => share(rest / 2, many, place),
        _ => share(rest - rest / 2, few, place - many),
    }
}

/// The `place`-th of `parts` shares of `whole`, as even as possible.
fn share(whole: usize, parts: usize, place: usize) -> usize {
    whole / parts + usize::from(place < whole % parts)
}

/// The `index`-th execution of a pipeline.
pub fn past(seed: &Seed, pipeline: usize, index: usize) -> SeedStart {
    let pipeline_seed = &seed.pipelines[pipeline];
    let random = SeededRandom::from_seed(0x9a57)
        .with(pipeline as u64)
        .with(index as u64);
    let at = moment(seed, pipeline, index, random);
    let id = execution_id(&pipeline_seed.name, random);
    let mut spec = StartSpec::new(
        Arc::new(written_context(&pipeline_seed.name)),
        id,
        random.number(),
        at,
    );
    spec.parallelism = pipeline_seed.parallelism;
    spec.callbacks = Callbacks::Answered;
    spec.failure_rate = 0.015;
    for (name, values) in shapes::CHOICES {
        let random = random.named(name);
        let declared = pipeline_seed.versions[0]
            .program
            .parameters(&[])
            .iter()
            .any(|(declared, _)| declared == name);
        if declared
            && random.unit() < 0.5
            && let Some(value) = random.named("value").pick(values)
        {
            spec.parameters
                .push(((*name).to_owned(), (*value).to_owned()));
        }
    }
    SeedStart {
        pipeline,
        version: 0,
        spec,
        display_name: format!("execution-{at}"),
        description: None,
        created_by: random
            .named("who")
            .pick(PEOPLE)
            .filter(|_| random.named("person").unit() < 0.7)
            .map(|name| profile(name)),
        actions: stop(random, at),
        live: false,
    }
}

/// Evenly spread over the pipeline's life, with some irregularity.
fn moment(seed: &Seed, pipeline: usize, index: usize, random: SeededRandom) -> Millis {
    let pipeline_seed = &seed.pipelines[pipeline];
    let count = past_len(pipeline).max(1);
    let number = pipeline.saturating_sub(BIG.len());
    if pipeline >= BIG.len() && number < BUSY_PIPELINES && index + 1 == count {
        return seed.now - random.named("just now").between(MINUTE, HOUR);
    }
    let until = seed.now - DAY - 6 * HOUR;
    let step = (until - pipeline_seed.created_at) / count as Millis;
    pipeline_seed.created_at
        + step * index as Millis
        + random.named("moment").between(0, step.max(1))
}

/// Every fiftieth execution is stopped.
fn stop(random: SeededRandom, at: Millis) -> Vec<(Millis, super::Action)> {
    let stopped = random.named("stopped").unit() < 0.02;
    let when = at + random.named("stopped when").between(MINUTE, 20 * MINUTE);
    if stopped {
        vec![(when, super::Action::Stop)]
    } else {
        Vec::new()
    }
}
