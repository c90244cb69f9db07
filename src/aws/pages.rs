//! Lists that come in pages.

use std::collections::HashSet;
use std::future::Future;

use sluicegate_domain::{AwsError, AwsErrorKind, Service};

/// The most pages of one list that are read: 100,000 items.
const MAX_PAGES: usize = 1_000;

/// The most empty pages in a row that are followed. SageMaker is known to send long runs of empty
/// pages that each name a next one.
const MAX_EMPTY_PAGES: usize = 20;

/// How many items a page is asked to hold; the most the service allows.
pub(super) const PAGE_SIZE: i32 = 100;

/// One page of a longer list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// Up to 100 items.
    pub items: Vec<T>,
    /// The token that asks for the next page, if there is one.
    pub next: Option<String>,
    /// How many there are in all, where the service returns it; a lower bound for very many.
    pub total: Option<i64>,
}

impl<T> Page<T> {
    /// A page as SageMaker's lists return it: what `read` makes of each entry; entries that lack what
    /// they are known by are left out.
    pub(super) fn of<A>(
        answered: Option<Vec<A>>,
        next_token: Option<String>,
        read: impl FnMut(A) -> Option<T>,
    ) -> Self {
        Self {
            items: answered
                .unwrap_or_default()
                .into_iter()
                .filter_map(read)
                .collect(),
            next: token(next_token),
            total: None,
        }
    }
}

/// A list that was read page by page, to its end or as far as it could be followed.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing<T> {
    /// What its pages held, in their order.
    pub items: Vec<T>,
    /// Whether the last page was read. What an incomplete list lacks may still exist.
    pub complete: bool,
}

impl<T> Listing<T> {
    /// The items, where nothing is missing.
    ///
    /// # Errors
    /// [`AwsErrorKind::Incomplete`], in the name of `operation`.
    pub fn into_complete(
        self,
        service: Service,
        operation: &'static str,
    ) -> Result<Vec<T>, AwsError> {
        match self.incomplete(service, operation) {
            Some(error) => Err(error),
            None => Ok(self.items),
        }
    }

    /// The error to report beside the items of an incomplete list.
    pub fn incomplete(&self, service: Service, operation: &'static str) -> Option<AwsError> {
        (!self.complete).then(|| incomplete(service, operation))
    }
}

/// The error of a list whose pages could not be followed to their end.
pub fn incomplete(service: Service, operation: &'static str) -> AwsError {
    let message = "the list's pages do not end";
    AwsError::new(service, operation, AwsErrorKind::Incomplete, message)
}

/// Where a list goes on after a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NextPage {
    /// At the page of this token.
    At(String),
    /// Nowhere: the page was the last one.
    End,
    /// Nowhere, though it was not the last one: its token was followed before, or the pages have
    /// been empty for too long.
    Endless,
}

/// Decides for each page of one list where it goes on, so that no list is followed in circles.
#[derive(Debug, Default)]
pub struct PageWalk {
    followed: HashSet<String>,
    empty: usize,
}

impl PageWalk {
    /// Where the list goes on after this page, which held `items` items and named `next`.
    pub fn after(&mut self, items: usize, next: Option<String>) -> NextPage {
        self.empty = if items == 0 { self.empty + 1 } else { 0 };
        match next {
            None => NextPage::End,
            Some(token) if self.empty < MAX_EMPTY_PAGES && self.followed.insert(token.clone()) => {
                NextPage::At(token)
            }
            Some(_) => NextPage::Endless,
        }
    }
}

/// Reads every page of a list. Stops where no next page is named, where a token comes back that was
/// followed before, and at the limits above.
///
/// # Errors
/// The first page that could not be read.
pub(super) async fn all<T, F>(
    mut page: impl FnMut(Option<String>) -> F,
) -> Result<Listing<T>, AwsError>
where
    F: Future<Output = Result<Page<T>, AwsError>>,
{
    let mut items = Vec::new();
    let mut walk = PageWalk::default();
    let mut token = None;
    for _ in 0..MAX_PAGES {
        let read = page(token).await?;
        let next = walk.after(read.items.len(), read.next);
        items.extend(read.items);
        match next {
            NextPage::At(next) => token = Some(next),
            NextPage::Endless => break,
            NextPage::End => {
                return Ok(Listing {
                    items,
                    complete: true,
                });
            }
        }
    }
    tracing::warn!(
        items = items.len(),
        "Stopped reading a list whose pages do not end"
    );
    Ok(Listing {
        items,
        complete: false,
    })
}

/// An empty token names no page.
fn token(next: Option<String>) -> Option<String> {
    next.filter(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::{Listing, MAX_EMPTY_PAGES, MAX_PAGES, Page, all};
    use sluicegate_domain::{AwsErrorKind, Service};

    /// Reads a list whose nth page is made by `page`, and counts the pages that were read.
    fn read(page: impl Fn(usize) -> (Vec<usize>, Option<String>)) -> (Listing<usize>, usize) {
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
        let (list, pages) = read(|n| {
            let items = if n == 1 { vec![] } else { vec![n] };
            (items, (n < 3).then(|| n.to_string()))
        });
        assert_eq!((list.items, list.complete, pages), (vec![0, 2, 3], true, 4));
    }

    #[test]
    fn a_token_that_repeats_ends_an_incomplete_list() {
        let (list, pages) = read(|n| (vec![n], Some((n % 2).to_string())));
        assert_eq!(list.items, [0, 1, 2]);
        assert_eq!((list.complete, pages), (false, 3));
        let error = list
            .into_complete(Service::SageMaker, "ListTags")
            .expect_err("incomplete");
        assert_eq!(error.kind, AwsErrorKind::Incomplete);
        assert_eq!(error.operation, "ListTags");
    }

    #[test]
    fn an_endless_run_of_empty_pages_ends_an_incomplete_list() {
        let (list, pages) = read(|n| (vec![], Some(n.to_string())));
        assert_eq!((list.items.len(), list.complete), (0, false));
        assert_eq!(pages, MAX_EMPTY_PAGES);
    }

    #[test]
    fn a_list_of_too_many_pages_is_incomplete() {
        let (list, pages) = read(|n| (vec![n], Some(n.to_string())));
        assert_eq!((list.items.len(), list.complete), (MAX_PAGES, false));
        assert_eq!(pages, MAX_PAGES);
    }
}
