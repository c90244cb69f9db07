//! Starting an execution.

use super::common::{pipeline, requested_parallelism};
use super::pipelines::version_number;
use super::{as_read, parameters, selection};
use crate::engine::{CacheEntry, Millis, Program, Run, Selective, SourceExecution, StartSpec};
use crate::model::{Execution, PipelineKey, World};
use crate::protocol::OperationResult;
use crate::protocol::errors::ServiceError;
use crate::protocol::input::Input;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Earlier executions that are searched for cached results, newest first.
const MAX_CACHE_EXECUTIONS: usize = 50;

/// `StartPipelineExecution`.
pub fn start(world: &mut World, input: Input, now: Millis) -> OperationResult {
    let (key, pipeline) = pipeline(world, input)?;
    if input.has("RoleArn") {
        return Err(ServiceError::validation(
            "RoleArn can only be specified for pipelines that are managed by AWS.",
        ));
    }
    let version = version_number(pipeline, input)?;
    let Some(bound) = pipeline.version(version) else {
        return Err(ServiceError::not_found("The pipeline has no such version."));
    };
    as_read::check_startable(pipeline, version)?;
    let program = bound.program.clone();
    let parameters = parameters::requested(&bound.read, input)?;
    let selective = selection::requested(world, key, &program, input)?;
    let cached = match &selective {
        None => cached(world, key, &program),
        // A selective execution runs every selected step.
        Some(_) => Vec::new(),
    };
    let place = pipeline.arn_context.clone();
    let count = world.pipelines.executions(key).len();
    let spec = StartSpec {
        source_executions: source_executions(world, &cached, selective.as_ref()),
        role: Some(pipeline.role_arn.clone()),
        parameters,
        parallelism: requested_parallelism(input).or(pipeline.parallelism),
        pace: world.pace,
        selective,
        cached,
        // Only scripted steps fail, so that nothing that people try out depends on luck.
        failure_rate: 0.0,
        ..StartSpec::new(place, unused_id(world), seed(&pipeline.name, count), now)
    };
    let display_name = input.owned("PipelineExecutionDisplayName");
    let name = pipeline.name.to_lowercase();
    let outcomes = world.scripts.remove(&name).unwrap_or_default();
    let execution = Execution::new(
        Run::start(program, StartSpec { outcomes, ..spec }),
        version,
        display_name.unwrap_or_else(|| format!("execution-{now}")),
        input.owned("PipelineExecutionDescription"),
        input.owned("MlflowExperimentName"),
    );
    let arn = execution.arn();
    let execution = world.executions.add(key, execution);
    world.note_start(execution, key, version, arn.clone(), now);
    world.change(execution, now, |_| ());
    Ok(json!({"PipelineExecutionArn": arn}))
}

/// Twelve characters that are not an execution's identifier yet.
fn unused_id(world: &World) -> String {
    const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    loop {
        let id: String = (0..12)
            .map(|_| char::from(ALPHABET[fastrand::usize(..ALPHABET.len())]))
            .collect();
        if world.executions.by_id(&id).is_none() {
            return id;
        }
    }
}

/// The n-th execution of a pipeline runs in the same way in every emulator.
fn seed(pipeline: &str, count: usize) -> u64 {
    let digest = Sha256::digest(format!("{}/{count}", pipeline.to_lowercase()));
    digest
        .iter()
        .take(8)
        .fold(0, |seed, byte| seed << 8 | u64::from(*byte))
}

/// The earlier executions whose results are reused, each once.
fn source_executions(
    world: &World,
    cached: &[CacheEntry],
    selective: Option<&Selective>,
) -> Vec<SourceExecution> {
    let selected = selective.into_iter().flat_map(Selective::sources);
    let known = cached.iter().map(|entry| &entry.source);
    let mut sources: Vec<&String> = known.chain(selected).collect();
    sources.sort_unstable();
    sources.dedup();
    let known = |source: &String| {
        let execution = world.execution(world.find_execution(source)?)?;
        Some(execution.run.as_source_execution())
    };
    sources.into_iter().filter_map(known).collect()
}

/// The results of earlier executions for steps with caching enabled: of equal ones the newest.
fn cached(world: &World, pipeline: PipelineKey, program: &Program) -> Vec<CacheEntry> {
    if !program.caches() {
        return Vec::new();
    }
    let executions = world.pipelines.executions(pipeline).iter().rev();
    let mut newest: BTreeMap<(String, Option<u64>), CacheEntry> = BTreeMap::new();
    for key in executions.take(MAX_CACHE_EXECUTIONS) {
        let Some(execution) = world.execution(*key) else {
            continue;
        };
        for result in execution.run.results() {
            let entry = newest.entry((result.step.clone(), result.key));
            let kept = entry.or_insert_with(|| result.clone());
            if kept.ended < result.ended {
                *kept = result;
            }
        }
    }
    newest.into_values().collect()
}
