//! SQL finds what a plain reading of a filter finds, and pages by key hold what pages by number hold.

use fastrand::Rng;
use jiff::tz::TimeZone;

use super::*;
use crate::catalog::EXECUTIONS_PER_PAGE;
use crate::catalog::execution_query::{PageKey, PipelineLabel, Starter};
use crate::catalog::visible::VisiblePipelines;
use crate::domain::filter::{Field, FieldTest, Filter, FilterMoment, Groups, Test, TextTest};
use crate::domain::search::{SearchText, fold};
use crate::domain::{FailedStep, FailedStepKind, Failure, Named};

const TEXTS: [&str; 14] = [
    "a",
    "churn model",
    "Churn-Model",
    "100%",
    "a_b",
    "a%b",
    "say \"x\"",
    "顧客データ",
    "客",
    "Étude",
    "x\\y",
    "0.10",
    "run_7",
    "s3://Bucket/Key",
];
const NUMBERS: [&str; 6] = ["0.1", "0.10", "1e2", "-3", "100", "nan"];
const PEOPLE: [&str; 3] = ["ana", "Bo%", "ana-maria"];

fn some<'a>(rng: &mut Rng, of: &[&'a str]) -> &'a str {
    of[rng.usize(..of.len())]
}

fn failed_step(name: &str) -> FailedStep {
    FailedStep {
        name: name.to_owned(),
        named: Named::new(name, None),
        kind: FailedStepKind::Work,
    }
}

fn generated(rng: &mut Rng, number: i64) -> (Execution, Option<Failure>) {
    let statuses = [Executing, Failed, Succeeded, Stopped];
    let status = statuses[rng.usize(..statuses.len())].clone();
    let pipeline = some(rng, &["One", "Two"]);
    let mut one = execution(pipeline, number, status);
    one.display_name = rng.bool().then(|| some(rng, &TEXTS).to_owned());
    one.description = rng.bool().then(|| some(rng, &TEXTS).to_owned());
    one.version = rng.bool().then(|| rng.i64(1..4));
    one.created_by.user_profile = rng.bool().then(|| some(rng, &["ana", "carl"]).to_owned());
    one.modified = Some(at(number + rng.i64(0..200)));
    let parameter = |name: &str, value: &str| ParameterValue {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    one.parameters = Some(vec![
        parameter("Rate", some(rng, &NUMBERS)),
        parameter("Text", some(rng, &TEXTS)),
    ]);
    let failed = one.status == Failed && rng.bool();
    let failure = failed.then(|| Failure {
        step: Some(failed_step(some(rng, &["Train", "Étude", "a_b"]))),
        reason: rng.bool().then(|| some(rng, &TEXTS).to_owned()),
    });
    (one, failure)
}

/// A term, or nothing worth reading.
fn term(rng: &mut Rng) -> String {
    let sign = if rng.u8(..4) == 0 { "-" } else { "" };
    let value = |rng: &mut Rng| match rng.u8(..3) {
        0 => format!("{:?}", some(rng, &TEXTS)),
        1 => some(
            rng,
            &["a*", "*b", "*", "c*n*l", "100%", "a_b", "客*", "0.1"],
        )
        .to_owned(),
        _ => some(
            rng,
            &["a", "客", "Failed", "run", "étude", "One", "ana", "x"],
        )
        .to_owned(),
    };
    let text = match rng.u8(..10) {
        0 => value(rng).replace('*', ""),
        1 => format!(
            "status:{}",
            some(rng, &["failed", "Succeeded,stopped", "*e*d", "Executing"])
        ),
        2 => {
            let field = some(
                rng,
                &[
                    "name",
                    "id",
                    "by",
                    "step",
                    "reason",
                    "pipeline",
                    "tag",
                    "param.text",
                ],
            );
            format!("{field}{}{}", some(rng, &[":", "~"]), value(rng))
        }
        3 => format!(
            "param.RATE{}{}",
            some(rng, &[":", ">", ">=", "<", "<="]),
            some(rng, &["0.1", "1e2", "-3"])
        ),
        4 => format!("version{}{}", some(rng, &[":", ">", "<="]), rng.i64(0..4)),
        5 => format!(
            "duration{}{}",
            some(rng, &[":", ">", "<"]),
            some(rng, &["90s", "2m", "1h"])
        ),
        6 => format!(
            "{}:{}",
            some(rng, &["since", "until", "started", "ended"]),
            some(rng, &["today", "10m", "30s", "yesterday"])
        ),
        7 => format!("name:{},{}", value(rng), value(rng)),
        8 => format!(
            "metric.AUC{}{}",
            some(rng, &[":", ">", "<="]),
            some(rng, &["0.5", "0.9", "-1"])
        ),
        _ => format!("gone:{}", some(rng, &["yes", "no"])),
    };
    format!("{sign}{text}")
}

/// The metric of an execution, which every other one has.
fn metric(one: &Execution) -> Option<f64> {
    let seconds = one.created?.as_second();
    (seconds % 2 == 0).then_some((seconds % 11) as f64 / 10.0)
}

async fn put_metric(fixture: &Fixture, one: &Execution) {
    let Some(value) = metric(one) else { return };
    let stored = fixture.store.execution(&one.arn).await.expect("read");
    let number = stored.expect("stored").number;
    for (step, name_key, value) in [("Train", "auc", value), ("Tune", "loss", 7.0)] {
        let sql = "INSERT INTO execution_metrics VALUES (?, 'main', ?, ?, ?, ?, 1)";
        sqlx::query(sql)
            .bind(number)
            .bind(step)
            .bind(name_key)
            .bind(name_key)
            .bind(value)
            .execute(&fixture.pools.writer)
            .await
            .expect("stored");
    }
}

struct Oracle<'a> {
    pipelines: &'a [PipelineLabel],
    starters: &'a [Starter],
    now: Timestamp,
}

impl Oracle<'_> {
    fn matches(&self, groups: &Groups, one: &Execution, failure: Option<&Failure>) -> bool {
        let holds = |test: &Test| self.holds(test, one, failure);
        groups.required.iter().all(|tests| tests.iter().any(holds))
            && !groups.excluded.iter().any(holds)
    }

    fn holds(&self, test: &Test, one: &Execution, failure: Option<&Failure>) -> bool {
        let label = self
            .pipelines
            .iter()
            .find(|label| Some(&label.arn) == one.pipeline_arn.as_ref());
        let label = label.expect("a pipeline");
        let is_running = one.status.is_running();
        match test {
            Test::Words(query) => {
                query.words().iter().all(|word| {
                    let names = [&one.display_name, &one.description].into_iter().flatten();
                    let text = SearchText::default()
                        .names(names.map(String::as_str))
                        .values([one.id()]);
                    let values = one
                        .parameters
                        .iter()
                        .flatten()
                        .map(|given| given.value.as_str());
                    word.is_in(&text.values(values).arn(&one.arn))
                        || word.is_in(&SearchText::default().names(label.names()))
                }) && (query.is_empty() || !query.words().is_empty())
            }
            Test::Text(field, test) => self.text_holds(field, test, one, failure, label),
            Test::Version(test) => one
                .version
                .is_some_and(|version| test.holds(version as f64)),
            Test::Param(name, test) => one.parameters.iter().flatten().any(|given| {
                fold(&given.name) == *name
                    && match test {
                        FieldTest::Text(test) => test.holds(&fold(&given.value)),
                        FieldTest::Number(test) => given
                            .value
                            .parse()
                            .is_ok_and(|number: f64| number.is_finite() && test.holds(number)),
                    }
            }),
            Test::Started(range) => one.created.is_some_and(|at| range.holds(at)),
            Test::Ended(range) => !is_running && one.modified.is_some_and(|at| range.holds(at)),
            Test::Duration(from, before) => {
                let end = if is_running {
                    Some(self.now)
                } else {
                    one.modified
                };
                let took = end.zip(one.created);
                took.is_some_and(|(end, began)| {
                    let took = end.as_microsecond() - began.as_microsecond();
                    from.is_none_or(|from| took >= from)
                        && before.is_none_or(|before| took < before)
                })
            }
            // It was stored under its number.
            Test::Metric(name, test) => {
                name == "auc" && metric(one).is_some_and(|value| test.holds(value))
            }
            Test::Gone(is_gone) => !is_gone,
        }
    }

    fn text_holds(
        &self,
        field: &Field,
        test: &TextTest,
        one: &Execution,
        failure: Option<&Failure>,
        label: &PipelineLabel,
    ) -> bool {
        let text = match field {
            Field::Status => Some(one.status.as_str().to_owned()),
            Field::Name => Some(one.named().title().to_owned()),
            Field::Id => Some(one.id().to_owned()),
            Field::Step => failure.and_then(|known| Some(known.step.as_ref()?.name.clone())),
            Field::Reason => failure.and_then(|known| known.reason.clone()),
            Field::Pipeline => return label.names().any(|name| test.holds(&fold(name))),
            Field::Tag => {
                return label.tags.iter().any(|(key, value)| {
                    test.holds(&fold(key)) || test.holds(&fold(&format!("{key}={value}")))
                });
            }
            Field::By => {
                let key = one.arn.to_lowercase();
                let started = self.starters.iter().find(|one| one.execution_key == key);
                let person = started.map(|one| one.person.clone());
                person.or_else(|| one.created_by.user_profile.clone())
            }
            other => panic!("{other:?}"),
        };
        text.is_some_and(|text| test.holds(&fold(&text)))
    }
}

fn label(name: &str, display_name: Option<&str>, tags: &[(&str, &str)]) -> PipelineLabel {
    let tags = tags
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    PipelineLabel {
        arn: format!("arn:p/{}", name.to_lowercase()),
        name: name.to_owned(),
        display_name: display_name.map(str::to_owned),
        tags: tags.collect(),
    }
}

#[tokio::test]
async fn sql_finds_what_a_plain_reading_of_the_filter_finds() {
    let fixture = fixture().await;
    let store = &fixture.store;
    let mut rng = Rng::with_seed(12);
    let mut all = Vec::new();
    let mut starters = Vec::new();
    for number in 0..90 {
        let (one, failure) = generated(&mut rng, number);
        put(store, std::slice::from_ref(&one)).await;
        put_metric(&fixture, &one).await;
        if let Some(failure) = &failure {
            let set = store
                .set_failure(&one.arn, failure, false, one.modified)
                .await;
            set.expect("stored");
        }
        if rng.u8(..3) == 0 {
            starters.push(Starter {
                execution_key: one.arn.to_lowercase(),
                person: some(&mut rng, &PEOPLE).to_owned(),
            });
        }
        all.push((one, failure));
    }
    let pipelines = [
        label("One", Some("Étude a_b"), &[("team", "Risk"), ("a%b", "x")]),
        label("Two", None, &[]),
    ];
    let moment = FilterMoment {
        now: at(400),
        zone: TimeZone::UTC,
    };
    let oracle = Oracle {
        pipelines: &pipelines,
        starters: &starters,
        now: moment.now,
    };
    let (mut compared, mut narrowed) = (0, 0);
    for _ in 0..900 {
        let terms: Vec<String> = (0..rng.usize(1..4)).map(|_| term(&mut rng)).collect();
        let text = terms.join(" ");
        let Ok(filter) = Filter::parse(&text) else {
            continue;
        };
        let groups = filter.resolve(&moment);
        let matches = |(one, failure): &&(Execution, Option<Failure>)| {
            oracle.matches(&groups, one, failure.as_ref())
        };
        let mut expected: Vec<&str> = all
            .iter()
            .filter(matches)
            .map(|(one, _)| one.id())
            .collect();
        expected.sort_unstable();
        let asked = ExecutionFilter {
            among: Among::Visible(&VisiblePipelines::All),
            groups: &groups,
            pipelines: &pipelines,
            starters: &starters,
            began: Began::Ever,
            now: moment.now,
        };
        let query = ExecutionQuery::default();
        let counts = store.count_executions(&asked).await.expect(&text);
        let page = store
            .list_executions(&asked, &query, &counts)
            .await
            .expect(&text);
        let mut found: Vec<&str> = page.rows.iter().map(|row| row.execution.id()).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{text}");
        assert_eq!(page.total, expected.len() as u64, "{text}");
        compared += 1;
        narrowed += usize::from(!expected.is_empty() && expected.len() < all.len());
    }
    assert!(compared > 500 && narrowed > 200, "{compared} {narrowed}");
}

#[tokio::test]
async fn pages_by_key_hold_what_pages_by_number_hold_in_every_order() {
    let Fixture { store, _dir, .. } = fixture().await;
    let mut rng = Rng::with_seed(3);
    let all: Vec<Execution> = (0..250)
        .map(|number| generated(&mut rng, number).0)
        .collect();
    put(&store, &all).await;
    let groups = Groups::default();
    let asked = ExecutionFilter {
        among: Among::Visible(&VisiblePipelines::All),
        groups: &groups,
        pipelines: &[],
        starters: &[],
        began: Began::Ever,
        now: at(9_000),
    };
    let counts = store.count_executions(&asked).await.expect("counts");
    let ids = async |query: &ExecutionQuery| -> Vec<String> {
        let page = store
            .list_executions(&asked, query, &counts)
            .await
            .expect("a page");
        page.rows
            .iter()
            .map(|row| row.execution.id().to_owned())
            .collect()
    };
    for sort in SORTS {
        for descending in [true, false] {
            let query = |page: u32, page_key: Option<PageKey>| ExecutionQuery {
                sort,
                descending,
                page,
                page_key,
                ..ExecutionQuery::default()
            };
            let first = ids(&query(1, None)).await;
            let second = ids(&query(2, None)).await;
            assert_eq!(first.len(), EXECUTIONS_PER_PAGE as usize);
            let last = first.last().expect("a row").clone();
            let after = ids(&query(2, Some(PageKey::After(last)))).await;
            assert_eq!(after, second, "{sort:?} {descending}");
            let before = ids(&query(1, Some(PageKey::Before(second[0].clone())))).await;
            assert_eq!(before, first, "{sort:?} {descending}");
        }
    }
    // An execution that is not listed is no place in the list.
    let only = VisiblePipelines::Only {
        names: ["Two".into()].into(),
        arns: vec!["arn:p/two".into()],
    };
    let hidden = all
        .iter()
        .find(|one| one.pipeline_arn.as_deref() == Some("arn:p/one"));
    let narrow = ExecutionFilter {
        among: Among::Visible(&only),
        ..asked
    };
    let counts = store.count_executions(&narrow).await.expect("counts");
    let beside = |id: &str| ExecutionQuery {
        descending: true,
        page: 1,
        page_key: Some(PageKey::After(id.to_owned())),
        ..ExecutionQuery::default()
    };
    let mut pages = Vec::new();
    for id in [hidden.expect("one").id(), "nosuchid"] {
        let page = store
            .list_executions(&narrow, &beside(id), &counts)
            .await
            .expect("a page");
        pages.push(
            page.rows
                .iter()
                .map(|row| row.execution.id().to_owned())
                .collect::<Vec<_>>(),
        );
    }
    assert_eq!(pages[0], pages[1]);
}
