//! The request to shut down, visible to every task.

use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Whether the process is to shut down; clones share the state.
#[derive(Debug, Clone)]
pub struct Shutdown(watch::Receiver<bool>);

/// Requests the shutdown when it is dropped.
#[derive(Debug)]
pub struct ShutdownTrigger(
    #[expect(dead_code, reason = "its drop is the message")] watch::Sender<bool>,
);

impl Shutdown {
    /// One that is requested by dropping the trigger.
    pub fn manual() -> (ShutdownTrigger, Self) {
        let (sender, receiver) = watch::channel(false);
        (ShutdownTrigger(sender), Self(receiver))
    }

    /// One that is requested by SIGTERM or SIGINT (ctrl-c).
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
            tracing::info!(signal = name, "Shutting down on {name}");
            drop(trigger);
        });
        Ok(shutdown)
    }

    /// Resolves when the shutdown is requested.
    pub fn requested(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut receiver = self.0.clone();
        async move {
            // The channel never carries a value: it closes when the trigger is dropped.
            let _ = receiver.wait_for(|requested| *requested).await;
        }
    }

    /// Whether the shutdown has been requested.
    pub fn is_requested(&self) -> bool {
        self.0.has_changed().is_err()
    }
}
