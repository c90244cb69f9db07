//! What is wrong with a definition.

use super::document::{Kind, SyntaxError};
use super::parameter::ParameterKind;

/// A category of problems.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// The text is not JSON; what precedes the error is still read.
    NotJson,
    /// A key is missing, or its value does not have SageMaker's shape.
    Shape,
    /// Two steps, or two parameters, have the same name.
    Duplicate,
    /// A reference to a step that does not exist.
    Dangling,
    /// Steps that wait for one another.
    Cycle,
}

impl ProblemKind {
    const ALL: [Self; 5] = [
        Self::NotJson,
        Self::Shape,
        Self::Duplicate,
        Self::Dangling,
        Self::Cycle,
    ];

    /// Its stable code, as in `data-problem` of the markup.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotJson => "not-json",
            Self::Shape => "shape",
            Self::Duplicate => "duplicate",
            Self::Dangling => "dangling",
            Self::Cycle => "cycle",
        }
    }
}

/// One problem of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Its category.
    pub kind: ProblemKind,
    /// What is wrong, and where.
    pub detail: ProblemDetail,
    /// The step it concerns, as an index into the definition's steps.
    pub step: Option<usize>,
}

/// What is wrong with a definition, with the names and values it concerns. Numbers of steps count
/// from 1; `found` is the JSON type of a value that should have another one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the description of each variant covers its fields"
)]
pub enum ProblemDetail {
    /// The text is not JSON; `partly_read` is whether anything precedes the error.
    Syntax {
        error: SyntaxError,
        partly_read: bool,
    },
    /// The definition is not an object.
    Definition { found: Kind },
    /// There is no `Steps`.
    NoSteps,
    /// The list of steps under `key` is not a list.
    Steps { key: String, found: Kind },
    /// An item of the list of steps under `key` is not an object.
    StepItem {
        key: String,
        index: usize,
        found: Kind,
    },
    /// A step has no name; `substitute` is the one it gets here.
    UnnamedStep { number: usize, substitute: String },
    /// A step has no type, and maybe no name.
    UntypedStep { number: usize, name: Option<String> },
    /// Several steps have this name.
    DuplicateStep { name: String, count: usize },
    /// A step refers to a step that does not exist.
    UnknownStep { step: String, name: String },
    /// `DependsOn` of a step is not a list.
    DependsOn { step: String, found: Kind },
    /// An entry of `DependsOn` does not name a step.
    DependsOnItem { step: String, found: Kind },
    /// The trigger of a dependency is unknown; it is read as `Completed`.
    UnknownTrigger { step: String, trigger: String },
    /// Steps that wait for one another, in order; the first is not repeated at the end.
    Cycle { steps: Vec<String> },
    /// `Parameters` is not a list.
    Parameters { found: Kind },
    /// A parameter has no name and is left out.
    UnnamedParameter { index: usize },
    /// Several parameters have this name; the first is used.
    DuplicateParameter { name: String },
    /// A parameter's type is unknown; it is read as `String`.
    UnknownType { parameter: String, declared: String },
    /// A parameter's default is a list or an object.
    DefaultNotScalar { parameter: String, found: Kind },
    /// A parameter's default does not fit its type.
    DefaultOfOtherType {
        parameter: String,
        default: String,
        kind: ParameterKind,
    },
    /// The allowed values of a parameter are not a list of scalars.
    AllowedValues { parameter: String },
    /// More problems of this kind that are not listed.
    More { count: usize },
}

/// Problems listed for each kind; more of that kind are only counted.
const MAX_LISTED_PER_KIND: usize = 25;

/// Collects problems, a bounded number of each kind.
#[derive(Debug, Default)]
pub(super) struct Problems {
    listed: Vec<Problem>,
    counts: [usize; ProblemKind::ALL.len()],
}

impl Problems {
    /// Adds a problem; `detail` is only called while there is room for it.
    pub(super) fn add(
        &mut self,
        kind: ProblemKind,
        step: Option<usize>,
        detail: impl FnOnce() -> ProblemDetail,
    ) {
        let count = &mut self.counts[kind as usize];
        *count += 1;
        if *count <= MAX_LISTED_PER_KIND {
            self.listed.push(Problem {
                kind,
                detail: detail(),
                step,
            });
        }
    }

    /// Removes all problems of a kind.
    pub(super) fn drop_kind(&mut self, kind: ProblemKind) {
        self.counts[kind as usize] = 0;
        self.listed.retain(|problem| problem.kind != kind);
    }

    /// The problems by kind; a last entry of a kind counts those that are not listed.
    pub(super) fn into_list(mut self) -> Vec<Problem> {
        for kind in ProblemKind::ALL {
            let count = self.counts[kind as usize].saturating_sub(MAX_LISTED_PER_KIND);
            if count > 0 {
                self.listed.push(Problem {
                    kind,
                    detail: ProblemDetail::More { count },
                    step: None,
                });
            }
        }
        self.listed.sort_by_key(|problem| problem.kind);
        self.listed
    }
}
