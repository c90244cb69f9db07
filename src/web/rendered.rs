//! What browsers show: the renderings that polling pages may still have, so that a poll is answered with what changed.

mod changes;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;

use self::changes::Rendered;

/// A page of fewer items is always sent whole: there is little to save.
const MIN_ITEMS: usize = 20;
/// How many items are remembered, over all pages; eight bytes each.
const MAX_KEPT_ITEMS: usize = 500_000;

/// The last renderings, by their polling tag. Scratch: a page whose rendering is forgotten is sent whole.
#[derive(Debug, Clone, Default)]
pub struct RenderedPages(Arc<Mutex<Pages>>);

#[derive(Debug, Default)]
struct Pages {
    by_tag: HashMap<String, Arc<Rendered>>,
    /// The tags, oldest first.
    order: VecDeque<String>,
    items: usize,
}

impl RenderedPages {
    /// What of this part differs from what a page with this tag shows; `None` where the whole part is better, or where
    /// that rendering is forgotten.
    pub fn changes(&self, tag: &str, part: &str) -> Option<String> {
        let shown = self.0.lock().by_tag.get(tag).cloned()?;
        shown.changes(part)
    }

    /// Remembers what a page with this tag shows.
    pub fn insert(&self, tag: &str, html: &str) {
        let rendered = Rendered::of(html);
        if rendered.len() < MIN_ITEMS {
            return;
        }
        let mut pages = self.0.lock();
        if pages.by_tag.contains_key(tag) {
            return;
        }
        pages.items += rendered.len();
        pages.by_tag.insert(tag.to_owned(), Arc::new(rendered));
        pages.order.push_back(tag.to_owned());
        while pages.items > MAX_KEPT_ITEMS
            && let Some(oldest) = pages.order.pop_front()
        {
            let dropped = pages.by_tag.remove(&oldest);
            pages.items -= dropped.map_or(0, |dropped| dropped.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(items: usize) -> String {
        format!(
            "<ul data-items>{}</ul>",
            "<li data-item>a</li>".repeat(items)
        )
    }

    #[test]
    fn the_oldest_renderings_are_forgotten_and_small_ones_never_kept() {
        let pages = RenderedPages::default();
        pages.insert("small", &page(MIN_ITEMS - 1));
        assert!(pages.changes("small", &page(MIN_ITEMS - 1)).is_none());
        for number in 0..=10 {
            pages.insert(&number.to_string(), &page(MAX_KEPT_ITEMS / 10));
        }
        let html = page(MAX_KEPT_ITEMS / 10);
        assert!(pages.changes("0", &html).is_none());
        assert!(pages.changes("1", &html).is_some() && pages.changes("10", &html).is_some());
    }
}
