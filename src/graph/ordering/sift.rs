//! Moves single vertices within their layer (sifting).

use super::Order;
use crate::graph::ranked::{Links, Ranked};

/// About how many comparisons it takes to sift every vertex up to `radius` positions to either side.
pub(super) fn cost(ranked: &Ranked, radius: usize) -> usize {
    let links = |vertex: &u32| {
        ranked.up.of(*vertex as usize).len() + ranked.down.of(*vertex as usize).len()
    };
    let layers = ranked.layers.iter();
    layers
        .map(|layer| layer.iter().map(links).sum::<usize>() * layer.len().min(2 * radius))
        .sum()
}

/// The sorted positions of the neighbours of each vertex of one layer.
struct NeighbourPlaces {
    start: Vec<u32>,
    places: Vec<u32>,
}

impl NeighbourPlaces {
    fn new(order: &Order, at: usize, links: &Links) -> Self {
        let mut neighbours = Self {
            start: vec![0],
            places: Vec::new(),
        };
        for &vertex in &order.layers[at] {
            let from = neighbours.places.len();
            let others = links.of(vertex as usize).iter();
            neighbours
                .places
                .extend(others.map(|&other| order.place[other as usize]));
            neighbours.places[from..].sort_unstable();
            neighbours.start.push(neighbours.places.len() as u32);
        }
        neighbours
    }

    fn of(&self, index: usize) -> &[u32] {
        &self.places[self.start[index] as usize..self.start[index + 1] as usize]
    }
}

/// The crossings of two vertices' links with `a` left of `b`, minus those with `a` right of `b`.
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

/// A layer's vertices by their index in the initial order, with the positions of their neighbours.
struct Row {
    above: NeighbourPlaces,
    below: NeighbourPlaces,
}

impl Row {
    fn balance(&self, a: u32, b: u32) -> i64 {
        let (a, b) = (a as usize, b as usize);
        balance(self.above.of(a), self.above.of(b)) + balance(self.below.of(a), self.below.of(b))
    }
}

/// Moves each vertex of each layer to the best position within `radius`; never adds a crossing.
pub(super) fn sift(ranked: &Ranked, order: &mut Order, radius: usize) {
    for at in 0..order.layers.len() {
        let row = Row {
            above: NeighbourPlaces::new(order, at, &ranked.up),
            below: NeighbourPlaces::new(order, at, &ranked.down),
        };
        let before = order.layers[at].clone();
        let mut sequence: Vec<u32> = (0..before.len() as u32).collect();
        let mut position: Vec<usize> = (0..before.len()).collect();
        for index in 0..before.len() {
            let from = position[index];
            let to = best_place(&row, &sequence, from, radius);
            if to < from {
                sequence[to..=from].rotate_right(1);
            } else {
                sequence[from..=to].rotate_left(1);
            }
            for place in from.min(to)..=from.max(to) {
                position[sequence[place] as usize] = place;
            }
        }
        order.layers[at] = sequence
            .iter()
            .map(|&index| before[index as usize])
            .collect();
        order.renumber(at);
    }
}

fn best_place(row: &Row, sequence: &[u32], from: usize, radius: usize) -> usize {
    let (mut best, mut to) = (0, from);
    let mut change = 0;
    for place in from + 1..sequence.len().min(from + 1 + radius) {
        change -= row.balance(sequence[from], sequence[place]);
        if change < best {
            (best, to) = (change, place);
        }
    }
    change = 0;
    for place in (from.saturating_sub(radius)..from).rev() {
        change += row.balance(sequence[from], sequence[place]);
        if change < best {
            (best, to) = (change, place);
        }
    }
    to
}

/// Swaps adjacent vertices where that changes no crossings but makes their links more direct.
pub(super) fn tidy(ranked: &Ranked, order: &mut Order) {
    for at in 0..order.layers.len() {
        let row = Row {
            above: NeighbourPlaces::new(order, at, &ranked.up),
            below: NeighbourPlaces::new(order, at, &ranked.down),
        };
        let before = order.layers[at].clone();
        let pull: Vec<f64> = before
            .iter()
            .map(|&vertex| pull(ranked, order, vertex as usize))
            .collect();
        let mut sequence: Vec<u32> = (0..before.len() as u32).collect();
        for _ in 0..8 {
            let mut swapped = false;
            for place in 1..sequence.len() {
                let (a, b) = (sequence[place - 1], sequence[place]);
                if pull[a as usize] > pull[b as usize] + 1e-9 && row.balance(a, b) == 0 {
                    sequence.swap(place - 1, place);
                    swapped = true;
                }
            }
            if !swapped {
                break;
            }
        }
        order.layers[at] = sequence
            .iter()
            .map(|&index| before[index as usize])
            .collect();
        order.renumber(at);
    }
}

/// Where a vertex would make its links most direct, as a share of the width: between its neighbours; but the first
/// and the last bend of a long edge in line with the next bend, so that the edge crosses others near its ends.
fn pull(ranked: &Ranked, order: &Order, vertex: usize) -> f64 {
    let mean = |neighbours: &[u32]| {
        let first = *neighbours.first()? as usize;
        let width = order.layers[ranked.layer[first] as usize].len() as f64;
        let places = neighbours
            .iter()
            .map(|&other| f64::from(order.place[other as usize]));
        Some((places.sum::<f64>() / neighbours.len() as f64 + 0.5) / width)
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
