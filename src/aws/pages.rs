//! Lists that come in pages.

use std::collections::HashSet;
use std::future::Future;

use crate::domain::AwsError;

/// The most pages of one list that are read: 100,000 items.
const MOST_PAGES: usize = 1_000;

/// The most empty pages in a row that are followed. SageMaker is known to send long runs of empty
/// pages that each name a next one.
const MOST_EMPTY_PAGES: usize = 20;

/// How many items a page is asked to hold; the most the service allows.
pub(super) const PAGE_SIZE: i32 = 100;

/// One page of a longer list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// Up to 100 items.
    pub items: Vec<T>,
    /// The token that asks for the next page, if there is one.
    pub next: Option<String>,
    /// How many there are in all, where the service tells it; a lower bound for very many.
    pub total: Option<i64>,
}

/// Reads every page of a list. Ends where no next page is named, where a token comes back that was
/// followed before, and at the limits above; the first failure fails the whole.
pub(super) async fn all<T, F>(mut page: impl FnMut(Option<String>) -> F) -> Result<Vec<T>, AwsError>
where
    F: Future<Output = Result<Page<T>, AwsError>>,
{
    let mut items = Vec::new();
    let mut seen = HashSet::new();
    let mut token = None;
    let mut empty = 0;
    for _ in 0..MOST_PAGES {
        let next = page(token).await?;
        empty = if next.items.is_empty() { empty + 1 } else { 0 };
        items.extend(next.items);
        match next.next {
            Some(next) if empty < MOST_EMPTY_PAGES && seen.insert(next.clone()) => {
                token = Some(next);
            }
            Some(_) => break,
            None => return Ok(items),
        }
    }
    tracing::warn!(
        items = items.len(),
        "A list was cut short: it names further pages without end"
    );
    Ok(items)
}

/// An empty token names no page.
pub(super) fn token(next: Option<String>) -> Option<String> {
    next.filter(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::{MOST_EMPTY_PAGES, MOST_PAGES, Page, all};

    /// Reads a list whose nth page is made by `page`, and tells how many pages were read.
    fn read(page: impl Fn(usize) -> (Vec<usize>, Option<String>)) -> (Vec<usize>, usize) {
        let read = Cell::new(0);
        let list = all(|_| {
            let (items, next) = page(read.get());
            read.set(read.get() + 1);
            async move {
                Ok(Page {
                    items,
                    next,
                    total: None,
                })
            }
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        (runtime.block_on(list).expect("no failure"), read.get())
    }

    #[test]
    fn follows_every_page_over_empty_ones() {
        let (items, pages) = read(|n| {
            let items = if n == 1 { vec![] } else { vec![n] };
            (items, (n < 3).then(|| n.to_string()))
        });
        assert_eq!((items, pages), (vec![0, 2, 3], 4));
    }

    #[test]
    fn stops_where_a_token_repeats() {
        let (items, pages) = read(|n| (vec![n], Some((n % 2).to_string())));
        assert_eq!((items, pages), (vec![0, 1, 2], 3));
    }

    #[test]
    fn stops_in_an_endless_run_of_empty_pages() {
        let (items, pages) = read(|n| (vec![], Some(n.to_string())));
        assert_eq!((items.len(), pages), (0, MOST_EMPTY_PAGES));
    }

    #[test]
    fn stops_at_the_most_pages() {
        let (items, pages) = read(|n| (vec![n], Some(n.to_string())));
        assert_eq!((items.len(), pages), (MOST_PAGES, MOST_PAGES));
    }
}
