//! Parts of a graph that no edge connects: each laid out alone, then packed.

use super::{Graph, Layout, Node, Options, Rect, Route};
use super::{coordinates, cycles, layering, ordering, ranked::Ranked, routes};

/// How much wider than high a picture of many parts should be.
const ASPECT: f64 = 1.8;
/// Largest side of a box; more would lose the exactness of positions.
const MOST: f32 = 10_000.0;

/// A part with its own picture, and which nodes and edges of the graph it is made of.
struct Part {
    nodes: Vec<usize>,
    edges: Vec<usize>,
    picture: Layout,
}

/// Lays out the parts and packs them.
pub(super) fn layout(graph: &Graph, options: &Options) -> Layout {
    let options = Options {
        node_gap: sane(options.node_gap),
        layer_gap: sane(options.layer_gap),
        margin: sane(options.margin),
    };
    let sizes: Vec<(f64, f64)> = graph.nodes.iter().map(size).collect();
    let mut parts = split(graph);
    let mut index = vec![0; graph.nodes.len()];
    for part in &mut parts {
        for (at, &node) in part.nodes.iter().enumerate() {
            index[node] = at;
        }
        part.picture = if part.edges.is_empty() {
            block(part, &sizes, &options)
        } else {
            layered(part, graph, &index, &sizes, &options)
        };
    }
    pack(graph, &parts, &options)
}

fn sane(length: f32) -> f32 {
    if length.is_finite() {
        length.clamp(1.0, MOST).ceil()
    } else {
        1.0
    }
}

fn size(node: &Node) -> (f64, f64) {
    let side = |length: f32| {
        let sane = if length.is_finite() {
            length.clamp(1.0, MOST)
        } else {
            1.0
        };
        f64::from(sane)
    };
    (side(node.width), side(node.height))
}

/// The connected parts by their first node. All nodes without edges to others make one part, the last.
fn split(graph: &Graph) -> Vec<Part> {
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
    let mut parts: Vec<Part> = Vec::new();
    let mut part_of = vec![usize::MAX; count];
    let mut part = |nodes| {
        parts.push(Part {
            nodes,
            edges: Vec::new(),
            picture: Layout::default(),
        });
        parts.len() - 1
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
        let index = part(nodes);
        for node in owned {
            part_of[node] = index;
        }
    }
    if !singles.is_empty() {
        part(singles);
    }
    for (edge, &(from, _)) in graph.edges.iter().enumerate().filter(usable) {
        parts[part_of[from]].edges.push(edge);
    }
    parts
}

fn find(head: &mut [usize], mut node: usize) -> usize {
    while head[node] != node {
        head[node] = head[head[node]];
        node = head[node];
    }
    node
}

/// Nodes without edges, line by line.
fn block(part: &Part, sizes: &[(f64, f64)], options: &Options) -> Layout {
    let (gap, below) = (
        f64::from(options.node_gap),
        f64::from(options.layer_gap) / 2.0,
    );
    let most = |side: fn(&(f64, f64)) -> f64| {
        part.nodes
            .iter()
            .map(|&node| side(&sizes[node]).ceil())
            .fold(0.0, f64::max)
    };
    let (width, height) = (most(|size| size.0), most(|size| size.1));
    let count = part.nodes.len();
    let square = (ASPECT * count as f64 * (height + below) / (width + gap)).sqrt();
    let columns = (square.ceil() as usize).clamp(4.min(count), count);
    let mut picture = Layout::default();
    for (index, &node) in part.nodes.iter().enumerate() {
        let (row, column) = (index / columns, index % columns);
        picture.nodes.push(Rect {
            x: (column as f64 * (width + gap)) as f32,
            y: (row as f64 * (height + below)) as f32,
            width: sizes[node].0 as f32,
            height: sizes[node].1 as f32,
        });
        picture.layers.push(row as u32);
    }
    picture.measure();
    picture
}

/// A connected part in layers; `index` is each node's place among the part's nodes.
fn layered(
    part: &Part,
    graph: &Graph,
    index: &[usize],
    sizes: &[(f64, f64)],
    options: &Options,
) -> Layout {
    let ends = part.edges.iter().map(|&edge| graph.edges[edge]);
    let mut edges: Vec<(usize, usize)> = ends.map(|(from, to)| (index[from], index[to])).collect();
    let reversed = cycles::back_edges(part.nodes.len(), &edges);
    for (edge, _) in edges.iter_mut().zip(&reversed).filter(|(_, back)| **back) {
        *edge = (edge.1, edge.0);
    }
    let mut ranked = Ranked::new(layering::layers(part.nodes.len(), &edges), &edges);
    ordering::order(&mut ranked);
    let sizes: Vec<(f64, f64)> = part.nodes.iter().map(|&node| sizes[node]).collect();
    let (widths, heights): (Vec<f64>, Vec<f64>) = sizes.iter().copied().unzip();
    let x = coordinates::centres(&ranked, &widths, f64::from(options.node_gap));
    let bands = routes::bands(&ranked, &x, &heights, f64::from(options.layer_gap));
    let boxes = routes::boxes(&ranked, &x, &sizes, &bands);
    let edges = routes::routes(&ranked, &edges, &reversed, &x, &boxes, &bands);
    let layers = ranked.layer[..ranked.nodes].to_vec();
    let mut picture = Layout {
        nodes: boxes,
        edges,
        layers,
        ..Layout::default()
    };
    picture.measure();
    picture
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

/// Sets the parts side by side, and below when the line is full.
fn pack(graph: &Graph, parts: &[Part], options: &Options) -> Layout {
    let (gap, margin) = (2.0 * options.node_gap, options.margin);
    let area = |part: &Part| {
        f64::from(part.picture.width + gap) * f64::from(part.picture.height + options.layer_gap)
    };
    let square = (ASPECT * parts.iter().map(area).sum::<f64>()).sqrt() as f32;
    let full = parts
        .iter()
        .map(|part| part.picture.width)
        .fold(square, f32::max);
    let mut whole = Layout {
        nodes: vec![Rect::default(); graph.nodes.len()],
        layers: vec![0; graph.nodes.len()],
        edges: vec![Route::default(); graph.edges.len()],
        ..Layout::default()
    };
    let (mut x, mut y, mut lower) = (0.0, 0.0, 0.0f32);
    let (mut row, mut next_row) = (0, 0);
    for part in parts {
        if x > 0.0 && x + part.picture.width > full {
            (x, y, lower) = (0.0, y + lower + options.layer_gap, 0.0);
            row = next_row;
        }
        for (&node, (place, layer)) in part
            .nodes
            .iter()
            .zip(part.picture.nodes.iter().zip(&part.picture.layers))
        {
            whole.nodes[node] = Rect {
                x: place.x + x + margin,
                y: place.y + y + margin,
                ..*place
            };
            whole.layers[node] = row + layer;
            next_row = next_row.max(row + layer + 1);
        }
        for (&edge, route) in part.edges.iter().zip(&part.picture.edges) {
            whole.edges[edge] = route.clone();
            whole.edges[edge].shift(x + margin, y + margin);
        }
        x += part.picture.width + gap;
        lower = lower.max(part.picture.height);
    }
    whole.measure();
    whole.width += margin;
    whole.height += margin;
    whole
}
