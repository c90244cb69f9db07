//! `audit verify` and `audit export`.

use std::io;
use std::path::PathBuf;

use crate::audit::{self, AuditError, Format, TimeBound};
use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;

use super::flags::Overrides;
use super::{BAD_SETTINGS, CommandError, load, start_failed};

/// The commands for the audit trail.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check that no record was changed, removed or inserted
    ///
    /// Reads ledger.db in the state folder, or in a copy of it, whether or not a console is running. Prints a
    /// line for each chain of records, with the hash of its last record; keep that elsewhere to detect later
    /// whether records were cut off. Exit status 0 if all is intact, 1 if something is broken, 2 for invalid
    /// settings.
    Verify {
        /// Where it is.
        #[command(flatten)]
        state_dir: StateDir,
        /// A file with a key that signed checkpoints before ledger.key_file was changed; can be repeated
        #[arg(long, value_name = "FILE")]
        former_key_file: Vec<PathBuf>,
    },
    /// Write the records to standard output, oldest first
    Export {
        /// Where it is.
        #[command(flatten)]
        state_dir: StateDir,
        /// The start, in UTC: a day (2026-11-01), a time (2026-11-01T08:00:00Z), or days ago (7d)
        #[arg(long, value_name = "WHEN")]
        since: TimeBound,
        /// The end, not included [default: now]
        #[arg(long, value_name = "WHEN")]
        until: Option<TimeBound>,
        /// One JSON object per line, or comma-separated values
        #[arg(long, value_name = "FORMAT", default_value = "jsonl")]
        format: ExportFormat,
    },
}

/// The format of exported records.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ExportFormat {
    /// One JSON object per line.
    Jsonl,
    /// Comma-separated values with a header.
    Csv,
}

impl From<ExportFormat> for Format {
    fn from(format: ExportFormat) -> Self {
        match format {
            ExportFormat::Jsonl => Self::Jsonl,
            ExportFormat::Csv => Self::Csv,
        }
    }
}

/// The flag that names the state folder.
#[derive(Debug, Default, Args)]
pub struct StateDir {
    /// The folder of the databases [setting: state_dir; variable: SLUICEGATE_STATE_DIR; default: .]
    #[arg(long, value_name = "DIR")]
    state_dir: Option<String>,
}

impl From<StateDir> for Overrides {
    fn from(StateDir { state_dir }: StateDir) -> Self {
        Self {
            state_dir,
            ..Self::default()
        }
    }
}

/// A range of time without any.
const EMPTY_RANGE: &str = "--since is not before --until (by default now), so no record matches. Give an earlier --since or a later --until";

/// Runs `audit`.
pub async fn run(config: Option<PathBuf>, command: AuditCommand) -> Result<u8, CommandError> {
    match command {
        AuditCommand::Verify {
            state_dir,
            former_key_file,
        } => verify(config, state_dir, former_key_file).await,
        AuditCommand::Export {
            state_dir,
            since,
            until,
            format,
        } => {
            let settings = load(config, state_dir.into())?;
            let now = Timestamp::now();
            let until = until.map(|until| until.resolve(now));
            let since = since.resolve(now);
            if until.unwrap_or(now) <= since {
                return Err(CommandError(BAD_SETTINGS, EMPTY_RANGE.to_owned()));
            }
            let out = &mut io::BufWriter::new(io::stdout().lock());
            audit::export(&settings.state_dir, since, until, format.into(), out)
                .await
                .map(|()| 0)
                .map_err(unreadable)
        }
    }
}

async fn verify(
    config: Option<PathBuf>,
    state_dir: StateDir,
    former_key_files: Vec<PathBuf>,
) -> Result<u8, CommandError> {
    let settings = load(config, state_dir.into())?;
    let mut keys: Vec<Vec<u8>> = Vec::new();
    keys.extend(settings.ledger.key.map(|key| key.expose().to_vec()));
    for file in former_key_files {
        let key = std::fs::read(&file).map_err(|error| {
            let sentence = format!("--former-key-file {}: {error}", file.display());
            CommandError(BAD_SETTINGS, sentence)
        })?;
        keys.push(key.trim_ascii().to_vec());
    }
    let out = &mut io::BufWriter::new(io::stdout().lock());
    let is_intact = audit::verify(&settings.state_dir, &keys, out).await;
    Ok(u8::from(!is_intact.map_err(unreadable)?))
}

/// A ledger that is not in the configured folder means that the settings are wrong.
fn unreadable(error: AuditError) -> CommandError {
    match &error {
        AuditError::Database(inner) if !inner.file.exists() => CommandError(
            BAD_SETTINGS,
            format!("{}: there is no such file", inner.file.display()),
        ),
        _ => start_failed(error),
    }
}
