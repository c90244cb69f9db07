//! The token service, and what its sessions may do.

use super::wire::{call, visited};
use super::*;

const WRITER: &str = "arn:aws:iam::111122223333:role/ops/Writer";
const PIPELINE: &str = "arn:aws:sagemaker:eu-central-1:111122223333:pipeline/two";

fn ask(signature: &str, parameters: &[(&str, &str)]) -> String {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("Action", "AssumeRole"), ("Version", "2011-06-15")])
        .extend_pairs(parameters)
        .finish();
    format!(
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         {signature}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn signed(key: &str, token: &str) -> String {
    format!(
        "Authorization: AWS4-HMAC-SHA256 Credential={key}/20261124/eu-central-1/sts/aws4_request, SignedHeaders=host\r\n\
         X-Amz-Security-Token: {token}\r\n"
    )
}

fn control(method: &str, name: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "{method} /_emulator/{name} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

/// The text of an element.
fn element<'a>(xml: &'a str, name: &str) -> &'a str {
    let (_, rest) = xml.split_once(&format!("<{name}>")).expect(name);
    rest.split_once("</").expect(name).0
}

fn policy(action: &str, resource: &str) -> String {
    let statement = json!({"Effect": "Allow", "Action": action, "Resource": resource});
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

const KEYED: &str = "Authorization: AWS4-HMAC-SHA256 Credential=any/x\r\n";

#[tokio::test]
async fn a_session_may_do_what_its_policy_allows_and_is_listed() {
    visited(async |send| {
        let policy = policy("sagemaker:DescribePipeline", PIPELINE);
        let request = ask(
            KEYED,
            &[
                ("RoleArn", WRITER),
                ("RoleSessionName", "ana@example.com"),
                ("SourceIdentity", "ana"),
                ("Policy", &policy),
                ("DurationSeconds", "900"),
            ],
        );
        let (head, xml) = send(&request).answer().await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head} {xml}");
        assert!(head.contains("content-type: text/xml"), "{head}");
        assert_eq!(
            element(&xml, "Arn"),
            "arn:aws:sts::111122223333:assumed-role/Writer/ana@example.com"
        );
        assert_eq!(element(&xml, "SourceIdentity"), "ana");
        let end: jiff::Timestamp = element(&xml, "Expiration").parse().expect("a time");
        assert!(end > jiff::Timestamp::now());
        let session = signed(element(&xml, "AccessKeyId"), element(&xml, "SessionToken"));

        let describe = json!({"PipelineName": PIPELINE}).to_string();
        let described = call("SageMaker.DescribePipeline", &session, &describe);
        let (_, body) = send(&described).answer().await;
        assert!(body.contains("ResourceNotFound"), "{body}");
        let (_, body) = send(&call("SageMaker.ListPipelines", &session, "{}"))
            .answer()
            .await;
        assert!(body.contains("AccessDeniedException"), "{body}");
        assert!(
            body.contains(
                "User: arn:aws:sts::111122223333:assumed-role/Writer/ana@example.com is not authorized to perform: \
                 sagemaker:ListPipelines on resource: arn:aws:sagemaker:eu-central-1:111122223333:* because no session \
                 policy allows the sagemaker:ListPipelines action"
            ),
            "{body}"
        );

        let (_, answer) = send(&control("GET", "sessions", "")).answer().await;
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        assert_eq!(
            answer,
            json!([{
                "role_arn": WRITER,
                "session_name": "ana@example.com",
                "source_identity": "ana",
                "policy": serde_json::from_str::<Value>(&policy).expect("JSON"),
                "calls": [
                    {"operation": "DescribePipeline", "resource": PIPELINE},
                    {"operation": "ListPipelines", "resource": "arn:aws:sagemaker:eu-central-1:111122223333:*"},
                ],
            }])
        );
        let (_, counts) = send(&control("GET", "calls", "")).answer().await;
        assert_eq!(counts, r#"{"AssumeRole":1,"DescribePipeline":1,"ListPipelines":1}"#);
    })
    .await;
}

#[tokio::test]
async fn a_session_needs_its_own_token_and_ends() {
    visited(async |send| {
        let request = ask(KEYED, &[("RoleArn", WRITER), ("RoleSessionName", "ana")]);
        let (_, xml) = send(&request).answer().await;
        let (key, token) = (element(&xml, "AccessKeyId"), element(&xml, "SessionToken"));
        let list = |token: &str| call("SageMaker.ListPipelines", &signed(key, token), "{}");
        let (head, _) = send(&list(token)).answer().await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let (_, body) = send(&list("other")).answer().await;
        assert!(body.contains("UnrecognizedClientException"), "{body}");
        let hour = r#"{"advance_seconds": 3600}"#;
        send(&control("POST", "clock", hour)).answer().await;
        let (_, body) = send(&list(token)).answer().await;
        assert!(body.contains("ExpiredTokenException"), "{body}");
    })
    .await;
}

#[tokio::test]
async fn parameters_are_held_to_the_token_services_rules() {
    visited(async |send| {
        let long = "a".repeat(65);
        let huge = format!("\"{}\"", "a".repeat(2_048));
        let good = [("RoleArn", WRITER), ("RoleSessionName", "ana")];
        for (name, value, code, said) in [
            (
                "RoleSessionName",
                "a b",
                "ValidationError",
                "'roleSessionName'",
            ),
            (
                "RoleSessionName",
                "a",
                "ValidationError",
                "greater than or equal to 2",
            ),
            (
                "SourceIdentity",
                "aws:ana",
                "ValidationError",
                r"[\w+=,.@-]*",
            ),
            (
                "SourceIdentity",
                &long,
                "ValidationError",
                "less than or equal to 64",
            ),
            (
                "DurationSeconds",
                "60",
                "ValidationError",
                "greater than or equal to 900",
            ),
            ("DurationSeconds", "soon", "ValidationError", "STRING_VALUE"),
            ("Policy", "{", "MalformedPolicyDocument", "invalid Json"),
            (
                "Policy",
                &huge,
                "ValidationError",
                "less than or equal to 2048",
            ),
            (
                "RoleArn",
                "arn:aws:iam::111122223333:user/ana",
                "ValidationError",
                "is invalid",
            ),
            ("PolicyArns.member.1.arn", "x", "ValidationError", "managed"),
            (
                "Action",
                "GetFederationToken",
                "InvalidAction",
                "GetFederationToken",
            ),
        ] {
            let mut parameters = good.to_vec();
            parameters.retain(|(known, _)| *known != name);
            parameters.push((name, value));
            let (head, xml) = send(&ask(KEYED, &parameters)).answer().await;
            assert!(head.starts_with("HTTP/1.1 400"), "{name}: {head}");
            assert_eq!(element(&xml, "Code"), code, "{name}: {xml}");
            assert!(element(&xml, "Message").contains(said), "{name}: {xml}");
        }
        let (head, xml) = send(&ask("", &good)).answer().await;
        assert!(head.starts_with("HTTP/1.1 403"), "{head}");
        assert_eq!(element(&xml, "Code"), "MissingAuthenticationToken");
        let (_, answer) = send(&control("GET", "sessions", "")).answer().await;
        assert_eq!(answer, "[]");
    })
    .await;
}

#[tokio::test]
async fn faults_deny_the_role_or_the_identity() {
    visited(async |send| {
        let plain = [("RoleArn", WRITER), ("RoleSessionName", "ana")];
        let named = [plain[0], plain[1], ("SourceIdentity", "ana")];
        for permission in ["AssumeRole", "SetSourceIdentity"] {
            let order = json!({"operation": permission, "kind": "denied", "times": 1});
            send(&control("POST", "faults", &order.to_string()))
                .answer()
                .await;
            let (head, xml) = send(&ask(KEYED, &named)).answer().await;
            assert!(head.starts_with("HTTP/1.1 403"), "{head}");
            assert_eq!(element(&xml, "Code"), "AccessDenied");
            let expected = format!(
                "User: arn:aws:sts::111122223333:assumed-role/Console/session is not authorized to perform: \
                 sts:{permission} on resource: {WRITER}"
            );
            assert_eq!(element(&xml, "Message"), expected);
        }
        let order = json!({"operation": "SetSourceIdentity", "kind": "denied"});
        send(&control("POST", "faults", &order.to_string()))
            .answer()
            .await;
        let (head, _) = send(&ask(KEYED, &plain)).answer().await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    })
    .await;
}

#[tokio::test]
async fn a_session_of_a_session_keeps_its_identity_and_its_limits() {
    visited(async |send| {
        let first = ask(
            KEYED,
            &[
                ("RoleArn", WRITER),
                ("RoleSessionName", "ana"),
                ("SourceIdentity", "ana"),
                ("Policy", &policy("sts:AssumeRole", WRITER)),
            ],
        );
        let (_, xml) = send(&first).answer().await;
        let session = signed(element(&xml, "AccessKeyId"), element(&xml, "SessionToken"));
        let again = |more: (&str, &str)| {
            ask(
                &session,
                &[("RoleArn", WRITER), ("RoleSessionName", "bob"), more],
            )
        };
        let (_, xml) = send(&again(("SourceIdentity", "bob"))).answer().await;
        assert!(
            element(&xml, "Message").contains("sts:SetSourceIdentity"),
            "{xml}"
        );
        let (_, xml) = send(&again(("DurationSeconds", "7200"))).answer().await;
        assert!(element(&xml, "Message").contains("role chaining"), "{xml}");
        let (_, xml) = send(&again(("DurationSeconds", "900"))).answer().await;
        assert_eq!(element(&xml, "SourceIdentity"), "ana");
        let other = WRITER.replace("Writer", "Other");
        let other = ask(&session, &[("RoleArn", &other), ("RoleSessionName", "bob")]);
        let (_, xml) = send(&other).answer().await;
        assert!(element(&xml, "Message").contains("sts:AssumeRole"), "{xml}");
    })
    .await;
}

#[tokio::test]
async fn a_policy_is_asked_about_what_a_call_names() {
    visited(async |send| {
        let place = "arn:aws:sagemaker:eu-central-1:111122223333";
        let policy = policy("sagemaker:*", &format!("{place}:model/mine"));
        let request = ask(
            KEYED,
            &[
                ("RoleArn", WRITER),
                ("RoleSessionName", "ana"),
                ("Policy", &policy),
            ],
        );
        let (_, xml) = send(&request).answer().await;
        let session = signed(element(&xml, "AccessKeyId"), element(&xml, "SessionToken"));
        let body = json!({"ModelName": "mine"}).to_string();
        let (_, answer) = send(&call("SageMaker.DescribeModel", &session, &body))
            .answer()
            .await;
        assert!(answer.contains("Could not find model"), "{answer}");
        for (operation, body, resource) in [
            (
                "DescribeModel",
                json!({"ModelName": "other"}),
                "model/other",
            ),
            (
                "CreateEndpoint",
                json!({"EndpointName": "e", "EndpointConfigName": "c"}),
                "endpoint/e",
            ),
            (
                "DescribeModelPackage",
                json!({"ModelPackageName": format!("{place}:model-package/g/1")}),
                "model-package/g/1",
            ),
            (
                "CreateTransformJob",
                json!({"TransformJobName": "t", "ModelName": "mine"}),
                "transform-job/t",
            ),
            ("ListModels", json!({}), "*"),
        ] {
            let request = call(
                &format!("SageMaker.{operation}"),
                &session,
                &body.to_string(),
            );
            let (_, answer) = send(&request).answer().await;
            let words = format!("{operation} on resource: {place}:{resource} because");
            assert!(answer.contains(&words), "{answer}");
        }
    })
    .await;
}
