//! The table.

use std::time::Duration;

use crate::browse::{Filled, Looked};
use crate::pages::{Own, Page, Timing};
use crate::processes::Ready;

/// Console and emulator, in MiB.
type Memory = (f64, f64);

/// How soon both programs answered.
pub fn ready(seed: &str, emulator: &Ready, console: &Ready) {
    println!("seed {seed}");
    for (name, ready) in [("emulator", emulator), ("console", console)] {
        println!(
            "  {name:8} listening after {:.2} s, first answer after {:.2} s",
            ready.listening.as_secs_f64(),
            ready.answered.as_secs_f64()
        );
    }
}

/// How long the console took to read everything.
pub fn filled(filled: &Filled, took: Duration, calls: u64) {
    println!(
        "  {} pipelines and {} executions read{} after {:.1} s, at most {calls} calls a second",
        filled.pipelines,
        filled.executions,
        if filled.whole { "" } else { " (not all)" },
        took.as_secs_f64()
    );
}

/// The head of the table.
pub fn head(seed: &str, own: &Own) {
    println!(
        "  the console's own style sheet, {} bytes: {:.3} ms; from the bare server {:.3} ms",
        own.bytes, own.console, own.bare
    );
    println!();
    println!(
        "{:28} {:>9} {:>5} {:>9} {:>9} {:>9} {:>9} {:>7}",
        format!("page ({seed})"),
        "bytes",
        "n",
        "p50 ms",
        "p99 ms",
        "cpu ms",
        "file ms",
        "ratio"
    );
}

/// A page's line.
pub fn row(page: &Page, timing: &Timing) {
    println!(
        "{:28} {:9} {:5} {:9.2} {:9.2} {:9.2} {:9.3} {:7.1}",
        page.label,
        timing.bytes,
        timing.repeats,
        timing.p50,
        timing.p99,
        timing.processor,
        timing.file,
        timing.p50 / timing.file
    );
}

/// Resident memory at several moments.
pub fn memory<const N: usize>(moments: [(&str, Memory); N], looked: &Looked) {
    println!();
    println!(
        "{:28} {:>12} {:>12}",
        "resident memory, MiB", "console", "emulator"
    );
    for (moment, (console, emulator)) in moments {
        println!("{moment:28} {console:12.1} {emulator:12.1}");
    }
    println!(
        "browsed: {} pages of pipelines, {} of executions, {} graphs",
        looked.pipelines, looked.executions, looked.graphs
    );
    println!();
}
