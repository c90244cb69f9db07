//! The sentences of pages that say what a code of another room means.

mod action;
mod aws_error;
pub mod ledger;

pub use action::not_applicable;
pub use aws_error::aws_error;
