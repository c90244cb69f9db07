//! `emulator import`: reads an account into a state file of the local SageMaker.

mod reading;
mod texts;

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use sluicegate_emulator::StateError;
use sluicegate_emulator::import::{ImportError, Importer, Presence};

use crate::access::Pattern;
use crate::audit::TimeBound;
use crate::aws::{Answer, Client, Credentials};
use crate::config;
use crate::domain::{Arn, AwsError};
use crate::server;

use super::flags::Overrides;
use super::{BAD_SETTINGS, CommandError, load, on_signals, print};
use reading::Reading;
pub use texts::IMPORT_HELP;

/// How many executions are read between two lines about a pipeline.
const EXECUTIONS_PER_LINE: usize = 100;

/// The options of `emulator import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The state file, created if it does not exist; pipelines and executions in it stay as they are
    #[arg(long, value_name = "FILE")]
    pub state: PathBuf,
    /// Import only pipelines with such a name: churn-*; * stands for any characters, ? for one; can be repeated
    #[arg(long, value_name = "PATTERN")]
    pub pipelines: Vec<Pattern>,
    /// Import only executions that started since then: a day in UTC (2026-11-01), a time (2026-11-01T08:00:00Z), or
    /// days ago (30d) [default: all]
    #[arg(long, value_name = "WHEN")]
    pub since: Option<TimeBound>,
    /// The workspace to read, where the settings have several
    #[arg(long, value_name = "NAME")]
    pub workspace: Option<String>,
}

/// Why an import ends early.
#[derive(Debug)]
enum Failure {
    /// A call that cannot be left out failed.
    Aws(AwsError),
    /// The state file cannot be used.
    State(StateError),
    /// What was read cannot be kept.
    Import(ImportError),
    /// There is no pipeline to import.
    Nothing {
        /// How many pipelines there are in all.
        listed: usize,
    },
    /// Pipelines are listed by an ARN that names no account and Region.
    Unplaced(String),
}

impl From<AwsError> for Failure {
    fn from(error: AwsError) -> Self {
        Self::Aws(error)
    }
}

impl From<StateError> for Failure {
    fn from(error: StateError) -> Self {
        Self::State(error)
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        Self::Import(error)
    }
}

/// What an import did, and what the file holds now.
#[derive(Debug, Default)]
struct Report {
    account: String,
    region: String,
    pipelines: usize,
    executions: usize,
    /// Pipelines whose names are taken in the file, by other pipelines.
    taken: Vec<String>,
    /// How many pipelines and executions were deleted while they were read.
    gone: usize,
    /// Operations that the endpoint does not know.
    unsupported: Vec<&'static str>,
    /// How many imported executions in the file had not ended when they were read.
    running: usize,
    /// Imported pipelines in the file that the local SageMaker cannot run, and why.
    refused: Vec<(String, String)>,
}

/// Runs `emulator import`.
pub async fn run(config: Option<PathBuf>, args: ImportArgs) -> Result<u8, CommandError> {
    let settings = load(config, Overrides::default())?;
    let workspace = workspace(&settings.workspaces, args.workspace.as_deref())?;
    let stop = on_signals()?;
    let connected = server::connect(std::slice::from_ref(workspace), &Credentials::Ambient).await;
    let client = connected.client(&workspace.name);
    let client = client.ok_or_else(|| unknown_workspace(&settings.workspaces))?;
    tokio::select! {
        imported = import(client, &args) => match imported {
            Ok(report) => print(&texts::report(&report, &args.state)),
            Err(failure) => Err(texts::failure(&failure, client, &args)),
        },
        () = stop.requested() => Err(CommandError(1, texts::INTERRUPTED.to_owned())),
    }
}

/// The workspace that is meant.
fn workspace<'s>(
    workspaces: &'s [config::Workspace],
    name: Option<&str>,
) -> Result<&'s config::Workspace, CommandError> {
    let named = |workspace: &&config::Workspace| match name {
        Some(name) => workspace.name == name,
        None => workspaces.len() == 1,
    };
    let found = workspaces.iter().find(named);
    found.ok_or_else(|| unknown_workspace(workspaces))
}

fn unknown_workspace(workspaces: &[config::Workspace]) -> CommandError {
    let names: Vec<&str> = workspaces.iter().map(|one| one.name.as_str()).collect();
    CommandError(BAD_SETTINGS, texts::which_workspace(&names))
}

/// Imports what the file lacks.
async fn import(client: &Client, args: &ImportArgs) -> Result<Report, Failure> {
    let listed = client.pipeline_summaries().await?;
    let count = listed.len();
    let is_meant = |summary: &Answer| {
        let name = text(summary, "PipelineName");
        let mut patterns = args.pipelines.iter();
        args.pipelines.is_empty() || patterns.any(|pattern| pattern.matches(name))
    };
    let meant: Vec<Answer> = listed.into_iter().filter(is_meant).collect();
    let Some(first) = meant.first() else {
        return Err(Failure::Nothing { listed: count });
    };
    let arn = text(first, "PipelineArn");
    let place = Arn::parse_pipeline(arn).ok_or_else(|| Failure::Unplaced(arn.to_owned()))?;
    let mut job = Job {
        reading: Reading::new(client),
        importer: Importer::open(&args.state, place.account(), place.region())?,
        since: args.since.map(|since| since.resolve(Timestamp::now())),
        report: Report {
            account: place.account().to_owned(),
            region: place.region().to_owned(),
            ..Report::default()
        },
    };
    texts::note(&texts::beginning(&job.report, meant.len(), &args.state));
    let count = meant.len();
    for (index, summary) in meant.iter().enumerate() {
        let name = text(summary, "PipelineName");
        let progress = format!("{} of {count}  {name}", index + 1);
        job.pipeline(summary, name, &progress).await?;
    }
    Ok(job.finish()?)
}

/// An import at work.
struct Job<'c> {
    reading: Reading<'c>,
    importer: Importer,
    since: Option<Timestamp>,
    report: Report,
}

impl Job<'_> {
    /// Imports a pipeline, if the file lacks it, and those of its executions that the file lacks. `progress` begins the
    /// lines about it.
    async fn pipeline(
        &mut self,
        summary: &Answer,
        name: &str,
        progress: &str,
    ) -> Result<(), Failure> {
        match self.importer.presence(name) {
            Presence::Imported => {}
            Presence::Other => {
                self.report.taken.push(name.to_owned());
                return Ok(());
            }
            Presence::Absent => {
                let Some(pipeline) = self.reading.pipeline(summary).await? else {
                    self.report.gone += 1;
                    return Ok(());
                };
                self.importer.add_pipeline(pipeline)?;
                self.report.pipelines += 1;
            }
        }
        let Some(listed) = self.reading.executions(name, self.since).await? else {
            self.report.gone += 1;
            return Ok(());
        };
        let count = listed.len();
        let is_new = |summary: &Answer| {
            let arn = text(summary, "PipelineExecutionArn");
            !self.importer.has_execution(arn)
        };
        let new: Vec<Answer> = listed.into_iter().filter(is_new).collect();
        texts::note(&texts::pipeline(progress, count, new.len()));
        let total = new.len();
        for (index, summary) in new.into_iter().enumerate() {
            if index > 0 && index % EXECUTIONS_PER_LINE == 0 {
                texts::note(&texts::executions(progress, index, total));
            }
            self.execution(name, summary).await?;
        }
        Ok(())
    }

    async fn execution(&mut self, pipeline: &str, summary: Answer) -> Result<(), Failure> {
        let importer = &self.importer;
        let needs_definition = |version| importer.needs_definition(pipeline, version);
        match self.reading.execution(summary, needs_definition).await? {
            None => self.report.gone += 1,
            Some(execution) => {
                self.importer.add_execution(pipeline, execution)?;
                self.report.executions += 1;
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Report, StateError> {
        self.importer.sync()?;
        self.report.running = self.importer.running();
        self.report.refused = self.importer.refused();
        self.report.unsupported = self.reading.unsupported();
        Ok(self.report)
    }
}

/// A member that is a text; empty where there is none.
fn text<'a>(members: &'a Answer, name: &str) -> &'a str {
    let member = members.get(name).and_then(|member| member.as_str());
    member.unwrap_or_default()
}
