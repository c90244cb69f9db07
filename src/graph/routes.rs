//! Vertical positions, and the routes of the edges.

use super::ports::{self, Edges, End};
use super::ranked::{EdgePath, Ranked};
use super::{LABEL_SIZE_PX, Rect, Route};
use std::fmt::Write;

/// The distance between edges that run beside the drawing.
const LANE_GAP_PX: f64 = 6.0;
/// The lanes beside the drawing.
const LANE_COUNT: usize = 16;
/// The height that a label takes beside its source's box, before edges bend.
const LABEL_ROOM_PX: f64 = LABEL_SIZE_PX.1 as f64 + 2.0;

/// A layer's upper and lower border: between them edges run straight down. Its boxes are there too, below the room
/// for labels above them and above that for labels below them.
#[derive(Clone, Copy)]
pub(super) struct LayerExtent {
    top: f64,
    bottom: f64,
    above: f64,
    below: f64,
}

/// Stacks the layers. A gap grows with how far sideways its edges run, up to three times `gap`.
pub(super) fn extents(
    ranked: &Ranked,
    edges: &Edges,
    x: &[f64],
    heights: &[f64],
    gap: f64,
) -> Vec<LayerExtent> {
    let mut room = vec![(0.0, 0.0); ranked.layers.len()];
    for (edge, &(from, to)) in edges.ends.iter().enumerate() {
        match (edges.branches[edge], edges.reversed[edge]) {
            (0, _) => {}
            (_, false) => room[ranked.layer[from] as usize].1 = LABEL_ROOM_PX,
            (_, true) => room[ranked.layer[to] as usize].0 = LABEL_ROOM_PX,
        }
    }
    let mut extents = Vec::with_capacity(ranked.layers.len());
    let mut top = 0.0;
    for (layer, (above, below)) in ranked.layers.iter().zip(room) {
        let mut height = 0f64;
        let mut sideways = 0f64;
        for &vertex in layer {
            let vertex = vertex as usize;
            height = height.max(heights.get(vertex).copied().unwrap_or(0.0));
            for &other in ranked.down.of(vertex) {
                sideways = sideways.max((x[other as usize] - x[vertex]).abs());
            }
        }
        let bottom = top + above + height.ceil() + below;
        extents.push(LayerExtent {
            top,
            bottom,
            above,
            below,
        });
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
        let (top, bottom) = (extent.top + extent.above, extent.bottom - extent.below);
        Rect {
            x: (x[node] - width / 2.0) as f32,
            y: ((top + bottom - height) / 2.0) as f32,
            width: width as f32,
            height: height as f32,
        }
    };
    sizes.iter().enumerate().map(place).collect()
}

/// The routes of the edges; reversed ones run upward.
pub(super) fn routes(
    ranked: &Ranked,
    edges: &Edges,
    x: &[f64],
    boxes: &[Rect],
    extents: &[LayerExtent],
) -> Vec<Route> {
    let right = boxes.iter().map(|b| f64::from(b.x + b.width));
    let right = x.iter().copied().chain(right).fold(0.0, f64::max);
    let lane = |edge: usize| right + (1 + edge % LANE_COUNT) as f64 * LANE_GAP_PX + LANE_GAP_PX;
    let below = |edge: usize| match &ranked.edge_paths[edge] {
        EdgePath::Dummies(range) if range.is_empty() => x[edges.ends[edge].1],
        EdgePath::Dummies(range) => x[range.start],
        EdgePath::Lane => lane(edge),
    };
    let upper = ports::place(edges, End::Upper, below, boxes);
    let above = |edge: usize| match &ranked.edge_paths[edge] {
        EdgePath::Dummies(range) if range.is_empty() => upper[edge],
        EdgePath::Dummies(range) => x[range.end - 1],
        EdgePath::Lane => lane(edge),
    };
    let lower = ports::place(edges, End::Lower, above, boxes);
    let route = |(edge, &(from, to)): (usize, &(usize, usize))| {
        let (first, last) = (ranked.layer[from] as usize, ranked.layer[to] as usize);
        let (leave, reach) = (
            f64::from(boxes[from].y + boxes[from].height),
            f64::from(boxes[to].y),
        );
        let mut path = RouteBuilder::default();
        path.to(upper[edge], leave);
        path.to(upper[edge], extents[first].bottom);
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
        path.to(lower[edge], extents[last].top);
        path.to(lower[edge], reach);
        let label = if edges.reversed[edge] {
            (lower[edge], reach - LABEL_ROOM_PX / 2.0)
        } else {
            (upper[edge], leave + LABEL_ROOM_PX / 2.0)
        };
        path.finish(label, edges.reversed[edge])
    };
    edges.ends.iter().enumerate().map(route).collect()
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

    /// The finished route, with the middle of its label.
    fn finish(mut self, label: (f64, f64), reversed: bool) -> Route {
        if reversed {
            self.points.reverse();
        }
        let point = |&(x, y): &(f64, f64)| (x as f32, y as f32);
        Route {
            points: self.points.iter().map(point).collect(),
            reversed,
            label: point(&label),
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
