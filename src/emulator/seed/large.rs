//! 500 pipelines with 100,000 executions: a function of pipeline and index, of which nothing is kept.

mod shapes;

use super::{
    ROLE, Seed, SeedModelGroup, SeedPipeline, SeedStart, SeedVersion, arn_context, execution_id,
    profile, version,
};
use crate::engine::{Callbacks, Millis, SeededRandom, StartSpec};
use std::sync::Arc;

const PIPELINES: usize = 500;
const EXECUTIONS: usize = 100_000;
const MINUTE: Millis = 60_000;
const HOUR: Millis = 60 * MINUTE;
const DAY: Millis = 24 * HOUR;

/// Pipelines of these many steps, each named for it, with so many executions.
const BIG: [(usize, usize); 3] = [(50, 60), (300, 25), (1_000, 8)];

/// Pipelines with an execution begun within the last hour; all others rested for a day.
const BUSY: usize = 12;

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

/// Fills a seed with the pipelines; the executions follow from [`past`].
pub fn fill(seed: &mut Seed) {
    let now = seed.now;
    let shapes: Vec<SeedVersion> = shapes::small()
        .iter()
        .map(|text| version(text, 0))
        .collect();
    let big = BIG.map(|(steps, _)| version(&shapes::big(steps), 0));
    seed.pipelines = (0..PIPELINES)
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
        description: Some(format!("Pipeline {number} of {PIPELINES}")),
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

/// How many executions a pipeline has: few of the big ones; the first twentieth of the others has half of the rest,
/// so that there are long lists and short ones.
pub fn past_len(pipeline: usize) -> usize {
    if let Some((_, executions)) = BIG.get(pipeline) {
        return *executions;
    }
    let rest = EXECUTIONS - BIG.iter().map(|(_, executions)| executions).sum::<usize>();
    let many = PIPELINES / 20;
    let few = PIPELINES - BIG.len() - many;
    let place = pipeline - BIG.len();
    match pipeline {
        PIPELINES.. => 0,
        _ if place < many => share(rest / 2, many, place),
        _ => share(rest - rest / 2, few, place - many),
    }
}

/// The `place`-th of `parts` shares of a whole, as even as can be.
fn share(whole: usize, parts: usize, place: usize) -> usize {
    whole / parts + usize::from(place < whole % parts)
}

/// The `index`-th execution of a pipeline.
pub fn past(seed: &Seed, pipeline: usize, index: usize) -> SeedStart {
    let told = &seed.pipelines[pipeline];
    let random = SeededRandom::from_seed(0x9a57)
        .with(pipeline as u64)
        .with(index as u64);
    let at = moment(seed, pipeline, index, random);
    let id = execution_id(&told.name, random);
    let mut spec = StartSpec::new(Arc::new(arn_context(&told.name)), id, random.number(), at);
    spec.parallelism = told.parallelism;
    spec.callbacks = Callbacks::Answered;
    spec.failure_rate = 0.015;
    for (name, values) in shapes::CHOICES {
        let random = random.named(name);
        let declared = told.versions[0]
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

/// Evenly over the pipeline's life, a little irregularly.
fn moment(seed: &Seed, pipeline: usize, index: usize, random: SeededRandom) -> Millis {
    let told = &seed.pipelines[pipeline];
    let count = past_len(pipeline).max(1);
    let number = pipeline.saturating_sub(BIG.len());
    if pipeline >= BIG.len() && number < BUSY && index + 1 == count {
        return seed.now - random.named("just now").between(MINUTE, HOUR);
    }
    let until = seed.now - DAY - 6 * HOUR;
    let step = (until - told.created_at) / count as Millis;
    told.created_at + step * index as Millis + random.named("moment").between(0, step.max(1))
}

/// One in fifty is stopped by somebody.
fn stop(random: SeededRandom, at: Millis) -> Vec<(Millis, super::Action)> {
    let stopped = random.named("stopped").unit() < 0.02;
    let when = at + random.named("stopped when").between(MINUTE, 20 * MINUTE);
    if stopped {
        vec![(when, super::Action::Stop)]
    } else {
        Vec::new()
    }
}
