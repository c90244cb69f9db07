//! Limits that apply besides those of the service model.

use std::str::FromStr;

/// Which limits apply.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Limits {
    /// Those of the service model only.
    #[default]
    Model,
    /// Those of a new AWS account as well: 20 executions at a time, 500 pipelines, 82 characters of a pipeline's name.
    Aws,
}

impl FromStr for Limits {
    type Err = String;

    fn from_str(text: &str) -> Result<Limits, String> {
        match text {
            "model" => Ok(Limits::Model),
            "aws" => Ok(Limits::Aws),
            other => Err(format!("unknown limits `{other}`: use model or aws")),
        }
    }
}
