//! Paging of lists, as links.

use axum::response::{IntoResponse, Redirect, Response};

use super::htmx::HtmxRequest;
use super::links::with_query;
use super::mount::MOUNT_PARAMS;
use super::query::QueryPairs;
use super::texts::{grouped, lists as texts};

/// Pages beside the current one that are linked to by number, on each side.
const NEIGHBOURS: u32 = 1;

/// The page of a list that is shown.
#[derive(Debug, Clone, Copy)]
pub struct ShownPage {
    /// Its number, from 1.
    pub page: u32,
    /// How many there are.
    pub pages: u32,
    /// Rows on a page.
    pub rows_per_page: u32,
    /// Rows on all pages.
    pub total: u64,
}

impl ShownPage {
    /// The page of this number, or the last one, of so many rows.
    pub fn new(asked: u32, rows_per_page: u32, total: u64) -> Self {
        let pages = total.div_ceil(u64::from(rows_per_page)).max(1);
        let pages = u32::try_from(pages).unwrap_or(u32::MAX);
        Self {
            page: asked.clamp(1, pages),
            pages,
            rows_per_page,
            total,
        }
    }

    /// How many rows stand on the pages before.
    pub fn rows_before(&self) -> u64 {
        u64::from(self.page - 1) * u64::from(self.rows_per_page)
    }
}

/// Which rows are shown, and links to the other pages.
pub struct Pager {
    /// How many pages there are.
    pub pages: u32,
    /// Which rows are shown.
    pub shown: String,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
    /// The first page, the last, and those around the current one.
    pub links: Vec<PageLink>,
}

/// A link to a page by its number, or the gap where pages are left out.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PageLink {
    /// Its number.
    pub label: String,
    /// Its address; empty for a gap.
    pub href: String,
    /// Whether it is shown.
    pub current: bool,
}

/// The page in an address, from 1.
pub fn page_number(query: &QueryPairs) -> u32 {
    let number = query.text("page").parse::<u64>().unwrap_or(1).max(1);
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The address of the list with one parameter changed, or removed where the value is empty; on its
/// first page, unless the page is what changes.
pub fn with_param(path: &str, query: &QueryPairs, key: &str, value: &str) -> String {
    let kept = query
        .iter()
        .filter(|(name, text)| ![key, "page"].contains(name) && !text.is_empty())
        .filter(|(name, _)| !MOUNT_PARAMS.contains(name));
    let set = Some((key, value)).filter(|_| !value.is_empty());
    with_query(path, kept.chain(set))
}

/// The current address of a list, without empty parameters.
pub fn current(path: &str, query: &QueryPairs) -> String {
    let set = query.iter().filter(|(_, text)| !text.is_empty());
    // The path has these already.
    with_query(path, set.filter(|(name, _)| !MOUNT_PARAMS.contains(name)))
}

/// The links of a list that shows this page.
pub fn pager(path: &str, query: &QueryPairs, shown: ShownPage) -> Pager {
    let ShownPage { page, pages, .. } = shown;
    let at = |page: u32| with_param(path, query, "page", &page.to_string());
    let first = shown.rows_before() + 1;
    let last = shown
        .total
        .min(shown.rows_before() + u64::from(shown.rows_per_page));
    let links = numbers(page, pages).into_iter().map(|number| match number {
        None => PageLink::default(),
        Some(number) => PageLink {
            label: grouped(u64::from(number)),
            href: at(number),
            current: number == page,
        },
    });
    Pager {
        pages,
        shown: texts::shown_rows(first, last, shown.total),
        previous: (page > 1).then(|| at(page - 1)),
        next: (page < pages).then(|| at(page + 1)),
        links: links.collect(),
    }
}

/// The pages that are linked to by number; `None` stands for two or more that are not.
fn numbers(page: u32, pages: u32) -> Vec<Option<u32>> {
    let (from, to) = (
        page.saturating_sub(NEIGHBOURS),
        page.saturating_add(NEIGHBOURS),
    );
    // A gap is not worth it where one page is left out.
    let from = if from <= 3 { 1 } else { from };
    let to = if to.saturating_add(2) >= pages {
        pages
    } else {
        to
    };
    let mut numbers = Vec::new();
    if from > 1 {
        numbers.extend([Some(1), None]);
    }
    numbers.extend((from..=to).map(Some));
    if to < pages {
        numbers.extend([None, Some(pages)]);
    }
    numbers
}

/// Where a visit of a page behind the last one of a list is led. Where a poll finds fewer pages, the list shows its
/// last one.
pub fn redirect(
    path: &str,
    query: &QueryPairs,
    htmx: &HtmxRequest,
    (page, pages): (u32, u32),
) -> Option<Response> {
    let is_behind = !htmx.partial && page_number(query) > pages;
    is_behind
        .then(|| Redirect::to(&with_param(path, query, "page", &page.to_string())).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_behind_the_last_leads_to_the_last() {
        let query = QueryPairs::read(b"q=a&page=99");
        let htmx = HtmxRequest::default();
        let led = redirect("/x", &query, &htmx, (3, 3)).expect("a redirect");
        assert_eq!(led.headers()["location"], "/x?q=a&page=3");
        let query = QueryPairs::read(b"page=3");
        assert!(redirect("/x", &query, &htmx, (3, 3)).is_none());
    }

    #[test]
    fn pages_link_to_those_before_and_after_and_to_the_first_and_the_last() {
        let query = QueryPairs::read(b"q=a&page=2");
        let pager = pager("/x", &query, ShownPage::new(2, 100, 1_999));
        assert_eq!(pager.previous.as_deref(), Some("/x?q=a&page=1"));
        assert_eq!(pager.next.as_deref(), Some("/x?q=a&page=3"));
        assert_eq!(pager.shown, "101–200 of 1,999");
        let labels: Vec<_> = pager.links.iter().map(|link| link.label.as_str()).collect();
        assert_eq!(labels, ["1", "2", "3", "", "20"]);
        assert_eq!(pager.links[4].href, "/x?q=a&page=20");
        let current: Vec<_> = pager.links.iter().map(|link| link.current).collect();
        assert_eq!(current, [false, true, false, false, false]);
    }

    #[test]
    fn a_page_beyond_the_last_is_the_last() {
        let shown = ShownPage::new(9, 100, 150);
        assert_eq!((shown.page, shown.pages, shown.rows_before()), (2, 2, 100));
        assert_eq!(ShownPage::new(1, 100, 0).pages, 1);
    }

    #[test]
    fn pages_are_left_out_where_there_are_two_or_more_between() {
        let shown = |page, pages| {
            let texts = numbers(page, pages).into_iter();
            let texts =
                texts.map(|number| number.map_or("…".into(), |number| number.to_string()));
            texts.collect::<Vec<String>>().join(" ")
        };
        assert_eq!(shown(1, 1), "1");
        assert_eq!(shown(1, 5), "1 2 … 5");
        assert_eq!(shown(3, 5), "1 2 3 4 5");
        assert_eq!(shown(5, 9), "1 … 4 5 6 … 9");
        assert_eq!(shown(4, 9), "1 2 3 4 5 … 9");
        assert_eq!(shown(9, 9), "1 … 8 9");
    }
}
