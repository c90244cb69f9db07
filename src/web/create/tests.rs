use super::entries::{Entries, FormErrors};
use super::fields::{Field, SelectOption, Widget, sections};
use super::groups::{Group, sorted};
use super::names::candidates;
use crate::domain::ParameterValue;
use crate::web::query::QueryPairs;
use sluicegate_definition::{Definition, check_execution_name};

const DEFINITION: &str = r#"{
  "Version": "2020-12-01",
  "Parameters": [
    {"Name": "TrainType", "Type": "String", "DefaultValue": "ml.m5.xlarge"},
    {"Name": "Epochs", "Type": "Integer", "DefaultValue": 10},
    {"Name": "Threshold", "Type": "Float", "DefaultValue": 6.0},
    {"Name": "Status", "Type": "String", "DefaultValue": "PendingManualApproval"},
    {"Name": "Input", "Type": "String", "DefaultValue": "s3://bucket/data.csv"},
    {"Name": "Spot", "Type": "Boolean", "DefaultValue": true},
    {"Name": "Colour", "Type": "String", "DefaultValue": "red", "EnumValues": ["red", "blue"]},
    {"Name": "Notes", "Type": "String", "DefaultValue": "one\ntwo"},
    {"Name": "Owner", "Type": "String"}
  ],
  "Steps": [
    {"Name": "Train", "Type": "Training", "Arguments": {
      "ResourceConfig": {"InstanceType": {"Get": "Parameters.TrainType"}},
      "HyperParameters": {"epochs": {"Get": "Parameters.Epochs"}},
      "InputDataConfig": [{"DataSource": {"S3DataSource": {"S3Uri": {"Get": "Parameters.Input"}}}}]}},
    {"Name": "Good", "Type": "Condition", "Arguments": {
      "Conditions": [{"Type": "LessThanOrEqualTo", "LeftValue": 1, "RightValue": {"Get": "Parameters.Threshold"}}],
      "IfSteps": [{"Name": "Register", "Type": "RegisterModel", "Arguments": {
        "ModelApprovalStatus": {"Get": "Parameters.Status"}}}], "ElseSteps": []}}
  ]
}"#;

fn definition() -> Definition {
    Definition::read(DEFINITION)
}

fn posted(text: &str) -> Entries {
    Entries::read(&QueryPairs::read(text.as_bytes()))
}

fn value(name: &str, value: &str) -> ParameterValue {
    ParameterValue {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

fn field(name: &str, entries: &Entries) -> Field {
    sections(&definition(), entries, &FormErrors::default())
        .into_iter()
        .flat_map(|section| section.fields)
        .find(|field| field.name == name)
        .expect("a field for every parameter")
}

#[test]
fn only_changed_and_required_values_are_sent() {
    let entries = posted(
        "name=run-1&p.TrainType=ml.m5.xlarge&p.Epochs=+20&p.Spot=TRUE&p.Notes=one%0D%0Atwo&p.Owner=me&p.Colour=blue",
    );
    assert_eq!(
        entries.check(&definition()),
        Ok(vec![
            value("Epochs", "20"),
            value("Colour", "blue"),
            value("Owner", "me")
        ])
    );
}

#[test]
fn every_error_is_found_at_once() {
    let long = "x".repeat(3_073);
    let entries = posted(&format!(
        "name=a%20b&description={long}&p.Epochs=ten&p.TrainType=big&p.Gone=1"
    ));
    let errors = entries.check(&definition()).expect_err("nothing fits");
    assert_eq!(
        errors.name.and_then(|error| error.suggestion).as_deref(),
        Some("a-b")
    );
    assert!(errors.description.is_some());
    let mut named: Vec<_> = errors.parameters.keys().map(String::as_str).collect();
    named.sort_unstable();
    assert_eq!(named, ["Epochs", "Owner", "TrainType"]);
    assert_eq!(errors.unknown_parameters, [value("Gone", "1")]);
}

#[test]
fn a_default_that_breaks_the_definitions_own_rules_may_stand() {
    let definition = Definition::read(
        r#"{"Parameters":[{"Name":"A","Type":"Integer","DefaultValue":"many"},
            {"Name":"B","Type":"String","DefaultValue":"x","EnumValues":["y"]}],"Steps":[]}"#,
    );
    assert_eq!(
        posted("name=run&p.A=many&p.B=x").check(&definition),
        Ok(vec![])
    );
    let result = posted("name=run&p.A=few").check(&definition);
    assert!(result.is_err_and(|errors| errors.parameters.contains_key("A")));
}

#[test]
fn a_copy_fills_what_the_link_does_not_say() {
    let mut entries = posted("p.Epochs=3");
    let removed = entries.copy(
        &definition(),
        Some("the old one"),
        &[
            value("Epochs", "5"),
            value("Owner", "me"),
            value("Gone", "x"),
        ],
    );
    assert_eq!(removed, [value("Gone", "x")]);
    assert_eq!(entries.description, "the old one");
    let shown = |name: &str| field(name, &entries).value;
    assert_eq!(
        [shown("Epochs"), shown("Owner"), shown("TrainType")],
        ["3", "me", "ml.m5.xlarge"]
    );
}

#[test]
fn fields_follow_type_and_use() {
    let entries = Entries::default();
    let widget = |name: &str| field(name, &entries).widget;
    let line = |name: &str| match widget(name) {
        Widget::Text(line) => (line.mode, line.list),
        other => panic!("{name} is {other:?}"),
    };
    assert_eq!(line("TrainType"), ("text", Some("instance-types")));
    assert_eq!(line("Epochs"), ("numeric", None));
    assert_eq!(line("Threshold"), ("decimal", None));
    assert_eq!(line("Input"), ("url", None));
    assert_eq!(widget("Spot"), Widget::Switch);
    assert_eq!(widget("Notes"), Widget::Long);
    assert!(matches!(widget("Status"), Widget::Choice(choices) if choices.len() == 3));
    assert_eq!(
        field("Threshold", &entries).about.plain(),
        "Float · used by Good"
    );
    assert!(
        !field("Owner", &entries).changed,
        "without a default nothing is changed"
    );
}

#[test]
fn no_field_loses_a_value_it_cannot_show() {
    let entries = posted("p.Colour=green&p.Spot=maybe&p.Owner=a%0Ab");
    let Widget::Choice(choices) = field("Colour", &entries).widget else {
        panic!("a choice");
    };
    assert_eq!(
        choices.last(),
        Some(&SelectOption {
            value: "green".to_owned(),
            label: "green (not among the allowed values)".to_owned(),
            selected: true,
        })
    );
    assert!(matches!(field("Spot", &entries).widget, Widget::Text(_)));
    assert_eq!(field("Owner", &entries).widget, Widget::Long);
}

#[test]
fn a_long_form_is_grouped_and_loses_nothing() {
    let definition = definition();
    let groups = sorted(&definition);
    let titles: Vec<_> = groups.iter().filter_map(|(group, _)| *group).collect();
    assert_eq!(
        titles,
        [
            Group::Compute,
            Group::Data,
            Group::Training,
            Group::Decision,
            Group::Model,
            Group::Other
        ]
    );
    let mut all: Vec<usize> = groups.into_iter().flat_map(|(_, inside)| inside).collect();
    all.sort_unstable();
    assert_eq!(all, (0..definition.parameters.len()).collect::<Vec<_>>());
}

#[test]
fn a_short_form_has_no_headings() {
    let definition = Definition::read(r#"{"Parameters":[{"Name":"A"},{"Name":"ModelName"}]}"#);
    assert_eq!(sorted(&definition), [(None, vec![0, 1])]);
    assert_eq!(sorted(&Definition::read("{")), [(None, vec![])]);
}

#[test]
fn prefilled_names_are_valid_and_differ() {
    let now = "2026-11-23T14:02:11Z".parse().expect("a time");
    let names = candidates(now);
    for name in &names {
        assert_eq!(check_execution_name(name), Ok(()), "{name}");
    }
    let distinct: std::collections::HashSet<_> = names.iter().collect();
    assert_eq!(distinct.len(), names.len());
    assert_eq!(names[..2], ["run-2026-11-23", "run-2026-11-23-2"]);
    let last = names.last().map(String::as_str);
    assert_eq!(last, Some("run-2026-11-23-140211"));
}
