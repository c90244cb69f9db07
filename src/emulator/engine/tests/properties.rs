//! What holds of any pipeline and any history.

use super::*;
use proptest::prelude::*;

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
        let mut told = step(&name, kind, waits);
        if kind == "Condition" {
            told["Arguments"] = json!({
                "Conditions": [{"Type": "Equals", "LeftValue": u32::from(how % 2), "RightValue": 1}],
                "IfSteps": [step(&format!("{name}-yes"), "Processing", json!([]))],
                "ElseSteps": [step(&format!("{name}-no"), "Model", json!([]))]
            });
        }
        if how % 8 == 7 {
            told = json!({"Name": name, "Type": "ForEach", "DependsOn": told["DependsOn"], "Arguments": {
                "IterableItems": ["a", "b", "c"], "MaxConcurrency": 2,
                "ForEachBody": [step(&format!("{name}-body"), "Training", json!([])), step(&format!("{name}-then"), "Processing", json!([format!("{name}-body")]))]}});
        }
        steps.push(told);
    }
    program(json!(steps))
}

/// Something done to a run after so many seconds.
#[derive(Debug, Clone)]
enum Deed {
    Stop(i64),
    Retry(i64),
    Answer(i64, bool),
}

fn deed() -> impl Strategy<Value = Deed> {
    let after = 0i64..4_000;
    prop_oneof![
        after.clone().prop_map(Deed::Stop),
        after.clone().prop_map(Deed::Retry),
        (after, any::<bool>()).prop_map(|(after, well)| Deed::Answer(after, well)),
    ]
}

/// Plays deeds, looking every `glance` milliseconds, or only when something is done.
fn play(program: &Arc<Program>, spec: &StartSpec, deeds: &[Deed], glance: Option<Millis>) -> Run {
    let mut run = Run::start(Arc::clone(program), spec.clone());
    let mut now = START;
    for deed in deeds {
        let (Deed::Stop(after) | Deed::Retry(after) | Deed::Answer(after, _)) = deed;
        let then = now + after * 1_000;
        while let Some(glance) = glance.filter(|glance| now + glance < then) {
            now += glance;
            run.advance(now);
        }
        now = then;
        let _: Result<(), Refusal> = match deed {
            Deed::Stop(_) => run.stop(now),
            Deed::Retry(_) => run.retry(now, None, Pace::REAL),
            Deed::Answer(_, well) => {
                run.advance(now);
                let answer = if *well {
                    Answer::Success(Vec::new())
                } else {
                    Answer::Failure(None)
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
        deeds in prop::collection::vec(deed(), 0..5),
        seed: u64,
        parallelism in prop::option::of(1u32..4),
        glance in 1_000i64..90_000,
        speed in prop_oneof![Just(1.0), Just(60.0)],
    ) {
        let program = pipeline(&choices);
        let spec = start(seed, parallelism, speed);
        let once = play(&program, &spec, &deeds, None);
        let often = play(&program, &spec, &deeds, Some(glance));
        prop_assert_eq!(once.steps(), often.steps());
        prop_assert_eq!((once.status(), once.last_modified()), (often.status(), often.last_modified()));
        prop_assert_eq!(once.steps(), play(&program, &spec, &deeds, None).steps());
    }

    #[test]
    fn every_execution_ends_unless_it_waits_for_an_answer(
        choices in prop::collection::vec(any::<(u8, u8, u8)>(), 0..12),
        deeds in prop::collection::vec(deed(), 0..4),
        seed: u64,
        parallelism in prop::option::of(1u32..4),
    ) {
        let run = play(&pipeline(&choices), &start(seed, parallelism, 1.0), &deeds, None);
        let waits = !run.waiting_tokens().is_empty();
        prop_assert!(run.status().is_terminal() || waits, "{:?}", run.status());
        prop_assert!(!run.status().is_terminal() || run.next_event().is_none());
        for step in run.steps() {
            prop_assert!(step.end.is_none_or(|end| end >= step.start));
            prop_assert!(step.end.is_some() || !run.status().is_terminal(), "{} is left over", step.name);
            prop_assert_eq!(step.end.is_some(), step.status.is_terminal());
            prop_assert_eq!(step.failure_reason.is_some(), step.status == StepStatus::Failed);
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
                run.answer(&token, Answer::Success(Vec::new()), START + after).expect("it waits");
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
        let mut run = play(&pipeline(&choices), &spec, &[Deed::Stop(after)], None);
        let before = run.steps();
        if run.retry(START + 300 * HOUR, None, Pace::REAL).is_ok() {
            settle(&mut run);
            let each: Vec<StepRecord> = run.steps();
            for kept in before.iter().filter(|step| step.status == StepStatus::Succeeded) {
                prop_assert!(each.contains(kept), "{} did not stay", kept.name);
            }
            for again in before.iter().filter(|step| step.status != StepStatus::Succeeded) {
                let now = each.iter().find(|step| step.name == again.name).expect("it stays listed");
                prop_assert!(now.attempt_count >= again.attempt_count);
            }
        }
    }
}
