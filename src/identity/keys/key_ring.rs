//! The keys of one issuer.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::super::clock::Clock;
use super::super::token::{Key, key_set};
use super::super::{AuthReason, KeySource};
use super::{CacheTimes, Cached, Fetcher, KeyError, fetch};

/// How old fetched keys may get before they are fetched again, and at most.
const URL_CACHE_TIMES: CacheTimes = CacheTimes {
    fresh_for: Duration::from_secs(300),
    usable_for: Duration::from_secs(3600),
    refresh_interval: Duration::from_secs(10),
};

/// The same for a file, which is read so often that a change takes effect soon.
const FILE_CACHE_TIMES: CacheTimes = CacheTimes {
    fresh_for: Duration::from_secs(10),
    ..URL_CACHE_TIMES
};

/// The keys of one issuer, fetched or read when they are needed.
#[derive(Debug)]
pub(in super::super) struct KeyRing {
    source: KeySource,
    fetcher: Fetcher,
    keys: Cached<Vec<Key>>,
}

impl KeyRing {
    /// One that has loaded nothing yet.
    pub(in super::super) fn new(source: KeySource, clock: Clock) -> Self {
        let times = match source {
            KeySource::Url(_) => URL_CACHE_TIMES,
            KeySource::File(_) => FILE_CACHE_TIMES,
        };
        Self {
            source,
            fetcher: Fetcher::default(),
            keys: Cached::new(clock, times),
        }
    }

    /// The issuer's keys. When none of them is `wanted` they are loaded again, though not often.
    ///
    /// # Errors
    /// Why there are no keys to check with.
    pub(in super::super) async fn get(
        &self,
        wanted: impl Fn(&Key) -> bool,
    ) -> Result<Arc<Vec<Key>>, AuthReason> {
        let keys = self.keys.get(|keys| keys.iter().any(&wanted), self.load());
        keys.await.map_err(|error| match error {
            KeyError::NotFound(reason) | KeyError::Unavailable(reason) => reason,
        })
    }

    /// Never `NotFound`: whatever goes wrong, the keys may come back.
    async fn load(&self) -> Result<Vec<Key>, KeyError> {
        let set = match &self.source {
            KeySource::Url(url) => match self.fetcher.get(url).await {
                Err(KeyError::NotFound(reason)) => Err(KeyError::Unavailable(reason)),
                fetched => fetched.map(Vec::from),
            },
            KeySource::File(path) => {
                let path = path.clone();
                let read = tokio::task::spawn_blocking(move || read(&path)).await;
                read.unwrap_or(Err(AuthReason::KeyFileUnreadable))
                    .map_err(KeyError::Unavailable)
            }
        };
        key_set(&set?).map_err(KeyError::Unavailable)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, AuthReason> {
    use std::io::Read;
    let max = fetch::MAX_RESPONSE_BYTES;
    let file = std::fs::File::open(path).map_err(|_| AuthReason::KeyFileUnreadable)?;
    let mut bytes = Vec::new();
    let mut file = file.take(max as u64 + 1);
    file.read_to_end(&mut bytes)
        .map_err(|_| AuthReason::KeyFileUnreadable)?;
    if bytes.len() > max {
        return Err(AuthReason::KeyFileTooLarge);
    }
    Ok(bytes)
}
