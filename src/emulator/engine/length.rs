//! How long steps take.

use super::Millis;
use super::chance::Chance;
use super::expression::Expr;
use super::spec::Pace;
use sluicegate_definition::StepKind;

const SECOND: Millis = 1_000;
const MINUTE: Millis = 60 * SECOND;

/// The speed up to which what is brief stays as brief as it is: a person could not follow it otherwise.
const BRIEF_UNTIL: f64 = 60.0;

/// How long a step takes nominally.
#[derive(Debug, Clone, PartialEq)]
pub enum Length {
    /// A job: between these, divided by the speed; a tuning job the longer the more rounds it needs.
    Job {
        /// At least.
        low: Millis,
        /// At most.
        high: Millis,
        /// Training jobs in all, and at once.
        rounds: Option<(Expr, Expr)>,
    },
    /// A call that answers at once or within seconds: between these.
    Brief {
        /// At least.
        low: Millis,
        /// At most.
        high: Millis,
    },
    /// Until somebody answers.
    Answer,
}

impl Length {
    /// From a step's type and its job's time limit in seconds. A job that states a limit of at most an hour takes
    /// half to three quarters of it; other jobs take what is usual for their type, 2 to 15 minutes.
    pub fn of(kind: &StepKind, limit: Option<f64>, rounds: Option<(Expr, Expr)>) -> Length {
        let (low, high) = match kind {
            StepKind::Callback => return Length::Answer,
            StepKind::Lambda => {
                return Length::Brief {
                    low: 1_500,
                    high: 9 * SECOND,
                };
            }
            StepKind::Condition | StepKind::Fail | StepKind::ForEach => {
                return Length::Brief {
                    low: 200,
                    high: 750,
                };
            }
            StepKind::Model
            | StepKind::RegisterModel
            | StepKind::EndpointConfig
            | StepKind::Lineage
            | StepKind::Cleanup => {
                return Length::Brief {
                    low: 500,
                    high: 1_500,
                };
            }
            StepKind::Processing => (2, 8),
            StepKind::Training => (4, 15),
            StepKind::Transform => (3, 9),
            StepKind::Tuning => (10, 15),
            StepKind::AutoML => (11, 15),
            StepKind::QualityCheck | StepKind::ClarifyCheck => (3, 8),
            StepKind::Emr => (4, 12),
            StepKind::EmrServerless => (3, 9),
            StepKind::Endpoint => (3, 7),
            StepKind::Job => (5, 15),
            StepKind::InferenceComponent | StepKind::Unknown(_) => (2, 5),
        };
        match limit {
            Some(limit) if (60.0..=3_600.0).contains(&limit) => Length::Job {
                low: (limit * 500.0) as Millis,
                high: (limit * 750.0) as Millis,
                rounds,
            },
            _ => Length::Job {
                low: low * MINUTE,
                high: high * MINUTE,
                rounds,
            },
        }
    }
}

/// What more or fewer rounds of training make of a tuning job's length: a factor from 0.9 to 1.6.
pub fn rounds(all: f64, at_once: f64) -> f64 {
    let rounds = (all.max(1.0) / at_once.max(1.0)).ceil();
    0.8 + 0.1 * rounds.clamp(1.0, 8.0)
}

impl Pace {
    /// What becomes of a nominal length: divided by the speed, but at least a second, which one can see.
    pub(super) fn length(self, nominal: Millis) -> Millis {
        let speed = self.speed();
        ((nominal as f64 / speed) as Millis)
            .max(self.brief(SECOND))
            .min(nominal.max(1))
    }

    /// What becomes of something brief: stays so up to the demo's speed, and shrinks beyond it.
    pub(super) fn brief(self, nominal: Millis) -> Millis {
        ((nominal as f64 / (self.speed() / BRIEF_UNTIL).max(1.0)) as Millis).max(1)
    }

    fn speed(self) -> f64 {
        if self.speed.is_finite() && self.speed > 0.0 {
            self.speed
        } else {
            1.0
        }
    }
}

/// Between a step becoming ready and its start.
pub fn dispatch(chance: Chance) -> Millis {
    chance.between(250, 1_100)
}

/// How long a job is being created.
pub fn creation(chance: Chance) -> Millis {
    chance.between(600, 1_900)
}

/// Between the last step's end and the execution's.
pub fn closing(chance: Chance) -> Millis {
    chance.between(250, 900)
}

/// How long a job takes to stop, nominally: two to seven minutes, so two to seven seconds in the demo.
pub fn stopping(chance: Chance) -> Millis {
    chance.between(2 * MINUTE, 7 * MINUTE)
}

/// How long a Lambda function may take, unless its step says otherwise.
pub const FUNCTION_LIMIT: Millis = 2 * MINUTE;

/// How long a Lambda function ran of which a reason says that it timed out: so many seconds as it names, at most the
/// ten minutes that a Lambda step may take; else the default of two.
pub fn until_timed_out(reason: &str) -> Millis {
    let told = reason
        .split_once("after ")
        .and_then(|(_, rest)| rest.split(' ').next()?.parse::<f64>().ok());
    told.map_or(FUNCTION_LIMIT, |seconds| {
        (seconds.clamp(1.0, 600.0) * 1_000.0) as Millis
    })
}

/// How long somebody takes to answer a Callback in history.
pub fn answering(chance: Chance) -> Millis {
    chance.between(6 * MINUTE, 150 * MINUTE)
}
