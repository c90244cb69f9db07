//! Sluicegate: a web console for Amazon SageMaker Pipelines.
//!
//! Pages read the [`catalog`]; actions go through the [`ledger`]; only [`aws`] speaks to AWS.

pub mod access;
pub mod audit;
pub mod aws;
pub mod catalog;
pub mod check;
pub mod config;
pub mod database;
#[cfg(feature = "emulator")]
pub mod demo;
pub mod domain;
pub mod graph;
pub mod identity;
pub mod ledger;
pub mod server;
pub mod token_bucket;
pub mod web;
