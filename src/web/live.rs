//! Pages that poll what they show; a poll is answered with an empty 304 while nothing has changed, and in a page of many
//! items with those that did.

use askama::Template;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::error::{html_response, rendered_or_error};
use super::fmt::iso_text;
use super::htmx::HtmxRequest;
use crate::catalog::Reading;

/// The header with the polling tag of what is shown, in a poll and its response.
pub const POLLING_TAG: HeaderName = HeaderName::from_static("hx-ptag");
/// The header with the time at which SageMaker last returned what a response shows.
pub const AS_OF: HeaderName = HeaderName::from_static("sluicegate-as-of");

/// Seconds between two polls while something runs.
const RUNNING_POLL_SECONDS: u32 = 2;
/// Seconds between two polls while nothing does.
pub const SETTLED_POLL_SECONDS: u32 = 30;

/// Seconds between two polls of a list in which something may begin at any moment.
pub const OPEN_LIST_POLL_SECONDS: u32 = 2;

/// Seconds between two polls of what was read: few while something runs, and while something newer is to come.
pub fn interval<T>(reading: &Reading<T>, running: bool) -> u32 {
    interval_while(running || reading.stale || reading.refreshing)
}

/// Seconds between two polls of a page that is to change soon (`changing`), or not.
pub fn interval_while(changing: bool) -> u32 {
    if changing {
        RUNNING_POLL_SECONDS
    } else {
        SETTLED_POLL_SECONDS
    }
}

/// A page with a part that can be rendered alone, to be polled.
pub trait LivePage: Template {
    /// That part.
    fn live(&self) -> askama::Result<String>;
}

/// Lets the template of a page show a part that is a template of its own: `{{ self.part() }}`. The part reads the
/// fields and methods of its page. A block of the page's template would be compiled twice, once in the page and once
/// alone, and these functions are the largest of the program.
macro_rules! page_part {
    ($page:ident, $part:ident) => {
        impl std::ops::Deref for $part<'_> {
            type Target = $page;

            fn deref(&self) -> &$page {
                self.0
            }
        }

        // Its template has escaped what needs it.
        impl askama::filters::HtmlSafe for $part<'_> {}

        impl $page {
            fn part(&self) -> $part<'_> {
                $part(self)
            }
        }
    };
}
pub(super) use page_part;

/// Lets a page be polled for its part.
macro_rules! live_page {
    ($page:ident, $part:ident) => {
        $crate::web::live::page_part!($page, $part);

        impl $crate::web::live::LivePage for $page {
            fn live(&self) -> askama::Result<String> {
                self.part().render()
            }
        }
    };
}
pub(super) use live_page;

/// The polling tag of a response: a digest of the version of the data and of everything else that
/// decides the markup (the address, whether it is stale or being refreshed, what failed), but not of ages.
pub fn polling_tag<T>(reading: &Reading<T>, htmx: &HtmxRequest, also: &[&str]) -> String {
    let mut digest = Sha256::new();
    let mut add = |text: &str| {
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text.as_bytes());
    };
    add(&htmx.address);
    add(&reading.version);
    add(if reading.stale { "stale" } else { "fresh" });
    add(if reading.refreshing { "refreshing" } else { "" });
    for error in &reading.read_errors {
        add(error.operation);
        add(error.code.as_deref().unwrap_or_default());
    }
    also.iter().for_each(|text| add(text));
    hex::encode(&digest.finalize()[..9])
}

/// The page, its live block or what changed in it, or an empty 304 where the polling page shows this state already: then
/// `page` is not called.
pub fn respond<P: LivePage>(
    htmx: &HtmxRequest,
    tag: &str,
    as_of: Option<Timestamp>,
    page: impl FnOnce() -> P,
) -> Response {
    let mut response = if htmx.partial && htmx.tag.as_deref() == Some(tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        page_or_changes(htmx, tag, &page())
    };
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("HX-Request-Type"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if htmx.partial
        && let Ok(tag) = HeaderValue::from_str(tag)
    {
        headers.insert(POLLING_TAG, tag);
    }
    if let Some(at) = as_of
        && let Ok(at) = HeaderValue::from_str(&iso_text(at))
    {
        headers.insert(AS_OF, at);
    }
    response
}

fn page_or_changes(htmx: &HtmxRequest, tag: &str, page: &impl LivePage) -> Response {
    let Some(Ok(part)) = htmx.partial.then(|| page.live()) else {
        // A part that fails also fails within the page, and is logged there.
        let page = page.render();
        if let Ok(page) = &page {
            htmx.rendered.update(None, tag, page);
        }
        return rendered_or_error(StatusCode::OK, page);
    };
    let changes = htmx.rendered.update(htmx.tag.as_deref(), tag, &part);
    html_response(StatusCode::OK, changes.unwrap_or(part))
}
