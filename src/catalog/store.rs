//! The local copy in SQL. Everything that is read or written carries its workspace's name.

mod base;
mod began;
mod changes;
mod columns;
mod definitions;
mod details;
mod execution_lists;
mod executions;
mod failure_text;
mod failures;
mod filtered;
mod gone;
mod jobs;
mod kept_counts;
mod lists;
mod matching;
mod merge;
mod metrics;
mod names;
mod order;
mod pipelines;
mod previous_failures;
mod progress;
mod rows;
mod steps;
mod suggestions;
mod tags;
mod unopened;
mod unread;
mod values;

pub(super) use base::Store;
pub(super) use began::Began;
pub(super) use definitions::content_hash;
pub(super) use filtered::{Among, ExecutionFilter, total};
pub(super) use jobs::StepJob;
pub(super) use merge::ReadSource;
pub(super) use pipelines::StoredDetail;
pub(super) use progress::{GapSpan, SearchGap};
pub(super) use rows::StoredExecution;
pub(super) use steps::StoredSteps;
pub(super) use unopened::{ReadSince, Unread};

#[cfg(test)]
mod tests;
