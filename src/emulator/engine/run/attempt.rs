//! One attempt of a step: how it is going to end and when, and whether another follows.

use super::node::Ending;
use super::{Event, Run};
use crate::emulator::engine::chance::Chance;
use crate::emulator::engine::length::{self, Length};
use crate::emulator::engine::program::Details;
use crate::emulator::engine::spec::Callbacks;
use crate::emulator::engine::{Millis, failure};

impl Run {
    /// One attempt: how it is going to end, and when.
    pub(super) fn attempt(&mut self, node: usize, at: Millis) {
        let chance = self.chance(node);
        let pace = self.spec.pace;
        let ending = self.ending(node, chance);
        let step = &self.program.steps[self.nodes[node].step];
        let length = match &step.length {
            Length::Brief { low, high } => pace.brief(chance.about("length").between(*low, *high)),
            Length::Answer if self.spec.callbacks == Callbacks::Wait => {
                self.nodes[node].ending = ending;
                return;
            }
            Length::Answer => pace.length(length::answering(chance.about("answer"))),
            Length::Job { low, high, rounds } => {
                let nominal = chance.about("length").between(*low, *high);
                let factor = rounds.as_ref().map_or(1.0, |(all, at_once)| {
                    let number = |expr| self.eval(expr).number().unwrap_or(1.0);
                    length::rounds(number(all), number(at_once))
                });
                let creation = pace.brief(length::creation(chance.about("creation")));
                self.nodes[node].executing = at + creation;
                let share = match &ending {
                    Ending::Failure(reason) if failure::before_creation(reason) => {
                        self.nodes[node].executing = Millis::MAX;
                        0.0
                    }
                    Ending::Failure(_) => 0.15 + 0.75 * chance.about("share").unit(),
                    Ending::Success | Ending::Stop => 1.0,
                };
                pace.length((nominal as f64 * factor * share) as Millis)
                    .max(creation)
            }
        };
        self.nodes[node].ending = ending;
        self.finish_after(node, at, length);
    }

    fn ending(&self, node: usize, chance: Chance) -> Ending {
        let step = &self.program.steps[self.nodes[node].step];
        if let Details::Fail(message) = &step.details {
            return Ending::Failure(self.eval(message).text());
        }
        let script = self
            .spec
            .outcomes
            .iter()
            .find(|script| script.step == step.name)
            .or_else(|| {
                let named = self.nodes[node].iteration.is_some() && !self.spec.outcomes.is_empty();
                let name = named.then(|| self.name(node))?;
                self.spec.outcomes.iter().find(|script| script.step == name)
            });
        if let Some(script) = script {
            return match self.nodes[node].attempt < script.attempts {
                true => Ending::Failure(script.reason.clone()),
                false => Ending::Success,
            };
        }
        let rate = self.spec.failure_rate * failure::likelihood(&step.kind);
        let fails = chance.about("failure").unit() < rate;
        let reason = if fails {
            failure::draw(&step.kind, chance.about("reason"))
        } else {
            None
        };
        reason.map_or(Ending::Success, |reason| Ending::Failure(reason.to_owned()))
    }

    /// Whether a retry policy gives a failed attempt another one.
    pub(super) fn try_again(&mut self, node: usize, at: Millis) -> bool {
        let told = &self.nodes[node];
        let Ending::Failure(reason) = &told.ending else {
            return false;
        };
        let Some(exception) = failure::exception(reason) else {
            return false;
        };
        let policies = &self.program.steps[told.step].policies;
        let Some(policy) = policies
            .iter()
            .find(|policy| policy.exceptions.iter().any(|kind| kind == exception))
        else {
            return false;
        };
        let wait = policy.interval as f64 * policy.backoff.powi(told.retries.min(64) as i32);
        let wait = self
            .spec
            .pace
            .length((wait.min(43_200_000.0) as Millis).max(1));
        let expired = policy.expires.is_some_and(|expires| {
            let within = self.spec.pace.length(expires.max(1));
            at + wait > told.start + within
        });
        if told.retries >= policy.attempts || expired {
            return false;
        }
        let generation = told.generation;
        self.nodes[node].retries += 1;
        self.nodes[node].backing_off = true;
        self.schedule(at + wait, Event::Again(node, generation));
        true
    }
}
