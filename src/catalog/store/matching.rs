//! The rule of searches in SQL: what [`SearchQuery::matches`] is for a text in memory.

use sqlx::{QueryBuilder, Row, Sqlite};

use super::base::{Sql, Store};
use super::rows::brief;
use super::tags::only;
use crate::catalog::views::SoughtExecution;
use crate::catalog::visible::VisiblePipelines;
use crate::domain::search::{SearchQuery, SoughtArn, Word};
use crate::domain::{Named, execution_id};

/// A part of a `SearchText`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextPart {
    /// All of it.
    Whole,
    /// The words of names and descriptions.
    Words,
}

/// Adds a condition that may stand anywhere: every word is found. `contains` adds that a part of the text has a text in
/// it; the column `arn` holds an ARN that is found too; `also` adds what else a word finds, each after an `OR`.
pub(super) fn push_match(
    sql: &mut QueryBuilder<Sqlite>,
    query: &SearchQuery,
    arn: &'static str,
    contains: impl Fn(&mut QueryBuilder<Sqlite>, TextPart, &str),
    also: impl Fn(&mut QueryBuilder<Sqlite>, &Word),
) {
    if query.words().is_empty() {
        sql.push(if query.is_empty() { "1" } else { "0" });
        return;
    }
    sql.push("(1");
    for word in query.words() {
        sql.push(" AND (");
        contains(sql, TextPart::Whole, &word.whole);
        if !word.parts.is_empty() {
            sql.push(" OR (1");
            for part in &word.parts {
                sql.push(" AND ");
                contains(sql, TextPart::Words, part);
            }
            sql.push(")");
        }
        if let Some(sought) = &word.arn {
            sql.push(" OR ");
            push_arn(sql, arn, sought);
        }
        also(sql, word);
        sql.push(")");
    }
    sql.push(")");
}

/// That a column has a text in it.
pub(super) fn push_contains(sql: &mut QueryBuilder<Sqlite>, column: &'static str, text: &str) {
    sql.push("INSTR(").push(column).push(", ");
    sql.push_bind(text.to_owned()).push(") > 0");
}

/// One ARN is the other, or that of the pipeline which the other belongs to.
fn push_arn(sql: &mut QueryBuilder<Sqlite>, column: &'static str, arn: &SoughtArn) {
    match arn {
        SoughtArn::Partial(beginning) => {
            sql.push("INSTR(LOWER(").push(column).push("), ");
            sql.push_bind(beginning.clone()).push(") = 1");
        }
        SoughtArn::Whole(whole) => {
            let whole = format!("{whole}/");
            sql.push("(INSTR(LOWER(").push(column).push(") || '/', ");
            sql.push_bind(whole.clone()).push(") = 1 OR INSTR(");
            sql.push_bind(whole).push(", LOWER(").push(column);
            sql.push(") || '/') = 1)");
        }
    }
}

impl Store {
    /// The visible execution whose ARN or id is the whole query.
    pub(in crate::catalog) async fn sought_execution(
        &self,
        query: &SearchQuery,
        visible: &VisiblePipelines,
    ) -> Sql<Option<SoughtExecution>> {
        let [word] = query.words() else {
            return Ok(None);
        };
        let (id, arn) = match (&word.id, &word.arn) {
            (Some(id), _) => (id.as_str(), None),
            (None, Some(SoughtArn::Whole(arn))) => (execution_id(arn), Some(arn)),
            _ => return Ok(None),
        };
        let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new(
            "SELECT e.id, e.display_name, e.status, e.created, e.modified, e.failure, \
             p.name AS pipeline_name, p.display_name AS pipeline_display_name \
             FROM executions e JOIN pipelines p \
             ON p.workspace = e.workspace AND p.arn = e.pipeline_arn AND p.gone IS NULL WHERE e.workspace = ",
        );
        sql.push_bind(self.workspace.clone());
        sql.push(" AND e.id = ").push_bind(id.to_owned());
        if let Some(arn) = arn {
            sql.push(" AND LOWER(e.arn) = ").push_bind(arn.clone());
        }
        only(&mut sql, "e.pipeline_arn", visible);
        sql.push(" LIMIT 1");
        let row = sql.build().fetch_optional(self.reader()).await?;
        row.map(|row| {
            Ok(SoughtExecution {
                pipeline: Named::new(
                    row.try_get("pipeline_name")?,
                    row.try_get("pipeline_display_name")?,
                ),
                execution: brief(&row)?,
            })
        })
        .transpose()
    }
}

#[cfg(test)]
mod tests;
