//! What was done to a run, so that it can be made again.
//!
//! A run follows from its program, its [`StartSpec`] and what was done to it when: these three make it again at any
//! time, the same to the millisecond. So nothing else need be kept of an execution.

use super::Run;
use crate::engine::Millis;
use crate::engine::program::Program;
use crate::engine::record::Metadata;
use crate::engine::spec::{Answer, CacheEntry, Pace, Selective, StartSpec};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Something done to a run after its start. Every public way to change one notes a deed where it succeeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// [`Run::stop`].
    Stop,
    /// [`Run::retry`].
    Retry {
        /// The parallelism asked for, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parallelism: Option<u32>,
        /// The pace from then on.
        pace: Pace,
    },
    /// [`Run::answer`].
    Answer {
        /// Of the step that waited.
        token: String,
        /// What it was told.
        answer: Answer,
    },
    /// [`Run::set_parallelism`].
    Parallelism(Option<u32>),
    /// [`Run::set_pace`].
    Pace(Pace),
    /// [`Run::number_packages`]: one package of it.
    Package {
        /// The place of the step that registered it among the run's nodes.
        node: usize,
        /// Its version in its group.
        number: u32,
        /// The step's name as it is listed.
        step: String,
        /// The package's ARN.
        arn: String,
    },
}

impl Run {
    /// Makes a run again from what it was started with and everything done to it, up to the last of that.
    pub fn again(program: Arc<Program>, spec: StartSpec, deeds: &[(Millis, Deed)]) -> Run {
        let mut run = Run::start(program, spec);
        for (at, deed) in deeds {
            run.redo(*at, deed);
        }
        run
    }

    /// What it was started with, as it was then; of results that it could have taken but did not, nothing once it
    /// ended.
    pub fn first_spec(&self) -> StartSpec {
        let (pace, parallelism) = self.first;
        let mut spec = StartSpec {
            pace,
            parallelism,
            ..self.spec.clone()
        };
        // What a step took before a stop or a retry is not known any more.
        let taken_once =
            |(_, deed): &(Millis, Deed)| !matches!(deed, Deed::Stop | Deed::Retry { .. });
        if self.status.is_terminal() && self.deeds.iter().all(taken_once) {
            self.drop_untaken(&mut spec);
        }
        spec
    }

    fn drop_untaken(&self, spec: &mut StartSpec) {
        let taken = |entry: &CacheEntry| {
            let mut loans = self.nodes.iter().filter_map(|node| node.loan.as_ref());
            loans.any(|loan| loan.step == entry.step && loan.source == entry.source)
        };
        spec.cached.retain(taken);
        let selective = spec.selective.iter().flat_map(Selective::sources);
        let sources: BTreeSet<&String> = spec
            .cached
            .iter()
            .map(|entry| &entry.source)
            .chain(selective)
            .collect();
        spec.earlier
            .retain(|earlier| sources.contains(&earlier.source));
    }

    /// What was done to it so far, and when.
    pub fn deeds(&self) -> &[(Millis, Deed)] {
        &self.deeds
    }

    pub(super) fn did(&mut self, deed: Deed) {
        self.deeds.push((self.clock, deed));
    }

    pub(super) fn number_package(&mut self, node: usize, number: u32) {
        if let Some(told) = self.nodes.get_mut(node) {
            told.package = Some(number);
            let record = self.record(node);
            let arn = match record.metadata {
                Some(Metadata::RegisterModel { arn }) => arn,
                _ => String::new(),
            };
            let step = record.name;
            self.did(Deed::Package {
                node,
                number,
                step,
                arn,
            });
        }
    }

    /// Does again what once succeeded, and so succeeds.
    fn redo(&mut self, at: Millis, deed: &Deed) {
        self.advance(at);
        let _: Result<(), _> = match deed {
            Deed::Stop => self.stop(at),
            Deed::Retry { parallelism, pace } => self.retry(at, *parallelism, *pace),
            Deed::Answer { token, answer } => self.answer(token, answer.clone(), at),
            Deed::Parallelism(parallelism) => {
                self.set_parallelism(at, *parallelism);
                Ok(())
            }
            Deed::Pace(pace) => {
                self.set_pace(*pace);
                Ok(())
            }
            Deed::Package { node, number, .. } => {
                self.number_package(*node, *number);
                Ok(())
            }
        };
    }
}
