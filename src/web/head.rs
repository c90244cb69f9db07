//! The header and tabs of a pipeline's pages.

use super::shell::Shell;
use crate::domain::Pipeline;

/// A tab of a page, as a link.
pub struct TabLink {
    /// Its text.
    pub label: &'static str,
    /// Where it leads.
    pub href: String,
    /// Whether it is the one shown.
    pub current: bool,
    /// A number or a word next to its label; may be empty.
    pub note: String,
}

impl TabLink {
    /// A tab without a note.
    pub fn new(label: &'static str, href: String, current: bool) -> Self {
        Self {
            label,
            href,
            current,
            note: String::new(),
        }
    }

    /// With a note.
    pub fn with_note(self, note: String) -> Self {
        Self { note, ..self }
    }
}

/// The tabs of a pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PipelineTab {
    /// Its executions.
    Executions,
    /// Its graph.
    Graph,
    /// Its parameters.
    Parameters,
    /// What people did with it.
    Activity,
    /// Its definition.
    Definition,
    /// Further information.
    Information,
}

/// The header of every page of a pipeline.
#[derive(Debug)]
pub struct PipelineHead {
    /// The pipeline.
    pub pipeline: Pipeline,
    /// The tab shown.
    pub tab: PipelineTab,
    /// Why the person who looks may not act on it, where they may not.
    pub cannot_act: Option<String>,
}

impl PipelineHead {
    /// The line under the name.
    pub fn description(&self) -> Option<&str> {
        let description = self.pipeline.description.as_deref();
        description.filter(|text| !text.is_empty())
    }

    /// The tabs, in order.
    pub fn tabs(&self, shell: &Shell) -> Vec<TabLink> {
        let (links, name) = (&shell.links, &self.pipeline.name);
        [
            (
                "Executions",
                links.executions(name),
                PipelineTab::Executions,
            ),
            ("Graph", links.graph(name), PipelineTab::Graph),
            (
                "Parameters",
                links.parameters(name),
                PipelineTab::Parameters,
            ),
            (
                "Definition",
                links.definition(name),
                PipelineTab::Definition,
            ),
            (
                "Activity",
                links.pipeline_activity(name),
                PipelineTab::Activity,
            ),
            (
                "Information",
                links.information(name),
                PipelineTab::Information,
            ),
        ]
        .into_iter()
        .map(|(label, href, tab)| TabLink::new(label, href, tab == self.tab))
        .collect()
    }
}

/// What stays of a page while SageMaker cannot be asked for its content.
#[derive(Debug)]
pub enum KeptHead {
    /// The heading of a list.
    List(&'static str),
    /// The header and tabs of a pipeline.
    Pipeline(Box<PipelineHead>),
    /// The breadcrumbs of an execution, of which nothing else is known.
    Execution {
        /// Its ID.
        id: String,
        /// Its pipeline.
        pipeline: Box<Pipeline>,
    },
}
