//! Sorting and paging of lists, as links.

use super::links::with_query;
use super::mount::MOUNT_PARAMS;
use super::query::QueryPairs;

/// A column's header.
pub struct Column {
    /// Its text.
    pub label: &'static str,
    /// The list sorted by it; empty where the column does not sort.
    pub href: String,
    /// `ascending`, `descending` or `none`, as ARIA has it.
    pub sort: &'static str,
}

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

/// The order in an address: `name`, or `-name` for the greatest first.
pub fn sort_order<'a>(sort: &'a str, fallback: &'a str) -> (&'a str, bool) {
    let sort = if sort.is_empty() { fallback } else { sort };
    match sort.strip_prefix('-') {
        Some(key) => (key, true),
        None => (sort, false),
    }
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

/// A header that sorts by `key`; `first_descending` is the order of a first click.
pub fn sortable(
    path: &str,
    query: &QueryPairs,
    current: (&str, bool),
    label: &'static str,
    key: &str,
    first_descending: bool,
) -> Column {
    let (sorted_by, descending) = current;
    let active = sorted_by == key;
    let next_descending = if active {
        !descending
    } else {
        first_descending
    };
    let value = if next_descending {
        format!("-{key}")
    } else {
        key.to_owned()
    };
    Column {
        label,
        href: with_param(path, query, "sort", &value),
        sort: match (active, descending) {
            (false, _) => "none",
            (true, false) => "ascending",
            (true, true) => "descending",
        },
    }
}

/// A header that does not sort.
pub fn plain(label: &'static str) -> Column {
    Column {
        label,
        href: String::new(),
        sort: "none",
    }
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
    fn a_new_order_starts_on_the_first_page_and_keeps_the_filter() {
        let query = QueryPairs::read(b"q=a%20b&sort=-name&page=3&status=Failed&status=Stopped");
        let column = sortable("/x", &query, ("name", true), "Name", "name", false);
        assert_eq!(
            column.href,
            "/x?q=a+b&status=Failed&status=Stopped&sort=name"
        );
        assert_eq!(column.sort, "descending");
    }

    #[test]
    fn pages_link_to_those_before_and_after() {
        let query = QueryPairs::read(b"q=a&page=2");
        let pager = pager("/x", &query, 2, 3);
        assert_eq!(pager.previous.as_deref(), Some("/x?q=a&page=1"));
        assert_eq!(pager.next.as_deref(), Some("/x?q=a&page=3"));
    }
}
