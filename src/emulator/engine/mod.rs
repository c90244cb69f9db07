//! How an execution unfolds: a discrete-event simulation that gets the time as an argument.
//!
//! A [`Program`] is compiled once from a pipeline's definition and shared by all of its executions; a [`Run`] is one
//! execution. Nothing here reads a clock, sleeps or uses a global random generator: the same program and the same
//! [`StartSpec`] give the same history, to the millisecond, however often [`Run::advance`] is called.

mod chance;
pub(crate) mod expression;
mod failure;
mod length;
pub(crate) mod program;
mod record;
mod run;
mod spec;
#[cfg(test)]
mod tests;

pub use chance::Chance;
pub use program::Program;
pub use record::{Iteration, Metadata, Output, StepRecord, StepStatus};
pub use run::{Deed, Refusal, Run, RunStatus, Started};
pub(crate) use run::{Ending, RunScope, Whole};
pub use spec::{
    Answer, CacheEntry, Callbacks, Earlier, EarlierStep, Pace, Place, Scripted, Selective,
    StartSpec, Values,
};

/// Milliseconds since the Unix epoch, or a duration in milliseconds.
pub type Millis = i64;
