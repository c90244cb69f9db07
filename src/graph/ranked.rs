//! A graph on layers in which every link leads from one layer to the next.

use std::ops::Range;

/// Most dummies a graph is given; edges beyond that run beside the picture.
const MOST_DUMMIES: usize = 40_000;

/// Neighbours of every vertex, in one piece of memory.
pub(super) struct Links {
    start: Vec<u32>,
    targets: Vec<u32>,
}

impl Links {
    /// Collects `pairs` by their first; each vertex's list keeps the order of the pairs.
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
pub(super) enum Way {
    /// Over these dummies, one per layer between; none when the layers adjoin.
    Dummies(Range<usize>),
    /// Beside the picture: the graph has too many long edges.
    Aside,
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
    /// One per edge, in order.
    pub ways: Vec<Way>,
    /// The vertices of each layer from left to right.
    pub layers: Vec<Vec<u32>>,
}

impl Ranked {
    /// Puts dummies on the `edges`, each of which leads from a lesser to a greater layer.
    pub(super) fn new(mut layer: Vec<u32>, edges: &[(usize, usize)]) -> Self {
        let nodes = layer.len();
        let length = |&(from, to): &(usize, usize)| (layer[to] - layer[from]) as usize - 1;
        let mut by_length: Vec<usize> = (0..edges.len()).collect();
        by_length.sort_by_key(|&edge| length(&edges[edge]));
        let mut aside = vec![false; edges.len()];
        let mut dummies = 0;
        for edge in by_length {
            dummies += length(&edges[edge]);
            aside[edge] = dummies > MOST_DUMMIES;
        }
        let mut ways = Vec::with_capacity(edges.len());
        let mut links = Vec::new();
        for (&(from, to), aside) in edges.iter().zip(aside) {
            if aside {
                ways.push(Way::Aside);
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
            ways.push(Way::Dummies(range));
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
            ways,
            layers,
        }
    }

    /// Whether a vertex is a bend of a long edge and no node.
    pub(super) fn is_dummy(&self, vertex: usize) -> bool {
        vertex >= self.nodes
    }
}
