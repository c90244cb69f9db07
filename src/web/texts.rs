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
pub mod condition;
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

/// A number as people read it, with its thousands apart: `1,999`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number and its noun: `1 pipeline`, `0 pipelines`, `1,999 pipelines`.
pub fn count(number: u64, singular: &str, plural: &str) -> String {
    let noun = if number == 1 { singular } else { plural };
    format!("{} {noun}", grouped(number))
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
        assert_eq!(counted(100_000), "100,000 executions");
    }

    #[test]
    fn thousands_stand_apart() {
        let shown = [7, 999, 1_000, 12_345, 1_234_567].map(grouped);
        assert_eq!(shown, ["7", "999", "1,000", "12,345", "1,234,567"]);
    }

    #[test]
    fn a_long_list_of_names_is_cut_and_counted() {
        assert_eq!(first_few(&["a", "b"], 2), "a, b");
        assert_eq!(first_few(&["a", "b", "c", "d"], 2), "a, b and 2 more");
        assert_eq!(first_few::<&str>(&[], 2), "");
    }
}
