use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;

/// What is known in these tests.
fn known(reference: &str) -> Option<String> {
    match reference {
        "Parameters.Instances" => Some("2".into()),
        "Parameters.Bucket" => Some("churn".into()),
        _ => None,
    }
}

fn definition(kind: &str, arguments: &Json) -> Definition {
    let step = json!({"Name": "S", "Type": kind, "Arguments": arguments});
    let bucket = json!({"Name": "Bucket", "Type": "String"});
    Definition::read(&json!({"Parameters": [bucket], "Steps": [step]}).to_string())
}

fn get(reference: &str) -> Json {
    json!({"Get": reference})
}

fn join(values: &Json) -> Json {
    json!({"Std:Join": {"On": "/", "Values": values}})
}

/// The arguments of a step: path, text, sources, whether it is known.
fn listed(arguments: &Json) -> Vec<(String, String, Vec<String>, bool)> {
    let found = definition("Training", arguments).resolved_arguments(0, &known);
    let listed = found.listed.into_iter();
    listed
        .map(|Argument { path, value }| (path, value.text, value.sources, value.is_known))
        .collect()
}

#[test]
fn arguments_have_their_values_and_what_these_come_from() {
    let arguments = json!({
        "ResourceConfig": {"InstanceCount": get("Parameters.Instances"), "VolumeSizeInGB": 30},
        "Channels": [{"Uri": join(&json!(["s3:/", get("Parameters.Bucket"), get("Steps.A.X")]))}],
        "Model": get("Steps.Train.ModelArtifacts.S3ModelArtifacts"),
        "Auc": {"Std:JsonGet": {"PropertyFile": get("Steps.E.PropertyFiles.R"), "Path": "auc.value"}},
        "None": null,
        "Empty": [],
    });
    let row = |path: &str, text: &str, sources: &[&str], is_known| {
        let sources = sources.iter().map(ToString::to_string).collect();
        (path.to_owned(), text.to_owned(), sources, is_known)
    };
    let mut found = listed(&arguments);
    found.sort();
    assert_eq!(
        found,
        [
            row("Auc", "auc.value", &["Steps.E.PropertyFiles.R"], false),
            row(
                "Channels[0].Uri",
                "s3://churn/{Steps.A.X}",
                &["Parameters.Bucket", "Steps.A.X"],
                false
            ),
            row("Empty", "[]", &[], true),
            row(
                "Model",
                "Steps.Train.ModelArtifacts.S3ModelArtifacts",
                &["Steps.Train.ModelArtifacts.S3ModelArtifacts"],
                false
            ),
            row("None", "null", &[], true),
            row(
                "ResourceConfig.InstanceCount",
                "2",
                &["Parameters.Instances"],
                true
            ),
            row("ResourceConfig.VolumeSizeInGB", "30", &[], true),
        ]
    );
}

#[test]
fn steps_inside_a_step_are_not_its_arguments() {
    let inner = json!([{"Name": "T", "Type": "Model", "Arguments": {"ModelName": "m"}}]);
    let arguments = json!({"Conditions": [], "IfSteps": inner, "ElseSteps": []});
    let found = definition("Condition", &arguments).resolved_arguments(0, &known);
    let paths: Vec<_> = found.listed.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(paths, ["Conditions"]);
}

#[test]
fn no_text_makes_more_than_a_page_of_arguments() {
    let many: Vec<Json> = (0..MAX_LISTED_ARGUMENTS + 3).map(|n| json!(n)).collect();
    let found = definition("Training", &json!({"Many": many})).resolved_arguments(0, &known);
    assert_eq!((found.listed.len(), found.more), (MAX_LISTED_ARGUMENTS, 3));

    let deep = format!(r#"{{"A":{}1{}}}"#, "[".repeat(60_000), "]".repeat(60_000));
    let step = format!(r#"{{"Steps":[{{"Name":"S","Type":"Model","Arguments":{deep}}}]}}"#);
    let found = Definition::read(&step).resolved_arguments(0, &known);
    assert_eq!(found.listed.len(), 1);
    assert!(found.listed[0].path.starts_with("A[0][0]"));
    assert_eq!(
        found.listed[0].value.text.chars().count(),
        MAX_TEXT_CHARS + 1
    );
}

#[test]
fn conditions_have_the_values_that_they_compare() {
    let compare = |kind: &str, left: Json, right: Json| json!({"Type": kind, "LeftValue": left, "RightValue": right});
    let is_two = compare("Equals", get("Parameters.Instances"), json!(2));
    let arguments = json!({"Conditions": [
        compare("LessThanOrEqualTo", get("Steps.E.X"), json!(0.25)),
        {"Type": "Or", "Conditions": [{"Type": "Not", "Expression": is_two}]},
        {"Type": "In", "QueryValue": get("Parameters.Bucket"), "Values": ["a", 1]},
        {"Type": "Odd"},
    ]});
    let found = definition("Condition", &arguments).resolved_conditions(0, &known);
    let [
        Condition::Compare(first),
        Condition::Or(any),
        Condition::In(of, all),
        unknown,
    ] = &found[..]
    else {
        panic!("{found:?}");
    };
    assert_eq!(
        (&*first.path, &*first.left.text, first.left.is_known),
        ("Conditions[0]", "Steps.E.X", false)
    );
    assert_eq!((first.operator.sign(), &*first.right.text), ("≤", "0.25"));
    let [Condition::Not(inner)] = &any[..] else {
        panic!("{any:?}");
    };
    let Condition::Compare(inner) = &**inner else {
        panic!("{inner:?}");
    };
    assert_eq!(inner.path, "Conditions[1].Conditions[0].Expression");
    assert_eq!((&*inner.left.text, &*of.text), ("2", "churn"));
    let all: Vec<_> = all.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(all, ["a", "1"]);
    assert_eq!(*unknown, Condition::Unknown(r#"{"Type":"Odd"}"#.into()));
}

#[test]
fn the_opposite_of_the_opposite_is_the_same() {
    use Operator::{Above, AtLeast, AtMost, Below, Differs, Equals};
    for operator in [Equals, Differs, Above, AtLeast, Below, AtMost] {
        assert_ne!(operator.opposite(), operator);
        assert_eq!(operator.opposite().opposite(), operator);
    }
}

/// The same, slowly and plainly: replaces one expression after the other, then lists what is left.
fn oracle(value: &Json, path: &str, found: &mut Vec<(String, String)>) {
    let text = |value: &Json| match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    let resolved = |part: &Json, in_text: bool| match part.get("Get").and_then(Json::as_str) {
        Some(name) => known(name).unwrap_or_else(|| {
            if in_text {
                format!("{{{name}}}")
            } else {
                name.to_owned()
            }
        }),
        None => text(part),
    };
    if value.get("Get").is_some() {
        found.push((path.to_owned(), resolved(value, false)));
    } else if let Some(join) = value.get("Std:Join") {
        let parts = join["Values"].as_array().expect("generated as a list");
        let parts: Vec<String> = parts.iter().map(|part| resolved(part, true)).collect();
        found.push((path.to_owned(), parts.join("/")));
    } else {
        match value {
            Json::Object(members) if !members.is_empty() => {
                for (name, member) in members {
                    let dot = if path.is_empty() { "" } else { "." };
                    oracle(member, &format!("{path}{dot}{name}"), found);
                }
            }
            Json::Array(items) if !items.is_empty() => {
                for (index, item) in items.iter().enumerate() {
                    oracle(item, &format!("{path}[{index}]"), found);
                }
            }
            leaf => found.push((path.to_owned(), text(leaf))),
        }
    }
}

fn any_value() -> impl Strategy<Value = Json> {
    let scalar = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        "[a-zé\"\\\\{}]{0,6}".prop_map(Json::from),
        prop::sample::select(&["Parameters.Instances", "Parameters.Bucket", "Steps.A.B"][..])
            .prop_map(get),
    ];
    let part = scalar.clone();
    let joined = prop::collection::vec(part, 0..4).prop_map(|parts| join(&json!(parts)));
    let leaf = prop_oneof![3 => scalar, 1 => joined];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map("[A-D]{1,2}", inner, 0..4)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn arguments_are_those_of_the_plain_way(
        members in prop::collection::btree_map("[A-D]{1,2}", any_value(), 0..5),
    ) {
        let arguments = Json::Object(members.into_iter().collect());
        let mut expected = Vec::new();
        if arguments != json!({}) {
            oracle(&arguments, "", &mut expected);
        }
        expected.sort();
        let found = listed(&arguments);
        let mut found: Vec<_> = found.into_iter().map(|row| (row.0, row.1)).collect();
        found.sort();
        prop_assert_eq!(found, expected);
    }
}
