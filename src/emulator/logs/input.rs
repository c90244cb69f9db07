//! The parameters of a call, held to their bounds.

use super::errors::LogsError;
use super::groups::LogGroup;
use crate::engine::Millis;
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

/// A request's body.
#[derive(Clone, Copy)]
pub struct LogsInput<'a>(pub &'a Map<String, Value>);

impl<'a> LogsInput<'a> {
    /// A text; `None` where it is not given.
    ///
    /// # Errors
    /// When it is something else.
    pub fn text(self, name: &str) -> Result<Option<&'a str>, LogsError> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(LogsError::invalid(format!("{name} must be a string"))),
        }
    }

    /// A switch; false where it is not given.
    pub fn flag(self, name: &str, default: bool) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(default)
    }

    /// A number of things, within its bounds; the most where it is not given.
    ///
    /// # Errors
    /// When it is outside of them.
    pub fn limit(self, name: &str, bounds: RangeInclusive<usize>) -> Result<usize, LogsError> {
        let Some(value) = self.0.get(name).filter(|value| !value.is_null()) else {
            return Ok(*bounds.end());
        };
        let limit = value.as_u64().and_then(|limit| usize::try_from(limit).ok());
        limit.filter(|limit| bounds.contains(limit)).ok_or_else(|| {
            let (least, most) = (bounds.start(), bounds.end());
            LogsError::invalid(format!(
                "1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: Member must \
                 have value between {least} and {most}"
            ))
        })
    }

    /// A time in milliseconds.
    pub fn time(self, name: &str) -> Option<Millis> {
        self.0.get(name)?.as_i64()
    }

    /// The group that the call names, by `logGroupName` or `logGroupIdentifier`, which may be its ARN.
    ///
    /// # Errors
    /// When it names none, or one that no job writes to.
    pub fn group(self) -> Result<LogGroup, LogsError> {
        let name = self.text("logGroupName")?;
        let identifier = self.text("logGroupIdentifier")?;
        let named = identifier.map(|arn| {
            let (_, name) = arn.split_once(":log-group:").unwrap_or(("", arn));
            name.trim_end_matches(":*")
        });
        let Some(name) = name.or(named) else {
            return Err(LogsError::invalid("Please provide a log group."));
        };
        LogGroup::named(name).ok_or_else(LogsError::no_group)
    }
}
