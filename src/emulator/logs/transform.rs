//! The log of a transform job: the requests that its model container answered, and how its data were split.

use super::container::{ContainerEnd, ContainerRun};
use super::training::failure;
use super::writer::{Line, LogWriter};

/// Nominal seconds between two requests.
const REQUEST_SECONDS: f64 = 1.5;

/// Writes the log of the container, number 0, or that of the data, number 1.
pub fn write(log: &mut LogWriter, number: usize, container: &ContainerRun) {
    if number > 0 {
        log.line(1.0, |line| {
            let time = line.time("%Y-%m-%dT%H:%M:%S%.3f");
            format!("{time}:[sagemaker logs]: MaxConcurrentTransforms=1, MaxPayloadInMB=6, BatchStrategy=MULTI_RECORD")
        });
        return;
    }
    log.line(0.5, |line| request(line, "GET /ping", 0));
    log.line(0.1, |line| request(line, "GET /execution-parameters", 84));
    while log.has_room(REQUEST_SECONDS) {
        log.line(REQUEST_SECONDS, |line| {
            let bytes = line.random.between(2_000, 60_000);
            request(line, "POST /invocations", bytes)
        });
    }
    if let ContainerEnd::Failure(reason) = &container.end {
        failure(log, "/opt/ml/code/inference.py", reason);
    }
}

fn request(line: &Line, request: &str, bytes: i64) -> String {
    let time = line.time("%d/%b/%Y:%H:%M:%S +0000");
    format!(
        "169.254.255.130 - - [{time}] \"{request} HTTP/1.1\" 200 {bytes} \"-\" \"Go-http-client/1.1\""
    )
}
