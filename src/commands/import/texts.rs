//! The sentences of an import.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use sluicegate_emulator::StateErrorKind;

use crate::aws::Client;
use crate::check::advice;
use crate::domain::{AwsError, AwsErrorKind};

use super::super::{BAD_SETTINGS, CommandError};
use super::{Failure, ImportArgs, Report};

/// Appended to the help of the command.
pub const IMPORT_HELP: &str = "\
Operations that are called, none of which changes anything. The IAM policy needs the actions of the
same names, such as sagemaker:ListPipelines:
  ListPipelines, DescribePipeline, ListPipelineVersions, ListTags,
  ListPipelineExecutions, DescribePipelineExecution, ListPipelineExecutionSteps,
  ListPipelineParametersForExecution, DescribePipelineDefinitionForExecution

Exit status 0 if everything is imported, 1 if a call failed or the import was interrupted,
2 for invalid settings, a state file that cannot be used, or if no pipeline matches.

Example:
  AWS_PROFILE=ml sluicegate emulator import --state ml.state --pipelines 'churn-*' --since 30d
  sluicegate emulator --state ml.state";

/// After SIGINT or SIGTERM.
pub(super) const INTERRUPTED: &str =
    "interrupted; run the same command again: it goes on where this one ended";

/// Writes a line about the progress to standard error.
pub(super) fn note(line: &str) {
    eprintln!("{line}");
}

/// The first line.
pub(super) fn beginning(report: &Report, pipelines: usize, file: &Path) -> String {
    format!(
        "Importing {} of account {} in {} into {}",
        counted(pipelines, "pipeline"),
        report.account,
        report.region,
        file.display()
    )
}

/// The line about a pipeline whose executions were listed.
pub(super) fn pipeline(progress: &str, executions: usize, new: usize) -> String {
    let executions = counted(executions, "execution");
    format!("{progress}: {executions}, {new} to read")
}

/// A line about a pipeline with many executions.
pub(super) fn executions(progress: &str, read: usize, new: usize) -> String {
    format!("{progress}: {read} of {new} read")
}

/// The line about a call that is made again.
pub(super) fn pause(error: &AwsError, pause: Duration) -> String {
    let seconds = pause.as_secs();
    format!("{}; trying again in {seconds} s", sentence(error))
}

/// Where the settings do not say which workspace is meant.
pub(super) fn which_workspace(names: &[&str]) -> String {
    let names = names.join(", ");
    format!("the settings have these workspaces: {names}; name one of them with --workspace")
}

/// What was done, and what to do next.
pub(super) fn report(report: &Report, file: &Path) -> String {
    let mut text = format!(
        "Imported {} and {} of account {} in {}.\n",
        counted(report.pipelines, "pipeline"),
        counted(report.executions, "execution"),
        report.account,
        report.region
    );
    let mut add = |line: String| text.push_str(&(line + "\n"));
    if report.running > 0 {
        let executions = counted(report.running, "imported execution");
        add(format!(
            "{executions} had not ended when read, and will keep that status."
        ));
    }
    if report.gone > 0 {
        let gone = report.gone;
        add(format!(
            "Not imported, because they were deleted in the meantime: {gone}"
        ));
    }
    if !report.taken.is_empty() {
        let names = report.taken.join(", ");
        add(format!(
            "Not imported, because the file has pipelines of its own with these names: {names}"
        ));
    }
    if !report.unsupported.is_empty() {
        let operations = report.unsupported.join(", ");
        add(format!(
            "Not imported, because the endpoint does not support it: what {operations} would return."
        ));
    }
    if !report.refused.is_empty() {
        add("The local SageMaker shows these pipelines, but cannot start them:".to_owned());
    }
    for (name, why) in &report.refused {
        let _ = writeln!(text, "  {name}: {why}");
    }
    let _ = writeln!(
        text,
        "Serve the file with: sluicegate emulator --state {}",
        file.display()
    );
    text
}

/// Why the import ended early, with the exit status.
pub(super) fn failure(failure: &Failure, client: &Client, args: &ImportArgs) -> CommandError {
    let region = client.region();
    let region = region.as_deref().unwrap_or("the Region");
    match failure {
        Failure::Aws(error) => CommandError(1, sentence(error)),
        Failure::Import(error) => CommandError(1, error.to_string()),
        Failure::State(error) => {
            let why = match &error.kind {
                StateErrorKind::OtherOption {
                    original,
                    requested,
                    ..
                } => format!(
                    "--state {}: it holds account {original}, and these pipelines are of account {requested}; name \
                     another file",
                    error.path.display()
                ),
                _ => format!("--state {error}"),
            };
            CommandError(BAD_SETTINGS, why)
        }
        Failure::Nothing { listed: 0 } => CommandError(
            BAD_SETTINGS,
            format!(
                "there are no pipelines in {region} for these credentials, so there is nothing to import; set AWS_PROFILE \
                 or AWS_REGION to choose another account or Region"
            ),
        ),
        Failure::Nothing { listed } => {
            let patterns: Vec<String> = args.pipelines.iter().map(ToString::to_string).collect();
            CommandError(
                BAD_SETTINGS,
                format!(
                    "--pipelines {}: none of the {} in {region} has such a name; the case of letters matters, and * stands \
                     for any characters",
                    patterns.join(", "),
                    counted(*listed, "pipeline")
                ),
            )
        }
        Failure::Unplaced(arn) => CommandError(
            1,
            format!(
                "the endpoint lists a pipeline with the ARN {arn:?}, which is not one of SageMaker"
            ),
        ),
    }
}

/// A failed call, and what to do about it.
fn sentence(error: &AwsError) -> String {
    let advice = match error.kind {
        AwsErrorKind::AccessDenied => format!(
            "Allow {} to whom these credentials belong; sluicegate emulator import --help lists all that an import needs.",
            error.iam_action()
        ),
        _ => advice(error),
    };
    let error = error.to_string();
    format!("{}. {advice}", error.trim_end_matches('.'))
}

/// A number of things.
fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
