//! A visit of every address that pages lead to, with what must hold of each answer.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::client::{Answer, Requester};
use super::page::{Element, Page};
use super::proxied::Visitor;

/// What hostile names and texts hold where they would become an element or an attribute.
pub const MARK: &str = "zqx";

/// Every address that answers to GET, as the table of routes has them.
pub const KINDS: [&str; 30] = [
    "/",
    "/me",
    "/activity",
    "/static/*",
    "/w/*/pipelines",
    "/w/*/executions",
    "/w/*/executions.csv",
    "/w/*/executions.json",
    "/w/*/models",
    "/w/*/pipelines/*/executions",
    "/w/*/pipelines/*/executions/new",
    "/w/*/pipelines/*/graph",
    "/w/*/pipelines/*/graph.svg",
    "/w/*/pipelines/*/parameters",
    "/w/*/pipelines/*/definition",
    "/w/*/pipelines/*/definition.json",
    "/w/*/pipelines/*/activity",
    "/w/*/pipelines/*/information",
    "/w/*/pipelines/*/executions/*",
    "/w/*/pipelines/*/executions/*/steps",
    "/w/*/pipelines/*/executions/*/steps/*",
    "/w/*/pipelines/*/executions/*/steps/*/inputs",
    "/w/*/pipelines/*/executions/*/steps/*/outputs",
    "/w/*/pipelines/*/executions/*/steps/*/logs",
    "/w/*/pipelines/*/executions/*/steps/*/raw",
    "/w/*/pipelines/*/executions/*/parameters",
    "/w/*/pipelines/*/executions/*/information",
    "/w/*/pipelines/*/executions/*/stop",
    "/w/*/pipelines/*/executions/*/retry",
    "/w/*/pipelines/*/executions/*/graph.svg",
];

/// The rest of that table: the own addresses of a workspace and of a pipeline only redirect, and few executions can be
/// resumed.
pub const RARE_KINDS: [&str; 3] = [
    "/w/*",
    "/w/*/pipelines/*",
    "/w/*/pipelines/*/executions/*/resume",
];

/// How many addresses are visited at most.
const MOST: usize = 1_000;

/// What every answer carries.
const ALWAYS: [(&str, &str); 7] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-permitted-cross-domain-policies", "none"),
    ("x-frame-options", "DENY"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
];

/// The attributes that hold addresses.
const ADDRESSES: [&str; 12] = [
    "href",
    "src",
    "action",
    "formaction",
    "poster",
    "cite",
    "xlink:href",
    "hx-get",
    "hx-post",
    "hx-put",
    "hx-patch",
    "hx-delete",
];

/// One person's visit.
pub struct Crawl {
    visitor: Visitor,
    base: &'static str,
    stripped: bool,
    /// How many addresses of one kind are visited.
    each: usize,
    seen: BTreeSet<String>,
    limits: BTreeMap<String, usize>,
    queue: VecDeque<String>,
    /// How often each kind of address was visited.
    pub kinds: BTreeMap<String, usize>,
}

impl Crawl {
    /// Of a console below `base`, which the proxy has `stripped` or not.
    pub fn new(visitor: Visitor, base: &'static str, stripped: bool, each: usize) -> Self {
        Self {
            visitor,
            base,
            stripped,
            each,
            seen: BTreeSet::new(),
            limits: BTreeMap::new(),
            queue: VecDeque::new(),
            kinds: BTreeMap::new(),
        }
    }

    /// An address to begin from, as pages spell it.
    pub fn from(mut self, address: impl Into<String>) -> Self {
        self.queue.push_back(address.into());
        self
    }

    /// The path to request from the console for an address in a page.
    pub fn request_path<'a>(&self, address: &'a str) -> &'a str {
        match self.stripped {
            true => address.strip_prefix(self.base).unwrap_or(address),
            false => address,
        }
    }

    /// The addresses that were visited.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        self.seen.iter().map(String::as_str)
    }

    /// Visits every address found, as a browser and as htmx do, and shows each answer to `look`.
    pub async fn run(&mut self, mut look: impl FnMut(&Answer)) {
        while let Some(address) = self.queue.pop_front() {
            if !self.seen.insert(address.clone()) {
                continue;
            }
            let of_kind = self
                .limits
                .entry(kind(self.base, &address, true))
                .or_default();
            *of_kind += 1;
            if *of_kind > self.each || self.kinds.values().sum::<usize>() > MOST {
                self.seen.remove(&address);
                continue;
            }
            let first = *of_kind == 1;
            *self
                .kinds
                .entry(kind(self.base, &address, false))
                .or_default() += 1;
            let requesters: &[Requester] = if first {
                &Requester::BOTH
            } else {
                &[Requester::Browser]
            };
            for requester in requesters {
                let answer = self
                    .visitor
                    .get_as(*requester, self.request_path(&address))
                    .await;
                self.take(&address, &answer);
                look(&answer);
            }
        }
    }

    fn take(&mut self, address: &str, answer: &Answer) {
        let status = answer.status.as_u16();
        assert!(status < 500, "{address}: {status}\n{answer:?}");
        guarded(self.base, address, answer);
        for name in [
            "location",
            "hx-location",
            "hx-push-url",
            "hx-redirect",
            "hx-replace-url",
        ] {
            let place = answer.header(name);
            if !place.is_empty() {
                self.is_below(place, address);
                self.queue.push_back(place.to_owned());
            }
        }
        let kind = answer.header("content-type");
        if kind.starts_with("text/html") || kind.starts_with("image/svg") {
            self.read(address, &answer.page());
        } else if status == 200 {
            let known = [
                "text/css",
                "text/csv",
                "text/javascript",
                "application/json",
                "text/plain",
            ];
            assert!(
                known.iter().any(|k| kind.starts_with(k)),
                "{address}: {kind}"
            );
        }
    }

    fn read(&mut self, address: &str, page: &Page) {
        let mut all = page.root().children();
        while let Some(element) = all.pop() {
            tame(&element, self.base, address);
            for (name, value) in element.attributes() {
                if is_address(&name, &value) && self.leads_here(&element, &value, address) {
                    let value = value.split('#').next().unwrap_or_default();
                    self.queue.push_back(value.to_owned());
                }
            }
            all.extend(element.children());
        }
    }

    /// Whether it is an address of the console. One elsewhere must be a whole one of AWS.
    fn leads_here(&self, element: &Element, value: &str, address: &str) -> bool {
        if value.is_empty() || value.starts_with('#') {
            return false;
        }
        if value.starts_with("data:image/svg+xml") {
            assert_eq!(element.attribute("rel"), "icon", "{address}: {value}");
            return false;
        }
        if let Some(rest) = value.strip_prefix("https://") {
            let host = rest.split('/').next().unwrap_or_default();
            assert!(host.ends_with(".amazon.com"), "{address}: {value}");
            return false;
        }
        self.is_below(value, address);
        true
    }

    #[track_caller]
    fn is_below(&self, place: &str, address: &str) {
        let rest = place.strip_prefix(self.base);
        let below = rest.is_some_and(|rest| rest.starts_with('/') && !rest.starts_with("//"));
        assert!(below, "{address} leads to {place:?}");
    }
}

/// Headers that hold of every answer to somebody who is known.
fn guarded(base: &str, address: &str, answer: &Answer) {
    for (name, value) in ALWAYS {
        assert_eq!(answer.header(name), value, "{address}: {name}");
    }
    let policy = answer.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; "),
        "{address}: {policy}"
    );
    assert!(
        policy.ends_with("frame-ancestors 'none'"),
        "{address}: {policy}"
    );
    assert!(!policy.contains("unsafe"), "{address}: {policy}");
    for name in answer.headers.keys() {
        let name = name.as_str();
        let never = name == "set-cookie" || name.starts_with("access-control-") || name == "server";
        assert!(!never, "{address}: {name}");
    }
    let is_file = address.starts_with(&format!("{base}/static/")) && answer.status == 200;
    let cached = answer.header("cache-control");
    match is_file {
        true => assert!(cached.contains("immutable"), "{address}: {cached}"),
        false => assert_eq!(cached, "no-store", "{address}"),
    }
    let kind = answer.header("content-type");
    assert!(
        answer.body.is_empty() || !kind.is_empty(),
        "{address} has no content type"
    );
    let is_text = kind.starts_with("text/") || kind.starts_with("application/json");
    assert!(
        !kind.starts_with("text/html") || is_text,
        "{address}: {kind}"
    );
}

/// Nothing that runs, and nothing that a text from elsewhere has made.
fn tame(element: &Element, base: &str, address: &str) {
    let tag = element.tag();
    assert!(!tag.contains(MARK), "{address}: <{tag}>");
    let never = [
        "style",
        "iframe",
        "frame",
        "object",
        "embed",
        "base",
        "foreignobject",
    ];
    assert!(!never.contains(&&*tag.to_lowercase()), "{address}: <{tag}>");
    if tag == "script" {
        let source = element.attribute("src");
        assert!(
            source.starts_with(&format!("{base}/static/")),
            "{address}: {source}"
        );
        assert_eq!(element.raw_text(), "", "{address}");
    }
    for (name, value) in element.attributes() {
        let code = name.starts_with("on") || name.starts_with("hx-on") || name == "style";
        let strange = name.contains(MARK) || name == "srcdoc";
        assert!(!code && !strange, "{address}: <{tag} {name}={value:?}>");
        let lower = value.trim_start().to_lowercase();
        let runs = ADDRESSES.contains(&&*name) && lower.starts_with("javascript:");
        let runs = runs || (name.starts_with("hx-") && lower.starts_with("js:"));
        assert!(!runs, "{address}: <{tag} {name}={value:?}>");
        if name == "target" && value == "_blank" {
            assert!(element.attribute("rel").contains("noopener"), "{address}");
        }
    }
}

/// Whether an attribute holds an address; those of scripts begin with a slash.
fn is_address(name: &str, value: &str) -> bool {
    let for_script = name.starts_with("data-") && value.starts_with('/') && !is_shown(name);
    ADDRESSES.contains(&name) || for_script
}

/// Attributes of names and texts, which may begin with a slash without being addresses.
fn is_shown(name: &str) -> bool {
    [
        "data-step",
        "data-value",
        "data-title",
        "data-key",
        "data-person",
    ]
    .contains(&name)
}

/// What an address is of: its path with names and ids left out, and with the query where it matters.
fn kind(base: &str, address: &str, with_query: bool) -> String {
    let rest = address.strip_prefix(base).unwrap_or(address);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut parts: Vec<&str> = path.split('/').collect();
    if parts.get(1) == Some(&"w") {
        for at in [2, 4, 6, 8] {
            if let Some(part) = parts.get_mut(at)
                && *part != "new"
            {
                *part = "*";
            }
        }
    } else if parts.get(1) == Some(&"static") && parts.len() > 2 {
        parts[2] = "*";
    }
    let mut kind = parts.join("/");
    if with_query {
        let pairs = form_urlencoded::parse(query.as_bytes());
        for name in pairs
            .map(|(name, _)| name.into_owned())
            .collect::<BTreeSet<_>>()
        {
            kind.push_str(" ?");
            kind.push_str(&name);
        }
    }
    kind
}

#[test]
fn addresses_are_of_kinds() {
    let address = "/ml/w/default/pipelines/x/executions/y/steps/z?q=1&a=2&q=3";
    assert_eq!(
        kind("/ml", address, false),
        "/w/*/pipelines/*/executions/*/steps/*"
    );
    assert!(kind("/ml", address, true).ends_with("/steps/* ?a ?q"));
    assert_eq!(
        kind("", "/w/a/pipelines/x/executions/new", false),
        "/w/*/pipelines/*/executions/new"
    );
}
