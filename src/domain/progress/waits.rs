//! What waiting steps wait for.

use std::collections::HashSet;

use super::{NodeStatus, Progress};
use sluicegate_definition::Definition;

/// The most steps that are looked at to find out what one waits for.
const MAX_VISITED_STEPS: usize = 200;

/// Finds what the waiting steps of an execution wait for.
pub struct Waits<'a> {
    progress: &'a Progress,
    /// The steps that each one comes directly after.
    before: Vec<Vec<usize>>,
}

impl<'a> Waits<'a> {
    /// For an execution's steps and their definition.
    pub fn of(definition: &Definition, progress: &'a Progress) -> Self {
        let mut before = vec![Vec::new(); progress.nodes.len()];
        for edge in &definition.edges {
            before[edge.to].push(edge.from);
        }
        Self { progress, before }
    }

    /// The nearest running steps that a waiting one comes after, however many others wait between; where none runs,
    /// those waiting directly before it. Indices into the definition's steps; empty for a step that does not wait.
    pub fn for_step(&self, step: usize) -> Vec<usize> {
        let is_waiting = |step: usize| self.progress.nodes[step].status == NodeStatus::Waiting;
        if !is_waiting(step) {
            return Vec::new();
        }
        let mut seen = HashSet::from([step]);
        let mut level = vec![step];
        while !level.is_empty() && seen.len() < MAX_VISITED_STEPS {
            let above = level.iter().flat_map(|step| &self.before[*step]).copied();
            let above: Vec<usize> = above.filter(|step| seen.insert(*step)).collect();
            let is_running = |step: &usize| self.progress.nodes[*step].status.is_running();
            let running: Vec<usize> = above.iter().copied().filter(is_running).collect();
            if !running.is_empty() {
                return running;
            }
            level = above.into_iter().filter(|step| is_waiting(*step)).collect();
        }
        self.directly(step)
    }

    /// The running steps directly before a waiting one; where none runs, those that wait. A step elsewhere changes
    /// nothing in this. Indices into the definition's steps; empty for a step that does not wait.
    pub fn directly(&self, step: usize) -> Vec<usize> {
        let status = |step: &usize| self.progress.nodes[*step].status;
        if status(&step) != NodeStatus::Waiting {
            return Vec::new();
        }
        let mut before = self.before[step].clone();
        before.sort_unstable();
        before.dedup();
        before.retain(|other| *other != step);
        let (running, others): (Vec<usize>, Vec<usize>) = before
            .into_iter()
            .partition(|step| status(step).is_running());
        if !running.is_empty() {
            return running;
        }
        let waiting = |step: &usize| status(step) == NodeStatus::Waiting;
        others.into_iter().filter(waiting).collect()
    }
}
