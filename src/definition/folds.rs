//! Steps that are alike, which a large graph shows as one.

mod mask;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Definition, Edge, StepKind, When};
pub use mask::masked;

/// The fewest steps of a definition in which any are folded: a smaller graph is read as it is.
const MIN_STEPS_OF_FOLDED_GRAPH: usize = 150;
/// The fewest steps that are folded into one node: two are as quickly read by themselves.
const MIN_FOLDED_STEPS: usize = 3;

/// Steps that a graph may show as one: of one type, with names that are alike, and at the same place in the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// What it is called: `Train-*`, or `step_010–019` where several folds of a definition have names that are alike.
    /// No other fold and no step has this name.
    pub name: String,
    /// Its steps, as indices into the definition's steps, in order.
    pub members: Vec<usize>,
}

/// A node of a graph with folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FoldedNode {
    /// A step, as an index into the definition's steps.
    Step(usize),
    /// A fold that is not open, as an index into the definition's folds.
    Fold(usize),
}

/// An edge of a graph with folds: what waits for what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoldedEdge {
    /// The node that comes first, as an index into the nodes.
    pub from: usize,
    /// The node that waits for it.
    pub to: usize,
    /// What has to be the case, when plain completion is not it.
    pub when: Option<When>,
    /// The edges of the definition that it stands for, as indices into them.
    pub edges: Vec<usize>,
}

/// The graph of a definition, some of whose folds are open: every step is in exactly one node, and the edges are those
/// of the definition, between the nodes of their steps. It has a cycle only where the definition has one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoldedGraph {
    /// The nodes, in the order of their first steps.
    pub nodes: Vec<FoldedNode>,
    /// What waits for what; one edge per pair of nodes and condition.
    pub edges: Vec<FoldedEdge>,
}

impl Definition {
    /// The steps that a graph of the first `steps` steps may fold: none in a graph of fewer than 150.
    ///
    /// Steps are folded where they have the same type, names that are alike ([`masked`]), the same distance from the
    /// first steps, and before and after them steps of the same masked names, under the same conditions. As all of a
    /// fold have the same distance, folds never wait for one another. Steps in a cycle or behind one have no distance.
    pub fn folds(&self, steps: usize) -> Vec<Fold> {
        let steps = steps.min(self.steps.len());
        if steps < MIN_STEPS_OF_FOLDED_GRAPH {
            return Vec::new();
        }
        let masks: Vec<String> = self.steps[..steps]
            .iter()
            .map(|step| masked(&step.name))
            .collect();
        let alike = self.alike(&masks);
        let mut uses: HashMap<&str, usize> = HashMap::new();
        for members in &alike {
            *uses.entry(&masks[members[0]]).or_default() += 1;
        }
        let mut taken: HashSet<String> = self.steps.iter().map(|step| step.name.clone()).collect();
        let folds = alike.into_iter().filter_map(|members| {
            let mask = &masks[members[0]];
            let name = match uses[mask.as_str()] {
                1 => mask.clone(),
                _ => mask::range(
                    self.name_of(&members, 0),
                    self.name_of(&members, members.len() - 1),
                ),
            };
            // An odd name, such as that of a step called `Train-*`: its steps are shown by themselves.
            taken.insert(name.clone()).then_some(Fold { name, members })
        });
        folds.collect()
    }

    /// The steps that are alike, for the first steps, whose masks these are.
    fn alike(&self, masks: &[String]) -> Vec<Vec<usize>> {
        let edges: Vec<Edge> = self
            .edges_among(masks.len())
            .map(|(_, edge)| edge)
            .collect();
        let mut before = vec![Vec::new(); masks.len()];
        let mut after = vec![Vec::new(); masks.len()];
        for edge in &edges {
            before[edge.to].push((masks[edge.from].as_str(), edge.when));
            after[edge.from].push((masks[edge.to].as_str(), edge.when));
        }
        for list in before.iter_mut().chain(&mut after) {
            list.sort_unstable();
            list.dedup();
        }
        let mut places: BTreeMap<Place<'_>, Vec<usize>> = BTreeMap::new();
        for (step, distance) in distances(masks.len(), &edges).into_iter().enumerate() {
            let Some(distance) = distance else { continue };
            let place = Place {
                distance,
                mask: &masks[step],
                kind: &self.steps[step].kind,
                before: &before[step],
                after: &after[step],
            };
            places.entry(place).or_default().push(step);
        }
        let mut alike: Vec<_> = places.into_values().collect();
        alike.retain(|members| members.len() >= MIN_FOLDED_STEPS);
        alike.sort_unstable();
        alike
    }

    /// The edges between the first steps, with their indices.
    fn edges_among(&self, steps: usize) -> impl Iterator<Item = (usize, Edge)> + '_ {
        let edges = self.edges.iter().copied().enumerate();
        edges.filter(move |(_, edge)| edge.from.max(edge.to) < steps)
    }

    fn name_of(&self, members: &[usize], at: usize) -> &str {
        &self.steps[members[at]].name
    }
}

/// What the steps of a fold have in common.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place<'a> {
    distance: usize,
    mask: &'a str,
    kind: &'a StepKind,
    before: &'a [(&'a str, Option<When>)],
    after: &'a [(&'a str, Option<When>)],
}

/// The greatest number of edges that lead to each step one after the other; `None` in a cycle and behind one.
fn distances(steps: usize, edges: &[Edge]) -> Vec<Option<usize>> {
    let mut after = vec![Vec::new(); steps];
    let mut waits_for = vec![0_usize; steps];
    for edge in edges {
        after[edge.from].push(edge.to);
        waits_for[edge.to] += 1;
    }
    let mut known = vec![None; steps];
    let mut longest = vec![0; steps];
    let mut next: Vec<usize> = (0..steps).filter(|step| waits_for[*step] == 0).collect();
    while let Some(step) = next.pop() {
        known[step] = Some(longest[step]);
        for &to in &after[step] {
            longest[to] = longest[to].max(longest[step] + 1);
            waits_for[to] -= 1;
            if waits_for[to] == 0 {
                next.push(to);
            }
        }
    }
    known
}

impl FoldedGraph {
    /// The graph of the first `steps` steps of a definition with these folds. Those that `is_open` names, by their
    /// index, show their steps.
    pub fn of(
        definition: &Definition,
        steps: usize,
        folds: &[Fold],
        is_open: impl Fn(usize) -> bool,
    ) -> Self {
        let steps = steps.min(definition.steps.len());
        let mut fold_of = vec![None; steps];
        for (index, fold) in folds
            .iter()
            .enumerate()
            .filter(|(index, _)| !is_open(*index))
        {
            for member in &fold.members {
                fold_of[*member] = Some(index);
            }
        }
        let mut nodes = Vec::new();
        let mut node_of_fold = HashMap::new();
        let node_of: Vec<usize> = (0..steps)
            .map(|step| {
                let mut add = |node| {
                    nodes.push(node);
                    nodes.len() - 1
                };
                match fold_of[step] {
                    Some(fold) => *node_of_fold
                        .entry(fold)
                        .or_insert_with(|| add(FoldedNode::Fold(fold))),
                    None => add(FoldedNode::Step(step)),
                }
            })
            .collect();
        let mut edges: Vec<FoldedEdge> = Vec::new();
        let mut places = HashMap::new();
        for (index, edge) in definition.edges_among(steps) {
            let (from, to, when) = (node_of[edge.from], node_of[edge.to], edge.when);
            let place = *places.entry((from, to, when)).or_insert(edges.len());
            if place == edges.len() {
                edges.push(FoldedEdge {
                    from,
                    to,
                    when,
                    edges: Vec::new(),
                });
            }
            edges[place].edges.push(index);
        }
        Self { nodes, edges }
    }
}
