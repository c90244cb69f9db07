//! Every address there is, followed from the start page by a program that verifies every answer.

use hyper::Method;

use crate::support::crawl::{Crawl, KINDS, RARE_KINDS};
use crate::support::proxied::{HEADER_MODE, RULES};
use crate::support::{ProxiedConsole, Requester, pipelines};

/// A console over the demo's pipelines and one that only admins see, and that one's execution.
async fn demo(base: &str, stripped: bool) -> (ProxiedConsole, String) {
    let proxied = ProxiedConsole::seeded(&settings(base, stripped), "demo").await;
    let emulator = &proxied.emulator;
    emulator
        .create_pipeline("secret-plan", &pipelines::plain())
        .await;
    let id = emulator.start("secret-plan", "hush-hush", &[]).await;
    emulator.advance(1).await;
    (proxied, id)
}

/// The settings of a console below `base`, which the proxy has `stripped` or not.
fn settings(base: &str, stripped: bool) -> String {
    let own = match base {
        "" => "[server]".to_owned(),
        base => format!("[server]\nbase_path = \"{base}\"\nbase_path_stripped = {stripped}"),
    };
    format!("{HEADER_MODE}{RULES}").replacen("[server]", &own, 1)
}

/// Reading changes nothing, and without a name nothing is revealed.
async fn nothing_was_done(proxied: &ProxiedConsole, crawl: &Crawl, before: u64) {
    assert_eq!(
        writes(proxied).await,
        before,
        "a GET has called for a change"
    );
    for record in proxied.records().await {
        assert_ne!(record["event"], "intent", "{record}");
    }
    for address in crawl.addresses() {
        let path = crawl.request_path(address);
        let answer = proxied.bare().get(path).await;
        assert_eq!(answer.status, 401, "{address} without a name");
        assert!(!answer.text().contains("pipeline"), "{address}");
    }
}

async fn writes(proxied: &ProxiedConsole) -> u64 {
    let reads = ["Describe", "List", "Search", "Get"];
    let calls = proxied.emulator.calls().await;
    let writes = calls
        .iter()
        .filter(|(name, _)| !reads.iter().any(|read| name.starts_with(read)));
    writes.map(|(_, count)| count).sum()
}

async fn crawled(base: &'static str, stripped: bool, each: usize) {
    let (proxied, secret) = demo(base, stripped).await;
    let before = writes(&proxied).await;
    let start = format!("{base}/");
    let mut crawl = Crawl::new(proxied.admin(), base, stripped, each)
        .from(start)
        .from(format!(
            "{base}/w/default/pipelines/secret-plan/executions/{secret}"
        ));
    crawl
        .run(|answer| {
            let status = answer.status.as_u16();
            assert!(status < 400, "{} is linked to: {status}", answer.address);
        })
        .await;
    for kind in KINDS {
        // Few executions can be retried: a short visit may meet none.
        let rare = each < 4 && kind.ends_with("/retry");
        let met = crawl.kinds.contains_key(kind);
        assert!(met || rare, "no page leads to {kind}");
    }
    for kind in crawl.kinds.keys() {
        let is_listed = KINDS.iter().chain(&RARE_KINDS).any(|known| known == kind);
        assert!(is_listed, "{kind} is not among the kinds of addresses");
    }
    let total: usize = crawl.kinds.values().sum();
    println!(
        "crawl: {total} addresses below {base:?}, {} kinds",
        crawl.kinds.len()
    );
    nothing_was_done(&proxied, &crawl, before).await;
}

#[tokio::test]
async fn every_address_is_guarded_and_changes_nothing() {
    crawled("", false, 4).await;
}

#[tokio::test]
async fn every_address_stands_below_a_base_path() {
    crawled("/tools/ml", false, 2).await;
}

#[tokio::test]
async fn every_address_stands_below_a_base_path_that_is_taken_away() {
    crawled("/tools/ml", true, 2).await;
}

#[tokio::test]
async fn what_a_viewer_may_not_see_is_in_no_byte() {
    let (proxied, secret) = demo("", false).await;
    let before = writes(&proxied).await;
    // The admin has looked at it, so that the copy knows it.
    let hidden = format!("/w/default/pipelines/secret-plan/executions/{secret}");
    proxied.admin().get(&hidden).await.expect(200);
    proxied
        .admin()
        .get("/w/default/pipelines")
        .await
        .expect(200);
    let mut crawl = Crawl::new(proxied.viewer(), "", false, 4)
        .from("/")
        .from("/w/default/pipelines?q=plan")
        .from("/w/default/models?q=e");
    crawl
        .run(|answer| {
            let head = format!("{:?}", answer.headers);
            let body = String::from_utf8_lossy(&answer.body);
            for secret_text in ["secret-plan", "hush-hush", &secret] {
                let found = body.contains(secret_text) || head.contains(secret_text);
                assert!(!found, "{} contains {secret_text}", answer.address);
            }
        })
        .await;
    for kind in KINDS {
        let acts = ["new", "stop", "retry"]
            .iter()
            .any(|end| kind.ends_with(end));
        assert!(
            acts || crawl.kinds.contains_key(kind),
            "no page leads to {kind}"
        );
    }
    nothing_was_done(&proxied, &crawl, before).await;
}

/// A slash at the end of any address leads to the address, for good and below the base path; somebody without a name
/// is led nowhere.
#[tokio::test]
async fn a_slash_at_the_end_leads_to_every_route() {
    let query = "?q=a%2Fb&page=2";
    for (base, stripped) in [("", false), ("/tools/ml", false), ("/tools/ml", true)] {
        let proxied = ProxiedConsole::with(&settings(base, stripped)).await;
        let received = if stripped { "" } else { base };
        for kind in KINDS.into_iter().chain(RARE_KINDS) {
            if kind == "/" {
                continue;
            }
            let path = kind.replace('*', "x");
            let request = format!("{received}{path}/{query}");
            for visitor in [proxied.admin(), proxied.viewer()] {
                for requester in Requester::BOTH {
                    let answer = visitor.get_as(requester, &request).await.expect(308);
                    assert_eq!(answer.location(), format!("{base}{path}{query}"));
                }
            }
            let unnamed = proxied.bare().get(&request).await.expect(401);
            assert_eq!(unnamed.header("location"), "", "{request}");
        }
    }
}

/// Every address and every method, without a name: the answer explains how to sign in.
#[tokio::test]
async fn every_route_asks_who_it_is() {
    let proxied = ProxiedConsole::empty().await;
    for kind in KINDS.into_iter().chain(RARE_KINDS) {
        let path = kind.replace('*', "x");
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"] {
            let method: Method = method.parse().expect("a method");
            let request = proxied
                .bare()
                .request(Requester::Browser, method.clone(), &path);
            let answer = proxied.bare().send(request, Vec::new()).await;
            assert_eq!(answer.status, 401, "{method} {path}");
        }
    }
    for (path, text) in [("/healthz", "ok\n"), ("/readyz", "ready\n")] {
        let answer = proxied.bare().get(path).await.expect(200);
        assert_eq!(answer.text(), text);
        let below = proxied.bare().get(&format!("{path}/")).await;
        assert_eq!(below.status, 401, "{path}/");
    }
}
