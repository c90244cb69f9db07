//! IAM, and what unknown operations answer in each protocol.

use super::wire::{call, visited};
use super::*;

const KEYED: &str = "Authorization: AWS4-HMAC-SHA256 Credential=any/x\r\n";

fn form(version: &str, parameters: &[(&str, &str)]) -> String {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("Version", version)
        .extend_pairs(parameters)
        .finish();
    format!(
        "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded; \
         charset=utf-8\r\n{KEYED}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn iam(parameters: &[(&str, &str)]) -> String {
    form("2010-05-08", parameters)
}

#[tokio::test]
async fn every_role_exists_and_may_do_everything() {
    visited(async |send| {
        let request = iam(&[("Action", "GetRole"), ("RoleName", "Pipelines")]);
        let (head, xml) = send(&request).answer().await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head} {xml}");
        assert!(
            xml.contains("https://iam.amazonaws.com/doc/2010-05-08/"),
            "{xml}"
        );
        assert!(
            xml.contains("<Arn>arn:aws:iam::111122223333:role/Pipelines</Arn>"),
            "{xml}"
        );
        let request = iam(&[
            ("Action", "SimulatePrincipalPolicy"),
            ("PolicySourceArn", ROLE),
            ("ActionNames.member.1", "sagemaker:CreateTrainingJob"),
            ("ActionNames.member.2", "s3:GetObject"),
        ]);
        let (_, xml) = send(&request).answer().await;
        assert_eq!(
            xml.matches("<EvalDecision>allowed</EvalDecision>").count(),
            2,
            "{xml}"
        );
        assert!(
            xml.contains("<EvalResourceName>*</EvalResourceName>"),
            "{xml}"
        );
        let (head, xml) = send(&iam(&[("Action", "GetRole")])).answer().await;
        assert!(
            head.starts_with("HTTP/1.1 400") && xml.contains("ValidationError"),
            "{xml}"
        );
        let (_, counts) =
            send("GET /_emulator/calls HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                .answer()
                .await;
        assert_eq!(counts, r#"{"GetRole":2,"SimulatePrincipalPolicy":1}"#);
    })
    .await;
}

#[tokio::test]
async fn the_rest_of_iam_is_denied() {
    visited(async |send| {
        let (head, xml) = send(&iam(&[("Action", "ListRoles")])).answer().await;
        assert!(head.starts_with("HTTP/1.1 403"), "{head}");
        assert!(xml.contains("<Code>AccessDenied</Code>"), "{xml}");
        assert!(
            xml.contains("is not authorized to perform: iam:ListRoles"),
            "{xml}"
        );
    })
    .await;
}

#[tokio::test]
async fn unknown_operations_get_what_the_front_end_of_their_protocol_says() {
    visited(async |send| {
        let (head, body) = send(&call("SageMaker.Nonsense", KEYED, "{}")).answer().await;
        assert!(head.starts_with("HTTP/1.1 400"), "{head}");
        assert!(body.contains("UnknownOperationException"), "{body}");
        for version in ["2011-06-15", "2012-11-05"] {
            let request = form(version, &[("Action", "Nonsense")]);
            let (head, xml) = send(&request).answer().await;
            assert!(head.starts_with("HTTP/1.1 400"), "{head}");
            assert!(xml.contains("<Code>InvalidAction</Code>"), "{xml}");
            let expected = format!("Could not find operation Nonsense for version {version}");
            assert!(xml.contains(&expected), "{xml}");
        }
        let signed = |service: &str, line: &str| {
            format!(
                "{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\nAuthorization: \
                 AWS4-HMAC-SHA256 Credential=any/20261124/eu-central-1/{service}/aws4_request\r\n\r\n"
            )
        };
        let (head, xml) = send(&signed("s3", "GET /bucket?acl")).answer().await;
        assert!(head.starts_with("HTTP/1.1 501"), "{head}");
        assert!(xml.contains("<Code>NotImplemented</Code>"), "{xml}");
        let (head, body) = send(&signed("lambda", "GET /2015-03-31/functions")).answer().await;
        assert!(head.starts_with("HTTP/1.1 404"), "{head}");
        assert!(head.contains("x-amzn-errortype: UnknownOperationException"), "{head}");
        assert_eq!(body, r#"{"__type":"UnknownOperationException"}"#);
    })
    .await;
}
