use super::*;

/// Runs a condition over the parameters `number` (5), `text` ("b"), `flag` (true), `share` (0.5).
fn holds(conditions: Value) -> bool {
    let parameters = json!([
        {"Name": "number", "Type": "Integer", "DefaultValue": 5},
        {"Name": "text", "Type": "String", "DefaultValue": "b"},
        {"Name": "flag", "Type": "Boolean", "DefaultValue": true},
        {"Name": "share", "Type": "Float", "DefaultValue": 0.5}
    ]);
    let yes = [json!({"Name": "Yes", "Type": "Model", "Arguments": {}})];
    let no = [json!({"Name": "No", "Type": "Model", "Arguments": {}})];
    let steps = json!([{"Name": "C", "Type": "Condition",
        "Arguments": {"Conditions": conditions, "IfSteps": yes, "ElseSteps": no}}]);
    let run = run(&with_parameters(parameters, steps), spec());
    let outcome = record(&run, "C").metadata == Some(Metadata::Condition { outcome: true });
    assert_eq!(names(&run), ["C", if outcome { "Yes" } else { "No" }]);
    assert_eq!(run.status(), RunStatus::Succeeded);
    outcome
}

fn compare(kind: &str, parameter: &str, right: Value) -> Value {
    json!({"Type": kind, "LeftValue": {"Get": format!("Parameters.{parameter}")}, "RightValue": right})
}

#[test]
fn comparisons_of_numbers() {
    for (kind, below, equal, above) in [
        ("Equals", false, true, false),
        ("GreaterThan", true, false, false),
        ("GreaterThanOrEqualTo", true, true, false),
        ("LessThan", false, false, true),
        ("LessThanOrEqualTo", false, true, true),
    ] {
        assert_eq!(
            holds(json!([compare(kind, "number", json!(4))])),
            below,
            "5 {kind} 4"
        );
        assert_eq!(
            holds(json!([compare(kind, "number", json!(5.0))])),
            equal,
            "5 {kind} 5.0"
        );
        assert_eq!(
            holds(json!([compare(kind, "number", json!(10))])),
            above,
            "5 {kind} 10"
        );
    }
    assert!(holds(json!([compare("Equals", "share", json!("0.50"))])));
}

#[test]
fn comparisons_of_text_and_truth() {
    assert!(holds(json!([compare("Equals", "text", json!("b"))])));
    assert!(!holds(json!([compare("Equals", "text", json!("B"))])));
    assert!(holds(json!([compare("GreaterThan", "text", json!("a"))])));
    assert!(holds(json!([compare("Equals", "flag", json!(true))])));
    assert!(!holds(json!([compare("Equals", "flag", json!(false))])));
    let joined = json!({"Std:Join": {"On": "-", "Values": ["b", {"Get": "Parameters.number"}]}});
    assert!(holds(
        json!([{"Type": "Equals", "LeftValue": joined, "RightValue": "b-5"}])
    ));
    let start = json!({"Get": "Execution.StartDateTime"});
    assert!(holds(
        json!([{"Type": "GreaterThan", "LeftValue": start, "RightValue": "2020-12-01"}])
    ));
}

#[test]
fn text_beside_a_number_or_a_truth_is_read_as_one() {
    let text = |text: &str| json!({"Std:Join": {"On": "", "Values": [text]}});
    let equals = |left: Value, right: Value| {
        holds(json!([{"Type": "Equals", "LeftValue": left, "RightValue": right}]))
    };
    assert!(equals(text("5.0"), json!({"Get": "Parameters.number"})));
    assert!(equals(text("True"), json!({"Get": "Parameters.flag"})));
    assert!(!equals(text("False"), json!(true)));
    assert!(!equals(text("5.0"), text("5")), "texts are texts");
    assert!(!equals(text("five"), json!(5)));
    assert!(!holds(json!([compare("LessThan", "number", text("five"))])));
    assert!(!holds(json!([compare(
        "GreaterThan",
        "number",
        text("five")
    )])));
    assert!(holds(json!([compare("LessThan", "number", text("40"))])));
    assert!(holds(
        json!([{"Type": "LessThan", "LeftValue": text("40"), "RightValue": text("5")}])
    ));
    assert!(holds(
        json!([{"Type": "In", "QueryValue": text("5"), "Values": [4, 5]}])
    ));
    let deep = json!({"Type": "Not", "Condition": {"Type": "Or", "Conditions": [
        {"Type": "Not", "Condition": compare("Equals", "flag", text("true"))}, compare("Equals", "number", json!(6))]}});
    assert!(holds(json!([deep])));
}

#[test]
fn in_not_or_and_lists_of_conditions() {
    let within = |values: Value| json!({"Type": "In", "QueryValue": {"Get": "Parameters.text"}, "Values": values});
    assert!(holds(json!([within(json!(["a", "b"]))])));
    assert!(!holds(json!([within(json!(["a", "c"]))])));
    assert!(!holds(
        json!([{"Type": "Not", "Condition": within(json!(["b"]))}])
    ));
    let five = compare("Equals", "number", json!(5));
    let six = compare("Equals", "number", json!(6));
    assert!(holds(json!([{"Type": "Or", "Conditions": [six, five]}])));
    assert!(!holds(json!([{"Type": "Or", "Conditions": [six, six]}])));
    assert!(!holds(json!([five, six])));
    assert!(holds(json!([five, five])));
}

#[test]
fn unknown_conditions_do_not_hold() {
    assert!(!holds(
        json!([{"Type": "Similar", "LeftValue": 1, "RightValue": 1}])
    ));
    assert!(!holds(json!([{"Type": "Not"}])));
    assert!(!holds(json!([compare("Equals", "missing", json!("x"))])));
    let mut deep = compare("Equals", "number", json!(5));
    for _ in 0..100 {
        deep = json!({"Type": "Not", "Condition": deep});
    }
    // Beyond the depth that is followed: an answer, whichever it is, and no end of the stack.
    holds(json!([deep]));
}

#[test]
fn a_metric_usually_meets_its_threshold() {
    let steps = json!([
        {"Name": "Evaluate", "Type": "Processing", "Arguments": {},
         "PropertyFiles": [{"PropertyFileName": "Report", "OutputName": "out", "FilePath": "report.json"}]},
        {"Name": "Check", "Type": "Condition", "Arguments": {
            "Conditions": [{"Type": "GreaterThanOrEqualTo",
                "LeftValue": {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.Report"}, "Path": "accuracy"}},
                "RightValue": {"Get": "Parameters.bar"}}],
            "IfSteps": [{"Name": "Register", "Type": "RegisterModel", "Arguments": {}}], "ElseSteps": []}}
    ]);
    let program = with_parameters(
        json!([{"Name": "bar", "Type": "Float", "DefaultValue": 0.7}]),
        steps,
    );
    let passed = |bar: Option<&str>| {
        let start = |seed| StartSpec {
            seed,
            parameters: bar
                .map(|bar| ("bar".to_owned(), bar.to_owned()))
                .into_iter()
                .collect(),
            ..spec()
        };
        (0..400)
            .filter(|seed| names(&run(&program, start(*seed))).len() == 3)
            .count()
    };
    assert!((300..390).contains(&passed(None)));
    // The figure is the model's, not the bar's: a higher bar stops more of them, one out of reach all.
    assert!(passed(Some("0.9")) < passed(None) / 2);
    assert_eq!(passed(Some("1")), 0);
    assert_eq!(passed(Some("0.1")), 400);
}
