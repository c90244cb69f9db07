//! JSON as the service writes it: numbers with a point as Java's `Double.toString` spells them, `1.657728480354E9`.
//!
//! The lengths of recorded answers fit this spelling and no other.

use serde_json::Value;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};
use std::io::{self, Write};

/// From here on, and below its counterpart, Java writes an exponent.
const LARGE: f64 = 1e7;
const SMALL: f64 = 1e-3;

/// A body as it goes out.
pub fn written(value: &Value) -> Vec<u8> {
    let mut text = Vec::with_capacity(256);
    let mut serializer = Serializer::with_formatter(&mut text, Service(CompactFormatter));
    // Nothing can fail: a `Value` has text for keys, and memory takes every byte.
    let _ = serde::Serialize::serialize(value, &mut serializer);
    text
}

struct Service(CompactFormatter);

impl Formatter for Service {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        let size = value.abs();
        if size == 0.0 || (SMALL..LARGE).contains(&size) {
            return self.0.write_f64(writer, value);
        }
        let text = format!("{value:e}");
        match text.split_once('e') {
            Some((digits, exponent)) if digits.contains('.') => {
                write!(writer, "{digits}E{exponent}")
            }
            Some((digits, exponent)) => write!(writer, "{digits}.0E{exponent}"),
            None => writer.write_all(text.as_bytes()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::written;
    use serde_json::{Value, json};

    #[test]
    fn numbers_with_a_point_are_spelled_as_java_does() {
        for (number, expected) in [
            (1_657_728_480.354, "1.657728480354E9"),
            (1_657_728_480.0, "1.65772848E9"),
            (0.95, "0.95"),
            (0.0, "0.0"),
            (-1.5e-4, "-1.5E-4"),
            (1e7, "1.0E7"),
            (9_999_999.5, "9999999.5"),
        ] {
            assert_eq!(written(&json!(number)), expected.as_bytes());
        }
    }

    #[test]
    fn what_is_written_reads_back_as_it_was() {
        let value = json!({"Time": 1_657_728_480.354, "Count": 3, "Text": "\u{e9}\"", "List": [0.1, null, true]});
        let text = written(&value);
        assert_eq!(serde_json::from_slice::<Value>(&text).ok(), Some(value));
    }
}
