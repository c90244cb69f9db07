//! The filters that templates use.

use std::fmt::Display;

use jiff::Timestamp;

use super::fmt::{
    duration_text, iso_text, seconds_between, status_class, utc_text, utc_text_to_the_second,
    visible_text, xml_text,
};
use super::name_spans::{NameSpan, name_spans};
use super::outage::{self, Causes};
use super::texts::{aws_error, status};
use crate::domain::search::SearchQuery;
use crate::domain::{Action, AwsError, ExecutionStatus};

/// Characters at the end of a long text that is cut in its middle.
const TAIL_CHARS: usize = 16;

/// The time as machines read it.
#[askama::filter_fn]
pub fn iso(at: &Timestamp, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(iso_text(*at))
}

/// The time as people read it, in UTC.
#[askama::filter_fn]
pub fn utc(at: &Timestamp, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(utc_text(*at))
}

/// The time to the second, in UTC.
#[askama::filter_fn]
pub fn utc_to_the_second(at: &Timestamp, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(utc_text_to_the_second(*at))
}

/// The duration from this moment to another.
#[askama::filter_fn]
pub fn until(from: &Timestamp, _: &dyn askama::Values, to: &Timestamp) -> askama::Result<String> {
    Ok(duration_text(seconds_between(*from, *to)))
}

/// Text from elsewhere with its hidden characters shown.
#[askama::filter_fn]
pub fn visible(text: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(visible_text(&text.to_string()).into_owned())
}

/// The words of a name, with hidden characters shown: lines may break between them.
#[askama::filter_fn]
pub fn name_words(name: impl Display, _: &dyn askama::Values) -> askama::Result<Vec<String>> {
    let spans = name_spans(&name.to_string(), &SearchQuery::default());
    Ok(spans.into_iter().flat_map(|span| span.words).collect())
}

/// A text in two parts, with hidden characters shown: its end, by which people tell names apart, and what is before.
#[askama::filter_fn]
pub fn head_and_tail(
    text: impl Display,
    _: &dyn askama::Values,
) -> askama::Result<(String, String)> {
    let text = text.to_string();
    let tail = text.char_indices().rev().nth(TAIL_CHARS - 1);
    let (head, tail) = text.split_at(tail.map_or(0, |(at, _)| at));
    let shown = |part: &str| visible_text(part).into_owned();
    Ok((shown(head), shown(tail)))
}

/// The parts of a name, of which those that were searched for are hits.
#[askama::filter_fn]
pub fn name_parts(
    name: impl Display,
    _: &dyn askama::Values,
    search: &SearchQuery,
) -> askama::Result<Vec<NameSpan>> {
    Ok(name_spans(&name.to_string(), search))
}

/// Text for an XML document.
#[askama::filter_fn]
pub fn xml(text: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(xml_text(&text.to_string()).into_owned())
}

/// The style of a status.
#[askama::filter_fn]
pub fn class(status: impl Display, _: &dyn askama::Values) -> askama::Result<&'static str> {
    Ok(status_class(&status.to_string()))
}

/// A status as pages show it.
#[askama::filter_fn]
pub fn word(status: impl Display, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(status::word(&status.to_string()).into_owned())
}

/// The status of an execution as pages show it, or the action that is pending.
#[askama::filter_fn]
pub fn execution_word(
    status: &ExecutionStatus,
    _: &dyn askama::Values,
    pending: &Option<Action>,
) -> askama::Result<String> {
    Ok(status::execution(status, *pending).into_owned())
}

/// What a failed call means, and how to fix it.
#[askama::filter_fn]
pub fn sentence(error: &AwsError, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(aws_error(error))
}

/// The causes of failed calls, of a page that is older than it may be or not.
#[askama::filter_fn]
pub fn causes(errors: &[AwsError], _: &dyn askama::Values, stale: &bool) -> askama::Result<Causes> {
    Ok(Causes::of(errors, *stale))
}

/// Whether failed calls keep the page from being current.
#[askama::filter_fn]
pub fn is_outage(
    errors: &[AwsError],
    _: &dyn askama::Values,
    stale: &bool,
) -> askama::Result<bool> {
    Ok(outage::outage_error(errors, *stale).is_some())
}

/// AWS's own description of an error.
#[askama::filter_fn]
pub fn words(failure: &AwsError, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(failure.to_string())
}
