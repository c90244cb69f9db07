//! The jobs and other resources that steps make, for the Describe operations.
//!
//! Nothing is stored of a job: its members are worked out from its step's run on demand, so that answers, references
//! and reports always agree.

mod describe;
mod direct;
pub mod files;
mod list;
mod lookup;
mod models;
mod tuning;

pub use describe::{auto_ml, auto_ml_v1, processing, training, transform, tuning};
pub use direct::{
    create_processing, create_training, create_transform, stop_processing, stop_training,
    stop_transform,
};
pub use list::{list_auto_ml, list_processing, list_training, list_transform, list_tuning};
pub use lookup::{EXECUTION_TAG, Job};
pub use models::{inference_component, package_job};
pub use tuning::{TrainedJob, training_job_summaries, training_jobs};
