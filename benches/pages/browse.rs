//! Reading everything, as people would in a long week.

use std::time::{Duration, Instant};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};

use crate::http::Connection;
use crate::pages::marked;
use crate::processes::Program;
use crate::{Effort, Result};

/// How often to check whether everything was read.
const POLL_INTERVAL: Duration = Duration::from_millis(200);
/// What the console's local copy holds.
pub struct Filled {
    /// Pipelines.
    pub pipelines: u64,
    /// Executions.
    pub executions: u64,
    /// Whether everything was read in the time given.
    pub whole: bool,
}

/// What was looked at.
pub struct Looked {
    /// Pages of pipelines.
    pub pipelines: usize,
    /// Pages of executions.
    pub executions: usize,
    /// Graphs.
    pub graphs: usize,
}

/// Looks at the pipelines until the console has read every execution of them.
pub async fn fill(
    connection: &mut Connection,
    console: &Program,
    executions: Option<u64>,
    limit: Duration,
) -> Result<Filled> {
    let state = console.state.as_ref().ok_or("no state folder")?;
    let mut database = SqliteConnectOptions::new()
        .filename(state.path().join("catalog.db"))
        .read_only(true)
        .connect()
        .await?;
    let began = Instant::now();
    loop {
        connection.page("/w/default/pipelines").await?;
        let mut filled = rows_in(&mut database).await?;
        filled.whole &= executions.is_none_or(|all| filled.executions >= all);
        if filled.whole || began.elapsed() > limit {
            return Ok(filled);
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

async fn rows_in(database: &mut SqliteConnection) -> Result<Filled> {
    let sql = "SELECT (SELECT COUNT(*) FROM pipelines), (SELECT COUNT(*) FROM executions), \
               (SELECT COUNT(*) FROM searches)";
    let (pipelines, executions, searches): (i64, i64, i64) =
        sqlx::query_as(sql).fetch_one(database).await?;
    Ok(Filled {
        pipelines: pipelines.try_into()?,
        executions: executions.try_into()?,
        whole: searches > 0,
    })
}

/// Looks at every page of pipelines, at many pages of executions, and at many graphs.
pub async fn everything(connection: &mut Connection, effort: &Effort) -> Result<Looked> {
    let mut looked = Looked {
        pipelines: 0,
        executions: 0,
        graphs: 0,
    };
    let mut names = Vec::new();
    loop {
        let path = format!(
            "/w/default/pipelines?sort=name&page={}",
            looked.pipelines + 1
        );
        let text = connection.page(&path).await?;
        names.extend(marked(&text, "data-pipeline"));
        looked.pipelines += 1;
        if !text.contains("rel=\"next\"") {
            break;
        }
    }
    // Those of many steps and of many executions have the lowest numbers.
    names.sort_by_key(|name| {
        let number = name.rsplit('-').next().and_then(|last| last.parse().ok());
        (!name.starts_with("steps-"), number.unwrap_or(u64::MAX))
    });
    for name in &names {
        let mut page = 1;
        while looked.executions < effort.lists {
            let path = format!("/w/default/pipelines/{name}/executions?page={page}");
            let text = connection.page(&path).await?;
            looked.executions += 1;
            page += 1;
            if !text.contains("rel=\"next\"") {
                break;
            }
        }
    }
    for name in names.iter().take(effort.graphs) {
        connection
            .page(&format!("/w/default/pipelines/{name}/graph"))
            .await?;
        looked.graphs += 1;
    }
    Ok(looked)
}
