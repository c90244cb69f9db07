//! The console's program. Everything is in the library, so that the code behind its futures is compiled once.

use std::process::ExitCode;

fn main() -> ExitCode {
    sluicegate::cli::main()
}
