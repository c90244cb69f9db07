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
fn references_to_nothing_are_told_once_each() {
    let definition = data!("dangling");
    assert_eq!(edges_of(&definition), ["A -> B"]);
    assert_eq!(
        messages(&definition, ProblemKind::Dangling),
        [
            "Step “A” refers to “Gone”, which is not a step of this definition.",
            "Step “A” refers to “Lost”, which is not a step of this definition.",
            "Step “A” refers to “Vanished”, which is not a step of this definition.",
        ]
    );
    assert_eq!(marks(&definition), ["dangling"]);
    assert_eq!(definition.problems[0].step, Some(0));
}

#[test]
fn each_circle_is_told_with_its_steps() {
    let definition = data!("cycle");
    assert_eq!(
        messages(&definition, ProblemKind::Cycle),
        [
            "3 steps wait for one another in a circle: “A” → “B” → “C” → “A”.",
            "Step “Self” waits for itself.",
            "2 steps wait for one another in a circle: “Choose” → “Child” → “Choose”.",
        ]
    );
    assert_eq!(marks(&definition), ["cycle"]);
    assert!(edges_of(&definition).contains(&"Self -> Self".to_owned()));
}
