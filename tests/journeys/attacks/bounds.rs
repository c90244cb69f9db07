//! Too much, too slow, too often, and wrong lengths.

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{ProxiedConsole, Requester, eventually, pipelines};

use super::shot::{Reply, connect};
use super::{Attack, EXECUTIONS, Scene, Shot, attack, header_mode, with_field};

const LENGTH: &str = "Content-Length";
const CHUNKED: (&str, &str) = ("Transfer-Encoding", "chunked");

fn sizes(scene: &Scene) -> Vec<Attack> {
    let stop = scene.running("/stop");
    let many =
        |count: usize| (0..count).fold(scene.start(), |shot, n| shot.add(&format!("X-{n}"), "x"));
    let large = "a=1&".repeat((64 << 10) / 4 + 1);
    vec![
        attack(
            "a header of 40 KiB",
            scene.start().add("X-Large", "x".repeat(40 << 10)),
            431,
        ),
        attack(
            "a target of 40 KiB",
            scene.get(&format!("/?{}", "x".repeat(40 << 10))),
            431,
        )
        .or(414),
        attack("100 headers", many(100), 431),
        attack(
            "a header's name of 40 KiB",
            scene.start().add(&"X".repeat(40 << 10), ""),
            431,
        )
        .or(400),
        attack("a stop of more than 64 KiB", scene.post(&stop, &large), 413),
        attack(
            "a stop of more than 64 KiB without a length",
            chunked(scene.post(&stop, ""), &[large.as_bytes()]),
            413,
        ),
        attack(
            "a start of 5 MiB",
            scene.post(EXECUTIONS, &"a=1&".repeat(5 << 18)),
            413,
        ),
        attack(
            "a start with a length of 5 MiB that sends nothing",
            scene
                .start()
                .with(LENGTH, (5 << 20).to_string())
                .add("Expect", "100-continue")
                .body_kept(""),
            413,
        ),
        attack(
            "half a million fields",
            scene.post(EXECUTIONS, &"a=1&".repeat(500_000)),
            422,
        )
        .or(403)
        .or(413),
    ]
}

/// A body in chunks, as they are given.
fn chunked(shot: Shot, chunks: &[&[u8]]) -> Shot {
    let mut body = Vec::new();
    for chunk in chunks {
        body.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        body.extend_from_slice(chunk);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"0\r\n\r\n");
    shot.body(body).add(CHUNKED.0, CHUNKED.1)
}

fn wrong_lengths(scene: &Scene) -> Vec<Attack> {
    let form = scene.form.as_str();
    let lying = |body: &str| scene.start().body(body).add(CHUNKED.0, CHUNKED.1);
    [
        ("two lengths", scene.start().add(LENGTH, "0")),
        (
            "a list of lengths",
            scene.start().with(LENGTH, format!("{}, 0", form.len())),
        ),
        ("a negative length", scene.start().with(LENGTH, "-1")),
        (
            "a length with a sign",
            scene.start().with(LENGTH, format!("+{}", form.len())),
        ),
        ("a length in hex", scene.start().with(LENGTH, "0x10")),
        (
            "a length that is not a number",
            scene.start().with(LENGTH, "many"),
        ),
        (
            "a length beyond 64 bits",
            scene.start().with(LENGTH, "99999999999999999999999"),
        ),
        (
            "another coding after chunked",
            scene.start().with("Transfer-Encoding", "chunked, identity"),
        ),
        (
            "a coding that is none",
            scene.start().with("Transfer-Encoding", "xchunked"),
        ),
        (
            "a chunk's size that is not a number",
            lying("zz\r\nabc\r\n0\r\n\r\n"),
        ),
        (
            "a chunk's size beyond 64 bits",
            lying("ffffffffffffffffff\r\nabc"),
        ),
        ("a negative chunk", lying("-1\r\nabc\r\n0\r\n\r\n")),
        (
            "a chunk longer than its stated size",
            lying("3\r\nabcdef\r\n0\r\n\r\n"),
        ),
        ("a line feed alone in a chunk", lying("3\nabc\n0\n\n")),
    ]
    .map(broken)
    .into()
}

fn broken((what, shot): (&str, Shot)) -> Attack {
    attack(what, shot, 400).or(0).or(413)
}

fn lines(scene: &Scene) -> Vec<Attack> {
    [
        (
            "HTTP/2 without negotiation",
            Shot::get("/").line("PRI * HTTP/2.0"),
        ),
        (
            "HTTP/3.0",
            scene.start().line(&format!("POST {EXECUTIONS} HTTP/3.0")),
        ),
        (
            "no version",
            scene.start().line(&format!("POST {EXECUTIONS}")),
        ),
        ("no path", scene.start().line("POST  HTTP/1.1")),
        ("TLS", Shot::get("/").line("\x16\x03\x01\x02\0\x01\0\x01")),
    ]
    .map(broken)
    .into()
}

/// The forms of these are bad, and what is left over of them must not be taken for another request.
fn smuggled(scene: &Scene) -> Vec<Attack> {
    let bad = with_field(&scene.form, "ticket", "nonsense");
    let inner =
        "GET /me HTTP/1.1\r\nHost: ml.example.com\r\nX-Forwarded-User: root@example.com\r\n\r\n";
    [
        (
            "both a length and chunks",
            scene
                .post(EXECUTIONS, "")
                .body(format!("0\r\n\r\n{inner}"))
                .add(CHUNKED.0, CHUNKED.1)
                .add(LENGTH, "200"),
        ),
        (
            "a length of none and a request as the body",
            scene.post(EXECUTIONS, "").body_kept(inner),
        ),
        (
            "a bad ticket in chunks",
            chunked(scene.post(EXECUTIONS, ""), &[bad.as_bytes()]),
        ),
    ]
    .map(|(what, shot)| attack(what, shot, 403).or(422).or(400))
    .into()
}

#[tokio::test]
async fn what_exceeds_a_limit_is_refused() {
    let scene = Scene::open().await;
    let writes = scene.writes().await;
    scene
        .expect_refused_or_cut_off("sizes", sizes(&scene))
        .await;
    scene
        .expect_refused_or_cut_off("wrong lengths", wrong_lengths(&scene))
        .await;
    scene
        .expect_refused_or_cut_off("first lines", lines(&scene))
        .await;
    scene
        .expect_refused_or_cut_off("smuggled requests", smuggled(&scene))
        .await;
    assert_eq!(scene.writes().await, writes);
    scene.still_works(&scene.start()).await;
}

impl Scene {
    /// Like [`Scene::expect_refused`] for requests so broken that an audit record is not promised.
    async fn expect_refused_or_cut_off(&self, group: &str, attacks: Vec<Attack>) {
        let writes = self.writes().await;
        for attack in &attacks {
            let reply = self.send(&attack.shot).await;
            let name = format!("{group}: {}", attack.name);
            let allowed = &attack.statuses;
            assert!(allowed.contains(&reply.status), "{name}: {reply}");
            reply.reveals_nothing(&name, false);
            reply.is_guarded(&name);
            assert_eq!(self.writes().await, writes, "{name}: SageMaker was called");
        }
        println!("attacks: {} held ({group})", attacks.len());
    }

    async fn connected(&self) -> TcpStream {
        connect(self.proxied.bare().authority(), Ipv4Addr::LOCALHOST).await
    }
}

#[tokio::test]
async fn slow_requests_end_and_delay_no_others() {
    let scene = Scene::with(&header_mode(
        "header_timeout = \"1s\"\nbody_timeout = \"1s\"\nmax_connections = 100",
    ))
    .await;
    let writes = scene.writes().await;
    let began = Instant::now();
    let form = scene.start().bytes();
    let head = form
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .expect("an end")
        + 4;
    let mut waiting = Vec::new();
    for (what, part, statuses) in [
        ("nothing", &form[..0], &[0][..]),
        ("half a line", &form[..9], &[0, 408]),
        ("half a head", &form[..head - 60], &[0, 408]),
        ("a head without its end", &form[..head - 2], &[0, 408]),
        ("a head alone", &form[..head], &[408]),
        ("half a body", &form[..head + 10], &[408]),
    ] {
        let mut stream = scene.connected().await;
        stream.write_all(part).await.expect("written");
        waiting.push((what, statuses, tokio::spawn(Reply::read(stream))));
    }
    // A byte at a time is no faster.
    let mut dripping = scene.connected().await;
    let drops = form[..head - 2].to_vec();
    let drip = tokio::spawn(async move {
        for drop in drops {
            if dripping.write_all(&[drop]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Reply::read(dripping).await
    });
    let healthy = Shot::get("/healthz");
    assert_eq!(scene.send(&healthy).await.status, 200);
    for (what, statuses, reply) in waiting {
        let reply = reply.await.expect("it ended");
        assert!(statuses.contains(&reply.status), "{what}: {reply}");
    }
    assert!(began.elapsed() < Duration::from_secs(20));
    assert_eq!(scene.writes().await, writes);
    // The drip would last a minute; it is cut off long before. Writing into the closed connection ends it.
    let drip = tokio::time::timeout(Duration::from_secs(20), drip).await;
    assert!(drip.is_ok(), "a byte at a time holds a connection");
    scene.still_works(&scene.start()).await;
    println!("attacks: 7 held (slow requests)");
}

#[tokio::test]
async fn silent_connections_leave_room_for_probes() {
    let scene = Scene::with(&header_mode(
        "max_connections = 8\nheader_timeout = \"60s\"",
    ))
    .await;
    let mut silent = Vec::new();
    for _ in 0..8 {
        silent.push(scene.connected().await);
    }
    eventually("pages are refused, and probes answered", async || {
        let page = scene.send(&scene.get("/w/default/pipelines")).await;
        page.status == 503 && !page.header("retry-after").is_empty()
    })
    .await;
    assert_eq!(scene.send(&Shot::get("/healthz")).await.status, 200);
    drop(silent);
    eventually("pages are there again", async || {
        scene.send(&scene.get("/w/default/pipelines")).await.status == 200
    })
    .await;
    println!("attacks: 1 held (silent connections)");
}

#[tokio::test]
async fn one_person_cannot_exceed_the_rate_of_actions() {
    let settings = header_mode("").replace("writes_per_minute = 10000", "writes_per_minute = 3");
    let scene = Scene::with(&settings).await;
    let bad = scene.post(EXECUTIONS, &with_field(&scene.form, "ticket", "nonsense"));
    for _ in 0..3 {
        assert_eq!(scene.send(&bad).await.status, 403);
    }
    let writes = scene.writes().await;
    let rows = vec![
        attack("a fourth form", scene.start(), 429).denied("too_often"),
        attack(
            "from elsewhere",
            scene.start().with("X-Forwarded-For", "198.51.100.9"),
            429,
        )
        .denied("too_often"),
        attack(
            "with other groups",
            scene.start().with("X-Forwarded-Groups", "ml-ops,staff"),
            429,
        )
        .denied("too_often"),
    ];
    scene.expect_refused("too often", rows).await;
    let refused = scene.send(&scene.start()).await;
    let wait: u64 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=21).contains(&wait), "{wait}");
    assert_eq!(scene.writes().await, writes);
    let bob = scene.proxied.person("bob@example.com", "ml-ops");
    bob.confirm(&format!("{EXECUTIONS}/new"), EXECUTIONS)
        .await
        .expect(303);
}

/// Asked to end in the middle of an action, the console writes down what came of it first.
#[tokio::test]
async fn shutdown_waits_for_an_action_and_its_record() {
    let mut proxied = ProxiedConsole::empty().await;
    let emulator = proxied.emulator.clone();
    emulator.create_pipeline("plain", &pipelines::plain()).await;
    let operator = proxied.operator();
    let form = operator.page(&format!("{EXECUTIONS}/new")).await;
    let form = form.form(EXECUTIONS);
    emulator
        .fault("StartPipelineExecution", "latency", 3000, 1)
        .await;
    let acting =
        tokio::spawn(async move { operator.post(Requester::Browser, EXECUTIONS, &form).await });
    eventually("the call has left the console", async || {
        emulator.count("StartPipelineExecution").await == 1
    })
    .await;
    assert!(proxied.end().await, "it ends well");
    acting.await.expect("an answer").expect(303);
    let records = proxied.records().await;
    let of = |event: &str| records.iter().filter(|r| r["event"] == event).count();
    assert_eq!((of("intent"), of("outcome")), (1, 1), "{}", json!(records));
    println!("attacks: 1 held (an end in the middle of an action)");
}
