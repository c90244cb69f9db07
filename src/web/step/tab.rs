//! The tabs of the panel of a step in an execution.

use crate::web::head::TabLink;
use crate::web::links::Links;

/// A tab of the panel, each also a page of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepTab {
    /// What became of it.
    Result,
    /// What it was given.
    Inputs,
    /// What it made.
    Outputs,
    /// Where its log is.
    Logs,
    /// What SageMaker returned, in the API's words.
    Raw,
}

impl StepTab {
    const ALL: [Self; 5] = [
        Self::Result,
        Self::Inputs,
        Self::Outputs,
        Self::Logs,
        Self::Raw,
    ];

    /// The tab of this name in addresses; the result has none, since the step's own address opens it.
    pub fn from_name(name: &str) -> Option<Self> {
        let mut named = Self::ALL.into_iter().filter(|tab| *tab != Self::Result);
        named.find(|tab| tab.name() == name)
    }

    /// Its name in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Result => "result",
            Self::Inputs => "inputs",
            Self::Outputs => "outputs",
            Self::Logs => "logs",
            Self::Raw => "raw",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Result => "Result",
            Self::Inputs => "Inputs",
            Self::Outputs => "Outputs",
            Self::Logs => "Logs",
            Self::Raw => "Raw",
        }
    }

    /// The page of this tab about a step of an execution; the result is the step's own address.
    pub fn href(self, links: &Links, pipeline: &str, id: &str, step: &str) -> String {
        match self {
            Self::Result => links.step(pipeline, id, step),
            tab => links.step_part(pipeline, id, step, tab.name()),
        }
    }

    /// The links to all of them, of which this is the current one.
    pub(super) fn links(self, links: &Links, pipeline: &str, id: &str, step: &str) -> Vec<TabLink> {
        let link = |tab: Self| {
            let href = tab.href(links, pipeline, id, step);
            TabLink::new(tab.label(), href, tab == self)
        };
        Self::ALL.into_iter().map(link).collect()
    }
}
