//! Registered models: the groups they are registered in.

use askama::Template;
use axum::response::Response;
use jiff::Timestamp;

use super::columns::Column;
use super::error::PageError;
use super::filters;
use super::head::KeptHead;
use super::htmx::HtmxRequest;
use super::live::{self, live_page};
use super::request::PathParams;
use super::shell::{Nav, Shell};
use super::visit::Visit;
use crate::domain::{AwsError, ModelPackageGroup};

/// What a cell of the list shows.
enum Cell {
    Name,
    Status,
    Created,
}

/// The columns of the list, in order.
const COLUMNS: [Column<Cell>; 3] = [
    Column::new(Cell::Name, "Name").class("name"),
    Column::new(Cell::Status, "Status"),
    Column::new(Cell::Created, "Created")
        .class("nowrap")
        .labelled(),
];

#[derive(Template)]
#[template(path = "models/index.html")]
struct ModelsPage {
    shell: Shell,
    here: String,
    tag: String,
    poll: u32,
    groups: Vec<ModelPackageGroup>,
    /// Whether the groups are withheld, because the person may not see every pipeline.
    withheld: bool,
    read_errors: Vec<AwsError>,
    as_of: Option<Timestamp>,
    stale: bool,
}

#[derive(Template)]
#[template(path = "models/live.html")]
struct ModelsLive<'a>(&'a ModelsPage);

live_page!(ModelsPage, ModelsLive);

/// `/w/{ws}/models`.
pub async fn list(
    visit: Visit,
    PathParams([ws]): PathParams<1>,
    htmx: HtmxRequest,
) -> Result<Response, PageError> {
    let shell = Shell::new(&visit, &ws, Nav::Models, "Models");
    let reading = visit
        .catalog()
        .model_package_groups(visit.scope(), &ws)
        .await
        .map_err(|error| {
            PageError::read(shell.clone(), error, "", "").keeping(KeptHead::List("Models"))
        })?;
    let tag = live::polling_tag(&reading, &htmx, &[]);
    let as_of = reading.as_of;
    let page = || ModelsPage {
        here: shell.links.models(),
        poll: live::interval(&reading, false),
        groups: reading.value,
        withheld: !visit.scope().sees_all(&ws),
        read_errors: reading.read_errors,
        as_of: reading.as_of,
        stale: reading.stale,
        tag: tag.clone(),
        shell,
    };
    Ok(live::respond(&htmx, &tag, as_of, page))
}
