use super::*;

fn parameter(name: &str, value: &str) -> ParameterValue {
    ParameterValue {
        name: name.into(),
        value: value.into(),
    }
}

fn start() -> ActionRequest {
    ActionRequest {
        workspace: "default".into(),
        pipeline_name: "Daily".into(),
        action: RequestedAction::Start(arguments()),
    }
}

fn arguments() -> StartArguments {
    StartArguments {
        pipeline_arn: "arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily".into(),
        name: Some("run-1".into()),
        description: None,
        parameters: vec![parameter("A", "1"), parameter("B", "2")],
        copied_from: None,
    }
}

fn digest(change: impl FnOnce(&mut StartArguments)) -> String {
    let mut arguments = arguments();
    change(&mut arguments);
    let action = RequestedAction::Start(arguments);
    ActionRequest { action, ..start() }.digest("ana")
}

#[test]
fn the_same_fields_have_the_same_digest() {
    let plain = digest(|_| {});
    assert_eq!(plain, digest(|start| start.parameters.reverse()));
    assert_eq!(
        plain,
        digest(|start| start.description = Some(String::new()))
    );
    // The pipeline's ARN is not what the person sent.
    assert_eq!(plain, digest(|start| start.pipeline_arn = "other".into()));
}

#[test]
fn any_other_field_has_another_digest() {
    let elsewhere = ActionRequest {
        workspace: "other".into(),
        ..start()
    };
    let other_case = ActionRequest {
        pipeline_name: "daily".into(),
        ..start()
    };
    let all = [
        digest(|_| {}),
        elsewhere.digest("ana"),
        other_case.digest("ana"),
        digest(|start| start.name = Some("run-2".into())),
        digest(|start| start.name = None),
        digest(|start| start.description = Some("why".into())),
        digest(|start| start.copied_from = Some("why".into())),
        digest(|start| start.parameters[0].value = "3".into()),
        digest(|start| start.parameters[0] = parameter("A1", "")),
        digest(|start| drop(start.parameters.pop())),
        digest(|start| start.parameters.push(parameter("A", "1"))),
        start().digest("bob"),
    ];
    for (at, one) in all.iter().enumerate() {
        assert!(
            !all[..at].contains(one),
            "the digest at {at} is not its own"
        );
    }
}

#[test]
fn an_empty_name_is_generated_from_the_time_and_the_nonce() {
    let at = Timestamp::from_millisecond(1_780_000_000_123).unwrap();
    let unnamed = StartArguments {
        name: Some(String::new()),
        ..arguments()
    };
    let first = unnamed.named(at, "00112233445566778899aabbccddeeff").name;
    let second = unnamed.named(at, "ff112233445566778899aabbccddeeff").name;
    assert_eq!(first.as_deref(), Some("execution-1780000000123-001122"));
    assert_ne!(first, second);
    let named = arguments().named(at, "00").name;
    assert_eq!(named.as_deref(), Some("run-1"));
}
