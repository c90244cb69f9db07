//! Property files and other reports that jobs wrote to S3.

use crate::engine::Millis;
use crate::engine::Run;
use crate::model::{ExecutionKey, JobKind, World};

/// How many of the newest executions, and jobs of a type, are searched for an address that names no execution.
const MAX_SEARCHED: usize = 200;

/// A document that a job wrote.
pub struct JobDocument {
    /// JSON.
    pub contents: Vec<u8>,
    /// The last change of its execution, which is not before it was written.
    pub modified: Millis,
}

/// The document that a step which succeeded wrote to an S3 address (`s3://<bucket>/<key>`); none where there is none.
///
/// Documents are not indexed: the address, or the job's name in it, usually names the execution; else the newest
/// executions are searched.
pub fn find(world: &World, address: &str) -> Option<JobDocument> {
    let mut parts = address.split(|c: char| !c.is_ascii_alphanumeric());
    let named = parts.find_map(|part| world.executions.by_id(part));
    if let Some(document) = named.and_then(|key| document_of(world, key, address)) {
        return Some(document);
    }
    let newest = world.executions.iter().rev().take(MAX_SEARCHED);
    newest
        .filter(|(key, _)| Some(*key) != named)
        .find_map(|(key, _)| document_of(world, key, address))
        .or_else(|| of_direct_job(world, address))
}

/// The same of the newest jobs that requests created.
fn of_direct_job(world: &World, address: &str) -> Option<JobDocument> {
    JobKind::DIRECT.into_iter().find_map(|kind| {
        let newest = world.direct_jobs(kind).rev().take(MAX_SEARCHED);
        newest
            .filter_map(|(_, name)| world.direct_job(kind, name))
            .find_map(|run| written(&run, address))
    })
}

fn document_of(world: &World, key: ExecutionKey, address: &str) -> Option<JobDocument> {
    written(&world.execution(key)?.run, address)
}

fn written(run: &Run, address: &str) -> Option<JobDocument> {
    let document = run.document_at(address)?;
    Some(JobDocument {
        contents: serde_json::to_vec(&document).ok()?,
        modified: run.last_modified(),
    })
}
