//! Runs of vertices that belong in one vertical line: long edges, and chains of steps.

use super::Plane;
use crate::graph::ranked::{Links, Ranked};

/// Runs of vertices from top to bottom: the bends of a long edge, and nodes of which each is the
/// other's only neighbour on that side, or the only one beside a long edge. Every vertex is in exactly one.
pub(super) fn find(ranked: &Ranked) -> Vec<Vec<usize>> {
    let below = |vertex: usize| {
        only(ranked, &ranked.down, vertex)
            .filter(|&next| only(ranked, &ranked.up, next) == Some(vertex))
    };
    let mut blocks = Vec::new();
    for &vertex in ranked.layers.iter().flatten() {
        let vertex = vertex as usize;
        let above = only(ranked, &ranked.up, vertex);
        if above.is_none_or(|above| below(above) != Some(vertex)) {
            blocks.push(std::iter::successors(Some(vertex), |&at| below(at)).collect());
        }
    }
    blocks
}

/// The only neighbour; of a node and a long edge, the node.
fn only(ranked: &Ranked, links: &Links, vertex: usize) -> Option<usize> {
    match *links.of(vertex) {
        [other] => Some(other as usize),
        [a, b] => match (ranked.is_dummy(a as usize), ranked.is_dummy(b as usize)) {
            (false, true) => Some(a as usize),
            (true, false) => Some(b as usize),
            _ => None,
        },
        _ => None,
    }
}

impl Plane<'_> {
    /// Straightens every block and moves it towards the neighbours of its ends, as far as there is room.
    pub(super) fn settle(&mut self, blocks: &[Vec<usize>]) {
        for block in blocks {
            let mut rest = block.as_slice();
            while !rest.is_empty() {
                rest = &rest[self.settle_run(rest)..];
            }
        }
        for block in blocks.iter().rev() {
            let mut rest = block.as_slice();
            while !rest.is_empty() {
                rest = &rest[self.settle_run(rest)..];
            }
        }
    }

    /// Puts the longest run at the beginning of `block` that has a common position into one line;
    /// returns its length.
    fn settle_run(&mut self, block: &[usize]) -> usize {
        let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
        let mut length = 0;
        for &vertex in block {
            let (from, to) = self.room(vertex);
            // A first vertex always fits where it is.
            if length > 0 && low.max(from) > high.min(to) {
                break;
            }
            (low, high) = (low.max(from), high.min(to));
            length += 1;
        }
        let run = &block[..length];
        let mut pulls: Vec<(f64, f64)> = Vec::new();
        for (index, &vertex) in run.iter().enumerate() {
            let above = index.checked_sub(1).map(|above| run[above]);
            let below = run.get(index + 1).copied();
            for (links, own) in [(&self.ranked.up, above), (&self.ranked.down, below)] {
                let others = links.of(vertex).iter().map(|&other| other as usize);
                let others = others.filter(|&other| Some(other) != own);
                pulls.extend(others.map(|other| (self.x[other], self.weight(vertex, other))));
            }
        }
        if let Some(wanted) = median(&mut pulls) {
            for &vertex in run {
                self.x[vertex] = wanted.round().min(high).max(low);
            }
        }
        length
    }
}

impl Plane<'_> {
    /// Moves the branches of each node that have no other parent, all together, so that the node is above the middle
    /// one, or between the middle two, as far as there is room.
    pub(super) fn centre_families(&mut self, blocks: &[Vec<usize>]) {
        let mut block_of = vec![0; self.x.len()];
        for (index, block) in blocks.iter().enumerate() {
            for &vertex in block {
                block_of[vertex] = index;
            }
        }
        let mut family_of = vec![usize::MAX; self.x.len()];
        let ranked = self.ranked;
        for &parent in ranked.layers.iter().flatten() {
            let parent = parent as usize;
            let children = ranked.down.of(parent);
            let own = |&child: &u32| {
                let child = child as usize;
                ranked.up.of(child).len() == 1 && block_of[child] != block_of[parent]
            };
            if children.len() < 2 || !children.iter().all(own) {
                continue;
            }
            let mut members = Vec::new();
            for &child in children {
                let x = self.x[child as usize];
                let block = &blocks[block_of[child as usize]];
                // Vertices in one line with a child move along, to stay in line.
                members.extend(block.iter().take_while(|&&vertex| self.x[vertex] == x));
            }
            for &vertex in &members {
                family_of[vertex] = parent;
            }
            let xs = children.iter().map(|&child| (self.x[child as usize], 1.0));
            let middle = median(&mut xs.collect::<Vec<_>>()).unwrap_or(self.x[parent]);
            let wanted = (self.x[parent] - middle).round();
            let (low, high) = self.common_room(&members, &family_of);
            for &vertex in &members {
                self.x[vertex] += wanted.min(high).max(low);
            }
        }
    }

    /// How far left and right all of one family can move together.
    fn common_room(&self, members: &[usize], family_of: &[usize]) -> (f64, f64) {
        let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
        for &vertex in members {
            let (from, to) = self.room(vertex);
            let layer = &self.ranked.layers[self.ranked.layer[vertex] as usize];
            let place = self.place[vertex];
            let kin = |other: Option<&u32>| {
                other.is_some_and(|&other| family_of[other as usize] == family_of[vertex])
            };
            if !kin(place.checked_sub(1).and_then(|left| layer.get(left))) {
                low = low.max(from - self.x[vertex]);
            }
            if !kin(layer.get(place + 1)) {
                high = high.min(to - self.x[vertex]);
            }
        }
        (low, high)
    }
}

/// The weighted median; midway where two positions share the middle.
fn median(pulls: &mut [(f64, f64)]) -> Option<f64> {
    pulls.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let half = pulls.iter().map(|&(_, weight)| weight).sum::<f64>() / 2.0;
    let mut before = 0.0;
    for (index, &(x, weight)) in pulls.iter().enumerate() {
        before += weight;
        if before == half {
            return pulls.get(index + 1).map(|&(next, _)| (x + next) / 2.0);
        }
        if before > half {
            return Some(x);
        }
    }
    None
}
