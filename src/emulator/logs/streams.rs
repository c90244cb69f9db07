//! The streams of a job.

use super::container::{ContainerEnd, ContainerRun};
use super::events::LogEvent;
use super::groups::LoggedJob;
use super::writer::LogWriter;
use super::{processing, training, transform};
use crate::engine::{Millis, SeededRandom};
use crate::model::JobKind;

/// The most streams of one job.
const MAX_STREAMS: i64 = 20;
/// Nominal seconds between lines that an order gave.
const ORDERED_LINE_SECONDS: f64 = 1.0;

/// What one container of a job wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogStream {
    /// Its name, which begins with the job's.
    pub name: String,
    /// When the container started.
    pub created: Millis,
    /// Its lines, oldest first.
    pub events: Vec<LogEvent>,
}

/// The streams that a job has at this time, by name; none before its container starts.
pub fn of(job: &LoggedJob, kind: JobKind, now: Millis) -> Vec<LogStream> {
    let Some(container) = ContainerRun::of(&job.description, kind, now) else {
        return Vec::new();
    };
    let random = SeededRandom::from_seed(0).named(&job.name).named("log");
    let names = stream_names(job, kind, container.started, random);
    let streams = names.into_iter().enumerate();
    let streams = streams.map(|(number, name)| {
        let random = random.with(number as u64);
        let mut writer = LogWriter::new(container.started, container.until, job.speed, random);
        match (job.ordered.is_empty(), kind) {
            (false, _) => {
                write_ordered(&mut writer, &job.ordered, &container.end);
            }
            (true, JobKind::Training) => training::write(&mut writer, &job.description, &container),
            (true, JobKind::Transform) => transform::write(&mut writer, number, &container),
            (true, _) => processing::write(&mut writer, &job.description, &container),
        }
        LogStream {
            name,
            created: container.started,
            events: writer.into_events(),
        }
    });
    streams.collect()
}

/// Writes the lines of an order. Those that the job did not last for come at its end.
fn write_ordered(log: &mut LogWriter, ordered: &[String], end: &ContainerEnd) {
    for text in ordered {
        if log.has_room(ORDERED_LINE_SECONDS) {
            log.line(ORDERED_LINE_SECONDS, |_| text.clone());
        } else if *end != ContainerEnd::Running {
            log.last(|_| text.clone());
        }
    }
}

/// `<job>/algo-<n>-<seconds>`; of transform jobs `<job>/<instance>-<seconds>`, and the same with `/data-log`.
fn stream_names(
    job: &LoggedJob,
    kind: JobKind,
    started: Millis,
    random: SeededRandom,
) -> Vec<String> {
    let (name, description) = (&job.name, &job.description);
    let seconds = started / 1000;
    if kind == JobKind::Transform {
        let id = random.named("instance").number() & 0xffff_ffff_ffff;
        let instance = format!("{name}/i-{id:017x}-{seconds}");
        return vec![instance.clone(), format!("{instance}/data-log")];
    }
    let count = match kind {
        JobKind::Training => &description["ResourceConfig"]["InstanceCount"],
        _ => &description["ProcessingResources"]["ClusterConfig"]["InstanceCount"],
    };
    let count = count.as_i64().unwrap_or(1).clamp(1, MAX_STREAMS);
    let names = (1..=count).map(|number| format!("{name}/algo-{number}-{seconds}"));
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}
