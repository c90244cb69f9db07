//! Numbers, with and without a unit.

use std::time::Duration;

use super::{Kind, Value, Wrong, wrong};

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::config) struct Size(pub usize);

/// What has a least and a greatest value that is taken.
pub(in crate::config) trait Bounded: Kind + PartialOrd {
    /// What to call one: `a number`.
    const NOUN: &'static str;
}

impl Bounded for Size {
    const NOUN: &'static str = "a size";
}

impl Bounded for Duration {
    const NOUN: &'static str = "a length of time";
}

impl Bounded for u32 {
    const NOUN: &'static str = "a whole number";
}

impl Bounded for f64 {
    const NOUN: &'static str = "a number";
}

impl Kind for Size {
    fn read(value: &Value) -> Result<Self, Wrong> {
        let text = String::read(value).map_err(|(what, _)| (what, SIZE_FIX.to_owned()))?;
        let units = [("KiB", 1 << 10), ("MiB", 1 << 20), ("B", 1)];
        units
            .into_iter()
            .find_map(|(unit, bytes)| scaled(&text, unit, bytes))
            .and_then(|bytes| usize::try_from(bytes).ok())
            .map(Size)
            .ok_or_else(|| (format!("{text:?} is not a size"), SIZE_FIX.to_owned()))
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

const SIZE_FIX: &str = "write a number with its unit: \"64KiB\"";

/// From the greatest to the least, in seconds.
const UNITS: [(&str, u64); 4] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)];

impl Kind for Duration {
    fn read(value: &Value) -> Result<Self, Wrong> {
        let text = String::read(value).map_err(|(what, _)| (what, DURATION_FIX.to_owned()))?;
        UNITS
            .into_iter()
            .find_map(|(unit, seconds)| scaled(&text, unit, seconds))
            .map(Duration::from_secs)
            .ok_or_else(|| {
                (
                    format!("{text:?} is not a length of time"),
                    DURATION_FIX.to_owned(),
                )
            })
    }

    fn show(&self) -> String {
        let seconds = self.as_secs();
        let whole =
            |(_, length): &(&str, u64)| seconds >= *length && seconds.is_multiple_of(*length);
        let (unit, length) = UNITS.into_iter().find(whole).unwrap_or(("s", 1));
        format!("{}{unit}", seconds / length).show()
    }
}

const DURATION_FIX: &str = "write a number with its unit s, m, h or d: \"12h\"";

impl Kind for f64 {
    fn read(value: &Value) -> Result<Self, Wrong> {
        match value {
            Value::Number(number) => Some(*number),
            Value::Untyped(text) => text.parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        }
        .ok_or_else(|| wrong(value, "a number", "write it without quotes: 8"))
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl Kind for u32 {
    fn read(value: &Value) -> Result<Self, Wrong> {
        const FIX: &str = "write digits alone, without quotes: 400";
        let number = f64::read(value).map_err(|(what, _)| (what, FIX.to_owned()))?;
        let whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
        if whole {
            Ok(number as Self)
        } else {
            Err((
                format!("{number} is no whole number in range"),
                FIX.to_owned(),
            ))
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
