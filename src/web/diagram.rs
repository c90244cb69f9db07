//! A graph as a template draws it: boxes with names and edges with paths, at the positions of its
//! layout.

mod icons;
mod waits;

use std::collections::HashSet;

use jiff::Timestamp;

use super::fmt::{duration_text, seconds_between, status_class, visible_text};
use super::links::Links;
use super::texts::{lists, status, step as texts};
use crate::catalog::{
    ExecutionView, NODE_CHARACTER_WIDTH_PX, NODE_EXTRA_WIDTH_PX, PipelineView, drawn_edges,
};
use crate::domain::{Named, NodeState, NodeStatus, StepRecord, Waits};
use crate::graph::{Layout, Rect};
use sluicegate_definition::{Definition, Step};

pub use waits::{Wait, running_since};

/// Characters that fit on the line under a name.
const MAX_SUB_CHARS: usize = 26;

/// A step's box.
pub struct DiagramNode {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
    /// What the step is called.
    pub named: Named,
    /// The display name or the name, cut to what fits.
    pub title: String,
    /// Whether `label` is the title of the box, because its status is only a shape, it has two names or its name
    /// is cut.
    pub has_title: bool,
    /// The type, as the definition spells it.
    pub kind: String,
    /// The line under the name.
    pub sub: String,
    /// When the step started, while it runs.
    pub since: Option<Timestamp>,
    /// The step's status; none on a pipeline's own graph.
    pub status: Option<NodeStatus>,
    /// The style of its status.
    pub class: &'static str,
    /// The icon of its type, as path data in a 16 × 16 box.
    pub kind_icon: &'static str,
    /// The icon of its status.
    pub status_icon: Option<&'static str>,
    /// Its horizontal position, near the right edge.
    pub status_at: f32,
    /// The accessible name.
    pub label: String,
    /// What it waits for.
    pub wait: Option<Wait>,
    /// The step's page.
    pub href: String,
}

/// A line between two boxes.
pub struct DiagramEdge {
    /// The step it leaves.
    pub from: String,
    /// The step it leads to.
    pub to: String,
    /// Its condition.
    pub when: Option<&'static str>,
    /// SVG path data.
    pub d: String,
    /// Where its condition is written; once for all edges with that condition that leave a step together.
    pub label_at: Option<(f32, f32)>,
    /// Whether the execution did not, and will not, go this way.
    pub not_taken: bool,
}

/// An entry of the legend.
pub struct StatusCount {
    /// The status.
    pub status: NodeStatus,
    /// How many steps have that status.
    pub count: usize,
}

/// A graph as it is drawn.
pub struct Diagram {
    /// Width in pixels.
    pub width: f32,
    /// Height in pixels.
    pub height: f32,
    /// The boxes, in the definition's order.
    pub nodes: Vec<DiagramNode>,
    /// The lines, in the definition's order.
    pub edges: Vec<DiagramEdge>,
    /// How many steps have which status.
    pub status_counts: Vec<StatusCount>,
    /// Whether steps may start, run and end while one looks.
    pub is_running: bool,
    /// How much is shown of a graph that is too large to be drawn completely.
    pub left_out: Option<String>,
}

impl Diagram {
    /// A pipeline's own graph, coloured by an execution where there is one, whose definition may be an older one.
    /// `href` makes the addresses of steps.
    pub fn of_pipeline(
        view: &PipelineView,
        coloured_by: Option<&ExecutionView>,
        now: Timestamp,
        href: impl Fn(&str) -> String,
    ) -> Self {
        let definition = &view.definition;
        let progress = |step: usize| {
            let execution = coloured_by?;
            let theirs = execution.definition.as_deref()?;
            let step = theirs.step(&definition.steps[step].name)?;
            let state = execution.progress.as_ref()?.nodes.get(step)?;
            Some(StepProgress::of(state, &execution.steps, now, None))
        };
        Self {
            is_running: coloured_by.is_some_and(|view| view.execution.status.is_running()),
            ..Self::draw(definition, &view.layout, href, progress)
        }
    }

    /// An execution's graph; `None` where its definition is not known.
    pub fn of_execution(links: &Links, view: &ExecutionView, now: Timestamp) -> Option<Self> {
        let (definition, layout) = (view.definition.as_deref()?, view.layout.as_deref()?);
        let (name, id) = (&view.pipeline.name, view.execution.id());
        let href = |step: &str| links.step(name, id, step);
        let waits = view
            .progress
            .as_ref()
            .map(|progress| Waits::of(definition, progress));
        let progress = |step: usize| {
            let state = view.progress.as_ref()?.nodes.get(step)?;
            let wait = waits.as_ref().and_then(|of| Wait::of(of, view, step));
            Some(StepProgress::of(state, &view.steps, now, wait))
        };
        Some(Self {
            is_running: view.execution.status.is_running(),
            ..Self::draw(definition, layout, href, progress)
        })
    }

    fn draw(
        definition: &Definition,
        layout: &Layout,
        href: impl Fn(&str) -> String,
        progress: impl Fn(usize) -> Option<StepProgress>,
    ) -> Self {
        let nodes: Vec<DiagramNode> = definition
            .steps
            .iter()
            .zip(&layout.nodes)
            .enumerate()
            .map(|(index, (step, at))| node(step, at, progress(index), href(&step.name)))
            .collect();
        let edges = edges(definition, layout, &nodes);
        Self {
            width: layout.width,
            height: layout.height,
            status_counts: status_counts(&nodes),
            is_running: false,
            left_out: left_out(definition, nodes.len(), edges.len()),
            nodes,
            edges,
        }
    }
}

fn node(step: &Step, at: &Rect, progress: Option<StepProgress>, href: String) -> DiagramNode {
    let named = Named::from(step);
    let title = visible_text(named.title()).into_owned();
    let kind = step.kind.label().to_owned();
    let spoken = progress.as_ref().map(StepProgress::spoken);
    let (sub, since, status, wait) = match progress {
        Some(p) => {
            let sub = format!("{kind} · {}", p.short);
            (sub, p.since, Some(p.status), p.wait)
        }
        None => (kind.clone(), None, None, None),
    };
    let fits = ((at.width - NODE_EXTRA_WIDTH_PX) / NODE_CHARACTER_WIDTH_PX).round() as usize;
    DiagramNode {
        x: at.x,
        y: at.y,
        width: at.width,
        height: at.height,
        label: texts::accessible_name(
            &visible_text(&named.spelled_out()),
            &kind,
            spoken.as_deref(),
        ),
        has_title: status.is_some()
            || named.name_beside().is_some()
            || title.chars().count() > fits,
        title: shortened(&title, fits),
        sub: sub_line(&kind, sub, since.is_some()),
        wait,
        since,
        class: status.map_or("", |s| status_class(s.as_str())),
        kind_icon: icons::of_kind(&step.kind),
        status_icon: status.map(icons::of_status),
        status_at: at.width - 22.0,
        status,
        kind,
        href,
        named,
    }
}

fn edges(definition: &Definition, layout: &Layout, nodes: &[DiagramNode]) -> Vec<DiagramEdge> {
    let not_run = |step: usize| {
        nodes
            .get(step)
            .is_some_and(|node| node.status == Some(NodeStatus::NotRun))
    };
    let mut labelled = HashSet::new();
    drawn_edges(definition)
        .zip(&layout.edges)
        .filter_map(|(edge, route)| {
            let (from, to) = (nodes.get(edge.from)?, nodes.get(edge.to)?);
            let when = edge.when.map(|when| when.as_str());
            Some(DiagramEdge {
                from: from.named.exact().to_owned(),
                to: to.named.exact().to_owned(),
                when,
                d: route.path(),
                label_at: when
                    .filter(|_| !route.points.is_empty())
                    .filter(|when| labelled.insert((edge.from, *when, route.reversed)))
                    .map(|_| route.label),
                not_taken: not_run(edge.from) || not_run(edge.to),
            })
        })
        .collect()
}

fn left_out(definition: &Definition, nodes: usize, edges: usize) -> Option<String> {
    let (steps, all) = (definition.steps.len(), definition.edges.len());
    (nodes < steps || edges < all).then(|| lists::partly_drawn((nodes, steps), (edges, all)))
}

fn status_counts(nodes: &[DiagramNode]) -> Vec<StatusCount> {
    NodeStatus::ALL
        .into_iter()
        .map(|status| StatusCount {
            status,
            count: nodes.iter().filter(|n| n.status == Some(status)).count(),
        })
        .filter(|entry| entry.count > 0)
        .collect()
}

/// The status of a step of an execution, and its time.
struct StepProgress {
    status: NodeStatus,
    /// Shown after the type: how long it took or how much of it is done, else its status.
    short: String,
    /// When it started, while it runs.
    since: Option<Timestamp>,
    wait: Option<Wait>,
}

impl StepProgress {
    fn of(state: &NodeState, records: &[StepRecord], now: Timestamp, wait: Option<Wait>) -> Self {
        let record = state.record.and_then(|index| records.get(index));
        let word = status::lower_case(state.status.as_str());
        let since = record
            .and_then(|record| record.started)
            .filter(|_| state.status.is_running());
        let took = record.and_then(|record| Some((record.started?, record.ended?)));
        let short = match (state.children.as_slice(), since, took) {
            _ if matches!(state.status, NodeStatus::Cached | NodeStatus::Reused) => word,
            (children, ..) if !children.is_empty() => {
                let done = children
                    .iter()
                    .filter_map(|index| records.get(*index))
                    .filter(|record| !record.status.is_running())
                    .count();
                texts::items_done(done, children.len())
            }
            (_, Some(since), _) => duration_text(seconds_between(since, now)),
            (_, None, Some((from, to))) => duration_text(seconds_between(from, to)),
            _ => word,
        };
        Self {
            status: state.status,
            short,
            since: since.filter(|_| state.children.is_empty()),
            wait,
        }
    }

    /// The same for readers who do not see the graph: always the status, and the time once it no
    /// longer changes.
    fn spoken(&self) -> String {
        let word = status::lower_case(self.status.as_str());
        if self.since.is_some() || self.short == word {
            word
        } else {
            texts::status_and_time(&word, &self.short)
        }
    }
}

/// The line under the name. The script adds a running time to it.
fn sub_line(kind: &str, sub: String, counting: bool) -> String {
    if counting {
        format!("{} · ", shortened(kind, 18))
    } else {
        shortened(&sub, MAX_SUB_CHARS)
    }
}

/// The beginning and the end of a text, as far as they fit: steps of one pipeline often begin alike.
fn shortened(text: &str, fits: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= fits {
        return text.to_owned();
    }
    let tail = fits * 2 / 5;
    let head: String = chars[..fits - 1 - tail].iter().collect();
    let tail: String = chars[chars.len() - tail..].iter().collect();
    format!("{}…{}", head.trim_end(), tail.trim_start())
}
