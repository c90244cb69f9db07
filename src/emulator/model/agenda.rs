//! Scheduled events, in order of time.

use super::pipelines::ExecutionKey;
use crate::engine::Millis;
use crate::seed::{Action, SeedStart};
use std::collections::BTreeMap;

/// A scheduled event.
pub enum Event {
    /// An execution has an event due.
    Wake(ExecutionKey),
    /// The seed starts an execution.
    Start(Box<SeedStart>),
    /// A seeded action on an execution.
    Act(ExecutionKey, Action),
}

/// Events by time; events of the same time in the order they were scheduled.
#[derive(Default)]
pub struct Agenda {
    events: BTreeMap<(Millis, u64), Event>,
    noted: u64,
}

impl Agenda {
    /// Schedules an event.
    pub fn note(&mut self, at: Millis, event: Event) {
        self.noted += 1;
        self.events.insert((at, self.noted), event);
    }

    /// Removes the next event that is due at `now`, and returns it with its time.
    pub fn due(&mut self, now: Millis) -> Option<(Millis, Event)> {
        let entry = self
            .events
            .first_entry()
            .filter(|entry| entry.key().0 <= now)?;
        let at = entry.key().0;
        Some((at, entry.remove()))
    }

    /// The seeded actions to come, with their times.
    pub fn planned(&self) -> impl Iterator<Item = (Millis, ExecutionKey, &Action)> {
        self.events
            .iter()
            .filter_map(|((at, _), event)| match event {
                Event::Act(key, action) => Some((*at, *key, action)),
                Event::Wake(_) | Event::Start(_) => None,
            })
    }
}
