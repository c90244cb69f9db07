//! Sluicegate: a web console for Amazon SageMaker Pipelines.
//!
//! Three rules hold it together:
//!
//! - Pages ([`web`]) read the [`catalog`], a local copy of what SageMaker last reported. So a page is quick when
//!   SageMaker is slow, and shows the last known state when SageMaker is unreachable.
//! - Actions go through the [`ledger`], which records every action before the call and its outcome after it.
//! - Only [`aws`] calls AWS. Every other module uses the types of [`domain`].
//!
//! A request passes the [`server`]'s middleware, is authenticated by [`identity`], and carries an
//! [`access::Scope`] that limits every query and every action. [`config`] reads the settings, [`graph`] lays out
//! the diagrams, [`audit`] verifies and exports the ledger's records, and [`check`] tries every call that the
//! console needs.
//!
//! [`aws`] and [`domain`] are members of the workspace. So are `sluicegate-definition`, which reads pipeline
//! definitions, and `sluicegate-emulator`, a default feature: the local SageMaker behind `demo` and `emulator`.
//!
//! Modules import only those below them; `tests/walls.rs` enforces that, and `docs/architecture.md` explains it.

pub mod access;
pub mod audit;
pub mod catalog;
pub mod check;
pub mod cli;
pub mod commands;
pub mod config;
pub mod database;
#[cfg(feature = "emulator")]
pub mod demo;
pub mod graph;
pub mod identity;
pub mod ledger;
pub mod server;
#[cfg(test)]
mod tests;
pub mod token_bucket;
pub mod web;

// Members of the workspace, which build before the rest; to the other rooms they are rooms like any.
pub use sluicegate_aws as aws;
pub use sluicegate_domain as domain;
