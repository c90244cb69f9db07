//! The pages, and what one costs.

use std::time::{Duration, Instant};

use crate::http::{Answer, Connection};
use crate::processes::Program;
use crate::{Effort, Plan, Result};

/// Answers thrown away before measuring.
const WARMUP: usize = 5;
/// How long one page is measured.
const LONG: Duration = Duration::from_millis(1_600);

/// A page and how to request it.
pub struct Page {
    /// What it is called in the table.
    pub label: String,
    path: String,
    headers: Vec<(&'static str, String)>,
    /// Whether it is polled: a changed answer brings the tag of the next request.
    polled: bool,
}

/// The header that carries a polling tag, both ways.
const TAG: &str = "HX-PTag";

/// What a page costs.
pub struct Timing {
    /// Bytes of the body on the wire.
    pub bytes: usize,
    /// How often it was requested.
    pub repeats: usize,
    /// Milliseconds: the middle one.
    pub p50: f64,
    /// Milliseconds: all but one of a hundred are as quick.
    pub p99: f64,
    /// Milliseconds of processor time that the console took for one, its refreshes included.
    pub processor: f64,
    /// Milliseconds that a file of the same size takes from the same server.
    pub file: f64,
}

/// What the console's server costs beside the bare one.
pub struct Own {
    /// Bytes of the file that both served.
    pub bytes: usize,
    /// Milliseconds from the console.
    pub console: f64,
    /// Milliseconds from the bare server.
    pub bare: f64,
    /// Milliseconds that the console takes more.
    pub more: f64,
}

impl Page {
    fn new(label: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            path: path.into(),
            headers: Vec::new(),
            polled: false,
        }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    async fn fetch(&mut self, connection: &mut Connection) -> Result<Answer> {
        let headers = self.headers.iter();
        let headers: Vec<_> = headers
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let answer = connection.get(&self.path, &headers).await?;
        match answer.status {
            304 if self.polled => {}
            200 if self.polled => {
                let tag = answer.headers.get(TAG).ok_or("no polling tag")?.to_str()?;
                self.headers.retain(|(name, _)| *name != TAG);
                self.headers.push((TAG, tag.to_owned()));
            }
            200 => {}
            status => return Err(format!("{} answered {status}", self.path).into()),
        }
        Ok(answer)
    }
}

/// The values of an attribute in a page, in order.
pub fn marked(text: &str, attribute: &str) -> Vec<String> {
    let opening = format!(" {attribute}=\"");
    let pieces = text.split(&opening).skip(1);
    pieces
        .filter_map(|piece| Some(piece.split_once('"')?.0.to_owned()))
        .collect()
}

/// The pages of a plan: plain, then compressed, then a poll that finds nothing new.
pub async fn of(plan: &Plan, connection: &mut Connection) -> Result<Vec<Page>> {
    let mut pages = lists(plan);
    let mut compressed = vec![
        0,
        pages
            .iter()
            .position(|page| page.label == "executions")
            .unwrap_or(0),
    ];
    for name in plan.drawn {
        compressed.push(pages.len());
        pages.push(Page::new(
            format!("graph of {name}"),
            format!("{}/graph", pipeline(name)),
        ));
    }
    let text = connection
        .page(&format!("{}/executions", pipeline(plan.listed)))
        .await?;
    let id = marked(&text, "data-execution")
        .into_iter()
        .next()
        .ok_or("no execution")?;
    pages.extend(of_execution(plan.listed, &id, connection).await?);
    if let Some(largest) = plan.drawn.last() {
        let text = connection
            .page(&format!("{}/executions", pipeline(largest)))
            .await?;
        if let Some(id) = marked(&text, "data-execution").first() {
            let path = format!("{}/executions/{id}", pipeline(largest));
            compressed.push(pages.len());
            pages.push(Page::new(format!("execution of {largest}"), path.clone()));
            pages.push(Page::new(
                format!("steps of {largest}"),
                format!("{path}/steps"),
            ));
        }
    }
    pages.push(Page::new("models", "/w/default/models"));
    for index in compressed {
        let page = &pages[index];
        let packed = Page::new(format!("{}, br", page.label), page.path.clone());
        pages.push(packed.with("Accept-Encoding", "br"));
    }
    pages.push(poll("poll of pipelines", "/w/default/pipelines"));
    pages.push(poll(
        "poll of executions",
        format!("{}/executions", pipeline(plan.listed)),
    ));
    Ok(pages)
}

fn pipeline(name: &str) -> String {
    format!("/w/default/pipelines/{name}")
}

fn lists(plan: &Plan) -> Vec<Page> {
    let one = pipeline(plan.listed);
    let executions = format!("{one}/executions");
    let far = plan.far_page;
    vec![
        Page::new("pipelines", "/w/default/pipelines"),
        Page::new(
            "pipelines, searched",
            format!("/w/default/pipelines?q={}", plan.search),
        ),
        Page::new("pipelines by name", "/w/default/pipelines?sort=name"),
        Page::new("pipelines by status", "/w/default/pipelines?sort=-status"),
        Page::new(
            format!("pipelines, page {far}"),
            format!("/w/default/pipelines?page={far}"),
        ),
        Page::new("executions", executions.clone()),
        Page::new("executions, failed", format!("{executions}?status=Failed")),
        Page::new("executions, searched", format!("{executions}?q=0.01")),
        Page::new(
            "executions by duration",
            format!("{executions}?sort=-duration"),
        ),
        Page::new(
            format!("executions, page {far}"),
            format!("{executions}?page={far}"),
        ),
        Page::new("parameters", format!("{one}/parameters")),
        Page::new("definition", format!("{one}/definition")),
        Page::new("information", format!("{one}/information")),
        Page::new("create form", format!("{executions}/new")),
    ]
}

async fn of_execution(name: &str, id: &str, connection: &mut Connection) -> Result<Vec<Page>> {
    let path = format!("{}/executions/{id}", pipeline(name));
    let text = connection.page(&path).await?;
    let step = marked(&text, "data-step")
        .into_iter()
        .next()
        .ok_or("no step")?;
    Ok(vec![
        Page::new("execution", path.clone()),
        Page::new("execution's steps", format!("{path}/steps")),
        Page::new("execution's parameters", format!("{path}/parameters")),
        Page::new("step", format!("{path}/steps/{step}")),
        Page::new("step panel", format!("{path}/steps/{step}"))
            .with("HX-Request", "true")
            .with("HX-Request-Type", "partial")
            .with("HX-Target", "div#panel"),
    ])
}

/// What an open page requests every few seconds: answered with 304 while nothing changes.
fn poll(label: &str, path: impl Into<String>) -> Page {
    let page = Page::new(label, path)
        .with("HX-Request", "true")
        .with("HX-Request-Type", "partial")
        .with("HX-Target", "div#live");
    Page {
        polled: true,
        ..page
    }
}

/// Milliseconds of each answer to one request and to its counterpart, requested in turn.
async fn in_turn(
    page: &mut Page,
    file: &mut Page,
    connections: (&mut Connection, &mut Connection),
    effort: &Effort,
) -> Result<(Vec<f64>, Vec<f64>)> {
    let (mut pages, mut files) = (Vec::new(), Vec::new());
    let began = Instant::now();
    while pages.len() < effort.at_least || pages.len() < effort.repeats && began.elapsed() < LONG {
        let start = Instant::now();
        page.fetch(connections.0).await?;
        pages.push(start.elapsed().as_secs_f64() * 1000.0);
        let start = Instant::now();
        file.fetch(connections.1).await?;
        files.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    pages.sort_by(f64::total_cmp);
    files.sort_by(f64::total_cmp);
    Ok((pages, files))
}

fn at(sorted: &[f64], share: f64) -> f64 {
    let place = (sorted.len() as f64 * share) as usize;
    sorted[place.min(sorted.len() - 1)]
}

/// What the console's own server takes more than the bare one, by a file of its own.
pub async fn own_cost(
    console: &mut Connection,
    bare: &mut Connection,
    effort: &Effort,
) -> Result<Own> {
    let text = console.page("/w/default/models").await?;
    let path = marked(&text, "href")
        .into_iter()
        .find(|path| path.ends_with(".css"));
    let mut page = Page::new("style sheet", path.ok_or("no style sheet")?);
    let bytes = page.fetch(console).await?.body.len();
    let mut file = Page::new("file", format!("/{bytes}"));
    in_turn(&mut page, &mut file, (console, bare), effort).await?;
    let (pages, files) = in_turn(&mut page, &mut file, (console, bare), effort).await?;
    let (console, bare) = (at(&pages, 0.5), at(&files, 0.5));
    Ok(Own {
        bytes,
        console,
        bare,
        more: (console - bare).max(0.0),
    })
}

/// What a page costs, and a file of the same size.
pub async fn measure(
    page: &mut Page,
    (connection, bare): (&mut Connection, &mut Connection),
    console: &Program,
    own: f64,
    effort: &Effort,
) -> Result<Timing> {
    let mut bytes = 0;
    for _ in 0..WARMUP {
        bytes = page.fetch(connection).await?.body.len();
    }
    let mut file = Page::new("file", format!("/{bytes}"));
    let before = console.busy()?;
    let (pages, files) = in_turn(page, &mut file, (connection, bare), effort).await?;
    let busy = console.busy()?.saturating_sub(before);
    Ok(Timing {
        bytes,
        repeats: pages.len(),
        p50: at(&pages, 0.5),
        p99: at(&pages, 0.99),
        processor: busy.as_secs_f64() * 1000.0 / pages.len() as f64,
        file: at(&files, 0.5) + own,
    })
}
