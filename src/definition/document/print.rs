//! From arena to text.

use std::fmt::Write as _;

use super::{Kind, Value};

/// An array or object that is being written.
struct Open<'a> {
    value: Value<'a>,
    next: usize,
    /// Whether its members stand on lines of their own.
    indented: bool,
}

/// Writes `root`; arrays and objects that begin before `indent_until` bytes go over several lines.
pub(super) fn print(root: Value<'_>, indent_until: usize) -> String {
    let mut out = String::new();
    let mut open: Vec<Open<'_>> = Vec::new();
    begin(root, indent_until, &mut out, &mut open);
    while let Some(top) = open.last_mut() {
        let at = top.next;
        top.next += 1;
        let (value, indented) = (top.value, top.indented);
        match value.child(at) {
            Some((name, child)) => {
                if at > 0 {
                    out.push(',');
                }
                // Members of an object begun before the limit may go on beyond it; they stay on one line.
                if indented && out.len() < indent_until {
                    line(&mut out, open.len());
                }
                if let Some(name) = name {
                    string(name, &mut out);
                    out.push_str(if indented { ": " } else { ":" });
                }
                begin(child, indent_until, &mut out, &mut open);
            }
            None => {
                open.pop();
                if indented && at > 0 && out.len() < indent_until {
                    line(&mut out, open.len());
                }
                out.push(if value.kind() == Kind::Object {
                    '}'
                } else {
                    ']'
                });
            }
        }
    }
    out
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

/// Writes a scalar, or opens an array or object.
fn begin<'a>(value: Value<'a>, indent_until: usize, out: &mut String, open: &mut Vec<Open<'a>>) {
    match value.kind() {
        Kind::Null => out.push_str("null"),
        Kind::Bool => out.push_str(if value.as_bool() == Some(true) {
            "true"
        } else {
            "false"
        }),
        Kind::Number => out.push_str(value.as_number().unwrap_or("0")),
        Kind::String => string(value.as_str().unwrap_or_default(), out),
        kind @ (Kind::Array | Kind::Object) => {
            out.push(if kind == Kind::Object { '{' } else { '[' });
            open.push(Open {
                value,
                next: 0,
                indented: out.len() < indent_until,
            });
        }
    }
}

fn string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\u{1f}' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}
