//! SageMaker's calls, each in our own types.
//!
//! They return boxed futures: an `async fn` is compiled where it is awaited, so that the console would compile the
//! SDK's code once more, and optimise it.

mod actions;
mod answers;
mod convert;
mod executions;
mod jobs;
mod metadata;
mod models;
mod pipelines;
mod steps;
mod tags;

use super::client::Client;
use super::pages;
use super::signed_client::SignedClient;

pub use actions::{Accepted, StartRequest};
pub use answers::Answer;
pub use executions::{SearchOrder, SearchedExecutions};
