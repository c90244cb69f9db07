//! The operations of CloudWatch Logs.

use super::errors::LogsError;
use super::events::{LogEvent, page_length};
use super::groups::{GROUPS, LogGroup};
use super::input::LogsInput;
use super::pattern::LogPattern;
use super::streams::{self, LogStream};
use crate::engine::{Millis, SeededRandom};
use crate::model::World;
use serde_json::{Map, Value, json};

/// How long after it was written a line is received, in milliseconds.
const INGESTION_MILLIS: Millis = 1_200;
/// The most streams of a call that names them.
const MAX_STREAM_NAMES: usize = 100;

/// An operation.
pub struct LogsOperation {
    /// Its name.
    pub name: &'static str,
    run: fn(&World, LogsInput, Millis) -> Result<Value, LogsError>,
}

/// Runs an operation at a time.
///
/// # Errors
/// As the service refuses it.
pub fn run(
    operation: &LogsOperation,
    world: &mut World,
    body: &Map<String, Value>,
    now: Millis,
) -> Result<Value, LogsError> {
    world.refresh_index();
    let mut answer = (operation.run)(world, LogsInput(body), now)?;
    remove_nulls(&mut answer);
    Ok(answer)
}

/// Whether the jobs that are indexed are all that a call reads.
pub fn has_enough_jobs(world: &World, body: &Map<String, Value>) -> bool {
    let input = LogsInput(body);
    let text = |name: &str| input.text(name).ok().flatten();
    let prefix = text("logStreamNamePrefix").or_else(|| text("logStreamName"));
    let names_streams = body.contains_key("logStreamNames");
    let group = input.group().ok();
    names_streams
        || group.is_none_or(|group| group.has_enough_jobs(world, prefix.unwrap_or_default()))
}

/// The service leaves out members without a value.
fn remove_nulls(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, value| !value.is_null());
            members.values_mut().for_each(remove_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_nulls),
        _ => {}
    }
}

/// Every operation that is answered.
pub const OPERATIONS: [LogsOperation; 4] = [
    LogsOperation {
        name: "DescribeLogGroups",
        run: describe_groups,
    },
    LogsOperation {
        name: "DescribeLogStreams",
        run: describe_streams,
    },
    LogsOperation {
        name: "GetLogEvents",
        run: get_events,
    },
    LogsOperation {
        name: "FilterLogEvents",
        run: filter_events,
    },
];

fn describe_groups(world: &World, input: LogsInput, _now: Millis) -> Result<Value, LogsError> {
    let limit = input.limit("limit", 1..=50)?;
    let prefix = input.text("logGroupNamePrefix")?.unwrap_or_default();
    let groups = GROUPS.iter().filter(|group| group.name.starts_with(prefix));
    let groups = groups.take(limit).map(|group| {
        json!({
            "logGroupName": group.name, "creationTime": 0, "metricFilterCount": 0, "storedBytes": 0,
            "arn": format!("{}:*", group_arn(world, *group)), "logGroupArn": group_arn(world, *group),
        })
    });
    Ok(json!({"logGroups": groups.collect::<Vec<_>>()}))
}

fn group_arn(world: &World, group: LogGroup) -> String {
    let context = &world.arn_context;
    format!(
        "arn:{}:logs:{}:{}:log-group:{}",
        context.partition, context.region, context.account, group.name
    )
}

fn describe_streams(world: &World, input: LogsInput, now: Millis) -> Result<Value, LogsError> {
    let group = input.group()?;
    let limit = input.limit("limit", 1..=50)?;
    let prefix = input.text("logStreamNamePrefix")?;
    let by_last_event = input.text("orderBy")? == Some("LastEventTime");
    if by_last_event && prefix.is_some() {
        return Err(LogsError::invalid(
            "Cannot order by LastEventTime with a logStreamNamePrefix.",
        ));
    }
    let mut streams = matching(world, group, prefix.unwrap_or_default(), now);
    if by_last_event {
        streams.sort_by_key(|stream| stream.events.last().map(|event| event.at));
    }
    if input.flag("descending", false) {
        streams.reverse();
    }
    let from = position(input, "n")?.unwrap_or(0);
    let arn = group_arn(world, group);
    let page = streams.iter().skip(from).take(limit).map(|stream| {
        json!({
            "logStreamName": stream.name,
            "creationTime": stream.created,
            "firstEventTimestamp": stream.events.first().map(|event| event.at),
            "lastEventTimestamp": stream.events.last().map(|event| event.at),
            "lastIngestionTime": stream.events.last().map(|event| event.at + INGESTION_MILLIS),
            "arn": format!("{arn}:log-stream:{}", stream.name),
            "storedBytes": 0,
        })
    });
    let page: Vec<Value> = page.collect();
    let end = from + page.len();
    let next = (end < streams.len()).then(|| token("n", end));
    Ok(json!({"logStreams": page, "nextToken": next}))
}

fn get_events(world: &World, input: LogsInput, now: Millis) -> Result<Value, LogsError> {
    let group = input.group()?;
    let Some(name) = input.text("logStreamName")? else {
        return Err(LogsError::invalid("Please provide a log stream."));
    };
    let limit = input.limit("limit", 1..=10_000)?;
    let streams = matching(world, group, name, now);
    let stream = streams.into_iter().find(|stream| stream.name == name);
    let stream = stream.ok_or_else(LogsError::no_stream)?;
    let events: Vec<LogEvent> = stream
        .events
        .into_iter()
        .filter(|event| in_window(input, event))
        .collect();
    let forward = position(input, "f")?;
    let backward = position(input, "b")?;
    let (from, to) = match (forward, backward) {
        (Some(from), _) => forward_page(&events, from, limit),
        (None, Some(to)) => backward_page(&events, to, limit),
        (None, None) if input.flag("startFromHead", false) => forward_page(&events, 0, limit),
        (None, None) => backward_page(&events, events.len(), limit),
    };
    let page: Vec<Value> = events[from..to]
        .iter()
        .map(|event| {
            json!({"timestamp": event.at, "message": event.message, "ingestionTime": event.at + INGESTION_MILLIS})
        })
        .collect();
    Ok(json!({
        "events": page,
        "nextForwardToken": format!("{}/s", token("f", to)),
        "nextBackwardToken": format!("{}/s", token("b", from)),
    }))
}

fn filter_events(world: &World, input: LogsInput, now: Millis) -> Result<Value, LogsError> {
    let group = input.group()?;
    let limit = input.limit("limit", 1..=10_000)?;
    let pattern = LogPattern::parse(input.text("filterPattern")?.unwrap_or_default())?;
    let streams = filtered_streams(world, group, input, now)?;
    let mut events: Vec<(&str, &LogEvent)> = Vec::new();
    for stream in &streams {
        let wanted = stream.events.iter();
        let wanted =
            wanted.filter(|event| in_window(input, event) && pattern.matches(&event.message));
        events.extend(wanted.map(|event| (stream.name.as_str(), event)));
    }
    events.sort_by_key(|(stream, event)| (event.at, *stream));
    let all = || events.iter().map(|(_, event)| *event);
    let (from, to, next) = if input.flag("startFromHead", true) {
        let from = position(input, "n")?.unwrap_or(0).min(events.len());
        let to = from + page_length(all().skip(from), limit);
        (from, to, (to < events.len()).then_some(to))
    } else {
        let to = position(input, "n")?
            .unwrap_or(events.len())
            .min(events.len());
        let from = to - page_length(all().take(to).rev(), limit);
        (from, to, (from > 0).then_some(from))
    };
    let mut page: Vec<Value> = events[from..to]
        .iter()
        .map(|(stream, event)| {
            json!({
                "logStreamName": stream, "timestamp": event.at, "message": event.message,
                "ingestionTime": event.at + INGESTION_MILLIS, "eventId": event_id(stream, event),
            })
        })
        .collect();
    if !input.flag("startFromHead", true) {
        page.reverse();
    }
    Ok(json!({
        "events": page, "searchedLogStreams": [], "nextToken": next.map(|next| token("n", next)),
    }))
}

/// The streams that a search looks in: those that it names, or whose names begin so.
fn filtered_streams(
    world: &World,
    group: LogGroup,
    input: LogsInput,
    now: Millis,
) -> Result<Vec<LogStream>, LogsError> {
    let prefix = input.text("logStreamNamePrefix")?;
    let named = input.0.get("logStreamNames").and_then(Value::as_array);
    let Some(named) = named else {
        return Ok(matching(world, group, prefix.unwrap_or_default(), now));
    };
    if prefix.is_some() {
        return Err(LogsError::invalid(
            "LogStreamNamePrefix and LogStreamNames are mutually exclusive parameters",
        ));
    }
    if named.len() > MAX_STREAM_NAMES {
        return Err(LogsError::invalid(format!(
            "At most {MAX_STREAM_NAMES} log streams can be named"
        )));
    }
    let names = named.iter().filter_map(Value::as_str);
    let one = |name: &str| {
        let mut streams = matching(world, group, name, now).into_iter();
        let found = streams.find(|stream| stream.name == name);
        found.ok_or_else(LogsError::no_stream)
    };
    names.map(one).collect()
}

/// The streams of a group whose names begin with `prefix`, by name.
fn matching(world: &World, group: LogGroup, prefix: &str, now: Millis) -> Vec<LogStream> {
    let jobs = group.jobs(world, prefix);
    let streams = jobs
        .iter()
        .flat_map(|job| streams::of(job, group.kind, now));
    let mut streams: Vec<LogStream> = streams
        .filter(|stream| stream.name.starts_with(prefix))
        .collect();
    streams.sort_by(|a, b| a.name.cmp(&b.name));
    streams
}

/// From `startTime` on, and before `endTime`.
fn in_window(input: LogsInput, event: &LogEvent) -> bool {
    input
        .time("startTime")
        .is_none_or(|start| event.at >= start)
        && input.time("endTime").is_none_or(|end| event.at < end)
}

fn forward_page(events: &[LogEvent], from: usize, limit: usize) -> (usize, usize) {
    let from = from.min(events.len());
    (from, from + page_length(events[from..].iter(), limit))
}

fn backward_page(events: &[LogEvent], to: usize, limit: usize) -> (usize, usize) {
    let to = to.min(events.len());
    (to - page_length(events[..to].iter().rev(), limit), to)
}

/// A token that stands for a place in a list.
fn token(kind: &str, position: usize) -> String {
    format!("{kind}/{position:056}")
}

/// The place that the request's token of this kind stands for.
fn position(input: LogsInput, kind: &str) -> Result<Option<usize>, LogsError> {
    let Some(text) = input.text("nextToken")? else {
        return Ok(None);
    };
    let invalid = || LogsError::invalid("The specified nextToken is invalid.");
    let (given, position) = text.split_once('/').ok_or_else(invalid)?;
    if !["f", "b", "n"].contains(&given) {
        return Err(invalid());
    }
    let position = position
        .trim_end_matches("/s")
        .parse()
        .map_err(|_| invalid())?;
    Ok((given == kind).then_some(position))
}

fn event_id(stream: &str, event: &LogEvent) -> String {
    let random = SeededRandom::from_seed(0)
        .named(stream)
        .named(&event.message);
    format!("{:017}{:039}", event.at, random.number())
}
