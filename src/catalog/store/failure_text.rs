//! How a row holds why an execution failed.

use serde::{Deserialize, Serialize};

use crate::domain::{Check, FailedStep, FailedStepKind, Failure, Named};

#[derive(Serialize, Deserialize)]
struct Stored {
    step: Option<StoredStep>,
    reason: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct StoredStep {
    name: String,
    named: (String, String),
    is_fail: bool,
    check: Option<((String, String), bool)>,
}

/// The exact name of a step, and the one that people read.
fn names(named: &Named) -> (String, String) {
    (named.exact().to_owned(), named.title().to_owned())
}

fn named((exact, title): (String, String)) -> Named {
    Named::new(&exact, Some(&title))
}

/// A failure as its row has it.
pub(super) fn write(failure: &Failure) -> String {
    let step = failure.step.as_ref().map(|step| {
        let (is_fail, check) = match &step.kind {
            FailedStepKind::Work => (false, None),
            FailedStepKind::Fail(check) => (true, check.as_ref()),
        };
        StoredStep {
            name: step.name.clone(),
            named: names(&step.named),
            is_fail,
            check: check.map(|check| (names(&check.condition), check.outcome)),
        }
    });
    let stored = Stored {
        step,
        reason: failure.reason.clone(),
    };
    // Lists and texts, which cannot fail.
    serde_json::to_string(&stored).unwrap_or_default()
}

/// The failure of a row; one that cannot be read is not known.
pub(super) fn read(text: &str) -> Option<Failure> {
    let stored: Stored = serde_json::from_str(text).ok()?;
    let step = stored.step.map(|step| FailedStep {
        name: step.name,
        named: named(step.named),
        kind: if step.is_fail {
            let check = step.check.map(|(condition, outcome)| Check {
                condition: named(condition),
                outcome,
            });
            FailedStepKind::Fail(check)
        } else {
            FailedStepKind::Work
        },
    });
    Some(Failure {
        step,
        reason: stored.reason,
    })
}
