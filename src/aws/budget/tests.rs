use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::{Budget, BudgetError, Budgets, CallRates, Priority, State, Turn};
use sluicegate_domain::Service;

/// A budget whose burst is spent, and the moment of that.
fn spent(per_second: f64) -> (State, Instant) {
    let now = Instant::now();
    let mut state = State::new(per_second, now);
    for _ in 0..(per_second * 2.0) as usize {
        assert_eq!(state.join(Priority::Read, now), Ok(None));
    }
    (state, now)
}

fn place(state: &mut State, priority: Priority, now: Instant) -> u64 {
    state
        .join(priority, now)
        .expect("room in the queue")
        .expect("nothing left to take at once")
}

#[test]
fn a_burst_of_twice_the_rate_is_free_and_then_calls_are_spaced() {
    let (mut state, now) = spent(8.0);
    let read = place(&mut state, Priority::Read, now);
    let Turn::In(wait) = state.turn(Priority::Read, read, now) else {
        panic!("it is next");
    };
    assert!(wait >= Duration::from_millis(125) && wait < Duration::from_millis(130));
    assert_eq!(state.turn(Priority::Read, read, now + wait), Turn::Now);
    assert_eq!(state.report(now).calls, 17);
}

#[test]
fn an_action_that_comes_later_is_served_before_waiting_reads() {
    let (mut state, now) = spent(2.0);
    let first = place(&mut state, Priority::Read, now);
    let second = place(&mut state, Priority::Read, now);
    let action = place(&mut state, Priority::Action, now);
    assert_eq!(state.report(now).waiting, 3);
    let later = now + Duration::from_millis(600);
    assert_eq!(state.turn(Priority::Read, first, later), Turn::AfterOthers);
    assert_eq!(state.turn(Priority::Action, action, later), Turn::Now);
    state.leave(Priority::Action, action);
    let later = now + Duration::from_millis(1_200);
    assert_eq!(state.turn(Priority::Read, second, later), Turn::AfterOthers);
    assert_eq!(state.turn(Priority::Read, first, later), Turn::Now);
}

#[test]
fn a_read_that_would_wait_over_ten_seconds_fails_at_once_and_an_action_never() {
    let (mut state, now) = spent(1.0);
    for _ in 0..10 {
        place(&mut state, Priority::Read, now);
    }
    assert_eq!(state.join(Priority::Read, now), Err(BudgetError));
    assert_eq!(state.report(now).throttled_recently, 1);
    for _ in 0..20 {
        place(&mut state, Priority::Action, now);
    }
    assert_eq!(state.report(now).waiting, 30);
}

#[test]
fn throttling_is_forgotten_after_a_minute() {
    let (mut state, now) = spent(8.0);
    let after = |seconds| now + Duration::from_secs(seconds);
    state.note_throttled(now);
    state.note_throttled(after(30));
    let report = state.report(after(30));
    assert_eq!(report.throttled_recently, 2);
    assert_eq!(report.last_throttled, Some(Duration::ZERO));
    assert_eq!(state.report(after(61)).throttled_recently, 1);
    let report = state.report(after(91));
    assert_eq!(
        (report.throttled_recently, report.last_throttled),
        (0, None)
    );
}

#[test]
fn throttling_halves_the_rate_once_per_event_and_it_recovers() {
    let now = Instant::now();
    let mut state = State::new(8.0, now);
    for _ in 0..10 {
        state.slow_down(now);
    }
    let report = state.report(now);
    assert_eq!(report.calls_per_second, 4.0);
    assert_eq!(report.throttled_recently, 10);
    assert_eq!(
        state.join(Priority::Read, now),
        Ok(None),
        "one call is left"
    );
    let read = place(&mut state, Priority::Read, now);
    let Turn::In(wait) = state.turn(Priority::Read, read, now) else {
        panic!("it is next");
    };
    assert!(wait >= Duration::from_millis(250) && wait < Duration::from_millis(255));
    for seconds in 2..20 {
        state.slow_down(now + Duration::from_secs(seconds));
    }
    let at = now + Duration::from_secs(19);
    assert!(state.report(at).calls_per_second >= 0.5);
    assert!(state.report(at).calls_per_second < 1.0);
    let later = at + Duration::from_secs(30);
    assert_eq!(state.report(later).calls_per_second, 8.0);
}

#[test]
fn an_impossible_rate_is_made_usable() {
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let state = State::new(rate, Instant::now());
        assert!(state.per_second >= 0.1 && state.per_second <= 1_000.0);
        assert!(state.burst >= 1.0);
    }
}

/// A budget that is spent and gives a token every 20 ms.
async fn drained() -> Arc<Budget> {
    let budget = Arc::new(Budget::new(50.0));
    for _ in 0..100 {
        assert_eq!(budget.take(Priority::Read).await, Ok(()));
    }
    budget
}

#[tokio::test]
async fn everyone_who_waits_is_served_in_order() {
    let budget = drained().await;
    let start = Instant::now();
    let (served, mut order) = mpsc::unbounded_channel();
    let reads = (0..5).map(|n| (n, Priority::Read));
    let mut tasks = Vec::new();
    for (n, priority) in reads.chain([(5, Priority::Action)]) {
        let (budget, served) = (Arc::clone(&budget), served.clone());
        tasks.push(tokio::spawn(async move {
            let outcome = budget.take(priority).await;
            served.send(n).expect("the test listens");
            outcome
        }));
        // Lets the task reach the queue before the next one.
        tokio::task::yield_now().await;
    }
    for task in tasks {
        assert_eq!(task.await.expect("no panic"), Ok(()));
    }
    let order: Vec<_> = std::iter::from_fn(|| order.try_recv().ok()).collect();
    assert_eq!(order, [5, 0, 1, 2, 3, 4]);
    assert!(start.elapsed() >= Duration::from_millis(100));
    assert_eq!(budget.report().waiting, 0);
}

#[tokio::test]
async fn a_dropped_caller_leaves_the_queue() {
    let budget = drained().await;
    let gone = {
        let budget = Arc::clone(&budget);
        tokio::spawn(async move { budget.take(Priority::Action).await })
    };
    tokio::task::yield_now().await;
    assert_eq!(budget.report().waiting, 1);
    gone.abort();
    assert!(gone.await.is_err());
    assert_eq!(budget.report().waiting, 0);
    assert_eq!(budget.take(Priority::Read).await, Ok(()));
}

#[tokio::test]
async fn a_service_that_is_read_without_pause_does_not_delay_another() {
    let budgets = Budgets::new(CallRates {
        sagemaker: 0.1,
        ..CallRates::default()
    });
    let sagemaker = budgets.of(Service::SageMaker);
    assert_eq!(sagemaker.take(Priority::Read).await, Ok(()));
    let waiting = {
        let sagemaker = Arc::clone(sagemaker);
        tokio::spawn(async move { sagemaker.take(Priority::Action).await })
    };
    tokio::task::yield_now().await;
    sagemaker.slow_down();
    assert_eq!(sagemaker.report().waiting, 1);
    let token_service = budgets.of(Service::TokenService);
    let start = Instant::now();
    assert_eq!(token_service.take(Priority::Read).await, Ok(()));
    assert!(start.elapsed() < Duration::from_secs(1));
    let report = token_service.report();
    assert_eq!((report.waiting, report.throttled_recently), (0, 0));
    assert_eq!(report.calls, 1);
    waiting.abort();
}

#[test]
fn every_service_has_a_budget_of_its_own() {
    let budgets = Budgets::new(CallRates::default());
    for (index, one) in Service::ALL.into_iter().enumerate() {
        for other in Service::ALL.into_iter().skip(index + 1) {
            assert!(!Arc::ptr_eq(budgets.of(one), budgets.of(other)));
        }
    }
}
