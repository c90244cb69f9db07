use super::*;
use crate::Definition;

fn definition() -> Definition {
    Definition::read(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/data/definitions/parameters.json"
    )))
}

fn parameter(kind: ParameterKind, role: Role, default: Option<&str>) -> Parameter {
    Parameter {
        name: "P".into(),
        kind,
        declared: None,
        default: default.map(str::to_owned),
        allowed: Vec::new(),
        description: None,
        uses: Vec::new(),
        more_uses: 0,
        role,
        constraints: Vec::new(),
    }
}

/// Each typed text, and the value sent for it, or `None` where it is refused.
fn checks(parameter: &Parameter, cases: &[(&str, Option<&str>)]) {
    for (typed, wanted) in cases {
        let checked = parameter.check(typed);
        assert_eq!(
            checked.clone().ok().as_deref(),
            *wanted,
            "{typed:?}: {checked:?}"
        );
    }
}

#[test]
fn declared_types_and_defaults_are_read() {
    let definition = definition();
    let described: Vec<_> = definition
        .parameters
        .iter()
        .take(8)
        .map(|p| (p.kind.as_str(), p.default.as_deref().unwrap_or("-")))
        .collect();
    assert_eq!(
        described,
        [
            ("String", "ml.m5.xlarge"),
            ("Integer", "1"),
            ("String", "s3://example-bucket/abalone/"),
            ("String", "-"),
            ("String", "PendingManualApproval"),
            ("String", "abalone"),
            ("Float", "0.75"),
            ("Boolean", "false"),
        ]
    );
    let typeless = definition.parameter("Typeless").unwrap();
    assert_eq!(
        (typeless.kind, typeless.declared.as_deref()),
        (ParameterKind::String, None)
    );
    assert!(!typeless.is_required());
    assert!(definition.parameter("OutputPath").unwrap().is_required());
    assert_eq!(
        definition.parameter("Size").unwrap().allowed,
        ["small", "large"]
    );
    assert_eq!(definition.problems, []);
}

#[test]
fn the_role_follows_from_the_use() {
    let definition = definition();
    let role = |name: &str| definition.parameter(name).unwrap().role;
    assert_eq!(role("ProcessingInstanceType"), Role::InstanceType);
    assert_eq!(role("ProcessingInstanceCount"), Role::Plain);
    assert_eq!(role("InputDataUrl"), Role::S3Uri);
    assert_eq!(role("OutputPath"), Role::S3Uri);
    assert_eq!(role("ModelApprovalStatus"), Role::ApprovalStatus);
    assert_eq!(role("ModelGroup"), Role::ModelPackageGroup);
    assert_eq!(role("Bucket"), Role::Plain, "one part of a joined text");
    assert_eq!(role("Whole"), Role::S3Uri, "the only part of a joined text");
    assert_eq!(
        role("LocalMachine"),
        Role::Plain,
        "the default is no ml. type"
    );
    assert_eq!(role("EmrMachine"), Role::Plain, "EMR has EC2's own types");
    assert_eq!(role("Torn"), Role::Plain, "two roles at once");
}

#[test]
fn every_use_is_listed_with_its_place() {
    let definition = definition();
    let uses = |name: &str| -> Vec<String> {
        let uses = definition.parameter(name).unwrap().uses.iter();
        uses.map(|place| {
            let step = place
                .step
                .map_or("-", |step| definition.steps[step].name.as_str());
            let joined = if place.joined { " (part)" } else { "" };
            format!("{step}: {}{joined}", place.path)
        })
        .collect()
    };
    assert_eq!(
        uses("ProcessingInstanceType"),
        [
            "Prepare: Arguments.ProcessingResources.ClusterConfig.InstanceType",
            "Register: Arguments.InferenceSpecification.SupportedTransformInstanceTypes[0]",
        ]
    );
    assert_eq!(
        uses("InputDataUrl"),
        ["Prepare: Arguments.ProcessingInputs[1].S3Input.S3Uri"]
    );
    assert_eq!(
        uses("Bucket"),
        ["Prepare: Arguments.ProcessingOutputConfig.Outputs[0].S3Output.S3Uri (part)"]
    );
    assert_eq!(
        uses("ModelGroup"),
        [
            "-: PipelineExperimentConfig.ExperimentName",
            "Register: Arguments.ModelPackageGroupName"
        ]
    );
    assert_eq!(
        uses("AccuracyConditionThreshold"),
        ["Choose: Arguments.Conditions[0].RightValue"]
    );
    assert!(uses("scheduled-time").is_empty());
}

#[test]
fn numbers_and_booleans_are_checked() {
    let long = "9".repeat(MAX_VALUE_CHARS);
    let too_long = "9".repeat(MAX_VALUE_CHARS + 1);
    checks(
        &parameter(ParameterKind::Integer, Role::Plain, None),
        &[
            (" 5 ", Some("5")),
            ("+5", Some("5")),
            ("-7", Some("-7")),
            (&long, Some(&long)),
            (&too_long, None),
            ("1.5", None),
            ("1e3", None),
            ("five", None),
            ("-", None),
            ("٥", None),
            ("", None),
        ],
    );
    checks(
        &parameter(ParameterKind::Float, Role::Plain, None),
        &[
            ("0.5", Some("0.5")),
            (" 1e-3 ", Some("1e-3")),
            ("+.5", Some(".5")),
            ("3", Some("3")),
            ("1e999", None),
            ("NaN", None),
            ("inf", None),
            ("-infinity", None),
            ("0,5", None),
            ("+-1", None),
        ],
    );
    checks(
        &parameter(ParameterKind::Boolean, Role::Plain, None),
        &[
            ("true", Some("true")),
            ("False", Some("false")),
            (" TRUE", Some("true")),
            ("1", None),
            ("yes", None),
        ],
    );
}

#[test]
fn text_is_checked_by_role() {
    let emoji = "😀".repeat(MAX_VALUE_CHARS);
    checks(
        &parameter(ParameterKind::String, Role::Plain, None),
        &[
            (" kept ", Some(" kept ")),
            (&emoji, Some(&emoji)),
            ("", None),
        ],
    );
    checks(
        &parameter(ParameterKind::String, Role::InstanceType, None),
        &[
            (" ml.m5.xlarge ", Some("ml.m5.xlarge")),
            ("ml.p4d.24xlarge", Some("ml.p4d.24xlarge")),
            ("ml.c7i-flex.large", Some("ml.c7i-flex.large")),
            ("m5.xlarge", None),
            ("ML.M5.XLARGE", None),
            ("ml.m5", None),
            ("ml..large", None),
        ],
    );
    checks(
        &parameter(ParameterKind::String, Role::S3Uri, None),
        &[
            ("s3://bucket", Some("s3://bucket")),
            ("s3://my.bucket-1/a b/", Some("s3://my.bucket-1/a b/")),
            (
                "s3://arn:aws:s3:eu-west-1:111122223333:accesspoint/x",
                Some("s3://arn:aws:s3:eu-west-1:111122223333:accesspoint/x"),
            ),
            ("s3://", None),
            ("s3:///key", None),
            ("s3://ab/key", None),
            ("s3://My Bucket/key", None),
            ("s3://büc/key", None),
            // Such buckets exist in us-east-1, and the service's model takes URLs.
            ("s3://Old_Bucket/key", Some("s3://Old_Bucket/key")),
            ("https://host/key", Some("https://host/key")),
            ("https://", None),
            ("fernway-ml/churn", None),
            ("bucket/key", None),
            ("", None),
        ],
    );
}

#[test]
fn an_empty_value_is_right_only_where_it_is_the_default() {
    let empty = |kind, role, default| parameter(kind, role, default).check("");
    let text = ParameterKind::String;
    assert_eq!(empty(text, Role::S3Uri, Some("")), Ok(String::new()));
    assert_eq!(empty(text, Role::Plain, Some("")), Ok(String::new()));
    for refused in [
        empty(text, Role::Plain, Some("x")),
        empty(text, Role::Plain, None),
        empty(text, Role::InstanceType, Some("ml.m5.large")),
        empty(ParameterKind::Integer, Role::Plain, Some("5")),
        empty(ParameterKind::Boolean, Role::Plain, None),
    ] {
        assert!(matches!(refused, Err(ValueError::Required { .. })));
    }
    let integer = empty(ParameterKind::Integer, Role::Plain, Some("5"));
    assert_eq!(
        integer,
        Err(ValueError::Required {
            kind: ParameterKind::Integer,
            role: Role::Plain,
            allowed: Vec::new(),
            default: Some("5".to_owned()),
        })
    );
}

#[test]
fn allowed_values_are_the_only_ones() {
    let mut parameter = parameter(ParameterKind::String, Role::InstanceType, Some("small"));
    parameter.allowed = vec!["small".into(), "large".into()];
    checks(
        &parameter,
        &[
            ("small", Some("small")),
            ("large", Some("large")),
            ("Large", None),
            ("", None),
        ],
    );
    assert_eq!(
        parameter.check("huge"),
        Err(ValueError::NotAllowed {
            allowed: parameter.allowed.clone()
        })
    );
}

#[test]
fn the_default_is_always_in_order_for_its_role() {
    let parameter = parameter(
        ParameterKind::String,
        Role::S3Uri,
        Some("https://host/data"),
    );
    checks(
        &parameter,
        &[
            ("https://host/data", Some("https://host/data")),
            ("host/data", None),
        ],
    );
}
