//! What every response carries, which hosts are answered, and how static files are served.

use std::io::Read;

use hyper::Method;

use crate::support::{Answer, Page, Requester, Stage, pipelines};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; \
                      object-src 'none'; frame-src 'none'; frame-ancestors 'none'";

/// Every page there is, of a stage with a pipeline `train` that failed once.
async fn everything() -> (Stage, Vec<String>) {
    let stage = Stage::empty().await;
    stage
        .emulator
        .create_pipeline("train", &pipelines::training())
        .await;
    stage
        .emulator
        .fail_next("train", "Train", "AlgorithmError")
        .await;
    let id = stage
        .emulator
        .start("train", "fails", &[("Stage", "test")])
        .await;
    stage.emulator.advance(7200).await;
    let running = stage
        .emulator
        .start("train", "runs", &[("Stage", "test")])
        .await;
    stage.emulator.advance(1).await;
    let base = "/w/default/pipelines/train";
    let (failed, running) = (
        stage.execution("train", &id),
        stage.execution("train", &running),
    );
    let mut pages: Vec<String> = ["/w/default/pipelines", "/w/default/models", "/no/such/page"]
        .map(str::to_owned)
        .into();
    for tab in [
        "executions",
        "graph",
        "parameters",
        "definition",
        "information",
        "executions/new",
        "graph.svg",
        "definition.json",
    ] {
        pages.push(format!("{base}/{tab}"));
    }
    for tab in [
        "",
        "/steps",
        "/parameters",
        "/information",
        "/steps/Train",
        "/retry",
    ] {
        pages.push(format!("{failed}{tab}"));
    }
    pages.push(format!("{running}/stop"));
    pages.push("/w/default/pipelines/nobody".to_owned());
    (stage, pages)
}

fn secure(answer: &Answer) {
    let path = &answer.address;
    let policy = answer.header("content-security-policy");
    if answer.header("content-type").starts_with("text/html") {
        assert_eq!(policy, POLICY, "{path}");
    } else {
        assert!(!policy.is_empty(), "{path}");
    }
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
    assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
    assert!(
        answer.header("set-cookie").is_empty(),
        "{path} sets no cookie"
    );
    assert!(
        answer.header("access-control-allow-origin").is_empty(),
        "{path}"
    );
}

fn without_inline_code(page: &Page, path: &str) {
    assert!(!page.has("style"), "{path} has a <style>");
    for script in page.all("script") {
        assert!(
            script.attribute("src").starts_with("/static/"),
            "{path} has an inline script"
        );
    }
    let mut all = page.root().children();
    while let Some(element) = all.pop() {
        for (name, value) in element.attributes() {
            let code = name.starts_with("on") || name.starts_with("hx-on") || name == "style";
            assert!(!code, "{path}: <{} {name}>", element.tag());
            let address = matches!(
                name.as_str(),
                "href" | "src" | "action" | "hx-get" | "hx-post"
            );
            assert!(
                !(address && value.starts_with("javascript:")),
                "{path}: {value}"
            );
        }
        all.extend(element.children());
    }
}

#[tokio::test]
async fn every_response_has_the_security_headers_and_no_inline_code() {
    let (stage, pages) = everything().await;
    for path in pages {
        for requester in Requester::BOTH {
            let answer = stage.console.get_as(requester, &path).await;
            assert!(answer.status.as_u16() < 500, "{path}: {}", answer.status);
            secure(&answer);
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
            if answer.header("content-type").starts_with("text/html") {
                without_inline_code(&answer.page(), &path);
            }
        }
    }
}

#[tokio::test]
async fn every_link_of_every_page_works() {
    let (stage, pages) = everything().await;
    let mut seen = std::collections::BTreeSet::new();
    for path in pages {
        let answer = stage.console.get(&path).await;
        if !answer.header("content-type").starts_with("text/html") {
            continue;
        }
        for link in answer.page().all("a[href]") {
            let href = link.attribute("href");
            if !href.starts_with('/') || !seen.insert(href.clone()) {
                let outside =
                    href.starts_with("https://") || href.starts_with('#') || seen.contains(&href);
                assert!(outside, "{path} links to {href:?}");
                continue;
            }
            let answer = stage.console.get(&href).await;
            let status = answer.status.as_u16();
            assert!(
                status < 400 || href.contains("nobody"),
                "{path} links to {href}: {status}"
            );
        }
    }
    assert!(seen.len() > 20, "only {} links", seen.len());
}

#[tokio::test]
async fn a_foreign_host_is_refused() {
    let stage = Stage::empty().await;
    let port = stage
        .console
        .authority()
        .rsplit(':')
        .next()
        .expect("a port")
        .to_owned();
    for host in [
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "127.0.0.1",
        "169.254.1.1",
    ] {
        let request = stage
            .console
            .request(Requester::Browser, Method::GET, "/w/default/pipelines")
            .header("Host", host);
        let answer = stage.console.send(request, Vec::new()).await;
        assert!(answer.status.is_client_error(), "{host}: {}", answer.status);
        secure(&answer);
    }
    for host in ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"] {
        let request = stage
            .console
            .request(Requester::Browser, Method::GET, "/w/default/pipelines")
            .header("Host", format!("{host}:{port}"));
        stage.console.send(request, Vec::new()).await.expect(200);
    }
}

#[tokio::test]
async fn pages_and_files_are_sent_compressed() {
    let stage = Stage::empty().await;
    for address in [
        "/w/default/pipelines",
        "/w/default/executions.csv",
        "/w/default/executions.json",
    ] {
        let plain = stage.console.get(address).await.expect(200);
        let sent = async |encoding| {
            let request = stage
                .console
                .request(Requester::Browser, Method::GET, address)
                .header("Accept-Encoding", encoding);
            let answer = stage.console.send(request, Vec::new()).await.expect(200);
            assert_eq!(answer.header("content-encoding"), encoding, "{address}");
            answer
        };
        // A body that breaks off cannot be read.
        sent("gzip").await;
        let small = sent("br").await;
        let mut whole = Vec::new();
        brotli::Decompressor::new(&small.body[..], 4096)
            .read_to_end(&mut whole)
            .expect("brotli");
        if address != "/w/default/pipelines" {
            assert_eq!(whole, plain.body, "{address}");
        }
    }
}

#[tokio::test]
async fn static_files_have_hashed_names_and_never_expire() {
    let stage = Stage::empty().await;
    let page = stage.console.page("/w/default/pipelines").await;
    let mut files: Vec<String> = page
        .all("script[src]")
        .iter()
        .map(|s| s.attribute("src"))
        .collect();
    files.extend(
        page.all("link[rel=\"stylesheet\"]")
            .iter()
            .map(|s| s.attribute("href")),
    );
    assert!(files.len() >= 2, "{files:?}");
    for file in files {
        let parts: Vec<&str> = file.rsplitn(3, '.').collect();
        assert!(
            parts[1].len() >= 8 && parts[1].bytes().all(|b| b.is_ascii_hexdigit()),
            "{file}"
        );
        let plain = stage.console.get(&file).await.expect(200);
        secure(&plain);
        let cache = plain.header("cache-control");
        assert!(
            cache.contains("immutable") && cache.contains("max-age=31536000"),
            "{cache}"
        );
        let request = stage
            .console
            .request(Requester::Browser, Method::GET, &file)
            .header("Accept-Encoding", "br, gzip");
        let small = stage.console.send(request, Vec::new()).await.expect(200);
        assert_eq!(small.header("content-encoding"), "br");
        assert!(
            small
                .header("vary")
                .to_ascii_lowercase()
                .contains("accept-encoding")
        );
        assert!(small.body.len() < plain.body.len());
        let mut whole = Vec::new();
        brotli::Decompressor::new(&small.body[..], 4096)
            .read_to_end(&mut whole)
            .expect("brotli");
        assert_eq!(whole, plain.body);
        let stale = file.replacen(parts[1], &"0".repeat(parts[1].len()), 1);
        stage.console.get(&stale).await.expect(404);
    }
}

#[tokio::test]
async fn probes_are_answered_under_any_host() {
    let stage = Stage::empty().await;
    for path in ["/healthz", "/readyz"] {
        let request = stage
            .console
            .request(Requester::Browser, Method::GET, path)
            .header("Host", "10.0.0.1");
        stage.console.send(request, Vec::new()).await.expect(200);
    }
}
