use sluicegate_definition::{Definition, check_execution_name};

use super::*;

fn problems(text: &str) -> Vec<String> {
    let definition = Definition::read(text);
    definition.problems.iter().map(problem).collect()
}

#[test]
fn problems_name_what_is_wrong_and_where() {
    let found = problems(
        r#"{"Parameters": [{"Type": "String"}, {"Name": "Odd", "Type": "Decimal", "DefaultValue": [1]}],
            "Steps": ["x", {"Name": "A"}, {"Type": "Fail", "DependsOn": "Gone"},
                {"Name": "B", "Type": "Fail", "DependsOn": [3, {"Step": "A", "Trigger": "Sometimes"}]}]}"#,
    );
    assert_eq!(
        found,
        [
            "“Parameters[0]” has no name and is left out.",
            "Parameter “Odd” has the unknown type “Decimal”; it is treated as a String.",
            "The default of parameter “Odd” is a list, not a single value.",
            "“Steps[0]” is a string, not a step.",
            "The step “A” has no type.",
            "Step number 2 has no name; it is shown as (step 2).",
            "“DependsOn” of step “(step 2)” is a string, not a list.",
            "“DependsOn” of step “B” contains a number, which does not name a step.",
            "Step “B” depends on the unknown trigger “Sometimes”; it is treated as Completed.",
            "Step “(step 2)” refers to “Gone”, which is not a step of this definition.",
        ]
    );
}

#[test]
fn a_syntax_error_has_its_place() {
    assert_eq!(
        problems("[1 2]"),
        [
            "The definition is not valid JSON: expected a comma or ], found “2” at line 1, column 4. The part before the error is shown as far as it could be read."
        ]
    );
}

#[test]
fn cycles_are_written_as_paths() {
    let names = |names: &[&str]| -> Vec<String> { names.iter().map(ToString::to_string).collect() };
    assert_eq!(cycle(&names(&["A"])), "Step “A” waits for itself.");
    assert_eq!(
        cycle(&names(&["A", "B"])),
        "2 steps wait for one another in a cycle: “A” → “B” → “A”."
    );
    let many: Vec<String> = (0..15_000).map(|index| format!("s{index}")).collect();
    assert!(cycle(&many).ends_with("“s7” → 14992 more → “s0”."));
}

#[test]
fn a_refused_name_comes_with_one_that_is_accepted() {
    let text = |name: &str| name_error(&check_execution_name(name).unwrap_err());
    assert_eq!(
        text("retrain 2026-11-23"),
        "Spaces are not allowed. Use letters, digits and hyphens. Try retrain-2026-11-23."
    );
    for (name, part) in [
        ("a_b", "Underscores are not allowed"),
        ("-a", "cannot start with a hyphen"),
        ("größe", "“ö” is not allowed"),
        ("a\u{200b}b", "The invisible character U+200B is not"),
        ("a\u{7}", "The invisible character U+0007 is not"),
        ("", "Enter a name"),
    ] {
        assert!(text(name).contains(part), "{name}: {}", text(name));
    }
    let long = text(&"a".repeat(83));
    assert!(long.starts_with("Use at most 82 characters; this has 83."));
}

#[test]
fn a_value_of_the_wrong_type_is_answered_with_one_that_fits() {
    let text = |kind, value: &str| {
        let value = value.to_owned();
        value_error(&ValueError::NotOfType { value, kind })
    };
    assert_eq!(
        text(ParameterKind::Integer, "thirty"),
        "Enter a whole number, for example 5."
    );
    let float = |value| text(ParameterKind::Float, value);
    assert_eq!(
        float("7,5"),
        "Enter a number with a decimal point, for example 7.5."
    );
    for other in ["x", "1,2,3", "0x1", "1,e999"] {
        assert!(float(other).ends_with("for example 0.5."), "{other}");
    }
}

#[test]
fn a_required_value_is_explained_by_what_to_enter() {
    let required = |kind, allowed: &[&str], default: Option<&str>| {
        value_error(&ValueError::Required {
            kind,
            role: Role::Plain,
            allowed: allowed.iter().map(ToString::to_string).collect(),
            default: default.map(str::to_owned),
        })
    };
    assert_eq!(
        required(ParameterKind::Integer, &[], Some("5")),
        "SageMaker does not accept an empty value. Enter a whole number; the default is “5”."
    );
    assert_eq!(
        required(ParameterKind::String, &[], Some("x")),
        "SageMaker does not accept an empty value. Enter a value; the default is “x”."
    );
    assert_eq!(
        required(ParameterKind::String, &[], None),
        "Required: enter a value."
    );
    assert_eq!(
        required(ParameterKind::String, &["a", "b"], None),
        "Required: enter one of “a”, “b”."
    );
    let many: Vec<String> = (0..20).map(|index| index.to_string()).collect();
    let listed = value_error(&ValueError::NotAllowed { allowed: many });
    assert!(listed.ends_with("“11” and 8 more."), "{listed}");
}
