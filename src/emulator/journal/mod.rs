//! The file in which a local SageMaker survives: lines of JSON, each written before the answer it belongs to goes out.
//!
//! The first line is the [`Header`]; every other holds what one call or the passing of time changed, whole or not at
//! all. What a line says stands in the model (`model::change`); this room knows files.
//!
//! A line is handed to the operating system at once, so that nothing acknowledged is lost where the program dies,
//! however it does. It reaches the disk within about a second ([`DiskSync`]): a power cut may cost that last second.

mod error;
mod file;

pub use error::{StateError, StateErrorKind};
pub use file::{DiskSync, Journal};

use super::engine::{ArnContext, Millis};
use super::seed::SeedKind;
use serde::{Deserialize, Serialize};

/// The format this program writes, and the newest it reads.
pub const FORMAT_VERSION: u32 = 1;

/// A state file's first line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The file's format; also what tells a state file from any other.
    pub sluicegate_state: u32,
    /// What it held at first.
    pub seed: SeedKind,
    /// Where it is; the pipeline's name is empty.
    #[serde(rename = "place")]
    pub arn_context: ArnContext,
    /// When the seed's history ended and the live pace began.
    pub live_since: Millis,
    /// What a live start's nominal lengths are divided by, where no other speed is asked for.
    pub speed: f64,
}
