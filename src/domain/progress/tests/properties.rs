//! What holds of every definition, every set of records and every status: the parts of a page are made from these
//! values, and must not contradict each other.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::*;
use crate::{Iteration, StepMetadata};

const EXECUTION_STATUSES: [ExecutionStatus; 6] = ExecutionStatus::KNOWN;

fn step_statuses() -> impl Strategy<Value = StepStatus> {
    prop_oneof![
        Just(StepStatus::Starting),
        Just(StepStatus::Executing),
        Just(StepStatus::Stopping),
        Just(StepStatus::Stopped),
        Just(StepStatus::Failed),
        Just(StepStatus::Succeeded),
        Just(StepStatus::Other("Paused".into())),
    ]
}

/// A step that waits for some of those before it; every third has steps inside.
fn step(index: usize, seed: u32) -> Value {
    let triggers = ["", "Failed", "Stopped", "Any"];
    let waits_for = (0..index).filter(|before| (seed >> (before % 16)) & 3 == 3);
    let depends: Vec<Value> = waits_for
        .map(|before| match triggers[(seed as usize + before) % 4] {
            "" => json!(format!("S{before}")),
            trigger => json!({"Step": format!("S{before}"), "Trigger": trigger}),
        })
        .collect();
    let inner = |name: &str| json!([{"Name": format!("S{index}{name}"), "Type": "Training"}]);
    let mut step = json!({"Name": format!("S{index}"), "Type": "Processing", "DependsOn": depends});
    match seed % 3 {
        0 => {
            step["Type"] = json!("Condition");
            step["Arguments"] = json!({"IfSteps": inner("yes"), "ElseSteps": inner("no")});
        }
        1 => {
            step["Type"] = json!("ForEach");
            step["ForEachBody"] = inner("body");
        }
        _ => {}
    }
    step
}

fn definitions() -> impl Strategy<Value = Definition> {
    proptest::collection::vec(any::<u32>(), 1..8).prop_map(|seeds| {
        let steps = seeds.iter().enumerate();
        let steps: Vec<Value> = steps.map(|(index, seed)| step(index, *seed)).collect();
        Definition::read(&json!({"Steps": steps}).to_string())
    })
}

fn record(name: String, status: StepStatus, outcome: u8) -> StepRecord {
    let outcome = ["True", "False"].get(outcome as usize);
    let metadata = StepMetadata {
        outcome: outcome.map(ToString::to_string),
        ..StepMetadata::default()
    };
    StepRecord {
        attempts: 1,
        metadata,
        ..StepRecord::new(name, status)
    }
}

/// Records of some of a definition's steps, of iterations, and of a step that it does not have.
fn records(definition: &Definition) -> impl Strategy<Value = Vec<StepRecord>> + use<> {
    let names: Vec<(String, Option<String>)> = definition
        .steps
        .iter()
        .map(|step| {
            let parent = step.parent.map(|parent| &definition.steps[parent]);
            let each = parent.filter(|parent| parent.kind == StepKind::ForEach);
            (step.name.clone(), each.map(|each| each.name.clone()))
        })
        .chain([("Ghost".to_owned(), None)])
        .collect();
    let chosen = proptest::sample::subsequence(names.clone(), 0..=names.len());
    (
        chosen,
        proptest::collection::vec((step_statuses(), 0..3u8), 40),
    )
        .prop_map(|(names, draws)| {
            let mut draws = draws.into_iter().cycle();
            let mut records = Vec::new();
            for (name, each) in names {
                for index in 0..if each.is_some() { 2 } else { 1 } {
                    let (status, outcome) = draws.next().expect("a cycle");
                    let mut one = record(name.clone(), status, outcome);
                    if let Some(parent) = each.clone() {
                        one.name = format!("{name}-{index}");
                        one.iteration = Some(Iteration {
                            parent,
                            index,
                            item: None,
                        });
                    }
                    records.push(one);
                }
            }
            records
        })
}

fn situations() -> impl Strategy<Value = (Definition, Vec<StepRecord>, ExecutionStatus, Vec<String>)>
{
    let status = proptest::sample::select(EXECUTION_STATUSES.to_vec());
    (definitions(), status, any::<u8>()).prop_flat_map(|(definition, status, selected)| {
        let selected: Vec<String> = match selected % 3 {
            0 => vec!["S0".into()],
            _ => Vec::new(),
        };
        let records = records(&definition);
        (Just(definition), records, Just(status), Just(selected))
    })
}

proptest! {
    #[test]
    fn the_steps_of_an_execution_agree_with_it_and_with_each_other(
        (definition, records, status, selected) in situations()
    ) {
        check(&definition, &records, &status, &selected);
    }

    #[test]
    fn after_a_resume_nothing_counts_as_stopped_or_failed_until_it_was_read_anew(
        (definition, mut listed, status, selected) in situations()
    ) {
        let before = listed.clone();
        let executing = ExecutionStatus::Executing;
        mark_reruns((&status, &before), &executing, &mut listed);
        let progress = Progress::of(&definition, &listed, &executing, &selected);
        if status.is_terminal() {
            let ended = [StepStatus::Stopped, StepStatus::Failed];
            let is_old = |record: usize| ended.contains(&listed[record].status);
            let old = progress.nodes.iter().filter_map(|node| node.record).any(is_old);
            prop_assert!(!old);
        }
        check(&definition, &listed, &executing, &selected);
        // Once it has ended again, its records count as they are.
        let marked = listed.clone();
        mark_reruns((&executing, &marked), &ExecutionStatus::Failed, &mut listed);
        prop_assert_eq!(listed, before);
    }
}

/// What the parts of a page rely on.
fn check(
    definition: &Definition,
    records: &[StepRecord],
    status: &ExecutionStatus,
    selected: &[String],
) {
    let progress = Progress::of(definition, records, status, selected);
    let entries = step_entries(Some((definition, &progress)), records, status);
    let counts = progress.counts();
    assert_eq!(counts.all, definition.steps.len());
    assert!(counts.done + counts.skipped <= counts.all);
    let shown = |status: NodeStatus| {
        progress
            .nodes
            .iter()
            .filter(move |node| node.status == status)
    };
    let by_status: usize = NodeStatus::ALL
        .into_iter()
        .map(|one| shown(one).count())
        .sum();
    assert_eq!(by_status, counts.all, "the legend counts every step once");
    for (index, node) in progress.nodes.iter().enumerate() {
        assert_eq!(
            node.status == NodeStatus::NotRun,
            node.not_run.is_some(),
            "{node:?}"
        );
        let rows: Vec<_> = entries
            .iter()
            .filter(|entry| entry.node == Some(index))
            .collect();
        assert!(
            rows.iter().all(|row| row.status == node.status),
            "{rows:?} {node:?}"
        );
        assert_eq!(
            rows.len(),
            usize::from(node.record.is_some() || node.children.is_empty())
        );
    }
    if status.is_terminal() {
        let over = |status: NodeStatus| !status.is_running() && status != NodeStatus::Waiting;
        assert!(progress.nodes.iter().all(|node| over(node.status)));
        assert!(entries.iter().all(|entry| over(entry.status)));
    }
    assert!(
        progress
            .running()
            .all(|index| progress.nodes[index].status.is_running())
    );
}
