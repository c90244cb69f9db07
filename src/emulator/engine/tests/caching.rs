//! Results of earlier executions instead of jobs.

use super::*;

const SOURCE: &str = "abcdefghijkl";

fn cached(name: &str, kind: &str, depends: Value, arguments: Value) -> Value {
    json!({"Name": name, "Type": kind, "DependsOn": depends, "Arguments": arguments,
        "CacheConfig": {"Enabled": true, "ExpireAfter": "P2DT12H"}})
}

/// A later execution of the same program that may take what the one before did.
fn again(earlier: &Run, parameters: &[(&str, &str)], at: Millis) -> StartSpec {
    StartSpec {
        execution_id: "zzzzzzzzzzzz".into(),
        seed: 8,
        at,
        parameters: parameters
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect(),
        cached: earlier.results(),
        ..spec()
    }
}

fn hits(run: &Run) -> Vec<String> {
    let steps = run.steps().into_iter();
    let hits = steps.filter(|step| step.cache_hit.is_some());
    hits.map(|step| step.name).collect()
}

#[test]
fn a_cache_hit_names_the_execution_that_ran_the_job_and_its_job() {
    let program = program(json!([
        cached(
            "A",
            "Processing",
            json!([]),
            json!({"Environment": {"K": "v"}})
        ),
        step("B", "Training", json!(["A"])),
    ]));
    let first = run(&program, spec());
    let source = spec().arn_context.execution_arn(SOURCE);
    let second = run(&program, again(&first, &[], START + HOUR));
    let hit = record(&second, "A");
    assert_eq!(
        (hit.cache_hit.as_ref(), &hit.metadata),
        (Some(&source), &record(&first, "A").metadata)
    );
    assert!(hit.end.unwrap_or(0) - hit.start < 2_000);
    assert_eq!(record(&second, "B").cache_hit, None);
    // A hit is no work of its own: the next one names the first as well.
    let third = run(
        &program,
        StartSpec {
            execution_id: "yyyyyyyyyyyy".into(),
            ..again(&second, &[], START + 2 * HOUR)
        },
    );
    assert_eq!(record(&third, "A").cache_hit, Some(source));
}

#[test]
fn a_result_expires_as_the_step_begins_not_as_the_execution_does() {
    let program = program(json!([
        step("Long", "Callback", json!([])),
        cached("A", "Processing", json!([]), json!({})),
        cached("B", "Processing", json!(["Long"]), json!({})),
    ]));
    let answered = StartSpec {
        callbacks: Callbacks::Answered,
        ..spec()
    };
    let first = run(&program, answered);
    let ended = record(&first, "B").end.expect("it ended");
    let mut late = Run::start(program.clone(), again(&first, &[], START + 24 * HOUR));
    run_until_executing(&mut late, "Long");
    let token = late.waiting_tokens().pop().expect("a token");
    late.answer(
        &token,
        CallbackAnswer::Success(Vec::new()),
        ended + 60 * HOUR,
    )
    .expect("it waits");
    settle(&mut late);
    assert_eq!(
        (late.status(), hits(&late)),
        (RunStatus::Succeeded, vec!["A".to_owned()])
    );
}

#[test]
fn parameters_and_jobs_that_arguments_refer_to_make_a_difference() {
    let uses = |reference: &str| json!({"Environment": {"X": {"Std:Join": {"On": "/", "Values": [{"Get": reference}]}}}});
    let program = with_parameters(
        json!([{"Name": "P", "Type": "String", "DefaultValue": "x"}]),
        json!([
            cached("Parameter", "Processing", json!([]), uses("Parameters.P")),
            cached("Free", "Processing", json!([]), json!({})),
            cached("Waits", "Processing", json!(["Parameter"]), json!({})),
            cached(
                "Refers",
                "Processing",
                json!([]),
                uses("Steps.Parameter.ProcessingJobName")
            ),
            cached(
                "Again",
                "Processing",
                json!([]),
                uses("Steps.Refers.ProcessingJobName")
            ),
            cached(
                "Fresh",
                "Processing",
                json!([]),
                uses("Execution.PipelineExecutionId")
            ),
        ]),
    );
    let first = run(&program, spec());
    let hits = |value: &str| {
        let mut hits = hits(&run(&program, again(&first, &[("P", value)], START + HOUR)));
        hits.sort();
        hits
    };
    assert_eq!(hits("x"), ["Again", "Free", "Parameter", "Refers", "Waits"]);
    // What only waits for another step has the same arguments as before.
    assert_eq!(hits("y"), ["Free", "Waits"]);
}

#[test]
fn unlisted_attributes_do_not_change_the_cache_key() {
    let training = |instance: &str, epochs: u32| {
        program(json!([cached(
            "A",
            "Training",
            json!([]),
            json!({"ResourceConfig": {"InstanceType": instance}, "HyperParameters": {"epochs": epochs}})
        )]))
    };
    let first = run(&training("ml.m5.large", 3), spec());
    let hit = |program: Arc<Program>| hits(&run(&program, again(&first, &[], START + HOUR)));
    assert_eq!(hit(training("ml.m5.xlarge", 3)), ["A"]);
    assert_eq!(hit(training("ml.m5.large", 4)), [""; 0]);
}

#[test]
fn only_types_that_the_service_caches_are_cached_and_only_successes() {
    for (kind, caches) in [
        ("Processing", true),
        ("Training", true),
        ("Tuning", true),
        ("AutoML", true),
        ("Transform", true),
        ("ClarifyCheck", true),
        ("QualityCheck", true),
        ("EMR", true),
        ("Lambda", true),
        ("Model", false),
        ("Callback", false),
        ("Fail", false),
    ] {
        let program = program(json!([cached("A", kind, json!([]), json!({}))]));
        let done = StartSpec {
            callbacks: Callbacks::Answered,
            ..spec()
        };
        assert_eq!(
            run(&program, done).results().len(),
            usize::from(caches),
            "{kind}"
        );
        assert_eq!(program.caches(), caches, "{kind}");
        let failed = run(&program, failing("A", u32::MAX, "AlgorithmError: no"));
        assert!(failed.results().is_empty(), "{kind}");
    }
}

#[test]
fn a_retry_runs_what_failed_and_takes_no_result_that_expired() {
    let program = program(json!([
        cached("A", "Processing", json!([]), json!({})),
        step("B", "Training", json!(["A"])),
    ]));
    let first = run(&program, spec());
    let spec = StartSpec {
        outcomes: failing("B", 1, "AlgorithmError: no").outcomes,
        ..again(&first, &[], START + 24 * HOUR)
    };
    let mut second = run(&program, spec);
    assert_eq!(
        (second.status(), hits(&second)),
        (RunStatus::Failed, vec!["A".to_owned()])
    );
    let before = record(&second, "A");
    second
        .retry(START + 100 * HOUR, None, Pace::REAL)
        .expect("it failed");
    settle(&mut second);
    assert_eq!(second.status(), RunStatus::Succeeded);
    assert_eq!(record(&second, "A"), before, "what succeeded is kept");
}

#[test]
fn each_iteration_has_its_own_cached_result() {
    let for_each = |items: Value| {
        program(
            json!([{"Name": "Each", "Type": "ForEach", "Arguments": {"IterableItems": items,
            "ForEachBody": [cached("Body", "Processing", json!([]), json!({"Environment": {"I": {"Get": "ForEach.CurrentItem"}}}))]}}]),
        )
    };
    let first = run(&for_each(json!(["a", "b"])), spec());
    let second = run(
        &for_each(json!(["a", "c"])),
        again(&first, &[], START + HOUR),
    );
    assert_eq!(hits(&second), ["Body-0"]);
}
