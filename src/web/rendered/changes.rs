//! What changed between two renderings of a live block: a poll of a page with a thousand items carries the few that
//! changed, not all of them.
//!
//! A template marks what may be sent alone. An element whose first attribute is `data-items` holds a list, such as
//! `<tbody data-items>`; an element in it whose first attribute is `data-item` is one of its items, such as
//! `<tr data-item …>`. Neither holds an element of its own name. As every text and value is escaped, `<tbody data-items`
//! is found nowhere else.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

/// What begins a list, after the name of its element.
const LIST_MARK: &str = " data-items";
/// What begins an item, after the name of its element.
const ITEM_MARK: &str = " data-item";

/// The lists of one rendering, as digests: small enough to keep for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Digests {
    lists: Vec<ListDigests>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct ListDigests {
    /// A digest of what stands between the items.
    between: u64,
    /// Which each item is of.
    keys: Vec<u64>,
    items: Vec<u64>,
}

/// A rendering, and the lists in it.
pub(super) struct Rendering<'a> {
    html: &'a str,
    lists: Vec<List>,
    digests: Digests,
}

/// A list within its markup.
struct List {
    /// Just after [`LIST_MARK`].
    mark_end: usize,
    /// Its items, each from `<` to the end of its element.
    items: Vec<Item>,
    /// The end of its content.
    end: usize,
}

struct Item {
    span: Range<usize>,
    /// Just after [`ITEM_MARK`].
    mark_end: usize,
}

impl Digests {
    /// How many items there are.
    pub(super) fn len(&self) -> usize {
        self.lists.iter().map(|list| list.items.len()).sum()
    }
}

impl<'a> Rendering<'a> {
    /// Finds the lists in this markup.
    pub(super) fn of(html: &'a str) -> Self {
        let lists = lists(html);
        let digests = lists.iter().map(|list| ListDigests::of(html, list));
        Self {
            html,
            digests: Digests {
                lists: digests.collect(),
            },
            lists,
        }
    }

    /// What is kept of it.
    pub(super) fn into_digests(self) -> Digests {
        self.digests
    }

    /// How many items it has.
    pub(super) fn len(&self) -> usize {
        self.digests.len()
    }

    /// The markup without the items that are as they were in `shown`. A list that lacks items has its mark's value
    /// `changed`, and each item in it its number, from 0. `None` if the whole is better: where a list has other items
    /// than it had or has them in another order, where what stands between them changed, or where most of them did.
    pub(super) fn changes_since(&self, shown: &Digests) -> Option<String> {
        if self.lists.len() != shown.lists.len() {
            return None;
        }
        let html = self.html;
        let mut text = String::new();
        let mut copied = 0;
        let mut changed = 0;
        let digests = self.digests.lists.iter().zip(&shown.lists);
        for (list, (now, before)) in self.lists.iter().zip(digests) {
            if now.between != before.between || now.keys != before.keys {
                return None;
            }
            text.push_str(&html[copied..list.mark_end]);
            text.push_str("=\"changed\"");
            text.push_str(&html[list.mark_end..=tag_end(html, list.mark_end)]);
            for (number, item) in list.items.iter().enumerate() {
                if now.items[number] != before.items[number] {
                    changed += 1;
                    text.push_str(&html[item.span.start..item.mark_end]);
                    text.push_str(&format!("=\"{number}\""));
                    text.push_str(&html[item.mark_end..item.span.end]);
                }
            }
            copied = list.end;
        }
        text.push_str(&html[copied..]);
        (2 * changed <= self.len()).then_some(text)
    }
}

impl ListDigests {
    fn of(html: &str, list: &List) -> Self {
        let mut between = DefaultHasher::new();
        let mut from = list.mark_end;
        for item in &list.items {
            html[from..item.span.start].hash(&mut between);
            from = item.span.end;
        }
        html[from..list.end].hash(&mut between);
        let items = list.items.iter();
        Self {
            between: between.finish(),
            keys: items.clone().map(|item| digest(key(html, item))).collect(),
            items: items.map(|item| digest(&html[item.span.clone()])).collect(),
        }
    }
}

/// What an item is of, such as `data-step="Train"`: the first `data-` attribute after its mark.
fn key<'a>(html: &'a str, item: &Item) -> &'a str {
    let tag = &html[item.mark_end..=tag_end(html, item.mark_end)];
    let named = tag.find(" data-").map_or("", |at| &tag[at + 1..]);
    let end = named.match_indices('"').nth(1);
    end.map_or(named, |(end, _)| &named[..end])
}

fn digest(text: &str) -> u64 {
    let mut digest = DefaultHasher::new();
    text.hash(&mut digest);
    digest.finish()
}

fn lists(html: &str) -> Vec<List> {
    let mut lists = Vec::new();
    let mut from = 0;
    while let Some((name, start)) = next_marked(html, LIST_MARK, from, html.len()) {
        let mark_end = start + 1 + name.len() + LIST_MARK.len();
        let end = html[mark_end..]
            .find(&format!("</{name}>"))
            .map_or(html.len(), |at| mark_end + at);
        lists.push(List {
            mark_end,
            items: items(html, mark_end, end),
            end,
        });
        from = end;
    }
    lists
}

fn items(html: &str, mut from: usize, end: usize) -> Vec<Item> {
    let mut items = Vec::new();
    while let Some((name, start)) = next_marked(html, ITEM_MARK, from, end) {
        let mark_end = start + 1 + name.len() + ITEM_MARK.len();
        let tag_end = tag_end(html, mark_end);
        let item_end = if html[..tag_end].ends_with('/') {
            tag_end + 1
        } else {
            let close = format!("</{name}>");
            html[tag_end..end]
                .find(&close)
                .map_or(end, |at| tag_end + at + close.len())
        };
        items.push(Item {
            span: start..item_end,
            mark_end,
        });
        from = item_end;
    }
    items
}

/// Where a start tag ends: its `>`. In values it is escaped.
fn tag_end(html: &str, from: usize) -> usize {
    html[from..]
        .find('>')
        .map_or(html.len() - 1, |at| from + at)
}

/// The next element whose first attribute is this mark: its name, and where its `<` is.
fn next_marked<'a>(
    html: &'a str,
    mark: &str,
    mut from: usize,
    end: usize,
) -> Option<(&'a str, usize)> {
    while let Some(at) = html[from..end].find(mark) {
        let mark_start = from + at;
        let mark_end = mark_start + mark.len();
        let is_whole = html[mark_end..].starts_with([' ', '>', '/', '\n']);
        let name_start = html[..mark_start].rfind('<').map_or(0, |at| at + 1);
        let name = &html[name_start..mark_start];
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase());
        if is_whole && is_name && name_start > from {
            return Some((name, name_start - 1));
        }
        from = mark_end;
    }
    None
}

#[cfg(test)]
mod tests;
