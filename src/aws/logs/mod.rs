//! Calls to Amazon CloudWatch Logs: the streams of a job, and their lines.
//!
//! Quotas are per account and Region and cannot be raised: 10 GetLogEvents a second in some Regions
//! ("CloudWatch Logs service quotas" in the user guide).

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use serde_json::{Value, json};
use sluicegate_domain::{AwsError, LogEvent, LogLocation, LogStream};

use super::Client;
use super::pages::{self, Listing, Page};

/// The most streams that one DescribeLogStreams returns.
const STREAMS_PER_PAGE: u32 = 50;

/// One answer of GetLogEvents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPage {
    /// In the order in which they were written; may be empty though there are more.
    pub events: Vec<LogEvent>,
    /// Where reading goes on. The same as the token that asked for this page at the stream's present end.
    pub next: Option<String>,
}

impl Client {
    /// The streams of a job, or of a whole group (`DescribeLogStreams`, all pages), in the order of their names.
    pub fn log_streams<'a>(
        &'a self,
        location: &'a LogLocation,
    ) -> BoxFuture<'a, Result<Listing<LogStream>, AwsError>> {
        Box::pin(async move {
            pages::all(|token| async move {
                let mut input = json!({
                    "logGroupName": location.group,
                    "limit": STREAMS_PER_PAGE,
                });
                set(
                    &mut input,
                    "logStreamNamePrefix",
                    location.stream_prefix.as_deref(),
                );
                set(&mut input, "nextToken", token.as_deref());
                let answer = self.call_logs("DescribeLogStreams", input).await?;
                Ok(Page::of(
                    list(&answer, "logStreams"),
                    text(&answer, "nextToken"),
                    |stream| log_stream(&stream),
                ))
            })
            .await
        })
    }

    /// The next lines of a stream, from its beginning where there is no token yet (`GetLogEvents`).
    pub fn log_events<'a>(
        &'a self,
        group: &'a str,
        stream: &'a str,
        token: Option<&'a str>,
    ) -> BoxFuture<'a, Result<LogPage, AwsError>> {
        Box::pin(async move {
            let mut input = json!({
                "logGroupName": group,
                "logStreamName": stream,
                "startFromHead": true,
            });
            set(&mut input, "nextToken", token);
            let answer = self.call_logs("GetLogEvents", input).await?;
            Ok(LogPage {
                events: events(&answer),
                next: text(&answer, "nextForwardToken"),
            })
        })
    }

    async fn call_logs(&self, operation: &'static str, input: Value) -> Result<Value, AwsError> {
        let client = self.logs();
        client
            .read(operation, |client| client.call(operation, input))
            .await
    }
}

fn set(input: &mut Value, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        input[name] = value.into();
    }
}

fn text(answer: &Value, name: &str) -> Option<String> {
    let text = answer.get(name)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

fn list(answer: &Value, name: &str) -> Option<Vec<Value>> {
    answer.get(name)?.as_array().cloned()
}

/// Milliseconds since 1970.
fn time(answer: &Value, name: &str) -> Option<Timestamp> {
    Timestamp::from_millisecond(answer.get(name)?.as_i64()?).ok()
}

fn log_stream(answer: &Value) -> Option<LogStream> {
    Some(LogStream {
        name: text(answer, "logStreamName")?,
        first_event: time(answer, "firstEventTimestamp"),
        last_ingestion: time(answer, "lastIngestionTime"),
    })
}

fn events(answer: &Value) -> Vec<LogEvent> {
    let events = answer.get("events").and_then(Value::as_array);
    let event = |event: &Value| {
        Some(LogEvent {
            at: time(event, "timestamp"),
            message: event.get("message")?.as_str()?.to_owned(),
        })
    };
    events.into_iter().flatten().filter_map(event).collect()
}
