use super::*;
use crate::domain::Pipeline;

fn parameter(name: &str, value: &str) -> ParameterValue {
    ParameterValue {
        name: name.into(),
        value: value.into(),
    }
}

fn start() -> StartIntent {
    StartIntent {
        workspace: "default".into(),
        pipeline: Pipeline {
            arn: "arn:aws:sagemaker:eu-central-1:123456789012:pipeline/daily".into(),
            name: "Daily".into(),
            display_name: None,
            description: None,
            role_arn: None,
            created: None,
            modified: None,
            last_execution: None,
        },
        name: Some("run-1".into()),
        description: None,
        parameters: vec![parameter("A", "1"), parameter("B", "2")],
        copied_from: None,
    }
}

fn digest(change: impl FnOnce(&mut StartIntent)) -> String {
    let mut intent = start();
    change(&mut intent);
    Asked::Start(Box::new(intent)).digest("ana")
}

#[test]
fn the_same_fields_have_the_same_digest() {
    let plain = digest(|_| {});
    assert_eq!(plain, digest(|intent| intent.parameters.reverse()));
    assert_eq!(
        plain,
        digest(|intent| intent.description = Some(String::new()))
    );
    // What is known of the pipeline besides its name is not what the person sent.
    assert_eq!(
        plain,
        digest(|intent| intent.pipeline.modified = Some(Timestamp::UNIX_EPOCH))
    );
}

#[test]
fn any_other_field_has_another_digest() {
    let all = [
        digest(|_| {}),
        digest(|intent| intent.workspace = "other".into()),
        digest(|intent| intent.pipeline.name = "daily".into()),
        digest(|intent| intent.name = Some("run-2".into())),
        digest(|intent| intent.name = None),
        digest(|intent| intent.description = Some("why".into())),
        digest(|intent| intent.copied_from = Some("why".into())),
        digest(|intent| intent.parameters[0].value = "3".into()),
        digest(|intent| intent.parameters[0] = parameter("A1", "")),
        digest(|intent| drop(intent.parameters.pop())),
        digest(|intent| intent.parameters.push(parameter("A", "1"))),
        Asked::Start(Box::new(start())).digest("bob"),
    ];
    for (at, one) in all.iter().enumerate() {
        assert!(
            !all[..at].contains(one),
            "the digest at {at} is not its own"
        );
    }
}

#[test]
fn a_name_left_empty_is_made_up_and_the_token_follows_the_nonce() {
    let at = Timestamp::from_millisecond(1_780_000_000_123).unwrap();
    let named = |nonce: &str| {
        let mut asked = start();
        asked.name = None;
        Asked::Start(Box::new(asked)).intent(nonce.into(), "ana", at, None)
    };
    let first = named("00112233445566778899aabbccddeeff");
    let second = named("ff112233445566778899aabbccddeeff");
    assert_eq!(
        first.display_name.as_deref(),
        Some("execution-1780000000123-001122")
    );
    assert_ne!(first.display_name, second.display_name);
    assert_eq!(first.token().len(), 64);
    assert_eq!(first.token(), named(&first.nonce).token());
    assert_ne!(first.token(), second.token());
    assert_eq!(first.digest, second.digest);
}
