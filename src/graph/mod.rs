//! Layered layout of a graph of steps, with the coordinates a template draws. Pure: no I/O, no clock.
//!
//! Top-down: cycles are broken, steps are assigned to layers, long edges get a *dummy* on every layer they
//! pass, layers are ordered for few crossings, and coordinates are assigned last. Between two layers is a gap
//! without nodes; an edge moves sideways only there, so it cannot touch another node. The same graph always
//! gives the same layout, and the work is bounded whatever the graph.

mod components;
mod coordinates;
mod crossings;
mod cycles;
mod layering;
mod ordering;
mod ports;
mod ranked;
mod routes;

pub use crossings::crossings;

/// One step's box, in CSS pixels. Sizes that are not finite and positive count as 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Node {
    /// Width in pixels.
    pub width: f32,
    /// Height in pixels.
    pub height: f32,
}

/// A graph to lay out: boxes, and edges as pairs of indices into them.
///
/// Any graph is accepted: with self loops, cycles, repeated edges, isolated nodes, many components, and edges
/// to nodes that do not exist (their route stays empty).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Graph {
    /// The boxes.
    pub nodes: Vec<Node>,
    /// From, to.
    pub edges: Vec<(usize, usize)>,
    /// The branch that each edge belongs to: edges of one node and one branch leave it together, at a point with room
    /// for a label. An edge without an entry here, or with 0, belongs to none and leaves on its own.
    pub branches: Vec<u32>,
}

impl Graph {
    /// The branch of an edge; 0 for none.
    pub fn branch(&self, edge: usize) -> u32 {
        self.branches.get(edge).copied().unwrap_or(0)
    }
}

/// The size of the label of a branch, in pixels.
pub const LABEL_SIZE_PX: (f32, f32) = (48.0, 14.0);

/// Distances of a layout, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// The least horizontal distance between two boxes of a layer, and between components.
    pub node_gap: f32,
    /// The least vertical distance between two layers. A gap in which edges run far sideways is higher.
    pub layer_gap: f32,
    /// The empty border around the drawing.
    pub margin: f32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            node_gap: 24.0,
            layer_gap: 48.0,
            margin: 12.0,
        }
    }
}

/// A box in the drawing.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

/// How one edge runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Route {
    /// The bends, from the source's bottom down to the target's top; of a reversed edge from the
    /// source's top up to the target's bottom. Empty for a self loop or an edge without nodes.
    pub points: Vec<(f32, f32)>,
    /// Whether the edge closes a cycle and therefore runs upward.
    pub reversed: bool,
    /// The middle of the label of its branch: beside its source's box, where no other edge comes.
    pub label: (f32, f32),
}

/// A drawing: the position of every box and every edge.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Layout {
    /// The total width, margins included.
    pub width: f32,
    /// The total height, margins included.
    pub height: f32,
    /// One box per node, in the graph's order.
    pub nodes: Vec<Rect>,
    /// Each node's row, counted from the top. An edge that is not reversed leads to a greater one.
    pub layers: Vec<u32>,
    /// One route per edge, in the graph's order.
    pub edges: Vec<Route>,
}

/// Lays out `graph`. Never fails; a graph that is too large for the full effort gets a plainer layout.
pub fn layout(graph: &Graph, options: &Options) -> Layout {
    components::layout(graph, options)
}

#[cfg(test)]
mod tests;
