//! Horizontal positions, given the order within each layer.

use super::ranked::Ranked;

mod blocks;

/// The visits of vertices and links that the sweeps may cost.
const MAX_VISITS: usize = 1_500_000;
/// The sweeps over all layers.
const MAX_SWEEPS: usize = 24;

/// Moves positions as little as possible (in weighted squares) so that each keeps its offset from the one before:
/// the pool-adjacent-violators algorithm. `offsets[i]` is the least distance of `i` from the first, with all
/// between them.
pub(super) fn separate(wanted: &[f64], weights: &[f64], offsets: &[f64]) -> Vec<f64> {
    let mut pools: Vec<(f64, f64, usize)> = Vec::with_capacity(wanted.len());
    for ((want, &weight), offset) in wanted.iter().zip(weights).zip(offsets) {
        let mut pool = (want - offset, weight, 1);
        while let Some(&(mean, heavy, count)) = pools.last() {
            if mean <= pool.0 {
                break;
            }
            let sum = heavy + pool.1;
            pool = ((mean * heavy + pool.0 * pool.1) / sum, sum, count + pool.2);
            pools.pop();
        }
        pools.push(pool);
    }
    let means = pools
        .iter()
        .flat_map(|&(mean, _, count)| std::iter::repeat_n(mean, count));
    means
        .zip(offsets)
        .map(|(mean, offset)| mean + offset)
        .collect()
}

/// The positions of all vertices while they are being optimized.
struct Plane<'a> {
    ranked: &'a Ranked,
    /// Horizontal centre of each vertex.
    x: Vec<f64>,
    /// The least distance of each vertex from the first one of its layer.
    offset: Vec<f64>,
    /// Each vertex's index in its layer.
    place: Vec<usize>,
}

/// Horizontal centres of all vertices in whole pixels, the leftmost box at 0. `widths` are those of
/// the nodes.
pub(super) fn centres(ranked: &Ranked, widths: &[f64], gap: f64) -> Vec<f64> {
    let mut plane = Plane::new(ranked, widths, gap);
    let size = ranked.layer.len() + ranked.up.links();
    let sweeps = (MAX_VISITS / size.max(1)).clamp(2, MAX_SWEEPS);
    for sweep in 0..sweeps {
        plane.sweep(sweep % 2 == 0);
    }
    // Distances are whole numbers, so rounding keeps them, and what follows is exact.
    for x in &mut plane.x {
        *x = x.round();
    }
    let blocks = blocks::find(ranked);
    for _ in 0..sweeps / 3 {
        plane.settle(&blocks);
    }
    plane.centre_families(&blocks);
    let half = |vertex: usize| widths.get(vertex).map_or(0.0, |width| width / 2.0);
    let left = (0..plane.x.len()).map(|vertex| (plane.x[vertex] - half(vertex)).floor());
    let left = left.fold(f64::INFINITY, f64::min);
    plane.x.iter().map(|x| x - left).collect()
}

impl<'a> Plane<'a> {
    fn new(ranked: &'a Ranked, widths: &[f64], gap: f64) -> Self {
        let vertices = ranked.layer.len();
        let mut plane = Self {
            ranked,
            x: vec![0.0; vertices],
            offset: vec![0.0; vertices],
            place: vec![0; vertices],
        };
        for layer in &ranked.layers {
            let mut last: Option<usize> = None;
            for (place, &vertex) in layer.iter().enumerate() {
                let vertex = vertex as usize;
                plane.place[vertex] = place;
                if let Some(last) = last {
                    let half = |vertex| widths.get(vertex).map_or(0.0, |width| width / 2.0);
                    let share = match (ranked.is_dummy(last), ranked.is_dummy(vertex)) {
                        (false, false) => 1.0,
                        (true, true) => 0.5,
                        _ => 0.75,
                    };
                    let apart = (half(last) + half(vertex) + gap * share).ceil();
                    plane.offset[vertex] = plane.offset[last] + apart;
                }
                last = Some(vertex);
            }
            let middle = last.map_or(0.0, |last| plane.offset[last] / 2.0);
            for &vertex in layer {
                plane.x[vertex as usize] = plane.offset[vertex as usize] - middle;
            }
        }
        plane
    }

    /// How strongly two linked vertices are pulled into one line; most between the bends of a long edge.
    fn weight(&self, a: usize, b: usize) -> f64 {
        match (self.ranked.is_dummy(a), self.ranked.is_dummy(b)) {
            (true, true) => 8.0,
            (false, false) => 2.0,
            _ => 1.0,
        }
    }

    /// Moves every layer as close below (or above) its neighbours on the layer before as it can be.
    fn sweep(&mut self, downward: bool) {
        let ranked = self.ranked;
        let depth = ranked.layers.len();
        for step in 1..depth {
            let (at, links) = if downward {
                (step, &ranked.up)
            } else {
                (depth - 1 - step, &ranked.down)
            };
            let layer = &ranked.layers[at];
            let mut wanted = Vec::with_capacity(layer.len());
            let mut weights = Vec::with_capacity(layer.len());
            for &vertex in layer {
                let vertex = vertex as usize;
                let near = links.of(vertex).iter().map(|&other| {
                    let other = other as usize;
                    (self.x[other], self.weight(vertex, other))
                });
                let (sum, weight) = near.fold((0.0, 0.0), |(sum, all), (x, weight)| {
                    (sum + x * weight, all + weight)
                });
                if weight > 0.0 {
                    wanted.push(sum / weight);
                    weights.push(weight);
                } else {
                    wanted.push(self.x[vertex]);
                    weights.push(0.1);
                }
            }
            let offsets: Vec<f64> = layer.iter().map(|&v| self.offset[v as usize]).collect();
            for (&vertex, x) in layer.iter().zip(separate(&wanted, &weights, &offsets)) {
                self.x[vertex as usize] = x;
            }
        }
    }

    /// The range in which a vertex can move while its neighbours in the layer stay.
    fn room(&self, vertex: usize) -> (f64, f64) {
        let layer = &self.ranked.layers[self.ranked.layer[vertex] as usize];
        let place = self.place[vertex];
        let limit = |other: usize| self.x[other] + self.offset[vertex] - self.offset[other];
        let low = place.checked_sub(1).map(|left| limit(layer[left] as usize));
        let high = layer.get(place + 1).map(|&right| limit(right as usize));
        (
            low.unwrap_or(f64::NEG_INFINITY),
            high.unwrap_or(f64::INFINITY),
        )
    }
}
