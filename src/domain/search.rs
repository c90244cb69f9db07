//! Finding by words: the one rule of every search field.
//!
//! A query is split at white space. Each of its words must be in some field, anywhere in it, where
//! upper and lower case, accents, the ways that Unicode spells one character, and what separates words
//! inside a name (`-`, `_`, a space) make no difference. A word that is itself made of several, such as
//! `churn-customer` or `ChurnCustomer`, is also found where each of these begins a word of a name, in
//! any order. An ARN is compared with ARNs, whole.
//!
//! `static/search.js` is the same for what a page searches by itself; `tests/data/search.json` holds
//! both to the same cases.

mod fold;
mod query;
mod text;

pub use fold::{fold, word_starts};
pub use query::{SearchQuery, SoughtArn, Span, Word};
pub use text::SearchText;

#[cfg(test)]
mod tests;
