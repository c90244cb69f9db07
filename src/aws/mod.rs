//! The client layer: the only room that calls AWS.
//!
//! One [`Client`] serves one workspace. What every service shares is in this folder: credentials, the
//! write role, retries, time limits, call budgets, errors. The calls themselves are in a folder per
//! service. Requests and answers are in our own types (`domain`), and every failure is an
//! [`AwsError`](sluicegate_domain::AwsError) with its service.
//!
//! A further service is a variant of [`Service`](sluicegate_domain::Service), its rate in `budget`, its client in
//! `sdk_clients` (of an SDK crate, or of `json_client` where a few calls are needed), and a folder of calls.

mod budget;
mod causes;
mod client;
mod credentials;
mod errors;
mod http;
mod json_client;
mod known_accounts;
mod logs;
mod pages;
mod sagemaker;
mod sdk_clients;
mod settings;
mod signed_client;
mod throttle;
mod token_service;
mod workspaces;
mod write_role;

pub use budget::{BudgetReport, CallRates, Priority};
pub use client::Client;
pub use logs::LogPage;
pub use pages::{Listing, NextPage, Page, PageWalk, incomplete};
pub use sagemaker::{Accepted, Answer, SearchOrder, SearchedExecutions, StartRequest};
pub use settings::{Access, Credentials, Endpoints};
pub use workspaces::{Workspace, Workspaces};
pub use write_role::session_name;
