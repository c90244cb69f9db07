//! Records as comma-separated values (RFC 4180), safe to open in a spreadsheet.

use std::borrow::Cow;
use std::io::{self, Write};

use serde_json::Value;

use crate::ledger::AuditRecord;

/// The columns, in their order.
const COLUMNS: [&str; 40] = [
    "at",
    "event",
    "person",
    "email",
    "source",
    "role",
    "rule",
    "groups",
    "action",
    "workspace",
    "pipeline",
    "execution",
    "name",
    "description",
    "reason",
    "parameters",
    "copied_from",
    "outcome",
    "known_by",
    "not_found_for",
    "status",
    "code",
    "message",
    "ms",
    "aws_request_id",
    "client_request_token",
    "refused_for",
    "target",
    "detail",
    "suppressed",
    "peer",
    "client",
    "user_agent",
    "request_id",
    "intent",
    "writer",
    "seq",
    "version",
    "prev",
    "hash",
];

/// Writes the names of the columns.
pub(super) fn header(out: &mut impl Write) -> io::Result<()> {
    write!(out, "{}\r\n", COLUMNS.join(","))
}

/// Writes one record.
pub(super) fn line(record: &AuditRecord, out: &mut impl Write) -> io::Result<()> {
    for (number, column) in COLUMNS.iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        let cell = record.get(*column).map(text).unwrap_or_default();
        write!(out, "{comma}{}", quoted(&harmless(&cell)))?;
    }
    out.write_all(b"\r\n")
}

fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

/// A cell that no spreadsheet takes for a formula.
pub(super) fn harmless(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// A cell in quotes, where it needs them.
pub(super) fn quoted(cell: &str) -> Cow<'_, str> {
    if cell.contains([',', '"', '\r', '\n']) {
        Cow::Owned(format!("\"{}\"", cell.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(cell)
    }
}
