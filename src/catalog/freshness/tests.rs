use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use tokio::sync::Semaphore;

use super::*;
use crate::catalog::clock::SkippingClock;

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

fn policy(max_age: Duration) -> RefreshPolicy {
    RefreshPolicy {
        operation: "Search",
        max_age,
        is_brief: false,
    }
}

fn refreshes(wait_known: Duration) -> Refreshes<&'static str> {
    let timing = Timing {
        wait_recent: wait_known,
        wait_known,
        rest: EVER,
        max_rest: EVER,
        ..Timing::default()
    };
    Refreshes::new(timing, Clock::default())
}

#[tokio::test]
async fn a_hundred_readers_share_one_refresh() {
    let (refreshes, fetch) = (refreshes(EVER), Fetch::gated(Ok(vec![])));
    let readers = join_all((0..100).map(|_| refreshes.fresh("a", policy(EVER), || fetch.run())));
    let (read, ()) = tokio::join!(readers, async { fetch.gate.close() });
    assert_eq!(fetch.calls(), 1);
    assert!(
        read.iter()
            .all(|one| one.as_of.is_some() && !one.stale && !one.refreshing)
    );
}

#[tokio::test]
async fn what_is_young_enough_is_not_refreshed_and_what_is_older_is() {
    let (refreshes, fetch) = (refreshes(EVER), Fetch::open(Ok(vec![])));
    for age in [EVER, EVER, Duration::ZERO] {
        refreshes.fresh("a", policy(age), || fetch.run()).await;
    }
    assert_eq!(fetch.calls(), 2);
    refreshes.fresh("b", policy(EVER), || fetch.run()).await;
    assert_eq!(fetch.calls(), 3, "each key by itself");
}

#[tokio::test]
async fn what_has_grown_older_than_it_may_be_is_refreshed() {
    let clock = SkippingClock::default();
    let refreshes = Refreshes::new(Timing::default(), clock.clock());
    let fetch = Fetch::open(Ok(vec![]));
    let max_age = Duration::from_secs(30);
    for (skipped, calls) in [(0, 1), (29, 1), (2, 2)] {
        clock.skip(Duration::from_secs(skipped));
        refreshes.fresh("a", policy(max_age), || fetch.run()).await;
        assert_eq!(fetch.calls(), calls, "after {skipped} s");
    }
}

#[tokio::test]
async fn a_refresh_outlives_the_reader_that_began_it() {
    let (refreshes, fetch) = (refreshes(EVER), Fetch::gated(Ok(vec![])));
    {
        let reader = refreshes.fresh("a", policy(EVER), || fetch.run());
        let mut reader = std::pin::pin!(reader);
        assert!(futures_util::poll!(reader.as_mut()).is_pending());
    }
    fetch.gate.close();
    let freshness = refreshes.fresh("a", policy(EVER), || fetch.run()).await;
    assert!(freshness.as_of.is_some());
    assert_eq!(fetch.calls(), 1);
}

#[tokio::test]
async fn a_reader_gets_what_there_is_while_the_refresh_goes_on() {
    let (refreshes, fetch) = (refreshes(Duration::ZERO), Fetch::gated(Ok(vec![])));
    let before = Timestamp::UNIX_EPOCH;
    refreshes.add("a", Some(before));
    let freshness = refreshes.fresh("a", policy(EVER), || fetch.run()).await;
    assert!(freshness.refreshing && !freshness.stale && freshness.read_errors.is_empty());
    assert_eq!(freshness.as_of, Some(before));
}

#[tokio::test]
async fn what_is_being_refreshed_is_stale_only_once_that_takes_long() {
    let clock = SkippingClock::default();
    let timing = Timing {
        wait_known: Duration::ZERO,
        ..Timing::default()
    };
    let (refreshes, fetch) = (
        Refreshes::new(timing, clock.clock()),
        Fetch::gated(Ok(vec![])),
    );
    refreshes.add("a", Some(Timestamp::UNIX_EPOCH));
    let max_age = Duration::from_secs(30);
    for (skipped, stale) in [(0, false), (4, false), (1, true)] {
        clock.skip(Duration::from_secs(skipped));
        let freshness = refreshes.fresh("a", policy(max_age), || fetch.run()).await;
        assert_eq!((freshness.refreshing, freshness.stale), (true, stale));
    }
    fetch.gate.close();
    while refreshes.known(&"a").refreshing {
        tokio::task::yield_now().await;
    }
    assert!(!refreshes.known(&"a").stale);
}

#[tokio::test]
async fn a_failure_keeps_the_old_data_is_reported_and_rests() {
    let refreshes = refreshes(EVER);
    let good = Fetch::open(Ok(vec![]));
    let before = refreshes.fresh("a", policy(EVER), || good.run()).await;
    let throttled = failure(AwsErrorKind::Throttled);
    let bad = Fetch::open(Err(ReadError::Unavailable(throttled.clone())));
    for _ in 0..3 {
        let freshness = refreshes
            .fresh("a", policy(Duration::ZERO), || bad.run())
            .await;
        assert_eq!(freshness.as_of, before.as_of);
        assert_eq!(freshness.read_errors, std::slice::from_ref(&throttled));
        assert!(freshness.stale);
    }
    assert_eq!(bad.calls(), 1, "it is not asked again at every reading");
}

#[tokio::test]
async fn where_nothing_is_known_the_failure_is_returned() {
    let refreshes = refreshes(EVER);
    let error = ReadError::Unavailable(failure(AwsErrorKind::NoCredentials));
    let bad = Fetch::open(Err(error.clone()));
    let freshness = refreshes.fresh("a", policy(EVER), || bad.run()).await;
    assert_eq!(freshness.or_unavailable().unwrap_err(), error);
}

#[tokio::test]
async fn a_refused_call_rests_longer_than_one_that_may_pass() {
    let timing = Timing {
        rest: Duration::ZERO,
        max_rest: Duration::ZERO,
        ..Timing::default()
    };
    let refreshes = Refreshes::new(timing, Clock::default());
    for (key, kind, calls) in [
        ("a", AwsErrorKind::Throttled, 2),
        ("b", AwsErrorKind::AccessDenied, 1),
    ] {
        let bad = Fetch::open(Err(ReadError::Unavailable(failure(kind))));
        for _ in 0..2 {
            refreshes.fresh(key, policy(EVER), || bad.run()).await;
        }
        assert_eq!(bad.calls(), calls);
    }
}

#[tokio::test]
async fn parts_that_failed_are_reported_beside_what_is_fresh() {
    let refreshes = refreshes(EVER);
    let denied = failure(AwsErrorKind::AccessDenied);
    let fetch = Fetch::open(Ok(vec![denied.clone()]));
    let freshness = refreshes.fresh("a", policy(EVER), || fetch.run()).await;
    assert!(!freshness.stale && freshness.as_of.is_some());
    assert_eq!(freshness.read_errors, [denied]);
}

#[tokio::test]
async fn a_refresh_that_panics_completes_as_a_failure() {
    let refreshes = refreshes(EVER);
    let freshness = refreshes
        .fresh("a", policy(EVER), || async {
            panic!("expected by the test")
        })
        .await;
    assert!(matches!(freshness.failed, Some(ReadError::Database(_))));
}

#[tokio::test]
async fn a_refresh_begun_before_our_own_change_does_not_count() {
    let (refreshes, old) = (refreshes(Duration::ZERO), Fetch::gated(Ok(vec![])));
    refreshes.add("a", Some(Timestamp::UNIX_EPOCH));
    refreshes.fresh("a", policy(EVER), || old.run()).await;
    let new = Fetch::gated(Ok(vec![]));
    let freshness = refreshes.renew("a", new.run()).await;
    assert!(freshness.refreshing);
    old.gate.close();
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert_eq!(refreshes.known(&"a").as_of, Some(Timestamp::UNIX_EPOCH));
    new.gate.close();
    while refreshes.known(&"a").refreshing {
        tokio::task::yield_now().await;
    }
    assert!(refreshes.known(&"a").as_of > Some(Timestamp::UNIX_EPOCH));
    assert_eq!((old.calls(), new.calls()), (1, 1));
}
