//! The columns of lists. Each is declared once: its header, its label where the table becomes a list of cards, how it
//! sorts. The template matches on `cell`, so that the compiler asks for the cell of a new column; a sort key carries the order
//! that it stands for.

use super::paging::with_param;
use super::query::QueryPairs;

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
    pub label: &'static str,
    /// The address of the list sorted by it; empty where it does not sort.
    pub href: String,
    /// `ascending`, `descending` or `none`, as ARIA has it.
    pub sort: &'static str,
}

/// The order that a key of the query stands for; `None` where no column sorts by it.
pub fn order_of<Cell, Order: Copy>(columns: &[Column<Cell, Order>], key: &str) -> Option<Order> {
    let mut sorts = columns.iter().filter_map(|column| column.sort.as_ref());
    sorts.find(|sort| sort.key == key).map(|sort| sort.order)
}

/// The headers of a list at this address that is sorted by `order`, a key and whether it is descending.
pub fn headers<Cell, Order>(
    columns: &[Column<Cell, Order>],
    path: &str,
    query: &QueryPairs,
    order: (&str, bool),
) -> Vec<Header> {
    let headers = columns.iter();
    headers
        .map(|column| header(column, path, query, order))
        .collect()
}

fn header<Cell, Order>(
    column: &Column<Cell, Order>,
    path: &str,
    query: &QueryPairs,
    (sorted_by, descending): (&str, bool),
) -> Header {
    let Some(sort) = &column.sort else {
        return Header {
            label: column.label,
            href: String::new(),
            sort: "none",
        };
    };
    let is_current = sorted_by == sort.key;
    let next_descending = match is_current {
        true => !descending,
        false => sort.first_descending,
    };
    let sign = if next_descending { "-" } else { "" };
    Header {
        label: column.label,
        href: with_param(path, query, "sort", &format!("{sign}{}", sort.key)),
        sort: match (is_current, descending) {
            (false, _) => "none",
            (true, false) => "ascending",
            (true, true) => "descending",
        },
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
        let headers = headers(&columns, "/x", &query, ("name", true));
        let kept = "/x?q=a+b&status=Failed&status=Stopped";
        assert_eq!(headers[0].href, format!("{kept}&sort=name"));
        assert_eq!(headers[0].sort, "descending");
        assert_eq!(headers[1].href, format!("{kept}&sort=-started"));
        assert_eq!(headers[1].sort, "none");
        assert_eq!((headers[2].href.as_str(), headers[2].sort), ("", "none"));
        assert_eq!(order_of(&columns, "started"), Some(2));
        assert_eq!(order_of(&columns, "other"), None);
    }
}
