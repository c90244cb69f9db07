//! The connected components of a graph: each is laid out alone, then they are packed.

use super::{Graph, Layout, Node, Options, Rect, Route};
use super::{coordinates, cycles, layering, ordering, ports::Edges, ranked::Ranked, routes};

/// How much wider than high a drawing of many components should be.
const TARGET_ASPECT_RATIO: f64 = 1.8;
/// The longest side of a box, in pixels; longer ones would make positions inexact.
const MAX_SIDE_PX: f32 = 10_000.0;

/// A component with its own layout, and the nodes and edges of the graph it consists of.
struct Component {
    nodes: Vec<usize>,
    edges: Vec<usize>,
    layout: Layout,
}

/// Lays out the components and packs them.
pub(super) fn layout(graph: &Graph, options: &Options) -> Layout {
    let options = Options {
        node_gap: clamped(options.node_gap),
        layer_gap: clamped(options.layer_gap),
        margin: clamped(options.margin),
    };
    let sizes: Vec<(f64, f64)> = graph.nodes.iter().map(size).collect();
    let mut components = split(graph);
    let mut index = vec![0; graph.nodes.len()];
    for component in &mut components {
        for (at, &node) in component.nodes.iter().enumerate() {
            index[node] = at;
        }
        component.layout = if component.edges.is_empty() {
            block(component, &sizes, &options)
        } else {
            layered(component, graph, &index, &sizes, &options)
        };
    }
    pack(graph, &components, &options)
}

fn clamped(length: f32) -> f32 {
    if length.is_finite() {
        length.clamp(1.0, MAX_SIDE_PX).ceil()
    } else {
        1.0
    }
}

fn size(node: &Node) -> (f64, f64) {
    let side = |length: f32| {
        let clamped = if length.is_finite() {
            length.clamp(1.0, MAX_SIDE_PX)
        } else {
            1.0
        };
        f64::from(clamped)
    };
    (side(node.width), side(node.height))
}

/// The connected components by their first node. All nodes without edges to others make one component, the
/// last.
fn split(graph: &Graph) -> Vec<Component> {
    let count = graph.nodes.len();
    let mut head: Vec<usize> = (0..count).collect();
    let usable =
        |&(_, &(from, to)): &(usize, &(usize, usize))| from != to && from < count && to < count;
    let mut alone = vec![true; count];
    for (_, &(from, to)) in graph.edges.iter().enumerate().filter(usable) {
        (alone[from], alone[to]) = (false, false);
        let (a, b) = (find(&mut head, from), find(&mut head, to));
        head[a.max(b)] = a.min(b);
    }
    let mut components: Vec<Component> = Vec::new();
    let mut component_of = vec![usize::MAX; count];
    let mut component = |nodes| {
        components.push(Component {
            nodes,
            edges: Vec::new(),
            layout: Layout::default(),
        });
        components.len() - 1
    };
    let mut singles = Vec::new();
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); count];
    for node in 0..count {
        if alone[node] {
            singles.push(node);
        } else {
            members[find(&mut head, node)].push(node);
        }
    }
    for nodes in members.into_iter().filter(|nodes| !nodes.is_empty()) {
        let owned = nodes.clone();
        let index = component(nodes);
        for node in owned {
            component_of[node] = index;
        }
    }
    if !singles.is_empty() {
        component(singles);
    }
    for (edge, &(from, _)) in graph.edges.iter().enumerate().filter(usable) {
        components[component_of[from]].edges.push(edge);
    }
    components
}

fn find(head: &mut [usize], mut node: usize) -> usize {
    while head[node] != node {
        head[node] = head[head[node]];
        node = head[node];
    }
    node
}

/// Nodes without edges, row by row.
fn block(component: &Component, sizes: &[(f64, f64)], options: &Options) -> Layout {
    let (gap, below) = (
        f64::from(options.node_gap),
        f64::from(options.layer_gap) / 2.0,
    );
    let most = |side: fn(&(f64, f64)) -> f64| {
        component
            .nodes
            .iter()
            .map(|&node| side(&sizes[node]).ceil())
            .fold(0.0, f64::max)
    };
    let (width, height) = (most(|size| size.0), most(|size| size.1));
    let count = component.nodes.len();
    let square = (TARGET_ASPECT_RATIO * count as f64 * (height + below) / (width + gap)).sqrt();
    let columns = (square.ceil() as usize).clamp(4.min(count), count);
    let mut drawing = Layout::default();
    for (index, &node) in component.nodes.iter().enumerate() {
        let (row, column) = (index / columns, index % columns);
        drawing.nodes.push(Rect {
            x: (column as f64 * (width + gap)) as f32,
            y: (row as f64 * (height + below)) as f32,
            width: sizes[node].0 as f32,
            height: sizes[node].1 as f32,
        });
        drawing.layers.push(row as u32);
    }
    drawing.measure();
    drawing
}

/// A component in layers; `index` is each node's index among the component's nodes.
fn layered(
    component: &Component,
    graph: &Graph,
    index: &[usize],
    sizes: &[(f64, f64)],
    options: &Options,
) -> Layout {
    let ends = component.edges.iter().map(|&edge| graph.edges[edge]);
    let mut edges: Vec<(usize, usize)> = ends.map(|(from, to)| (index[from], index[to])).collect();
    let branches: Vec<u32> = component.edges.iter().map(|&e| graph.branch(e)).collect();
    let reversed = cycles::back_edges(component.nodes.len(), &edges);
    for (edge, _) in edges.iter_mut().zip(&reversed).filter(|(_, back)| **back) {
        *edge = (edge.1, edge.0);
    }
    let mut ranked = Ranked::new(layering::layers(component.nodes.len(), &edges), &edges);
    ordering::order(&mut ranked);
    let sizes: Vec<(f64, f64)> = component.nodes.iter().map(|&node| sizes[node]).collect();
    let (widths, heights): (Vec<f64>, Vec<f64>) = sizes.iter().copied().unzip();
    let x = coordinates::centres(&ranked, &widths, f64::from(options.node_gap));
    let edges = Edges {
        ends: &edges,
        reversed: &reversed,
        branches: &branches,
    };
    let extents = routes::extents(&ranked, &edges, &x, &heights, f64::from(options.layer_gap));
    let boxes = routes::boxes(&ranked, &x, &sizes, &extents);
    let edges = routes::routes(&ranked, &edges, &x, &boxes, &extents);
    let layers = ranked.layer[..ranked.nodes].to_vec();
    let mut drawing = Layout {
        nodes: boxes,
        edges,
        layers,
        ..Layout::default()
    };
    drawing.measure();
    drawing
}

impl Layout {
    /// Sets the size to what is drawn.
    fn measure(&mut self) {
        let corners = self
            .nodes
            .iter()
            .map(|node| (node.x + node.width, node.y + node.height));
        let bends = self
            .edges
            .iter()
            .flat_map(|edge| edge.points.iter().copied());
        for (x, y) in corners.chain(bends) {
            self.width = self.width.max(x.ceil());
            self.height = self.height.max(y.ceil());
        }
    }
}

/// Places the components side by side, and in a new row when one is full.
fn pack(graph: &Graph, components: &[Component], options: &Options) -> Layout {
    let (gap, margin) = (2.0 * options.node_gap, options.margin);
    let area = |component: &Component| {
        f64::from(component.layout.width + gap)
            * f64::from(component.layout.height + options.layer_gap)
    };
    let square = (TARGET_ASPECT_RATIO * components.iter().map(area).sum::<f64>()).sqrt() as f32;
    let full = components
        .iter()
        .map(|component| component.layout.width)
        .fold(square, f32::max);
    let mut drawing = Layout {
        nodes: vec![Rect::default(); graph.nodes.len()],
        layers: vec![0; graph.nodes.len()],
        edges: vec![Route::default(); graph.edges.len()],
        ..Layout::default()
    };
    let (mut x, mut y, mut lower) = (0.0, 0.0, 0.0f32);
    let (mut row, mut next_row) = (0, 0);
    for component in components {
        if x > 0.0 && x + component.layout.width > full {
            (x, y, lower) = (0.0, y + lower + options.layer_gap, 0.0);
            row = next_row;
        }
        for (&node, (place, layer)) in component
            .nodes
            .iter()
            .zip(component.layout.nodes.iter().zip(&component.layout.layers))
        {
            drawing.nodes[node] = Rect {
                x: place.x + x + margin,
                y: place.y + y + margin,
                ..*place
            };
            drawing.layers[node] = row + layer;
            next_row = next_row.max(row + layer + 1);
        }
        for (&edge, route) in component.edges.iter().zip(&component.layout.edges) {
            drawing.edges[edge] = route.clone();
            drawing.edges[edge].shift(x + margin, y + margin);
        }
        x += component.layout.width + gap;
        lower = lower.max(component.layout.height);
    }
    drawing.measure();
    drawing.width += margin;
    drawing.height += margin;
    drawing
}
