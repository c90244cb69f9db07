//! The jobs of steps, and the metrics that they reported in the end.

use std::collections::HashSet;

use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, QueryBuilder, Row, Sqlite, SqliteConnection};

use super::base::{Sql, Store, Writing, micros};
use super::changes::Changed;
use super::rows::StoredExecution;
use crate::domain::search::fold;
use crate::domain::{JobDetail, StatusTransition, StepRecord};

/// The job of a step, as a call has described it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::catalog) struct StepJob {
    pub(in crate::catalog) record: StepRecord,
    pub(in crate::catalog) detail: JobDetail,
}

/// A row of `execution_jobs`, but for what it belongs to.
#[derive(Debug, PartialEq)]
struct JobRow {
    arn: String,
    step: String,
    resource: String,
    name: Option<String>,
    status: Option<String>,
    created: Option<i64>,
    started: Option<i64>,
    ended: Option<i64>,
    secondary: String,
    instance_type: Option<String>,
    instance_count: Option<i64>,
    billable_seconds: Option<i64>,
    managed_spot: Option<bool>,
    exit_message: Option<String>,
    failure_reason: Option<String>,
    reused: bool,
}

impl FromRow<'_, SqliteRow> for JobRow {
    fn from_row(row: &SqliteRow) -> Sql<Self> {
        Ok(Self {
            arn: row.try_get("arn")?,
            step: row.try_get("step")?,
            resource: row.try_get("resource")?,
            name: row.try_get("name")?,
            status: row.try_get("status")?,
            created: row.try_get("created")?,
            started: row.try_get("started")?,
            ended: row.try_get("ended")?,
            secondary: row.try_get("secondary")?,
            instance_type: row.try_get("instance_type")?,
            instance_count: row.try_get("instance_count")?,
            billable_seconds: row.try_get("billable_seconds")?,
            managed_spot: row.try_get("managed_spot")?,
            exit_message: row.try_get("exit_message")?,
            failure_reason: row.try_get("failure_reason")?,
            reused: row.try_get("reused")?,
        })
    }
}

impl JobRow {
    /// The row of a step's job; `None` where the step has none.
    fn of(job: &StepJob) -> Option<Self> {
        let StepJob { record, detail } = job;
        record.metadata.resource().filter(|it| it.is_job())?;
        let instances = detail.instances.as_ref();
        let is_reused = record.cache_hit.is_some() || record.reused_from.is_some();
        Some(Self {
            arn: record.metadata.arn.clone()?,
            step: record.name.clone(),
            resource: record.metadata.member.as_ref()?.as_str().to_owned(),
            name: detail.name.clone(),
            status: detail.status.clone(),
            created: detail.created.map(micros),
            started: detail.started.map(micros),
            ended: detail.ended.map(micros),
            secondary: secondary(&detail.transitions),
            instance_type: instances.map(|on| on.instance_type.clone()),
            instance_count: instances.map(|on| on.count.into()),
            billable_seconds: detail.billable_seconds.map(i64::from),
            managed_spot: detail.managed_spot,
            exit_message: detail.exit_message.clone(),
            failure_reason: detail.failure_reason.clone(),
            reused: is_reused,
        })
    }
}

/// A list of `[status, started, ended, message]`, oldest first.
fn secondary(transitions: &[StatusTransition]) -> String {
    let one = |of: &StatusTransition| {
        json!([
            of.status,
            of.started.map(micros),
            of.ended.map(micros),
            of.message
        ])
    };
    let all: Vec<_> = transitions.iter().map(one).collect();
    serde_json::Value::from(all).to_string()
}

/// Name, value and time of a metric. Of a name that is reported twice, the last one.
type MetricRow = (String, f64, Option<i64>);

fn metric_rows(detail: &JobDetail) -> Vec<MetricRow> {
    let mut rows: Vec<MetricRow> = Vec::new();
    for metric in &detail.metrics {
        // As it is written, and not as the nearest number of twice the digits: 0.9 and not 0.8999999761581421.
        let value = metric.value.to_string().parse().unwrap_or(f64::NAN);
        if !f64::is_finite(value) {
            continue;
        }
        rows.retain(|(name, ..)| *name != metric.name);
        rows.push((metric.name.clone(), value, metric.at.map(micros)));
    }
    rows.sort_by(|one, other| one.0.cmp(&other.0));
    rows
}

impl Store {
    /// Stores what calls returned of jobs of an execution's steps. What is known already is not written again.
    pub(in crate::catalog) async fn put_jobs(&self, arn: &str, jobs: &[StepJob]) -> Sql<()> {
        let Some(stored) = self.execution(arn).await? else {
            return Ok(());
        };
        let mut reader = self.reader().acquire().await?;
        let mut news = Vec::new();
        for job in jobs {
            let Some(row) = JobRow::of(job) else { continue };
            let metrics = metric_rows(&job.detail);
            let is_known = job_row(&mut reader, stored.number, &row).await?.as_ref() == Some(&row)
                && step_metrics(&mut reader, stored.number, &row.step).await? == metrics;
            if !is_known {
                news.push((row, metrics));
            }
        }
        drop(reader);
        if news.is_empty() {
            return Ok(());
        }
        // Lists are filtered by metrics.
        let mut writing = self.write_about(Changed::executions([arn])).await?;
        for (row, metrics) in news {
            self.put_metrics(&mut writing, stored.number, &row.step, &metrics)
                .await?;
            self.put_job(&mut writing, stored.number, row).await?;
        }
        touch(&mut writing, stored.number).await?;
        self.commit(writing).await
    }

    async fn put_job(&self, writing: &mut Writing, execution: i64, row: JobRow) -> Sql<()> {
        let sql = "INSERT OR REPLACE INTO execution_jobs (execution, workspace, arn, step, \
                   resource, name, status, created, started, ended, secondary, instance_type, \
                   instance_count, billable_seconds, managed_spot, exit_message, failure_reason, \
                   reused) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
        sqlx::query(sql)
            .bind(execution)
            .bind(&self.workspace)
            .bind(row.arn)
            .bind(row.step)
            .bind(row.resource)
            .bind(row.name)
            .bind(row.status)
            .bind(row.created)
            .bind(row.started)
            .bind(row.ended)
            .bind(row.secondary)
            .bind(row.instance_type)
            .bind(row.instance_count)
            .bind(row.billable_seconds)
            .bind(row.managed_spot)
            .bind(row.exit_message)
            .bind(row.failure_reason)
            .bind(row.reused)
            .execute(&mut **writing)
            .await?;
        Ok(())
    }

    /// Replaces the metrics of a step.
    async fn put_metrics(
        &self,
        writing: &mut Writing,
        execution: i64,
        step: &str,
        metrics: &[MetricRow],
    ) -> Sql<()> {
        sqlx::query("DELETE FROM execution_metrics WHERE execution = ? AND step = ?")
            .bind(execution)
            .bind(step)
            .execute(&mut **writing)
            .await?;
        if metrics.is_empty() {
            return Ok(());
        }
        let mut sql: QueryBuilder<Sqlite> = QueryBuilder::new(
            "INSERT INTO execution_metrics \
             (execution, workspace, step, name, name_key, value, measured) ",
        );
        sql.push_values(metrics, |mut row, (name, value, measured)| {
            row.push_bind(execution)
                .push_bind(self.workspace.clone())
                .push_bind(step.to_owned())
                .push_bind(name.clone())
                .push_bind(fold(name))
                .push_bind(*value)
                .push_bind(*measured);
        });
        sql.build().execute(&mut **writing).await?;
        Ok(())
    }

    /// The ARNs of the jobs of an execution's steps that are known as they ended, each with its step.
    pub(in crate::catalog) async fn ended_jobs(
        &self,
        execution: i64,
    ) -> Sql<HashSet<(String, String)>> {
        let sql = "SELECT step, arn FROM execution_jobs WHERE execution = ? AND ended IS NOT NULL";
        let rows: Vec<(String, String)> = sqlx::query_as(sql)
            .bind(execution)
            .fetch_all(self.reader())
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// Notes that the jobs of all steps of an execution were read, whose steps were read after its end.
    pub(in crate::catalog) async fn set_jobs_read(&self, one: &StoredExecution) -> Sql<()> {
        let arn = one.execution.arn.as_str();
        let mut writing = self.write_about(Changed::details(arn)).await?;
        let sql = "UPDATE executions SET jobs_read = 1 WHERE number = ? AND steps_read = 1";
        sqlx::query(sql)
            .bind(one.number)
            .execute(&mut *writing)
            .await?;
        touch(&mut writing, one.number).await?;
        self.commit(writing).await
    }
}

/// Notes that something of an execution has changed.
async fn touch(writing: &mut Writing, execution: i64) -> Sql<()> {
    let change = writing.change;
    sqlx::query("UPDATE executions SET changed = ? WHERE number = ?")
        .bind(change)
        .bind(execution)
        .execute(&mut **writing)
        .await?;
    Ok(())
}

async fn job_row(
    connection: &mut SqliteConnection,
    execution: i64,
    row: &JobRow,
) -> Sql<Option<JobRow>> {
    sqlx::query_as("SELECT * FROM execution_jobs WHERE execution = ? AND step = ? AND arn = ?")
        .bind(execution)
        .bind(&row.step)
        .bind(&row.arn)
        .fetch_optional(connection)
        .await
}

async fn step_metrics(
    connection: &mut SqliteConnection,
    execution: i64,
    step: &str,
) -> Sql<Vec<MetricRow>> {
    let sql = "SELECT name, value, measured FROM execution_metrics \
               WHERE execution = ? AND step = ? ORDER BY name";
    sqlx::query_as(sql)
        .bind(execution)
        .bind(step)
        .fetch_all(connection)
        .await
}
