//! What stays of a page while SageMaker cannot be asked for its content: the object that the catalog knows, with its
//! title, breadcrumbs and tabs.

use super::error::PageError;
use super::head::{KeptHead, PipelineHead, PipelineTab};
use super::permission;
use super::shell::Shell;
use super::visit::Visit;
use crate::catalog::ReadError;

/// The page that was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    ws: &'a str,
    pipeline: &'a str,
    page: PlacePage<'a>,
}

#[derive(Debug, Clone, Copy)]
enum PlacePage<'a> {
    Pipeline(PipelineTab),
    Execution(&'a str),
}

impl<'a> Place<'a> {
    /// A page of a pipeline.
    pub fn pipeline(ws: &'a str, pipeline: &'a str, tab: PipelineTab) -> Self {
        Self {
            ws,
            pipeline,
            page: PlacePage::Pipeline(tab),
        }
    }

    /// A page of an execution.
    pub fn execution(ws: &'a str, pipeline: &'a str, id: &'a str) -> Self {
        Self {
            ws,
            pipeline,
            page: PlacePage::Execution(id),
        }
    }

    /// What was read, or the page while it cannot be read.
    pub async fn keep<T>(
        self,
        visit: &Visit,
        shell: &Shell,
        read: Result<T, ReadError>,
    ) -> Result<T, PageError> {
        match read {
            Ok(value) => Ok(value),
            Err(error) => Err(self.read_error(visit, shell.clone(), error).await),
        }
    }

    /// The page while it cannot be read. It keeps the pipeline's head where the catalog knows the pipeline.
    pub async fn read_error(self, visit: &Visit, shell: Shell, error: ReadError) -> PageError {
        let id = match self.page {
            PlacePage::Execution(id) => id,
            PlacePage::Pipeline(_) => "",
        };
        let is_passing = matches!(error, ReadError::Unavailable(_));
        let page = PageError::read(shell, error, self.pipeline, id);
        if !is_passing {
            return page;
        }
        match self.head(visit).await {
            Some(head) => page.keeping(head),
            None => page,
        }
    }

    async fn head(self, visit: &Visit) -> Option<KeptHead> {
        let catalog = visit.catalog();
        let known = catalog.pipeline(visit.scope(), self.ws, self.pipeline);
        let pipeline = known.await.ok()?.value;
        Some(match self.page {
            PlacePage::Execution(id) => KeptHead::Execution {
                id: id.to_owned(),
                pipeline: Box::new(pipeline),
            },
            PlacePage::Pipeline(tab) => KeptHead::Pipeline(Box::new(PipelineHead {
                cannot_act: permission::cannot_act(visit, self.ws, self.pipeline).await,
                pipeline,
                tab,
            })),
        })
    }
}
