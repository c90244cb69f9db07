//! Multipart uploads that are not complete yet.

use md5::{Digest, Md5};
use std::collections::{BTreeMap, HashMap};

/// Bytes that all unfinished uploads may hold together.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// Unfinished uploads, by their identifiers.
#[derive(Debug, Default)]
pub struct Uploads(HashMap<String, Upload>);

#[derive(Debug)]
struct Upload {
    bucket: String,
    key: String,
    parts: BTreeMap<usize, Part>,
}

#[derive(Debug)]
struct Part {
    etag: String,
    contents: Vec<u8>,
}

/// Why an upload cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadError {
    /// There is no such upload to this key.
    NoSuchUpload,
    /// A part does not fit beside all others.
    TooLarge,
    /// The listed parts are not in ascending order.
    InvalidPartOrder,
    /// A listed part was not uploaded, or has another entity tag.
    InvalidPart,
}

impl Uploads {
    /// Begins an upload to a key; its identifier.
    pub fn create(&mut self, bucket: &str, key: &str) -> String {
        let id = format!("{:032x}", fastrand::u128(..));
        let upload = Upload {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            parts: BTreeMap::new(),
        };
        self.0.insert(id.clone(), upload);
        id
    }

    /// Adds a part, in place of an earlier one of this number; its entity tag.
    ///
    /// # Errors
    /// When there is no such upload, or the part does not fit.
    pub fn add_part(
        &mut self,
        id: &str,
        (bucket, key): (&str, &str),
        number: usize,
        contents: &[u8],
    ) -> Result<String, UploadError> {
        let bytes = self.total_bytes();
        let upload = self.find(id, (bucket, key))?;
        if bytes + contents.len() > MAX_BYTES {
            return Err(UploadError::TooLarge);
        }
        let etag = hex::encode(Md5::digest(contents));
        let part = Part {
            etag: etag.clone(),
            contents: contents.to_vec(),
        };
        upload.parts.insert(number, part);
        Ok(etag)
    }

    /// The contents of parts, listed by number and entity tag.
    ///
    /// # Errors
    /// When there is no such upload, or the list does not match its parts.
    pub fn contents(
        &mut self,
        id: &str,
        (bucket, key): (&str, &str),
        parts: &[(usize, String)],
    ) -> Result<Vec<u8>, UploadError> {
        let upload = self.find(id, (bucket, key))?;
        if !parts.is_sorted_by(|a, b| a.0 < b.0) {
            return Err(UploadError::InvalidPartOrder);
        }
        let mut contents = Vec::new();
        for (number, etag) in parts {
            let part = upload.parts.get(number).filter(|part| part.etag == *etag);
            contents.extend_from_slice(&part.ok_or(UploadError::InvalidPart)?.contents);
        }
        Ok(contents)
    }

    /// Ends an upload.
    ///
    /// # Errors
    /// When there is no such upload.
    pub fn remove(&mut self, id: &str, (bucket, key): (&str, &str)) -> Result<(), UploadError> {
        self.find(id, (bucket, key))?;
        self.0.remove(id);
        Ok(())
    }

    /// Ends all uploads to a bucket.
    pub fn remove_bucket(&mut self, bucket: &str) {
        self.0.retain(|_, upload| upload.bucket != bucket);
    }

    fn find(&mut self, id: &str, (bucket, key): (&str, &str)) -> Result<&mut Upload, UploadError> {
        let upload = self.0.get_mut(id);
        let upload = upload.filter(|upload| upload.bucket == bucket && upload.key == key);
        upload.ok_or(UploadError::NoSuchUpload)
    }

    fn total_bytes(&self) -> usize {
        let parts = self.0.values().flat_map(|upload| upload.parts.values());
        parts.map(|part| part.contents.len()).sum()
    }
}
