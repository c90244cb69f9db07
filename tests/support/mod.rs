//! What the journeys share: a console of their own, a client, a look into its pages, and patience.

pub mod client;
pub mod console;
pub mod crawl;
pub mod emulator;
pub mod fronted;

pub mod page;
pub mod patience;
pub mod pipelines;
pub mod process;
mod selector;

pub use client::{Answer, Ask};
pub use console::Stage;
pub use fronted::Fronted;
pub use page::{Element, Page};
pub use patience::{eventually, some_time};
