//! What the journeys share: a console of their own, a client, a parser of its pages, and waiting for conditions.

pub mod client;
pub mod coherence;
pub mod console;
pub mod crawl;
pub mod emulator;
pub mod proxied;

pub mod page;
pub mod pipelines;
pub mod process;
mod selector;
pub mod wait;

pub use client::{Answer, Requester};
pub use coherence::assert_coherent;
pub use console::Stage;
pub use page::{Element, Page};
pub use proxied::ProxiedConsole;
pub use wait::{eventually, wait_for};
