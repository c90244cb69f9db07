//! JSON as the service writes it: numbers with a fraction as Java's `Double.toString` spells them, `1.657728480354E9`.
//!
//! The lengths of recorded answers match no other spelling.

use serde_json::Value;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};
use std::io::{self, Write};

/// From this size on, Java writes an exponent.
const MIN_SIZE_WITH_EXPONENT: f64 = 1e7;
/// Below this size too.
const MIN_SIZE_WITHOUT_EXPONENT: f64 = 1e-3;

/// The text of a body.
pub fn to_bytes(value: &Value) -> Vec<u8> {
    let mut text = Vec::with_capacity(256);
    let mut serializer = Serializer::with_formatter(&mut text, JavaNumbers(CompactFormatter));
    // Cannot fail: the keys of a `Value` are strings, and writing to memory does not fail.
    let _ = serde::Serialize::serialize(value, &mut serializer);
    text
}

struct JavaNumbers(CompactFormatter);

impl Formatter for JavaNumbers {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        let size = value.abs();
        if size == 0.0 || (MIN_SIZE_WITHOUT_EXPONENT..MIN_SIZE_WITH_EXPONENT).contains(&size) {
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
    use super::to_bytes;
    use serde_json::{Value, json};

    #[test]
    fn numbers_with_a_fraction_are_spelled_as_java_does() {
        for (number, expected) in [
            (1_657_728_480.354, "1.657728480354E9"),
            (1_657_728_480.0, "1.65772848E9"),
            (0.95, "0.95"),
            (0.0, "0.0"),
            (-1.5e-4, "-1.5E-4"),
            (1e7, "1.0E7"),
            (9_999_999.5, "9999999.5"),
        ] {
            assert_eq!(to_bytes(&json!(number)), expected.as_bytes());
        }
    }

    #[test]
    fn a_body_reads_back_as_it_was_written() {
        let value = json!({"Time": 1_657_728_480.354, "Count": 3, "Text": "\u{e9}\"", "List": [0.1, null, true]});
        let text = to_bytes(&value);
        assert_eq!(serde_json::from_slice::<Value>(&text).ok(), Some(value));
    }
}
