//! `[catalog]`: what is read ahead of people.

use std::time::Duration;

use super::reader::Reader;

/// `[catalog]`: what is read ahead of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Catalog {
    /// How far back the steps and jobs of executions are read that nobody opened, by when they began. `90d` by default;
    /// `0s` reads none.
    pub backfill: Duration,
}

impl Default for Catalog {
    fn default() -> Self {
        Self {
            backfill: Duration::from_secs(90 * 86_400),
        }
    }
}

pub(super) fn read_catalog(reader: &mut Reader) -> Catalog {
    let default = Catalog::default();
    let bounds = Duration::ZERO..=Duration::from_secs(3_650 * 86_400);
    Catalog {
        backfill: reader.bounded("catalog.backfill", default.backfill, bounds),
    }
}
