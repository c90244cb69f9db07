mod socket;

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{Request, Response, header};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::*;
use crate::identity::{IdentitySettings, Mode};

/// The peer of requests that come without a connection.
const LOCALHOST: base_path::Peer =
    base_path::Peer(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));

const FORM: &str = "application/x-www-form-urlencoded";
const CREATE: &str = "/w/default/pipelines/churn/executions";
const STOP: &str = "/w/default/pipelines/churn/executions/x1/stop";

async fn length(body: Bytes) -> String {
    body.len().to_string()
}

async fn panics() -> &'static str {
    panic!("the panic's message")
}

fn pages() -> Router {
    let css = [
        (header::CACHE_CONTROL, "immutable"),
        (header::CONTENT_ENCODING, "br"),
    ];
    Router::new()
        .route("/", get(|| async { "pipelines ".repeat(200) }))
        .route("/panics", get(panics))
        .route("/hangs", get(std::future::pending::<()>))
        .route(
            "/static/a.css",
            get(move || async move { (css, "x".repeat(2000)) }),
        )
        .route(CREATE, post(length))
        .route(STOP, post(length))
}

async fn console(pages: Router) -> Router {
    let (trigger, shutdown) = Shutdown::manual();
    // These consoles never shut down.
    std::mem::forget(trigger);
    with_middleware(pages, middleware(RequestLimits::default(), shutdown).await)
}

/// The middleware of a console on its user's own machine.
async fn middleware(limits: RequestLimits, shutdown: Shutdown) -> Middleware {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let ledger_pools = database::open_ledger(folder.path())
        .await
        .expect("a ledger");
    let catalog_pools = database::open_catalog(folder.path())
        .await
        .expect("a catalog");
    let catalog = Catalog::new(catalog_pools, &Workspaces::default());
    let ledger = Ledger::open(
        ledger_pools,
        catalog,
        Workspaces::default(),
        LedgerSettings::default(),
    );
    let authenticator = Authenticator::new(IdentitySettings {
        mode: Mode::Local,
        trusted_proxies: Vec::new(),
        client_ip_header: None,
    });
    let load_shedder = Arc::new(LoadShedder::new(limits));
    Middleware {
        security_headers: SecurityHeaders::new(""),
        load_shedder: Arc::clone(&load_shedder),
        readiness: Readiness {
            shutdown,
            databases: Vec::new(),
            authenticator: authenticator.clone(),
        },
        auth: Auth {
            refused_forms: RefusedForms::new(Router::new(), load_shedder),
            authenticator,
            policy: Policy::default(),
            read_only: false,
            origins: ConsoleOrigins::local(([127, 0, 0, 1], 8080).into(), &[]),
            embedded: false,
            write_rate: WriteRateLimiter::new(limits.writes_per_minute),
            ledger: ledger.await.expect("a ledger"),
        },
    }
}

async fn send(console: &Router, request: Request<Body>) -> Response<Body> {
    let response = console.clone().oneshot(request).await;
    response.unwrap_or_else(|never| match never {})
}

fn request(method: &str, path: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .extension(LOCALHOST)
        .header(header::HOST, "localhost:8080")
}

fn form(path: &str, bytes: usize) -> Request<Body> {
    request("POST", path)
        .header(header::CONTENT_TYPE, FORM)
        .header(header::ORIGIN, "http://localhost:8080")
        .body(Body::from(vec![b'a'; bytes]))
        .expect("a request")
}

fn plain(method: &str, path: &str) -> Request<Body> {
    request(method, path)
        .body(Body::empty())
        .expect("a request")
}

fn same_origin(method: &str, path: &str) -> Request<Body> {
    request(method, path)
        .header(header::ORIGIN, "http://localhost:8080")
        .body(Body::empty())
        .expect("a request")
}

async fn text(response: Response<Body>) -> String {
    let bytes = response
        .into_body()
        .collect()
        .await
        .expect("a body")
        .to_bytes();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn header<'r>(response: &'r Response<Body>, name: &str) -> Option<&'r str> {
    response
        .headers()
        .get(name)
        .map(|value| value.to_str().expect("text"))
}

#[tokio::test]
async fn every_response_carries_the_security_headers() {
    let console = console(pages()).await;
    let foreign_host = Request::get("/")
        .extension(LOCALHOST)
        .header(header::HOST, "evil.example");
    for request in [
        plain("GET", "/"),
        plain("HEAD", "/"),
        plain("GET", "/nowhere"),
        plain("GET", "/panics"),
        plain("GET", "/healthz"),
        plain("OPTIONS", "/"),
        plain("POST", STOP),
        form(STOP, 70_000),
        foreign_host.body(Body::empty()).expect("a request"),
    ] {
        let what = format!("{} {}", request.method(), request.uri());
        let response = send(&console, request).await;
        let is = |name, value| assert_eq!(header(&response, name), Some(value), "{what}");
        is(
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-src 'none'; frame-ancestors 'none'",
        );
        is("x-content-type-options", "nosniff");
        is("referrer-policy", "same-origin");
        is("cross-origin-opener-policy", "same-origin");
        is("cross-origin-resource-policy", "same-origin");
        is("x-frame-options", "DENY");
        is("cache-control", "no-store");
        assert_eq!(
            header(&response, "x-request-id").map(str::len),
            Some(16),
            "{what}"
        );
        assert_eq!(
            header(&response, "access-control-allow-origin"),
            None,
            "{what}"
        );
    }
}

#[tokio::test]
async fn refusals_have_a_status_and_a_sentence() {
    let console = console(pages()).await;
    let json = request("POST", STOP)
        .header(header::ORIGIN, "http://localhost:8080")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from("{}"));
    let cross_site = request("POST", STOP)
        .header(header::CONTENT_TYPE, FORM)
        .header(header::ORIGIN, "https://evil.example")
        .body(Body::from("a=b"));
    let foreign_host = Request::get("/")
        .extension(LOCALHOST)
        .header(header::HOST, "evil.example")
        .body(Body::empty());
    for (request, status, sentence) in [
        (
            foreign_host.expect("a request"),
            421,
            "does not serve this host name",
        ),
        (
            cross_site.expect("a request"),
            403,
            "was not sent by a page of this console",
        ),
        (json.expect("a request"), 415, "accepts forms only"),
        (same_origin("TRACE", "/"), 405, "GET, HEAD and POST only"),
        (form("/", 1), 405, "does not support this method"),
        (plain("GET", "/nowhere"), 404, "nothing at this address"),
        (form(STOP, (64 << 10) + 1), 413, "64 KiB"),
        (form(CREATE, (4 << 20) + 1), 413, "4096 KiB"),
        (plain("GET", "/panics"), 500, "an error in the console"),
    ] {
        let what = format!("{} {}", request.method(), request.uri());
        let response = send(&console, request).await;
        assert_eq!(response.status(), status, "{what}");
        let page = text(response).await;
        assert!(page.contains(sentence), "{what}: {page}");
        assert!(!page.contains("panic's message"), "{what}: {page}");
    }
}

#[tokio::test]
async fn a_refused_method_names_the_allowed_ones() {
    let console = console(pages()).await;
    let response = send(&console, same_origin("PUT", "/")).await;
    assert_eq!(header(&response, "allow"), Some("GET, HEAD, POST"));
    let response = send(&console, form("/", 1)).await;
    assert_eq!(header(&response, "allow"), Some("GET,HEAD"));
}

#[tokio::test]
async fn bodies_up_to_the_limit_arrive_complete() {
    let console = console(pages()).await;
    for (path, bytes) in [(STOP, 64 << 10), (CREATE, 4 << 20)] {
        let response = send(&console, form(path, bytes)).await;
        assert_eq!(text(response).await, bytes.to_string());
    }
}

#[tokio::test]
async fn a_body_without_a_declared_length_is_bounded_too() {
    let console = console(pages()).await;
    let chunks = (0..70).map(|_| Ok::<_, std::io::Error>(Bytes::from_static(&[b'a'; 1024])));
    let request = request("POST", STOP)
        .header(header::CONTENT_TYPE, FORM)
        .header(header::ORIGIN, "http://localhost:8080")
        .body(Body::from_stream(futures_util::stream::iter(chunks)))
        .expect("a request");
    assert_eq!(send(&console, request).await.status(), 413);
}

#[tokio::test]
async fn pages_are_compressed_and_static_files_left_alone() {
    let console = console(pages()).await;
    for (path, encoding, cache) in [
        ("/", "br", "no-store"),
        ("/static/a.css", "br", "immutable"),
    ] {
        let request = request("GET", path)
            .header(header::ACCEPT_ENCODING, "gzip, br")
            .body(Body::empty())
            .expect("a request");
        let response = send(&console, request).await;
        assert_eq!(
            header(&response, "content-encoding"),
            Some(encoding),
            "{path}"
        );
        assert_eq!(header(&response, "cache-control"), Some(cache), "{path}");
        let length = response
            .into_body()
            .collect()
            .await
            .expect("a body")
            .to_bytes()
            .len();
        assert_eq!(length < 200, path == "/", "{path}: {length} bytes");
    }
}

#[tokio::test]
async fn a_busy_console_refuses_requests_but_answers_liveness_probes() {
    let console = console(pages()).await;
    let mut hanging: Vec<_> = (0..256)
        .map(|_| Box::pin(send(&console, plain("GET", "/hangs"))))
        .collect();
    for request in &mut hanging {
        assert!(futures_util::poll!(request).is_pending());
    }
    let response = send(&console, plain("GET", "/")).await;
    assert_eq!(response.status(), 503);
    assert_eq!(header(&response, "retry-after"), Some("2"));
    assert_eq!(send(&console, plain("GET", "/healthz")).await.status(), 200);
    hanging.pop();
    assert_eq!(send(&console, plain("GET", "/")).await.status(), 200);
}

#[tokio::test]
async fn a_slow_page_times_out() {
    let (_trigger, shutdown) = Shutdown::manual();
    let limits = RequestLimits {
        request_timeout: Duration::from_millis(1),
        ..RequestLimits::default()
    };
    let console = with_middleware(pages(), middleware(limits, shutdown).await);
    let response = send(&console, plain("GET", "/hangs")).await;
    assert_eq!(response.status(), 503);
    assert!(text(response).await.contains("took too long"));
}

#[tokio::test]
async fn probes_are_answered_under_any_host_and_readiness_ends_first() {
    let (trigger, shutdown) = Shutdown::manual();
    let limits = RequestLimits::default();
    let console = with_middleware(pages(), middleware(limits, shutdown).await);
    let by_address = |path: &str| {
        Request::get(path)
            .header(header::HOST, "10.0.0.7:8080")
            .body(Body::empty())
            .expect("a request")
    };
    assert_eq!(send(&console, by_address("/healthz")).await.status(), 200);
    assert_eq!(send(&console, by_address("/readyz")).await.status(), 200);
    drop(trigger);
    assert_eq!(send(&console, by_address("/healthz")).await.status(), 200);
    assert_eq!(send(&console, by_address("/readyz")).await.status(), 503);
}

#[tokio::test]
async fn forms_are_limited_per_person_and_minute() {
    let (_trigger, shutdown) = Shutdown::manual();
    let limits = RequestLimits {
        writes_per_minute: 2,
        ..RequestLimits::default()
    };
    let console = with_middleware(pages(), middleware(limits, shutdown).await);
    for status in [200, 200, 429] {
        let response = send(&console, form(STOP, 1)).await;
        assert_eq!(response.status(), status);
        assert_eq!(header(&response, "retry-after").is_some(), status == 429);
    }
    assert_eq!(send(&console, plain("GET", "/")).await.status(), 200);
}

#[tokio::test]
async fn framing_is_allowed_by_origin_and_never_by_the_old_header() {
    let (_trigger, shutdown) = Shutdown::manual();
    let mut middleware = middleware(RequestLimits::default(), shutdown).await;
    middleware.security_headers = SecurityHeaders::new("'self' https://portal.example.com");
    let console = with_middleware(pages(), middleware);
    for path in ["/", "/nowhere", "/panics"] {
        let response = send(&console, plain("GET", path)).await;
        let policy = header(&response, "content-security-policy").expect("a policy");
        assert!(
            policy.ends_with("; frame-ancestors 'self' https://portal.example.com"),
            "{policy}"
        );
        assert_eq!(header(&response, "x-frame-options"), None);
    }
}
