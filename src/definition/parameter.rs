//! Typed parameters, and whether what a person typed fits one.

mod check;
mod constraints;
pub(super) mod read;
#[cfg(test)]
mod tests;

pub use check::ValueError;
pub use constraints::Constraint;
pub(super) use constraints::has_value;

/// The longest value of a parameter (SageMaker's `Parameter.Value`).
pub const MAX_VALUE_CHARS: usize = 1_024;

/// A parameter that the definition declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type; String if none or an unknown one is declared.
    pub kind: ParameterKind,
    /// `Type` as written.
    pub declared: Option<String>,
    /// `DefaultValue` as one would type it; a value that is not a scalar as compact JSON.
    pub default: Option<String>,
    /// `EnumValues` as one would type them; empty when any value is allowed.
    pub allowed: Vec<String>,
    /// `Description`.
    pub description: Option<String>,
    /// Where the definition uses it, in the order of the text, at most [`super::MAX_LISTED_USES`] places.
    pub uses: Vec<Use>,
    /// How many more uses there are than those in `uses`.
    pub more_uses: usize,
    /// The role that follows from its uses.
    pub role: Role,
    /// What the arguments that it is used for accept.
    pub constraints: Vec<Constraint>,
}

/// One place where a parameter is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The step, as an index into the definition's steps; `None` outside the steps.
    pub step: Option<usize>,
    /// The field it feeds, such as `Arguments.ProcessingInputs[0].S3Input.S3Uri`.
    pub path: String,
    /// Whether it is only one part of the field's text (inside `Std:Join`).
    pub joined: bool,
}

/// The declared type of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParameterKind {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Float,
    /// True or false.
    Boolean,
}

/// The role of a String parameter, derived from where the definition uses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Role {
    /// Nothing in particular.
    #[default]
    Plain,
    /// The instance type of a SageMaker job (`ml.m5.xlarge`).
    InstanceType,
    /// An address in S3 (`s3://bucket/key`).
    S3Uri,
    /// The approval status of a model package.
    ApprovalStatus,
    /// The name of a model package group.
    ModelPackageGroup,
}

impl ParameterKind {
    /// The type of this name, as SageMaker spells it.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "String" => Some(Self::String),
            "Integer" => Some(Self::Integer),
            "Float" => Some(Self::Float),
            "Boolean" => Some(Self::Boolean),
            _ => None,
        }
    }

    /// SageMaker's name of the type.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::Integer => "Integer",
            Self::Float => "Float",
            Self::Boolean => "Boolean",
        }
    }
}

impl Parameter {
    /// Whether a person has to give a value: it has no default.
    pub fn is_required(&self) -> bool {
        self.default.is_none()
    }
}
