//! Metrics of executions: what their jobs reported.

use std::collections::HashMap;

use sqlx::{QueryBuilder, Sqlite};

use super::base::{Sql, Store};
use super::rows::push_in;
use crate::catalog::views::KnownMetric;

impl Store {
    /// The metrics of these executions, by their numbers. Where several steps report one of a name, the one measured last
    /// counts.
    pub(in crate::catalog) async fn metrics(
        &self,
        executions: &[i64],
    ) -> Sql<HashMap<i64, Vec<KnownMetric>>> {
        let mut sql: QueryBuilder<Sqlite> =
            QueryBuilder::new("SELECT execution, name, value FROM execution_metrics WHERE ");
        push_in(&mut sql, "execution", executions);
        sql.push(" ORDER BY execution, name, measured DESC, step DESC");
        let found: Vec<(i64, String, f64)> = sql.build_query_as().fetch_all(self.reader()).await?;
        let mut metrics: HashMap<i64, Vec<KnownMetric>> = HashMap::new();
        for (execution, name, value) in found {
            let own = metrics.entry(execution).or_default();
            if own.last().is_none_or(|last| last.name != name) {
                let value = value.to_string();
                own.push(KnownMetric { name, value });
            }
        }
        Ok(metrics)
    }
}
