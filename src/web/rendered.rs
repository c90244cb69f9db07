//! What browsers show: the renderings that polling pages may still have, so that a poll is answered with what changed.

mod changes;

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;

use self::changes::{Digests, Rendering};

/// A page of fewer items is always sent whole: there is little to save.
const MIN_ITEMS: usize = 20;
/// How many items are remembered, over all pages; sixteen bytes each.
const MAX_KEPT_ITEMS: usize = 500_000;

/// The last renderings, by their polling tag. Scratch: a page whose rendering is forgotten is sent whole.
#[derive(Debug, Clone, Default)]
pub struct RenderedPages(Arc<Mutex<Pages>>);

#[derive(Debug, Default)]
struct Pages {
    by_tag: HashMap<String, Arc<Digests>>,
    /// The tags, oldest first.
    order: VecDeque<String>,
    items: usize,
}

impl RenderedPages {
    /// Remembers what a page with this tag shows. Returns what of it differs from what a page with the tag `shown` shows;
    /// `None` where the whole is better, or where that rendering is forgotten.
    pub fn update(&self, shown: Option<&str>, tag: &str, html: &str) -> Option<String> {
        let rendering = Rendering::of(html);
        if rendering.len() < MIN_ITEMS {
            return None;
        }
        let shown = shown.and_then(|shown| self.0.lock().by_tag.get(shown).cloned());
        let changes = shown.and_then(|shown| rendering.changes_since(&shown));
        self.0.lock().insert(tag, rendering.into_digests());
        changes
    }
}

impl Pages {
    fn insert(&mut self, tag: &str, digests: Digests) {
        if self.by_tag.contains_key(tag) {
            return;
        }
        self.items += digests.len();
        self.by_tag.insert(tag.to_owned(), Arc::new(digests));
        self.order.push_back(tag.to_owned());
        while self.items > MAX_KEPT_ITEMS
            && let Some(oldest) = self.order.pop_front()
        {
            let dropped = self.by_tag.remove(&oldest);
            self.items -= dropped.map_or(0, |dropped| dropped.len());
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
        let (small, large) = (page(MIN_ITEMS - 1), page(MAX_KEPT_ITEMS / 10));
        pages.update(None, "small", &small);
        assert!(pages.update(Some("small"), "again", &small).is_none());
        for number in 0..=10 {
            pages.update(None, &number.to_string(), &large);
        }
        let is_kept = |tag: &str| pages.update(Some(tag), "10", &large).is_some();
        assert!(!is_kept("0"));
        assert!(is_kept("1") && is_kept("10"));
    }
}
