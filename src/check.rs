//! Tries every call that the console needs, and reports what is missing.

mod calls;
mod nonexistent_arns;
mod report;
mod texts;

use std::io::Write;

use self::report::Row;
use crate::aws::Client;

pub use texts::advice;

/// What `sluicegate check` found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How many calls work.
    pub allowed: usize,
    /// How many were refused.
    pub refused: usize,
    /// How many reached no service, or were not answered.
    pub unreachable: usize,
}

impl Outcome {
    /// The exit status: 0 if every call works, else 1.
    pub fn exit_status(self) -> u8 {
        u8::from(self.refused + self.unreachable > 0)
    }

    fn of(rows: &[Row]) -> Self {
        let mut outcome = Self::default();
        for row in rows {
            *match row.verdict() {
                Verdict::Allowed => &mut outcome.allowed,
                Verdict::Refused => &mut outcome.refused,
                Verdict::Unreachable => &mut outcome.unreachable,
            } += 1;
        }
        outcome
    }
}

/// Whether a call works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Allowed,
    Refused,
    Unreachable,
}

/// Tries every call and prints a line for each: the call, whether it is allowed, the IAM action to add,
/// and the service's answer. Calls that write are tried only against a pipeline and an execution that
/// cannot exist; "does not exist" counts as allowed there. Changes nothing.
pub async fn run(client: &Client, out: &mut impl Write) -> Outcome {
    let rows = calls::try_all(client).await;
    let outcome = Outcome::of(&rows);
    // A report that nobody reads (a closed pipe) does not fail the check.
    let _ = report::print(client, &rows, outcome, out);
    outcome
}

#[cfg(test)]
mod tests;
