use super::*;
use crate::protocol::patterns::NAME;
use serde_json::json;

static ITEM: Shape = Shape::Record(&[required("Name", text(1, 3))]);
static MEMBERS: [Member; 4] = [
    required("PipelineName", matching(1, 256, &NAME)),
    optional("SortOrder", Shape::Choice(&["Ascending", "Descending"])),
    optional(
        "MaxResults",
        Shape::Whole {
            min: 1,
            max: Some(100),
        },
    ),
    optional(
        "Tags",
        Shape::List {
            min: 0,
            max: 2,
            item: &ITEM,
        },
    ),
];

fn refused(body: Value) -> String {
    let body = body.as_object().cloned().unwrap_or_default();
    check(&MEMBERS, &body).expect_err("refused").message
}

#[test]
fn a_violation_is_worded_as_the_service_words_it() {
    assert_eq!(
        refused(json!({"PipelineName": "a_b"})),
        "1 validation error detected: Value 'a_b' at 'pipelineName' failed to satisfy constraint: \
         Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,255}"
    );
    assert_eq!(
        refused(json!({})),
        "1 validation error detected: Value null at 'pipelineName' failed to satisfy constraint: \
         Member must not be null"
    );
}

#[test]
fn every_violation_is_reported() {
    let message = refused(json!({
        "PipelineName": "a", "SortOrder": "Up", "MaxResults": 101, "Tags": [{"Name": "long"}]
    }));
    assert!(
        message.starts_with("3 validation errors detected: "),
        "{message}"
    );
    assert!(message.contains("Member must satisfy enum value set: [Ascending, Descending]"));
    assert!(message.contains("Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100"));
    assert!(message.contains("'tags.1.member.name'"), "{message}");
}

#[test]
fn a_wrong_type_is_not_a_violation_but_unreadable() {
    let body = json!({"PipelineName": 5})
        .as_object()
        .cloned()
        .unwrap_or_default();
    let refusal = check(&MEMBERS, &body).expect_err("refused");
    assert_eq!(refusal.code, Code::Serialization);
    assert_eq!(
        refusal.message,
        "NUMBER_VALUE can not be converted to a String"
    );
}

#[test]
fn null_is_absent_and_unknown_members_are_ignored() {
    let body = json!({"PipelineName": "a", "SortOrder": null, "Nonsense": []});
    assert!(check(&MEMBERS, body.as_object().expect("an object")).is_ok());
}
