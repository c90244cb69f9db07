//! A definition's graph as it is drawn, with different folds open.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::OnceCell;

use crate::domain::Named;
use crate::graph::{Graph, Layout, Node, Options, layout};
use sluicegate_definition::{Definition, Fold, FoldedGraph, FoldedNode};

/// How many drawings are kept of one definition: readers have different folds open.
const MAX_KEPT_DRAWINGS: usize = 6;

/// The most steps that are drawn of one definition; 1 MiB can hold three hundred thousand empty ones.
pub const MAX_DRAWN_STEPS: usize = 3_000;
/// The most edges that are drawn of one definition. A pipeline of 1,000 steps has some 3,000.
const MAX_DRAWN_EDGES: usize = 20_000;

/// The least and the greatest width of a step's box, in pixels: as wide as its name needs.
const NODE_WIDTH_BOUNDS_PX: (f32, f32) = (220.0, 320.0);
/// The width of the box of a fold: it has room for how many of its steps have which status.
const FOLD_WIDTH_PX: f32 = 280.0;
/// The width of what a step's box holds beside its name, in pixels.
pub const NODE_EXTRA_WIDTH_PX: f32 = 68.0;
/// The width of a character of the name in the widest of the fonts in use, in pixels.
pub const NODE_CHARACTER_WIDTH_PX: f32 = 8.4;
/// The height of a step's box, in pixels.
const NODE_HEIGHT_PX: f32 = 52.0;
/// The least distance of two boxes of a layer, and of two layers, in pixels.
const NODE_GAP_PX: f32 = 24.0;
const LAYER_GAP_PX: f32 = 48.0;

/// Why a definition was not read or drawn: the work was ended from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawingError(pub String);

/// A graph as it is drawn: its nodes and edges, and where they are.
#[derive(Debug)]
pub struct Drawing {
    /// The nodes and edges.
    pub graph: FoldedGraph,
    /// The boxes in the order of the nodes, the routes in the order of the edges.
    pub layout: Layout,
}

/// A drawing that is made once, when somebody wants it.
type DrawingCell = Arc<OnceCell<Arc<Drawing>>>;

/// One definition, and its graph as it was drawn last, with different folds open.
#[derive(Debug)]
pub struct Drawings {
    /// The definition.
    pub definition: Arc<Definition>,
    /// What its graph folds.
    pub folds: Vec<Fold>,
    /// The fold of each step that has one.
    fold_of: HashMap<usize, usize>,
    /// The drawings used last, by the folds that are open in them; the one used last is the last one.
    kept: Mutex<Vec<(Vec<usize>, DrawingCell)>>,
}

impl Drawings {
    /// Nothing is drawn yet.
    pub(super) fn new(definition: Definition) -> Self {
        let folds = definition.folds(MAX_DRAWN_STEPS);
        let members = folds.iter().enumerate().flat_map(|(index, fold)| {
            let members = fold.members.iter();
            members.map(move |member| (*member, index))
        });
        Self {
            fold_of: members.collect(),
            folds,
            definition: Arc::new(definition),
            kept: Mutex::default(),
        }
    }

    /// The fold that a step belongs to, as an index into [`Drawings::folds`].
    pub fn fold_of(&self, step: usize) -> Option<usize> {
        self.fold_of.get(&step).copied()
    }

    /// The graph with these folds open, by their indices in ascending order.
    ///
    /// # Errors
    ///
    /// When it cannot be laid out, which ends a request but not the program.
    pub async fn drawing(self: &Arc<Self>, open: &[usize]) -> Result<Arc<Drawing>, DrawingError> {
        let cell = self.cell(open);
        let make = || {
            let (this, open) = (self.clone(), open.to_owned());
            aside(move || Arc::new(this.draw(&open)))
        };
        Ok(cell.get_or_try_init(make).await?.clone())
    }

    /// Where the drawing with these folds open is kept.
    fn cell(&self, open: &[usize]) -> DrawingCell {
        let mut kept = self.kept.lock();
        let place = kept.iter().position(|(folds, _)| folds == open);
        let entry = match place {
            Some(place) => kept.remove(place),
            None => (open.to_owned(), Arc::default()),
        };
        let cell = entry.1.clone();
        kept.push(entry);
        if kept.len() > MAX_KEPT_DRAWINGS {
            kept.remove(0);
        }
        cell
    }

    fn draw(&self, open: &[usize]) -> Drawing {
        let is_open = |fold| open.binary_search(&fold).is_ok();
        let mut graph = FoldedGraph::of(&self.definition, MAX_DRAWN_STEPS, &self.folds, is_open);
        graph.edges.truncate(MAX_DRAWN_EDGES);
        Drawing {
            layout: self.lay_out(&graph),
            graph,
        }
    }

    fn lay_out(&self, drawn: &FoldedGraph) -> Layout {
        let edges = &drawn.edges;
        let graph = Graph {
            nodes: drawn.nodes.iter().map(|node| self.size(*node)).collect(),
            edges: edges.iter().map(|edge| (edge.from, edge.to)).collect(),
            branches: edges
                .iter()
                .map(|edge| edge.when.map_or(0, |when| 1 + when as u32))
                .collect(),
        };
        let options = Options {
            node_gap: NODE_GAP_PX,
            layer_gap: LAYER_GAP_PX,
            ..Options::default()
        };
        layout(&graph, &options)
    }

    /// The box of a node: a step's is as wide as the name that it shows.
    fn size(&self, node: FoldedNode) -> Node {
        let width = match node {
            FoldedNode::Step(step) => step_width(Named::from(&self.definition.steps[step]).title()),
            FoldedNode::Fold(_) => FOLD_WIDTH_PX,
        };
        Node {
            width,
            height: NODE_HEIGHT_PX,
        }
    }
}

/// Runs work that takes long away from the threads that serve requests.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, DrawingError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| DrawingError(format!("Cannot draw a definition: {error}")))
}

/// The width of the box of a step that shows this name, in pixels.
fn step_width(name: &str) -> f32 {
    let characters = name.chars().count() as f32;
    let wanted = (NODE_EXTRA_WIDTH_PX + characters * NODE_CHARACTER_WIDTH_PX).ceil();
    let (least, greatest) = NODE_WIDTH_BOUNDS_PX;
    wanted.clamp(least, greatest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_graph_is_drawn_with_some_folds_open_and_the_last_drawings_are_kept() {
        let step = |row: usize, i: usize| match row {
            0 => format!(r#"{{"Name":"a-{i}"}}"#),
            _ => format!(
                r#"{{"Name":"r{row}-{i}","DependsOn":["{}"]}}"#,
                match row {
                    1 => format!("a-{i}"),
                    _ => format!("r{}-{i}", row - 1),
                }
            ),
        };
        let rows = MAX_KEPT_DRAWINGS + 2;
        let steps = (0..rows).flat_map(|row| (0..20).map(move |i| (row, i)));
        let steps: Vec<String> = steps.map(|(row, i)| step(row, i)).collect();
        let text = format!(r#"{{"Steps":[{}]}}"#, steps.join(","));
        let drawings = Arc::new(Drawings::new(Definition::read(&text)));
        assert_eq!(drawings.folds.len(), rows);
        let folded = drawings.drawing(&[]).await.unwrap();
        assert_eq!(
            (folded.layout.nodes.len(), folded.layout.edges.len()),
            (rows, rows - 1)
        );
        for fold in 0..=MAX_KEPT_DRAWINGS {
            let open = drawings.drawing(&[fold]).await.unwrap();
            assert_eq!(open.layout.nodes.len(), rows + 19);
        }
        assert_eq!(drawings.kept.lock().len(), MAX_KEPT_DRAWINGS);
        assert!(!Arc::ptr_eq(&folded, &drawings.drawing(&[]).await.unwrap()));
    }

    #[test]
    fn a_diagram_of_a_huge_definition_is_bounded() {
        let all = |count: usize| (0..count).map(|i| format!("\"{i}\"")).collect::<Vec<_>>();
        let after = all(200).join(",");
        let step = |i: usize| match i {
            0..200 => format!(r#"{{"Name":"{i}"}}"#),
            200..300 => format!(r#"{{"Name":"{i}","DependsOn":[{after}]}}"#),
            _ => format!(r#"{{"Name":"{i}","DependsOn":["{}"]}}"#, i - 1),
        };
        let steps: Vec<String> = (0..MAX_DRAWN_STEPS + 100).map(step).collect();
        let definition = Definition::read(&format!(r#"{{"Steps":[{}]}}"#, steps.join(",")));
        let drawings = Drawings::new(definition);
        let all: Vec<usize> = (0..drawings.folds.len()).collect();
        let drawing = drawings.draw(&all);
        assert_eq!(drawing.layout.nodes.len(), MAX_DRAWN_STEPS);
        assert_eq!(drawing.layout.edges.len(), drawing.graph.edges.len());
        assert_eq!(drawing.layout.edges.len(), MAX_DRAWN_EDGES);
    }
}
