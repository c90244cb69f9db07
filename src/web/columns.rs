//! The columns of lists. Each is declared once: its header, its label where the table becomes a list of cards, how it
//! sorts. The template matches on `cell`, so that the compiler asks for the cell of a new column; a sort key carries the order
//! that it stands for.

use std::borrow::Cow;

use super::paging::with_param;
use super::query::QueryPairs;
use super::texts::filter::FilterError;

/// A column of a list whose orders are of the type `Order`; `()` where it cannot be sorted.
pub struct Column<Cell, Order = ()> {
    /// What its cells show.
    pub cell: Cell,
    /// Its header.
    pub label: &'static str,
    /// The style of its cells.
    pub class: &'static str,
    /// Whether cells repeat the header where the table becomes a list of cards.
    pub labelled: bool,
    sort: Option<Sort<Order>>,
}

/// How a list sorts by a column.
struct Sort<Order> {
    key: &'static str,
    order: Order,
    first_descending: bool,
}

impl<Cell, Order: Copy> Column<Cell, Order> {
    /// A column that does not sort, with plain cells.
    pub const fn new(cell: Cell, label: &'static str) -> Self {
        Self {
            cell,
            label,
            class: "",
            labelled: false,
            sort: None,
        }
    }

    /// With cells of this style.
    pub const fn class(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }

    /// With the header repeated in cells where the table becomes a list of cards.
    pub const fn labelled(mut self) -> Self {
        self.labelled = true;
        self
    }

    /// Sorting in this order by this key of the query; the first click sorts ascending.
    pub const fn ascending(mut self, key: &'static str, order: Order) -> Self {
        self.sort = Some(Sort {
            key,
            order,
            first_descending: false,
        });
        self
    }

    /// Sorting in this order by this key of the query; the first click sorts descending.
    pub const fn descending(mut self, key: &'static str, order: Order) -> Self {
        self.sort = Some(Sort {
            key,
            order,
            first_descending: true,
        });
        self
    }
}

/// A column's header.
pub struct Header {
    /// Its label.
    pub label: Cow<'static, str>,
    /// The address of the list sorted by it; empty where it does not sort.
    pub href: String,
    /// `ascending`, `descending` or `none`, as ARIA has it.
    pub sort: &'static str,
    /// The style of the cells below it.
    pub class: &'static str,
}

/// How a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListOrder<Order> {
    /// The key in the address.
    pub key: &'static str,
    /// The order that it stands for.
    pub order: Order,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// The order that `sort` of the query asks for; the usual one where it asks for none. So it is where no column has that
/// order, which is an error.
pub fn order<Cell, Order: Copy>(
    columns: &[Column<Cell, Order>],
    query: &QueryPairs,
    usual: ListOrder<Order>,
    errors: &mut Vec<FilterError>,
) -> ListOrder<Order> {
    let text = query.text("sort");
    let (key, descending) = match text.strip_prefix('-') {
        _ if text.is_empty() => return usual,
        Some(key) => (key, true),
        None => (text, false),
    };
    let sorts = || columns.iter().filter_map(|column| column.sort.as_ref());
    match sorts().find(|sort| sort.key == key) {
        Some(sort) => ListOrder {
            key: sort.key,
            order: sort.order,
            descending,
        },
        None => {
            let keys = sorts().map(|sort| sort.key).collect();
            errors.push(FilterError::Sort(text.to_owned(), keys));
            usual
        }
    }
}

/// The order in the address, for the filter to repeat; nothing where it is an error.
pub fn sort_text(query: &QueryPairs, errors: &[FilterError]) -> String {
    let is_wrong = errors.iter().any(|error| error.field() == "sort");
    let text = if is_wrong { "" } else { query.text("sort") };
    text.to_owned()
}

/// The headers of a list at this address that is sorted in this order.
pub fn headers<Cell, Order>(
    columns: &[Column<Cell, Order>],
    path: &str,
    query: &QueryPairs,
    order: &ListOrder<Order>,
) -> Vec<Header> {
    let headers = columns.iter();
    headers
        .map(|column| header(column, path, query, order))
        .collect()
}

/// One of them.
pub fn header<Cell, Order>(
    column: &Column<Cell, Order>,
    path: &str,
    query: &QueryPairs,
    sorted: &ListOrder<Order>,
) -> Header {
    let Some(sort) = &column.sort else {
        return Header {
            label: column.label.into(),
            href: String::new(),
            sort: "none",
            class: column.class,
        };
    };
    let is_current = sorted.key == sort.key;
    let next_descending = match is_current {
        true => !sorted.descending,
        false => sort.first_descending,
    };
    let sign = if next_descending { "-" } else { "" };
    Header {
        label: column.label.into(),
        href: with_param(path, query, "sort", &format!("{sign}{}", sort.key)),
        sort: match (is_current, sorted.descending) {
            (false, _) => "none",
            (true, false) => "ascending",
            (true, true) => "descending",
        },
        class: column.class,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_order_starts_on_the_first_page_and_keeps_the_filter() {
        let query = QueryPairs::read(b"q=a%20b&sort=-name&page=3&status=Failed&status=Stopped");
        let columns = [
            Column::new((), "Name").ascending("name", 1),
            Column::new((), "Started").descending("started", 2),
            Column::new((), "Actions"),
        ];
        let usual = ListOrder {
            key: "started",
            order: 2,
            descending: true,
        };
        let mut errors = Vec::new();
        let sorted = order(&columns, &query, usual, &mut errors);
        assert_eq!((sorted.order, sorted.descending), (1, true));
        let headers = headers(&columns, "/x", &query, &sorted);
        let kept = "/x?q=a+b&status=Failed&status=Stopped";
        assert_eq!(headers[0].href, format!("{kept}&sort=name"));
        assert_eq!(headers[0].sort, "descending");
        assert_eq!(headers[1].href, format!("{kept}&sort=-started"));
        assert_eq!(headers[1].sort, "none");
        assert_eq!((headers[2].href.as_str(), headers[2].sort), ("", "none"));
        assert_eq!(errors, []);
    }

    #[test]
    fn an_unknown_order_is_an_error_that_names_the_known_ones() {
        let columns = [
            Column::new((), "Name").ascending("name", 1),
            Column::new((), "Started").descending("started", 2),
        ];
        let usual = ListOrder {
            key: "started",
            order: 2,
            descending: true,
        };
        let mut errors = Vec::new();
        for text in ["sort=", "sort=other", "sort=--name"] {
            let query = QueryPairs::read(text.as_bytes());
            assert_eq!(order(&columns, &query, usual, &mut errors), usual, "{text}");
        }
        let keys = || vec!["name", "started"];
        assert_eq!(
            errors,
            [
                FilterError::Sort("other".to_owned(), keys()),
                FilterError::Sort("--name".to_owned(), keys()),
            ]
        );
    }
}
