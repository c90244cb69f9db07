//! Routine executions: by schedules, and by people in office hours.

use super::super::{Seed, SeedStart, execution_id, profile, written_context};
use super::{DAY, HOUR, MINUTE, PLANS, Plan, Schedule};
use crate::engine::{
    CacheEntry, Callbacks, Millis, Pace, SeededRandom, SourceExecution, StartSpec,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Days the history covers.
const HISTORY_DAYS: i64 = 30;

/// Routine executions began before this; the stories cover the time since.
const ROUTINE_END_AGE: Millis = 3 * HOUR;

const PEOPLE: &[&str] = &[
    "priya-natarajan",
    "lin-chen",
    "tomas-silva",
    "amara-okafor",
    "jonas-weber",
];

const NAMES: &[&str] = &[
    "after-label-fix",
    "smaller-learning-rate",
    "new-data",
    "before-the-review",
    "try-again",
    "baseline",
    "for-the-board",
    "without-outliers",
];

const DESCRIPTIONS: &[&str] = &[
    "Checking the new export from the shop.",
    "Same data as last week, other parameters.",
    "Asked for in the Monday meeting.",
    "Do the numbers hold with the bigger instance?",
    "Ticket ML-412",
];

/// The executions of every pipeline, by its schedules.
pub fn starts(seed: &Seed) -> Vec<SeedStart> {
    let mut starts = Vec::new();
    for (place, plan) in PLANS.iter().enumerate() {
        let random = SeededRandom::from_seed(0x5eed).named(plan.name);
        for (schedule, number) in plan.schedules.iter().zip(0..) {
            for (at, scheduled) in moments(*schedule, random.with(number), seed.now) {
                if at < seed.now - ROUTINE_END_AGE {
                    let random = random.with(number).named("start").with(starts.len() as u64);
                    starts.push(start(seed, place, at, scheduled, random));
                }
            }
        }
    }
    starts
}

/// The start times of a schedule, and whether it is automatic.
fn moments(schedule: Schedule, random: SeededRandom, now: Millis) -> Vec<(Millis, bool)> {
    let today = now.div_euclid(DAY);
    let days = today - HISTORY_DAYS + 1..=today;
    // The first day of the epoch was a Thursday.
    let weekday = |day: i64| (day + 3).rem_euclid(7);
    let jitter = |day: i64| random.with(day as u64).between(300, 9_000);
    match schedule {
        Schedule::Daily(time) => days
            .map(|day| (day * DAY + time + jitter(day), true))
            .collect(),
        Schedule::Weekly(on, time) => days
            .filter(|day| on.contains(&weekday(*day)))
            .map(|day| (day * DAY + time + jitter(day), true))
            .collect(),
        Schedule::Manual(count) => {
            let moment = |number: u32| {
                let random = random.named("by hand").with(u64::from(number));
                let mut day = today - random.between(0, HISTORY_DAYS);
                // People rarely start executions at the weekend, but on the Friday before or the Monday after.
                day = match weekday(day) {
                    5 if random.named("keen").unit() > 0.1 => day - 1,
                    6 if random.named("keen").unit() > 0.1 => day + 1,
                    _ => day,
                };
                (
                    day * DAY
                        + random
                            .named("time")
                            .between(7 * HOUR + 20 * MINUTE, 16 * HOUR + 50 * MINUTE),
                    false,
                )
            };
            (0..count).map(moment).collect()
        }
        Schedule::Never => Vec::new(),
    }
}

/// One execution of a schedule.
fn start(
    seed: &Seed,
    pipeline: usize,
    at: Millis,
    scheduled: bool,
    random: SeededRandom,
) -> SeedStart {
    let plan = &PLANS[pipeline];
    let mut start = plain(seed, pipeline, at, random);
    start.spec.failure_rate = plan.failure_rate;
    if scheduled {
        start.display_name = format!("scheduled-{}", day_and_hour(at));
        start.created_by = None;
        return start;
    }
    for (name, values) in plan.choices {
        let random = random.named(name);
        if random.unit() < 0.35
            && let Some(value) = random.named("value").pick(values)
        {
            start
                .spec
                .parameters
                .push(((*name).to_owned(), (*value).to_owned()));
        }
    }
    if random.named("named").unit() < 0.6
        && let Some(name) = random.named("name").pick(NAMES)
    {
        start.display_name = (*name).to_owned();
    }
    if random.named("described").unit() < 0.4 {
        start.description = random
            .named("description")
            .pick(DESCRIPTIONS)
            .map(|text| (*text).to_owned());
    }
    start.created_by = by(plan, random).map(profile);
    start
}

/// Usually the pipeline's owner, sometimes a colleague, sometimes a role.
fn by(plan: &Plan, random: SeededRandom) -> Option<&'static str> {
    match random.named("who").unit() {
        who if who < 0.6 => plan.owner,
        who if who < 0.9 => random.named("colleague").pick(PEOPLE).copied(),
        _ => None,
    }
}

/// An execution with default options.
pub fn plain(seed: &Seed, pipeline: usize, at: Millis, random: SeededRandom) -> SeedStart {
    let pipeline_seed = &seed.pipelines[pipeline];
    let random = random.with(at as u64);
    let version = pipeline_seed
        .versions
        .iter()
        .rposition(|version| version.created_at <= at)
        .unwrap_or(0);
    let id = execution_id(&pipeline_seed.name, random);
    let mut spec = StartSpec::new(
        Arc::new(written_context(&pipeline_seed.name)),
        id,
        random.number(),
        at,
    );
    spec.parallelism = pipeline_seed.parallelism;
    spec.callbacks = Callbacks::Answered;
    spec.parameters = required(&pipeline_seed.name, random);
    SeedStart {
        pipeline,
        version,
        spec,
        display_name: format!("execution-{at}"),
        description: None,
        created_by: PLANS[pipeline].owner.map(profile),
        actions: Vec::new(),
        live: false,
    }
}

/// Values for parameters that have no default.
fn required(pipeline: &str, random: SeededRandom) -> Vec<(String, String)> {
    if pipeline != "llm-evaluation" {
        return Vec::new();
    }
    let models = [
        "assistant-7b-2026-10",
        "assistant-7b-2026-11",
        "assistant-13b-rc2",
        "vendor-large-latest",
    ];
    let model = random
        .named("model")
        .pick(&models)
        .copied()
        .unwrap_or("assistant-7b-2026-11");
    vec![("ModelUnderTest".to_owned(), model.to_owned())]
}

fn day_and_hour(at: Millis) -> String {
    let time = jiff::Timestamp::from_millisecond(at)
        .map(|time| time.to_string())
        .unwrap_or_default();
    time.chars().take(13).collect::<String>().replace('T', "-")
}

/// Makes cached results of earlier executions available to steps with caching enabled.
pub fn take_from_cache(seed: &mut Seed) {
    // By pipeline, step and key.
    let mut done: BTreeMap<(usize, String, Option<u64>), CacheEntry> = BTreeMap::new();
    // By ARN.
    let mut executions: BTreeMap<String, SourceExecution> = BTreeMap::new();
    let now = seed.now;
    for start in &mut seed.starts {
        let program = &seed.pipelines[start.pipeline].versions[start.version].program;
        if !program.caches() {
            continue;
        }
        let (pipeline, at) = (start.pipeline, start.spec.at);
        let known = done
            .iter()
            .filter(|((of, ..), result)| *of == pipeline && result.ended <= at);
        start.spec.cached = known.map(|(_, result)| result.clone()).collect();
        let mut sources: Vec<&String> = start
            .spec
            .cached
            .iter()
            .map(|known| &known.source)
            .collect();
        sources.sort_unstable();
        sources.dedup();
        let sources = sources
            .into_iter()
            .filter_map(|source| executions.get(source));
        start.spec.source_executions = sources.cloned().collect();
        let run = start.replay(Arc::clone(program), now, Pace::REAL);
        let earlier = run.as_source_execution();
        executions.insert(earlier.source.clone(), earlier);
        for result in run.results() {
            done.insert((pipeline, result.step.clone(), result.key), result);
        }
    }
}
