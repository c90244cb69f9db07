//! How far reading from SageMaker has come: when each thing was refreshed, and which changes of executions were read.

use jiff::Timestamp;

use super::base::{Sql, Store, Writing, micros, time};
use super::changes::Changed;

/// Changes of executions that were not read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::catalog) struct SearchGap {
    pub(in crate::catalog) number: i64,
    pub(in crate::catalog) span: GapSpan,
}

/// What lies between two times of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::catalog) struct GapSpan {
    /// Every change after this time was read; `None` where the newest ones are missing too.
    pub(in crate::catalog) upper: Option<Timestamp>,
    /// Every change before this time was read; `None` where there is no such time.
    pub(in crate::catalog) lower: Option<Timestamp>,
}

impl GapSpan {
    /// Whether this one reaches up to the other or into it, which is not below it.
    fn reaches(&self, other: &Self) -> bool {
        match (self.upper, other.lower) {
            (Some(upper), Some(lower)) => upper >= lower,
            _ => true,
        }
    }

    /// What both cover.
    fn joined(self, other: Self) -> Self {
        Self {
            // Without a time, there is none further up or down.
            upper: self.upper.zip(other.upper).map(|(one, two)| one.max(two)),
            lower: self.lower.zip(other.lower).map(|(one, two)| one.min(two)),
        }
    }
}

type GapRow = (i64, Option<i64>, Option<i64>);

fn gap((number, upper, lower): GapRow) -> SearchGap {
    SearchGap {
        number,
        span: GapSpan {
            upper: upper.and_then(time),
            lower: lower.and_then(time),
        },
    }
}

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

    /// The newest change of an execution that was read; `None` before the first search. What was skipped below it is in
    /// the gaps.
    pub(in crate::catalog) async fn high_water_mark(&self) -> Sql<Option<Timestamp>> {
        let sql = "SELECT frontier FROM searches WHERE workspace = ?";
        let found: Option<i64> = sqlx::query_scalar(sql)
            .bind(&self.workspace)
            .fetch_optional(self.reader())
            .await?;
        Ok(found.and_then(time))
    }

    /// Moves that time, and notes what was skipped. Returns the number of the gap.
    pub(in crate::catalog) async fn advance(
        &self,
        mark: Timestamp,
        skipped: Option<GapSpan>,
    ) -> Sql<Option<i64>> {
        let mut writing = self.write_about(Changed::executions([])).await?;
        let sql = "INSERT INTO searches (workspace, frontier) VALUES (?, ?) \
                   ON CONFLICT (workspace) DO UPDATE SET frontier = excluded.frontier";
        sqlx::query(sql)
            .bind(&self.workspace)
            .bind(micros(mark))
            .execute(&mut *writing)
            .await?;
        let number = match skipped {
            Some(span) => Some(self.add_gap(&mut writing, span).await?),
            None => None,
        };
        self.commit(writing).await?;
        Ok(number)
    }

    /// Adds a gap, joined with those that it meets. Returns its number.
    async fn add_gap(&self, writing: &mut Writing, span: GapSpan) -> Sql<i64> {
        let sql = "SELECT number, upper, lower FROM search_gaps WHERE workspace = ?";
        let rows: Vec<GapRow> = sqlx::query_as(sql)
            .bind(&self.workspace)
            .fetch_all(&mut **writing)
            .await?;
        let mut joined = span;
        for known in rows.into_iter().map(gap) {
            if !(known.span.reaches(&span) && span.reaches(&known.span)) {
                continue;
            }
            joined = joined.joined(known.span);
            sqlx::query("DELETE FROM search_gaps WHERE number = ?")
                .bind(known.number)
                .execute(&mut **writing)
                .await?;
        }
        let sql = "INSERT INTO search_gaps (workspace, upper, lower) VALUES (?, ?, ?) \
                   RETURNING number";
        sqlx::query_scalar(sql)
            .bind(&self.workspace)
            .bind(joined.upper.map(micros))
            .bind(joined.lower.map(micros))
            .fetch_one(&mut **writing)
            .await
    }

    /// The gap that begins last; `None` where every change was read.
    pub(in crate::catalog) async fn newest_gap(&self) -> Sql<Option<SearchGap>> {
        let sql = "SELECT number, upper, lower FROM search_gaps WHERE workspace = ? \
                   ORDER BY upper IS NULL DESC, upper DESC LIMIT 1";
        let found: Option<GapRow> = sqlx::query_as(sql)
            .bind(&self.workspace)
            .fetch_optional(self.reader())
            .await?;
        Ok(found.map(gap))
    }

    /// Notes up to where a gap is still to be read; `None` where it begins anew.
    pub(in crate::catalog) async fn narrow_gap(
        &self,
        number: i64,
        upper: Option<Timestamp>,
    ) -> Sql<()> {
        let mut writing = self.write_about(Changed::executions([])).await?;
        sqlx::query("UPDATE search_gaps SET upper = ? WHERE number = ?")
            .bind(upper.map(micros))
            .bind(number)
            .execute(&mut *writing)
            .await?;
        self.commit(writing).await
    }

    /// Notes that all of a gap was read.
    pub(in crate::catalog) async fn close_gap(&self, number: i64) -> Sql<()> {
        let mut writing = self.write_about(Changed::executions([])).await?;
        sqlx::query("DELETE FROM search_gaps WHERE number = ?")
            .bind(number)
            .execute(&mut *writing)
            .await?;
        self.commit(writing).await
    }
}
