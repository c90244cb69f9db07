//! Who may see and do what. Pure: no I/O, no clock.

mod extent;
mod pattern;
mod person;
mod policy;
mod role;
mod scope;

#[cfg(test)]
mod tests;

pub use extent::Extent;
pub use pattern::Pattern;
pub use person::{Person, RequestOrigin, Source};
pub use policy::{Policy, Rule};
pub use role::Role;
pub use scope::{Forbidden, Grant, PipelineRef, Scope, Tags};
