//! A small object store for what clients of SageMaker put into Amazon S3: large definitions, scripts, data, reports. It
//! does not depend on the protocol or on pipelines.
//!
//! There are no versions of objects. Buckets are created when an object is put into them.

mod uploads;

pub use uploads::{UploadError, Uploads};

use super::engine::Millis;
use md5::{Digest, Md5};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

/// The capacity for all objects together, keys included, in bytes.
const CAPACITY_BYTES: usize = 256 * 1024 * 1024;

/// An object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its bytes.
    pub contents: Arc<[u8]>,
    /// The MD5 of its contents in hexadecimal digits, without the quotes of the header.
    pub etag: String,
    /// When it was put.
    pub modified: Millis,
}

impl Object {
    /// An object of these bytes.
    pub fn new(contents: impl Into<Arc<[u8]>>, modified: Millis) -> Object {
        let contents = contents.into();
        Object {
            etag: hex::encode(Md5::digest(&contents)),
            contents,
            modified,
        }
    }
}

/// The store has no space left for an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the local object store holds at most {CAPACITY_BYTES} bytes")]
pub struct StorageFullError;

/// Why a bucket cannot be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeleteBucketError {
    /// It does not exist.
    NoSuchBucket,
    /// It has objects.
    NotEmpty,
}

/// Buckets and their objects.
#[derive(Debug, Clone)]
pub struct Storage {
    buckets: BTreeMap<String, BTreeMap<String, Object>>,
    used_bytes: usize,
    capacity: usize,
}

impl Default for Storage {
    fn default() -> Storage {
        Storage::with_capacity(CAPACITY_BYTES)
    }
}

impl Storage {
    /// A store with a capacity in bytes.
    fn with_capacity(capacity: usize) -> Storage {
        Storage {
            buckets: BTreeMap::new(),
            used_bytes: 0,
            capacity,
        }
    }

    /// Creates a bucket unless it exists.
    pub fn make_bucket(&mut self, bucket: &str) {
        if !self.buckets.contains_key(bucket) {
            self.buckets.insert(bucket.to_owned(), BTreeMap::new());
        }
    }

    /// Deletes an empty bucket.
    ///
    /// # Errors
    /// When it does not exist, or has objects.
    pub fn delete_bucket(&mut self, bucket: &str) -> Result<(), DeleteBucketError> {
        let objects = self.buckets.get(bucket);
        match objects.map(BTreeMap::is_empty) {
            None => Err(DeleteBucketError::NoSuchBucket),
            Some(false) => Err(DeleteBucketError::NotEmpty),
            Some(true) => {
                self.buckets.remove(bucket);
                Ok(())
            }
        }
    }

    /// Whether a bucket exists.
    pub fn has_bucket(&self, bucket: &str) -> bool {
        self.buckets.contains_key(bucket)
    }

    /// The names of all buckets, in order.
    pub fn buckets(&self) -> impl Iterator<Item = &str> {
        self.buckets.keys().map(String::as_str)
    }

    /// Puts an object, or replaces it.
    ///
    /// # Errors
    /// When there is not enough space; an object that existed is unchanged.
    pub fn put(
        &mut self,
        bucket: &str,
        key: &str,
        contents: impl Into<Arc<[u8]>>,
        now: Millis,
    ) -> Result<&Object, StorageFullError> {
        let object = Object::new(contents, now);
        let replaced = self
            .get(bucket, key)
            .map_or(0, |object| size(key, &object.contents));
        let used_bytes = self.used_bytes - replaced + size(key, &object.contents);
        if used_bytes > self.capacity {
            return Err(StorageFullError);
        }
        self.used_bytes = used_bytes;
        let bucket = self.buckets.entry(bucket.to_owned()).or_default();
        Ok(bucket.entry(key.to_owned()).insert_entry(object).into_mut())
    }

    /// The object with a key.
    pub fn get(&self, bucket: &str, key: &str) -> Option<&Object> {
        self.buckets.get(bucket)?.get(key)
    }

    /// Deletes an object; returns whether it existed.
    pub fn delete(&mut self, bucket: &str, key: &str) -> bool {
        let removed = self
            .buckets
            .get_mut(bucket)
            .and_then(|bucket| bucket.remove(key));
        if let Some(object) = &removed {
            self.used_bytes -= size(key, &object.contents);
        }
        removed.is_some()
    }

    /// The objects whose keys begin with `prefix`, in the order of their keys' bytes, as S3 lists them.
    pub fn list<'s>(
        &'s self,
        bucket: &str,
        prefix: &'s str,
    ) -> impl Iterator<Item = (&'s str, &'s Object)> {
        self.buckets
            .get(bucket)
            .into_iter()
            .flat_map(move |bucket| {
                bucket.range::<str, _>((Bound::Included(prefix), Bound::Unbounded))
            })
            .take_while(move |(key, _)| key.starts_with(prefix))
            .map(|(key, object)| (key.as_str(), object))
    }
}

fn size(key: &str, contents: &[u8]) -> usize {
    key.len() + contents.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_returned_as_it_was_put() {
        let mut storage = Storage::default();
        let etag = storage
            .put("models", "a/b", *b"hello", 7)
            .map(|object| object.etag.clone());
        assert_eq!(etag.as_deref(), Ok("5d41402abc4b2a76b9719d911017c592"));
        let object = storage.get("models", "a/b").expect("it is there");
        assert_eq!((&object.contents[..], object.modified), (&b"hello"[..], 7));
        assert_eq!(storage.get("models", "a"), None);
        assert_eq!(storage.get("others", "a/b"), None);
        assert!(storage.delete("models", "a/b"));
        assert!(!storage.delete("models", "a/b"));
        assert!(storage.has_bucket("models"));
    }

    #[test]
    fn a_list_has_what_begins_with_its_prefix_in_order() {
        let mut storage = Storage::default();
        for key in ["b/2", "a/1", "b/10", "b", "c"] {
            storage.put("data", key, *b"x", 0).expect("room");
        }
        let keys = |prefix| -> Vec<&str> { storage.list("data", prefix).map(|o| o.0).collect() };
        assert_eq!(keys("b/"), ["b/10", "b/2"]);
        assert_eq!(keys(""), ["a/1", "b", "b/10", "b/2", "c"]);
        assert_eq!(storage.list("nowhere", "").count(), 0);
    }

    #[test]
    fn an_object_beyond_the_capacity_is_rejected_and_changes_nothing() {
        let mut storage = Storage::with_capacity(10);
        storage.put("data", "a", [0; 9], 0).expect("room");
        assert_eq!(storage.put("data", "b", [0; 1], 0), Err(StorageFullError));
        // The space of the replaced object counts as free.
        storage.put("data", "a", [1; 5], 0).expect("room");
        storage.put("data", "b", [0; 3], 0).expect("room");
        storage.delete("data", "a");
        storage.put("data", "c", [0; 5], 0).expect("room");
    }
}
