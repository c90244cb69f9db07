//! The filter of lists of executions: one text that is typed, linked to and kept.
//!
//! A filter is at most [`MAX_FILTER_BYTES`] long and has at most [`MAX_FILTER_TERMS`] terms between spaces. A term is
//! `field:value`, `field>value` (or `>=`, `<`, `<=`) or `field~part`; a word without a field is searched for. `-` before a
//! term excludes what it holds of. `a,b` stands for either value, `"…"` keeps spaces and commas (with `\"` for a quote
//! and `\\` for a backslash), and `*` in a value without quotes stands for any characters. Values compare without regard
//! to case.
//!
//! One of the values of a field must hold, whether they are in one term or in several; but a bound from below and one from
//! above are a range, of which both must hold. Every field must hold, and every word; nothing that is excluded may hold.
//! Relative times stay words until [`Filter::resolve`].

mod edit;
mod error;
mod field;
mod parse;
mod resolve;
mod term;
mod time;

pub use error::{FilterFault, FilterTextError};
pub use field::{Field, FieldKind};
pub use resolve::{FieldTest, FilterMoment, Groups, NumberTest, Test, TextTest, TimeRange};
pub use term::{Condition, Filter, Operator, Term, Value};

/// The longest filter, in bytes.
pub const MAX_FILTER_BYTES: usize = 4 * 1024;
/// The most terms of a filter.
pub const MAX_FILTER_TERMS: usize = 20;

#[cfg(test)]
mod tests;
