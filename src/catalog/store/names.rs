//! What pipelines and executions are called.

use std::collections::HashSet;

use sqlx::{QueryBuilder, Row, Sqlite};

use super::base::{Sql, Store};
use super::rows::push_in;
use super::tags::only;
use crate::catalog::visible::VisiblePipelines;
use crate::domain::Named;

impl Store {
    /// Those of these pipelines that are known and visible.
    pub(in crate::catalog) async fn pipeline_names(
        &self,
        names: &[String],
        visible: &VisiblePipelines,
    ) -> Sql<Vec<Named>> {
        let mut sql = self.named_in("SELECT name, display_name FROM pipelines", "name", names);
        only(&mut sql, "arn", visible);
        let rows = sql.build().fetch_all(self.reader()).await?;
        let named = |row| {
            Ok(Named::new(
                Row::try_get(row, "name")?,
                Row::try_get(row, "display_name")?,
            ))
        };
        rows.iter().map(named).collect()
    }

    /// Those of these executions, by their IDs, that are known and of a visible pipeline.
    pub(in crate::catalog) async fn execution_names(
        &self,
        ids: &[String],
        visible: &VisiblePipelines,
    ) -> Sql<Vec<Named>> {
        let mut sql = self.named_in("SELECT id, display_name FROM executions", "id", ids);
        only(&mut sql, "pipeline_arn", visible);
        let rows = sql.build().fetch_all(self.reader()).await?;
        let named = |row| {
            Ok(Named::by_id(
                Row::try_get(row, "id")?,
                Row::try_get(row, "display_name")?,
            ))
        };
        rows.iter().map(named).collect()
    }

    /// Those of these display names that executions of visible pipelines have.
    pub(in crate::catalog) async fn display_names_taken(
        &self,
        names: &[String],
        visible: &VisiblePipelines,
    ) -> Sql<HashSet<String>> {
        let select = "SELECT DISTINCT display_name FROM executions";
        let mut sql = self.named_in(select, "display_name", names);
        only(&mut sql, "pipeline_arn", visible);
        let taken: Vec<String> = sql.build_query_scalar().fetch_all(self.reader()).await?;
        Ok(taken.into_iter().collect())
    }

    /// The rows of this workspace in which the column has one of these values.
    fn named_in(
        &self,
        select: &'static str,
        column: &'static str,
        values: &[String],
    ) -> QueryBuilder<Sqlite> {
        let mut sql = QueryBuilder::new(select);
        sql.push(" WHERE workspace = ")
            .push_bind(self.workspace.clone());
        sql.push(" AND ");
        push_in(&mut sql, column, values);
        sql
    }
}
