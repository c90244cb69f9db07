//! The state file of a local SageMaker: lines of JSON, each written before the response it belongs to is sent.
//!
//! The first line is the [`Header`]; every other holds the changes of one call or of passing time, and applies
//! completely or not at all. The contents are defined in `model::change`; this module knows files only.
//!
//! A line is passed to the operating system at once, so that nothing acknowledged is lost however the program ends. It
//! reaches the disk within about a second ([`DiskSync`]): a power failure may lose that last second.

mod error;
mod file;

pub use error::{StateError, StateErrorKind};
pub use file::{DiskSync, Journal};

use super::engine::{ArnContext, Millis};
use super::seed::SeedKind;
use serde::{Deserialize, Serialize};

/// The newest format that this program reads.
pub const FORMAT_VERSION: u32 = 2;

/// The format of a file without imported pipelines and executions.
pub const FORMAT_WITHOUT_IMPORTS: u32 = 1;

/// The format of a file with imported pipelines and executions.
pub const FORMAT_WITH_IMPORTS: u32 = 2;

/// A state file's first line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The file's format; also identifies a state file.
    pub sluicegate_state: u32,
    /// The seed that it began with.
    pub seed: SeedKind,
    /// Partition, Region and account; the pipeline's name is empty.
    #[serde(rename = "place")]
    pub arn_context: ArnContext,
    /// When the seed's history ended and the live pace began.
    pub live_since: Millis,
    /// The default speed, by which nominal durations of what begins live are divided.
    pub speed: f64,
}
