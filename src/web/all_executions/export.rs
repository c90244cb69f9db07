//! What is filtered, as a file: written while it is read, so that its size does not matter.

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use super::Asked;
use crate::catalog::{ExecutionQuery, ListedExecution, PageKey};
use crate::domain::Execution;
use crate::web::error::{PageError, attachment};
use crate::web::executions::filter::starters_for;
use crate::web::executions::starters;
use crate::web::fmt::iso_text;
use crate::web::request::{PathParams, Query};
use crate::web::shell::{Nav, Shell};
use crate::web::texts::errors::{PageText, link};
use crate::web::texts::lists as texts;
use crate::web::visit::Visit;

/// The columns of a CSV file.
const CSV_HEADER: &str = "pipeline,id,name,status,started,ended,duration_seconds,started_by,\
                          version,failed_step,reason,description,parameters,metrics\r\n";

#[derive(Clone, Copy)]
enum Format {
    Csv,
    Json,
}

/// `/w/{ws}/executions.csv`.
pub async fn csv(
    visit: Visit,
    PathParams([ws]): PathParams<1>,
    Query(query): Query,
) -> Result<Response, PageError> {
    export(visit, ws, Asked::read(&query), Format::Csv).await
}

/// `/w/{ws}/executions.json`.
pub async fn json(
    visit: Visit,
    PathParams([ws]): PathParams<1>,
    Query(query): Query,
) -> Result<Response, PageError> {
    export(visit, ws, Asked::read(&query), Format::Json).await
}

async fn export(
    visit: Visit,
    ws: String,
    mut asked: Asked,
    format: Format,
) -> Result<Response, PageError> {
    let shell = Shell::new(&visit, &ws, Nav::Executions, "Executions");
    if let Some(error) = asked.errors.iter().find(|error| error.hides_rows()) {
        let text = PageText::about(texts::WRONG_FILTER, error.sentence());
        let list = shell.links.all_executions();
        let page = PageError::new(shell, StatusCode::BAD_REQUEST, text);
        return Err(page.link(list, link::ALL_EXECUTIONS));
    }
    asked.query.starters = starters_for(&visit, &ws, &asked.text.filter).await;
    asked.query.page_key = None;
    asked.query.page = 1;
    let catalog = visit.catalog();
    let known = catalog
        .all_executions(visit.scope(), &ws, &asked.query)
        .await;
    let known = known
        .map_err(|error| PageError::read(shell, error, "", ""))?
        .value;
    let limit = u64::from(visit.export_limit());
    let file = File {
        format,
        query: asked.query,
        left: known.total.min(limit),
        limit,
        total: known.total,
        is_partial: known.is_partial(),
        place: Place::Start,
        visit,
        ws,
    };
    let parts = stream::unfold(file, |mut file| async move {
        let part = file.next_part().await?;
        Some((part, file))
    });
    // What compresses a body asks for more after its end.
    let parts = parts.fuse();
    let mut response = Body::from_stream(parts).into_response();
    let (kind, extension) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
        Format::Json => ("application/json; charset=utf-8", "json"),
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&attachment("executions", extension)) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

enum Place {
    Start,
    /// Behind so many rows, the first of which is behind none.
    Rows(bool),
    End,
}

/// A file that is being written.
struct File {
    visit: Visit,
    ws: String,
    query: ExecutionQuery,
    format: Format,
    place: Place,
    /// Rows that may still be written.
    left: u64,
    limit: u64,
    total: u64,
    is_partial: bool,
}

impl File {
    /// What comes next; `None` at the end. A database that fails cuts the file off, which its reader notices.
    async fn next_part(&mut self) -> Option<Result<Bytes, std::io::Error>> {
        let text = match self.place {
            Place::Start => {
                self.place = Place::Rows(true);
                match self.format {
                    Format::Csv => CSV_HEADER.to_owned(),
                    Format::Json => "{\"executions\":[".to_owned(),
                }
            }
            Place::Rows(is_first) => {
                let read = self.rows(is_first).await;
                match read {
                    Ok(Some(text)) => {
                        self.place = Place::Rows(false);
                        text
                    }
                    Ok(None) => {
                        self.place = Place::End;
                        self.end()
                    }
                    Err(error) => {
                        tracing::error!(%error, "Cannot export executions");
                        self.place = Place::End;
                        return Some(Err(std::io::Error::other(error.to_string())));
                    }
                }
            }
            Place::End => return None,
        };
        Some(Ok(Bytes::from(text)))
    }

    async fn rows(&mut self, is_first: bool) -> Result<Option<String>, crate::catalog::ReadError> {
        if self.left == 0 {
            return Ok(None);
        }
        let (visit, ws) = (&self.visit, &self.ws);
        let catalog = visit.catalog();
        let some = catalog
            .some_executions(visit.scope(), ws, &self.query)
            .await?;
        let Some(last) = some.last() else {
            return Ok(None);
        };
        self.query.page_key = Some(PageKey::After(last.execution.id().to_owned()));
        let executions = some.iter().map(|one| &one.execution);
        let starters = starters(visit, ws, executions).await;
        let mut text = String::new();
        for one in some {
            if self.left == 0 {
                break;
            }
            self.left -= 1;
            let started_by = starters.get(&one.execution.arn);
            let started_by = started_by.or(one.execution.created_by.user_profile.as_ref());
            let fields = fields(&one, started_by.map(String::as_str));
            match self.format {
                Format::Csv => text.push_str(&csv_row(&fields)),
                Format::Json => {
                    if !(is_first && text.is_empty()) {
                        text.push(',');
                    }
                    text.push_str(&Value::Object(fields.into_iter().collect()).to_string());
                }
            }
        }
        Ok(Some(text))
    }

    fn end(&self) -> String {
        let is_cut = self.total > self.limit;
        match self.format {
            Format::Csv if is_cut => csv_text(&texts::cut(self.limit, self.total)) + "\r\n",
            Format::Csv => String::new(),
            Format::Json => format!(
                "],\"total\":{},\"cut\":{is_cut},\"partial\":{}}}\n",
                self.total, self.is_partial
            ),
        }
    }
}

/// An execution as a row of the file, in the order of [`CSV_HEADER`].
fn fields(one: &ListedExecution, started_by: Option<&str>) -> Vec<(String, Value)> {
    let execution = &one.execution;
    let ended = execution.ended();
    let took = ended.zip(execution.created);
    let failed_step = one.failure.as_ref().and_then(|known| known.step.as_ref());
    let reason = one.failure.as_ref().and_then(|known| known.reason.clone());
    let pairs: [(&str, Value); 14] = [
        ("pipeline", json!(one.pipeline.exact())),
        ("id", json!(execution.id())),
        ("name", json!(execution.display_name)),
        ("status", json!(execution.status.as_str())),
        ("started", json!(execution.created.map(iso_text))),
        ("ended", json!(ended.map(iso_text))),
        (
            "duration_seconds",
            json!(took.map(|(end, began)| end.as_second() - began.as_second())),
        ),
        ("started_by", json!(started_by)),
        ("version", json!(execution.version)),
        ("failed_step", json!(failed_step.map(|step| &step.name))),
        ("reason", json!(reason)),
        ("description", json!(execution.description)),
        ("parameters", parameters(execution)),
        ("metrics", metrics(one)),
    ];
    let owned = pairs.into_iter();
    owned
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn parameters(execution: &Execution) -> Value {
    let given = execution.parameters.iter().flatten();
    let pairs = given.map(|given| (given.name.clone(), Value::from(given.value.as_str())));
    Value::Object(pairs.collect())
}

fn metrics(one: &ListedExecution) -> Value {
    let pairs = one.metrics.iter().map(|metric| {
        let number: Option<f64> = metric.value.parse().ok();
        (metric.name.clone(), Value::from(number))
    });
    Value::Object(pairs.collect())
}

fn csv_row(fields: &[(String, Value)]) -> String {
    let texts = fields.iter().map(|(_, value)| match value {
        Value::Null => String::new(),
        Value::String(text) => csv_text(text),
        other => csv_text(&other.to_string()),
    });
    texts.collect::<Vec<_>>().join(",") + "\r\n"
}

/// A field of CSV (RFC 4180). A spreadsheet takes a text for a formula that begins as one: it gets an apostrophe.
fn csv_text(text: &str) -> String {
    let is_formula =
        text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) && text.parse::<f64>().is_err();
    let safe = if is_formula { "'" } else { "" };
    match is_formula || text.contains([',', '"', '\r', '\n']) {
        true => format!("\"{safe}{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::csv_text;

    #[test]
    fn a_field_is_no_formula_and_keeps_its_text() {
        for (text, field) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=1+1", "\"'=1+1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("-3", "-3"),
            ("-x", "\"'-x\""),
            ("\t=1", "\"'\t=1\""),
        ] {
            assert_eq!(csv_text(text), field);
        }
    }
}
