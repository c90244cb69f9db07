//! Injected faults by operation, and the number of calls.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FaultKind {
    /// The response is delayed.
    Latency,
    /// ThrottlingException.
    Throttle,
    /// HTTP 500.
    #[serde(rename = "500")]
    Broken,
    /// The connection is closed without a response.
    Reset,
    /// AccessDeniedException.
    Denied,
    /// ConflictException, which the service sometimes returns for a stop between two steps.
    Conflict,
}

/// A requested fault.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The operation that it applies to; `*` for any.
    pub operation: String,
    /// The kind.
    pub kind: FaultKind,
    /// Milliseconds to wait before the response, or before what replaces it.
    #[serde(default)]
    pub ms: u64,
    /// Number of calls that it applies to; 0 for all until it is cleared.
    #[serde(default)]
    pub times: u64,
}

/// The effect of faults on one call.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct FaultEffect {
    /// Milliseconds to wait first.
    pub delay_ms: u64,
    /// What replaces the response, if anything.
    pub instead: Option<FaultKind>,
}

/// The active faults, oldest first.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    /// Adds a fault.
    pub fn add(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Clears all.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The active faults.
    pub fn list(&self) -> &[Fault] {
        &self.0
    }

    /// Applies the faults to one call: every latency that matches, and the oldest of the others.
    pub fn apply(&mut self, operation: &str) -> FaultEffect {
        self.apply_if(|name| name == "*" || name == operation)
    }

    /// Whether a fault denies a permission that is not an operation.
    pub fn denies(&mut self, permission: &str) -> bool {
        let effect = self.apply_if(|name| name == permission);
        effect.instead == Some(FaultKind::Denied)
    }

    fn apply_if(&mut self, names: impl Fn(&str) -> bool) -> FaultEffect {
        let mut effect = FaultEffect::default();
        self.0.retain_mut(|fault| {
            let applies = names(&fault.operation);
            let already_replaced = fault.kind != FaultKind::Latency && effect.instead.is_some();
            if !applies || already_replaced {
                return true;
            }
            effect.delay_ms = effect.delay_ms.saturating_add(fault.ms);
            if fault.kind != FaultKind::Latency {
                effect.instead = Some(fault.kind);
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
        effect
    }
}

/// Number of calls by operation, whatever their outcome.
#[derive(Debug, Default)]
pub struct Calls(BTreeMap<&'static str, u64>);

impl Calls {
    /// Counts one call.
    pub fn count(&mut self, operation: &'static str) {
        *self.0.entry(operation).or_default() += 1;
    }

    /// Resets all numbers to zero.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The numbers by operation.
    pub fn counts(&self) -> &BTreeMap<&'static str, u64> {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(operation: &str, kind: FaultKind, ms: u64, times: u64) -> Fault {
        Fault {
            operation: operation.to_owned(),
            kind,
            ms,
            times,
        }
    }

    #[test]
    fn a_fault_applies_as_often_as_requested() {
        let mut faults = Faults::default();
        faults.add(fault("Search", FaultKind::Throttle, 0, 2));
        assert_eq!(faults.apply("ListPipelines"), FaultEffect::default());
        assert_eq!(faults.apply("Search").instead, Some(FaultKind::Throttle));
        assert_eq!(faults.apply("Search").instead, Some(FaultKind::Throttle));
        assert_eq!(faults.apply("Search"), FaultEffect::default());
    }

    #[test]
    fn latency_combines_with_the_oldest_other_fault() {
        let mut faults = Faults::default();
        faults.add(fault("*", FaultKind::Latency, 5, 0));
        faults.add(fault("*", FaultKind::Reset, 2, 1));
        faults.add(fault("Search", FaultKind::Denied, 0, 1));
        let first = faults.apply("Search");
        assert_eq!((first.delay_ms, first.instead), (7, Some(FaultKind::Reset)));
        assert_eq!(faults.apply("Search").instead, Some(FaultKind::Denied));
        assert_eq!(
            faults.apply("Search"),
            FaultEffect {
                delay_ms: 5,
                instead: None
            }
        );
        faults.clear();
        assert_eq!(faults.apply("Search"), FaultEffect::default());
    }

    #[test]
    fn kinds_are_spelled_as_documented() {
        let ordered: Fault =
            serde_json::from_str(r#"{"operation":"*","kind":"500","ms":3}"#).expect("a fault");
        assert_eq!(
            (ordered.kind, ordered.ms, ordered.times),
            (FaultKind::Broken, 3, 0)
        );
        assert!(serde_json::from_str::<Fault>(r#"{"operation":"*","kind":"flood"}"#).is_err());
    }
}
