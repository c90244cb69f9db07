//! `audit verify` and `audit export`.

use std::io;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use sluicegate::audit::{self, AuditError, Format, TimeBound};

use super::flags::Overrides;
use super::{BAD_SETTINGS, CommandError, load, start_failed};

/// What can be done with the audit trail.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check that nothing was changed, left out or put in between
    ///
    /// Reads ledger.db in the state folder, or in a copy of it, while a console runs or not. Prints a
    /// line for each chain of records, with the hash of its last one; keep that elsewhere to tell later
    /// that nothing was cut off. Exit status 0 if all is sound, 1 if something is broken, 2 for bad
    /// settings.
    Verify {
        /// Where it lies.
        #[command(flatten)]
        state_dir: StateDir,
        /// A file with a key that signed checkpoints before ledger.key_file was changed; may be repeated
        #[arg(long, value_name = "FILE")]
        former_key_file: Vec<PathBuf>,
    },
    /// Write the records out, oldest first, to standard output
    Export {
        /// Where it lies.
        #[command(flatten)]
        state_dir: StateDir,
        /// From when on, in UTC: a day (2026-11-01), a time (2026-11-01T08:00:00Z), or days ago (7d)
        #[arg(long, value_name = "WHEN")]
        since: TimeBound,
        /// Until when, that moment not included; now, where it is left out
        #[arg(long, value_name = "WHEN")]
        until: Option<TimeBound>,
        /// One JSON object a line, or comma-separated values
        #[arg(long, value_name = "FORMAT", default_value = "jsonl")]
        format: ExportFormat,
    },
}

/// How records are written out.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ExportFormat {
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values under a header.
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
    /// Where the databases live [setting: state_dir; variable: SLUICEGATE_STATE_DIR; default: .]
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
    let sound = audit::verify(&settings.state_dir, &keys, out).await;
    Ok(u8::from(!sound.map_err(unreadable)?))
}

/// A ledger that is not where the settings say is the settings' fault.
fn unreadable(error: AuditError) -> CommandError {
    match &error {
        AuditError::Database(inner) if !inner.file.exists() => CommandError(
            BAD_SETTINGS,
            format!("{}: there is no such file", inner.file.display()),
        ),
        _ => start_failed(error),
    }
}
