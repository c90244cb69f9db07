//! The largest text SageMaker takes, at its worst: read and dropped without a stack, in work that grows with
//! the text. Quadratic work would take these tests from a second to many minutes.

use super::*;

const LARGEST: usize = 1_048_576;

fn steps(list: impl Iterator<Item = String>) -> Definition {
    let list: Vec<String> = list.collect();
    Definition::read(&format!("{{\"Steps\":[{}]}}", list.join(",")))
}

#[test]
fn nesting_of_any_depth_is_read_printed_and_dropped() {
    let half = LARGEST / 2;
    let brackets = "[".repeat(half) + &"]".repeat(half);
    let document = Document::parse(&brackets).unwrap();
    assert_eq!(document.root().to_json(), brackets);
    assert!(document.root().to_pretty(1 << 16).len() < LARGEST + (1 << 18));

    assert_eq!(codes(&Definition::read(&"[".repeat(LARGEST))), ["not-json"]);
    assert_eq!(
        codes(&Definition::read(&"{\"a\":".repeat(LARGEST / 5))),
        ["not-json"]
    );

    let depth = LARGEST / 14;
    let nested = "{\"IfSteps\":[".repeat(depth) + &"]}".repeat(depth);
    let definition = Definition::read(&format!("{{\"Steps\":[{nested}]}}"));
    assert_eq!(definition.steps.len(), depth);
    assert_eq!(definition.edges.len(), depth - 1);
    assert_eq!(definition.children(0).collect::<Vec<_>>(), [1]);
}

#[test]
fn many_steps_names_and_references_are_read() {
    let definition = steps((0..30_000).map(|i| format!(r#"{{"Name":"s{i}","Type":"Fail"}}"#)));
    assert_eq!(
        (definition.steps.len(), definition.problems.len()),
        (30_000, 0)
    );

    let missing: Vec<String> = (0..100_000).map(|i| format!("\"s{i}\"")).collect();
    let missing = missing.join(",");
    let step = format!(r#"{{"Name":"a","Type":"Fail","DependsOn":[{missing}]}}"#);
    let definition = steps(std::iter::once(step));
    assert_eq!(definition.problems.len(), 26);
    assert_eq!(
        definition.problems[25].detail,
        ProblemDetail::More { count: 99_975 }
    );

    let all: Vec<String> = (0..200)
        .map(|i| format!(r#"{{"Get":"Steps.s{i}"}}"#))
        .collect();
    let all = all.join(",");
    let definition =
        steps((0..200).map(|i| format!(r#"{{"Name":"s{i}","Type":"Fail","A":[{all}]}}"#)));
    assert_eq!(definition.edges.len(), 40_000);

    let ring = |i: usize| {
        format!(
            r#"{{"Name":"s{i}","Type":"Fail","DependsOn":["s{}"]}}"#,
            (i + 1) % 15_000
        )
    };
    let definition = steps((0..15_000).map(ring));
    assert_eq!(definition.problems.len(), 1);
    assert!(
        matches!(&definition.problems[0].detail, ProblemDetail::Cycle { steps } if steps.len() == 15_000)
    );
}

#[test]
fn nameless_steps_get_names_of_their_own() {
    let definition = steps((0..100_000).map(|_| "{}".to_owned()));
    let names: std::collections::HashSet<_> = names(&definition).into_iter().collect();
    assert_eq!(names.len(), 100_000);
    assert_eq!(definition.problems.len(), 26);
}

#[test]
fn uses_of_one_parameter_are_listed_up_to_a_limit() {
    let uses = vec![r#"{"Get":"Parameters.X"}"#; 15_000].join(",");
    let depth = 20_000;
    let (open, close) = ("{\"InstanceType\":".repeat(depth), "}".repeat(depth));
    let definition = Definition::read(&format!(
        r#"{{"Parameters":[{{"Name":"X"}}],"Steps":[{{"Name":"a","Type":"Model","Arguments":{open}[{uses}]{close}}}]}}"#
    ));
    let parameter = &definition.parameters[0];
    assert_eq!(parameter.uses.len(), MAX_LISTED_USES);
    assert_eq!(parameter.more_uses, 15_000 - MAX_LISTED_USES);
    assert!(parameter.uses[0].path.starts_with("….InstanceType."));
    assert_eq!(parameter.role, Role::InstanceType);
}
