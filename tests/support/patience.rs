//! Waiting for something to become true, never for time to pass.

use std::time::{Duration, Instant};

/// How long a condition may take to become true on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// Looks until there is something to see, and gives it. Panics with `what` when it never comes.
pub async fn some_time<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(
            Instant::now() < deadline,
            "within {PATIENCE:?} this did not happen: {what}"
        );
        tokio::time::sleep(PAUSE).await;
    }
}

/// Looks until the condition holds. Panics with `what` when it never does.
pub async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    some_time(what, async || holds().await.then_some(())).await;
}
