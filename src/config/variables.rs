//! Reads the environment.

use std::ffi::OsString;

use super::keys::{is_known, unknown};
use super::source::{InvalidSetting, Source};
use super::tree::{RawSetting, Tree, Value};

/// The beginning of the name of every variable of this program.
const VARIABLE_PREFIX: &str = "SLUICEGATE_";

/// The variable with the path of the configuration file.
pub(super) const CONFIG_VARIABLE: &str = "SLUICEGATE_CONFIG";

/// Adds the settings in the environment.
pub(super) fn read(
    environment: &[(OsString, OsString)],
    tree: &mut Tree,
    invalid: &mut Vec<InvalidSetting>,
) {
    for (name, value) in environment {
        let name = name.to_string_lossy();
        let Some(rest) = name.strip_prefix(VARIABLE_PREFIX) else {
            continue;
        };
        if is_not_a_setting(rest) {
            continue;
        }
        let path = rest.to_ascii_lowercase().replace("__", ".");
        let source = Source::Variable(name.to_string());
        if rest.contains(|letter: char| letter.is_ascii_lowercase()) || !is_known(&path) {
            invalid.push(unknown(&path, &name, source));
            continue;
        }
        match value.to_str() {
            Some(text) => {
                let value = Value::Untyped(text.to_owned());
                tree.insert(path, RawSetting { value, source });
            }
            None => invalid.push(InvalidSetting {
                source,
                problem: format!("{name} is not UTF-8"),
                fix: "set it to plain text".to_owned(),
            }),
        }
    }
}

/// Variables with our prefix that are not settings: those of the command line and the tests, and those that
/// Kubernetes and Docker set for a service named `sluicegate`.
fn is_not_a_setting(rest: &str) -> bool {
    matches!(
        rest,
        "CONFIG" | "LOG_FORMAT" | "CORPUS" | "PORT" | "SERVICE_HOST" | "SERVICE_PORT"
    ) || ["TEST_", "PORT_", "SERVICE_PORT_"]
        .iter()
        .any(|prefix| rest.starts_with(prefix))
}
