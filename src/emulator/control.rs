//! The emulator's own controls, under a path the service does not have.
//!
//! | request | does |
//! |---|---|
//! | `GET operations` | the names of SageMaker's operations that are answered |
//! | `GET calls` · `DELETE calls` | number of calls by operation; reset |
//! | `GET faults` · `POST faults` · `DELETE faults` | active faults; add one; clear all |
//! | `GET clock` · `POST clock` | the time; `{"advance_seconds": N}`, `{"freeze": true}`, `{"speed": N}`: N times as fast as the machine's |
//! | `GET sessions` | the sessions of the token service, and the calls that each made |
//! | `POST outcomes` | `{"pipeline", "step", "attempts", "reason", "seconds", "timeout_seconds", "logs", "values"}`: how a step of the pipeline's next start goes |
//! | `GET files/<bucket>/<key>` | the property file or report that a step wrote there |
//! | `POST definitions` | `{"pipeline", "definition"}`: gives a pipeline a definition that the service would refuse |
//!
//! An outcome is of the next execution that is started of the pipeline, once. `attempts` of the step fail, with
//! `reason`: one by default, none where only times or `values` are given. `seconds` is how long each attempt takes at
//! the service, before the emulator's speed is applied; `timeout_seconds` is how long a Lambda function may run; `logs`
//! are the lines of its log. `values` is what the step produces when it
//! succeeds: `files` (whole documents by the name of the property file, or by the address or its end), `metrics` (by
//! name), `outputs` (of a Lambda or a history's Callback, by name), `properties` (by path, such as
//! `ModelArtifacts.S3ModelArtifacts`). A second order for the same step adds to the first.
//!
//! `job` in place of `pipeline` and `step` is a job outside of a pipeline: its name, or how the name begins. The outcome is of
//! the next one that is created.
//!
//! `region` beside them names a Region; by default it is the first that has the pipeline.

use super::clock::{Clock, SPEED_RANGE};
use super::engine::{ScriptedOutcome, ScriptedValues};
use super::faults::Fault;
use super::jobs::files;
use super::model::{JOB_SCRIPTS, Version, World};
use super::operations::OPERATIONS;
use super::shared::Shared;
use hyper::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// A century, in seconds: longer times are mistakes, and would overflow milliseconds.
const MAX_SECONDS: f64 = 100.0 * 366.0 * 86_400.0;

type ControlResponse = (u16, Value);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockRequest {
    #[serde(default)]
    advance_seconds: f64,
    freeze: Option<bool>,
    speed: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutcomeRequest {
    region: Option<String>,
    pipeline: Option<String>,
    step: Option<String>,
    job: Option<String>,
    attempts: Option<u32>,
    reason: Option<String>,
    seconds: Option<f64>,
    timeout_seconds: Option<f64>,
    #[serde(default)]
    logs: Vec<String>,
    #[serde(default)]
    values: ValuesRequest,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ValuesRequest {
    files: Map<String, Value>,
    metrics: Map<String, Value>,
    outputs: Map<String, Value>,
    properties: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DefinitionRequest {
    region: Option<String>,
    pipeline: String,
    definition: String,
}

/// Handles a control request; `control` is the path after `/_emulator/`.
pub(super) fn answer(
    shared: &Shared,
    method: &Method,
    control: &str,
    body: &[u8],
) -> ControlResponse {
    match (method.as_str(), control) {
        ("GET", "calls") => (200, json!(shared.calls().counts())),
        ("DELETE", "calls") => {
            shared.calls().clear();
            done()
        }
        ("GET", "operations") => (200, operations()),
        ("GET", "faults") => (200, json!(shared.faults().list())),
        ("POST", "faults") => with_request(body, |fault: Fault| {
            shared.faults().add(fault);
            done()
        }),
        ("DELETE", "faults") => {
            shared.faults().clear();
            done()
        }
        ("GET", "sessions") => (200, json!(shared.sessions().list())),
        ("GET", "clock") => time(&mut shared.world()),
        ("POST", "clock") => with_request(body, |request| clock(shared, &request)),
        ("POST", "outcomes") => with_request(body, |request| outcome(shared, request)),
        ("POST", "definitions") => with_request(body, |request| definition(shared, &request)),
        ("GET", _) if control.starts_with("files/") => file(shared, &control["files/".len()..]),
        (
            _,
            "operations" | "calls" | "faults" | "sessions" | "clock" | "outcomes" | "definitions",
        ) => (
            405,
            json!({"error": format!("{control} does not take {method}")}),
        ),
        _ => (
            404,
            json!({"error": format!("there is no control called {control}")}),
        ),
    }
}

fn operations() -> Value {
    OPERATIONS.iter().map(|operation| operation.name).collect()
}

fn done() -> ControlResponse {
    (200, json!({}))
}

fn with_request<T: DeserializeOwned>(
    body: &[u8],
    act: impl FnOnce(T) -> ControlResponse,
) -> ControlResponse {
    match serde_json::from_slice(body) {
        Ok(request) => act(request),
        Err(error) => (400, json!({"error": error.to_string()})),
    }
}

fn time(world: &mut World) -> ControlResponse {
    let now = world.tick();
    (
        200,
        json!({
            "now": now as f64 / 1000.0,
            "frozen": world.clock.is_frozen(),
            "speed": world.clock.rate(),
        }),
    )
}

fn clock(shared: &Shared, request: &ClockRequest) -> ControlResponse {
    let ClockRequest {
        advance_seconds,
        freeze,
        speed,
    } = *request;
    if !(0.0..=MAX_SECONDS).contains(&advance_seconds) {
        return (
            400,
            json!({"error": "advance_seconds must be between 0 and a century"}),
        );
    }
    if speed.is_some_and(|speed| !SPEED_RANGE.contains(&speed)) {
        let (least, most) = (SPEED_RANGE.start(), SPEED_RANGE.end());
        return (
            400,
            json!({"error": format!("speed must be between {least} and {most}")}),
        );
    }
    let mut regions = shared.regions();
    let mut setting = None;
    for world in regions.worlds_mut() {
        // Events that are due before the clock moves are processed first, with the pace and in the order of that time.
        let now = world.tick();
        match setting {
            None => {
                if let Some(frozen) = freeze {
                    world.clock.freeze(frozen);
                }
                if let Some(speed) = speed {
                    world.clock.run_at(speed);
                }
                world
                    .clock
                    .advance((advance_seconds * 1000.0).round() as i64);
                setting = Some(world.clock.setting());
            }
            // All Regions have the clock of the first.
            Some(setting) => world.clock = Clock::set(setting, now),
        }
        world.tick();
        if let Err(error) = world.save() {
            tracing::error!(%error, "the local SageMaker's state is not saved: {error}");
        }
    }
    drop(regions);
    time(&mut shared.world())
}

/// A document that a step wrote, by bucket and key.
fn file(shared: &Shared, place: &str) -> ControlResponse {
    let address = format!("s3://{place}");
    let mut regions = shared.regions();
    let document = regions.worlds_mut().find_map(|world| {
        world.tick();
        files::find(world, &address)
    });
    match document.and_then(|document| serde_json::from_slice(&document.contents).ok()) {
        Some(document) => (200, document),
        None => (
            404,
            json!({"error": format!("no step wrote a document to {address}")}),
        ),
    }
}

fn outcome(shared: &Shared, request: OutcomeRequest) -> ControlResponse {
    if let Err(fault) = check(&request) {
        return (400, json!({"error": fault}));
    }
    let region = request.region.as_deref();
    let (mut world, key, step) = match (&request.pipeline, &request.step, &request.job) {
        (Some(pipeline), Some(step), None) => {
            let world = shared.world_with(pipeline, region);
            if world.pipelines.by_name(pipeline).is_none() {
                let error = format!("there is no pipeline called {pipeline}");
                return (404, json!({"error": error}));
            }
            (world, pipeline.to_lowercase(), step.clone())
        }
        (None, None, Some(job)) => {
            let world = shared.world_of(region);
            (world, JOB_SCRIPTS.to_owned(), job.clone())
        }
        _ => {
            let error = "either pipeline and step are needed, or job";
            return (400, json!({"error": error}));
        }
    };
    let scripts = world.scripts.entry(key).or_default();
    match scripts.iter_mut().find(|script| script.step == step) {
        Some(script) => add(script, request),
        None => {
            let mut script = ScriptedOutcome {
                step,
                ..ScriptedOutcome::default()
            };
            add(&mut script, request);
            scripts.push(script);
        }
    }
    done()
}

/// Checks a request; the error is a message.
fn check(request: &OutcomeRequest) -> Result<(), &'static str> {
    let is_possible =
        |seconds: Option<f64>| seconds.is_none_or(|seconds| (0.0..=MAX_SECONDS).contains(&seconds));
    if !is_possible(request.seconds) {
        return Err("seconds must be between 0 and a century");
    }
    if !is_possible(request.timeout_seconds) {
        return Err("timeout_seconds must be between 0 and a century");
    }
    match request.values.metrics.values().all(Value::is_number) {
        true => Ok(()),
        false => Err("metrics must be numbers"),
    }
}

/// Adds a request to the scripted outcome of a step.
fn add(script: &mut ScriptedOutcome, request: OutcomeRequest) {
    let ValuesRequest {
        files,
        metrics,
        outputs,
        properties,
    } = request.values;
    let values = ScriptedValues {
        files,
        metrics,
        outputs,
        properties,
    };
    let takes =
        request.seconds.is_some() || request.timeout_seconds.is_some() || !request.logs.is_empty();
    let produces = takes || values != ScriptedValues::default();
    match (request.attempts, &request.reason) {
        (Some(attempts), _) => script.attempts = attempts,
        (None, None) if produces => {}
        (None, _) => script.attempts = 1,
    }
    if let Some(reason) = request.reason {
        script.reason = reason;
    }
    let millis = |seconds: f64| (seconds * 1000.0).round() as i64;
    script.duration = request.seconds.map(millis).or(script.duration);
    script.timeout = request.timeout_seconds.map(millis).or(script.timeout);
    script.log.extend(request.logs);
    script.values.files.extend(values.files);
    script.values.metrics.extend(values.metrics);
    script.values.outputs.extend(values.outputs);
    script.values.properties.extend(values.properties);
}

fn definition(shared: &Shared, request: &DefinitionRequest) -> ControlResponse {
    let mut world = shared.world_with(&request.pipeline, request.region.as_deref());
    let now = world.tick();
    let pipeline = world.pipelines.by_name(&request.pipeline);
    match pipeline.and_then(|key| world.pipelines.get_mut(key)) {
        None => (
            404,
            json!({"error": format!("there is no pipeline called {}", request.pipeline)}),
        ),
        Some(pipeline) => {
            pipeline
                .versions
                .push(Version::new(&request.definition, now));
            pipeline.modified = now;
            (200, json!({"version": pipeline.newest()}))
        }
    }
}
