use super::*;
use serde_json::json;
use sluicegate_shapes as shapes;

fn checked(operation: &str, body: Value) -> Result<(), ServiceError> {
    let shapes = shapes::operation(operation).expect("an operation");
    check(shapes.input, body.as_object().expect("an object"))
}

fn refused(operation: &str, body: Value) -> String {
    checked(operation, body).expect_err("refused").message
}

#[test]
fn violations_have_the_sentences_of_the_service() {
    let name = |name: Value| json!({"PipelineName": name, "ClientRequestToken": "0".repeat(32)});
    assert_eq!(
        refused("DeletePipeline", name(json!("a_b"))),
        "1 validation error detected: Value 'a_b' at 'pipelineName' failed to satisfy constraint: \
         Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}"
    );
    assert_eq!(
        refused("DeletePipeline", name(Value::Null)),
        "1 validation error detected: Value null at 'pipelineName' failed to satisfy constraint: \
         Member must not be null"
    );
}

#[test]
fn every_violation_is_reported() {
    let message = refused(
        "ListPipelines",
        json!({"SortOrder": "Up", "MaxResults": 101, "PipelineNamePrefix": ""}),
    );
    assert!(
        message.starts_with("4 validation errors detected: "),
        "{message}"
    );
    for part in [
        "Value '' at 'pipelineNamePrefix' failed to satisfy constraint: Member must have length greater than or equal to 1; ",
        "Value '' at 'pipelineNamePrefix' failed to satisfy constraint: Member must satisfy regular expression pattern: ",
        "Value 'Up' at 'sortOrder' failed to satisfy constraint: Member must satisfy enum value set: [Ascending, Descending]",
        "Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100",
    ] {
        assert!(message.contains(part), "{part} in {message}");
    }
}

#[test]
fn items_of_a_list_are_counted_from_one() {
    let arn = "arn:aws:sagemaker:eu-central-1:123456789012:pipeline/a";
    let tags = json!([{"Key": "a", "Value": ""}, {"Key": "a#", "Value": ""}]);
    let message = refused("AddTags", json!({"ResourceArn": arn, "Tags": tags}));
    assert!(
        message.contains("Value 'a#' at 'tags.2.member.key' failed"),
        "{message}"
    );
}

#[test]
fn entries_of_a_map_are_reported_at_the_map() {
    let body = json!({
        "ModelName": "m", "PrimaryContainer": {"Environment": {"1": "x"}},
    });
    assert_eq!(
        refused("CreateModel", body),
        "1 validation error detected: Value '{1=x}' at 'primaryContainer.environment' failed to satisfy constraint: \
         Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have \
         length greater than or equal to 0, Member must satisfy regular expression pattern: \
         [a-zA-Z_][a-zA-Z0-9_]*]"
    );
}

#[test]
fn a_wrong_type_is_not_a_violation_but_unreadable() {
    for (operation, body, message) in [
        (
            "DescribePipeline",
            json!({"PipelineName": 5}),
            "NUMBER_VALUE can not be converted to a String",
        ),
        (
            "ListPipelines",
            json!({"MaxResults": "three"}),
            "STRING_VALUE can not be converted to an Integer",
        ),
        (
            "ListPipelines",
            json!({"CreatedAfter": {}}),
            "START_OBJECT can not be converted to a Timestamp",
        ),
        (
            "AddTags",
            json!({"ResourceArn": "x", "Tags": true}),
            "TRUE_VALUE can not be converted to a List",
        ),
    ] {
        let error = checked(operation, body).expect_err("refused");
        assert_eq!(error.code, ErrorCode::Serialization);
        assert_eq!(error.message, message);
    }
}

#[test]
fn null_is_absent_and_unknown_members_are_ignored() {
    let body = json!({"PipelineName": "a", "PipelineVersionId": null, "Nonsense": []});
    assert_eq!(checked("DescribePipeline", body), Ok(()));
}

#[test]
fn fractions_of_whole_numbers_are_cut_off() {
    assert_eq!(
        checked("ListPipelines", json!({"MaxResults": 100.9})),
        Ok(())
    );
    assert!(checked("ListPipelines", json!({"MaxResults": 0.9})).is_err());
}
