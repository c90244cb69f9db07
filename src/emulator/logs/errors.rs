//! The errors of CloudWatch Logs.

use serde_json::{Value, json};

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogsError {
    /// The error's name.
    pub code: &'static str,
    /// The sentence for the caller.
    pub message: String,
}

impl LogsError {
    /// A parameter has a value that the operation does not take.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self {
            code: "InvalidParameterException",
            message: message.into(),
        }
    }

    /// There is no such group.
    pub fn no_group() -> Self {
        Self::not_found("The specified log group does not exist.")
    }

    /// There is no such stream.
    pub fn no_stream() -> Self {
        Self::not_found("The specified log stream does not exist.")
    }

    fn not_found(message: &str) -> Self {
        Self {
            code: "ResourceNotFoundException",
            message: message.to_owned(),
        }
    }

    /// The body of the answer.
    pub fn body(&self) -> Value {
        json!({"__type": self.code, "message": self.message})
    }
}
