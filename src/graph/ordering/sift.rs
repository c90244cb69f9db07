//! Moving single vertices within their layer.

use super::Order;
use crate::graph::ranked::{Links, Ranked};

/// About how many comparisons one pass makes when vertices are tried up to `reach` places to either
/// side.
pub(super) fn cost(ranked: &Ranked, reach: usize) -> usize {
    let links = |vertex: &u32| {
        ranked.up.of(*vertex as usize).len() + ranked.down.of(*vertex as usize).len()
    };
    let layers = ranked.layers.iter();
    layers
        .map(|layer| layer.iter().map(links).sum::<usize>() * layer.len().min(2 * reach))
        .sum()
}

/// The places of the neighbours, sorted, of each vertex of one layer.
struct Near {
    start: Vec<u32>,
    places: Vec<u32>,
}

impl Near {
    fn new(order: &Order, at: usize, links: &Links) -> Self {
        let mut near = Self {
            start: vec![0],
            places: Vec::new(),
        };
        for &vertex in &order.layers[at] {
            let from = near.places.len();
            let others = links.of(vertex as usize).iter();
            near.places
                .extend(others.map(|&other| order.place[other as usize]));
            near.places[from..].sort_unstable();
            near.start.push(near.places.len() as u32);
        }
        near
    }

    fn of(&self, index: usize) -> &[u32] {
        &self.places[self.start[index] as usize..self.start[index + 1] as usize]
    }
}

/// Crossings of two vertices' links while `a` stands left of `b`, less those while it stands right.
fn balance(a: &[u32], b: &[u32]) -> i64 {
    if a.len() * b.len() <= 8 {
        let pairs = a.iter().flat_map(|x| b.iter().map(move |y| (x, y)));
        return pairs
            .map(|(x, y)| i64::from(x > y) - i64::from(x < y))
            .sum();
    }
    let (mut less, mut not_greater, mut sum) = (0, 0, 0i64);
    for x in a {
        while less < b.len() && b[less] < *x {
            less += 1;
        }
        while not_greater < b.len() && b[not_greater] <= *x {
            not_greater += 1;
        }
        sum += less as i64 - (b.len() - not_greater) as i64;
    }
    sum
}

/// The layer's vertices by their index in the order the pass began with, and what they cross.
struct Row {
    above: Near,
    below: Near,
}

impl Row {
    fn balance(&self, a: u32, b: u32) -> i64 {
        let (a, b) = (a as usize, b as usize);
        balance(self.above.of(a), self.above.of(b)) + balance(self.below.of(a), self.below.of(b))
    }
}

/// Moves each vertex of each layer to the best place within `reach`; never adds a crossing.
pub(super) fn pass(ranked: &Ranked, order: &mut Order, reach: usize) {
    for at in 0..order.layers.len() {
        let row = Row {
            above: Near::new(order, at, &ranked.up),
            below: Near::new(order, at, &ranked.down),
        };
        let before = order.layers[at].clone();
        let mut turn: Vec<u32> = (0..before.len() as u32).collect();
        let mut stands: Vec<usize> = (0..before.len()).collect();
        for index in 0..before.len() {
            let from = stands[index];
            let to = best_place(&row, &turn, from, reach);
            if to < from {
                turn[to..=from].rotate_right(1);
            } else {
                turn[from..=to].rotate_left(1);
            }
            for place in from.min(to)..=from.max(to) {
                stands[turn[place] as usize] = place;
            }
        }
        order.layers[at] = turn.iter().map(|&index| before[index as usize]).collect();
        order.renumber(at);
    }
}

fn best_place(row: &Row, turn: &[u32], from: usize, reach: usize) -> usize {
    let (mut best, mut to) = (0, from);
    let mut change = 0;
    for place in from + 1..turn.len().min(from + 1 + reach) {
        change -= row.balance(turn[from], turn[place]);
        if change < best {
            (best, to) = (change, place);
        }
    }
    change = 0;
    for place in (from.saturating_sub(reach)..from).rev() {
        change += row.balance(turn[from], turn[place]);
        if change < best {
            (best, to) = (change, place);
        }
    }
    to
}

/// Swaps neighbours whose order makes no crossing but whose links would run more directly.
pub(super) fn tidy(ranked: &Ranked, order: &mut Order) {
    for at in 0..order.layers.len() {
        let row = Row {
            above: Near::new(order, at, &ranked.up),
            below: Near::new(order, at, &ranked.down),
        };
        let before = order.layers[at].clone();
        let pull: Vec<f64> = before
            .iter()
            .map(|&vertex| pull(ranked, order, vertex as usize))
            .collect();
        let mut turn: Vec<u32> = (0..before.len() as u32).collect();
        for _ in 0..8 {
            let mut swapped = false;
            for place in 1..turn.len() {
                let (a, b) = (turn[place - 1], turn[place]);
                if pull[a as usize] > pull[b as usize] + 1e-9 && row.balance(a, b) == 0 {
                    turn.swap(place - 1, place);
                    swapped = true;
                }
            }
            if !swapped {
                break;
            }
        }
        order.layers[at] = turn.iter().map(|&index| before[index as usize]).collect();
        order.renumber(at);
    }
}

/// Where a vertex would run most directly, as a share of the width: between its neighbours; but the
/// first and the last bend of a long edge in line with the next bend, so that the edge crosses others
/// near its ends.
fn pull(ranked: &Ranked, order: &Order, vertex: usize) -> f64 {
    let mean = |near: &[u32]| {
        let first = *near.first()? as usize;
        let width = order.layers[ranked.layer[first] as usize].len() as f64;
        let places = near
            .iter()
            .map(|&other| f64::from(order.place[other as usize]));
        Some((places.sum::<f64>() / near.len() as f64 + 0.5) / width)
    };
    let (above, below) = (ranked.up.of(vertex), ranked.down.of(vertex));
    if let (true, [a], [b]) = (ranked.is_dummy(vertex), above, below) {
        match (ranked.is_dummy(*a as usize), ranked.is_dummy(*b as usize)) {
            (true, false) => return mean(above).unwrap_or(0.5),
            (false, true) => return mean(below).unwrap_or(0.5),
            _ => {}
        }
    }
    match (mean(above), mean(below)) {
        (Some(above), Some(below)) => (above + below) / 2.0,
        (above, below) => above.or(below).unwrap_or(0.5),
    }
}
