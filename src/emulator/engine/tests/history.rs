//! A run made again from what was done to it is the run it was.

use super::*;
use proptest::prelude::*;

/// What may be done to a run, with chance for what it needs.
#[derive(Debug, Clone)]
enum Move {
    Wait(Millis),
    Stop,
    Retry(Option<u32>, f64),
    Answer(bool),
    Parallelism(Option<u32>),
    Pace(f64),
    Number,
}

fn a_move() -> impl Strategy<Value = Move> {
    let speed = prop_oneof![Just(0.5), Just(1.0), Just(60.0)];
    let parallelism = proptest::option::of(1..4u32);
    prop_oneof![
        6 => (0..400_000i64).prop_map(Move::Wait),
        1 => Just(Move::Stop),
        2 => (parallelism.clone(), speed.clone()).prop_map(|(steps, speed)| Move::Retry(steps, speed)),
        2 => any::<bool>().prop_map(Move::Answer),
        1 => parallelism.prop_map(Move::Parallelism),
        1 => speed.prop_map(Move::Pace),
        2 => Just(Move::Number),
    ]
}

/// Something of everything: jobs, retries by policy, a question, a condition, iterations, a package.
fn varied() -> Arc<Program> {
    let mut train = step("Train", "Training", json!(["Prepare"]));
    train["RetryPolicies"] = json!([{"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"], "IntervalSeconds": 5, "BackoffRate": 2.0, "MaxAttempts": 3}]);
    let mut register = step("Register", "RegisterModel", json!(["Train"]));
    register["Arguments"] = json!({"ModelPackageGroupName": "Group"});
    let mut ask = step("Ask", "Callback", json!(["Prepare"]));
    ask["SqsQueueUrl"] = json!("https://sqs.example/ask");
    let mut for_each = step("Each", "ForEach", json!(["Ask"]));
    for_each["Arguments"] = json!({"Items": ["a", "b", "c"], "MaxConcurrency": 2, "Steps": [step("Part", "Processing", json!([]))]});
    for_each["Items"] = json!(["a", "b", "c"]);
    program(json!([
        step("Prepare", "Processing", json!([])),
        train,
        register,
        ask,
        for_each,
        step("Last", "Transform", json!(["Register", "Each"])),
    ]))
}

fn make(run: &mut Run, at: Millis, action: &Move, numbered: &mut u32) {
    run.advance(at);
    let _: Result<(), RunError> = match action {
        Move::Wait(_) => Ok(()),
        Move::Stop => run.stop(at),
        Move::Retry(steps, speed) => run.retry(at, *steps, Pace { speed: *speed }),
        Move::Answer(well) => match (run.waiting_tokens().first(), well) {
            (None, _) => Ok(()),
            (Some(token), true) => run.answer(token, CallbackAnswer::Success(Vec::new()), at),
            (Some(token), false) => run.answer(token, CallbackAnswer::Failure(None), at),
        },
        Move::Parallelism(steps) => {
            run.set_parallelism(at, *steps);
            Ok(())
        }
        Move::Pace(speed) => {
            run.set_pace(Pace { speed: *speed });
            Ok(())
        }
        Move::Number => {
            run.version_packages(&mut |_| {
                *numbered += 1;
                *numbered
            });
            Ok(())
        }
    };
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_run_made_again_is_the_same(
        seed in any::<u64>(),
        moves in proptest::collection::vec(a_move(), 0..40),
    ) {
        let program = varied();
        let begun = StartSpec { seed, failure_rate: 0.1, ..spec() };
        let mut run = Run::start(Arc::clone(&program), begun.clone());
        let (mut now, mut numbered) = (START, 0);
        for what in &moves {
            if let Move::Wait(length) = what {
                now += length;
            }
            make(&mut run, now, what, &mut numbered);
        }
        prop_assert_eq!(run.initial_spec(), begun);
        let spec = serde_json::to_string(&run.initial_spec()).expect("plain data");
        let inputs = serde_json::to_string(run.inputs()).expect("plain data");
        let spec: StartSpec = serde_json::from_str(&spec).expect("what was written");
        let inputs: Vec<(Millis, RunInput)> = serde_json::from_str(&inputs).expect("what was written");
        let spec = StartSpec { arn_context: Arc::clone(&run.spec().arn_context), ..spec };

        let mut again = Run::replay(program, spec, &inputs);
        again.advance(now);
        prop_assert_eq!(again.steps(), run.steps());
        prop_assert_eq!(again.inputs(), run.inputs());
        settle(&mut run);
        settle(&mut again);
        prop_assert_eq!(again.steps(), run.steps());
        prop_assert_eq!((again.status(), again.last_modified()), (run.status(), run.last_modified()));
    }
}
