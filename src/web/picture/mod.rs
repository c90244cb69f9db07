//! A graph as a template draws it: boxes with names, edges with paths, all in the layout's positions.

mod icons;
mod labels;

use jiff::Timestamp;

use super::fmt::{duration_text, seconds_between, status_class, status_word, visible_text};
use super::links::Links;
use crate::catalog::{ExecutionView, NODE_NAME, PipelineView, drawn_edges};
use crate::domain::{NodeState, NodeStatus, StepRecord};
use crate::graph::Layout;
use sluicegate_definition::Definition;

/// Characters of the line under it.
const SUB_FITS: usize = 26;

/// A step's box.
pub struct Node {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
    /// The exact name.
    pub name: String,
    /// The name as far as it fits.
    pub title: String,
    /// Whether what is written in the box does not say everything: its status is a shape, or its name
    /// is cut. `label` is then its title.
    pub titled: bool,
    /// The type, as the definition spells it.
    pub kind: String,
    /// The line under the name.
    pub sub: String,
    /// Since when the step runs, while it does.
    pub since: Option<Timestamp>,
    /// How the step stands; none on a pipeline's own graph.
    pub status: Option<NodeStatus>,
    /// The style of its status.
    pub class: &'static str,
    /// The icon of its status, else of its type, as path data in a 16 × 16 box.
    pub icon: &'static str,
    /// The icon of its type.
    pub kind_icon: &'static str,
    /// Where that stands: near the right edge.
    pub kind_at: f32,
    /// Everything in words.
    pub label: String,
    /// The step's page.
    pub href: String,
}

/// A line between two boxes.
pub struct Edge {
    /// The step it leaves.
    pub from: String,
    /// The step it leads to.
    pub to: String,
    /// Its condition.
    pub when: Option<&'static str>,
    /// SVG path data.
    pub d: String,
    /// Where its condition stands.
    pub at: (f32, f32),
    /// Whether it was not taken, or not yet.
    pub off: bool,
}

/// How many steps stand how: an entry of the legend.
pub struct Tally {
    /// The status.
    pub status: NodeStatus,
    /// How many steps have it.
    pub count: usize,
}

/// A whole picture.
pub struct Picture {
    /// Width in pixels.
    pub width: f32,
    /// Height in pixels.
    pub height: f32,
    /// The boxes, in the definition's order.
    pub nodes: Vec<Node>,
    /// The lines, in the definition's order.
    pub edges: Vec<Edge>,
    /// How many steps stand how.
    pub tallies: Vec<Tally>,
    /// What was left out of a picture that would be too large, as a sentence.
    pub left_out: Option<String>,
}

impl Picture {
    /// A pipeline's own graph.
    pub fn of_pipeline(links: &Links, view: &PipelineView) -> Self {
        let name = &view.detail.pipeline.name;
        let href = |step: &str| super::links::with_query(&links.graph(name), [("step", step)]);
        Self::draw(&view.definition, &view.picture, href, |_| None)
    }

    /// An execution's graph; `None` where its definition is not known.
    pub fn of_execution(links: &Links, view: &ExecutionView, now: Timestamp) -> Option<Self> {
        let (definition, layout) = (view.definition.as_deref()?, view.picture.as_deref()?);
        let progress = view.progress.as_ref()?;
        let (name, id) = (&view.pipeline.name, view.execution.id());
        let href = |step: &str| links.step(name, id, step);
        Some(Self::draw(definition, layout, href, |step| {
            let state = progress.nodes.get(step)?;
            Some(Standing::of(state, &view.steps, now))
        }))
    }

    fn draw(
        definition: &Definition,
        layout: &Layout,
        href: impl Fn(&str) -> String,
        standing: impl Fn(usize) -> Option<Standing>,
    ) -> Self {
        let nodes: Vec<Node> = definition
            .steps
            .iter()
            .zip(&layout.nodes)
            .enumerate()
            .map(|(index, (step, at))| {
                let standing = standing(index);
                let title = visible_text(step.title()).into_owned();
                let kind = step.kind.label().to_owned();
                let label = match &standing {
                    Some(s) => format!("{title}, {kind}, {}", s.told()),
                    None => format!("{title}, {kind}"),
                };
                let (sub, since, status) = match standing {
                    Some(s) => (format!("{kind} · {}", s.words), s.since, Some(s.status)),
                    None => (kind.clone(), None, None),
                };
                let fits = ((at.width - NODE_NAME.0) / NODE_NAME.1).round() as usize;
                Node {
                    x: at.x,
                    y: at.y,
                    width: at.width,
                    height: at.height,
                    label,
                    titled: status.is_some() || title.chars().count() > fits,
                    title: shortened(&title, fits),
                    sub: sub_line(&kind, sub, since.is_some()),
                    since,
                    class: status.map_or("", |s| status_class(s.as_str())),
                    icon: status.map_or(icons::of_kind(&step.kind), icons::of_status),
                    kind_icon: icons::of_kind(&step.kind),
                    kind_at: at.width - 20.0,
                    status,
                    kind,
                    href: href(&step.name),
                    name: step.name.clone(),
                }
            })
            .collect();
        let edges = edges(definition, layout, &nodes);
        Self {
            width: layout.width,
            height: layout.height,
            tallies: tallies(&nodes),
            left_out: left_out(definition, nodes.len(), edges.len()),
            nodes,
            edges,
        }
    }
}

fn edges(definition: &Definition, layout: &Layout, nodes: &[Node]) -> Vec<Edge> {
    let idle = |step: usize| {
        nodes.get(step).is_some_and(|node| {
            matches!(node.status, Some(NodeStatus::NotRun | NodeStatus::Waiting))
        })
    };
    let mut labels = labels::Labels::default();
    drawn_edges(definition)
        .zip(&layout.edges)
        .filter_map(|(edge, route)| {
            let (from, to) = (nodes.get(edge.from)?, nodes.get(edge.to)?);
            let when = edge.when.map(|when| when.as_str());
            Some(Edge {
                from: from.name.clone(),
                to: to.name.clone(),
                when,
                d: route.path(),
                at: when.map_or_else(|| route.label_at(), |text| labels.place(route, text)),
                off: idle(edge.from) || idle(edge.to),
            })
        })
        .collect()
}

fn left_out(definition: &Definition, nodes: usize, edges: usize) -> Option<String> {
    let (steps, all) = (definition.steps.len(), definition.edges.len());
    (nodes < steps || edges < all).then(|| {
        format!(
            "Too large to show whole: the first {nodes} of {steps} steps and {edges} of {all} edges."
        )
    })
}

fn tallies(nodes: &[Node]) -> Vec<Tally> {
    NodeStatus::ALL
        .into_iter()
        .map(|status| Tally {
            status,
            count: nodes.iter().filter(|n| n.status == Some(status)).count(),
        })
        .filter(|tally| tally.count > 0)
        .collect()
}

/// How a step of an execution stands, in words.
struct Standing {
    status: NodeStatus,
    words: String,
    since: Option<Timestamp>,
}

impl Standing {
    fn of(state: &NodeState, records: &[StepRecord], now: Timestamp) -> Self {
        let record = state.record.and_then(|index| records.get(index));
        let word = status_word(state.status.as_str()).to_lowercase();
        let since = record
            .and_then(|record| record.started)
            .filter(|_| state.status.is_running());
        let took = record.and_then(|record| Some((record.started?, record.ended?)));
        let words = match (state.children.as_slice(), since, took) {
            (children, ..) if !children.is_empty() => {
                let done = children
                    .iter()
                    .filter_map(|index| records.get(*index))
                    .filter(|record| !record.status.is_running())
                    .count();
                format!("{done} of {} items", children.len())
            }
            (_, Some(since), _) => duration_text(seconds_between(since, now)),
            (_, None, Some((from, to))) => duration_text(seconds_between(from, to)),
            _ => word.clone(),
        };
        let words = match state.status {
            NodeStatus::Cached | NodeStatus::Reused => word,
            _ => words,
        };
        let since = since.filter(|_| state.children.is_empty());
        Self {
            status: state.status,
            words,
            since,
        }
    }
}

impl Standing {
    /// The same for a reader who cannot see it: the status always, a length of time once it stands.
    fn told(&self) -> String {
        let word = status_word(self.status.as_str()).to_lowercase();
        if self.since.is_some() || self.words == word {
            word
        } else if self.words.ends_with(&word) {
            self.words.replace(" · ", ", ")
        } else {
            format!("{word}, {}", self.words)
        }
    }
}

/// The line under the name; while a duration counts there, the script writes its figure.
fn sub_line(kind: &str, sub: String, counting: bool) -> String {
    if counting {
        format!("{} · ", shortened(kind, 18))
    } else {
        shortened(&sub, SUB_FITS)
    }
}

/// As much of a text as fits, from both ends: steps of one pipeline often begin alike.
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
