//! How long steps take.

use super::Millis;
use super::expression::Expr;
use super::random::SeededRandom;
use super::spec::Pace;
use sluicegate_definition::StepKind;

const SECOND: Millis = 1_000;
const MINUTE: Millis = 60 * SECOND;

/// Up to this speed brief steps keep their duration: a person could not follow them otherwise.
const BRIEF_MAX_SPEED: f64 = 60.0;

/// The nominal duration of a step.
#[derive(Debug, Clone, PartialEq)]
pub enum StepDuration {
    /// A job: between these bounds, divided by the speed. A tuning job takes longer the more rounds it needs.
    Job {
        /// At least.
        low: Millis,
        /// At most.
        high: Millis,
        /// Number of training jobs, and how many of them run at once.
        rounds: Option<(Expr, Expr)>,
    },
    /// A call that answers within seconds: between these bounds.
    Brief {
        /// At least.
        low: Millis,
        /// At most.
        high: Millis,
    },
    /// Until somebody answers the callback.
    UntilAnswered,
}

impl StepDuration {
    /// From a step's type and its job's time limit in seconds. A job with a limit of at most an hour takes half to
    /// three quarters of it; other jobs take what is usual for their type, 2 to 15 minutes.
    pub fn of(kind: &StepKind, limit: Option<f64>, rounds: Option<(Expr, Expr)>) -> StepDuration {
        let (low, high) = match kind {
            StepKind::Callback => return StepDuration::UntilAnswered,
            StepKind::Lambda => {
                return StepDuration::Brief {
                    low: 1_500,
                    high: 9 * SECOND,
                };
            }
            StepKind::Condition | StepKind::Fail | StepKind::ForEach => {
                return StepDuration::Brief {
                    low: 200,
                    high: 750,
                };
            }
            StepKind::Model
            | StepKind::RegisterModel
            | StepKind::EndpointConfig
            | StepKind::Lineage
            | StepKind::Cleanup => {
                return StepDuration::Brief {
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
            Some(limit) if (60.0..=3_600.0).contains(&limit) => StepDuration::Job {
                low: (limit * 500.0) as Millis,
                high: (limit * 750.0) as Millis,
                rounds,
            },
            _ => StepDuration::Job {
                low: low * MINUTE,
                high: high * MINUTE,
                rounds,
            },
        }
    }
}

/// Factor on a tuning job's duration for its number of rounds of training: from 0.9 to 1.6.
pub fn rounds(all: f64, at_once: f64) -> f64 {
    let rounds = (all.max(1.0) / at_once.max(1.0)).ceil();
    0.8 + 0.1 * rounds.clamp(1.0, 8.0)
}

impl Pace {
    /// A nominal duration divided by the speed; at least a second, so that it can be seen.
    pub(crate) fn scaled(self, nominal: Millis) -> Millis {
        let speed = self.speed();
        ((nominal as f64 / speed) as Millis)
            .max(self.scaled_brief(SECOND))
            .min(nominal.max(1))
    }

    /// A brief duration: kept up to the demo's speed, shorter beyond it.
    pub(super) fn scaled_brief(self, nominal: Millis) -> Millis {
        ((nominal as f64 / (self.speed() / BRIEF_MAX_SPEED).max(1.0)) as Millis).max(1)
    }

    fn speed(self) -> f64 {
        if self.speed.is_finite() && self.speed > 0.0 {
            self.speed
        } else {
            1.0
        }
    }
}

/// Delay between a step becoming ready and its start.
pub fn dispatch(random: SeededRandom) -> Millis {
    random.between(250, 1_100)
}

/// How long the creation of a job takes.
pub fn creation(random: SeededRandom) -> Millis {
    random.between(600, 1_900)
}

/// Delay between the end of the last step and the end of the execution.
pub fn closing(random: SeededRandom) -> Millis {
    random.between(250, 900)
}

/// How long a job takes to stop, nominally: two to seven minutes, so two to seven seconds in the demo.
pub fn stopping(random: SeededRandom) -> Millis {
    random.between(2 * MINUTE, 7 * MINUTE)
}

/// How long a Lambda step may take.
pub const LAMBDA_TIMEOUT: Millis = 10 * MINUTE;

/// How long a Lambda function ran before it timed out: the seconds that its failure reason names, at most the step's
/// limit; else that limit.
pub fn until_timed_out(reason: &str) -> Millis {
    let seconds_named = reason
        .split_once("after ")
        .and_then(|(_, rest)| rest.split(' ').next()?.parse::<f64>().ok());
    seconds_named.map_or(LAMBDA_TIMEOUT, |seconds| {
        ((seconds.max(1.0) * 1_000.0) as Millis).min(LAMBDA_TIMEOUT)
    })
}

/// How long it takes until somebody answers a Callback step in seeded history.
pub fn answering(random: SeededRandom) -> Millis {
    random.between(6 * MINUTE, 150 * MINUTE)
}
