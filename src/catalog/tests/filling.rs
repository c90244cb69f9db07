//! The reading of what refreshes have skipped goes on where it stopped.

use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::tests::stub_sagemaker::{StubResponse, StubSageMaker, error, output};

const EXECUTIONS: i64 = 20;
const PAGE: usize = 2;
const PIPELINE: &str = "arn:aws:sagemaker:eu-central-1:123456789012:pipeline/one";
/// How long the background may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A SageMaker with many executions, a few on each page of a search.
#[derive(Default)]
struct ManyExecutions {
    /// Searches that are answered; all others are refused.
    answered: usize,
    /// Whether it forgets the token of this page, once.
    forgotten: Option<&'static str>,
    /// Whether it refuses to filter by time.
    is_without_times: bool,
    /// The searches, as they were sent.
    searches: Vec<Value>,
}

impl ManyExecutions {
    fn answer(&mut self, operation: &str, request: Value) -> StubResponse {
        match operation {
            "ListPipelines" => output(&json!({"PipelineSummaries": [{
                "PipelineArn": PIPELINE, "PipelineName": "one",
                "CreationTime": 1.0, "LastModifiedTime": 1.0,
            }]})),
            "Search" => self.search(request),
            _ => error("AccessDeniedException", "not at all"),
        }
    }

    fn search(&mut self, request: Value) -> StubResponse {
        self.searches.push(request.clone());
        let token = request["NextToken"].as_str();
        if token.is_some() && token == self.forgotten {
            self.forgotten = None;
            return error("ValidationException", "the token has expired");
        }
        if self.is_without_times && until(&request).is_some() {
            return error("ValidationException", "no such filter");
        }
        if self.searches.len() > self.answered {
            return error("AccessDeniedException", "not now");
        }
        output(&page(&request))
    }
}

/// When an execution last changed: an hour after the one before.
fn modified(number: i64) -> i64 {
    3_600 * (1_000 + number)
}

/// The time up to which a search wants changes.
fn until(request: &Value) -> Option<Timestamp> {
    let until = request["SearchExpression"]["Filters"][0]["Value"].as_str()?;
    Some(format!("{until}Z").parse().unwrap())
}

fn page(request: &Value) -> Value {
    let last = until(request).map(Timestamp::as_second);
    let found: Vec<i64> = (0..EXECUTIONS)
        .rev()
        .filter(|number| last.is_none_or(|last| modified(*number) <= last))
        .collect();
    let token = request["NextToken"].as_str();
    let from: usize = token.map_or(0, |token| token.parse().unwrap());
    let records = found.iter().skip(from).take(PAGE).map(|number| {
        json!({"PipelineExecution": {
            "PipelineArn": PIPELINE,
            "PipelineExecutionArn": format!("{PIPELINE}/execution/run{number:09}"),
            "PipelineExecutionStatus": "Succeeded",
            "CreationTime": modified(*number), "LastModifiedTime": modified(*number),
        }})
    });
    let mut page = json!({"Results": records.collect::<Vec<_>>()});
    if from + PAGE < found.len() {
        page["NextToken"] = (from + PAGE).to_string().into();
    }
    page
}

struct Filling {
    world: Arc<Mutex<ManyExecutions>>,
    server: StubSageMaker,
    state: TempDir,
    clock: SkippingClock,
}

impl Filling {
    async fn of(world: ManyExecutions) -> Self {
        let world = Arc::new(Mutex::new(world));
        let answering = world.clone();
        let server = StubSageMaker::start(move |operation, request| {
            let answer = answering.lock().unwrap().answer(&operation, request);
            async { answer }
        });
        Self {
            world,
            server: server.await,
            state: tempfile::tempdir().unwrap(),
            clock: SkippingClock::default(),
        }
    }

    async fn open(&self) -> Catalog {
        open_with(&self.state, self.server.client().await, &self.clock).await
    }

    /// What was searched for since this was last called: by time, or with a token.
    fn searched(&self) -> (Vec<Option<Timestamp>>, usize) {
        let searches = std::mem::take(&mut self.world.lock().unwrap().searches);
        let by_token = searches.iter().filter(|one| one["NextToken"].is_string());
        let by_token = by_token.count();
        let begun = searches.iter().filter(|one| !one["NextToken"].is_string());
        (begun.map(until).collect(), by_token)
    }
}

async fn look(catalog: &Catalog) -> AllExecutions {
    let read = catalog
        .all_executions(&everything(), "main", &ExecutionQuery::default())
        .await;
    read.unwrap().value
}

/// The list once this holds for it.
async fn looked_once(catalog: &Catalog, holds: impl Fn(&AllExecutions) -> bool) -> AllExecutions {
    let looking = async {
        loop {
            let list = look(catalog).await;
            if holds(&list) {
                return list;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, looking)
        .await
        .expect("in time")
}

fn second_of(number: i64) -> Timestamp {
    Timestamp::from_second(modified(number)).unwrap()
}

#[tokio::test]
async fn after_a_restart_it_goes_on_at_the_time_it_had_reached_before_anybody_looks() {
    let filling = Filling::of(ManyExecutions {
        answered: 6,
        ..ManyExecutions::default()
    })
    .await;
    {
        let catalog = filling.open().await;
        look(&catalog).await;
        let all_asked = || filling.world.lock().unwrap().searches.len() >= 7;
        looked_once(&catalog, |_| all_asked()).await;
    }
    filling.world.lock().unwrap().answered = usize::MAX;
    filling.searched();

    let catalog = filling.open().await;
    let store = &catalog.0[0].store;
    // Six pages of two were read, down to the eighth.
    let reached = store.newest_gap().await.unwrap().unwrap().span;
    assert_eq!(reached.upper, Some(second_of(8)));
    assert_eq!(reached.lower, None);
    catalog.resume(Duration::ZERO);
    let filled = async {
        while store.newest_gap().await.unwrap().is_some() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, filled)
        .await
        .expect("in time");
    // Nine are left with the one that is read twice: five pages.
    let (begun, by_token) = filling.searched();
    let next_second = second_of(8) + jiff::SignedDuration::from_secs(1);
    assert_eq!((begun, by_token), (vec![Some(next_second)], 4));
    let list = look(&catalog).await;
    assert_eq!((list.total, list.lacks), (EXECUTIONS as u64, None));
}

#[tokio::test]
async fn a_list_says_how_far_it_was_read() {
    let filling = Filling::of(ManyExecutions {
        answered: 6,
        ..ManyExecutions::default()
    })
    .await;
    let catalog = filling.open().await;
    let back_to = |list: &AllExecutions| match list.lacks {
        Some(ListGap::Filling { back_to }) => back_to,
        _ => None,
    };
    let first = look(&catalog).await;
    assert!(back_to(&first) >= Some(second_of(8)), "{:?}", first.lacks);
    filling.world.lock().unwrap().answered = usize::MAX;
    let whole = looked_once(&catalog, |list| {
        filling.clock.skip(Duration::from_secs(60));
        list.lacks.is_none()
    });
    assert_eq!(whole.await.total, EXECUTIONS as u64);
}

#[tokio::test]
async fn a_token_that_is_forgotten_costs_no_page_twice() {
    let filling = Filling::of(ManyExecutions {
        answered: usize::MAX,
        forgotten: Some("12"),
        ..ManyExecutions::default()
    })
    .await;
    let catalog = filling.open().await;
    let list = looked_once(&catalog, |list| list.lacks.is_none()).await;
    assert_eq!(list.total, EXECUTIONS as u64);
    let (begun, _) = filling.searched();
    let next_second = second_of(8) + jiff::SignedDuration::from_secs(1);
    let resumed: Vec<_> = begun.into_iter().flatten().collect();
    assert_eq!(resumed, [next_second]);
}

#[tokio::test]
async fn where_times_cannot_be_filtered_by_it_begins_anew() {
    let filling = Filling::of(ManyExecutions {
        answered: usize::MAX,
        forgotten: Some("12"),
        is_without_times: true,
        ..ManyExecutions::default()
    })
    .await;
    let catalog = filling.open().await;
    let list = looked_once(&catalog, |list| list.lacks.is_none()).await;
    assert_eq!(list.total, EXECUTIONS as u64);
}
