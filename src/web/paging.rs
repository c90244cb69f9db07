//! Paging of lists, as links.

use super::links::with_query;
use super::mount::MOUNT_PARAMS;
use super::query::QueryPairs;

/// Links to the pages before and after.
pub struct Pager {
    /// The page shown, from 1.
    pub page: u32,
    /// How many there are.
    pub pages: u32,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
}

/// The page in an address, from 1.
pub fn page_number(query: &QueryPairs) -> u32 {
    query.text("page").parse().unwrap_or(1).max(1)
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

/// The links of a list that shows `page` of `pages`.
pub fn pager(path: &str, query: &QueryPairs, page: u32, pages: u32) -> Pager {
    let at = |page: u32| with_param(path, query, "page", &page.to_string());
    Pager {
        page,
        pages,
        previous: (page > 1).then(|| at(page - 1)),
        next: (page < pages).then(|| at(page + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_link_to_those_before_and_after() {
        let query = QueryPairs::read(b"q=a&page=2");
        let pager = pager("/x", &query, 2, 3);
        assert_eq!(pager.previous.as_deref(), Some("/x?q=a&page=1"));
        assert_eq!(pager.next.as_deref(), Some("/x?q=a&page=3"));
    }
}
