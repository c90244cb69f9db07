//! Tags of pipelines.

use jiff::Timestamp;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::base::{Sql, Store, micros};
use super::rows::{json, push_in};
use crate::access::Tags;
use crate::catalog::visible::VisiblePipelines;
use crate::domain::search::SearchText;

/// What rules look at of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::catalog) struct Tagged {
    pub(in crate::catalog) arn: String,
    pub(in crate::catalog) name: String,
    /// `None` where they are not known.
    pub(in crate::catalog) tags: Option<Tags>,
}

impl Store {
    /// Every pipeline with its tags, where these were read after `since`; those whose tags are the
    /// oldest come first.
    pub(in crate::catalog) async fn tagged(&self, since: Timestamp) -> Sql<Vec<Tagged>> {
        let sql = "SELECT p.arn, p.name, t.tags FROM pipelines p LEFT JOIN pipeline_tags t \
                   ON t.workspace = p.workspace AND t.pipeline_arn = p.arn AND t.as_of > ?2 \
                   WHERE p.workspace = ?1 AND p.gone IS NULL ORDER BY COALESCE(t.as_of, 0), p.arn";
        let rows = sqlx::query(sql)
            .bind(&self.workspace)
            .bind(micros(since))
            .fetch_all(self.reader())
            .await?;
        rows.iter()
            .map(|row| {
                let tags: Option<String> = row.try_get("tags")?;
                Ok(Tagged {
                    arn: row.try_get("arn")?,
                    name: row.try_get("name")?,
                    // What cannot be read is not known.
                    tags: tags.and_then(|text| serde_json::from_str(&text).ok()),
                })
            })
            .collect()
    }

    /// The tags of a pipeline, where these were read after `since`.
    pub(in crate::catalog) async fn tags_of(
        &self,
        arn: &str,
        since: Timestamp,
    ) -> Sql<Option<Tags>> {
        let sql = "SELECT tags FROM pipeline_tags \
                   WHERE workspace = ? AND pipeline_arn = ? AND as_of > ?";
        let tags: Option<String> = sqlx::query_scalar(sql)
            .bind(&self.workspace)
            .bind(arn)
            .bind(micros(since))
            .fetch_optional(self.reader())
            .await?;
        Ok(tags.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Stores the tags of pipelines, read at this time.
    pub(in crate::catalog) async fn put_tags(
        &self,
        tagged: &[(String, Tags)],
        as_of: Timestamp,
    ) -> Sql<()> {
        let mut writing = self.write().await?;
        for (arn, tags) in tagged {
            let sql = "INSERT INTO pipeline_tags (workspace, pipeline_arn, tags, search_text, as_of) \
                       VALUES (?, ?, ?, ?, ?) ON CONFLICT (workspace, pipeline_arn) DO UPDATE SET \
                       tags = excluded.tags, search_text = excluded.search_text, \
                       as_of = excluded.as_of \
                       WHERE excluded.as_of >= pipeline_tags.as_of";
            sqlx::query(sql)
                .bind(&self.workspace)
                .bind(arn)
                .bind(json(tags))
                .bind(search_text(tags))
                .bind(micros(as_of))
                .execute(&mut *writing)
                .await?;
        }
        self.commit(writing).await
    }

    /// Forgets the tags of a pipeline that is gone, or was made anew.
    pub(super) async fn drop_tags(&self, writing: &mut SqliteConnection, arn: &str) -> Sql<()> {
        sqlx::query("DELETE FROM pipeline_tags WHERE workspace = ? AND pipeline_arn = ?")
            .bind(&self.workspace)
            .bind(arn)
            .execute(writing)
            .await?;
        Ok(())
    }
}

/// A tag as it is written in a query: `team=risk`.
pub(super) fn tag_text(key: &str, value: &str) -> String {
    format!("{key}={value}")
}

/// What a search looks in of the tags.
fn search_text(tags: &Tags) -> String {
    let tags: Vec<String> = tags
        .iter()
        .map(|(key, value)| tag_text(key, value))
        .collect();
    let text = SearchText::default().values(tags.iter().map(String::as_str));
    text.text().to_owned()
}

/// Leaves only rows of visible pipelines; `column` holds the pipeline's ARN.
pub(super) fn only(
    sql: &mut QueryBuilder<Sqlite>,
    column: &'static str,
    visible: &VisiblePipelines,
) {
    if let VisiblePipelines::Only { arns, .. } = visible {
        sql.push(" AND ");
        push_in(sql, column, arns);
    }
}
