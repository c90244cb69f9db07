//! How an execution unfolds: a discrete-event simulation that gets the time as an argument.
//!
//! A [`Program`] is compiled once from a pipeline's definition and shared by all of its executions; a [`Run`] is one
//! execution. Nothing here reads a clock, sleeps or uses a global random generator: the same program and the same
//! [`StartSpec`] give the same history, to the millisecond, however often [`Run::advance`] is called.

mod duration;
pub(crate) mod expiry;
pub(crate) mod expression;
mod failure;
pub(crate) mod program;
mod random;
mod record;
mod run;
mod spec;
#[cfg(test)]
mod tests;

pub use program::Program;
pub use random::SeededRandom;
pub use record::{Iteration, Metadata, Output, StepRecord, StepStatus, resource_name};
pub(crate) use run::{Ending, MemoKind, RunScope};
pub use run::{Run, RunError, RunInput, RunStatus, StartedStep, StepAttempt};
pub use spec::{
    ArnContext, CacheEntry, CallbackAnswer, Callbacks, Pace, ScriptedOutcome, ScriptedValues,
    Selective, SourceExecution, SourceStep, StartSpec,
};

/// Milliseconds since the Unix epoch, or a duration in milliseconds.
pub type Millis = i64;
