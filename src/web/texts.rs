//! The words of the pages. Every sentence that a page shows and that is made in Rust stands here, in
//! one file per area: the rooms below return codes and values, and these functions word them.
//! Headings and labels that never vary stand in the templates.

pub mod access;
mod action;
pub mod actions;
pub mod activity;
mod authentication;
mod aws_error;
pub mod banner;
pub mod create;
pub mod definition;
pub mod errors;
pub mod failure;
pub mod filter;
pub mod ledger;
pub mod lists;
pub mod requests;
mod sentence;
pub mod status;
pub mod step;

pub use action::not_applicable;
pub use authentication::auth_reason;
pub use aws_error::aws_error;
pub use sentence::Sentence;

/// A number and its noun: `1 pipeline`, `0 pipelines`.
pub fn count(number: u64, singular: &str, plural: &str) -> String {
    let noun = if number == 1 { singular } else { plural };
    format!("{number} {noun}")
}

/// The first `shown` of these names, and how many more there are: `a, b and 3 more`.
pub fn first_few<S: AsRef<str>>(names: &[S], shown: usize) -> String {
    let first: Vec<&str> = names.iter().take(shown).map(AsRef::as_ref).collect();
    let first = first.join(", ");
    match names.len().saturating_sub(shown) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_counted_in_the_singular() {
        let counted = |number| count(number, "execution", "executions");
        assert_eq!(
            [0, 1, 2].map(counted),
            ["0 executions", "1 execution", "2 executions"]
        );
    }

    #[test]
    fn a_long_list_of_names_is_cut_and_counted() {
        assert_eq!(first_few(&["a", "b"], 2), "a, b");
        assert_eq!(first_few(&["a", "b", "c", "d"], 2), "a, b and 2 more");
        assert_eq!(first_few::<&str>(&[], 2), "");
    }
}
