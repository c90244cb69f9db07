//! Sluicegate: a web console for Amazon SageMaker Pipelines.
//!
//! Pages read the [`catalog`]; actions go through the [`ledger`]; only [`sagemaker`] speaks to AWS.

pub mod access;
pub mod audit;
pub mod catalog;
pub mod check;
pub mod config;
pub mod database;
pub mod definition;
pub mod demo;
pub mod emulator;
pub mod execution;
pub mod graph;
pub mod identity;
pub mod ledger;
pub mod sagemaker;
pub mod server;
pub mod web;
