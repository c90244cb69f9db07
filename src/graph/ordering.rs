//! The order of the vertices within each layer, for few crossings.

use super::crossings::between;
use super::ranked::{Links, Ranked};

mod sift;

/// The visits of vertices and links that one search may cost.
const MAX_VISITS: usize = 25_000_000;
/// The visits that sifting every vertex once may cost; in wide layers vertices then move less far.
const MAX_SIFT_VISITS: usize = 1_500_000;
/// The sweeps without progress after which a start is given up.
const MAX_IDLE_SWEEPS: usize = 4;
/// The sweeps from one start.
const MAX_SWEEPS: usize = 24;
/// The starting orders that are tried.
const START_COUNT: usize = 6;

/// An order of every layer, with each vertex's position in it.
#[derive(Clone)]
struct Order {
    layers: Vec<Vec<u32>>,
    place: Vec<u32>,
}

/// Orders the layers of `ranked` in place.
pub(super) fn order(ranked: &mut Ranked) {
    let size = ranked.layer.len() + ranked.up.links();
    let radii = [48, 24, 12, 6];
    let radius = radii
        .into_iter()
        .find(|&radius| sift::cost(ranked, radius) <= MAX_SIFT_VISITS);
    let radius = radius.unwrap_or(1);
    let mut sweeps_left = MAX_VISITS / (size * 4 + sift::cost(ranked, radius)) + 1;
    let mut best: Option<(usize, Order)> = None;
    for start in 0..START_COUNT {
        let mut order = walk(ranked, start);
        let crossings = improve(ranked, &mut order, start, radius, &mut sweeps_left);
        if best.as_ref().is_none_or(|(least, _)| crossings < *least) {
            best = Some((crossings, order));
        }
        if sweeps_left == 0 || best.as_ref().is_some_and(|(least, _)| *least == 0) {
            break;
        }
    }
    if let Some((_, mut order)) = best {
        sift::tidy(ranked, &mut order);
        order.keep_sibling_order(ranked);
        ranked.layers = order.layers;
    }
}

/// A first order: that of a depth-first search. `start` selects the end and the side it begins at.
fn walk(ranked: &Ranked, start: usize) -> Order {
    let from_below = start % 2 == 1;
    let from_right = start % 4 >= 2;
    let across = start >= 4;
    let (ahead, behind) = if from_below {
        (&ranked.up, &ranked.down)
    } else {
        (&ranked.down, &ranked.up)
    };
    let mut layers = vec![Vec::new(); ranked.layers.len()];
    let mut seen = vec![false; ranked.layer.len()];
    let mut roots: Vec<usize> = (0..ranked.layer.len()).collect();
    roots.sort_by_key(|&vertex| !behind.of(vertex).is_empty());
    for root in roots {
        let mut stack = vec![root];
        while let Some(vertex) = stack.pop() {
            if std::mem::replace(&mut seen[vertex], true) {
                continue;
            }
            layers[ranked.layer[vertex] as usize].push(vertex as u32);
            let mut push = |links: &Links| {
                let next = links.of(vertex).iter().map(|&other| other as usize);
                if from_right {
                    stack.extend(next);
                } else {
                    stack.extend(next.rev());
                }
            };
            if across {
                push(behind);
            }
            push(ahead);
        }
    }
    Order::new(layers, ranked.layer.len())
}

/// Sweeps over the layers as long as that helps; leaves the best order found and returns its crossings.
fn improve(
    ranked: &Ranked,
    order: &mut Order,
    start: usize,
    radius: usize,
    sweeps_left: &mut usize,
) -> usize {
    let mut best = order.clone();
    let mut least = order.crossings(ranked);
    let mut idle = 0;
    for sweep in 0..MAX_SWEEPS {
        if least == 0 || idle >= MAX_IDLE_SWEEPS || *sweeps_left == 0 {
            break;
        }
        *sweeps_left -= 1;
        order.sweep(
            ranked,
            sweep % 2 == 0,
            (sweep / 2 + start).is_multiple_of(2),
        );
        sift::sift(ranked, order, radius);
        let crossings = order.crossings(ranked);
        idle += 1;
        if crossings < least {
            least = crossings;
            best.clone_from(order);
            idle = 0;
        }
    }
    *order = best;
    least
}

impl Order {
    fn new(layers: Vec<Vec<u32>>, vertices: usize) -> Self {
        let mut order = Self {
            layers,
            place: vec![0; vertices],
        };
        for at in 0..order.layers.len() {
            order.renumber(at);
        }
        order
    }

    fn renumber(&mut self, at: usize) {
        for (place, &vertex) in self.layers[at].iter().enumerate() {
            self.place[vertex as usize] = place as u32;
        }
    }

    fn crossings(&self, ranked: &Ranked) -> usize {
        let mut ends = Vec::new();
        let mut tree = Vec::new();
        let pairs = self.layers.windows(2);
        pairs
            .map(|pair| {
                ends.clear();
                for &vertex in &pair[0] {
                    let from = ends.len();
                    let below = ranked.down.of(vertex as usize).iter();
                    ends.extend(below.map(|&other| self.place[other as usize]));
                    ends[from..].sort_unstable();
                }
                between(&ends, pair[1].len(), &mut tree)
            })
            .sum()
    }

    /// Sorts every layer by the mean position of its neighbours on the layer before. Ties keep their order, or
    /// with `flip` reverse it; a vertex without neighbours there keeps its position.
    fn sweep(&mut self, ranked: &Ranked, downward: bool, flip: bool) {
        let depth = self.layers.len();
        let mut keyed: Vec<(f64, u32, u32)> = Vec::new();
        for step in 1..depth {
            let (at, links) = if downward {
                (step, &ranked.up)
            } else {
                (depth - 1 - step, &ranked.down)
            };
            keyed.clear();
            for (place, &vertex) in self.layers[at].iter().enumerate() {
                let neighbours = links.of(vertex as usize);
                if !neighbours.is_empty() {
                    let sum: u64 = neighbours
                        .iter()
                        .map(|&other| u64::from(self.place[other as usize]))
                        .sum();
                    let turn = if flip {
                        u32::MAX - place as u32
                    } else {
                        place as u32
                    };
                    keyed.push((sum as f64 / neighbours.len() as f64, turn, vertex));
                }
            }
            keyed.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let mut sorted = keyed.iter().map(|&(_, _, vertex)| vertex);
            for slot in &mut self.layers[at] {
                if !links.of(*slot as usize).is_empty()
                    && let Some(vertex) = sorted.next()
                {
                    *slot = vertex;
                }
            }
            self.renumber(at);
        }
    }

    /// Mirrors the order if that puts more siblings into the order of their edges.
    fn keep_sibling_order(&mut self, ranked: &Ranked) {
        let mut balance = 0i64;
        for vertex in 0..ranked.nodes {
            for pair in ranked.down.of(vertex).windows(2) {
                let (left, right) = (self.place[pair[0] as usize], self.place[pair[1] as usize]);
                balance += i64::from(left < right) - i64::from(left > right);
            }
        }
        if balance < 0 {
            for at in 0..self.layers.len() {
                self.layers[at].reverse();
                self.renumber(at);
            }
        }
    }
}
