//! The jobs, models and endpoints that steps make: found by name, described from their step.
//!
//! Nothing is kept of a job: its times and status are the step's, its request is the step's arguments with everything
//! resolved that can be, cut down to what the service tells of such a job.

mod arguments;
mod described;
mod finding;
mod models;
mod project;
mod shapes;

pub use described::{auto_ml, processing, training, transform, tuning};
pub use models::{endpoint, endpoint_config, model, model_package};
