//! What jobs wrote to S3, as far as pipelines read it: property files and other reports.

use crate::engine::Millis;
use crate::model::{ExecutionKey, World};

/// Executions that are looked through for an address that names none, newest first.
const MAX_EXECUTIONS_SEARCHED: usize = 200;

/// A document that a job wrote.
pub struct JobDocument {
    /// JSON.
    pub contents: Vec<u8>,
    /// When its execution last changed, which is not before it was written.
    pub modified: Millis,
}

/// The document at an address in S3 (`s3://<bucket>/<key>`), as its job wrote it; none where no step that succeeded
/// wrote one there.
///
/// There is no index of documents: the execution is usually named in the address or in the job's name in it; else the
/// newest executions are asked.
pub fn find(world: &World, address: &str) -> Option<JobDocument> {
    let mut parts = address.split(|c: char| !c.is_ascii_alphanumeric());
    let named = parts.find_map(|part| world.executions.by_id(part));
    if let Some(document) = named.and_then(|key| document_of(world, key, address)) {
        return Some(document);
    }
    let newest = world.executions.iter().rev().take(MAX_EXECUTIONS_SEARCHED);
    newest
        .filter(|(key, _)| Some(*key) != named)
        .find_map(|(key, _)| document_of(world, key, address))
}

fn document_of(world: &World, key: ExecutionKey, address: &str) -> Option<JobDocument> {
    let execution = world.execution(key)?;
    let document = execution.run.document_at(address)?;
    Some(JobDocument {
        contents: serde_json::to_vec(&document).ok()?,
        modified: execution.run.last_modified(),
    })
}
