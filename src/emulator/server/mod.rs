//! The server: connections, and the way from a request to SageMaker's operations, STS and IAM, S3 or the controls.

mod dispatch;
mod identity_service;
mod logs_service;
mod query;
mod query_api;
mod request;
mod s3;
mod token_service;
mod xml;

#[cfg(test)]
pub use dispatch::{find, run};

use crate::control;
use crate::faults::{FaultEffect, FaultKind};
use crate::protocol::errors::{ErrorCode, ServiceError};
use crate::protocol::json;
use crate::security::access_denied;
use crate::shared::Shared;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use request::{ConnectionReset, REQUEST_ID, caller, new_request_id, read_body};
use serde_json::{Value, json};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};

/// How long open connections may take to finish at the end.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a client may take to send a request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);
/// How long to wait for connections to close when no more can be accepted.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(50);
const JSON: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");
const TARGET_HEADER: &str = "x-amz-target";
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
/// Members that hold the ARN of what a call is about.
const ARN_MEMBERS: [&str; 4] = [
    "PipelineExecutionArn",
    "PipelineArn",
    "ResourceArn",
    "ModelPackageArn",
];
/// Members that hold its name or its ARN, and its type: an endpoint before its configuration, a package before its group.
const NAME_MEMBERS: [(&str, &str); 11] = [
    // First those of requests that name something else too, such as the model of a transform job.
    ("TrainingJobName", "training-job"),
    ("ProcessingJobName", "processing-job"),
    ("TransformJobName", "transform-job"),
    ("HyperParameterTuningJobName", "hyper-parameter-tuning-job"),
    ("AutoMLJobName", "automl-job"),
    ("EndpointName", "endpoint"),
    ("EndpointConfigName", "endpoint-config"),
    ("ModelPackageName", "model-package"),
    ("ModelPackageGroupName", "model-package-group"),
    ("ModelName", "model"),
    ("InferenceComponentName", "inference-component"),
];

/// Answers on `listener` until `shutdown` resolves.
///
/// # Errors
/// When the listener cannot be used at all.
pub async fn serve(
    shared: Arc<Shared>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let graceful = GracefulShutdown::new();
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => connect(shared.clone(), stream, &graceful),
                Err(error) => {
                    // Most often too many open files.
                    tracing::warn!(%error, "the local SageMaker could not accept a connection");
                    tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
                }
            },
        }
    }
    drop(listener);
    let _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, graceful.shutdown()).await;
    Ok(())
}

/// Answers the requests of a connection, on a task of its own.
fn connect(shared: Arc<Shared>, stream: TcpStream, graceful: &GracefulShutdown) {
    // Small answers on a reused connection would otherwise wait for the client's delayed ACK.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| answer(shared.clone(), request));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    let connection = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "a connection to the local SageMaker ended early");
        }
    });
}

async fn answer(
    shared: Arc<Shared>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, ConnectionReset> {
    let (head, body) = request.into_parts();
    if let Some(control) = head.uri.path().strip_prefix("/_emulator/") {
        // A page in a browser must not control the emulator of the machine that shows it.
        if head.headers.contains_key(hyper::header::ORIGIN) {
            let error = json!({"error": "the controls do not answer pages of a browser"});
            return Ok(response(403, &error));
        }
        return Ok(match read_body(body).await {
            Ok(body) => {
                let (status, answer) = control::answer(&shared, &head.method, control, &body);
                response(status, &answer)
            }
            Err(error) => error_response(&error),
        });
    }
    if s3::is_signed_for(&head) {
        return s3::answer(&shared, &head, body).await;
    }
    if head.method != Method::POST || head.uri.path() != "/" {
        return Ok(unknown_address());
    }
    if !head.headers.contains_key(TARGET_HEADER) && query::is_form(&head.headers) {
        return query::answer(&shared, &head.headers, body).await;
    }
    operation(&shared, &head.headers, body).await
}

/// What services whose operations are addresses say where they have none: clients read the header before the body.
fn unknown_address() -> Response<Full<Bytes>> {
    let name = "UnknownOperationException";
    let mut response = response(404, &json!({"__type": name}));
    let headers = response.headers_mut();
    headers.insert(ERROR_TYPE, HeaderValue::from_static(name));
    response
}

/// Answers a call of SageMaker, or of CloudWatch Logs.
async fn operation(
    shared: &Shared,
    headers: &HeaderMap,
    body: Incoming,
) -> Result<Response<Full<Bytes>>, ConnectionReset> {
    let target = headers
        .get(TARGET_HEADER)
        .and_then(|target| target.to_str().ok())
        .unwrap_or_default();
    if let Some(operation) = dispatch::find(target) {
        let call = JsonCall {
            name: operation.name,
            action: format!("sagemaker:{}", operation.name),
            resource,
        };
        return call
            .answer(shared, headers, body, |region, body| {
                let answer = dispatch::run(operation, shared, region, body);
                answer.map_err(|error| error.to_wire())
            })
            .await;
    }
    if let Some(operation) = logs_service::find(target) {
        let call = JsonCall {
            name: operation.name,
            action: format!("logs:{}", operation.name),
            resource: logs_service::resource,
        };
        return call
            .answer(shared, headers, body, |region, body| {
                logs_service::answer(operation, shared, region, body)
            })
            .await;
    }
    Ok(error_response(&ServiceError::new(
        ErrorCode::UnknownOperation,
        "The requested operation is not recognized by the service.",
    )))
}

/// A call of the JSON protocol.
struct JsonCall {
    /// The operation.
    name: &'static str,
    /// What policies call it.
    action: String,
    /// The resource that policies are asked about, by the Region and the body.
    resource: fn(&Shared, Option<&str>, &[u8]) -> String,
}

impl JsonCall {
    /// Answers it with what `run` returns for its Region and its body, unless it is refused before.
    async fn answer(
        self,
        shared: &Shared,
        headers: &HeaderMap,
        body: Incoming,
        run: impl FnOnce(Option<&str>, &[u8]) -> Result<Value, (u16, Value)>,
    ) -> Result<Response<Full<Bytes>>, ConnectionReset> {
        shared.calls().count(self.name);
        let Some(caller) = caller(headers) else {
            return Ok(error_response(&ServiceError::new(
                ErrorCode::MissingAuthentication,
                "Missing Authentication Token",
            )));
        };
        let body = match read_body(body).await {
            Ok(body) => body,
            Err(error) => return Ok(error_response(&error)),
        };
        let FaultEffect { delay_ms, instead } = shared.faults().apply(self.name);
        if delay_ms > 0 {
            tokio::time::sleep(Duration::from_millis(delay_ms)).await;
        }
        let region = caller.region.as_deref();
        let resource = (self.resource)(shared, region, &body);
        let action = &self.action;
        let result = match (shared.authorize(&caller, action, &resource), instead) {
            (Err(error), _) => Err(error.to_wire()),
            (Ok(()), Some(FaultKind::Reset)) => return Err(ConnectionReset),
            (Ok(()), Some(kind)) => {
                Err(fault(kind, &shared.user_arn(&caller), action, &resource).to_wire())
            }
            (Ok(()), None) => run(region, &body),
        };
        Ok(match result {
            Ok(answer) => response(200, &answer),
            Err((status, body)) => response(status, &body),
        })
    }
}

/// The error that a fault puts in place of an operation's answer.
fn fault(kind: FaultKind, user: &str, action: &str, resource: &str) -> ServiceError {
    match kind {
        FaultKind::Throttle => ServiceError::new(ErrorCode::Throttling, "Rate exceeded"),
        FaultKind::Conflict => {
            ServiceError::conflict("The pipeline execution is between two steps. Try again.")
        }
        FaultKind::Denied => {
            let why = format!("because no identity-based policy allows the {action} action");
            access_denied(user, action, resource, &why)
        }
        FaultKind::Broken | FaultKind::Latency | FaultKind::Reset => ServiceError::internal(),
    }
}

/// The resource that a policy is asked about: the one that the body names, else all.
fn resource(shared: &Shared, region: Option<&str>, body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let member = |name: &str| body.get(name).and_then(Value::as_str);
    let arn = ARN_MEMBERS.into_iter().find_map(member);
    let named = || {
        let mut members = NAME_MEMBERS.into_iter();
        members.find_map(|(name, kind)| Some((kind, member(name)?)))
    };
    match (arn, member("PipelineName")) {
        (Some(arn), _) => arn.to_owned(),
        (None, Some(arn)) if arn.starts_with("arn:") => arn.to_owned(),
        (None, Some(name)) => shared.pipeline_arn(name, region),
        (None, None) => match named() {
            Some((_, arn)) if arn.starts_with("arn:") => arn.to_owned(),
            Some((kind, name)) => {
                let world = shared.world_of(region);
                world.arn_context.arn_of(kind, name)
            }
            None => shared.world_of(region).arn_context.arn("*"),
        },
    }
}

fn error_response(error: &ServiceError) -> Response<Full<Bytes>> {
    let (status, body) = error.to_wire();
    response(status, &body)
}

fn response(status: u16, body: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(json::to_bytes(body))));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, JSON);
    if let Ok(id) = HeaderValue::from_str(&new_request_id()) {
        headers.insert(REQUEST_ID, id);
    }
    response
}
