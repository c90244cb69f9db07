//! How SQLite finds what lists of executions ask for: never by reading the rows of all executions. Plans do not depend on
//! what a database holds, because no statistics are kept.

use jiff::tz::TimeZone;
use sqlx::{AssertSqlSafe, QueryBuilder, Row, Sqlite};

use super::super::execution_lists::Place;
use super::*;
use crate::catalog::execution_query::{PageKey, PipelineLabel, Starter};
use crate::catalog::visible::VisiblePipelines;
use crate::domain::filter::{Filter, FilterMoment, Groups};

/// Every term, alone.
const TERMS: [&str; 25] = [
    "",
    "churn",
    "ch",
    "\"churn model\"",
    "status:Failed",
    "pipeline:churn",
    "name:a",
    "name:a*",
    "name~a",
    "id:a",
    "by:ana",
    "step:Train",
    "reason~no",
    "version>2",
    "started:24h",
    "ended:24h",
    "since:24h",
    "until:24h",
    "duration>1h",
    "tag:team=risk",
    "param.Rate>0.1",
    "param.Text:a",
    "param.Text~a",
    "gone:yes",
    "-name:a",
];
/// Several together.
const TOGETHER: [&str; 3] = [
    "churn param.Rate>0.1 duration>1h",
    "status:Failed step:Train since:7d",
    "-name:a by:ana version:2",
];

async fn plan(fixture: &Fixture, sql: &QueryBuilder<Sqlite>) -> Vec<String> {
    let sql = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {}", sql.sql().as_str()));
    let rows = sqlx::query(sql).fetch_all(&fixture.pools.reader).await;
    rows.unwrap().iter().map(|row| row.get("detail")).collect()
}

/// Whether a line of a plan reads the row of each execution, or all that there are of any workspace.
fn reads_rows(line: &str) -> bool {
    let is_of_executions =
        line == "SCAN e" || line.starts_with("SCAN e ") || line.starts_with("SEARCH e ");
    let is_index_alone = line.contains(" COVERING INDEX ") && line.contains("workspace=?");
    // Only the table of counts is kept in the order of its key.
    let is_of_counts = line.contains(" USING PRIMARY KEY (workspace=?");
    let is_narrowed = line.contains("workspace=? AND ") || line.contains("(rowid=?)");
    let is_scan = line == "SCAN t" || line.contains("SCAN execution_texts");
    is_scan || (is_of_executions && !is_index_alone && !is_narrowed && !is_of_counts)
}

fn assert_reads_no_rows(plan: &[String], what: &str) {
    let read = plan.iter().find(|line| reads_rows(line));
    assert_eq!(read, None, "{what}: {plan:#?}");
}

#[tokio::test]
async fn lists_of_executions_read_indexes_and_not_all_rows() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let moment = FilterMoment {
        now: at(0),
        zone: TimeZone::UTC,
    };
    let labels = [PipelineLabel {
        arn: "arn:p/one".into(),
        name: "churn".into(),
        display_name: None,
        tags: Default::default(),
    }];
    let starters = [Starter {
        execution_key: "arn".into(),
        person: "ana".into(),
    }];
    let some = VisiblePipelines::Only {
        names: ["One".into()].into(),
        arns: vec!["arn:p/one".into()],
    };
    for text in TERMS.iter().chain(&TOGETHER) {
        let groups = Filter::parse(text).expect(text).resolve(&moment);
        for visible in [&VisiblePipelines::All, &some] {
            let filter = ExecutionFilter {
                among: Among::Visible(visible),
                groups: &groups,
                pipelines: &labels,
                // An ARN can only be compared without regard to case in the index.
                starters: &starters,
                began: Began::Ever,
                now: at(0),
            };
            for began in [Began::Ever, Began::Until(at(9)), Began::After(at(9))] {
                let filter = ExecutionFilter { began, ..filter };
                let counting = store.counting(&filter, &[Failed, Succeeded]);
                assert_reads_no_rows(&plan(&fixture, &counting).await, text);
                assert_reads_no_rows(&plan(&fixture, &store.summing(&filter)).await, text);
            }
            for (sort, descending) in SORTS
                .iter()
                .flat_map(|sort| [(*sort, true), (*sort, false)])
            {
                let query = ExecutionQuery {
                    sort,
                    descending,
                    page_key: Some(PageKey::After("id".into())),
                    ..ExecutionQuery::default()
                };
                for place in [Place::Offset(300), Place::FromEnd(300), Place::Beside(7)] {
                    let (sql, _) = store.selecting(&filter, &query, &[&Failed], place, 100);
                    let what = format!("{text} by {sort:?} at {place:?}");
                    assert_reads_no_rows(&plan(&fixture, &sql).await, &what);
                }
            }
        }
    }
}

#[tokio::test]
async fn suggestions_go_from_value_to_value() {
    let fixture = fixture().await;
    let some = VisiblePipelines::Only {
        names: ["One".into()].into(),
        arns: vec!["arn:p/one".into()],
    };
    for visible in [&VisiblePipelines::All, &some] {
        for column in ["e.created_by_profile", "e.failed_step_key"] {
            let sql = fixture.store.distinct(column, column, visible);
            assert_reads_no_rows(&plan(&fixture, &sql).await, column);
        }
    }
}

#[tokio::test]
async fn the_usual_orders_are_those_of_an_index() {
    let fixture = fixture().await;
    let groups = Groups::default();
    let filter = ExecutionFilter {
        among: Among::Visible(&VisiblePipelines::All),
        groups: &groups,
        pipelines: &[],
        starters: &[],
        began: Began::Ever,
        now: at(0),
    };
    for sort in &SORTS[..3] {
        for descending in [true, false] {
            let query = ExecutionQuery {
                sort: *sort,
                descending,
                ..ExecutionQuery::default()
            };
            for place in [Place::Offset(0), Place::FromEnd(0)] {
                let (sql, _) = fixture.store.selecting(&filter, &query, &[], place, 100);
                let plan = plan(&fixture, &sql).await;
                let sorts_all = plan
                    .iter()
                    .any(|line| line == "USE TEMP B-TREE FOR ORDER BY");
                assert!(!sorts_all, "{sort:?} {descending} {place:?}: {plan:#?}");
            }
        }
    }
}
