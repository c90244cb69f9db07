use std::collections::{BTreeSet, HashSet};
use std::fmt::Write;

use proptest::prelude::*;

use super::mask::{masked, range};
use super::*;

/// Steps by name, type and the names of those before them.
fn definition<'a>(steps: impl IntoIterator<Item = (String, &'a str, Vec<String>)>) -> Definition {
    let steps: Vec<String> = steps
        .into_iter()
        .map(|(name, kind, after)| {
            let after: Vec<String> = after.iter().map(|name| format!("\"{name}\"")).collect();
            let after = after.join(",");
            format!(r#"{{"Name":"{name}","Type":"{kind}","DependsOn":[{after}]}}"#)
        })
        .collect();
    Definition::read(&format!(r#"{{"Steps":[{}]}}"#, steps.join(",")))
}

/// So many models, each prepared, trained and compared by itself, between a first and a last step.
fn models(count: usize) -> Definition {
    let mut steps = vec![("Extract".to_owned(), "Processing", Vec::new())];
    for model in 1..=count {
        steps.push((
            format!("Prepare-{model}"),
            "Processing",
            vec!["Extract".to_owned()],
        ));
        steps.push((
            format!("Train-{model}"),
            "Training",
            vec![format!("Prepare-{model}")],
        ));
    }
    let all = (1..=count).map(|model| format!("Train-{model}")).collect();
    steps.push(("Compare".to_owned(), "Processing", all));
    definition(steps)
}

fn graph(definition: &Definition, is_open: impl Fn(usize) -> bool) -> FoldedGraph {
    let steps = definition.steps.len();
    FoldedGraph::of(definition, steps, &definition.folds(steps), is_open)
}

/// The edges as `from -> to`.
fn shown(definition: &Definition, graph: &FoldedGraph) -> Vec<String> {
    let folds = definition.folds(definition.steps.len());
    let name = |node: usize| match graph.nodes[node] {
        FoldedNode::Step(step) => definition.steps[step].name.as_str(),
        FoldedNode::Fold(fold) => folds[fold].name.as_str(),
    };
    let edges = graph.edges.iter();
    edges
        .map(|edge| format!("{} -> {}", name(edge.from), name(edge.to)))
        .collect()
}

#[test]
fn names_that_differ_in_a_number_or_a_short_suffix_are_alike() {
    for (name, mask) in [
        ("Train-12", "Train-*"),
        ("Train-eu", "Train-*"),
        ("Train-8f3a21bc", "Train-*"),
        ("step_010", "step_*"),
        ("Fold3-Evaluate", "Fold*-Evaluate"),
        ("Fold3-Train-12", "Fold*-Train-*"),
        ("TrainB", "Train*"),
        ("Train7", "Train*"),
        ("Evaluate", "Evaluate"),
        ("Register-models", "Register-models"),
        ("EMR", "EMR"),
        ("-eu", "-eu"),
        ("", ""),
    ] {
        assert_eq!(masked(name), mask, "{name}");
    }
}

#[test]
fn a_range_has_what_differs_once() {
    assert_eq!(range("step_010", "step_019"), "step_010–019");
    assert_eq!(range("Train9", "Train12"), "Train9–12");
    assert_eq!(range("Train-eu", "Train-us"), "Train-eu–us");
    assert_eq!(range("Train-emea", "Train-east"), "Train-emea–east");
    assert_eq!(range("Fold1-Train", "Fold9-Train"), "Fold1-Train–9-Train");
    assert_eq!(range("é1", "é2"), "é1–2");
}

#[test]
fn models_side_by_side_are_folded_row_by_row() {
    let definition = models(80);
    let folds = definition.folds(usize::MAX);
    let names: Vec<&str> = folds.iter().map(|fold| fold.name.as_str()).collect();
    assert_eq!(names, ["Prepare-*", "Train-*"]);
    assert_eq!(folds[1].members.len(), 80);
    assert_eq!(
        shown(&definition, &graph(&definition, |_| false)),
        [
            "Extract -> Prepare-*",
            "Prepare-* -> Train-*",
            "Train-* -> Compare"
        ]
    );
    let open = graph(&definition, |fold| fold == 1);
    assert_eq!(open.nodes.len(), 83);
    assert_eq!(
        shown(&definition, &open)[..3],
        [
            "Extract -> Prepare-*",
            "Prepare-* -> Train-1",
            "Prepare-* -> Train-2"
        ]
    );
}

#[test]
fn a_smaller_graph_is_not_folded() {
    assert!(models(73).folds(usize::MAX).is_empty(), "148 steps");
    assert!(!models(74).folds(usize::MAX).is_empty(), "150 steps");
    assert!(models(80).folds(100).is_empty(), "of which 100 are drawn");
}

#[test]
fn a_step_at_another_place_stands_by_itself() {
    let mut text = String::new();
    for number in 0..160 {
        let after = if number == 7 { r#"["Other"]"# } else { "[]" };
        let _ = write!(
            text,
            r#"{{"Name":"Train-{number}","Type":"Training","DependsOn":{after}}},"#
        );
    }
    let definition = Definition::read(&format!(
        r#"{{"Steps":[{text}{{"Name":"Other","Type":"Lambda"}}]}}"#
    ));
    let folds = definition.folds(usize::MAX);
    assert_eq!(folds.len(), 1);
    assert_eq!(folds[0].members.len(), 159);
    assert!(!folds[0].members.contains(&7));
}

#[test]
fn rows_of_steps_with_names_that_are_alike_are_told_apart() {
    let name = |number: usize| format!("step-{number:03}");
    let definition = definition((0..200_usize).map(|number| {
        let after = number.checked_sub(10).map(name);
        (name(number), "Processing", after.into_iter().collect())
    }));
    let folds = definition.folds(usize::MAX);
    assert_eq!(folds.len(), 20);
    assert_eq!(folds[3].name, "step-030–039");
    assert_eq!(graph(&definition, |_| false).edges.len(), 19);
}

#[test]
fn a_step_that_has_the_name_of_a_fold_keeps_it() {
    let mut steps: Vec<_> = (0..160)
        .map(|number| (format!("Train-{number}"), "Training", Vec::new()))
        .collect();
    steps.push(("Train-*".to_owned(), "Lambda", Vec::new()));
    assert!(definition(steps).folds(usize::MAX).is_empty());
}

#[test]
fn steps_in_a_cycle_are_not_folded() {
    let steps = (0..160).map(|number| {
        (
            format!("Train-{number}"),
            "Training",
            vec![format!("Train-{}", (number + 1) % 160)],
        )
    });
    assert!(definition(steps).folds(usize::MAX).is_empty());
}

/// Whether following the edges leads back to where one began.
fn has_cycle(nodes: usize, edges: impl Iterator<Item = (usize, usize)>) -> bool {
    let edges: Vec<Edge> = edges
        .map(|(from, to)| Edge {
            from,
            to,
            when: None,
        })
        .collect();
    distances(nodes, &edges).contains(&None)
}

/// Definitions of 150 to 220 steps with names, types and edges at random; some with cycles.
fn definitions() -> impl Strategy<Value = Definition> {
    let name = (0..3_usize, 0..4_usize)
        .prop_map(|(stem, kind)| (["Train-", "Eval", "Fold_x-"][stem], kind));
    let step = (
        name,
        proptest::collection::vec((1..60_usize, any::<bool>()), 0..3),
    );
    let steps = proptest::collection::vec(step, 150..220);
    (steps, prop::bool::weighted(0.2)).prop_map(|(steps, cyclic)| {
        let names: Vec<String> = steps
            .iter()
            .enumerate()
            .map(|(at, ((stem, _), _))| format!("{stem}{at}"))
            .collect();
        let text: Vec<String> = steps
            .iter()
            .enumerate()
            .map(|(at, ((_, kind), before))| {
                let after = before.iter().filter_map(|(back, fails)| {
                    let before = match at.checked_sub(back * 7 % 60 + 1) {
                        None if cyclic => names.len() - 1,
                        before => before?,
                    };
                    let trigger = if *fails { "Failed" } else { "Completed" };
                    Some(format!(
                        r#"{{"Step":"{}","Trigger":"{trigger}"}}"#,
                        names[before]
                    ))
                });
                let after: Vec<String> = after.collect();
                let kind = ["Training", "Processing", "Lambda", "Other"][*kind];
                format!(
                    r#"{{"Name":"{}","Type":"{kind}","DependsOn":[{}]}}"#,
                    names[at],
                    after.join(",")
                )
            })
            .collect();
        Definition::read(&format!(r#"{{"Steps":[{}]}}"#, text.join(",")))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_step_is_in_one_node_and_every_edge_between_the_nodes_of_its_steps(
        definition in definitions(),
        open in proptest::collection::vec(any::<bool>(), 220),
    ) {
        let folds = definition.folds(usize::MAX);
        let graph = graph(&definition, |fold| open[fold]);
        let mut node_of = vec![None; definition.steps.len()];
        for (node, what) in graph.nodes.iter().enumerate() {
            let members = match what {
                FoldedNode::Step(step) => vec![*step],
                FoldedNode::Fold(fold) => folds[*fold].members.clone(),
            };
            for step in members {
                prop_assert_eq!(node_of[step].replace(node), None, "{} is in two nodes", step);
            }
        }
        let node_of: Vec<usize> = node_of.into_iter().map(|node| node.expect("in a node")).collect();
        let image: BTreeSet<_> = definition.edges.iter().map(|edge| (node_of[edge.from], node_of[edge.to], edge.when)).collect();
        let edges: BTreeSet<_> = graph.edges.iter().map(|edge| (edge.from, edge.to, edge.when)).collect();
        prop_assert_eq!(edges.len(), graph.edges.len());
        prop_assert_eq!(edges, image);
        let mut all: Vec<usize> = graph.edges.iter().flat_map(|edge| edge.edges.iter().copied()).collect();
        all.sort_unstable();
        prop_assert_eq!(all, (0..definition.edges.len()).collect::<Vec<_>>());
    }

    #[test]
    fn a_graph_is_folded_without_new_cycles_and_by_type(definition in definitions()) {
        let folds = definition.folds(usize::MAX);
        for fold in &folds {
            let kinds: HashSet<_> = fold.members.iter().map(|step| &definition.steps[*step].kind).collect();
            prop_assert_eq!(kinds.len(), 1);
            prop_assert!(fold.members.len() >= MIN_FOLDED_STEPS && fold.members.is_sorted());
        }
        let names: HashSet<&str> = folds.iter().map(|fold| fold.name.as_str()).collect();
        prop_assert_eq!(names.len(), folds.len());
        let steps = definition.steps.len();
        let folded = graph(&definition, |_| false);
        let before = has_cycle(steps, definition.edges.iter().map(|edge| (edge.from, edge.to)));
        let after = has_cycle(folded.nodes.len(), folded.edges.iter().map(|edge| (edge.from, edge.to)));
        prop_assert_eq!(before, after);
    }
}
