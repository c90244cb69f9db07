use super::*;

#[test]
fn every_source_of_edges_counts() {
    let definition = data!("every-edge-source");
    assert_eq!(definition.problems, []);
    assert_eq!(
        edges_of(&definition),
        [
            "First -> ByName",
            "First -> ByObject",
            "ByName -> ByObject",
            "First -> OnFailure Failed",
            "First -> OnStop Stopped",
            "First -> Anyway Any",
            "First -> Anyway Failed",
            "First -> ByReference",
            "First -> ByIndex",
            "First -> InJoin",
            "First -> InExtraKey",
            "OnFailure -> ByOutput",
            "First -> Twice",
            "First -> Choose",
            "Choose -> Good True",
            "ByName -> Good",
            "Choose -> Bad False",
            "First -> Each",
            "Each -> Inner",
            "Each -> After",
        ]
    );
}

#[test]
fn branches_are_followed_on_any_step() {
    assert_eq!(
        edges_of(&data!("nested")),
        [
            "Outer -> Middle True",
            "Middle -> Innermost True",
            "Elsewhere -> Innermost",
            "Outer -> Beside True",
            "Outer -> Stop False",
            "Invented -> InInvented True",
            "Invented -> Repeated",
        ]
    );
}

#[test]
fn references_to_unknown_steps_are_reported_once_each() {
    let definition = data!("dangling");
    assert_eq!(edges_of(&definition), ["A -> B"]);
    let unknown = ["Gone", "Lost", "Vanished"].map(|name| ProblemDetail::UnknownStep {
        step: "A".to_owned(),
        name: name.to_owned(),
    });
    assert_eq!(details(&definition), unknown.iter().collect::<Vec<_>>());
    assert_eq!(codes(&definition), ["dangling"]);
    assert_eq!(definition.problems[0].step, Some(0));
}

#[test]
fn each_cycle_is_reported_with_its_steps() {
    let definition = data!("cycle");
    let cycles =
        [&["A", "B", "C"][..], &["Self"], &["Choose", "Child"]].map(|names| ProblemDetail::Cycle {
            steps: names.iter().map(ToString::to_string).collect(),
        });
    assert_eq!(details(&definition), cycles.iter().collect::<Vec<_>>());
    assert_eq!(codes(&definition), ["cycle"]);
    assert!(edges_of(&definition).contains(&"Self -> Self".to_owned()));
}
