//! What is to happen, in the order of time.

use super::pipelines::ExecutionKey;
use crate::engine::Millis;
use crate::seed::{Action, SeedStart};
use std::collections::BTreeMap;

/// Something that happens by itself.
pub enum Event {
    /// An execution has something due.
    Wake(ExecutionKey),
    /// The seed starts an execution.
    Start(Box<SeedStart>),
    /// The seed's people do something to an execution.
    Act(ExecutionKey, Action),
}

/// Events by time; those of one moment in the order they were noted.
#[derive(Default)]
pub struct Agenda {
    events: BTreeMap<(Millis, u64), Event>,
    noted: u64,
}

impl Agenda {
    /// Notes an event.
    pub fn note(&mut self, at: Millis, event: Event) {
        self.noted += 1;
        self.events.insert((at, self.noted), event);
    }

    /// Takes the next event that is due at `now`, with its time.
    pub fn due(&mut self, now: Millis) -> Option<(Millis, Event)> {
        let entry = self
            .events
            .first_entry()
            .filter(|entry| entry.key().0 <= now)?;
        let at = entry.key().0;
        Some((at, entry.remove()))
    }

    /// What the seed's people are going to do, and when.
    pub fn planned(&self) -> impl Iterator<Item = (Millis, ExecutionKey, &Action)> {
        self.events
            .iter()
            .filter_map(|((at, _), event)| match event {
                Event::Act(key, action) => Some((*at, *key, action)),
                Event::Wake(_) | Event::Start(_) => None,
            })
    }
}
