//! Error pages: a request that cannot be answered with its page is answered with an error page, or
//! with the same as the content of a dialog.

use std::borrow::Cow;

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::filters;
use super::head::KeptHead;
use super::htmx::HtmxRequest;
use super::links::Links;
use super::mount::MountContext;
use super::query::QueryPairs;
use super::shell::{Nav, Shell};
use super::texts::aws_error;
use super::texts::errors::{self, PageText, link};
use super::visit::Visit;
use crate::catalog::ReadError;
use crate::domain::{AwsError, AwsErrorKind, Named};

/// A form that can be sent again unchanged, ticket included: the ledger answers with its outcome.
#[derive(Debug, Clone)]
pub struct ResendForm {
    /// Where it was sent.
    pub action: String,
    /// Its fields.
    pub fields: Vec<(String, String)>,
}

/// A link from an error page to somewhere useful.
#[derive(Debug, Clone)]
pub struct RecoveryLink {
    /// Where it leads.
    pub href: String,
    /// What is found there.
    pub label: String,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    shell: Shell,
    status: u16,
    title: &'static str,
    sentence: Cow<'static, str>,
    aws_error: Option<AwsError>,
    resend: Option<ResendForm>,
    links: Vec<RecoveryLink>,
    kept: Option<KeptHead>,
    retry: Option<String>,
    search: Option<String>,
}

/// The same in a dialog.
#[derive(Template)]
#[template(path = "action/error.html")]
struct ErrorDialog {
    title: &'static str,
    sentence: Cow<'static, str>,
    aws_error: Option<AwsError>,
    resend: Option<ResendForm>,
    links: Vec<RecoveryLink>,
}

/// A request that cannot be answered with its page.
#[derive(Debug)]
pub struct PageError {
    shell: Shell,
    status: StatusCode,
    text: PageText,
    aws_error: Option<AwsError>,
    resend: Option<ResendForm>,
    links: Vec<RecoveryLink>,
    /// What stays of the page that was asked for.
    kept: Option<KeptHead>,
    /// The address to try again by itself.
    retry: Option<String>,
    /// The list of pipelines in which the reader can search for what is not here.
    search: Option<String>,
}

impl PageError {
    /// An error of this status, inside `shell`.
    pub fn new(shell: Shell, status: StatusCode, text: PageText) -> Self {
        Self {
            shell: Shell {
                title: format!("{} · Sluicegate", text.title),
                ..shell
            },
            status,
            text,
            aws_error: None,
            resend: None,
            links: Vec::new(),
            kept: None,
            retry: None,
            search: None,
        }
    }

    /// With a field that searches this list of pipelines.
    pub fn searching(self, pipelines: String) -> Self {
        Self {
            search: Some(pipelines),
            ..self
        }
    }

    /// With the head of the page that is to be shown once SageMaker can be reached, and its title; any other error
    /// stays as it is.
    pub fn keeping(self, head: KeptHead) -> Self {
        if self.retry.is_none() {
            return self;
        }
        let shell = match &head {
            KeptHead::List(heading) => self.shell.titled(heading),
            KeptHead::Pipeline(head) => self.shell.about(&[&head.pipeline.named()]),
            KeptHead::Execution { id, pipeline } => self
                .shell
                .about(&[&Named::new(id, None), &pipeline.named()]),
        };
        Self {
            shell,
            kept: Some(head),
            ..self
        }
    }

    /// With a link to somewhere useful.
    pub fn link(mut self, href: String, label: impl Into<String>) -> Self {
        self.links.push(RecoveryLink {
            href,
            label: label.into(),
        });
        self
    }

    /// With the error of AWS that caused it.
    pub fn caused_by(mut self, error: AwsError) -> Self {
        self.aws_error = Some(error);
        self
    }

    /// With the form that led here, to be sent again.
    pub fn with_resend(mut self, action: String, posted: &QueryPairs) -> Self {
        let fields = posted
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        self.resend = Some(ResendForm { action, fields });
        self
    }

    /// The page, or the content of the dialog that sent the request.
    pub fn respond(self, htmx: &HtmxRequest) -> Response {
        if !htmx.partial {
            return self.into_response();
        }
        render(
            self.status,
            &ErrorDialog {
                title: self.text.title,
                sentence: self.text.sentence,
                aws_error: self.aws_error,
                resend: self.resend,
                links: self.links,
            },
        )
    }

    /// An address that leads nowhere, for somebody who is signed in: where they have one workspace, or the address is
    /// in one, its pipelines can be searched.
    pub fn no_such_page(visit: &Visit) -> Self {
        let text = errors::NO_SUCH_PAGE;
        let inside = visit.mount().address().strip_prefix("/w/");
        let ws = inside.and_then(|rest| rest.split(['/', '?']).next());
        let known = visit.catalog().workspaces(visit.scope());
        let shell = match known.iter().find(|one| Some(one.name.as_str()) == ws) {
            Some(one) => Shell::new(visit, &one.name, Nav::Nowhere, text.title),
            None => Shell::everywhere(visit, Nav::Nowhere, text.title),
        };
        let links = shell.links.clone();
        let page = Self::new(shell, StatusCode::NOT_FOUND, text);
        match page.shell.workspace {
            Some(_) => page
                .searching(links.pipelines())
                .link(links.pipelines(), link::ALL_PIPELINES),
            None => page.link(links.home(), link::START_PAGE),
        }
    }

    /// What the catalog could not read for a page about this pipeline and execution.
    pub fn read(shell: Shell, error: ReadError, pipeline: &str, execution: &str) -> Self {
        let Some(text) = errors::read_error(&error, pipeline, execution) else {
            return match error {
                ReadError::Unavailable(error) => Self::unavailable(shell, error),
                // Every other error has a text.
                _ => Self::new(shell, StatusCode::NOT_FOUND, errors::NO_SUCH_PAGE),
            };
        };
        let links = shell.links.clone();
        let page = |shell| Self::new(shell, StatusCode::NOT_FOUND, text.clone());
        match error {
            ReadError::Workspace => page(Shell {
                nav: Nav::Nowhere,
                ..shell
            })
            .link(links.home(), link::ALL_WORKSPACES),
            ReadError::Pipeline => page(shell)
                .searching(links.pipelines())
                .link(links.pipelines(), link::ALL_PIPELINES),
            ReadError::Execution => page(shell)
                .searching(links.pipelines())
                .link(links.executions(pipeline), link::executions_of(pipeline))
                .link(links.pipelines(), link::ALL_PIPELINES),
            ReadError::Unavailable(error) => Self::unavailable(shell, error),
            ReadError::Database(reason) => {
                tracing::error!(reason, "The catalog's database failed: {reason}");
                Self::new(shell, StatusCode::SERVICE_UNAVAILABLE, text)
            }
        }
    }

    /// AWS did not answer, and nothing is known from before.
    pub fn unavailable(shell: Shell, error: AwsError) -> Self {
        let text = PageText::about(errors::unavailable(error.kind), aws_error(&error));
        let mount = shell.links.mount();
        let retry = format!("{}{}", mount.base(), mount.address());
        Self {
            retry: Some(retry),
            ..Self::new(shell, status_of(&error), text).caused_by(error)
        }
    }
}

/// The HTTP status of a page that lacks what a failed call would have returned.
pub fn status_of(error: &AwsError) -> StatusCode {
    match error.kind {
        AwsErrorKind::NotFound => StatusCode::NOT_FOUND,
        AwsErrorKind::Refused => StatusCode::UNPROCESSABLE_ENTITY,
        AwsErrorKind::Conflict => StatusCode::CONFLICT,
        AwsErrorKind::Throttled
        | AwsErrorKind::Unreachable
        | AwsErrorKind::TimedOut
        | AwsErrorKind::NoCredentials
        | AwsErrorKind::NoRegion
        | AwsErrorKind::LimitExceeded => StatusCode::SERVICE_UNAVAILABLE,
        AwsErrorKind::AccessDenied
        | AwsErrorKind::BadCredentials
        | AwsErrorKind::UnknownOperation
        | AwsErrorKind::Service
        | AwsErrorKind::Garbled
        | AwsErrorKind::Incomplete => StatusCode::BAD_GATEWAY,
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        render(
            self.status,
            &ErrorPage {
                shell: self.shell,
                status: self.status.as_u16(),
                title: self.text.title,
                sentence: self.text.sentence,
                aws_error: self.aws_error,
                resend: self.resend,
                links: self.links,
                kept: self.kept,
                retry: self.retry,
                search: self.search,
            },
        )
    }
}

/// An error page outside of any workspace.
pub fn error_page(mount: &MountContext, status: StatusCode, text: PageText) -> Response {
    PageError::new(Shell::bare(mount, text.title), status, text)
        .link(Links::new(mount, "").home(), link::START_PAGE)
        .into_response()
}

/// Renders a template. A template that fails is a fault of the console: it is logged, and the reader
/// gets a page without internals.
pub fn render(status: StatusCode, page: &impl Template) -> Response {
    rendered_or_error(status, page.render())
}

/// A rendered template, or what [`render`] answers for one that failed.
pub fn rendered_or_error(status: StatusCode, html: askama::Result<String>) -> Response {
    match html {
        Ok(html) => html_response(status, html),
        Err(error) => {
            tracing::error!(%error, "Cannot render a page: {error}");
            html_response(
                StatusCode::INTERNAL_SERVER_ERROR,
                errors::UNRENDERABLE_PAGE.to_owned(),
            )
        }
    }
}

/// The requested part of a page, or the whole page where none was requested.
pub fn part_or_page(
    status: StatusCode,
    part: Option<askama::Result<String>>,
    page: &impl Template,
) -> Response {
    let mut response = match part {
        Some(Ok(html)) => html_response(status, html),
        // A part that fails also fails within the page, and is logged there.
        Some(Err(_)) | None => render(status, page),
    };
    response
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static("HX-Request-Type"));
    response
}

/// An HTML response that no cache keeps.
pub fn html_response(status: StatusCode, html: String) -> Response {
    let mut response = (status, Html(html)).into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A `Content-Disposition` that saves under this name, whatever characters it holds (RFC 6266).
pub fn attachment(name: &str, extension: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_.".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    format!("attachment; filename=\"{plain}.{extension}\"")
}
