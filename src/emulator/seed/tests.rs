use super::*;
use crate::engine::{RunStatus, StepStatus};
use std::collections::{BTreeMap, BTreeSet};

/// A Monday noon.
const NOW: Millis = 1_795_435_200_000;
const LIVE: Pace = Pace { speed: 60.0 };
const MINUTE: Millis = 60_000;

fn runs(seed: &Seed) -> Vec<(&SeedStart, Run)> {
    let replay = |start: &SeedStart| start.replay(program(seed, start), NOW, LIVE);
    seed.starts
        .iter()
        .map(|start| (start, replay(start)))
        .collect()
}

fn program(seed: &Seed, start: &SeedStart) -> Arc<Program> {
    Arc::clone(&seed.pipelines[start.pipeline].versions[start.version].program)
}

fn named<'a>(runs: &'a [(&SeedStart, Run)], name: &str) -> &'a Run {
    &runs
        .iter()
        .find(|(start, _)| start.display_name == name)
        .expect("the seed is created")
        .1
}

/// Runs until no event is left.
fn settle(run: &mut Run) {
    while let Some(at) = run.next_event() {
        run.advance(at);
    }
}

#[test]
fn demo_definitions_are_valid() {
    for pipeline in Seed::new(SeedKind::Demo, NOW, arn_context(None, None)).pipelines {
        for version in pipeline.versions {
            let definition = Definition::read(&version.definition);
            assert_eq!(definition.problems, [], "{}", pipeline.name);
            assert!(definition.steps.iter().all(|step| step.name.len() <= 64));
        }
    }
}

#[test]
fn demo_has_executions_in_every_status_and_steps_of_every_common_type() {
    let seed = Seed::new(SeedKind::Demo, NOW, arn_context(None, None));
    let runs = runs(&seed);
    let mut statuses: BTreeMap<&str, usize> = BTreeMap::new();
    let mut types = BTreeSet::new();
    for (_, run) in &runs {
        *statuses.entry(run.status().as_str()).or_default() += 1;
        types.extend(run.steps().into_iter().map(|step| step.step_type));
    }
    assert_eq!(statuses.len(), 6, "{statuses:?}");
    for expected in [
        "Processing",
        "Training",
        "Tuning",
        "Transform",
        "Model",
        "RegisterModel",
        "Condition",
        "Callback",
    ] {
        assert!(types.contains(expected), "{expected}");
    }
    for expected in [
        "Lambda",
        "QualityCheck",
        "ClarifyCheck",
        "EMR",
        "EMRServerless",
        "Fail",
        "ForEach",
        "AutoML",
    ] {
        assert!(types.contains(expected), "{expected}");
    }
    assert!(types.contains("EndpointConfig") && types.contains("Endpoint"));
    assert!((200..600).contains(&runs.len()), "{}", runs.len());
    assert!(statuses["Succeeded"] * 10 > runs.len() * 6, "{statuses:?}");
}

#[test]
fn the_demos_stories_end_as_planned() {
    let seed = Seed::new(SeedKind::Demo, NOW, arn_context(None, None));
    let runs = runs(&seed);
    let status = |name: &str| named(&runs, name).status();
    assert_eq!(status("pricing-18-to-production"), RunStatus::Executing);
    assert_eq!(
        named(&runs, "pricing-18-to-production")
            .waiting_tokens()
            .len(),
        1
    );
    assert_eq!(status("pricing-18-rc1"), RunStatus::Stopping);
    assert_eq!(named(&runs, "pricing-18-rc1").next_event(), None);
    assert_eq!(status("wrong-bucket"), RunStatus::Stopped);
    assert_eq!(
        status("probe-not-deployed"),
        RunStatus::CompletedWithFailures
    );
    assert_eq!(status("first-try"), RunStatus::Failed);
    assert_eq!(status("vit-on-spot"), RunStatus::Failed);
    assert_eq!(status("long-horizon"), RunStatus::Failed);
    assert!(named(&runs, "patience").status() == RunStatus::Succeeded);
    let steps = named(&runs, "patience").steps();
    assert!(
        steps
            .iter()
            .any(|step| step.name == "TrainDefectNet" && step.attempt_count == 2)
    );
    let reused = named(&runs, "evaluate-again").steps();
    assert!(
        reused
            .iter()
            .any(|step| step.name == "TrainAbaloneModel" && step.selective_result.is_some())
    );
    let hits = runs
        .iter()
        .flat_map(|(_, run)| run.steps())
        .filter(|step| step.cache_hit.is_some())
        .count();
    assert!(hits > 0);
}

#[test]
fn the_demos_running_executions_fail_and_succeed_while_watched() {
    // At any time of any day.
    for now in (0..14).map(|number| NOW + number * 40_013_777) {
        let seed = Seed::new(SeedKind::Demo, now, arn_context(None, None));
        let mut ended = BTreeSet::new();
        for start in seed.starts.iter().filter(|start| start.live) {
            let mut run = start.replay(program(&seed, start), now, LIVE);
            assert_eq!(run.status(), RunStatus::Executing, "{}", start.display_name);
            run.advance(now + 4 * MINUTE);
            assert!(run.status().is_terminal(), "{}", start.display_name);
            ended.insert(run.status().as_str());
        }
        assert!(
            ended.contains("Succeeded") && ended.contains("Failed"),
            "{ended:?}"
        );
    }
}

#[test]
fn the_documentations_pipelines_take_one_to_three_minutes_at_the_demos_speed() {
    let seed = Seed::new(SeedKind::Demo, NOW, arn_context(None, None));
    for pipeline in &seed.pipelines[..2] {
        for number in 0..50 {
            let mut spec = StartSpec::new(
                Arc::new(written_context(&pipeline.name)),
                "abcdefghijkl",
                number,
                NOW,
            );
            spec.pace = LIVE;
            spec.failure_rate = 0.0;
            let program = &pipeline.versions.last().expect("a version").program;
            let mut run = Run::start(Arc::clone(program), spec.clone());
            settle(&mut run);
            assert_eq!(run.status(), RunStatus::Succeeded);
            let length = run.last_modified() - NOW;
            assert!(
                (MINUTE..=3 * MINUTE).contains(&length),
                "{} {number}: {length} ms",
                pipeline.name
            );
            let first = &run.steps()[0];
            assert!(first.end.expect("it ended") - first.start >= 15_000);

            let mut stopped = Run::start(Arc::clone(program), spec);
            let asked = NOW + 500 + number as i64 * 1_100;
            stopped.stop(asked).expect("it executes");
            settle(&mut stopped);
            assert_eq!(stopped.status(), RunStatus::Stopped);
            assert!(stopped.last_modified() - asked <= 10_000);
        }
    }
}

#[test]
fn every_demo_pipeline_ends_for_any_seed() {
    let seed = Seed::new(SeedKind::Demo, NOW, arn_context(None, None));
    for pipeline in &seed.pipelines {
        for version in &pipeline.versions {
            for number in 0..50 {
                let mut spec = StartSpec::new(
                    Arc::new(written_context(&pipeline.name)),
                    "abcdefghijkl",
                    number,
                    NOW,
                );
                spec.failure_rate = 0.1;
                let mut run = Run::start(Arc::clone(&version.program), spec);
                settle(&mut run);
                let waits = !run.waiting_tokens().is_empty();
                assert!(
                    run.status().is_terminal() || waits,
                    "{} {number}",
                    pipeline.name
                );
                assert!(run.steps().iter().all(|step| step.end.is_some() || waits));
            }
        }
    }
}

#[test]
fn the_large_seed_is_complete_and_always_the_same() {
    let seed = Seed::new(SeedKind::Large, NOW, arn_context(None, None));
    assert_eq!(seed.pipelines.len(), 500);
    assert_eq!(
        (0..500)
            .map(|pipeline| seed.past_len(pipeline))
            .sum::<usize>(),
        100_000
    );
    let names: BTreeSet<&str> = seed
        .pipelines
        .iter()
        .map(|pipeline| pipeline.name.as_str())
        .collect();
    assert_eq!(names.len(), 500);
    for (place, steps) in [(0, 50), (1, 300), (2, 1_000)] {
        let definition = Definition::read(&seed.pipelines[place].versions[0].definition);
        assert_eq!(seed.pipelines[place].name, format!("steps-{steps}"));
        assert_eq!(
            (definition.steps.len(), definition.problems.len()),
            (steps, 0)
        );
    }
    assert_eq!(
        Definition::read(&seed.pipelines[0].versions[0].definition)
            .edges
            .len(),
        73
    );
    assert_eq!(
        Definition::read(&seed.pipelines[1].versions[0].definition)
            .edges
            .len(),
        503
    );
    let (one, two) = (
        seed.past(40, 7).expect("it is there"),
        seed.past(40, 7).expect("it is there"),
    );
    assert_eq!(
        (one.spec.execution_id, one.spec.at),
        (two.spec.execution_id, two.spec.at)
    );
    assert!(seed.past(40, seed.past_len(40)).is_none());
}

#[test]
fn executions_of_the_large_seed_come_in_order_and_end() {
    let seed = Seed::new(SeedKind::Large, NOW, arn_context(None, None));
    let mut statuses: BTreeMap<&str, usize> = BTreeMap::new();
    for pipeline in (0..500).step_by(9) {
        let mut last = seed.pipelines[pipeline].created_at;
        for index in (0..seed.past_len(pipeline))
            .rev()
            .take(12)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
        {
            let start = seed.past(pipeline, index).expect("it is there");
            assert!(start.spec.at >= last && start.spec.at < NOW);
            last = start.spec.at;
            let run = start.replay(program(&seed, &start), NOW, LIVE);
            *statuses.entry(run.status().as_str()).or_default() += 1;
            assert!(
                run.status().is_terminal() || start.spec.at > NOW - 70 * MINUTE,
                "{pipeline} {index}"
            );
        }
    }
    assert!(statuses.len() >= 4, "{statuses:?}");
}

#[test]
fn an_empty_seed_is_empty_and_unknown_names_are_rejected() {
    let seed = Seed::new(
        "empty".parse().expect("a seed"),
        NOW,
        arn_context(None, None),
    );
    assert!(seed.pipelines.is_empty() && seed.starts.is_empty() && seed.model_groups.is_empty());
    assert!("huge".parse::<SeedKind>().is_err());
}

#[test]
fn a_seeds_executions_have_names_and_ids_the_service_accepts() {
    let seed = Seed::new(SeedKind::Demo, NOW, arn_context(None, None));
    let mut ids = BTreeSet::new();
    for start in &seed.starts {
        assert!(ids.insert(&start.spec.execution_id));
        assert_eq!(start.spec.execution_id.len(), 12);
        assert_eq!(
            sluicegate_definition::check_execution_name(&start.display_name),
            Ok(()),
            "{}",
            start.display_name
        );
        let run = start.replay(program(&seed, start), NOW, LIVE);
        for step in run
            .steps()
            .iter()
            .filter(|step| step.status == StepStatus::Failed)
        {
            let reason = step.failure_reason.as_deref().unwrap_or_default();
            assert!(!reason.is_empty() && reason.len() <= 1_024);
        }
        assert_eq!(
            run.failure_reason().is_some(),
            run.status() == RunStatus::Failed
        );
    }
}
