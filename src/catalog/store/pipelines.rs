//! Pipelines: what lists and descriptions returned of them.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use sqlx::{Row, SqliteConnection};

use super::base::{Sql, Store, Writing, micros};
use super::definitions::content_hash;
use super::merge::completed;
use super::rows::{creator, pipeline};
use crate::domain::search::{SearchText, fold};
use crate::domain::{Pipeline, PipelineDetail};

/// What `DescribePipeline` returned, without the definition's text.
#[derive(Debug, Clone)]
pub(in crate::catalog) struct StoredDetail {
    /// `definition` is empty.
    pub(in crate::catalog) detail: PipelineDetail,
    /// The listed time of change that it belongs to.
    pub(in crate::catalog) listed_modified: Option<i64>,
    pub(in crate::catalog) definition_hash: String,
}

impl Store {
    /// Stores the pipelines of a complete list. Those that it lacks are marked as gone at `now`, with their
    /// executions; so are the older executions of one that was made anew under the same ARN.
    pub(in crate::catalog) async fn replace_pipelines(
        &self,
        listed: &[Pipeline],
        now: Timestamp,
    ) -> Sql<()> {
        let known = self.known_pipelines().await?;
        let arns: HashSet<&str> = listed.iter().map(|one| one.arn.as_str()).collect();
        let known_arns = known.keys().map(String::as_str);
        let gone = known_arns.filter(|arn| !arns.contains(arn)).collect();
        self.write_pipelines(&known, listed, gone, now).await
    }

    /// Stores the pipelines of an incomplete list. Those that it lacks stay as they are.
    pub(in crate::catalog) async fn add_pipelines(
        &self,
        listed: &[Pipeline],
        now: Timestamp,
    ) -> Sql<()> {
        let known = self.known_pipelines().await?;
        self.write_pipelines(&known, listed, Vec::new(), now).await
    }

    async fn write_pipelines(
        &self,
        known: &HashMap<String, Pipeline>,
        listed: &[Pipeline],
        gone: Vec<&str>,
        now: Timestamp,
    ) -> Sql<()> {
        let listed = listed.iter().map(|one| match known.get(&one.arn) {
            Some(known) => completed(one, known),
            None => one.clone(),
        });
        let is_new = |one: &Pipeline| known.get(&one.arn) != Some(one);
        let changed: Vec<Pipeline> = listed.filter(is_new).collect();
        if changed.is_empty() && gone.is_empty() {
            return Ok(());
        }
        let mut writing = self.write().await?;
        for arn in gone {
            self.mark_pipeline(&mut writing, arn, now).await?;
        }
        for row in changed {
            self.bring_back(&mut writing, &row).await?;
            let before = known.get(&row.arn).and_then(|known| known.created);
            if let (Some(before), Some(created)) = (before, row.created)
                && before < created
            {
                self.mark_executions(&mut writing, &row.arn, Some(created), now)
                    .await?;
                self.drop_tags(&mut writing, &row.arn).await?;
            }
            self.put_pipeline(&mut writing, &row).await?;
        }
        self.commit(writing).await
    }

    /// The pipelines that SageMaker knows, as far as it is known.
    async fn known_pipelines(&self) -> Sql<HashMap<String, Pipeline>> {
        let rows = sqlx::query("SELECT * FROM pipelines WHERE workspace = ? AND gone IS NULL")
            .bind(&self.workspace)
            .fetch_all(self.reader())
            .await?;
        let mut known = HashMap::with_capacity(rows.len());
        for row in &rows {
            let row = pipeline(row)?;
            known.insert(row.arn.clone(), row);
        }
        Ok(known)
    }

    async fn put_pipeline(&self, writing: &mut SqliteConnection, row: &Pipeline) -> Sql<()> {
        let sql = "INSERT INTO pipelines (workspace, arn, name, name_key, display_name, \
                   description, role_arn, created, modified, last_execution, search_text, \
                   search_words) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
                   ON CONFLICT (workspace, arn) DO UPDATE SET name = excluded.name, \
                   name_key = excluded.name_key, display_name = excluded.display_name, \
                   description = excluded.description, role_arn = excluded.role_arn, \
                   created = excluded.created, modified = excluded.modified, \
                   last_execution = excluded.last_execution, gone = NULL, \
                   search_text = excluded.search_text, search_words = excluded.search_words";
        let names = [&row.display_name, &row.description];
        let names = names.into_iter().filter_map(Option::as_deref);
        let search = SearchText::default().name(&row.name).names(names);
        sqlx::query(sql)
            .bind(&self.workspace)
            .bind(&row.arn)
            .bind(&row.name)
            .bind(fold(&row.name))
            .bind(&row.display_name)
            .bind(&row.description)
            .bind(&row.role_arn)
            .bind(row.created.map(micros))
            .bind(row.modified.map(micros))
            .bind(row.last_execution.map(micros))
            .bind(search.text())
            .bind(search.words())
            .execute(writing)
            .await?;
        Ok(())
    }

    /// The pipeline of exactly this name that SageMaker no longer knows; of several, the last one.
    pub(in crate::catalog) async fn gone_pipeline_named(
        &self,
        name: &str,
    ) -> Sql<Option<Pipeline>> {
        let sql = "SELECT * FROM pipelines WHERE workspace = ? AND name = ? AND gone IS NOT NULL \
                   ORDER BY gone DESC, arn LIMIT 1";
        self.one_pipeline(sql, name).await
    }

    /// The pipeline of this ARN, also one that is gone.
    pub(in crate::catalog) async fn pipeline_with_arn(&self, arn: &str) -> Sql<Option<Pipeline>> {
        let sql = "SELECT * FROM pipelines WHERE workspace = ? AND arn = ?";
        self.one_pipeline(sql, arn).await
    }

    /// The pipeline of exactly this name.
    pub(in crate::catalog) async fn pipeline_named(&self, name: &str) -> Sql<Option<Pipeline>> {
        let sql = "SELECT * FROM pipelines WHERE workspace = ? AND name = ? AND gone IS NULL \
                   ORDER BY arn LIMIT 1";
        self.one_pipeline(sql, name).await
    }

    /// The pipeline that a query of a workspace and one more value finds.
    async fn one_pipeline(&self, sql: &'static str, value: &str) -> Sql<Option<Pipeline>> {
        let row = sqlx::query(sql)
            .bind(&self.workspace)
            .bind(value)
            .fetch_optional(self.reader())
            .await?;
        row.as_ref().map(pipeline).transpose()
    }

    /// Runs statements about one pipeline, each of a workspace and an ARN.
    pub(super) async fn about_pipeline(
        &self,
        writing: &mut Writing,
        statements: &[&'static str],
        arn: &str,
    ) -> Sql<()> {
        for sql in statements {
            sqlx::query(*sql)
                .bind(&self.workspace)
                .bind(arn)
                .execute(&mut **writing)
                .await?;
        }
        Ok(())
    }

    /// Whether every page of the pipeline's own executions was read.
    pub(in crate::catalog) async fn is_history_complete(&self, arn: &str) -> Sql<bool> {
        let sql = "SELECT whole_history FROM pipelines WHERE workspace = ? AND arn = ?";
        let whole: Option<bool> = sqlx::query_scalar(sql)
            .bind(&self.workspace)
            .bind(arn)
            .fetch_optional(self.reader())
            .await?;
        Ok(whole.unwrap_or(false))
    }

    /// Notes that every page of the pipeline's own executions was read.
    pub(in crate::catalog) async fn set_history_complete(&self, arn: &str) -> Sql<()> {
        if self.is_history_complete(arn).await? && !self.is_pipeline_unread(arn).await? {
            return Ok(());
        }
        let mut writing = self.write().await?;
        let statements = [
            "UPDATE pipelines SET whole_history = 1 WHERE workspace = ? AND arn = ?",
            "DELETE FROM dropped_pipelines WHERE workspace = ? AND pipeline_arn = ?",
        ];
        self.about_pipeline(&mut writing, &statements, arn).await?;
        self.commit(writing).await
    }

    /// Stores what `DescribePipeline` returned; `listed_modified` is the listed time of change before
    /// it was asked. A pipeline that no list has returned yet is added, and a listed one completed.
    pub(in crate::catalog) async fn put_detail(
        &self,
        described: &PipelineDetail,
        listed_modified: Option<Timestamp>,
    ) -> Sql<()> {
        let hash = content_hash(&described.definition);
        self.put_definition(&hash, &described.definition).await?;
        let mut writing = self.write().await?;
        let listed = self.listed(&mut writing, &described.pipeline.arn).await?;
        let row = match &listed {
            Some(listed) => completed(listed, &described.pipeline),
            None => described.pipeline.clone(),
        };
        let listed_modified = match &listed {
            Some(_) => listed_modified,
            None => described.pipeline.modified,
        };
        if listed.as_ref() != Some(&row) {
            self.bring_back(&mut writing, &row).await?;
            self.put_pipeline(&mut writing, &row).await?;
        }
        let sql = "INSERT INTO pipeline_details (workspace, pipeline_arn, listed_modified, \
                   status, created_by_profile, created_by_arn, modified_by_profile, \
                   modified_by_arn, max_parallel_steps, version_display_name, definition_hash) \
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
                   ON CONFLICT (workspace, pipeline_arn) DO UPDATE SET \
                   listed_modified = excluded.listed_modified, status = excluded.status, \
                   created_by_profile = excluded.created_by_profile, \
                   created_by_arn = excluded.created_by_arn, \
                   modified_by_profile = excluded.modified_by_profile, \
                   modified_by_arn = excluded.modified_by_arn, \
                   max_parallel_steps = excluded.max_parallel_steps, \
                   version_display_name = excluded.version_display_name, \
                   definition_hash = excluded.definition_hash";
        sqlx::query(sql)
            .bind(&self.workspace)
            .bind(&described.pipeline.arn)
            .bind(listed_modified.map(micros))
            .bind(&described.status)
            .bind(&described.created_by.user_profile)
            .bind(&described.created_by.iam_arn)
            .bind(&described.modified_by.user_profile)
            .bind(&described.modified_by.iam_arn)
            .bind(described.max_parallel_steps)
            .bind(&described.version_display_name)
            .bind(hash)
            .execute(&mut *writing)
            .await?;
        self.commit(writing).await
    }

    async fn listed(&self, writing: &mut SqliteConnection, arn: &str) -> Sql<Option<Pipeline>> {
        let sql = "SELECT * FROM pipelines WHERE workspace = ? AND arn = ? AND gone IS NULL";
        let row = sqlx::query(sql)
            .bind(&self.workspace)
            .bind(arn)
            .fetch_optional(writing)
            .await?;
        row.as_ref().map(pipeline).transpose()
    }

    /// What `DescribePipeline` last returned of this pipeline.
    pub(in crate::catalog) async fn detail(&self, listed: &Pipeline) -> Sql<Option<StoredDetail>> {
        let sql = "SELECT * FROM pipeline_details WHERE workspace = ? AND pipeline_arn = ?";
        let row = sqlx::query(sql)
            .bind(&self.workspace)
            .bind(&listed.arn)
            .fetch_optional(self.reader())
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        Ok(Some(StoredDetail {
            detail: PipelineDetail {
                pipeline: listed.clone(),
                definition: String::new(),
                status: row.try_get("status")?,
                created_by: creator(&row, "created_by_profile", "created_by_arn")?,
                modified_by: creator(&row, "modified_by_profile", "modified_by_arn")?,
                max_parallel_steps: row.try_get("max_parallel_steps")?,
                version_display_name: row.try_get("version_display_name")?,
            },
            listed_modified: row.try_get("listed_modified")?,
            definition_hash: row.try_get("definition_hash")?,
        }))
    }
}
