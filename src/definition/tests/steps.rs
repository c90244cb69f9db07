use super::*;

#[test]
fn every_step_type_is_known() {
    let definition = data!("every-step-type");
    assert_eq!(definition.problems, []);
    let last = definition.steps.len() - 1;
    let kinds: Vec<_> = definition.steps[..last].iter().map(|s| &s.kind).collect();
    assert_eq!(kinds.len(), StepKind::ALL.len());
    for kind in StepKind::ALL {
        assert!(kinds.contains(&kind), "{kind:?} is missing in the data");
        assert_eq!(&StepKind::from_name(kind.as_str()), kind);
    }
    let unknown = &definition.steps[last].kind;
    assert_eq!(
        (unknown.as_str(), unknown.label()),
        ("Unknown", "AthenaQuery")
    );
    assert!(StepKind::Callback.holds_stop() && StepKind::Lambda.holds_stop());
    assert!(!StepKind::Training.holds_stop());
}

#[test]
fn a_step_says_what_the_panel_shows() {
    let definition = data!("every-step-type");
    let step = &definition.steps[0];
    assert_eq!(step.display_name.as_deref(), Some("Prepare data"));
    assert_eq!(step.description.as_deref(), Some("Splits the raw table."));
    assert_eq!(
        definition.cache_config(0),
        Some(CacheConfig {
            enabled: true,
            expire_after: Some("PT12H".into())
        })
    );
    assert_eq!(definition.cache_config(1), None);
    let policies = definition.retry_policies(0);
    assert_eq!(policies.len(), 2);
    assert_eq!(
        policies[0].exception_types,
        ["Step.SERVICE_FAULT", "Step.THROTTLING"]
    );
    assert_eq!(policies[0].backoff_rate.as_deref(), Some("1.5"));
    assert_eq!(policies[1].expire_after_min.as_deref(), Some("120"));
    let files = definition.property_files(0);
    assert_eq!(
        files,
        [PropertyFile {
            name: "Report".into(),
            output: "report".into(),
            path: "report.json".into()
        }]
    );
    let notify = definition.step("Notify").unwrap();
    assert!(definition.arguments(notify).is_none());
    assert!(
        definition
            .value(notify)
            .unwrap()
            .get("FunctionArn")
            .is_some()
    );
    assert!(definition.value(999).is_none());
}

#[test]
fn nested_steps_follow_the_step_that_holds_them() {
    let definition = data!("nested");
    assert_eq!(definition.problems, []);
    assert_eq!(
        names(&definition),
        [
            "Outer",
            "Middle",
            "Innermost",
            "Beside",
            "Stop",
            "Elsewhere",
            "Invented",
            "InInvented",
            "Repeated"
        ]
    );
    let innermost = &definition.steps[2];
    assert_eq!(
        (innermost.parent, innermost.branch, innermost.depth),
        (Some(1), Some(Branch::True), 3)
    );
    assert_eq!(definition.steps[8].branch, Some(Branch::Body));
    let children = |step| definition.children(step).collect::<Vec<_>>();
    assert_eq!(children(0), [1, 3, 4]);
    assert_eq!(children(1), [2]);
    assert!(children(2).is_empty());
    assert_eq!(children(6), [7, 8]);
    assert!(children(999).is_empty());
}

#[test]
fn wrong_shapes_are_reported_and_the_rest_is_read() {
    let definition = data!("wrong-shapes");
    assert_eq!(codes(&definition), ["shape"]);
    assert_eq!(
        names(&definition),
        [
            "(step 1, 2)",
            "(step 2)",
            "(step 1)",
            "(step 4)",
            "Lone",
            "OnlyOne",
            "Odd"
        ]
    );
    assert_eq!(definition.version.as_deref(), Some("20201201"));
    assert_eq!(definition.steps[2].kind, StepKind::Unknown(None));
    assert_eq!(definition.steps[2].kind.label(), "Unknown");
    assert_eq!(
        edges_of(&definition),
        ["(step 1) -> Lone", "Lone -> OnlyOne True", "Lone -> Odd"]
    );
    let odd = definition.parameter("Odd").unwrap();
    assert_eq!(odd.kind, ParameterKind::String);
    assert_eq!(odd.declared.as_deref(), Some("Decimal"));
    assert_eq!(odd.default.as_deref(), Some(r#"[1,{"a":null}]"#));
    use ProblemDetail as D;
    let found = details(&definition);
    let text = str::to_owned;
    for expected in [
        D::UnnamedParameter { index: 0 },
        D::UnknownType {
            parameter: text("Odd"),
            declared: text("Decimal"),
        },
        D::StepItem {
            key: text("Steps"),
            index: 0,
            found: Kind::String,
        },
        D::UnnamedStep {
            number: 1,
            substitute: text("(step 1, 2)"),
        },
        D::UntypedStep {
            number: 3,
            name: Some(text("(step 1)")),
        },
        D::Steps {
            key: text("ElseSteps"),
            found: Kind::String,
        },
        D::DependsOn {
            step: text("Lone"),
            found: Kind::String,
        },
        D::UnknownTrigger {
            step: text("Odd"),
            trigger: text("Sometimes"),
        },
        D::DependsOnItem {
            step: text("Odd"),
            found: Kind::Number,
        },
    ] {
        assert!(
            found.contains(&&expected),
            "{expected:?} is not in {found:?}"
        );
    }
    assert!(found.iter().any(|detail| matches!(
        detail,
        D::DefaultOfOtherType { default, kind: ParameterKind::Integer, .. } if default == "many"
    )));
}

#[test]
fn duplicate_names_are_reported_once_and_the_first_is_used() {
    let definition = data!("duplicates");
    assert_eq!(
        details(&definition),
        [
            &ProblemDetail::DuplicateParameter {
                name: "P".to_owned()
            },
            &ProblemDetail::DuplicateStep {
                name: "Same".to_owned(),
                count: 3,
            },
        ]
    );
    assert_eq!(definition.step("Same"), Some(0));
    assert_eq!(definition.steps.len(), 5);
    assert_eq!(definition.parameters.len(), 1);
    assert_eq!(definition.parameters[0].default.as_deref(), Some("first"));
    let pairs: Vec<_> = definition.edges.iter().map(|e| (e.from, e.to)).collect();
    assert_eq!(pairs, [(0, 1), (1, 2), (3, 4)]);
    assert_eq!(codes(&definition), ["duplicate"]);
}

#[test]
fn a_definition_that_is_not_an_object_is_reported() {
    for text in ["null", "[]", "\"Steps\"", "12"] {
        let definition = Definition::read(text);
        assert_eq!(codes(&definition), ["shape"], "{text}");
        assert!(definition.steps.is_empty() && definition.document().is_some());
    }
    for text in [
        "{}",
        r#"{"Steps":null}"#,
        r#"{"Steps":{}}"#,
        r#"{"Steps":"x"}"#,
    ] {
        assert_eq!(codes(&Definition::read(text)), ["shape"], "{text}");
    }
    let definition = Definition::read(r#"{"Steps":[]}"#);
    assert_eq!(definition.problems, []);
}

#[test]
fn a_text_that_is_not_json_is_read_up_to_the_error() {
    let definition = data!("not-json");
    assert_eq!(names(&definition), ["A", "B"]);
    assert_eq!(edges_of(&definition), ["A -> B"]);
    assert!(matches!(
        details(&definition)[..],
        [ProblemDetail::Syntax { error, partly_read: true }] if (error.line, error.column) == (2, 66)
    ));
    assert_eq!(codes(&definition), ["not-json"]);
    for text in ["", "hello", "<html>", "\u{feff}"] {
        let definition = Definition::read(text);
        assert_eq!(codes(&definition), ["not-json"], "{text}");
        assert!(definition.document().is_none() && definition.top("Steps").is_none());
    }
}

#[test]
fn odd_text_survives() {
    let definition = data!("odd-text");
    assert_eq!(definition.problems, []);
    assert_eq!(definition.version.as_deref(), Some("2021-01-01"));
    assert_eq!(
        names(&definition),
        ["half \u{fffd} pair", "مرحبا <script>", "line\nbreak\0"]
    );
    assert_eq!(definition.edges.len(), 1);
    assert_eq!(definition.steps[2].display_name, None);
    let arguments = definition.arguments(0).unwrap();
    let text = |key| arguments.get(key).and_then(Value::to_text).unwrap();
    assert_eq!(text("Whole"), "😀");
    assert_eq!(text("Reversed"), "\u{fffd}\u{fffd}");
    assert_eq!(
        text("Big"),
        "123456789012345678901234567890.000000000000000000001e-9999"
    );
    assert_eq!(text("Long"), "9007199254740993");
}
