//! Failed calls as a page shows them: one notice for each cause, and whether what the page shows stands still.

use jiff::Timestamp;

use super::texts::aws_error;
use crate::catalog::Reading;
use crate::domain::{AwsError, AwsErrorKind};

/// What went wrong, with every call that it went wrong in.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// What is wrong, and how to fix it.
    pub sentence: String,
    /// The calls; at least one.
    pub errors: Vec<AwsError>,
}

impl Cause {
    /// The first call that failed.
    pub fn first(&self) -> &AwsError {
        &self.errors[0]
    }
}

/// The causes of what failed while a page was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Causes {
    /// Those that keep the page from being current. They pass by themselves, or once somebody acts.
    pub outage: Vec<Cause>,
    /// Those that take something away from a page that is current otherwise.
    pub lasting: Vec<Cause>,
}

impl Causes {
    /// The causes of these errors, of a page that is older than it may be or not (`stale`).
    pub fn of(errors: &[AwsError], stale: bool) -> Self {
        let mut causes = Self::default();
        for error in errors {
            let list = if stale && is_passing(error) {
                &mut causes.outage
            } else {
                &mut causes.lasting
            };
            let sentence = aws_error(error);
            match list.iter_mut().find(|cause| cause.sentence == sentence) {
                Some(cause) => cause.errors.push(error.clone()),
                None => list.push(Cause {
                    sentence,
                    errors: vec![error.clone()],
                }),
            }
        }
        causes
    }
}

/// Whether a call may succeed when it is made again.
fn is_passing(error: &AwsError) -> bool {
    !error.is_lasting() && error.kind != AwsErrorKind::Incomplete
}

/// The first of these errors that keeps a page from being current, where it is not (`stale`).
pub fn outage_error(errors: &[AwsError], stale: bool) -> Option<&AwsError> {
    errors.iter().find(|error| stale && is_passing(error))
}

/// Whether a failed call keeps what was read from being current.
pub fn is_outage<T>(reading: &Reading<T>) -> bool {
    outage_error(&reading.read_errors, reading.stale).is_some()
}

/// The moment up to which what runs is known to have run: `now`, or during an outage the time when SageMaker last
/// reported it.
pub fn known_until<T>(reading: &Reading<T>, now: Timestamp) -> Timestamp {
    match reading.as_of {
        Some(as_of) if is_outage(reading) => as_of.min(now),
        _ => now,
    }
}

/// Lets a page that is current itself stand still, and say why, while something that it shows cannot be refreshed.
pub fn share_outage<T, U>(page: &mut Reading<T>, shown: &Reading<U>) {
    if is_outage(shown) && !is_outage(page) {
        page.stale = true;
        page.as_of = shown.as_of;
        page.read_errors.extend(shown.read_errors.iter().cloned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Service;

    fn error(operation: &'static str, kind: AwsErrorKind) -> AwsError {
        AwsError::new(Service::SageMaker, operation, kind, "words")
    }

    fn reading(kind: AwsErrorKind, stale: bool) -> Reading<()> {
        Reading {
            value: (),
            as_of: Some(Timestamp::UNIX_EPOCH),
            version: String::new(),
            read_errors: vec![error("Search", kind)],
            stale,
            refreshing: false,
        }
    }

    #[test]
    fn calls_that_fail_for_one_reason_are_one_cause() {
        let errors = [
            error("ListPipelines", AwsErrorKind::Unreachable),
            error("ListTags", AwsErrorKind::AccessDenied),
            error("Search", AwsErrorKind::Unreachable),
        ];
        let causes = Causes::of(&errors, true);
        let operations = |causes: &[Cause]| -> Vec<Vec<&str>> {
            let of = |cause: &Cause| cause.errors.iter().map(|e| e.operation).collect();
            causes.iter().map(of).collect()
        };
        assert_eq!(operations(&causes.outage), [["ListPipelines", "Search"]]);
        assert_eq!(operations(&causes.lasting), [["ListTags"]]);
        let current = Causes::of(&errors, false);
        assert!(current.outage.is_empty() && current.lasting.len() == 2);
    }

    #[test]
    fn time_stands_still_only_while_what_is_shown_cannot_be_refreshed() {
        let then = Timestamp::UNIX_EPOCH;
        let now = then + jiff::Span::new().hours(1);
        assert_eq!(
            known_until(&reading(AwsErrorKind::Throttled, true), now),
            then
        );
        assert_eq!(
            known_until(&reading(AwsErrorKind::Throttled, false), now),
            now
        );
        assert_eq!(
            known_until(&reading(AwsErrorKind::AccessDenied, true), now),
            now
        );
    }

    #[test]
    fn a_page_stands_still_with_what_it_shows() {
        let later = Timestamp::UNIX_EPOCH + jiff::Span::new().hours(1);
        let current = || Reading {
            as_of: Some(later),
            read_errors: Vec::new(),
            ..reading(AwsErrorKind::Throttled, false)
        };
        let mut page = current();
        share_outage(&mut page, &current());
        share_outage(&mut page, &reading(AwsErrorKind::AccessDenied, true));
        assert!(!is_outage(&page) && page.as_of == Some(later));
        share_outage(&mut page, &reading(AwsErrorKind::Throttled, true));
        assert!(is_outage(&page) && page.as_of == Some(Timestamp::UNIX_EPOCH));
    }
}
