//! The jobs, models and endpoints that steps make, for the Describe operations.
//!
//! Nothing is stored of a job: its members are worked out from its step's run on demand, so that answers, references
//! and reports always agree.

mod describe;
pub mod files;
mod lookup;
mod models;
mod tuning;

pub use describe::{auto_ml, auto_ml_v1, processing, training, transform, tuning};
pub use models::{endpoint, endpoint_config, inference_component, model, package_description};
pub use tuning::training_jobs;
