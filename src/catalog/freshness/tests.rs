use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use tokio::sync::Semaphore;

use super::*;

const EVER: Duration = Duration::from_secs(3_600);

/// A fetch that counts its calls and ends when it is let go.
#[derive(Clone)]
struct Fetch {
    calls: Arc<AtomicUsize>,
    gate: Arc<Semaphore>,
    outcome: Outcome,
}

impl Fetch {
    fn gated(outcome: Outcome) -> Self {
        Self {
            calls: Arc::default(),
            gate: Arc::new(Semaphore::new(0)),
            outcome,
        }
    }

    fn open(outcome: Outcome) -> Self {
        let fetch = Self::gated(outcome);
        fetch.gate.close();
        fetch
    }

    fn run(&self) -> impl Future<Output = Outcome> + Send + 'static {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let fetch = self.clone();
        async move {
            // A closed gate lets everybody pass.
            let _ = fetch.gate.acquire().await;
            fetch.outcome
        }
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

fn failure(kind: AwsErrorKind) -> AwsError {
    AwsError::new(Service::SageMaker, "Search", kind, "no")
}

fn wish(age: Duration) -> Wish {
    Wish {
        operation: "Search",
        age,
        hurried: false,
    }
}

fn flights(wait_known: Duration) -> Flights<&'static str> {
    Flights::new(Timing {
        wait_recent: wait_known,
        wait_known,
        rest: EVER,
        rest_most: EVER,
        ..Timing::default()
    })
}

#[tokio::test]
async fn a_hundred_readers_share_one_refresh() {
    let (flights, fetch) = (flights(EVER), Fetch::gated(Ok(vec![])));
    let readers = join_all((0..100).map(|_| flights.fresh("a", wish(EVER), || fetch.run())));
    let (told, ()) = tokio::join!(readers, async { fetch.gate.close() });
    assert_eq!(fetch.calls(), 1);
    assert!(told.iter().all(|told| told.as_of.is_some() && !told.stale));
}

#[tokio::test]
async fn what_is_young_enough_is_not_refreshed_and_what_is_older_is() {
    let (flights, fetch) = (flights(EVER), Fetch::open(Ok(vec![])));
    for age in [EVER, EVER, Duration::ZERO] {
        flights.fresh("a", wish(age), || fetch.run()).await;
    }
    assert_eq!(fetch.calls(), 2);
    flights.fresh("b", wish(EVER), || fetch.run()).await;
    assert_eq!(fetch.calls(), 3, "each subject by itself");
}

#[tokio::test]
async fn a_refresh_outlives_the_reader_that_began_it() {
    let (flights, fetch) = (flights(EVER), Fetch::gated(Ok(vec![])));
    {
        let reader = flights.fresh("a", wish(EVER), || fetch.run());
        let mut reader = std::pin::pin!(reader);
        assert!(futures_util::poll!(reader.as_mut()).is_pending());
    }
    fetch.gate.close();
    let told = flights.fresh("a", wish(EVER), || fetch.run()).await;
    assert!(told.as_of.is_some());
    assert_eq!(fetch.calls(), 1);
}

#[tokio::test]
async fn a_reader_gets_what_there_is_while_the_refresh_goes_on() {
    let (flights, fetch) = (flights(Duration::ZERO), Fetch::gated(Ok(vec![])));
    let before = Timestamp::UNIX_EPOCH;
    flights.remember("a", Some(before));
    let told = flights.fresh("a", wish(EVER), || fetch.run()).await;
    assert!(told.stale && told.as_of == Some(before) && told.troubles.is_empty());
}

#[tokio::test]
async fn a_failure_keeps_the_old_data_tells_the_trouble_and_rests() {
    let flights = flights(EVER);
    let good = Fetch::open(Ok(vec![]));
    let before = flights.fresh("a", wish(EVER), || good.run()).await;
    let throttled = failure(AwsErrorKind::Throttled);
    let bad = Fetch::open(Err(ReadError::Unavailable(throttled.clone())));
    for _ in 0..3 {
        let told = flights.fresh("a", wish(Duration::ZERO), || bad.run()).await;
        assert_eq!(told.as_of, before.as_of);
        assert_eq!(told.troubles, std::slice::from_ref(&throttled));
        assert!(told.stale);
    }
    assert_eq!(bad.calls(), 1, "it is not asked again at every reading");
}

#[tokio::test]
async fn nothing_known_and_a_failure_is_why() {
    let flights = flights(EVER);
    let why = ReadError::Unavailable(failure(AwsErrorKind::NoCredentials));
    let bad = Fetch::open(Err(why.clone()));
    let told = flights.fresh("a", wish(EVER), || bad.run()).await;
    assert_eq!(told.or_missing().unwrap_err(), why);
}

#[tokio::test]
async fn a_refused_call_rests_longer_than_one_that_may_pass() {
    let flights = Flights::new(Timing {
        rest: Duration::ZERO,
        rest_most: Duration::ZERO,
        ..Timing::default()
    });
    for (key, kind, calls) in [
        ("a", AwsErrorKind::Throttled, 2),
        ("b", AwsErrorKind::AccessDenied, 1),
    ] {
        let bad = Fetch::open(Err(ReadError::Unavailable(failure(kind))));
        for _ in 0..2 {
            flights.fresh(key, wish(EVER), || bad.run()).await;
        }
        assert_eq!(bad.calls(), calls);
    }
}

#[tokio::test]
async fn parts_that_failed_are_told_beside_what_is_fresh() {
    let flights = flights(EVER);
    let denied = failure(AwsErrorKind::AccessDenied);
    let fetch = Fetch::open(Ok(vec![denied.clone()]));
    let told = flights.fresh("a", wish(EVER), || fetch.run()).await;
    assert!(!told.stale && told.as_of.is_some());
    assert_eq!(told.troubles, [denied]);
}

#[tokio::test]
async fn a_refresh_that_panics_lands_as_a_failure() {
    let flights = flights(EVER);
    let told = flights
        .fresh("a", wish(EVER), || async { panic!("expected by the test") })
        .await;
    assert!(matches!(told.failed, Some(ReadError::Database(_))));
}

#[tokio::test]
async fn what_was_in_the_air_before_our_own_change_does_not_count() {
    let (flights, old) = (flights(Duration::ZERO), Fetch::gated(Ok(vec![])));
    flights.remember("a", Some(Timestamp::UNIX_EPOCH));
    flights.fresh("a", wish(EVER), || old.run()).await;
    let new = Fetch::gated(Ok(vec![]));
    let told = flights.renew("a", new.run()).await;
    assert!(told.stale);
    old.gate.close();
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(flights.told(&"a").as_of, Some(Timestamp::UNIX_EPOCH));
    new.gate.close();
    while flights.told(&"a").stale {
        tokio::task::yield_now().await;
    }
    assert!(flights.told(&"a").as_of > Some(Timestamp::UNIX_EPOCH));
    assert_eq!((old.calls(), new.calls()), (1, 1));
}
