//! From what was read to what a reader gets.

use std::hash::Hash;
use std::sync::Arc;

use super::freshness::Freshness;
use super::memory_cache::Cached;
use super::version::version_of;
use super::views::{ReadError, Reading};
use crate::domain::AwsError;

/// The answer to a reader; what went wrong is part of what changes.
pub(super) fn reading<T>(freshness: Freshness, version: String, value: T) -> Reading<T> {
    let version = if freshness.read_errors.is_empty() {
        version
    } else {
        let read_errors = freshness.read_errors.iter();
        let kinds = read_errors.map(|error| (error.operation, error.kind));
        version_of(&(version, kinds.collect::<Vec<_>>()))
    };
    Reading {
        value,
        as_of: freshness.as_of,
        version,
        read_errors: freshness.read_errors,
        stale: freshness.stale,
        refreshing: freshness.refreshing,
    }
}

/// The answer to a reader, with a version made of the value.
pub(super) fn versioned<T: Hash>(freshness: Freshness, value: T) -> Reading<T> {
    reading(freshness, version_of(&value), value)
}

/// One part of an answer that can fail by itself.
pub(super) fn part<T>(
    freshness: &mut Freshness,
    answer: Result<(Arc<Cached>, Freshness), ReadError>,
    pick: impl FnOnce(&Cached) -> Option<T>,
) -> Result<Result<T, AwsError>, ReadError> {
    match answer {
        Ok((answer, more)) => {
            freshness.blend(more);
            let picked = pick(&answer);
            let picked =
                picked.ok_or_else(|| ReadError::Database("an answer of another kind".into()));
            Ok(Ok(picked?))
        }
        Err(ReadError::Unavailable(error)) => Ok(Err(error)),
        Err(error) => Err(error),
    }
}
