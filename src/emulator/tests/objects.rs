//! The object store over a connection.

use super::wire::visited;

fn ask(method: &str, path: &str, more: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=local/20260131/us-east-1/s3/aws4_request, SignedHeaders=host\r\n\
         {more}\r\n{body}"
    )
}

#[tokio::test]
async fn objects_are_put_got_and_deleted() {
    visited(async |send| {
        let answer = async |method: &str, path: &str, more: &str, body: &str| {
            send(&ask(method, path, more, body)).answer().await
        };
        let (head, body) = answer("PUT", "/data/a.txt", "", "hello").await;
        assert!(head.starts_with("HTTP/1.1 404"), "{head}");
        assert!(body.contains("<Code>NoSuchBucket</Code>"), "{body}");
        answer("PUT", "/data", "", "").await;
        let (head, _) = answer("PUT", "/data/a.txt?x-id=PutObject", "", "hello").await;
        assert!(
            head.contains("etag: \"5d41402abc4b2a76b9719d911017c592\""),
            "{head}"
        );
        let (head, body) = answer("GET", "/data/a.txt", "Range: bytes=1-3\r\n", "").await;
        assert!(
            head.starts_with("HTTP/1.1 206") && head.contains("bytes 1-3/5"),
            "{head}"
        );
        assert_eq!(body, "ell");
        let (head, body) = answer("HEAD", "/data/a.txt", "", "").await;
        assert!(head.contains("content-length: 5"), "{head}");
        assert_eq!(body, "");
        answer("DELETE", "/data/a.txt", "", "").await;
        let (_, body) = answer("GET", "/data/a.txt", "", "").await;
        assert!(body.contains("<Code>NoSuchKey</Code>"), "{body}");
        let (head, body) = answer("GET", "/data?acl", "", "").await;
        assert!(
            head.starts_with("HTTP/1.1 501") && body.contains("NotImplemented"),
            "{body}"
        );
    })
    .await;
}

#[tokio::test]
async fn lists_fold_keys_and_go_on_where_they_ended() {
    visited(async |send| {
        send(&ask("PUT", "/data", "", "")).answer().await;
        for key in ["a/1", "a/2", "b/1", "c"] {
            send(&ask("PUT", &format!("/data/{key}"), "", "x"))
                .answer()
                .await;
        }
        let list = "/data?list-type=2&delimiter=/&max-keys=2";
        let (_, first) = send(&ask("GET", list, "", "")).answer().await;
        assert!(
            first.contains("<Prefix>a/</Prefix>") && first.contains("<KeyCount>2</KeyCount>"),
            "{first}"
        );
        let (_, token) = first
            .split_once("<NextContinuationToken>")
            .expect("more to come");
        let token = token.split('<').next().unwrap_or_default();
        let list = format!("{list}&continuation-token={token}");
        let (_, rest) = send(&ask("GET", &list, "", "")).answer().await;
        assert!(
            rest.contains("<Key>c</Key>") && !rest.contains("a/"),
            "{rest}"
        );
        assert!(rest.contains("<IsTruncated>false</IsTruncated>"), "{rest}");
    })
    .await;
}

#[tokio::test]
async fn a_bucket_is_emptied_and_deleted() {
    visited(async |send| {
        let answer = async |method: &str, path: &str, body: &str| {
            send(&ask(method, path, "", body)).answer().await
        };
        let (head, body) = answer("DELETE", "/data", "").await;
        assert!(head.starts_with("HTTP/1.1 404"), "{head}");
        assert!(body.contains("<Code>NoSuchBucket</Code>"), "{body}");
        answer("PUT", "/data", "").await;
        for key in ["a%26b", "c", "d"] {
            answer("PUT", &format!("/data/{key}"), "x").await;
        }
        let (head, body) = answer("DELETE", "/data", "").await;
        assert!(head.starts_with("HTTP/1.1 409"), "{head}");
        assert!(body.contains("<Code>BucketNotEmpty</Code>"), "{body}");
        let (_, body) = answer("GET", "/data?versions&max-keys=1", "").await;
        for part in [
            "<Key>a&amp;b</Key>",
            "<VersionId>null</VersionId>",
            "<NextKeyMarker>a&amp;b</NextKeyMarker>",
        ] {
            assert!(body.contains(part), "{body}");
        }
        let delete = "<Delete><Object><Key>a&amp;b</Key></Object><Object><Key>none</Key></Object>\
            <Object><Key>c</Key><VersionId>other</VersionId></Object></Delete>";
        let (head, body) = answer("POST", "/data?delete", delete).await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        for part in [
            "<Deleted><Key>a&amp;b</Key></Deleted><Deleted><Key>none</Key></Deleted>",
            "<Error><Key>c</Key><VersionId>other</VersionId><Code>InvalidArgument</Code>",
        ] {
            assert!(body.contains(part), "{body}");
        }
        let quiet = "<Delete><Object><Key>c</Key></Object><Object><Key>d</Key><VersionId>null</VersionId></Object>\
            <Quiet>true</Quiet></Delete>";
        let (_, body) = answer("POST", "/data?delete", quiet).await;
        assert!(body.ends_with("2006-03-01/\"></DeleteResult>"), "{body}");
        let (_, body) = answer("POST", "/data?delete", "<Delete></Delete>").await;
        assert!(body.contains("<Code>MalformedXML</Code>"), "{body}");
        let (head, _) = answer("DELETE", "/data", "").await;
        assert!(head.starts_with("HTTP/1.1 204"), "{head}");
        let (head, _) = answer("HEAD", "/data", "").await;
        assert!(head.starts_with("HTTP/1.1 404"), "{head}");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_there_is_not_implemented_or_not_allowed() {
    visited(async |send| {
        send(&ask("PUT", "/data", "", "")).answer().await;
        for (method, path, code) in [
            ("GET", "/data?policy", "NotImplemented"),
            ("PUT", "/data/key?tagging", "NotImplemented"),
            ("PATCH", "/data", "MethodNotAllowed"),
            ("PUT", "/", "MethodNotAllowed"),
        ] {
            let (_, body) = send(&ask(method, path, "", "")).answer().await;
            assert!(body.contains(&format!("<Code>{code}</Code>")), "{body}");
        }
    })
    .await;
}

#[tokio::test]
async fn uploads_in_parts_become_one_object() {
    visited(async |send| {
        send(&ask("PUT", "/data", "", "")).answer().await;
        let (_, begun) = send(&ask("POST", "/data/big?uploads", "", ""))
            .answer()
            .await;
        let (_, id) = begun.split_once("<UploadId>").expect("an identifier");
        let id = id.split('<').next().unwrap_or_default();
        let mut document = String::from("<CompleteMultipartUpload>");
        for (number, text) in [(1, "abc"), (2, "def")] {
            let path = format!("/data/big?partNumber={number}&uploadId={id}");
            let (head, _) = send(&ask("PUT", &path, "", text)).answer().await;
            let (_, etag) = head.split_once("etag: ").expect("an entity tag");
            let etag = etag.lines().next().unwrap_or_default();
            document +=
                &format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>");
        }
        document += "</CompleteMultipartUpload>";
        let path = format!("/data/big?uploadId={id}");
        let (head, _) = send(&ask("POST", &path, "", &document)).answer().await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        assert_eq!(
            send(&ask("GET", "/data/big", "", "")).answer().await.1,
            "abcdef"
        );
        let (_, again) = send(&ask("POST", &path, "", &document)).answer().await;
        assert!(again.contains("NoSuchUpload"), "{again}");
    })
    .await;
}

#[tokio::test]
async fn callers_can_get_their_identity() {
    visited(async |send| {
        let body = "Action=GetCallerIdentity&Version=2011-06-15";
        let more = "Content-Type: application/x-www-form-urlencoded\r\n";
        let (_, answer) = send(&ask("POST", "/", more, body).replace("/s3/", "/sts/"))
            .answer()
            .await;
        assert!(
            answer.contains("<Account>111122223333</Account>"),
            "{answer}"
        );
        assert!(
            answer.contains(":assumed-role/Console/session</Arn>"),
            "{answer}"
        );
    })
    .await;
}
