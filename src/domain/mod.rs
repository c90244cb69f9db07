//! What an execution is and may become: the types the whole house shares. Pure: no I/O, no clock.

mod error;
mod progress;
mod records;
mod status;

pub use error::{ASSUME_ROLE, AwsError, AwsErrorKind};
pub use progress::{
    NodeState, NodeStatus, Progress, ended_in_fail_step, failed_step, holding_stop,
};
pub use records::{
    CacheHit, Creator, Execution, Iteration, ModelPackageGroup, ParameterValue, Pipeline,
    PipelineDetail, PipelineVersion, StepMetadata, StepRecord, Tag, execution_id,
};
pub use status::{Action, ExecutionStatus, StepStatus, offered};
