//! What holds of any pipeline and any history.

use super::*;
use crate::engine::program::Trigger;
use proptest::prelude::*;
use std::collections::HashMap;

const KINDS: &[&str] = &[
    "Processing",
    "Training",
    "Model",
    "Lambda",
    "Callback",
    "Transform",
    "Tuning",
    "Condition",
    "Fail",
    "Endpoint",
];

/// Steps that depend on earlier ones in every way there is; `choices` decides everything.
fn pipeline(choices: &[(u8, u8, u8)]) -> Arc<Program> {
    let mut steps: Vec<Value> = Vec::new();
    for (number, (kind, depends, how)) in choices.iter().enumerate() {
        // Fail steps and callbacks are rarer than jobs.
        let kind = KINDS[usize::from(*kind) % (KINDS.len() + 6) % KINDS.len()];
        let name = format!("S{number}");
        let waits = match number {
            0 => json!([]),
            _ => {
                let other = format!("S{}", usize::from(*depends) % number);
                match how % 8 {
                    0 => json!([]),
                    1 => json!([{"Step": other, "Trigger": "Failed"}]),
                    2 => json!([{"Step": other, "Trigger": "Any"}]),
                    _ => json!([other]),
                }
            }
        };
        let mut answer = step(&name, kind, waits);
        if kind == "Condition" {
            answer["Arguments"] = json!({
                "Conditions": [{"Type": "Equals", "LeftValue": u32::from(how % 2), "RightValue": 1}],
                "IfSteps": [step(&format!("{name}-yes"), "Processing", json!([]))],
                "ElseSteps": [step(&format!("{name}-no"), "Model", json!([]))]
            });
        }
        if how % 8 == 7 {
            answer = json!({"Name": name, "Type": "ForEach", "DependsOn": answer["DependsOn"], "Arguments": {
                "IterableItems": ["a", "b", "c"], "MaxConcurrency": 2,
                "ForEachBody": [step(&format!("{name}-body"), "Training", json!([])), step(&format!("{name}-then"), "Processing", json!([format!("{name}-body")]))]}});
        }
        steps.push(answer);
    }
    program(json!(steps))
}

/// Something done to a run after so many seconds.
#[derive(Debug, Clone)]
enum RunInput {
    Stop(i64),
    Retry(i64),
    Answer(i64, bool),
}

fn input() -> impl Strategy<Value = RunInput> {
    let after = 0i64..4_000;
    prop_oneof![
        after.clone().prop_map(RunInput::Stop),
        after.clone().prop_map(RunInput::Retry),
        (after, any::<bool>()).prop_map(|(after, well)| RunInput::Answer(after, well)),
    ]
}

/// Replays inputs, observing the run every `glance` milliseconds, or only when something is done.
fn replay(
    program: &Arc<Program>,
    spec: &StartSpec,
    inputs: &[RunInput],
    glance: Option<Millis>,
) -> Run {
    let mut run = Run::start(Arc::clone(program), spec.clone());
    let mut now = START;
    for input in inputs {
        let (RunInput::Stop(after) | RunInput::Retry(after) | RunInput::Answer(after, _)) = input;
        let then = now + after * 1_000;
        while let Some(glance) = glance.filter(|glance| now + glance < then) {
            now += glance;
            run.advance(now);
        }
        now = then;
        let _: Result<(), RunError> = match input {
            RunInput::Stop(_) => run.stop(now),
            RunInput::Retry(_) => run.retry(now, None, Pace::REAL),
            RunInput::Answer(_, well) => {
                run.advance(now);
                let answer = if *well {
                    CallbackAnswer::Success(Vec::new())
                } else {
                    CallbackAnswer::Failure(None)
                };
                match run.waiting_tokens().first() {
                    Some(token) => run.answer(token, answer, now),
                    None => Ok(()),
                }
            }
        };
    }
    run.advance(now + 200 * HOUR);
    run
}

/// The steps of the definition by their names, as they are now.
fn by_name(run: &Run) -> HashMap<String, StepRecord> {
    let steps = run.steps().into_iter();
    steps.map(|step| (step.name.clone(), step)).collect()
}

/// The first step that began although what it waits for was not so, if one did.
fn began_too_early(program: &Program, run: &Run) -> Option<String> {
    let answer = by_name(run);
    let met = |other: &StepRecord, trigger: Trigger| {
        let outcome =
            |expected: bool| other.metadata == Some(Metadata::Condition { outcome: expected });
        match trigger {
            Trigger::Completed => other.status == StepStatus::Succeeded,
            Trigger::Outcome(expected) => {
                other.status == StepStatus::Succeeded && outcome(expected)
            }
            Trigger::Failed => other.status == StepStatus::Failed,
            Trigger::Stopped => other.status == StepStatus::Stopped,
            Trigger::Any => other.end.is_some(),
        }
    };
    let early = answer.values().find(|step| {
        let place = program.step(&step.definition_step).unwrap_or_default();
        program.steps[place].dependencies.iter().any(|dependency| {
            let name = &program.steps[dependency.step].name;
            let name = match &step.iteration {
                Some(iteration) => format!("{name}-{}", iteration.index),
                None => name.clone(),
            };
            answer.get(&name).is_none_or(|other| {
                !met(other, dependency.trigger) || other.end.is_none_or(|end| end > step.start)
            })
        })
    });
    early.map(|step| step.name.clone())
}

/// Whether every failed step of the definition's own level has one that ended and waits for its failure.
fn all_handled(program: &Program, run: &Run) -> bool {
    let answer = by_name(run);
    let failed = answer
        .values()
        .filter(|step| step.status == StepStatus::Failed && step.iteration.is_none());
    failed
        .map(|step| &program.steps[program.step(&step.name).unwrap_or_default()])
        .all(|step| {
            step.dependents.iter().any(|dependency| {
                dependency.trigger.handles_failure()
                    && answer.contains_key(&program.steps[dependency.step].name)
            })
        })
}

fn start(seed: u64, parallelism: Option<u32>, speed: f64) -> StartSpec {
    StartSpec {
        seed,
        parallelism,
        failure_rate: 0.15,
        pace: Pace { speed },
        ..spec()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn history_does_not_depend_on_how_often_one_looks(
        choices in prop::collection::vec(any::<(u8, u8, u8)>(), 0..9),
        inputs in prop::collection::vec(input(), 0..5),
        seed: u64,
        parallelism in prop::option::of(1u32..4),
        glance in 1_000i64..90_000,
        speed in prop_oneof![Just(1.0), Just(60.0)],
    ) {
        let program = pipeline(&choices);
        let spec = start(seed, parallelism, speed);
        let once = replay(&program, &spec, &inputs, None);
        let often = replay(&program, &spec, &inputs, Some(glance));
        prop_assert_eq!(once.steps(), often.steps());
        prop_assert_eq!((once.status(), once.last_modified()), (often.status(), often.last_modified()));
        prop_assert_eq!(once.steps(), replay(&program, &spec, &inputs, None).steps());
    }

    #[test]
    fn every_execution_ends_unless_it_waits_for_an_answer(
        choices in prop::collection::vec(any::<(u8, u8, u8)>(), 0..12),
        inputs in prop::collection::vec(input(), 0..4),
        seed: u64,
        parallelism in prop::option::of(1u32..4),
    ) {
        let run = replay(&pipeline(&choices), &start(seed, parallelism, 1.0), &inputs, None);
        let waits = !run.waiting_tokens().is_empty();
        prop_assert!(run.status().is_terminal() || waits, "{:?}", run.status());
        prop_assert!(!run.status().is_terminal() || run.next_event().is_none());
        for step in run.steps() {
            prop_assert!(step.end.is_none_or(|end| end >= step.start));
            prop_assert!(step.end.is_some() || !run.status().is_terminal(), "{} is left over", step.name);
            prop_assert_eq!(step.end.is_some(), step.status.is_terminal());
            // The Fail steps here have no message.
            let gives_reason = step.status == StepStatus::Failed && step.step_type != "Fail";
            prop_assert_eq!(step.failure_reason.is_some(), gives_reason);
        }
    }

    #[test]
    fn a_stop_always_settles(
        choices in prop::collection::vec(any::<(u8, u8, u8)>(), 1..10),
        seed: u64,
        after in 0i64..3_000_000,
    ) {
        let mut run = Run::start(pipeline(&choices), start(seed, None, 1.0));
        if run.stop(START + after).is_ok() {
            while let Some(token) = run.waiting_tokens().first().cloned() {
                run.answer(&token, CallbackAnswer::Success(Vec::new()), START + after).expect("it waits");
            }
            settle(&mut run);
            let expected = [RunStatus::Stopped, RunStatus::Failed];
            prop_assert!(expected.contains(&run.status()), "{:?}", run.status());
            prop_assert!(run.last_modified() <= START + after + 10 * 60_000);
        }
    }

    #[test]
    fn a_retry_keeps_what_succeeded(
        choices in prop::collection::vec(any::<(u8, u8, u8)>(), 1..10),
        seed: u64,
        after in 0i64..3_000,
    ) {
        let spec = StartSpec { callbacks: Callbacks::Answered, ..start(seed, None, 1.0) };
        let mut run = replay(&pipeline(&choices), &spec, &[RunInput::Stop(after)], None);
        let before = run.steps();
        if run.retry(START + 300 * HOUR, None, Pace::REAL).is_ok() {
            settle(&mut run);
            let for_each: Vec<StepRecord> = run.steps();
            for kept in before.iter().filter(|step| step.status == StepStatus::Succeeded) {
                prop_assert!(for_each.contains(kept), "{} did not stay", kept.name);
            }
            for again in before.iter().filter(|step| step.status != StepStatus::Succeeded) {
                let now = for_each.iter().find(|step| step.name == again.name).expect("it stays listed");
                prop_assert!(now.attempt_count >= again.attempt_count);
            }
        }
    }

    #[test]
    fn nothing_begins_before_what_it_waits_for_and_the_status_follows_the_failures(
        choices in prop::collection::vec(any::<(u8, u8, u8)>(), 0..12),
        stop in prop::option::of(0i64..4_000),
        seed: u64,
        parallelism in prop::option::of(1u32..4),
    ) {
        let program = pipeline(&choices);
        let spec = StartSpec { callbacks: Callbacks::Answered, ..start(seed, parallelism, 1.0) };
        let inputs: Vec<RunInput> = stop.into_iter().map(RunInput::Stop).collect();
        let run = replay(&program, &spec, &inputs, None);
        prop_assert_eq!(began_too_early(&program, &run), None);
        let failed = run.steps().into_iter().any(|step| step.status == StepStatus::Failed);
        let fail_step = run.steps().iter().any(|step| step.step_type == "Fail" && step.end.is_some());
        let expected = match (failed, all_handled(&program, &run) && !fail_step) {
            (false, _) => RunStatus::Succeeded,
            (true, true) => RunStatus::CompletedWithFailures,
            (true, false) => RunStatus::Failed,
        };
        let stopped = run.steps().iter().any(|step| step.status == StepStatus::Stopped);
        if inputs.is_empty() {
            prop_assert_eq!(run.status(), expected);
            prop_assert!(!stopped);
        } else {
            prop_assert!(!stopped || run.status() != RunStatus::Succeeded);
        }
    }

    #[test]
    fn no_more_steps_run_at_once_than_the_limit_and_retries_keep_to_it(
        choices in prop::collection::vec(any::<(u8, u8, u8)>(), 1..12),
        seed: u64,
        limit in 1u32..4,
        stop in 0i64..4_000,
    ) {
        let spec = StartSpec { callbacks: Callbacks::Answered, ..start(seed, Some(limit), 1.0) };
        let mut run = Run::start(pipeline(&choices), spec);
        let mut stops = Some(START + stop * 1_000);
        loop {
            match (run.next_event(), stops) {
                (Some(at), Some(stop)) if at > stop => {
                    stops = None;
                    let _ = run.stop(stop);
                }
                (Some(at), _) => run.advance(at),
                (None, _) if run.status() == RunStatus::Stopped => {
                    prop_assert!(run.retry(run.last_modified() + 1, None, Pace::REAL).is_ok() || run.steps().iter().any(|step| step.step_type == "Fail"));
                    if run.status().is_terminal() { break; }
                }
                (None, _) => break,
            }
            let free = ["Condition", "Fail", "ForEach"];
            let steps = run.steps();
            let occupied_slots = steps.iter().filter(|step| step.end.is_none() && !free.contains(&step.step_type.as_str()));
            prop_assert!(occupied_slots.count() <= limit as usize);
        }
        prop_assert!(run.status().is_terminal());
    }

    #[test]
    fn no_execution_outlives_its_time(
        choices in prop::collection::vec(any::<(u8, u8, u8)>(), 1..10),
        inputs in prop::collection::vec(input(), 0..4),
        seed: u64,
    ) {
        let mut run = replay(&pipeline(&choices), &start(seed, None, 1.0), &inputs, None);
        run.advance(START + 680 * HOUR);
        prop_assert!(run.status().is_terminal() && run.next_wake().is_none() && run.waiting_tokens().is_empty());
        prop_assert!(run.last_modified() <= START + (672 + 5) * HOUR);
        prop_assert!(run.steps().iter().all(|step| step.end.is_some()));
    }

    #[test]
    fn a_selective_execution_runs_what_is_selected_on_what_it_depends_on(
        choices in prop::collection::vec(any::<(u8, u8, u8)>(), 1..10),
        picks in prop::collection::vec(any::<prop::sample::Index>(), 1..4),
        seed: u64,
    ) {
        let program = pipeline(&choices);
        let done = StartSpec { callbacks: Callbacks::Answered, failure_rate: 0.0, ..start(seed, None, 1.0) };
        let source = run(&program, done.clone());
        let mut selective = Selective {
            source: Some(spec().arn_context.execution_arn("abcdefghijkl")),
            selected: picks.iter().map(|pick| program.steps[pick.index(program.steps.len())].name.clone()).collect(),
            reused_results: Vec::new(),
        };
        prop_assume!(program.check_selection(&selective).is_ok());
        let reused_steps: Vec<String> = program.reused_steps(&selective).into_iter().map(str::to_owned).collect();
        selective.reused_results = reused_steps.iter().filter_map(|step| source.result_of(step)).collect();
        let selected = selective.selected.clone();
        let again = run(&program, StartSpec { execution_id: "againagainag".into(), selective: Some(selective), ..done });
        for step in again.steps() {
            let reused_results = reused_steps.contains(&step.name);
            prop_assert!(reused_results || selected.contains(&step.definition_step) || step.iteration.is_some());
            prop_assert_eq!(reused_results, step.selective_result.is_some());
            if reused_results && source.result_of(&step.name).is_some() && step.step_type != "ForEach" {
                prop_assert_eq!(&step.metadata, &record(&source, &step.name).metadata);
            }
        }
    }
}
