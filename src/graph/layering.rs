//! Assigns nodes to layers.

use super::ranked::Links;

/// The node visits that shortening the edges may cost.
const MAX_VISITS: usize = 3_000_000;

/// Gives every node of an acyclic graph a layer, counted from 0, so that every edge leads to a
/// greater one; edges are kept short, and no layer has very many nodes.
pub(super) fn layers(nodes: usize, edges: &[(usize, usize)]) -> Vec<u32> {
    let down = Links::new(nodes, edges.iter().copied());
    let up = Links::new(nodes, edges.iter().map(|&(from, to)| (to, from)));
    let (mut layer, order) = longest_paths(&down, &up);
    let mut visits = 0;
    loop {
        // Sources sit too high at first, so pulling down comes first.
        let lowered = pull(&mut layer, &down, &up, 1, order.iter().rev(), &mut visits);
        let raised = pull(&mut layer, &up, &down, -1, order.iter(), &mut visits);
        if !(lowered || raised) || visits > MAX_VISITS {
            break;
        }
    }
    let top = layer.iter().copied().min().unwrap_or(0);
    let layer: Vec<usize> = layer.iter().map(|&at| (at - top) as usize).collect();
    wrap(&layer, &order)
}

/// Every node just below the lowest of its predecessors; and the nodes in topological order.
fn longest_paths(down: &Links, up: &Links) -> (Vec<i64>, Vec<usize>) {
    let nodes = down.len();
    let mut layer = vec![0; nodes];
    let mut waiting: Vec<usize> = (0..nodes).map(|node| up.of(node).len()).collect();
    let mut ready: Vec<usize> = (0..nodes)
        .rev()
        .filter(|&node| waiting[node] == 0)
        .collect();
    let mut order = Vec::with_capacity(nodes);
    while let Some(node) = ready.pop() {
        order.push(node);
        for &next in down.of(node).iter().rev() {
            let next = next as usize;
            layer[next] = layer[next].max(layer[node] + 1);
            waiting[next] -= 1;
            if waiting[next] == 0 {
                ready.push(next);
            }
        }
    }
    (layer, order)
}

/// Moves groups of nodes towards their `ahead` neighbours (`step` is the direction) where this makes the edges
/// shorter in total. A group is a node with all nodes that are in its way. Returns whether anything moved.
fn pull<'a>(
    layer: &mut [i64],
    ahead: &Links,
    behind: &Links,
    step: i64,
    order: impl Iterator<Item = &'a usize>,
    visits: &mut usize,
) -> bool {
    let mut moved = false;
    let mut seen = vec![usize::MAX; layer.len()];
    let mut group = Vec::new();
    for (round, &start) in order.enumerate() {
        if ahead.of(start).len() <= behind.of(start).len() || *visits > MAX_VISITS {
            continue;
        }
        group.clear();
        group.push(start);
        seen[start] = round;
        let mut gain = 0;
        let mut next = 0;
        while let Some(&node) = group.get(next) {
            next += 1;
            gain += ahead.of(node).len() as i64 - behind.of(node).len() as i64;
            *visits += 1 + ahead.of(node).len();
            for &other in ahead.of(node) {
                let other = other as usize;
                if seen[other] != round && (layer[other] - layer[node]) * step == 1 {
                    seen[other] = round;
                    group.push(other);
                }
            }
        }
        if gain <= 0 {
            continue;
        }
        let ahead_of_group = group.iter().flat_map(|&node| {
            let (layer, seen) = (&*layer, &seen);
            ahead.of(node).iter().filter_map(move |&other| {
                let other = other as usize;
                (seen[other] != round).then(|| (layer[other] - layer[node]) * step - 1)
            })
        });
        if let Some(room) = ahead_of_group.min() {
            for &node in &group {
                layer[node] += room * step;
            }
            moved = true;
        }
    }
    moved
}

/// Splits a layer of very many nodes into several, one below the other, so that a step that fans out to
/// hundreds does not make one endless row. Nodes are distributed in turn, so that the edges to the lower rows
/// pass between the boxes of the upper ones.
fn wrap(layer: &[usize], order: &[usize]) -> Vec<u32> {
    let max_width = (1.5 * (layer.len() as f64).sqrt()).max(20.0) as usize;
    let depth = layer.iter().max().map_or(0, |&last| last + 1);
    let mut count = vec![0usize; depth];
    for &at in layer {
        count[at] += 1;
    }
    let mut first = vec![0usize; depth];
    for at in 1..depth {
        first[at] = first[at - 1] + count[at - 1].div_ceil(max_width).max(1);
    }
    let mut filled = vec![0usize; depth];
    let mut wrapped = vec![0; layer.len()];
    for &node in order {
        let at = layer[node];
        let rows = count[at].div_ceil(max_width).max(1);
        wrapped[node] = (first[at] + filled[at] % rows) as u32;
        filled[at] += 1;
    }
    wrapped
}
