//! Finds the edges that close a cycle.

/// Marks the edges to reverse so that `edges` (without self loops) has no cycle: those that lead back into the
/// path of a depth-first search from the sources, in the order given.
pub(super) fn back_edges(nodes: usize, edges: &[(usize, usize)]) -> Vec<bool> {
    let mut out = vec![Vec::new(); nodes];
    let mut has_input = vec![false; nodes];
    for (index, &(from, to)) in edges.iter().enumerate() {
        out[from].push(index);
        has_input[to] = true;
    }
    let mut back = vec![false; edges.len()];
    let mut state = vec![State::New; nodes];
    let sources = (0..nodes).filter(|&node| !has_input[node]);
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
