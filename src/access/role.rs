//! What a person may do with a pipeline.

use std::fmt;
use std::str::FromStr;

/// What a person may do with a pipeline; each role includes the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Sees it, its executions, and what others did to them.
    Viewer,
    /// Creates, stops, resumes and retries its executions.
    Operator,
    /// Also sees what was refused to others.
    Admin,
}

impl Role {
    /// All of them, the lowest first.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Operator, Self::Admin];

    /// Its name, as the settings spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }

    /// The one below it.
    pub(super) fn below(self) -> Option<Self> {
        match self {
            Self::Viewer => None,
            Self::Operator => Some(Self::Viewer),
            Self::Admin => Some(Self::Operator),
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|role| role.as_str() == text);
        found.ok_or("it is not a role")
    }
}
