//! What a page of activity shows.

use jiff::Timestamp;

use crate::domain::Action;
use crate::domain::search::SearchQuery;

/// Rows on a page.
pub const ACTIVITY_PAGE_ROWS: usize = 100;

/// Which records are wanted. What is `None` or empty is not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActivityQuery {
    /// In this workspace.
    pub workspace: Option<String>,
    /// With exactly this pipeline.
    pub pipeline: Option<String>,
    /// With pipelines that this finds, by name or display name.
    pub pipeline_like: SearchQuery,
    /// By people of a name that this finds.
    pub person_like: SearchQuery,
    /// Of this action.
    pub action: Option<Action>,
    /// With this outcome.
    pub outcome: Option<OutcomeKind>,
    /// At or after this time.
    pub from: Option<Timestamp>,
    /// Before this time.
    pub to: Option<Timestamp>,
    /// Older than the record of this number.
    pub before: Option<i64>,
}

/// What came of an action or a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutcomeKind {
    /// SageMaker carried it out.
    Done,
    /// AWS refused.
    Refused,
    /// It was not carried out.
    NotFound,
    /// It is not known yet.
    Open,
    /// The console rejected the request.
    Denied,
}

impl OutcomeKind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Done,
        Self::Refused,
        Self::NotFound,
        Self::Open,
        Self::Denied,
    ];

    /// The word in addresses and in data attributes.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::NotFound => "not_found",
            Self::Open => "open",
            Self::Denied => "denied",
        }
    }

    /// Reads the word back.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}
