//! The jobs, models and endpoints that steps make: found by name, told as the engine tells them.
//!
//! Nothing is kept of a job: what an answer holds is what the step's run works out when it is asked, so that answers,
//! references and reports never disagree.

mod describe;
pub mod files;
mod lookup;
mod models;
mod tuning;

pub use describe::{auto_ml, auto_ml_v1, processing, training, transform, tuning};
pub use models::{endpoint, endpoint_config, inference_component, model, model_package};
pub use tuning::training_jobs;
