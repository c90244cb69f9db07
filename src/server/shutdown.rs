//! The wish to end, told to everyone at once.

use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Tells whether the process is to end; clones tell the same.
#[derive(Debug, Clone)]
pub struct Shutdown(watch::Receiver<bool>);

/// Asks for the end when it is dropped.
#[derive(Debug)]
pub struct Trigger(#[expect(dead_code, reason = "its drop is the message")] watch::Sender<bool>);

impl Shutdown {
    /// One that is asked for by dropping the trigger.
    pub fn manual() -> (Trigger, Self) {
        let (sender, receiver) = watch::channel(false);
        (Trigger(sender), Self(receiver))
    }

    /// One that is asked for by SIGTERM or SIGINT (ctrl-c).
    ///
    /// # Errors
    /// When the system does not let the process listen for signals.
    pub fn on_signals() -> io::Result<Self> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let (trigger, shutdown) = Self::manual();
        tokio::spawn(async move {
            let name = tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = interrupt.recv() => "SIGINT",
            };
            tracing::info!(signal = name, "Ending on {name}");
            drop(trigger);
        });
        Ok(shutdown)
    }

    /// Resolves when the end is asked for.
    pub fn requested(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut receiver = self.0.clone();
        async move {
            // The channel never carries a value: it closes when the trigger is dropped.
            let _ = receiver.wait_for(|ending| *ending).await;
        }
    }

    /// Whether the end was asked for.
    pub fn is_requested(&self) -> bool {
        self.0.has_changed().is_err()
    }
}
