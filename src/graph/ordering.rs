//! The order of the vertices within each layer, for few crossings.

use super::crossings::between;
use super::ranked::{Links, Ranked};

mod sift;

/// What one search may cost, in visits of vertices and links.
const WORK: usize = 25_000_000;
/// What sifting every vertex once may cost of that; in wide layers it then looks less far.
const SIFT_WORK: usize = 1_500_000;
/// Sweeps without progress after which a start is given up.
const PATIENCE: usize = 4;
/// Most sweeps from one start.
const SWEEPS: usize = 24;
/// Starting orders tried.
const STARTS: usize = 6;

/// An order of every layer, with each vertex's place in it.
#[derive(Clone)]
struct Order {
    layers: Vec<Vec<u32>>,
    place: Vec<u32>,
}

/// Orders the layers of `ranked` in place.
pub(super) fn order(ranked: &mut Ranked) {
    let size = ranked.layer.len() + ranked.up.links();
    let reaches = [48, 24, 12, 6];
    let reach = reaches
        .into_iter()
        .find(|&reach| sift::cost(ranked, reach) <= SIFT_WORK);
    let reach = reach.unwrap_or(1);
    let mut sweeps_left = WORK / (size * 4 + sift::cost(ranked, reach)) + 1;
    let mut best: Option<(usize, Order)> = None;
    for start in 0..STARTS {
        let mut order = walk(ranked, start);
        let crossings = improve(ranked, &mut order, start, reach, &mut sweeps_left);
        if best.as_ref().is_none_or(|(least, _)| crossings < *least) {
            best = Some((crossings, order));
        }
        if sweeps_left == 0 || best.as_ref().is_some_and(|(least, _)| *least == 0) {
            break;
        }
    }
    if let Some((_, mut order)) = best {
        sift::tidy(ranked, &mut order);
        order.keep_siblings_in_turn(ranked);
        ranked.layers = order.layers;
    }
}

/// A first order: as a depth-first walk meets the vertices. `start` chooses from which end and side.
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

/// Sweeps over the layers until that helps no more; leaves the best order found and its crossings.
fn improve(
    ranked: &Ranked,
    order: &mut Order,
    start: usize,
    reach: usize,
    sweeps_left: &mut usize,
) -> usize {
    let mut best = order.clone();
    let mut least = order.crossings(ranked);
    let mut idle = 0;
    for sweep in 0..SWEEPS {
        if least == 0 || idle >= PATIENCE || *sweeps_left == 0 {
            break;
        }
        *sweeps_left -= 1;
        order.sweep(
            ranked,
            sweep % 2 == 0,
            (sweep / 2 + start).is_multiple_of(2),
        );
        sift::pass(ranked, order, reach);
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

    /// Sorts every layer by the mean place of its neighbours on the layer before. Of equals, the
    /// one further left stays left, or with `flip` goes right; a vertex without neighbours there
    /// keeps its place.
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
                let near = links.of(vertex as usize);
                if !near.is_empty() {
                    let sum: u64 = near
                        .iter()
                        .map(|&other| u64::from(self.place[other as usize]))
                        .sum();
                    let turn = if flip {
                        u32::MAX - place as u32
                    } else {
                        place as u32
                    };
                    keyed.push((sum as f64 / near.len() as f64, turn, vertex));
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

    /// Mirrors the whole picture if that puts more siblings into the order their edges were given in.
    fn keep_siblings_in_turn(&mut self, ranked: &Ranked) {
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
