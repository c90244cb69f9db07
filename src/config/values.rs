//! The types settings have: how each is read, and how it is written.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::identity::Origin;

use super::tree::Value;

/// Why a value was not taken: what is wrong, and what to write instead.
pub(super) type Wrong = (String, String);

/// A type of setting.
pub(super) trait Kind: Sized {
    /// Reads what was written.
    fn read(value: &Value) -> Result<Self, Wrong>;
    /// Writes it as TOML that reads back as the same.
    fn show(&self) -> String;
}

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Size(pub usize);

impl Kind for String {
    fn read(value: &Value) -> Result<Self, Wrong> {
        match value {
            Value::Text(text) | Value::Untyped(text) => Ok(text.clone()),
            other => Err(wrong(other, "text", "write it in \"quotes\"")),
        }
    }

    fn show(&self) -> String {
        toml::Value::from(self.as_str()).to_string()
    }
}

/// Empty text is the same as none.
impl Kind for Option<String> {
    fn read(value: &Value) -> Result<Self, Wrong> {
        String::read(value).map(|text| Some(text).filter(|text| !text.is_empty()))
    }

    fn show(&self) -> String {
        self.clone().unwrap_or_default().show()
    }
}

impl Kind for PathBuf {
    fn read(value: &Value) -> Result<Self, Wrong> {
        let text = String::read(value)?;
        if text.is_empty() {
            return Err(("it is empty".to_owned(), "write a folder".to_owned()));
        }
        Ok(text.into())
    }

    fn show(&self) -> String {
        self.to_string_lossy().into_owned().show()
    }
}

impl Kind for SocketAddr {
    fn read(value: &Value) -> Result<Self, Wrong> {
        let text = String::read(value)?;
        text.parse().map_err(|_| {
            let fix = match text.strip_prefix("localhost:") {
                Some(port) => format!("write \"127.0.0.1:{port}\""),
                None => "write an address and a port: \"127.0.0.1:8080\"".to_owned(),
            };
            (format!("{text:?} is not an address with a port"), fix)
        })
    }

    fn show(&self) -> String {
        self.to_string().show()
    }
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

impl Kind for Duration {
    fn read(value: &Value) -> Result<Self, Wrong> {
        let text = String::read(value).map_err(|(what, _)| (what, DURATION_FIX.to_owned()))?;
        [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)]
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
        let text = match self.as_secs() {
            seconds if seconds % 3600 == 0 => format!("{}h", seconds / 3600),
            seconds if seconds % 60 == 0 => format!("{}m", seconds / 60),
            seconds => format!("{seconds}s"),
        };
        text.show()
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

/// In a variable, origins are parted by commas.
impl Kind for Vec<Origin> {
    fn read(value: &Value) -> Result<Self, Wrong> {
        let texts: Vec<String> = match value {
            Value::List(texts) => texts.clone(),
            Value::Untyped(text) => text
                .split(',')
                .map(|part| part.trim().to_owned())
                .filter(|part| !part.is_empty())
                .collect(),
            other => return Err(wrong(other, "a list of texts", ORIGIN_FIX)),
        };
        texts.iter().map(|text| read_origin(text)).collect()
    }

    fn show(&self) -> String {
        let texts: Vec<String> = self
            .iter()
            .map(|origin| origin.to_string().show())
            .collect();
        format!("[{}]", texts.join(", "))
    }
}

const ORIGIN_FIX: &str = "write exact origins: [\"https://ml.example.com\"]";

fn read_origin(text: &str) -> Result<Origin, Wrong> {
    let refuse = |what: &str| {
        (
            format!("{text:?} is not taken: {what}"),
            ORIGIN_FIX.to_owned(),
        )
    };
    let origin: Origin = text.parse().map_err(refuse)?;
    if origin.is_secure() || origin.is_loopback() {
        Ok(origin)
    } else {
        Err(refuse(
            "without https anyone on the way could act in its name",
        ))
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

fn wrong(value: &Value, wanted: &str, fix: &str) -> Wrong {
    let is = match value {
        Value::Text(text) | Value::Untyped(text) => format!("text {text:?}"),
        Value::Number(_) => "a number".to_owned(),
        Value::List(_) => "a list".to_owned(),
        Value::Other(name) => format!("a {name}"),
    };
    (format!("it must be {wanted} and is {is}"), fix.to_owned())
}
