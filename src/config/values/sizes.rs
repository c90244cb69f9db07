//! Numbers, with and without a unit.

use std::time::Duration;

use super::{SettingValue, Value, ValueError};
use crate::config::fixes;

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::config) struct ByteSize(pub usize);

/// A type whose values can be limited to a range.
pub(in crate::config) trait Bounded: SettingValue + PartialOrd {
    /// What to call one: `a number`.
    const NOUN: &'static str;
}

impl Bounded for ByteSize {
    const NOUN: &'static str = "a size";
}

impl Bounded for Duration {
    const NOUN: &'static str = "a duration";
}

impl Bounded for u32 {
    const NOUN: &'static str = "a whole number";
}

impl Bounded for f64 {
    const NOUN: &'static str = "a number";
}

impl SettingValue for ByteSize {
    fn parse(value: &Value) -> Result<Self, ValueError> {
        let text = String::parse(value).map_err(|error| error.with_fix(fixes::SIZE))?;
        let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("B", 1)];
        units
            .into_iter()
            .find_map(|(unit, bytes)| scaled(&text, unit, bytes))
            .and_then(|bytes| usize::try_from(bytes).ok())
            .map(ByteSize)
            .ok_or_else(|| ValueError::new(format!("{text:?} is not a size"), fixes::SIZE))
    }

    fn show(&self) -> String {
        let text = match self.0 {
            bytes if bytes % (1 << 20) == 0 => format!("{}MiB", bytes >> 20),
            bytes if bytes % (1 << 10) == 0 => format!("{}KiB", bytes >> 10),
            bytes => format!("{bytes}B"),
        };
        text.show()
    }
}

/// Units of a duration in seconds, the largest first.
const DURATION_UNITS: [(&str, u64); 4] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)];

impl SettingValue for Duration {
    fn parse(value: &Value) -> Result<Self, ValueError> {
        let text = String::parse(value).map_err(|error| error.with_fix(fixes::DURATION))?;
        DURATION_UNITS
            .into_iter()
            .find_map(|(unit, seconds)| scaled(&text, unit, seconds))
            .map(Duration::from_secs)
            .ok_or_else(|| ValueError::new(format!("{text:?} is not a duration"), fixes::DURATION))
    }

    fn show(&self) -> String {
        let seconds = self.as_secs();
        let divides =
            |(_, length): &(&str, u64)| seconds >= *length && seconds.is_multiple_of(*length);
        let (unit, length) = DURATION_UNITS.into_iter().find(divides).unwrap_or(("s", 1));
        format!("{}{unit}", seconds / length).show()
    }
}

impl SettingValue for f64 {
    fn parse(value: &Value) -> Result<Self, ValueError> {
        match value {
            Value::Number(number) => Some(*number),
            Value::Untyped(text) => text.parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        }
        .ok_or_else(|| ValueError::wrong_type(value, "a number", fixes::NUMBER))
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl SettingValue for u32 {
    fn parse(value: &Value) -> Result<Self, ValueError> {
        let number = f64::parse(value).map_err(|error| error.with_fix(fixes::WHOLE_NUMBER))?;
        let whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
        if whole {
            Ok(number as Self)
        } else {
            let problem = format!("{number} is not a whole number in range");
            Err(ValueError::new(problem, fixes::WHOLE_NUMBER))
        }
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

/// The number before `unit`, times `factor`.
fn scaled(text: &str, unit: &str, factor: u64) -> Option<u64> {
    let digits = text.strip_suffix(unit)?.trim_end();
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain
        .then(|| digits.parse::<u64>().ok()?.checked_mul(factor))
        .flatten()
}
