//! CloudWatch Logs, as far as clients read the logs of jobs: DescribeLogGroups, DescribeLogStreams, GetLogEvents and
//! FilterLogEvents.
//!
//! Nothing is stored of a log: its lines are worked out from the job's description on demand, so that they agree with it
//! and are the same for every reader. A log only grows: what was read once is never written otherwise.

mod container;
mod errors;
mod events;
mod groups;
mod input;
mod operations;
mod pattern;
mod processing;
mod streams;
mod training;
mod transform;
mod writer;

pub use operations::{LogsOperation, OPERATIONS, has_enough_jobs, run};
