//! What an execution is and may become: the types the whole house shares. Pure: no I/O, no clock.

mod failure;
mod records;
mod status;

pub use failure::{Failure, FailureKind};
pub use records::{
    CacheHit, Creator, Execution, Iteration, ModelPackageGroup, ParameterValue, Pipeline,
    PipelineDetail, PipelineVersion, StepMetadata, StepRecord, Tag, execution_id,
};
pub use status::{Action, ExecutionStatus, StepStatus, offered};
