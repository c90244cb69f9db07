//! The report: a line for each call.

use std::io::{self, Write};

use super::texts::advice;
use super::{Outcome, Verdict};
use crate::aws::Client;
use crate::domain::{AwsError, AwsErrorKind, Service};

/// A call and how it failed, if it did.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) call: &'static str,
    pub(super) error: Option<AwsError>,
}

impl Row {
    pub(super) fn new<T>(call: &'static str, answer: Result<T, AwsError>) -> Self {
        Self {
            call,
            error: answer.err(),
        }
    }

    pub(super) fn verdict(&self) -> Verdict {
        use AwsErrorKind as K;
        let Some(error) = &self.error else {
            return Verdict::Allowed;
        };
        match error.kind {
            K::NotFound | K::Conflict | K::LimitExceeded | K::Incomplete => Verdict::Allowed,
            K::Refused if means_missing(&error.message) => Verdict::Allowed,
            K::Refused | K::AccessDenied | K::BadCredentials | K::UnknownOperation => {
                Verdict::Refused
            }
            K::NoCredentials
            | K::NoRegion
            | K::Unreachable
            | K::TimedOut
            | K::Throttled
            | K::Service
            | K::Garbled => Verdict::Unreachable,
        }
    }

    /// The IAM action for lack of which the call was refused.
    pub(super) fn action_to_add(&self) -> String {
        match &self.error {
            Some(error) if error.kind == AwsErrorKind::AccessDenied => error.iam_action(),
            _ => String::new(),
        }
    }

    /// The service's answer, or why nothing was sent.
    pub(super) fn answer(&self) -> String {
        let Some(error) = &self.error else {
            return String::new();
        };
        let mut answer = match (&error.code, self.verdict()) {
            (Some(code), Verdict::Allowed) => code.clone(),
            (Some(code), _) => format!("{code}: {}", error.message),
            (None, _) => error.message.clone(),
        };
        if let Some(id) = &error.request_id {
            answer.push_str(&format!(" (request id {id})"));
        }
        answer.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Whether a message means that the resource does not exist.
fn means_missing(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["not found", "could not find", "does not exist"]
        .iter()
        .any(|words| message.contains(words))
}

pub(super) fn print(
    client: &Client,
    rows: &[Row],
    outcome: Outcome,
    out: &mut impl Write,
) -> io::Result<()> {
    let region = client.region().unwrap_or_else(|| "no Region".to_owned());
    writeln!(out, "Calls to {} ({region})\n", client.endpoint())?;
    table(rows, out)?;
    writeln!(
        out,
        "\n{} allowed, {} refused, {} unreachable.",
        outcome.allowed, outcome.refused, outcome.unreachable
    )?;
    // The table names the action to add wherever a call was denied; the write role needs more words.
    let needs_words = |error: &&AwsError| {
        error.kind != AwsErrorKind::AccessDenied || error.service == Service::TokenService
    };
    let failed = rows
        .iter()
        .filter(|row| row.verdict() != Verdict::Allowed)
        .find_map(|row| row.error.as_ref())
        .filter(needs_words);
    match failed {
        Some(error) => writeln!(out, "{}", advice(error)),
        None => Ok(()),
    }
}

fn table(rows: &[Row], out: &mut impl Write) -> io::Result<()> {
    let head = ["CALL", "RESULT", "IAM ACTION TO ADD", "ANSWER"].map(str::to_owned);
    let lines = rows.iter().map(|row| {
        let verdict = match row.verdict() {
            Verdict::Allowed => "allowed",
            Verdict::Refused => "refused",
            Verdict::Unreachable => "unreachable",
        };
        let call = row.call.to_owned();
        [call, verdict.to_owned(), row.action_to_add(), row.answer()]
    });
    let cells: Vec<[String; 4]> = std::iter::once(head).chain(lines).collect();
    let width = |column: usize| {
        let lengths = cells.iter().map(|row| row[column].chars().count());
        lengths.max().unwrap_or_default()
    };
    let widths = [width(0), width(1), width(2)];
    for [call, verdict, action, answer] in &cells {
        let line = format!(
            "{call:<0$}  {verdict:<1$}  {action:<2$}  {answer}",
            widths[0], widths[1], widths[2]
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
