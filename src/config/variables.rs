//! Reads the environment.

use std::ffi::OsString;

use super::keys::{is_known, unknown};
use super::source::{Problem, Source};
use super::tree::{Found, Tree, Value};

/// The beginning of every variable that is ours.
const PREFIX: &str = "SLUICEGATE_";

/// Names the configuration file.
pub(super) const CONFIG: &str = "SLUICEGATE_CONFIG";

/// Adds what the environment sets.
pub(super) fn read(
    environment: &[(OsString, OsString)],
    tree: &mut Tree,
    problems: &mut Vec<Problem>,
) {
    for (name, value) in environment {
        let name = name.to_string_lossy();
        let Some(rest) = name.strip_prefix(PREFIX) else {
            continue;
        };
        if is_no_setting(rest) {
            continue;
        }
        let path = rest.to_ascii_lowercase().replace("__", ".");
        let source = Source::Variable(name.to_string());
        if rest.contains(|letter: char| letter.is_ascii_lowercase()) || !is_known(&path) {
            problems.push(unknown(&path, &name, source));
            continue;
        }
        match value.to_str() {
            Some(text) => {
                let value = Value::Untyped(text.to_owned());
                tree.insert(path, Found { value, source });
            }
            None => problems.push(Problem {
                source,
                what: format!("{name} is not UTF-8"),
                fix: "set it to plain text".to_owned(),
            }),
        }
    }
}

/// Variables with our prefix that set nothing: what the command line and the tests read, and what
/// Kubernetes and Docker put there for a service of the name `sluicegate`.
fn is_no_setting(rest: &str) -> bool {
    matches!(
        rest,
        "CONFIG" | "LOG_FORMAT" | "CORPUS" | "PORT" | "SERVICE_HOST" | "SERVICE_PORT"
    ) || ["TEST_", "PORT_", "SERVICE_PORT_"]
        .iter()
        .any(|prefix| rest.starts_with(prefix))
}
