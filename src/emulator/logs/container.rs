//! When the container of a job ran, and how it ended.

use crate::engine::Millis;
use crate::model::JobKind;
use serde_json::Value;

/// How far a job's container has come.
pub struct ContainerRun {
    /// When it started.
    pub started: Millis,
    /// When it ended; the present time while it runs.
    pub until: Millis,
    /// How it ended.
    pub end: ContainerEnd,
}

/// How a container ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContainerEnd {
    /// It has not.
    Running,
    /// With success.
    Success,
    /// The job was stopped.
    Stopped,
    /// For this reason.
    Failure(String),
}

/// How reasons begin of jobs whose container never started.
const NEVER_STARTED: [&str; 5] = [
    "CapacityError",
    "ResourceLimitExceeded",
    "InternalServerError",
    "ClientError: Data download failed",
    "ClientError: Failed to download data",
];

impl ContainerRun {
    /// When the container of a job ran; `None` before it starts, and of a job that ended without.
    pub fn of(description: &Value, kind: JobKind, now: Millis) -> Option<Self> {
        let stem = kind.stem().trim_end_matches("Job");
        let time = |member: String| {
            let seconds = description[member].as_f64()?;
            Some((seconds * 1000.0).round() as Millis)
        };
        let started = time(format!("{stem}StartTime")).filter(|started| *started <= now)?;
        let ended = time(format!("{stem}EndTime"));
        let reason = description["FailureReason"].as_str().unwrap_or_default();
        let status = description[format!("{}Status", kind.stem())].as_str();
        let end = match status.unwrap_or_default() {
            "Failed" => ContainerEnd::Failure(reason.to_owned()),
            "Completed" => ContainerEnd::Success,
            "Stopped" => ContainerEnd::Stopped,
            _ => ContainerEnd::Running,
        };
        let never = NEVER_STARTED.iter().any(|start| reason.starts_with(start));
        (!never).then(|| Self {
            started,
            until: ended.unwrap_or(now),
            end,
        })
    }
}
