//! The keys of one issuer.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::super::KeySource;
use super::super::clock::Clock;
use super::super::token::{Key, Why, key_set};
use super::{Fetcher, Limits, Missing, Slot, fetch};

/// How old fetched keys may get before they are fetched again, and how old at all.
const FETCHED: Limits = Limits {
    fresh: Duration::from_secs(300),
    stale: Duration::from_secs(3600),
    again: Duration::from_secs(10),
};

/// The same for a file's: looked at so often that a change is seen soon.
const READ: Limits = Limits {
    fresh: Duration::from_secs(10),
    ..FETCHED
};

/// The keys of one issuer, fetched or read as they are needed.
#[derive(Debug)]
pub(in super::super) struct KeyRing {
    source: KeySource,
    fetcher: Fetcher,
    keys: Slot<Vec<Key>>,
}

impl KeyRing {
    /// One that has loaded nothing yet.
    pub(in super::super) fn new(source: KeySource, clock: Clock) -> Self {
        let limits = match source {
            KeySource::Url(_) => FETCHED,
            KeySource::File(_) => READ,
        };
        Self {
            source,
            fetcher: Fetcher::default(),
            keys: Slot::new(clock, limits),
        }
    }

    /// The issuer's keys. Where none of them is `wanted` they are loaded again, though not often.
    ///
    /// # Errors
    /// Why no keys are there to check with.
    pub(in super::super) async fn get(
        &self,
        wanted: impl Fn(&Key) -> bool,
    ) -> Result<Arc<Vec<Key>>, Why> {
        let keys = self.keys.get(|keys| keys.iter().any(&wanted), self.load());
        keys.await.map_err(|missing| match missing {
            Missing::Nowhere(why) | Missing::Unreachable(why) => why,
        })
    }

    /// Whatever goes wrong, the keys may come back: nothing is `Nowhere`.
    async fn load(&self) -> Result<Vec<Key>, Missing> {
        let set = match &self.source {
            KeySource::Url(url) => match self.fetcher.get(url).await {
                Err(Missing::Nowhere(why)) => Err(Missing::Unreachable(why)),
                fetched => fetched.map(Vec::from),
            },
            KeySource::File(path) => {
                let path = path.clone();
                let read = tokio::task::spawn_blocking(move || read(&path)).await;
                read.unwrap_or(Err("the key file was not read"))
                    .map_err(|why| Missing::Unreachable(why.into()))
            }
        };
        key_set(&set?).map_err(Missing::Unreachable)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, &'static str> {
    use std::io::Read;
    const UNREADABLE: &str = "the key file cannot be read";
    let most = fetch::LONGEST;
    let file = std::fs::File::open(path).map_err(|_| UNREADABLE)?;
    let mut bytes = Vec::new();
    let mut file = file.take(most as u64 + 1);
    file.read_to_end(&mut bytes).map_err(|_| UNREADABLE)?;
    if bytes.len() > most {
        return Err("the key file is too long");
    }
    Ok(bytes)
}
