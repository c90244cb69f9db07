//! Error pages.

use std::borrow::Cow;

use crate::catalog::ReadError;
use crate::domain::{Action, AwsErrorKind};

/// The title of a page or form that reports an error, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageText {
    /// A few words.
    pub title: &'static str,
    /// What is wrong and what to do about it.
    pub sentence: Cow<'static, str>,
}

impl PageText {
    /// A text that never varies.
    pub const fn fixed(title: &'static str, sentence: &'static str) -> Self {
        Self {
            title,
            sentence: Cow::Borrowed(sentence),
        }
    }

    /// A text that names what it is about.
    pub fn about(title: &'static str, sentence: String) -> Self {
        Self {
            title,
            sentence: Cow::Owned(sentence),
        }
    }
}

/// A request without a person.
pub const NOT_SIGNED_IN: PageText = PageText::fixed(
    "You are not signed in",
    "Sign in, then open this page again.",
);

/// A path that does not decode.
pub const UNREADABLE_ADDRESS: PageText = PageText::fixed(
    "Malformed address",
    "Part of this address is not valid UTF-8 after percent-decoding. Check the link you followed.",
);

/// A path that no route has.
pub const NO_SUCH_PAGE: PageText = PageText::fixed(
    "Page not found",
    "There is nothing at this address. Check the link you followed.",
);

/// A body that is not a form.
pub const NOT_A_FORM: PageText = PageText::fixed(
    "Unsupported content type",
    "Send the form as application/x-www-form-urlencoded. Nothing was done.",
);

/// A form over its route's limit.
pub const FORM_TOO_LARGE: PageText = PageText::fixed(
    "Form too large",
    "This form is larger than this address accepts. Nothing was done.",
);

/// A form whose body ended early.
pub const FORM_INCOMPLETE: PageText = PageText::fixed(
    "The form was cut off",
    "The connection ended before the whole form arrived. Nothing was done; send it again.",
);

/// A template that failed, as a page of its own.
pub const UNRENDERABLE_PAGE: &str = "<!doctype html><title>Sluicegate</title><p>This page could not be rendered. The console's log has the reason.";

/// The ledger's database could not be read.
pub const ACTIVITY_UNREADABLE: PageText = PageText::fixed(
    "The console's database failed",
    "The console could not read its audit trail. Its log has the reason.",
);

/// An execution whose definition SageMaker does not give.
pub const NO_DIAGRAM: PageText = PageText::fixed(
    "No graph",
    "SageMaker did not return the definition of this execution, so there is no graph.",
);

/// A step that neither the definition nor the execution has.
pub fn no_such_step(step: &str) -> PageText {
    PageText::about(
        "Step not found",
        format!("This execution has no step “{step}”."),
    )
}

/// What the catalog could not read, on a page about this pipeline and execution. `None` where AWS
/// is the reason: its error has texts of its own.
pub fn read_error(error: &ReadError, pipeline: &str, execution: &str) -> Option<PageText> {
    Some(match error {
        ReadError::Workspace => PageText::fixed(
            "Workspace not found",
            "There is no workspace with this name.",
        ),
        ReadError::Pipeline => PageText::about(
            "Pipeline not found",
            format!(
                "There is no pipeline “{pipeline}” in this account and Region. It may have been deleted, or the name is misspelled."
            ),
        ),
        ReadError::Execution => PageText::about(
            "Execution not found",
            format!("The pipeline “{pipeline}” has no execution with the ID “{execution}”."),
        ),
        ReadError::Database(_) => PageText::fixed(
            "The console's database failed",
            "The console could not read its local copy of SageMaker's data. Its log has the reason.",
        ),
        ReadError::Unavailable(_) => return None,
    })
}

/// The title of a page that AWS could not give, and of which nothing is known from before.
pub fn unavailable(kind: AwsErrorKind) -> &'static str {
    match kind {
        AwsErrorKind::NoCredentials | AwsErrorKind::BadCredentials => "No valid AWS credentials",
        AwsErrorKind::AccessDenied => "Access denied by AWS",
        AwsErrorKind::Unreachable | AwsErrorKind::TimedOut => "Cannot reach SageMaker",
        _ => "SageMaker could not return this page's data",
    }
}

/// An action whose effect is not known. `reason` is what AWS's error says.
pub fn unknown_outcome(action: Action, reason: &str) -> PageText {
    let (title, advice) = match action {
        Action::Start => (
            "It is not yet known whether the execution was created",
            "Do not create it again yet: if it was created, it appears in the list of executions within a minute.",
        ),
        Action::Stop => (
            "It is not yet known whether the execution is being stopped",
            "Its page shows it as soon as SageMaker reports it.",
        ),
        Action::Resume | Action::Retry => (
            "It is not yet known whether the execution is running again",
            "Its page shows it as soon as SageMaker reports it.",
        ),
    };
    PageText::about(
        title,
        format!(
            "{reason} The action is recorded, and the console is checking whether it took effect. {advice}"
        ),
    )
}

/// Where an error page's links lead.
pub mod link {
    use crate::domain::Named;

    /// The start page.
    pub const START_PAGE: &str = "Start page";
    /// The choice of workspaces.
    pub const ALL_WORKSPACES: &str = "All workspaces";
    /// The list of pipelines.
    pub const ALL_PIPELINES: &str = "All pipelines";
    /// The list of executions of all pipelines.
    pub const ALL_EXECUTIONS: &str = "All executions";
    /// A pipeline's executions.
    pub const EXECUTIONS: &str = "Executions";
    /// The execution acted on.
    pub const EXECUTION: &str = "The execution";
    /// The create form, filled from an execution.
    pub const RUN_AGAIN: &str = "Run again…";
    /// A pipeline's executions.
    pub fn executions_of(pipeline: &str) -> String {
        format!("Executions of {pipeline}")
    }

    /// One execution.
    pub fn show(execution: &Named) -> String {
        format!("Show {}", execution.title())
    }
}
