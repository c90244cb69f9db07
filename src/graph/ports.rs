//! Where edges touch their nodes.

use super::coordinates::separate;
use super::{LABEL_SIZE_PX, Rect};

/// The distance between the points where edges leave one node, or reach it upward.
const PORT_GAP_PX: f64 = 8.0;
/// How far from a node's middle an edge may touch it in order to run straight down.
const STRAIGHT_TOLERANCE_PX: f64 = 12.0;

/// The edges of a component, from upper to lower node.
pub(super) struct Edges<'a> {
    /// Upper node, lower node.
    pub ends: &'a [(usize, usize)],
    /// Whether an edge leads from the lower node to the upper one.
    pub reversed: &'a [bool],
    /// Its branch; 0 for none.
    pub branches: &'a [u32],
}

/// An end of an edge.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// That at its upper node.
    Upper,
    /// That at its lower node.
    Lower,
}

/// What edges that touch a node at the same point have in common; their order decides nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    /// All that reach the node.
    Arrivals,
    /// Those of one branch.
    Branch(u32),
    /// One edge.
    Alone(usize),
}

/// A point at which edges touch a node.
struct Port {
    edges: Vec<usize>,
    /// Where its edges go next, on average.
    next: f64,
    /// Half of the width that is its own.
    half: f64,
}

/// Where each edge touches its node at this end: near the node's middle, a little towards its next point (`next`), and
/// apart from the node's other edges, but for those of its group.
pub(super) fn place(
    edges: &Edges,
    end: End,
    next: impl Fn(usize) -> f64,
    boxes: &[Rect],
) -> Vec<f64> {
    let node = |edge: usize| match end {
        End::Upper => edges.ends[edge].0,
        End::Lower => edges.ends[edge].1,
    };
    let mut order: Vec<(usize, Group, usize)> = (0..edges.ends.len())
        .map(|edge| (node(edge), group(edges, end, edge), edge))
        .collect();
    order.sort_unstable();
    let mut placed = vec![0.0; order.len()];
    for at_node in order.chunk_by(|a, b| a.0 == b.0) {
        let mut ports: Vec<Port> = at_node
            .chunk_by(|a, b| a.1 == b.1)
            .map(|group| port(group, &next, middle(&boxes[at_node[0].0])))
            .collect();
        ports.sort_by(|a, b| a.next.total_cmp(&b.next).then(a.edges.cmp(&b.edges)));
        for (port, x) in ports.iter().zip(spread(&ports, &boxes[at_node[0].0])) {
            for &edge in &port.edges {
                placed[edge] = x;
            }
        }
    }
    placed
}

fn group(edges: &Edges, end: End, edge: usize) -> Group {
    let reaches = edges.reversed[edge] == (end == End::Upper);
    match edges.branches[edge] {
        _ if reaches => Group::Arrivals,
        0 => Group::Alone(edge),
        branch => Group::Branch(branch),
    }
}

fn middle(node: &Rect) -> f64 {
    f64::from(node.x + node.width / 2.0)
}

fn port(group: &[(usize, Group, usize)], next: impl Fn(usize) -> f64, middle_of_node: f64) -> Port {
    let edges: Vec<usize> = group.iter().map(|&(_, _, edge)| edge).collect();
    let sum: f64 = edges.iter().map(|&edge| next(edge)).sum();
    let kind = group[0].1;
    Port {
        // Edges that come together do so above the node's middle, from where the next one goes on.
        next: match (kind, edges.len()) {
            (Group::Arrivals, 2..) => middle_of_node,
            (_, count) => sum / count as f64,
        },
        half: match kind {
            Group::Branch(_) => f64::from(LABEL_SIZE_PX.0) / 2.0,
            _ => PORT_GAP_PX / 2.0,
        },
        edges,
    }
}

/// The positions of a node's ports, which are in order.
fn spread(ports: &[Port], node: &Rect) -> Vec<f64> {
    let (middle, width) = (middle(node), f64::from(node.width));
    let halves = halves(ports, width * 0.9);
    let mut offsets = vec![0.0];
    for pair in halves.windows(2) {
        offsets.push(offsets[offsets.len() - 1] + pair[0] + pair[1]);
    }
    let total = offsets[offsets.len() - 1];
    // A port whose edges would be almost straight makes them so, and the others make room. Neither a port nor its
    // label leaves the node.
    let tolerance = (total / 2.0).max(STRAIGHT_TOLERANCE_PX).min(width * 0.3);
    let side = |half: Option<&f64>| (width / 2.0 - half.copied().unwrap_or(0.0)).max(0.0);
    let first = -side(halves.first());
    let last = (side(halves.last()) - total).max(first);
    let pulled = |(port, offset): (&Port, &f64)| {
        let aside = port.next - middle;
        let (wanted, weight) = if aside.abs() <= tolerance {
            (aside, 1000.0)
        } else {
            (aside.clamp(-total / 2.0, total / 2.0), 1.0)
        };
        ((wanted - offset).clamp(first, last) + offset, weight)
    };
    let (wanted, weights): (Vec<f64>, Vec<f64>) = ports.iter().zip(&offsets).map(pulled).unzip();
    let placed = separate(&wanted, &weights, &offsets);
    placed.iter().map(|x| middle + x).collect()
}

/// Half of the width of each port. Labels keep theirs as long as they fit into `room`; the other ports are narrowed
/// first.
fn halves(ports: &[Port], room: f64) -> Vec<f64> {
    let label = |port: &Port| match port.half > PORT_GAP_PX {
        true => port.half,
        false => 0.0,
    };
    let all = 2.0 * ports.iter().map(|port| port.half).sum::<f64>();
    let labels = 2.0 * ports.iter().map(label).sum::<f64>();
    let (of_label, of_other) = if all <= room {
        (1.0, 1.0)
    } else if labels < room {
        (1.0, (room - labels) / (all - labels))
    } else {
        (room / labels, 0.0)
    };
    let narrowed = |port: &Port| label(port) * of_label + (port.half - label(port)) * of_other;
    ports.iter().map(narrowed).collect()
}
