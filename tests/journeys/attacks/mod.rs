//! Attacks on the console, one row each. The witnesses are the local SageMaker, whose counters of calls that
//! change something must not move, and the audit trail, which must record what was refused.

mod balancers;
mod bounds;
mod cross_site;
mod filters;
mod framing;
mod objects;
mod prefixes;
mod roles;
mod shot;
mod signing;
mod spoofed;
mod targets;
mod tickets;
mod tokens;

use std::collections::BTreeMap;

use crate::support::proxied::{HEADER_MODE, RULES};
use crate::support::{Answer, ProxiedConsole, pipelines};

use shot::{Reply, Shot};

/// Where executions of the pipeline that everybody sees are created.
const EXECUTIONS: &str = "/w/default/pipelines/plain/executions";

/// The name of an execution of a pipeline that only admins see. No request names it.
const HIDDEN: &str = "hush-hush";

/// A host that no answer may name.
const EVIL: &str = "evil.example";

/// The operator of these scenes, as a proxy's headers name them.
const ADA: [(&str, &str); 3] = [
    ("X-Forwarded-User", "ada@example.com"),
    ("X-Forwarded-Groups", "ml-ops"),
    ("X-Forwarded-For", "203.0.113.7"),
];

/// Settings of a console, its base path, and the headers of its operator.
struct Setup<'a> {
    settings: &'a str,
    /// The headers that name the operator.
    ada: &'a [(&'a str, &'a str)],
    /// What precedes the addresses in the console's pages.
    base: &'a str,
    /// What precedes the addresses of requests.
    request_base: &'a str,
}

/// A console with a running execution that the operator may stop, a pipeline that they may not see, and a
/// create form that is ready to be sent.
struct Scene {
    proxied: ProxiedConsole,
    /// The create form, as it is sent.
    form: String,
    /// The running execution of `plain`.
    running: String,
    /// The running execution of `secret-plan`.
    hidden: String,
    ada: Vec<(String, String)>,
}

impl Scene {
    /// One known by headers, with room for many writes.
    async fn open() -> Self {
        Self::with(&header_mode("")).await
    }

    /// One known by headers, with these settings.
    async fn with(settings: &str) -> Self {
        Self::set(Setup {
            settings,
            ada: &ADA,
            base: "",
            request_base: "",
        })
        .await
    }

    async fn set(setup: Setup<'_>) -> Self {
        let proxied = ProxiedConsole::with(setup.settings).await;
        let emulator = &proxied.emulator;
        for name in ["plain", "other", "secret-plan"] {
            emulator.create_pipeline(name, &pipelines::plain()).await;
        }
        let running = emulator.start("plain", "runs", &[]).await;
        let hidden = emulator.start("secret-plan", HIDDEN, &[]).await;
        emulator.advance(1).await;
        let mut scene = Self {
            form: String::new(),
            running,
            hidden,
            ada: owned(setup.ada),
            proxied,
        };
        let page = scene
            .as_ada(&format!("{}{EXECUTIONS}/new", setup.request_base))
            .await;
        let form = page
            .expect(200)
            .page()
            .form(&format!("{}{EXECUTIONS}", setup.base));
        scene.form = encoded(&form);
        scene
    }

    /// GET as the operator.
    async fn as_ada(&self, path: &str) -> Answer {
        self.proxied.visitor(&self.ada).get(path).await
    }

    /// A form of the operator's, as it would be sent, with its ticket.
    async fn form_of(&self, path: &str) -> String {
        let page = self.as_ada(path).await.expect(200).page();
        encoded(&page.form(path))
    }

    /// The operator's GET.
    fn get(&self, path: &str) -> Shot {
        Shot::get(path).with_all(&self.ada)
    }

    /// The operator's POST of the create form, which would start an execution.
    fn start(&self) -> Shot {
        self.post(EXECUTIONS, &self.form)
    }

    /// The operator's POST.
    fn post(&self, path: &str, form: &str) -> Shot {
        Shot::post(path, form).with_all(&self.ada)
    }

    fn running(&self, tail: &str) -> String {
        format!("{EXECUTIONS}/{}{tail}", self.running)
    }

    async fn send(&self, shot: &Shot) -> Reply {
        shot.send(self.proxied.bare().authority()).await
    }

    /// How often each call that changes something was made.
    async fn writes(&self) -> BTreeMap<String, u64> {
        let reads = ["Describe", "List", "Search", "Get", "AssumeRole"];
        let mut calls = self.proxied.emulator.calls().await;
        calls.retain(|name, _| !reads.iter().any(|read| name.starts_with(read)));
        calls
    }

    /// How many refused requests are in the audit trail, by reason.
    async fn denials(&self) -> BTreeMap<String, usize> {
        let mut denials = BTreeMap::new();
        for record in self.proxied.records().await {
            if record["event"] == "denied" {
                let reason = record["refused_for"].as_str().expect("a reason").to_owned();
                *denials.entry(reason).or_default() += 1;
            }
        }
        denials
    }

    /// Sends every attack, and expects of the console what its row states.
    async fn expect_refused(&self, group: &str, attacks: Vec<Attack>) {
        let writes = self.writes().await;
        let mut expected = self.denials().await;
        for attack in &attacks {
            let reply = self.send(&attack.shot).await;
            let name = format!("{group}: {}", attack.name);
            assert!(
                attack.statuses.contains(&reply.status),
                "{name}: answered {reply}"
            );
            reply.reveals_nothing(&name, attack.repeats_hidden_name);
            reply.is_guarded(&name);
            assert_eq!(self.writes().await, writes, "{name}: SageMaker was called");
            if let Some(reason) = attack.denied {
                *expected.entry(reason.to_owned()).or_default() += 1;
            }
        }
        assert_eq!(self.denials().await, expected, "{group}: the audit trail");
        println!("attacks: {} held ({group})", attacks.len());
    }

    /// The form that every attack misused is good, and starts one execution.
    async fn still_works(&self, shot: &Shot) {
        let before = self.proxied.emulator.count("StartPipelineExecution").await;
        let reply = self.send(shot).await;
        assert_eq!(reply.status, 303, "{reply}");
        let after = self.proxied.emulator.count("StartPipelineExecution").await;
        assert_eq!(after, before + 1);
    }
}

/// One attack and what must come of it.
struct Attack {
    name: String,
    shot: Shot,
    statuses: Vec<u16>,
    /// The reason in the audit trail, where a record is expected.
    denied: Option<&'static str>,
    /// Whether the hidden name is in the request itself, so that an answer may repeat it.
    repeats_hidden_name: bool,
}

/// A row: this request gets this status; 0 means no answer at all.
fn attack(name: impl Into<String>, shot: Shot, status: u16) -> Attack {
    Attack {
        name: name.into(),
        shot,
        statuses: vec![status],
        denied: None,
        repeats_hidden_name: false,
    }
}

impl Attack {
    /// Written down as refused for this reason.
    fn denied(mut self, reason: &'static str) -> Self {
        self.denied = Some(reason);
        self
    }

    /// This status will do as well.
    fn or(mut self, status: u16) -> Self {
        self.statuses.push(status);
        self
    }

    /// The request itself names what is hidden.
    fn naming(mut self) -> Self {
        self.repeats_hidden_name = true;
        self
    }
}

/// The settings of a console known by headers, with these lines in `[server]` too.
fn header_mode(server: &str) -> String {
    let own = format!("[server]\nwrites_per_minute = 10000\n{server}");
    format!("{HEADER_MODE}{RULES}").replacen("[server]", &own, 1)
}

fn owned(headers: &[(&str, &str)]) -> Vec<(String, String)> {
    let headers = headers.iter();
    headers
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn encoded(form: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish()
}

/// The same form with another value in a field.
fn with_field(form: &str, name: &str, value: &str) -> String {
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(form.as_bytes())
        .into_owned()
        .collect();
    crate::support::page::set(&mut pairs, name, value);
    encoded(&pairs)
}

/// The ticket in a form.
fn ticket(form: &str) -> String {
    let mut pairs = form_urlencoded::parse(form.as_bytes());
    let ticket = pairs.find(|(name, _)| name == "ticket");
    ticket.expect("a ticket").1.into_owned()
}
