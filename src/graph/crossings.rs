//! Counts crossings: of links between two layers, and of drawn edges.

use super::Layout;

/// Crossings between two adjacent layers. `ends` are the lower positions of all links, sorted by upper and
/// then by lower position; `tree` is scratch memory.
pub(super) fn between(ends: &[u32], width: usize, tree: &mut Vec<u32>) -> usize {
    tree.clear();
    tree.resize(width + 1, 0);
    let mut crossings = 0;
    for (before, &end) in ends.iter().enumerate() {
        let mut not_right = 0;
        let mut at = end as usize + 1;
        while at > 0 {
            not_right += tree[at] as usize;
            at &= at - 1;
        }
        crossings += before - not_right;
        at = end as usize + 1;
        while at <= width {
            tree[at] += 1;
            at += at & at.wrapping_neg();
        }
    }
    crossings
}

/// How many pairs of segments of different edges cross in the drawing. Touching ends do not count.
pub fn crossings(layout: &Layout) -> usize {
    let mut segments: Vec<Segment> = Vec::new();
    for (edge, route) in layout.edges.iter().enumerate() {
        for pair in route.points.windows(2) {
            let ((ax, ay), (bx, by)) = (pair[0], pair[1]);
            let (a, b) = (
                (f64::from(ax), f64::from(ay)),
                (f64::from(bx), f64::from(by)),
            );
            let (top, bottom) = if a.1 <= b.1 { (a, b) } else { (b, a) };
            segments.push(Segment { edge, top, bottom });
        }
    }
    segments.sort_by(|a, b| a.top.1.total_cmp(&b.top.1));
    let mut open: Vec<Segment> = Vec::new();
    let mut count = 0;
    for segment in segments {
        open.retain(|other| other.bottom.1 > segment.top.1);
        count += open.iter().filter(|other| segment.crosses(other)).count();
        open.push(segment);
    }
    count
}

#[derive(Clone, Copy)]
struct Segment {
    edge: usize,
    top: (f64, f64),
    bottom: (f64, f64),
}

impl Segment {
    fn crosses(&self, other: &Segment) -> bool {
        self.edge != other.edge
            && self.side(other.top) * self.side(other.bottom) < 0.0
            && other.side(self.top) * other.side(self.bottom) < 0.0
    }

    /// On which side of this segment's line a point is.
    fn side(&self, point: (f64, f64)) -> f64 {
        let along = (self.bottom.0 - self.top.0, self.bottom.1 - self.top.1);
        let to = (point.0 - self.top.0, point.1 - self.top.1);
        let cross = along.0 * to.1 - along.1 * to.0;
        if cross.abs() < 1e-6 {
            0.0
        } else {
            cross.signum()
        }
    }
}
