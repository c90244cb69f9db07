//! SageMaker's operations, one function each: from a checked request through the model to an answer.

mod actions;
mod aliases;
mod as_read;
mod callbacks;
mod common;
mod executions;
mod experiments;
mod groups;
mod hosting;
mod limits;
mod packages;
mod parameters;
mod pipelines;
mod search;
mod selection;
mod start;
mod steps;
mod table;
mod tag_list;
mod tags;
mod versions;

pub use common::pipeline_key;
pub use table::{OPERATIONS, Operation};
