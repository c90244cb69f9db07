//! Waiting for something to become true, never for time to pass.

use std::time::{Duration, Instant};

/// How long a condition may take to become true on a busy machine.
const WAIT_TIMEOUT: Duration = Duration::from_secs(30);

/// Between two calls.
const PAUSE: Duration = Duration::from_millis(20);

/// Calls `look` until it returns something, and returns that. Panics with `what` when it never comes.
pub async fn wait_for<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + WAIT_TIMEOUT;
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(
            Instant::now() < deadline,
            "within {WAIT_TIMEOUT:?} this did not happen: {what}"
        );
        tokio::time::sleep(PAUSE).await;
    }
}

/// Waits until the condition holds. Panics with `what` when it never does.
pub async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    wait_for(what, async || holds().await.then_some(())).await;
}
