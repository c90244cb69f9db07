//! Finds cycles: steps that wait for one another.

use std::collections::VecDeque;

use super::Edge;

/// The steps after each step, in one list.
struct Successors {
    starts: Vec<usize>,
    targets: Vec<usize>,
}

impl Successors {
    fn new(steps: usize, edges: &[Edge]) -> Self {
        let mut starts = vec![0; steps + 1];
        for edge in edges {
            starts[edge.from + 1] += 1;
        }
        for step in 0..steps {
            starts[step + 1] += starts[step];
        }
        let mut next = starts.clone();
        let mut targets = vec![0; edges.len()];
        for edge in edges {
            targets[next[edge.from]] = edge.to;
            next[edge.from] += 1;
        }
        Self { starts, targets }
    }

    fn of(&self, step: usize) -> &[usize] {
        &self.targets[self.starts[step]..self.starts[step + 1]]
    }
}

/// One cycle for each group of steps that wait for one another, shortest first found, in the order of
/// their first steps; the first step is not repeated at the end.
pub(super) fn cycles(steps: usize, edges: &[Edge]) -> Vec<Vec<usize>> {
    let after = Successors::new(steps, edges);
    let group = groups(steps, &after);
    // Groups whose cycle is known already, or that have none.
    let mut seen = vec![false; steps];
    let mut size = vec![0_usize; steps];
    for &group in &group {
        size[group] += 1;
    }
    let mut before = vec![usize::MAX; steps];
    let mut found = Vec::new();
    for step in 0..steps {
        let alone = size[group[step]] == 1;
        if seen[group[step]] || (alone && !after.of(step).contains(&step)) {
            continue;
        }
        seen[group[step]] = true;
        found.push(shortest_cycle(step, &after, &group, &mut before));
    }
    found
}

/// The shortest cycle through `start` within its group, by breadth-first search.
fn shortest_cycle(
    start: usize,
    after: &Successors,
    group: &[usize],
    before: &mut [usize],
) -> Vec<usize> {
    let mut queue = VecDeque::from([start]);
    while let Some(step) = queue.pop_front() {
        for &next in after.of(step) {
            if next == start {
                let mut path = vec![step];
                let mut at = step;
                while at != start {
                    at = before[at];
                    path.push(at);
                }
                path.reverse();
                return path;
            }
            if group[next] == group[start] && before[next] == usize::MAX {
                before[next] = step;
                queue.push_back(next);
            }
        }
    }
    vec![start]
}

/// The strongly connected group of each step (Tarjan's algorithm with a stack of its own), named by one of
/// its steps.
fn groups(steps: usize, after: &Successors) -> Vec<usize> {
    const NEW: usize = usize::MAX;
    let mut order = vec![NEW; steps];
    let mut low = vec![0; steps];
    let mut group = vec![NEW; steps];
    let mut members = Vec::new();
    let mut calls: Vec<(usize, usize)> = Vec::new();
    let mut count = 0;
    for root in 0..steps {
        if order[root] == NEW {
            calls.push((root, 0));
        }
        while let Some((step, next)) = calls.last_mut() {
            let step = *step;
            if *next == 0 {
                order[step] = count;
                low[step] = count;
                count += 1;
                members.push(step);
            }
            if let Some(&target) = after.of(step).get(*next) {
                *next += 1;
                if order[target] == NEW {
                    calls.push((target, 0));
                } else if group[target] == NEW {
                    low[step] = low[step].min(order[target]);
                }
                continue;
            }
            calls.pop();
            if let Some(&(caller, _)) = calls.last() {
                low[caller] = low[caller].min(low[step]);
            }
            if low[step] == order[step] {
                while let Some(member) = members.pop() {
                    group[member] = step;
                    if member == step {
                        break;
                    }
                }
            }
        }
    }
    group
}
