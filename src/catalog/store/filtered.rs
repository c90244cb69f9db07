//! Filters of executions in SQL: what [`Groups`] ask for, over the executions of one pipeline or of all that are visible.

use jiff::Timestamp;
use sqlx::{QueryBuilder, Sqlite};

use super::base::{Store, micros};
use super::began::Began;
use super::matching::{TextPart, push_contains, push_match};
use super::rows::push_in;
use super::tags::only;
use crate::catalog::execution_query::{PipelineLabel, Starter};
use crate::catalog::visible::VisiblePipelines;
use crate::domain::ExecutionStatus;
use crate::domain::filter::{
    Field, FieldTest, Groups, NumberTest, Operator, Test, TextTest, TimeRange,
};
use crate::domain::search::{SearchQuery, SearchText, fold};

/// Characters of the shortest text that the index of all texts can find.
const MIN_INDEXED_CHARS: usize = 3;

/// Whose executions are listed.
#[derive(Debug, Clone, Copy)]
pub(in crate::catalog) enum Among<'a> {
    /// Those of the pipeline of this ARN.
    Pipeline(&'a str),
    /// Those of the pipelines that a person may see.
    Visible(&'a VisiblePipelines),
}

/// Which executions a list is about.
#[derive(Debug, Clone, Copy)]
pub(in crate::catalog) struct ExecutionFilter<'a> {
    pub(in crate::catalog) among: Among<'a>,
    pub(in crate::catalog) groups: &'a Groups,
    /// What the pipelines are called, where the filter may ask for it.
    pub(in crate::catalog) pipelines: &'a [PipelineLabel],
    /// Who started executions by this console.
    pub(in crate::catalog) starters: &'a [Starter],
    /// When they began.
    pub(in crate::catalog) began: Began,
    /// What those that run are measured by.
    pub(in crate::catalog) now: Timestamp,
}

/// Whether a test is about statuses: these are looked up among those that occur.
fn is_of_status(test: &Test) -> bool {
    matches!(test, Test::Text(Field::Status, _))
}

fn allows_status(test: &Test, folded: &str) -> bool {
    matches!(test, Test::Text(Field::Status, test) if test.holds(folded))
}

/// Those of these statuses that a filter lets through.
pub(super) fn chosen<'a>(
    groups: &Groups,
    occurring: impl Iterator<Item = &'a ExecutionStatus>,
) -> Vec<&'a ExecutionStatus> {
    let is_chosen = |status: &&ExecutionStatus| {
        let folded = fold(status.as_str());
        let mut required = groups.required.iter();
        required.all(|tests| {
            !tests.iter().any(is_of_status) || tests.iter().any(|one| allows_status(one, &folded))
        }) && !groups
            .excluded
            .iter()
            .any(|one| allows_status(one, &folded))
    };
    occurring.filter(is_chosen).collect()
}

/// How many executions of these counts a filter lets through.
pub(in crate::catalog) fn total(groups: &Groups, counts: &[(ExecutionStatus, u64)]) -> u64 {
    let statuses = chosen(groups, counts.iter().map(|(status, _)| status));
    let matching = counts
        .iter()
        .filter(|(status, _)| statuses.contains(&status));
    matching.map(|(_, number)| number).sum()
}

/// Whether a filter is about anything but statuses.
pub(super) fn asks_beyond_status(groups: &Groups) -> bool {
    let mut tests = groups.required.iter().flatten().chain(&groups.excluded);
    tests.any(|test| !is_of_status(test))
}

/// Whether a filter measures executions by the current time, as long as they run.
pub(super) fn asks_for_time(groups: &Groups) -> bool {
    let mut tests = groups.required.iter().flatten().chain(&groups.excluded);
    tests.any(|test| matches!(test, Test::Duration(..)))
}

/// Whether a filter is about statuses at all.
pub(super) fn asks_for_status(groups: &Groups) -> bool {
    let mut tests = groups.required.iter().flatten().chain(&groups.excluded);
    tests.any(is_of_status)
}

/// Leaves only executions `e` of these pipelines.
pub(super) fn push_among(sql: &mut QueryBuilder<Sqlite>, among: Among) {
    match among {
        Among::Pipeline(arn) => {
            sql.push(" AND e.pipeline_arn = ").push_bind(arn.to_owned());
        }
        Among::Visible(visible) => only(sql, "e.pipeline_arn", visible),
    }
}

impl Store {
    /// Adds the condition that an execution `e` is among those of the filter, whatever its status.
    pub(super) fn push_filter(&self, sql: &mut QueryBuilder<Sqlite>, filter: &ExecutionFilter) {
        sql.push(" WHERE e.workspace = ")
            .push_bind(self.workspace.clone());
        push_among(sql, filter.among);
        match filter.began {
            Began::Ever => {}
            Began::Until(until) => {
                sql.push(" AND e.created <= ").push_bind(micros(until));
            }
            Began::After(until) => {
                sql.push(" AND e.created > ").push_bind(micros(until));
            }
            Began::Unknown => {
                sql.push(" AND e.created IS NULL");
            }
        }
        for tests in &filter.groups.required {
            if tests.iter().any(is_of_status) {
                continue;
            }
            sql.push(" AND (");
            for (index, test) in tests.iter().enumerate() {
                sql.push(if index > 0 { " OR " } else { "" });
                self.push_test(sql, filter, test);
            }
            sql.push(")");
        }
        for test in filter
            .groups
            .excluded
            .iter()
            .filter(|one| !is_of_status(one))
        {
            sql.push(" AND (");
            self.push_test(sql, filter, test);
            sql.push(") IS NOT TRUE");
        }
    }

    fn push_test(&self, sql: &mut QueryBuilder<Sqlite>, filter: &ExecutionFilter, test: &Test) {
        match test {
            Test::Words(query) => {
                let named = match filter.among {
                    // Its name would find all of its executions.
                    Among::Pipeline(_) => &[],
                    Among::Visible(_) => filter.pipelines,
                };
                push_words(sql, query, named);
            }
            Test::Text(field, test) => push_text_field(sql, filter, field, test),
            Test::Version(test) => push_number(sql, "e.version", *test),
            Test::Param(name, test) => self.push_param(sql, name, test),
            Test::Metric(name, test) => {
                self.push_named(sql, "execution_metrics", name);
                push_number(sql, "value", *test);
                sql.push(")");
            }
            Test::Started(range) => push_range(sql, "e.created", *range),
            Test::Ended(range) => {
                sql.push("(e.running = 0 AND ");
                push_range(sql, "e.modified", *range);
                sql.push(")");
            }
            Test::Duration(from, before) => {
                sql.push("(1");
                for (sign, bound) in [(" >= ", from), (" < ", before)] {
                    if let Some(bound) = bound {
                        sql.push(" AND ");
                        push_duration(sql, filter.now);
                        sql.push(sign).push_bind(*bound);
                    }
                }
                sql.push(")");
            }
            Test::Gone(is_gone) => {
                sql.push(match is_gone {
                    true => "e.gone IS NOT NULL",
                    false => "e.gone IS NULL",
                });
            }
        }
    }

    fn push_param(&self, sql: &mut QueryBuilder<Sqlite>, name: &str, test: &FieldTest) {
        self.push_named(sql, "execution_parameters", name);
        match test {
            FieldTest::Text(test) => push_text(sql, "value_key", test),
            FieldTest::Number(test) => push_number(sql, "number", *test),
        }
        sql.push(")");
    }

    /// Begins the condition that an execution has a row of this name in a table of what executions have.
    fn push_named(&self, sql: &mut QueryBuilder<Sqlite>, table: &'static str, name: &str) {
        sql.push("e.number IN (SELECT execution FROM ").push(table);
        sql.push(" WHERE workspace = ")
            .push_bind(self.workspace.clone());
        sql.push(" AND name_key = ").push_bind(name.to_owned());
        sql.push(" AND ");
    }
}

/// How long an execution took, or runs by `now`, in microseconds.
pub(super) fn push_duration(sql: &mut QueryBuilder<Sqlite>, now: Timestamp) {
    sql.push("((CASE WHEN e.running = 1 THEN ")
        .push_bind(micros(now))
        .push(" ELSE e.modified END) - e.created)");
}

fn push_text_field(
    sql: &mut QueryBuilder<Sqlite>,
    filter: &ExecutionFilter,
    field: &Field,
    test: &TextTest,
) {
    match field {
        Field::Name => push_text(sql, "e.label_key", test),
        Field::Id => push_text(sql, "LOWER(e.id)", test),
        Field::Step => push_text(sql, "e.failed_step_key", test),
        Field::Reason => push_text(sql, "e.reason_key", test),
        Field::By => push_starter(sql, filter.starters, test),
        Field::Pipeline => push_pipelines(sql, filter.pipelines, |one| {
            one.names().any(|name| test.holds(&fold(name)))
        }),
        Field::Tag => push_pipelines(sql, filter.pipelines, |one| {
            one.tags.iter().any(|(key, value)| {
                test.holds(&fold(key)) || test.holds(&fold(&super::tags::tag_text(key, value)))
            })
        }),
        // No filter that was read asks for another one.
        _ => {
            sql.push("0");
        }
    }
}

/// Who started it: the person by the ledger, else the profile by SageMaker.
fn push_starter(sql: &mut QueryBuilder<Sqlite>, starters: &[Starter], test: &TextTest) {
    let held = |one: &&Starter| test.holds(&fold(&one.person));
    let key = |one: &'_ Starter| one.execution_key.clone();
    let meant: Vec<String> = starters.iter().filter(held).map(key).collect();
    let known: Vec<String> = starters.iter().map(key).collect();
    if known.is_empty() {
        push_text(sql, "LOWER(e.created_by_profile)", test);
        return;
    }
    sql.push("(");
    push_in(sql, "LOWER(e.arn)", &meant);
    sql.push(" OR (NOT ");
    push_in(sql, "LOWER(e.arn)", &known);
    sql.push(" AND ");
    push_text(sql, "LOWER(e.created_by_profile)", test);
    sql.push("))");
}

fn push_pipelines(
    sql: &mut QueryBuilder<Sqlite>,
    pipelines: &[PipelineLabel],
    is_meant: impl Fn(&PipelineLabel) -> bool,
) {
    let meant = pipelines.iter().filter(|one| is_meant(one));
    let arns: Vec<&str> = meant.map(|one| one.arn.as_str()).collect();
    push_in(sql, "e.pipeline_arn", &arns);
}

fn push_words(sql: &mut QueryBuilder<Sqlite>, query: &SearchQuery, pipelines: &[PipelineLabel]) {
    let texts: Vec<SearchText> = pipelines
        .iter()
        .map(|one| SearchText::default().names(one.names()))
        .collect();
    push_match(sql, query, "e.arn", push_indexed, |sql, word| {
        // Also those of pipelines in whose names the word is.
        let named = pipelines.iter().zip(&texts);
        let named = named.filter(|(_, text)| word.is_in(text));
        let arns: Vec<&str> = named.map(|(one, _)| one.arn.as_str()).collect();
        if !arns.is_empty() {
            sql.push(" OR ");
            push_in(sql, "e.pipeline_arn", &arns);
        }
    });
}

/// That a text that searches look in has this in it: by the index, or for less than that knows by looking at the text of
/// each execution that is left, in the order of the list.
fn push_indexed(sql: &mut QueryBuilder<Sqlite>, part: TextPart, text: &str) {
    let (column, looked_at) = match part {
        TextPart::Whole => ("search_text", "t.search_text"),
        TextPart::Words => ("search_words", "t.search_words"),
    };
    if text.chars().count() >= MIN_INDEXED_CHARS {
        sql.push(
            "e.number IN (SELECT rowid FROM execution_trigrams WHERE execution_trigrams MATCH ",
        );
        let phrase = text.replace('"', "\"\"");
        sql.push_bind(format!("{column} : \"{phrase}\"")).push(")");
    } else {
        sql.push("EXISTS (SELECT 1 FROM execution_texts t WHERE t.execution = e.number AND ");
        push_contains(sql, looked_at, text);
        sql.push(")");
    }
}

/// A test of a column that is folded.
fn push_text(sql: &mut QueryBuilder<Sqlite>, column: &'static str, test: &TextTest) {
    match test {
        TextTest::Is(text) => {
            sql.push(column).push(" = ").push_bind(text.clone());
        }
        TextTest::Contains(text) => push_contains(sql, column, text),
        TextTest::Like(pieces) => {
            let pieces: Vec<String> = pieces.iter().map(|piece| escaped(piece)).collect();
            sql.push(column).push(" LIKE ").push_bind(pieces.join("%"));
            sql.push(" ESCAPE '\\'");
        }
    }
}

/// A text as it stands for itself in a pattern of `LIKE`.
fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

fn push_number(sql: &mut QueryBuilder<Sqlite>, column: &'static str, test: NumberTest) {
    let sign = match test.operator {
        Operator::Is | Operator::Contains => " = ",
        Operator::Above => " > ",
        Operator::AtLeast => " >= ",
        Operator::Below => " < ",
        Operator::AtMost => " <= ",
    };
    sql.push(column).push(sign).push_bind(test.number);
}

fn push_range(sql: &mut QueryBuilder<Sqlite>, column: &'static str, range: TimeRange) {
    sql.push("(").push(column).push(" IS NOT NULL");
    for (sign, bound) in [(" >= ", range.from), (" < ", range.before)] {
        if let Some(bound) = bound {
            sql.push(" AND ").push(column).push(sign);
            sql.push_bind(micros(bound));
        }
    }
    sql.push(")");
}
