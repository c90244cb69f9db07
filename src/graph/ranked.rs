//! A layered graph in which every link leads from one layer to the next.

use std::ops::Range;

/// The dummies a graph may get; longer edges run beside the drawing.
const MAX_DUMMIES: usize = 40_000;

/// The neighbours of every vertex, in one allocation.
pub(super) struct Links {
    start: Vec<u32>,
    targets: Vec<u32>,
}

impl Links {
    /// Groups `pairs` by their first; each vertex's list keeps the order of the pairs.
    pub(super) fn new(
        vertices: usize,
        pairs: impl Iterator<Item = (usize, usize)> + Clone,
    ) -> Self {
        let mut start = vec![0u32; vertices + 1];
        for (from, _) in pairs.clone() {
            start[from + 1] += 1;
        }
        for vertex in 0..vertices {
            start[vertex + 1] += start[vertex];
        }
        let mut next = start.clone();
        let mut targets = vec![0; start[vertices] as usize];
        for (from, to) in pairs {
            targets[next[from] as usize] = to as u32;
            next[from] += 1;
        }
        Self { start, targets }
    }

    /// How many vertices there are.
    pub(super) fn len(&self) -> usize {
        self.start.len() - 1
    }

    /// The neighbours of one vertex.
    pub(super) fn of(&self, vertex: usize) -> &[u32] {
        &self.targets[self.start[vertex] as usize..self.start[vertex + 1] as usize]
    }

    /// How many links there are.
    pub(super) fn links(&self) -> usize {
        self.targets.len()
    }
}

/// How an edge gets from its upper to its lower node.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum EdgePath {
    /// Through these dummies, one for each layer between; none if the layers are adjacent.
    Dummies(Range<usize>),
    /// In a lane beside the drawing: the graph has too many long edges.
    Lane,
}

/// Nodes (the first `nodes` vertices) and dummies on layers.
pub(super) struct Ranked {
    /// How many of the vertices are nodes.
    pub nodes: usize,
    /// Each vertex's layer.
    pub layer: Vec<u32>,
    /// Neighbours on the layer above.
    pub up: Links,
    /// Neighbours on the layer below.
    pub down: Links,
    /// One for each edge, in order.
    pub edge_paths: Vec<EdgePath>,
    /// The vertices of each layer from left to right.
    pub layers: Vec<Vec<u32>>,
}

impl Ranked {
    /// Adds dummies to the `edges`, each of which leads to a lower layer.
    pub(super) fn new(mut layer: Vec<u32>, edges: &[(usize, usize)]) -> Self {
        let nodes = layer.len();
        let length = |&(from, to): &(usize, usize)| (layer[to] - layer[from]) as usize - 1;
        let mut by_length: Vec<usize> = (0..edges.len()).collect();
        by_length.sort_by_key(|&edge| length(&edges[edge]));
        let mut in_lane = vec![false; edges.len()];
        let mut dummies = 0;
        for edge in by_length {
            dummies += length(&edges[edge]);
            in_lane[edge] = dummies > MAX_DUMMIES;
        }
        let mut edge_paths = Vec::with_capacity(edges.len());
        let mut links = Vec::new();
        for (&(from, to), in_lane) in edges.iter().zip(in_lane) {
            if in_lane {
                edge_paths.push(EdgePath::Lane);
                continue;
            }
            let first = layer.len();
            layer.extend(layer[from] + 1..layer[to]);
            let range = first..layer.len();
            let mut above = from;
            for dummy in range.clone() {
                links.push((above, dummy));
                above = dummy;
            }
            links.push((above, to));
            edge_paths.push(EdgePath::Dummies(range));
        }
        let down = Links::new(layer.len(), links.iter().copied());
        let up = Links::new(layer.len(), links.iter().map(|&(from, to)| (to, from)));
        let depth = layer.iter().max().map_or(0, |&last| last as usize + 1);
        let mut layers = vec![Vec::new(); depth];
        for (vertex, &at) in layer.iter().enumerate() {
            layers[at as usize].push(vertex as u32);
        }
        Self {
            nodes,
            layer,
            up,
            down,
            edge_paths,
            layers,
        }
    }

    /// Whether a vertex is a bend of a long edge, not a node.
    pub(super) fn is_dummy(&self, vertex: usize) -> bool {
        vertex >= self.nodes
    }
}
