//! Which edges close a cycle.

/// Marks the edges to turn around so that none of `edges` (no self loops) lies on a cycle: those
/// that a depth-first walk, from the sources and in the order given, finds leading back into its path.
pub(super) fn back_edges(nodes: usize, edges: &[(usize, usize)]) -> Vec<bool> {
    let mut out = vec![Vec::new(); nodes];
    let mut fed = vec![false; nodes];
    for (index, &(from, to)) in edges.iter().enumerate() {
        out[from].push(index);
        fed[to] = true;
    }
    let mut back = vec![false; edges.len()];
    let mut state = vec![State::New; nodes];
    let sources = (0..nodes).filter(|&node| !fed[node]);
    for root in sources.chain(0..nodes) {
        if state[root] != State::New {
            continue;
        }
        state[root] = State::Open;
        let mut path = vec![(root, 0)];
        while let Some((node, next)) = path.last_mut() {
            let Some(&edge) = out[*node].get(*next) else {
                state[*node] = State::Done;
                path.pop();
                continue;
            };
            *next += 1;
            let to = edges[edge].1;
            match state[to] {
                State::New => {
                    state[to] = State::Open;
                    path.push((to, 0));
                }
                State::Open => back[edge] = true,
                State::Done => {}
            }
        }
    }
    back
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done,
}
