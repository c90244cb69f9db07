//! Registered models: the groups they are registered in.

use askama::Template;
use axum::response::Response;
use jiff::Timestamp;

use super::error::PageError;
use super::fmt::filters;
use super::live::{self, live_page};
use super::request::{HtmxRequest, PathParams};
use super::shell::{Nav, Shell};
use super::visit::Visit;
use crate::domain::{AwsError, ModelPackageGroup};

#[derive(Template)]
#[template(path = "models/index.html", blocks = ["live"])]
struct Page {
    shell: Shell,
    here: String,
    tag: String,
    poll: u32,
    groups: Vec<ModelPackageGroup>,
    /// Whether none are shown because the person does not see every pipeline.
    withheld: bool,
    troubles: Vec<AwsError>,
    as_of: Option<Timestamp>,
    stale: bool,
}

live_page!(Page);

/// `/w/{ws}/models`.
pub async fn list(
    visit: Visit,
    PathParams([ws]): PathParams<1>,
    asking: HtmxRequest,
) -> Result<Response, PageError> {
    let shell = Shell::new(&visit, &ws, Nav::Models, "Models");
    let reading = visit
        .catalog()
        .model_package_groups(visit.scope(), &ws)
        .await
        .map_err(|missing| PageError::missing(shell.clone(), missing, "", ""))?;
    let tag = live::tag(&reading, &asking, &[]);
    let page = Page {
        here: shell.links.models(),
        poll: live::interval(reading.stale),
        groups: reading.value,
        withheld: !visit.scope().sees_all(&ws),
        troubles: reading.troubles,
        as_of: reading.as_of,
        stale: reading.stale,
        tag: tag.clone(),
        shell,
    };
    Ok(live::answer(&asking, &tag, reading.as_of, &page))
}
