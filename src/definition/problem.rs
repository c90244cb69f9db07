//! What is wrong with a definition, in sentences for people.

/// The sort of fault a definition has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// The text is not JSON; what stands before the fault is still read.
    NotJson,
    /// A key is missing, or holds something of another shape than SageMaker's.
    Shape,
    /// Two steps, or two parameters, have one name.
    Duplicate,
    /// A step is named that does not exist.
    Dangling,
    /// Steps wait for one another in a circle.
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

    /// The stable mark of this kind in markup (`data-problem`).
    pub fn mark(self) -> &'static str {
        match self {
            Self::NotJson => "not-json",
            Self::Shape => "shape",
            Self::Duplicate => "duplicate",
            Self::Dangling => "dangling",
            Self::Cycle => "cycle",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::NotJson => "faults in the JSON",
            Self::Shape => "places of an unexpected shape",
            Self::Duplicate => "names used twice",
            Self::Dangling => "references to steps that do not exist",
            Self::Cycle => "circles",
        }
    }
}

/// One fault of a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The sort of fault.
    pub kind: ProblemKind,
    /// A plain sentence that names what is wrong and where.
    pub message: String,
    /// The step it concerns, as an index into the definition's steps.
    pub step: Option<usize>,
}

/// Faults told one by one for each kind; the rest of that kind is only counted.
const TOLD_PER_KIND: usize = 25;

/// Collects faults, so many of each kind that no kind crowds out another.
#[derive(Debug, Default)]
pub(super) struct Problems {
    told: Vec<Problem>,
    counts: [usize; ProblemKind::ALL.len()],
}

impl Problems {
    /// Notes a fault; the sentence is only made when there is room for it.
    pub(super) fn add(
        &mut self,
        kind: ProblemKind,
        step: Option<usize>,
        message: impl FnOnce() -> String,
    ) {
        let count = &mut self.counts[kind as usize];
        *count += 1;
        if *count <= TOLD_PER_KIND {
            self.told.push(Problem {
                kind,
                message: message(),
                step,
            });
        }
    }

    /// Forgets all faults of a kind.
    pub(super) fn drop_kind(&mut self, kind: ProblemKind) {
        self.counts[kind as usize] = 0;
        self.told.retain(|problem| problem.kind != kind);
    }

    /// The faults by kind, each kind with a closing line when more were found than told.
    pub(super) fn into_list(mut self) -> Vec<Problem> {
        for kind in ProblemKind::ALL {
            let more = self.counts[kind as usize].saturating_sub(TOLD_PER_KIND);
            if more > 0 {
                self.told.push(Problem {
                    kind,
                    message: format!("And {more} more {}.", kind.noun()),
                    step: None,
                });
            }
        }
        self.told.sort_by_key(|problem| problem.kind);
        self.told
    }
}

/// A name as it stands in a sentence: quoted, and shortened when it is very long.
pub(super) fn quoted(name: &str) -> String {
    const SHOWN: usize = 80;
    let mut out = String::from("“");
    out.extend(name.chars().take(SHOWN));
    if name.chars().nth(SHOWN).is_some() {
        out.push('…');
    }
    out.push('”');
    out
}
