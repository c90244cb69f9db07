//! Orders of lists of executions, and where a page of one begins.

use jiff::Timestamp;
use sqlx::{QueryBuilder, Sqlite};

use super::filtered::push_duration;
use crate::catalog::execution_query::ExecutionSort;

/// What executions are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Created,
    Arn,
    Label,
    StatusRank,
    Status,
    DurationUnknown,
    Duration,
    EndUnknown,
    End,
    Pipeline,
    VersionUnknown,
    Version,
    FailedStepUnknown,
    FailedStep,
}

/// An order: keys, each with whether the greatest comes first. The last one is unique.
pub(super) struct Order {
    keys: Vec<(Key, bool)>,
    now: Timestamp,
    is_indexed: bool,
}

impl Order {
    /// The order of a list; `now` is what those that run are measured by. `is_indexed` where an index of the order has
    /// all that the list reads: elsewhere it is kept from being used, because it would lead to the row of each execution.
    pub(super) fn new(
        sort: ExecutionSort,
        descending: bool,
        now: Timestamp,
        is_indexed: bool,
    ) -> Self {
        let mut keys = match sort {
            ExecutionSort::Started => Vec::new(),
            ExecutionSort::Name => vec![(Key::Label, descending)],
            ExecutionSort::Status => vec![(Key::StatusRank, descending), (Key::Status, false)],
            ExecutionSort::Duration => {
                vec![(Key::DurationUnknown, false), (Key::Duration, descending)]
            }
            ExecutionSort::Ended => vec![(Key::EndUnknown, false), (Key::End, descending)],
            ExecutionSort::Pipeline => vec![(Key::Pipeline, descending)],
            ExecutionSort::Version => {
                vec![(Key::VersionUnknown, false), (Key::Version, descending)]
            }
            ExecutionSort::FailedStep => {
                vec![
                    (Key::FailedStepUnknown, false),
                    (Key::FailedStep, descending),
                ]
            }
        };
        let is_oldest_first = sort == ExecutionSort::Started && !descending;
        keys.push((Key::Created, !is_oldest_first));
        keys.push((Key::Arn, false));
        Self {
            keys,
            now,
            is_indexed,
        }
    }

    /// The same from its end.
    pub(super) fn reversed(&self) -> Self {
        let keys = self.keys.iter();
        Self {
            keys: keys.map(|(key, descending)| (*key, !descending)).collect(),
            ..*self
        }
    }

    /// Adds it to a query of executions `e`.
    pub(super) fn push(&self, sql: &mut QueryBuilder<Sqlite>) {
        for (index, (key, descending)) in self.keys.iter().enumerate() {
            sql.push(if index == 0 { " ORDER BY " } else { ", " });
            self.push_key(sql, *key);
            sql.push(if *descending { " DESC" } else { " ASC" });
        }
    }

    /// Adds the condition that an execution comes after the one of this number; in the reversed order, before it.
    pub(super) fn push_after(&self, sql: &mut QueryBuilder<Sqlite>, number: i64) {
        if let Some((first @ (Key::Created | Key::Label | Key::StatusRank), descending)) =
            self.keys.first()
        {
            // The index begins there.
            sql.push(" AND ");
            self.push_key(sql, *first);
            sql.push(if *descending { " <= " } else { " >= " });
            self.push_of(sql, *first, number);
        }
        sql.push(" AND (");
        for (index, (last, descending)) in self.keys.iter().enumerate() {
            sql.push(if index > 0 { " OR (" } else { "(" });
            for (same, _) in &self.keys[..index] {
                self.push_key(sql, *same);
                sql.push(" = ");
                self.push_of(sql, *same, number);
                sql.push(" AND ");
            }
            self.push_key(sql, *last);
            sql.push(if *descending { " < " } else { " > " });
            self.push_of(sql, *last, number);
            sql.push(")");
        }
        sql.push(")");
    }

    /// A key of the execution of this number.
    fn push_of(&self, sql: &mut QueryBuilder<Sqlite>, key: Key, number: i64) {
        sql.push("(SELECT ");
        self.push_key(sql, key);
        sql.push(" FROM executions e WHERE e.number = ")
            .push_bind(number);
        sql.push(")");
    }

    /// What is not known compares as something, so that pages go on behind it.
    fn push_key(&self, sql: &mut QueryBuilder<Sqlite>, key: Key) {
        if key == Key::Duration {
            sql.push("COALESCE(");
            push_duration(sql, self.now);
            sql.push(", 0)");
            return;
        }
        sql.push(match key {
            Key::Created => "e.created",
            Key::Arn => "e.arn",
            Key::Label if self.is_indexed => "e.label_key",
            Key::Label => "(e.label_key || '')",
            Key::StatusRank if self.is_indexed => "e.status_rank",
            Key::StatusRank => "(e.status_rank + 0)",
            Key::Status => "e.status",
            Key::DurationUnknown => "(e.created IS NULL OR (e.modified IS NULL AND e.running = 0))",
            Key::Duration => "",
            Key::EndUnknown => "(e.running = 1 OR e.modified IS NULL)",
            Key::End => "COALESCE(e.modified, 0)",
            Key::Pipeline => {
                "COALESCE((SELECT COALESCE(LOWER(NULLIF(p.display_name, '')), p.name_key) \
                 FROM pipelines p WHERE p.workspace = e.workspace AND p.arn = e.pipeline_arn), '')"
            }
            Key::VersionUnknown => "(e.version IS NULL)",
            Key::Version => "COALESCE(e.version, 0)",
            Key::FailedStepUnknown => "(e.failed_step_key IS NULL)",
            Key::FailedStep => "COALESCE(e.failed_step_key, '')",
        });
    }
}
