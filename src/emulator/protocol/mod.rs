//! AWS JSON 1.1 as every operation sees it: checked requests, results, errors, pages of lists.

pub mod constraints;
pub mod errors;
pub mod input;
pub mod json;
pub mod page;
pub mod repeated;

use serde_json::Value;

/// What an operation answers; members that are null are left out of the answer.
pub type OperationResult = Result<Value, errors::ServiceError>;
