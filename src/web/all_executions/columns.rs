//! The columns of the list of all executions: which there are, and which the address asks for.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::address::Address;
use crate::catalog::{AllExecutions, ExecutionRow, ExecutionSort};
use crate::domain::Named;
use crate::web::columns::{self, Column, Header, ListOrder};
use crate::web::executions::Cell;
use crate::web::executions::line::ShownColumn;
use crate::web::query::QueryPairs;
use crate::web::texts::filter::FilterError;

/// Begins the key of the column of a parameter.
const PARAMETER: &str = "param.";
/// Begins the key of the column of a metric.
const METRIC: &str = "metric.";
/// The key that stands for the parameters that differ on the page.
const DIFFERING: &str = "param.*";
/// The most columns of parameters and metrics.
const MAX_PARAMETERS: usize = 20;

/// What the column of this key shows of each execution, where that has a name of its own: a parameter or a metric.
fn of_name(key: &str) -> Option<(Cell, &str)> {
    let cells = [(PARAMETER, Cell::Parameter), (METRIC, Cell::Metric)];
    let mut named = cells
        .into_iter()
        .filter_map(|(prefix, cell)| Some((cell, key.strip_prefix(prefix)?)));
    named.find(|(_, name)| !name.is_empty())
}

/// Every column but those of parameters and metrics, each with its key in the address.
pub(super) const COLUMNS: [(&str, Column<Cell, ExecutionSort>); 11] = [
    (
        "name",
        Column::new(Cell::Name, "Name")
            .class("name share")
            .ascending("name", ExecutionSort::Name),
    ),
    (
        "pipeline",
        Column::new(Cell::Pipeline, "Pipeline")
            .class("pipe")
            .labelled()
            .ascending("pipeline", ExecutionSort::Pipeline),
    ),
    (
        "status",
        Column::new(Cell::Status, "Status")
            .class("status")
            .ascending("status", ExecutionSort::Status),
    ),
    (
        "started",
        Column::new(Cell::Started, "Started")
            .class("at")
            .labelled()
            .descending("started", ExecutionSort::Started),
    ),
    (
        "duration",
        Column::new(Cell::Duration, "Duration")
            .class("nowrap took")
            .labelled()
            .descending("duration", ExecutionSort::Duration),
    ),
    (
        "by",
        Column::new(Cell::StartedBy, "Started by")
            .class("by")
            .labelled(),
    ),
    (
        "parameters",
        Column::new(Cell::ChangedParameters, "Parameters").class("full"),
    ),
    (
        "ended",
        Column::new(Cell::Ended, "Ended")
            .class("at")
            .labelled()
            .descending("ended", ExecutionSort::Ended),
    ),
    (
        "step",
        Column::new(Cell::FailedStep, "Failed step")
            .class("by")
            .labelled()
            .ascending("step", ExecutionSort::FailedStep),
    ),
    (
        "version",
        Column::new(Cell::Version, "Version")
            .class("few num")
            .labelled()
            .descending("version", ExecutionSort::Version),
    ),
    ("id", Column::new(Cell::Id, "ID").class("by").labelled()),
];

/// The columns that are shown where the address names none.
const USUAL: [&str; 6] = ["name", "pipeline", "status", "started", "duration", "by"];

const ACTIONS: Column<Cell, ExecutionSort> = Column::new(Cell::Actions, "Actions").class("acts");

/// The newest first.
const USUAL_ORDER: ListOrder<ExecutionSort> = ListOrder {
    key: "started",
    order: ExecutionSort::Started,
    descending: true,
};

/// The order that the address asks for.
pub(super) fn order(query: &QueryPairs, errors: &mut Vec<FilterError>) -> ListOrder<ExecutionSort> {
    columns::order(
        &COLUMNS.map(|(_, column)| column),
        query,
        USUAL_ORDER,
        errors,
    )
}

/// The keys of the columns that the address asks for, in its order.
pub(super) fn keys(query: &QueryPairs, errors: &mut Vec<FilterError>) -> Vec<String> {
    let given = query.text("columns").split(',').map(str::trim);
    let mut keys: Vec<String> = Vec::new();
    let mut parameters = 0;
    for key in given.filter(|key| !key.is_empty()) {
        let is_parameter = of_name(key).is_some();
        let is_known = is_parameter || COLUMNS.iter().any(|(known, _)| *known == key);
        if !is_known {
            let known = COLUMNS.iter().map(|(key, _)| *key).collect();
            errors.push(FilterError::Column(key.to_owned(), known));
            continue;
        }
        parameters += usize::from(is_parameter);
        if parameters <= MAX_PARAMETERS && !keys.iter().any(|known| known == key) {
            keys.push(key.to_owned());
        }
    }
    match keys.is_empty() {
        true => USUAL.map(str::to_owned).to_vec(),
        false => keys,
    }
}

/// The columns of these keys, and their headers.
pub(super) fn shown(
    keys: &[String],
    list: &AllExecutions,
    address: &Address,
    order: &ListOrder<ExecutionSort>,
) -> (Vec<ShownColumn>, Vec<Header>) {
    let fixed = |column: &Column<Cell, ExecutionSort>| {
        let header = columns::header(column, &address.path, &address.query, order);
        (ShownColumn::from(column), header)
    };
    let of_key = |key: &String| {
        let known = COLUMNS.iter().find(|(known, _)| known == key);
        match (known, key.as_str()) {
            (Some((_, column)), _) => vec![fixed(column)],
            (None, DIFFERING) => differing(list)
                .into_iter()
                .map(|name| named_column(Cell::Parameter, name))
                .collect(),
            (None, key) => of_name(key)
                .map(|(cell, name)| named_column(cell, name.to_owned()))
                .into_iter()
                .collect(),
        }
    };
    let shown = keys.iter().flat_map(of_key);
    shown.chain([fixed(&ACTIONS)]).unzip()
}

/// The column of a parameter or a metric.
fn named_column(cell: Cell, name: String) -> (ShownColumn, Header) {
    let label: Cow<'static, str> = Cow::Owned(name);
    let class = match cell {
        Cell::Metric => "few num",
        _ => "param",
    };
    let header = Header {
        label: label.clone(),
        href: String::new(),
        sort: "none",
        class,
    };
    let column = ShownColumn {
        cell,
        label,
        class,
        labelled: true,
    };
    (column, header)
}

/// The names of the parameters on this page.
pub(super) fn parameters(list: &AllExecutions) -> BTreeSet<String> {
    let rows = list.rows.iter();
    let given = rows.flat_map(|(_, row)| row.execution.parameters.iter().flatten());
    given.map(|given| given.name.clone()).collect()
}

/// The names of the metrics on this page.
pub(super) fn metrics(list: &AllExecutions) -> BTreeSet<String> {
    let rows = list.rows.iter();
    let known = rows.flat_map(|(_, row)| &row.metrics);
    known.map(|metric| metric.name.clone()).collect()
}

/// The parameters that differ on the page: of the executions whose pipelines have them, not all have the same value.
fn differing(list: &AllExecutions) -> Vec<String> {
    let given = |(pipeline, row): &(Named, ExecutionRow)| {
        let pipeline = pipeline.exact().to_owned();
        let given = row.execution.parameters.iter().flatten();
        let values = given.map(|given| (given.name.clone(), given.value.clone()));
        (pipeline, values.collect::<BTreeMap<_, _>>())
    };
    let rows: Vec<_> = list.rows.iter().map(given).collect();
    let differs = |name: &String| {
        let has_it = |(_, given): &&(String, BTreeMap<String, String>)| given.contains_key(name);
        let pipelines: BTreeSet<&String> = rows.iter().filter(has_it).map(|(of, _)| of).collect();
        let concerned = rows.iter().filter(|(of, _)| pipelines.contains(of));
        let values: BTreeSet<_> = concerned.map(|(_, given)| given.get(name)).collect();
        values.len() > 1
    };
    let names = parameters(list).into_iter().filter(differs);
    names.take(MAX_PARAMETERS).collect()
}

/// A column that can be hidden, moved or shown.
pub(super) struct PickedColumn {
    pub(super) label: String,
    /// The list without it, or with it where it is not shown.
    pub(super) href: String,
    /// The list with it further to the left, where it is not the first.
    pub(super) earlier: Option<String>,
}

fn label_of(key: &str) -> String {
    let known = COLUMNS.iter().find(|(known, _)| *known == key);
    match (known, key) {
        (Some((_, column)), _) => column.label.to_owned(),
        (None, DIFFERING) => "Parameters that differ".to_owned(),
        (None, key) => of_name(key).map_or(key, |(_, name)| name).to_owned(),
    }
}

/// The columns that are shown, and what can be done with each.
pub(super) fn picked(keys: &[String], address: &Address) -> Vec<PickedColumn> {
    let at = |keys: &[String]| address.with(&[("columns", &keys.join(","))]);
    let one = |(index, key): (usize, &String)| {
        let mut without = keys.to_vec();
        without.remove(index);
        let earlier = index.checked_sub(1).map(|before| {
            let mut moved = keys.to_vec();
            moved.swap(before, index);
            at(&moved)
        });
        PickedColumn {
            label: label_of(key),
            href: at(&without),
            earlier,
        }
    };
    keys.iter().enumerate().map(one).collect()
}

/// The columns that are not shown.
pub(super) fn more(keys: &[String], list: &AllExecutions, address: &Address) -> Vec<PickedColumn> {
    let fixed = COLUMNS.iter().map(|(key, _)| (*key).to_owned());
    let parameters = parameters(list).into_iter();
    let parameters = parameters.map(|name| format!("{PARAMETER}{name}"));
    let metrics = metrics(list).into_iter();
    let metrics = metrics.map(|name| format!("{METRIC}{name}"));
    let others = fixed
        .chain(parameters)
        .chain(metrics)
        .filter(|key| !keys.contains(key));
    let one = |key: String| {
        let mut with = keys.to_vec();
        with.push(key.clone());
        PickedColumn {
            label: label_of(&key),
            href: address.with(&[("columns", &with.join(","))]),
            earlier: None,
        }
    };
    others.map(one).collect()
}

/// The list with the parameters that differ on the page beside the usual columns.
pub(super) fn with_differing(address: &Address) -> String {
    let keys: Vec<&str> = USUAL.into_iter().chain([DIFFERING]).collect();
    address.with(&[("columns", &keys.join(","))])
}
