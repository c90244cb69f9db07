//! How far reading from SageMaker has come: when each thing was refreshed, and up to which change
//! executions were read.

use jiff::Timestamp;

use super::base::{Sql, Store, micros, time};

impl Store {
    /// When this was last refreshed, by the name it is stored under.
    pub(in crate::catalog) async fn refreshed_at(&self, name: &str) -> Sql<Option<Timestamp>> {
        let sql = "SELECT as_of FROM refreshes WHERE workspace = ? AND subject = ?";
        let found: Option<i64> = sqlx::query_scalar(sql)
            .bind(&self.workspace)
            .bind(name)
            .fetch_optional(self.reader())
            .await?;
        Ok(found.and_then(time))
    }

    /// Notes when this was refreshed.
    pub(in crate::catalog) async fn set_refreshed_at(
        &self,
        name: &str,
        as_of: Timestamp,
    ) -> Sql<()> {
        let sql = "INSERT INTO refreshes (workspace, subject, as_of) VALUES (?, ?, ?) \
                   ON CONFLICT (workspace, subject) DO UPDATE SET as_of = excluded.as_of";
        sqlx::query(sql)
            .bind(&self.workspace)
            .bind(name)
            .bind(micros(as_of))
            .execute(self.writer())
            .await?;
        Ok(())
    }

    /// The time up to which every change of an execution was read; `None` before the first fill.
    pub(in crate::catalog) async fn high_water_mark(&self) -> Sql<Option<Timestamp>> {
        let sql = "SELECT frontier FROM searches WHERE workspace = ?";
        let found: Option<i64> = sqlx::query_scalar(sql)
            .bind(&self.workspace)
            .fetch_optional(self.reader())
            .await?;
        Ok(found.and_then(time))
    }

    /// Moves that time.
    pub(in crate::catalog) async fn set_high_water_mark(&self, mark: Timestamp) -> Sql<()> {
        let sql = "INSERT INTO searches (workspace, frontier) VALUES (?, ?) \
                   ON CONFLICT (workspace) DO UPDATE SET frontier = excluded.frontier";
        sqlx::query(sql)
            .bind(&self.workspace)
            .bind(micros(mark))
            .execute(self.writer())
            .await?;
        Ok(())
    }
}
