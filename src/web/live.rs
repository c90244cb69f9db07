//! Pages that follow what they show: polled, answered with nothing while nothing changed.

use askama::Template;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::error::part_or_page;
use super::fmt::iso_text;
use super::request::HtmxRequest;
use crate::catalog::Reading;

/// Seconds between two polls while something runs.
pub const POLL_RUNNING: u32 = 2;
/// Seconds between two polls when nothing does.
pub const POLL_SETTLED: u32 = 30;

/// The interval for a page on which something runs, or nothing does.
pub fn interval(running: bool) -> u32 {
    if running { POLL_RUNNING } else { POLL_SETTLED }
}

/// A page with a block `live` that can be rendered alone.
pub trait LivePage: Template {
    /// The block alone.
    fn live(&self) -> askama::Result<String>;
}

/// Lets a page template that declares `blocks = ["live"]` be polled.
macro_rules! live_page {
    ($page:ty) => {
        impl $crate::web::live::LivePage for $page {
            fn live(&self) -> askama::Result<String> {
                self.as_live().render()
            }
        }
    };
}
pub(super) use live_page;

/// The polling tag of an answer: made from the version of the data and from what else decides the
/// markup (the address, whether it is stale, what failed), never from ages.
pub fn tag<T>(reading: &Reading<T>, asking: &HtmxRequest, also: &[&str]) -> String {
    let mut digest = Sha256::new();
    let mut take = |text: &str| {
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text.as_bytes());
    };
    take(&asking.address);
    take(&reading.version);
    take(if reading.stale { "stale" } else { "fresh" });
    for trouble in &reading.troubles {
        take(trouble.operation);
        take(trouble.code.as_deref().unwrap_or_default());
    }
    also.iter().for_each(|text| take(text));
    hex::encode(&digest.finalize()[..9])
}

/// The whole page, its live block, or an empty 304 when the asking page shows this state already.
pub fn answer(
    asking: &HtmxRequest,
    tag: &str,
    as_of: Option<Timestamp>,
    page: &impl LivePage,
) -> Response {
    let mut response = if asking.partial && asking.tag.as_deref() == Some(tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        part_or_page(StatusCode::OK, asking.partial.then(|| page.live()), page)
    };
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("HX-Request-Type"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if asking.partial
        && let Ok(tag) = HeaderValue::from_str(tag)
    {
        headers.insert("HX-PTag", tag);
    }
    if let Some(at) = as_of
        && let Ok(at) = HeaderValue::from_str(&iso_text(at))
    {
        headers.insert("Sluicegate-As-Of", at);
    }
    response
}
