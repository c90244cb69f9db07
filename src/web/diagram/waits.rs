//! What the waiting steps of a graph wait for.

use jiff::Timestamp;

use crate::catalog::ExecutionView;
use crate::domain::{Named, Waits};
use crate::web::fmt::visible_text;
use crate::web::texts::step as texts;

/// What a step waits for, in its title.
pub struct Wait {
    /// That it waits, and for which step.
    pub words: String,
    /// When that step started, while it runs.
    pub since: Option<Timestamp>,
    /// How many other steps it waits for; may be empty.
    pub others: String,
}

impl Wait {
    /// What this step of an execution waits for; `None` where it does not wait for a step. Only steps directly before
    /// it are named: the end of one must not change a thousand titles.
    pub fn of(waits: &Waits, view: &ExecutionView, step: usize) -> Option<Self> {
        let definition = view.definition.as_deref()?;
        let all = waits.directly(step);
        let first = *all.first()?;
        let named = Named::from(&definition.steps[first]);
        Some(Self {
            words: texts::waits_for(&visible_text(named.title())),
            since: running_since(view, first),
            others: texts::and_others(all.len() - 1),
        })
    }
}

/// When a step of an execution started, while it runs.
pub fn running_since(view: &ExecutionView, step: usize) -> Option<Timestamp> {
    let state = view.progress.as_ref()?.nodes.get(step)?;
    let record = view.steps.get(state.record?)?;
    record.started.filter(|_| state.status.is_running())
}
