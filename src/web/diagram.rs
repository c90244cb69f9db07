//! A graph as a template draws it: boxes with names and edges with paths, at the positions of its
//! layout.

mod folding;
mod icons;
mod nodes;
mod progress;
mod waits;

use std::collections::HashSet;

use jiff::Timestamp;

use self::nodes::{fold_node, step_node};
use self::progress::StepProgress;
use super::links::Links;
use super::texts::lists;
use crate::catalog::{Drawing, ExecutionView, MAX_DRAWN_STEPS, PipelineView};
use crate::domain::{NodeStatus, Waits};
use sluicegate_definition::{Definition, FoldedNode};

pub use folding::{Folding, FoldingBar};
pub use nodes::DiagramNode;
pub use waits::{Wait, running_since};

/// A line between two boxes.
pub struct DiagramEdge {
    /// The step or fold it leaves.
    pub from: String,
    /// The step or fold it leads to.
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
    /// How many steps it shows, folded or not.
    pub steps: usize,
    /// The boxes, in the definition's order.
    pub nodes: Vec<DiagramNode>,
    /// The lines, in the definition's order.
    pub edges: Vec<DiagramEdge>,
    /// What is folded; none where nothing can be.
    pub folding: Option<FoldingBar>,
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
        folding: &Folding,
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
            ..Self::draw(definition, folding, href, progress)
        }
    }

    /// An execution's graph; `None` where its definition is not known.
    pub fn of_execution(
        links: &Links,
        view: &ExecutionView,
        folding: &Folding,
        now: Timestamp,
    ) -> Option<Self> {
        let definition = view.definition.as_deref()?;
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
            ..Self::draw(definition, folding, href, progress)
        })
    }

    fn draw(
        definition: &Definition,
        folding: &Folding,
        href: impl Fn(&str) -> String,
        progress: impl Fn(usize) -> Option<StepProgress>,
    ) -> Self {
        let drawing = folding.drawing();
        let steps = definition.steps.len().min(MAX_DRAWN_STEPS);
        let mut progress: Vec<_> = (0..steps).map(progress).collect();
        let statuses: Vec<_> = progress
            .iter()
            .map(|step| step.as_ref().map(|step| step.status))
            .collect();
        let boxes = drawing.graph.nodes.iter().zip(&drawing.layout.nodes);
        let nodes: Vec<DiagramNode> = boxes
            .map(|(node, at)| match *node {
                FoldedNode::Step(index) => {
                    let step = &definition.steps[index];
                    let fold = folding.fold_of(index);
                    step_node(step, at, progress[index].take(), href(&step.name), fold)
                }
                FoldedNode::Fold(index) => {
                    let fold = &folding.folds()[index];
                    fold_node(definition, fold, at, &statuses, folding.unfolding(index))
                }
            })
            .collect();
        let edges = edges(definition, drawing, &nodes, &statuses);
        Self {
            width: drawing.layout.width,
            height: drawing.layout.height,
            status_counts: status_counts(&statuses),
            is_running: false,
            left_out: left_out(definition, steps, drawing),
            folding: folding.bar(definition),
            steps,
            nodes,
            edges,
        }
    }
}

fn edges(
    definition: &Definition,
    drawing: &Drawing,
    nodes: &[DiagramNode],
    statuses: &[Option<NodeStatus>],
) -> Vec<DiagramEdge> {
    let not_run = |step: usize| statuses[step] == Some(NodeStatus::NotRun);
    let mut labelled = HashSet::new();
    let edges = drawing.graph.edges.iter().zip(&drawing.layout.edges);
    edges
        .map(|(edge, route)| {
            let when = edge.when.map(|when| when.as_str());
            DiagramEdge {
                from: nodes[edge.from].named.exact().to_owned(),
                to: nodes[edge.to].named.exact().to_owned(),
                when,
                d: route.path(),
                label_at: when
                    .filter(|_| !route.points.is_empty())
                    .filter(|when| labelled.insert((edge.from, *when, route.reversed)))
                    .map(|_| route.label),
                not_taken: edge.edges.iter().all(|of| {
                    let of = &definition.edges[*of];
                    not_run(of.from) || not_run(of.to)
                }),
            }
        })
        .collect()
}

fn left_out(definition: &Definition, steps: usize, drawing: &Drawing) -> Option<String> {
    let edges = drawing.graph.edges.iter();
    let edges = edges.map(|edge| edge.edges.len()).sum();
    let (all_steps, all_edges) = (definition.steps.len(), definition.edges.len());
    (steps < all_steps || edges < all_edges)
        .then(|| lists::partly_drawn((steps, all_steps), (edges, all_edges)))
}

fn status_counts(statuses: &[Option<NodeStatus>]) -> Vec<StatusCount> {
    let count = |status| statuses.iter().filter(|one| **one == Some(status)).count();
    NodeStatus::ALL
        .into_iter()
        .map(|status| StatusCount {
            status,
            count: count(status),
        })
        .filter(|entry| entry.count > 0)
        .collect()
}
