use super::expression::{Expression, Operator};
use super::properties::SearchResource;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use serde_json::{Value, json};

fn read(kind: SearchResource, expression: Value) -> Result<Expression, ServiceError> {
    let body = expression.as_object().cloned().unwrap_or_default();
    Expression::read(Input::new(&body), kind)
}

#[track_caller]
fn refused(expression: Value, expected: &str) {
    let refusal = read(SearchResource::Execution, expression).expect_err(expected);
    assert!(refusal.message.contains(expected), "{}", refusal.message);
}

fn filter(name: &str, operator: &str, value: &str) -> Value {
    json!({"Name": name, "Operator": operator, "Value": value})
}

#[test]
fn only_one_contains_at_all_depths() {
    let contains = filter("PipelineExecutionDisplayName", "Contains", "a");
    assert!(read(SearchResource::Execution, json!({"Filters": [contains]})).is_ok());
    let twice = json!({"Filters": [contains], "SubExpressions": [{"Filters": [contains]}]});
    refused(twice, "'CONTAINS' operator usage limit of 1 exceeded.");
}

#[test]
fn fifty_elements_at_all_depths() {
    let one = filter("PipelineExecutionStatus", "Equals", "Failed");
    let part = json!({"Filters": vec![one.clone(); 15]});
    assert!(
        read(
            SearchResource::Execution,
            json!({"SubExpressions": [part, part, part]})
        )
        .is_ok()
    );
    refused(
        json!({"Filters": vec![one; 3], "SubExpressions": [part, part, part]}),
        "exceeds the limit of 50",
    );
}

#[test]
fn an_expression_needs_a_filter() {
    refused(json!({}), "At least one filter");
    refused(json!({"Operator": "Or"}), "At least one filter");
}

#[test]
fn operators_apply_to_matching_types_only() {
    for (name, operator, value, expected) in [
        (
            "Nonsense",
            "Equals",
            "a",
            "Unknown property name: 'Nonsense'",
        ),
        (
            "Tags.team",
            "Equals",
            "a",
            "Unknown property name: 'Tags.team'",
        ),
        (
            "CreationTime",
            "GreaterThan",
            "yesterday",
            "must be a timestamp",
        ),
        (
            "CreationTime",
            "Contains",
            "2023",
            "only supported for text",
        ),
        ("PipelineVersionId", "In", "1,2", "only supported for text"),
        ("PipelineVersionId", "Equals", "one", "must be a number"),
        (
            "PipelineExecutionStatus",
            "LessThan",
            "b",
            "only supported for numbers and timestamps",
        ),
        (
            "PipelineParameters.Value",
            "GreaterThan",
            "1",
            "only supported for numbers and timestamps",
        ),
    ] {
        refused(
            json!({"Filters": [filter(name, operator, value)]}),
            expected,
        );
    }
    refused(
        json!({"Filters": [{"Name": "CreationTime"}]}),
        "A value must be specified",
    );
    let exists = json!({"Filters": [{"Name": "FailureReason", "Operator": "Exists"}]});
    assert!(read(SearchResource::Execution, exists).is_ok());
    let tag = json!({"Filters": [filter("Tags.team.x", "Equals", "blue")]});
    assert!(read(SearchResource::Pipeline, tag).is_ok());
}

#[test]
fn nested_filters_are_for_lists() {
    let nested = |list: &str, name: &str| json!({"NestedFilters": [{"NestedPropertyName": list, "Filters": [filter(name, "Equals", "a")]}]});
    assert!(
        read(
            SearchResource::Execution,
            nested("PipelineParameters", "Name")
        )
        .is_ok()
    );
    let whole = nested("PipelineParameters", "PipelineParameters.Name");
    assert!(read(SearchResource::Execution, whole).is_ok());
    refused(nested("PipelineArn", "Name"), "nested filters");
    refused(
        nested("PipelineParameters", "Nonsense"),
        "Unknown property name: 'PipelineParameters.Nonsense'",
    );
}

#[test]
fn what_every_record_needs_is_found_at_all_depths_but_not_among_alternatives() {
    let name = "PipelineExecutionDisplayName";
    let contains = filter(name, "Contains", "night");
    let failed = filter("PipelineExecutionStatus", "Equals", "Failed");
    let needed = |expression: Value| {
        let expression = read(SearchResource::Execution, expression).expect("an expression");
        expression
            .needed(name, Operator::Contains)
            .map(str::to_owned)
    };
    let night = Some("night".to_owned());
    assert_eq!(needed(json!({"Filters": [failed, contains]})), night);
    let nested = json!({"Filters": [failed], "SubExpressions": [{"Filters": [contains]}]});
    assert_eq!(needed(nested), night);
    assert_eq!(
        needed(json!({"Filters": [contains], "Operator": "Or"})),
        night
    );
    assert_eq!(
        needed(json!({"Filters": [failed, contains], "Operator": "Or"})),
        None
    );
    let either = json!({"SubExpressions": [{"Filters": [failed, contains], "Operator": "Or"}]});
    assert_eq!(needed(either), None);
    assert_eq!(
        needed(json!({"Filters": [filter(name, "Equals", "night")]})),
        None
    );
}
