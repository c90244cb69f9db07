//! The shared client layer: the only room that speaks to AWS.
//!
//! Everything goes in and comes out in our own types (`execution`), and every error is a
//! [`AwsError`](crate::domain::AwsError). One [`Client`] serves one workspace.

mod acting;
mod actions;
mod arn;
mod budget;
mod client;
mod convert;
mod credentials;
mod errors;
mod executions;
mod http;
mod jobs;
mod metadata;
mod models;
mod pages;
mod pipelines;
mod settings;
mod steps;
mod tags;
mod watch;
mod workspaces;

pub use acting::session_name;
pub use actions::{Done, StartRequest};
pub use budget::{BudgetReport, Priority};
pub use client::{Access, Client, Credentials};
pub use executions::SearchOrder;
pub use jobs::JobDetail;
pub use pages::{Listing, NextPage, Page, PageWalk, incomplete};
pub use workspaces::{Workspace, Workspaces};
