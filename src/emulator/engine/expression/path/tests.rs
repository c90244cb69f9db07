use super::*;
use serde_json::json;

fn at(value: &Value, path: &str) -> Option<Value> {
    find(value, Path::parse(path)?.segments()).cloned()
}

#[test]
fn a_path_has_several_spellings() {
    let report = json!({"a": {"b": [{"k": 1}, {"k": 2}], "validation:rmse": 0.5}});
    for path in [
        "a.b[1].k",
        "$.a.b[1].k",
        "$['a']['b'][1]['k']",
        ".a.b[1][\"k\"]",
        "a[b][1].k",
    ] {
        assert_eq!(at(&report, path), Some(json!(2)), "{path}");
    }
    assert_eq!(at(&report, "a['validation:rmse']"), Some(json!(0.5)));
    assert_eq!(at(&report, "$"), Some(report.clone()));
    for nowhere in ["a.c", "a.b[2]", "a.b.k", "a[0]", "a.b[0].k.x"] {
        assert_eq!(at(&report, nowhere), None, "{nowhere}");
    }
}

#[test]
fn items_of_lists_are_found_by_their_names() {
    let outputs = json!([{"OutputName": "train", "S3Output": {"S3Uri": "s3://b/t"}}, {"MetricName": "rmse", "Value": 2}]);
    assert_eq!(
        at(&outputs, "['train'].S3Output.S3Uri"),
        Some(json!("s3://b/t"))
    );
    assert_eq!(at(&outputs, "['rmse'].Value"), Some(json!(2)));
    assert_eq!(at(&outputs, "['test']"), None);
}

#[test]
fn paths_to_several_places_are_rejected() {
    for text in [
        "a..b",
        "$.*",
        "a[*]",
        "a[",
        "a['b'",
        "a[1:2]",
        "a[?(@.b)]",
        "a[-1]",
        "a.",
        "a]b[",
    ] {
        assert_eq!(
            Path::parse(text).filter(|path| find(&json!({"a": 1}), path.segments()).is_some()),
            None,
            "{text}"
        );
    }
}

#[test]
fn setting_a_path_creates_what_is_missing() {
    let mut document = Value::Null;
    for (path, value) in [
        ("a.b.value", json!(1)),
        ("a.c[1]", json!("x")),
        ("a.b.value.d", json!(4)),
    ] {
        put(
            &mut document,
            Path::parse(path).expect("a path").segments(),
            value,
        );
    }
    assert_eq!(
        document,
        json!({"a": {"b": {"value": 1}, "c": [null, "x"]}})
    );
    put(
        &mut document,
        &[Segment::Name("far".into()), Segment::Index(usize::MAX)],
        json!(1),
    );
    assert_eq!(document["far"], json!([]));
}

#[test]
fn a_path_has_a_subject() {
    let subject = |text: &str| Path::parse(text).expect("a path").subject().to_owned();
    assert_eq!(subject("regression_metrics.mse.value"), "mse");
    assert_eq!(
        subject(".FinalMetricDataList['validation:rmse'].Value"),
        "validation:rmse"
    );
    assert_eq!(subject("$"), "value");
}
