//! Definitions as they were read, and their drawings, by content hash.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::OnceCell;

use super::drawings::{Drawings, aside};
use super::views::ReadError;
use sluicegate_definition::Definition;

/// The most bytes of definition text whose definitions and drawings are cached.
const MAX_CACHED_BYTES: usize = 16 * 1024 * 1024;

struct Entry {
    drawings: Arc<OnceCell<Arc<Drawings>>>,
    bytes: usize,
    last_use: u64,
}

/// The definitions used last, and their drawings.
#[derive(Default)]
pub(super) struct Diagrams {
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    by_hash: HashMap<String, Entry>,
    bytes: usize,
    uses: u64,
}

impl Entries {
    fn find(&mut self, hash: &str) -> Option<Arc<OnceCell<Arc<Drawings>>>> {
        self.uses += 1;
        let entry = self.by_hash.get_mut(hash)?;
        entry.last_use = self.uses;
        Some(entry.drawings.clone())
    }

    fn put(&mut self, hash: &str, bytes: usize) -> Arc<OnceCell<Arc<Drawings>>> {
        if let Some(drawings) = self.find(hash) {
            return drawings;
        }
        while self.bytes + bytes > MAX_CACHED_BYTES && !self.by_hash.is_empty() {
            let oldest = self.by_hash.iter().min_by_key(|(_, entry)| entry.last_use);
            let Some(oldest) = oldest.map(|(hash, _)| hash.clone()) else {
                break;
            };
            if let Some(removed) = self.by_hash.remove(&oldest) {
                self.bytes -= removed.bytes;
            }
        }
        let entry = Entry {
            drawings: Arc::default(),
            bytes,
            last_use: self.uses,
        };
        let drawings = entry.drawings.clone();
        self.bytes += bytes;
        self.by_hash.insert(hash.to_owned(), entry);
        drawings
    }
}

impl Diagrams {
    /// The definition of this hash; its text is fetched only where it was not read yet.
    pub(super) async fn definition<F>(
        &self,
        hash: &str,
        text: impl FnOnce() -> F,
    ) -> Result<Arc<Definition>, ReadError>
    where
        F: Future<Output = Result<String, ReadError>>,
    {
        Ok(self.drawings(hash, text).await?.definition.clone())
    }

    /// The definition of this hash, and its drawings.
    pub(super) async fn drawings<F>(
        &self,
        hash: &str,
        text: impl FnOnce() -> F,
    ) -> Result<Arc<Drawings>, ReadError>
    where
        F: Future<Output = Result<String, ReadError>>,
    {
        let found = self.entries().find(hash);
        if let Some(drawings) = found
            && let Some(drawings) = drawings.get()
        {
            return Ok(drawings.clone());
        }
        let text = text().await?;
        let drawings = self.entries().put(hash, text.len());
        let make = || aside(move || Arc::new(Drawings::new(Definition::read(&text))));
        Ok(drawings.get_or_try_init(make).await?.clone())
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn text(bytes: usize) -> Result<String, ReadError> {
        Ok(" ".repeat(bytes))
    }

    #[tokio::test]
    async fn a_definition_is_read_and_drawn_once() {
        let diagrams = Diagrams::default();
        let one = || async { Ok(r#"{"Steps": [{"Name": "A"}, {"Name": "B"}]}"#.to_owned()) };
        let first = diagrams.drawings("a", one).await.unwrap();
        let drawing = first.drawing(&[]).await.unwrap();
        assert_eq!(drawing.layout.nodes.len(), 2);
        let never = || async { Err(ReadError::Execution) };
        let again = diagrams.drawings("a", never).await.unwrap();
        assert!(Arc::ptr_eq(&first, &again));
        assert!(Arc::ptr_eq(&drawing, &again.drawing(&[]).await.unwrap()));
    }

    #[tokio::test]
    async fn what_is_cached_is_bounded_by_bytes_and_the_least_used_goes() {
        let diagrams = Diagrams::default();
        for hash in ["a", "b"] {
            diagrams
                .definition(hash, || text(MAX_CACHED_BYTES / 3))
                .await
                .unwrap();
        }
        diagrams.definition("a", || text(0)).await.unwrap();
        diagrams
            .definition("c", || text(MAX_CACHED_BYTES / 2))
            .await
            .unwrap();
        let entries = diagrams.entries();
        assert!(entries.bytes <= MAX_CACHED_BYTES);
        assert!(entries.by_hash.contains_key("a") && !entries.by_hash.contains_key("b"));
    }
}
