//! Vertical positions, and the routes of the edges.

use super::coordinates::separate;
use super::ranked::{EdgePath, Ranked};
use super::{Rect, Route};
use std::fmt::Write;

/// The distance between the points where edges leave or reach one node.
const PORT_GAP_PX: f64 = 8.0;
/// How far from a node's middle an edge may touch it in order to run straight down.
const STRAIGHT_TOLERANCE_PX: f64 = 12.0;
/// The distance between edges that run beside the drawing.
const LANE_GAP_PX: f64 = 6.0;
/// The lanes beside the drawing.
const LANE_COUNT: usize = 16;

/// A layer's upper and lower border: its boxes are between them, and edges run straight down.
#[derive(Clone, Copy)]
pub(super) struct LayerExtent {
    top: f64,
    bottom: f64,
}

/// Stacks the layers. A gap grows with how far sideways its edges run, up to three times `gap`.
pub(super) fn extents(ranked: &Ranked, x: &[f64], heights: &[f64], gap: f64) -> Vec<LayerExtent> {
    let mut extents = Vec::with_capacity(ranked.layers.len());
    let mut top = 0.0;
    for layer in &ranked.layers {
        let mut height = 0f64;
        let mut sideways = 0f64;
        for &vertex in layer {
            let vertex = vertex as usize;
            height = height.max(heights.get(vertex).copied().unwrap_or(0.0));
            for &other in ranked.down.of(vertex) {
                sideways = sideways.max((x[other as usize] - x[vertex]).abs());
            }
        }
        let bottom = top + height.ceil();
        extents.push(LayerExtent { top, bottom });
        top = bottom + (sideways / 8.0).clamp(gap, gap * 3.0).ceil();
    }
    extents
}

/// The boxes of the nodes, each in the vertical middle of its layer.
pub(super) fn boxes(
    ranked: &Ranked,
    x: &[f64],
    sizes: &[(f64, f64)],
    extents: &[LayerExtent],
) -> Vec<Rect> {
    let place = |(node, &(width, height)): (usize, &(f64, f64))| {
        let extent = extents[ranked.layer[node] as usize];
        Rect {
            x: (x[node] - width / 2.0) as f32,
            y: ((extent.top + extent.bottom - height) / 2.0) as f32,
            width: width as f32,
            height: height as f32,
        }
    };
    sizes.iter().enumerate().map(place).collect()
}

/// The routes of `edges` (from upper to lower node), `reversed` ones turned to run upward.
pub(super) fn routes(
    ranked: &Ranked,
    edges: &[(usize, usize)],
    reversed: &[bool],
    x: &[f64],
    boxes: &[Rect],
    extents: &[LayerExtent],
) -> Vec<Route> {
    let right = boxes.iter().map(|b| f64::from(b.x + b.width));
    let right = x.iter().copied().chain(right).fold(0.0, f64::max);
    let lane = |edge: usize| right + (1 + edge % LANE_COUNT) as f64 * LANE_GAP_PX + LANE_GAP_PX;
    let below = |edge: usize| match &ranked.edge_paths[edge] {
        EdgePath::Dummies(range) if range.is_empty() => x[edges[edge].1],
        EdgePath::Dummies(range) => x[range.start],
        EdgePath::Lane => lane(edge),
    };
    let departures = ports(edges.iter().map(|edge| edge.0), below, boxes);
    let above = |edge: usize| match &ranked.edge_paths[edge] {
        EdgePath::Dummies(range) if range.is_empty() => departures[edge],
        EdgePath::Dummies(range) => x[range.end - 1],
        EdgePath::Lane => lane(edge),
    };
    let arrivals = ports(edges.iter().map(|edge| edge.1), above, boxes);
    let route = |(edge, &(from, to)): (usize, &(usize, usize))| {
        let (first, last) = (ranked.layer[from] as usize, ranked.layer[to] as usize);
        let mut path = RouteBuilder::default();
        path.to(
            departures[edge],
            f64::from(boxes[from].y + boxes[from].height),
        );
        path.to(departures[edge], extents[first].bottom);
        match &ranked.edge_paths[edge] {
            EdgePath::Dummies(range) => {
                for (dummy, extent) in range.clone().zip(&extents[first + 1..]) {
                    path.to(x[dummy], extent.top);
                    path.to(x[dummy], extent.bottom);
                }
            }
            EdgePath::Lane => {
                path.to(lane(edge), extents[first + 1].top);
                path.to(lane(edge), extents[last - 1].bottom);
            }
        }
        path.to(arrivals[edge], extents[last].top);
        path.to(arrivals[edge], f64::from(boxes[to].y));
        let gap = if reversed[edge] {
            (extents[last - 1].bottom, extents[last].top)
        } else {
            (extents[first].bottom, extents[first + 1].top)
        };
        path.finish(gap, reversed[edge])
    };
    edges.iter().enumerate().map(route).collect()
}

/// Where each edge touches its node (`of`): near the middle, a little towards its next point (`next`), and apart
/// from the node's other edges.
fn ports(of: impl Iterator<Item = usize>, next: impl Fn(usize) -> f64, boxes: &[Rect]) -> Vec<f64> {
    let mut by_node: Vec<(usize, f64, usize)> = of
        .enumerate()
        .map(|(edge, node)| (node, next(edge), edge))
        .collect();
    by_node.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
    let mut ports = vec![0.0; by_node.len()];
    for group in by_node.chunk_by(|a, b| a.0 == b.0) {
        let node = boxes[group[0].0];
        let (middle, width) = (f64::from(node.x + node.width / 2.0), f64::from(node.width));
        let others = (group.len() - 1) as f64;
        let spread = (others * PORT_GAP_PX / 2.0).min(width * 0.4);
        let apart = if others > 0.0 {
            2.0 * spread / others
        } else {
            0.0
        };
        // An edge that would be almost straight becomes so, and the others make room.
        let tolerance = spread.max(STRAIGHT_TOLERANCE_PX).min(width * 0.3);
        let (wanted, weights): (Vec<f64>, Vec<f64>) = group
            .iter()
            .map(|&(_, next, _)| next - middle)
            .map(|aside| {
                if aside.abs() <= tolerance {
                    (aside, 1000.0)
                } else {
                    (aside.clamp(-spread, spread), 1.0)
                }
            })
            .unzip();
        let offsets: Vec<f64> = (0..group.len()).map(|index| index as f64 * apart).collect();
        let placed = separate(&wanted, &weights, &offsets);
        for (&(_, _, edge), port) in group.iter().zip(placed) {
            ports[edge] = middle + port.clamp(-width * 0.45, width * 0.45);
        }
    }
    ports
}

/// Builds a route downward, without superfluous points.
#[derive(Default)]
struct RouteBuilder {
    points: Vec<(f64, f64)>,
}

impl RouteBuilder {
    fn to(&mut self, x: f64, y: f64) {
        let point = ((x * 10.0).round() / 10.0, y);
        if let [.., before, last] = self.points.as_mut_slice()
            && before.0 == last.0
            && last.0 == point.0
        {
            last.1 = y;
        } else if self.points.last() != Some(&point) {
            self.points.push(point);
        }
    }

    /// The finished route; its label is in the middle of the gap between the two heights.
    fn finish(mut self, (top, bottom): (f64, f64), reversed: bool) -> Route {
        let y = (top + bottom) / 2.0;
        let across = self.points.windows(2).find(|pair| pair[1].1 >= y);
        let x = across.map_or(0.0, |pair| {
            let part = (y - pair[0].1) / (pair[1].1 - pair[0].1);
            pair[0].0 + (pair[1].0 - pair[0].0) * part.clamp(0.0, 1.0)
        });
        if reversed {
            self.points.reverse();
        }
        Route {
            points: self
                .points
                .iter()
                .map(|&(x, y)| (x as f32, y as f32))
                .collect(),
            reversed,
            label: (x as f32, y as f32),
        }
    }
}

impl Route {
    /// The edge as SVG path data: straight through the layers and in a soft bend through each gap.
    /// A bend stays within the rectangle that its two ends span, where there is no node. Empty for a route
    /// without points.
    pub fn path(&self) -> String {
        let mut data = String::new();
        let mut last: Option<(f32, f32)> = None;
        for &(x, y) in &self.points {
            let (sx, sy) = (tenths(x), tenths(y));
            // Writing to a string cannot fail.
            let _ = match last {
                None => write!(data, "M{sx} {sy}"),
                Some((from, _)) if from == x => write!(data, "V{sy}"),
                Some((from, above)) => {
                    let middle = tenths((above + y) / 2.0);
                    write!(data, "C{} {middle} {sx} {middle} {sx} {}", tenths(from), sy)
                }
            };
            last = Some((x, y));
        }
        data
    }

    /// The middle of a label such as True or False, where it covers no node: on the edge, halfway through the gap
    /// next to its source.
    pub fn label_at(&self) -> (f32, f32) {
        self.label
    }

    pub(super) fn shift(&mut self, x: f32, y: f32) {
        for point in self.points.iter_mut().chain([&mut self.label]) {
            *point = (point.0 + x, point.1 + y);
        }
    }
}

/// A number rounded to a tenth, without a negative zero.
fn tenths(number: f32) -> f64 {
    let rounded = (f64::from(number) * 10.0).round() / 10.0;
    if rounded == 0.0 { 0.0 } else { rounded }
}
