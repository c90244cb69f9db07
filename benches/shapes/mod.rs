//! Graphs to lay out: shaped like real pipelines, and random.

use super::{Graph, Node};

/// Numbers that look random and are the same on every run (xorshift).
pub struct Dice(u64);

impl Dice {
    /// A die for one seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 16) % limit.max(1) as u64) as usize
    }

    /// True this many times of a hundred.
    pub fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }
}

fn graph(nodes: usize, edges: Vec<(usize, usize)>) -> Graph {
    let node = Node {
        width: 160.0,
        height: 40.0,
    };
    Graph {
        nodes: vec![node; nodes],
        edges,
        branches: Vec::new(),
    }
}

/// Stages that fan out into branches of one to three steps and join again, with some edges that
/// skip stages: how pipelines look.
pub fn pipeline(nodes: usize, seed: u64) -> Graph {
    let mut dice = Dice::new(seed);
    let mut edges = Vec::new();
    let mut joins = vec![0];
    let mut made = 1;
    while made < nodes {
        let source = joins[joins.len() - 1];
        let mut ends = Vec::new();
        for _ in 0..2 + dice.below(9) {
            let mut last = source;
            for _ in 0..1 + dice.below(3) {
                if made < nodes {
                    edges.push((last, made));
                    last = made;
                    made += 1;
                }
            }
            if last != source {
                ends.push(last);
            }
        }
        if made < nodes {
            edges.extend(ends.iter().map(|&end| (end, made)));
            // A result of an earlier stage, used again here or by one of the branches just joined.
            if dice.percent(40) {
                let early = joins[joins.len() - 1 - dice.below(joins.len().min(4))];
                let to = if dice.percent(50) {
                    made
                } else {
                    ends[dice.below(ends.len())]
                };
                if !edges.contains(&(early, to)) {
                    edges.push((early, to));
                }
            }
            joins.push(made);
            made += 1;
        }
    }
    graph(nodes, edges)
}

/// A random layered graph of about one and a half edges per node, a fifth of them over several layers.
pub fn random(nodes: usize, seed: u64) -> Graph {
    let mut dice = Dice::new(seed);
    let depth = ((nodes as f64).sqrt() as usize).max(2);
    let mut layers = vec![Vec::new(); depth];
    for node in 0..nodes {
        layers[if node < depth {
            node
        } else {
            dice.below(depth)
        }]
        .push(node);
    }
    let mut edges: Vec<(usize, usize)> = Vec::new();
    for _ in 0..nodes * 3 / 2 {
        let span = if dice.percent(20) {
            2 + dice.below(4)
        } else {
            1
        };
        let from = dice.below(depth - 1);
        let to = (from + span).min(depth - 1);
        let edge = (
            layers[from][dice.below(layers[from].len())],
            layers[to][dice.below(layers[to].len())],
        );
        if !edges.contains(&edge) {
            edges.push(edge);
        }
    }
    graph(nodes, edges)
}
