//! Faults on demand, by operation, and the count of calls.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The answer comes late, and is otherwise right.
    Latency,
    /// ThrottlingException.
    Throttle,
    /// HTTP 500.
    #[serde(rename = "500")]
    Broken,
    /// The connection is closed without an answer.
    Reset,
    /// AccessDeniedException.
    Denied,
    /// ConflictException, which the service gives now and then for a stop between two steps.
    Conflict,
}

/// A fault as it is ordered.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The operation it strikes; `*` for any.
    pub operation: String,
    /// What goes wrong.
    pub kind: Kind,
    /// Milliseconds to wait before the answer, or before what stands in its place.
    #[serde(default)]
    pub ms: u64,
    /// How many calls it strikes; 0: all of them until it is cleared.
    #[serde(default)]
    pub times: u64,
}

/// What is to happen to one call.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Milliseconds to wait first.
    pub delay: u64,
    /// What to do instead of answering.
    pub instead: Option<Kind>,
}

/// The faults in force, oldest first.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Orders another fault.
    pub fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Clears all.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The faults in force.
    pub fn list(&self) -> &[Fault] {
        &self.0
    }

    /// Strikes one call: every latency that applies, and the oldest of the others.
    pub fn strike(&mut self, operation: &str) -> Verdict {
        self.strike_if(|name| name == "*" || name == operation)
    }

    /// Whether a permission that is no operation is denied by a fault of its name.
    pub fn takes_away(&mut self, permission: &str) -> bool {
        let verdict = self.strike_if(|name| name == permission);
        verdict.instead == Some(Kind::Denied)
    }

    fn strike_if(&mut self, names: impl Fn(&str) -> bool) -> Verdict {
        let mut verdict = Verdict::default();
        self.0.retain_mut(|fault| {
            let applies = names(&fault.operation);
            let spared = fault.kind != Kind::Latency && verdict.instead.is_some();
            if !applies || spared {
                return true;
            }
            verdict.delay = verdict.delay.saturating_add(fault.ms);
            if fault.kind != Kind::Latency {
                verdict.instead = Some(fault.kind);
            }
            match fault.times {
                0 => true,
                1 => false,
                _ => {
                    fault.times -= 1;
                    true
                }
            }
        });
        verdict
    }
}

/// How often each operation was called, whatever came of it.
#[derive(Debug, Default)]
pub struct Calls(BTreeMap<&'static str, u64>);

impl Calls {
    /// Counts one call.
    pub fn count(&mut self, operation: &'static str) {
        *self.0.entry(operation).or_default() += 1;
    }

    /// Starts again from nothing.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The counts by operation.
    pub fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(operation: &str, kind: Kind, ms: u64, times: u64) -> Fault {
        Fault {
            operation: operation.to_owned(),
            kind,
            ms,
            times,
        }
    }

    #[test]
    fn a_fault_strikes_as_often_as_ordered() {
        let mut faults = Faults::default();
        faults.add(fault("Search", Kind::Throttle, 0, 2));
        assert_eq!(faults.strike("ListPipelines"), Verdict::default());
        assert_eq!(faults.strike("Search").instead, Some(Kind::Throttle));
        assert_eq!(faults.strike("Search").instead, Some(Kind::Throttle));
        assert_eq!(faults.strike("Search"), Verdict::default());
    }

    #[test]
    fn latency_joins_the_oldest_other_fault_and_the_rest_waits() {
        let mut faults = Faults::default();
        faults.add(fault("*", Kind::Latency, 5, 0));
        faults.add(fault("*", Kind::Reset, 2, 1));
        faults.add(fault("Search", Kind::Denied, 0, 1));
        let first = faults.strike("Search");
        assert_eq!((first.delay, first.instead), (7, Some(Kind::Reset)));
        assert_eq!(faults.strike("Search").instead, Some(Kind::Denied));
        assert_eq!(
            faults.strike("Search"),
            Verdict {
                delay: 5,
                instead: None
            }
        );
        faults.clear();
        assert_eq!(faults.strike("Search"), Verdict::default());
    }

    #[test]
    fn kinds_are_spelled_as_documented() {
        let ordered: Fault =
            serde_json::from_str(r#"{"operation":"*","kind":"500","ms":3}"#).expect("a fault");
        assert_eq!(
            (ordered.kind, ordered.ms, ordered.times),
            (Kind::Broken, 3, 0)
        );
        assert!(serde_json::from_str::<Fault>(r#"{"operation":"*","kind":"flood"}"#).is_err());
    }
}
