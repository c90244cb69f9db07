use proptest::prelude::*;

use super::*;

const PIPELINE: &str = "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/abalone";

/// What the token service accepts as a session's name and as a source identity.
fn is_accepted(name: &str) -> bool {
    (2..=64).contains(&name.len())
        && !name.starts_with("aws:")
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c))
}

#[test]
fn a_person_whose_name_is_accepted_keeps_it() {
    for name in ["ana", "ana@example.com", "a.b+c=d,e_f-g", "Ab"] {
        assert_eq!(session_name(name), name);
    }
    let longest = "a".repeat(64);
    assert_eq!(session_name(&longest), longest);
}

#[test]
fn any_other_person_is_named_by_a_hash() {
    let hashed = session_name("Änne Müller");
    assert_eq!(hashed, "u-fa8d1cb4b00aea0e");
    for name in ["", "a", "a b", "aws:ana", "a/b", "ana\n", &"a".repeat(65)] {
        assert!(is_hashed(&session_name(name)), "{name:?}");
    }
}

#[test]
fn no_person_can_have_the_name_of_a_hash() {
    let hashed = session_name("Änne Müller");
    assert_ne!(session_name(&hashed), hashed);
    assert_ne!(session_name(&hashed.to_uppercase()), hashed);
    assert_eq!(session_name("u-team"), "u-team");
}

#[test]
fn a_policy_allows_one_action_on_one_resource() {
    let arn = Arn::parse_pipeline(PIPELINE).expect("an ARN");
    let read: serde_json::Value =
        serde_json::from_str(&policy("StopPipelineExecution", &arn)).expect("JSON");
    let expected = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Action": ["sagemaker:StopPipelineExecution"],
            "Resource": [PIPELINE],
        }],
    });
    assert_eq!(read, expected);
}

#[test]
fn a_policy_allows_both_spellings_of_a_name_with_upper_case() {
    let text = PIPELINE.replace("abalone", "Abalone-Two");
    let arn = Arn::parse_pipeline(&text).expect("an ARN");
    let read: serde_json::Value =
        serde_json::from_str(&policy("StartPipelineExecution", &arn)).expect("JSON");
    let resources = &read["Statement"][0]["Resource"];
    let lower_case = PIPELINE.replace("abalone", "abalone-two");
    assert_eq!(*resources, serde_json::json!([text, lower_case]));
}

#[test]
fn the_longest_names_fit_into_a_policy() {
    let name = "Ab".repeat(128);
    let text = format!(
        "arn:aws-us-gov:sagemaker:us-gov-west-1:111122223333:pipeline/{name}/execution/{}",
        "a".repeat(12)
    );
    let arn = Arn::parse_pipeline(&text).expect("an ARN");
    assert!(policy("RetryPipelineExecution", &arn).len() <= MAX_POLICY_CHARS);
}

proptest! {
    #[test]
    fn every_person_has_a_name_that_is_accepted(person in ".*") {
        let name = session_name(&person);
        prop_assert!(is_accepted(&name), "{person:?}: {name}");
        prop_assert_eq!(&name, &session_name(&person));
    }

    #[test]
    fn two_people_never_share_a_name(one in "\\PC{0,70}|u-[0-9a-fA-F]{16}", other in "\\PC{0,70}|u-[0-9a-fA-F]{16}") {
        prop_assume!(one != other);
        prop_assert_ne!(session_name(&one), session_name(&other));
    }
}
