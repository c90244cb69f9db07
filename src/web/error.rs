//! What goes wrong, as pages: one enum of situations, one page, one fragment.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use super::fmt::filters;
use super::links::Links;
use super::mount::MountContext;
use super::request::{HtmxRequest, QueryPairs};
use super::shell::{Nav, Shell};
use super::texts;
use crate::catalog::ReadError;
use crate::domain::{AwsError, AwsErrorKind};

/// A form to be sent again as it is, ticket and all: the ledger answers with what became of it.
#[derive(Debug, Clone)]
pub struct Again {
    /// Where it was sent.
    pub action: String,
    /// Everything it held.
    pub fields: Vec<(String, String)>,
}

/// A way out of an error page.
#[derive(Debug, Clone)]
pub struct Way {
    /// Where it leads.
    pub href: String,
    /// What the reader finds there.
    pub label: String,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    shell: Shell,
    status: u16,
    title: String,
    sentence: String,
    failure: Option<AwsError>,
    again: Option<Again>,
    ways: Vec<Way>,
}

/// The same in a dialog.
#[derive(Template)]
#[template(path = "action/fault.html")]
struct ErrorFragment {
    title: String,
    sentence: String,
    failure: Option<AwsError>,
    again: Option<Again>,
    ways: Vec<Way>,
}

/// A request that cannot be answered with its page.
#[derive(Debug)]
pub struct PageError {
    shell: Shell,
    status: StatusCode,
    title: String,
    sentence: String,
    failure: Option<AwsError>,
    again: Option<Again>,
    ways: Vec<Way>,
}

impl PageError {
    /// An error of this status, in a workspace's shell.
    pub fn new(shell: Shell, status: StatusCode, title: &str, sentence: impl Into<String>) -> Self {
        Self {
            shell: Shell {
                title: format!("{title} · Sluicegate"),
                ..shell
            },
            status,
            title: title.to_owned(),
            sentence: sentence.into(),
            failure: None,
            again: None,
            ways: Vec::new(),
        }
    }

    /// With a way out.
    pub fn way(mut self, href: String, label: impl Into<String>) -> Self {
        self.ways.push(Way {
            href,
            label: label.into(),
        });
        self
    }

    /// With the failed call that it comes from.
    pub fn because(mut self, failure: AwsError) -> Self {
        self.failure = Some(failure);
        self
    }

    /// With the form that led here, to be sent again.
    pub fn again(mut self, action: String, posted: &QueryPairs) -> Self {
        let fields = posted
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        self.again = Some(Again { action, fields });
        self
    }

    /// The page, or what a dialog shows in its place.
    pub fn answer(self, asking: &HtmxRequest) -> Response {
        if !asking.partial {
            return self.into_response();
        }
        render(
            self.status,
            &ErrorFragment {
                title: self.title,
                sentence: self.sentence,
                failure: self.failure,
                again: self.again,
                ways: self.ways,
            },
        )
    }

    /// What the catalog could not give, on a page about this pipeline and execution.
    pub fn missing(shell: Shell, missing: ReadError, pipeline: &str, execution: &str) -> Self {
        let links = shell.links.clone();
        let not_found = |shell, title: &str, sentence: String| {
            Self::new(shell, StatusCode::NOT_FOUND, title, sentence)
        };
        match missing {
            ReadError::Workspace => not_found(
                Shell {
                    nav: Nav::Nowhere,
                    ..shell
                },
                "No such workspace",
                "This console has no workspace of this name.".into(),
            )
            .way(links.home(), "All workspaces"),
            ReadError::Pipeline => not_found(
                shell,
                "No such pipeline",
                format!("There is no pipeline “{pipeline}” in this account and Region. It may have been deleted, or its name may be spelled differently."),
            )
            .way(links.pipelines(), "All pipelines"),
            ReadError::Execution => not_found(
                shell,
                "No such execution",
                format!("The pipeline “{pipeline}” has no execution with the id “{execution}”."),
            )
            .way(links.executions(pipeline), format!("Executions of {pipeline}"))
            .way(links.pipelines(), "All pipelines"),
            ReadError::Unavailable(failure) => Self::unavailable(shell, failure),
            ReadError::Database(reason) => {
                tracing::error!(reason, "The catalog's database failed: {reason}");
                Self::new(
                    shell,
                    StatusCode::SERVICE_UNAVAILABLE,
                    "The console's own database failed",
                    "The console could not read its local copy of what SageMaker told it. Its log says why; catalog.db may be deleted, and is filled again.",
                )
            }
        }
    }

    /// SageMaker did not answer, and nothing is known from before.
    pub fn unavailable(shell: Shell, failure: AwsError) -> Self {
        let status = failure_status(&failure);
        Self {
            failure: Some(failure.clone()),
            ..Self::new(
                shell,
                status,
                match failure.kind {
                    AwsErrorKind::NoCredentials | AwsErrorKind::BadCredentials => {
                        "No valid AWS credentials"
                    }
                    AwsErrorKind::AccessDenied => "SageMaker refuses this console",
                    AwsErrorKind::Unreachable | AwsErrorKind::TimedOut => {
                        "SageMaker cannot be reached"
                    }
                    _ => "SageMaker did not give an answer",
                },
                texts::aws_error(&failure),
            )
        }
    }
}

/// The HTTP status of a page that lacks what a failed call would have told.
pub fn failure_status(failure: &AwsError) -> StatusCode {
    match failure.kind {
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
                title: self.title,
                sentence: self.sentence,
                failure: self.failure,
                again: self.again,
                ways: self.ways,
            },
        )
    }
}

/// A page that says in one sentence what was wrong with a request.
pub fn error_page(
    place: &MountContext,
    status: StatusCode,
    title: &str,
    sentence: &str,
) -> Response {
    PageError::new(Shell::bare(place, title), status, title, sentence)
        .way(Links::new(place, "").home(), "Start page")
        .into_response()
}

/// Renders a template. A template that fails is a fault of ours: it is logged, and the reader is told
/// so in a sentence without internals.
pub fn render(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => html_response(status, html),
        Err(error) => {
            tracing::error!(%error, "A page could not be rendered: {error}");
            html_response(
                StatusCode::INTERNAL_SERVER_ERROR,
                "<!doctype html><title>Sluicegate</title><p>This page could not be drawn. The console's log says why.".into(),
            )
        }
    }
}

/// The part of a page that was asked for, else the page: one template gives both, by how it is asked.
pub fn part_or_page(
    status: StatusCode,
    part: Option<askama::Result<String>>,
    page: &impl Template,
) -> Response {
    let mut response = match part {
        Some(Ok(html)) => html_response(status, html),
        // A part that fails fails as a page too, and is logged as one.
        Some(Err(_)) | None => render(status, page),
    };
    response
        .headers_mut()
        .insert(header::VARY, HeaderValue::from_static("HX-Request-Type"));
    response
}

/// An answer in HTML that no cache keeps.
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
