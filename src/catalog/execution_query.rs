//! What is asked for in lists of executions.

use jiff::Timestamp;

use crate::access::Tags;
use crate::domain::ExecutionStatus;
use crate::domain::filter::{Field, Groups, Test, TextTest, TimeRange};
use crate::domain::search::{SearchQuery, fold};

/// What a list of executions is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ExecutionSort {
    /// When it began.
    #[default]
    Started,
    /// The display name, else the id, in any case.
    Name,
    /// The status, in the order of [`ExecutionStatus::KNOWN`].
    Status,
    /// How long it took, or runs by now.
    Duration,
    /// When it ended; those that run come last.
    Ended,
    /// What its pipeline is called, in any case.
    Pipeline,
    /// The pipeline version; those without one come last.
    Version,
    /// The step that failed; those without one come last.
    FailedStep,
}

/// Where a page of a list begins or ends: beside the execution of this ID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageKey {
    /// It begins with the one after it.
    After(String),
    /// It ends with the one before it.
    Before(String),
}

impl PageKey {
    /// The ID of the execution beside the page.
    pub fn id(&self) -> &str {
        match self {
            Self::After(id) | Self::Before(id) => id,
        }
    }
}

/// Who started an execution by this console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Starter {
    /// The execution's ARN in lower case.
    pub execution_key: String,
    /// The person.
    pub person: String,
}

/// What a pipeline can be found by in a list of executions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipelineLabel {
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// Its display name.
    pub display_name: Option<String>,
    /// Its tags, as far as they are known.
    pub tags: Tags,
}

impl PipelineLabel {
    /// The names that it has.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let display_name = self.display_name.as_deref();
        std::iter::once(self.name.as_str()).chain(display_name)
    }
}

/// Which executions are asked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ExecutionQuery {
    /// Any of these; empty: all.
    pub statuses: Vec<ExecutionStatus>,
    /// Looks in display name, description, id, ARN and the values of parameters.
    pub search: SearchQuery,
    /// Began at this time or later.
    pub from: Option<Timestamp>,
    /// Began before this time.
    pub to: Option<Timestamp>,
    /// What else they must be.
    pub filter: Groups,
    /// Who started executions by this console; needed only where the filter asks for it.
    pub starters: Vec<Starter>,
    /// The order.
    pub sort: ExecutionSort,
    /// Greatest (newest, longest) first.
    pub descending: bool,
    /// The page, from 1; beyond the last one, the last one is given.
    pub page: u32,
    /// Where the page begins or ends; without one, where its number says.
    pub page_key: Option<PageKey>,
    /// Nothing that began later: it is counted, but not listed.
    pub shown_until: Option<Timestamp>,
}

impl ExecutionQuery {
    /// All that is asked for, as one filter.
    pub(super) fn groups(&self) -> Groups {
        let mut groups = self.filter.clone();
        let statuses = self.statuses.iter();
        let statuses: Vec<Test> = statuses
            .map(|one| Test::Text(Field::Status, TextTest::Is(fold(one.as_str()))))
            .collect();
        if !statuses.is_empty() {
            groups.required.push(statuses);
        }
        if !self.search.is_empty() {
            groups.required.push(vec![Test::Words(self.search.clone())]);
        }
        if self.from.is_some() || self.to.is_some() {
            let range = TimeRange {
                from: self.from,
                before: self.to,
            };
            groups.required.push(vec![Test::Started(range)]);
        }
        groups
    }
}

/// Whether a filter may ask what pipelines are called or tagged.
pub(super) fn asks_for_pipelines(groups: &Groups) -> bool {
    let mut tests = groups.required.iter().flatten().chain(&groups.excluded);
    tests.any(|test| {
        matches!(
            test,
            Test::Words(_) | Test::Text(Field::Pipeline | Field::Tag, _)
        )
    })
}

/// Whether a filter asks how pipelines are tagged.
pub(super) fn asks_for_tags(groups: &Groups) -> bool {
    let mut tests = groups.required.iter().flatten().chain(&groups.excluded);
    tests.any(|test| matches!(test, Test::Text(Field::Tag, _)))
}

/// Whether it is asked what only steps say: which one failed, and why.
pub(super) fn asks_for_steps(query: &ExecutionQuery, groups: &Groups) -> bool {
    let mut tests = groups.required.iter().flatten().chain(&groups.excluded);
    query.sort == ExecutionSort::FailedStep
        || tests.any(|test| matches!(test, Test::Text(Field::Step | Field::Reason, _)))
}
