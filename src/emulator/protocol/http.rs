//! The HTTP side: connections, headers, bodies; what is said goes through [`super::dispatch`], the controls and
//! the services beside SageMaker.

use super::errors::{Code, Refusal};
use super::{dispatch, json, query, s3};
use crate::House;
use crate::control;
use crate::faults::{Kind, Verdict};
use crate::security::{Caller, denied};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use serde_json::{Value, json};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// A definition of 1 MiB whose every character is escaped still fits.
const LARGEST_BODY: usize = 16 * 1024 * 1024;
/// How long open connections get to finish once the emulator is told to stop.
const FAREWELL: Duration = Duration::from_secs(2);
/// How long a client may take to send a request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);
const JSON: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");
const TARGET: &str = "x-amz-target";
const SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");
/// The header that tells a request's identifier.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// The connection is to be closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("reset on demand")]
pub(super) struct Reset;

/// Answers on `listener` until `shutdown` resolves.
pub async fn serve(
    house: Arc<House>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let graceful = GracefulShutdown::new();
    tokio::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    // Small answers on a kept connection would otherwise wait for the client's delayed ACK.
                    let _ = stream.set_nodelay(true);
                    let house = house.clone();
                    let service = service_fn(move |request| answer(house.clone(), request));
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
                Err(error) => {
                    // Most often too many open files: wait for some to close instead of spinning.
                    tracing::warn!(%error, "the local SageMaker could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    drop(listener);
    let _ = tokio::time::timeout(FAREWELL, graceful.shutdown()).await;
    Ok(())
}

async fn answer(
    house: Arc<House>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Reset> {
    let (head, body) = request.into_parts();
    if let Some(control) = head.uri.path().strip_prefix("/_emulator/") {
        // A page in some browser must not steer the emulator of the machine it is shown on.
        if head.headers.contains_key(hyper::header::ORIGIN) {
            let refused = json!({"error": "the controls do not answer pages of a browser"});
            return Ok(response(403, &refused));
        }
        return Ok(match read(body).await {
            Ok(body) => {
                let (status, answer) = control::answer(&house, &head.method, control, &body);
                response(status, &answer)
            }
            Err(refusal) => refuse(&refusal),
        });
    }
    if s3::is_meant(&head) {
        return s3::answer(&house, &head, body).await;
    }
    if head.method != Method::POST || head.uri.path() != "/" {
        return Ok(response(
            404,
            &json!({"__type": "UnknownOperationException"}),
        ));
    }
    if !head.headers.contains_key(TARGET) && query::is_form(&head.headers) {
        return query::answer(&house, &head.headers, body).await;
    }
    operation(&house, &head.headers, body).await
}

/// Answers a call of SageMaker.
async fn operation(
    house: &House,
    headers: &HeaderMap,
    body: Incoming,
) -> Result<Response<Full<Bytes>>, Reset> {
    let target = headers.get(TARGET).and_then(|target| target.to_str().ok());
    let Some(operation) = target.and_then(dispatch::find) else {
        return Ok(refuse(&Refusal::new(
            Code::UnknownOperation,
            "The requested operation is not recognized by the service.",
        )));
    };
    house.calls().count(operation.name);
    let Some(caller) = caller(headers) else {
        return Ok(refuse(&Refusal::new(
            Code::MissingAuthentication,
            "Missing Authentication Token",
        )));
    };
    let body = match read(body).await {
        Ok(body) => body,
        Err(refusal) => return Ok(refuse(&refusal)),
    };
    let Verdict { delay, instead } = house.faults().strike(operation.name);
    if delay > 0 {
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    let action = format!("sagemaker:{}", operation.name);
    let resource = resource(house, &body);
    let outcome = match (house.admit(&caller, &action, &resource), instead) {
        (Err(refusal), _) => Err(refusal),
        (Ok(()), Some(Kind::Reset)) => return Err(Reset),
        (Ok(()), Some(kind)) => Err(fault(kind, &house.user(&caller), &action, &resource)),
        (Ok(()), None) => dispatch::run(operation, house, &body),
    };
    Ok(match outcome {
        Ok(answer) => response(200, &answer),
        Err(refusal) => refuse(&refusal),
    })
}

/// Whose signature the request carries; `None` where it carries none.
pub(super) fn caller(headers: &HeaderMap) -> Option<Caller> {
    let text = |name: HeaderName| Some(headers.get(name)?.to_str().unwrap_or_default().to_owned());
    let signature = text(AUTHORIZATION)?;
    let key = signature
        .split_once("Credential=")
        .and_then(|(_, scope)| scope.split(['/', ',', ' ']).next());
    Some(Caller {
        key: key.unwrap_or_default().to_owned(),
        token: text(SECURITY_TOKEN),
    })
}

/// A request's body.
pub(super) async fn read(body: Incoming) -> Result<Bytes, Refusal> {
    match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Refusal::new(
            Code::Serialization,
            format!("The request is larger than {LARGEST_BODY} bytes"),
        )),
        Err(_) => Err(Refusal::new(Code::Serialization, "The request ended early")),
    }
}

/// What is answered in place of the operation's own answer.
fn fault(kind: Kind, user: &str, action: &str, resource: &str) -> Refusal {
    match kind {
        Kind::Throttle => Refusal::new(Code::Throttling, "Rate exceeded"),
        Kind::Conflict => {
            Refusal::conflict("The pipeline execution is between two steps. Try again.")
        }
        Kind::Denied => {
            let why = format!("because no identity-based policy allows the {action} action");
            denied(user, action, resource, &why)
        }
        Kind::Broken | Kind::Latency | Kind::Reset => Refusal::broken(),
    }
}

/// The resource a policy would be asked about, as far as the body names one.
fn resource(house: &House, body: &[u8]) -> String {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let member = |name: &str| body.get(name).and_then(Value::as_str);
    let named = ["PipelineExecutionArn", "PipelineArn", "ResourceArn"]
        .into_iter()
        .find_map(member);
    match (named, member("PipelineName")) {
        (Some(arn), _) => arn.to_owned(),
        (None, Some(arn)) if arn.starts_with("arn:") => arn.to_owned(),
        (None, Some(name)) => house
            .place
            .arn(&format!("pipeline/{}", name.to_lowercase())),
        (None, None) => house.place.arn("*"),
    }
}

fn refuse(refusal: &Refusal) -> Response<Full<Bytes>> {
    let (status, body) = refusal.on_the_wire();
    response(status, &body)
}

fn response(status: u16, body: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(json::written(body))));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, JSON);
    if let Ok(id) = HeaderValue::from_str(&request_id()) {
        headers.insert(REQUEST_ID, id);
    }
    response
}

/// A random identifier in the form of a version 4 UUID.
pub(super) fn request_id() -> String {
    let random = fastrand::u128(..);
    let random = (random & !(0xf << 76) & !(0b11 << 62)) | (0x4 << 76) | (0b10 << 62);
    let digits = format!("{random:032x}");
    format!(
        "{}-{}-{}-{}-{}",
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..]
    )
}

#[cfg(test)]
mod tests {
    use super::request_id;

    #[test]
    fn request_ids_look_like_the_services() {
        let id = request_id();
        let parts: Vec<usize> = id.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert_eq!(&id[14..15], "4");
        assert!("89ab".contains(&id[19..20]));
    }
}
