//! Pages of a list, and the opaque tokens between them.
//!
//! A token holds the sort key of the last item of a page, not a position, so that the next page begins after it
//! whatever was inserted or removed meanwhile. It is bound to its operation and filters.

use super::errors::ServiceError;
use super::input::Input;
use crate::engine::Millis;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::cmp::Ordering;
use std::ops::Range;

/// Items on a page without MaxResults; the service does not document its own number.
const DEFAULT_PAGE_ITEMS: usize = 100;
/// Hex digits of the checksum with which a token begins; it also covers the request that the token belongs to.
const CHECKSUM_DIGITS: usize = 16;

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

impl Direction {
    /// The request's SortOrder, else `default`.
    pub fn of(input: Input, default: Direction) -> Direction {
        match input.text("SortOrder") {
            Some("Ascending") => Direction::Ascending,
            Some("Descending") => Direction::Descending,
            _ => default,
        }
    }

    fn compare<K: Ord>(self, a: &K, b: &K) -> Ordering {
        match self {
            Direction::Ascending => a.cmp(b),
            Direction::Descending => b.cmp(a),
        }
    }
}

/// One page of a list.
pub struct Page<T> {
    /// At most MaxResults items, in order.
    pub items: Vec<T>,
    /// The NextToken of the next page; `None` on the last.
    pub next_token: Option<String>,
}

/// A page of the items that match a request. Keys must be unique, or items with equal keys are skipped.
///
/// Costs one pass over the candidates and a sort of one page.
pub fn of<K, T>(
    operation: &str,
    input: Input,
    direction: Direction,
    candidates: impl Iterator<Item = (K, T)>,
) -> Result<Page<T>, ServiceError>
where
    K: Ord + Serialize + DeserializeOwned,
{
    sized(operation, input, direction, size(input), candidates)
}

/// [`of`] with a page size of the operation's own.
pub fn sized<K, T>(
    operation: &str,
    input: Input,
    direction: Direction,
    size: usize,
    candidates: impl Iterator<Item = (K, T)>,
) -> Result<Page<T>, ServiceError>
where
    K: Ord + Serialize + DeserializeOwned,
{
    let cursor = Cursor::of(operation, input, direction)?;
    let mut rest: Vec<(K, T)> = candidates
        .filter(|(key, _)| cursor.is_after_last(key))
        .collect();
    let by_key = |a: &(K, T), b: &(K, T)| direction.compare(&a.0, &b.0);
    let more = rest.len() > size;
    if more {
        rest.select_nth_unstable_by(size - 1, by_key);
        rest.truncate(size);
    }
    rest.sort_unstable_by(by_key);
    Ok(cursor.page(rest, more))
}

/// [`of`] for candidates in ascending order: nothing beyond the page is looked at.
pub fn in_order<K, T>(
    operation: &str,
    input: Input,
    direction: Direction,
    candidates: impl DoubleEndedIterator<Item = (K, T)>,
) -> Result<Page<T>, ServiceError>
where
    K: Ord + Serialize + DeserializeOwned,
{
    in_order_sized(operation, input, direction, size(input), candidates)
}

/// [`in_order`] with a page size of the operation's own.
pub fn in_order_sized<K, T>(
    operation: &str,
    input: Input,
    direction: Direction,
    size: usize,
    candidates: impl DoubleEndedIterator<Item = (K, T)>,
) -> Result<Page<T>, ServiceError>
where
    K: Ord + Serialize + DeserializeOwned,
{
    let cursor = Cursor::of(operation, input, direction)?;
    let after_last = |(key, _): &(K, T)| cursor.is_after_last(key);
    let mut rest: Vec<(K, T)> = match direction {
        Direction::Ascending => candidates.filter(after_last).take(size + 1).collect(),
        Direction::Descending => candidates.rev().filter(after_last).take(size + 1).collect(),
    };
    let more = rest.len() > size;
    rest.truncate(size);
    Ok(cursor.page(rest, more))
}

/// The key of the last item of the page before, from which a long list need not be looked through; none on the first page.
///
/// # Errors
/// When the request's token is not one of this list.
pub fn last_key<K>(operation: &str, input: Input) -> Result<Option<K>, ServiceError>
where
    K: Ord + Serialize + DeserializeOwned,
{
    Ok(Cursor::of(operation, input, Direction::Ascending)?.last)
}

/// The times of creation in a request, less the pages before, whose last item was `last`: with names, which come second.
pub fn creation_window(
    input: Input,
    direction: Direction,
    last: Option<(Millis, Box<str>)>,
) -> Range<(Millis, Box<str>)> {
    let first_at = |at: Millis| (at, Box::from(""));
    let after = input.time("CreationTimeAfter");
    let start = after.map(|after| first_at(after.saturating_add(1)));
    let end = input.time("CreationTimeBefore").map(first_at);
    let mut start = start.unwrap_or_else(|| first_at(Millis::MIN));
    let mut end = end.unwrap_or_else(|| first_at(Millis::MAX));
    match (direction, last) {
        (Direction::Ascending, Some(last)) => start = start.max(last),
        (Direction::Descending, Some(last)) => end = end.min(last),
        (_, None) => {}
    }
    start..end
}

/// The page size of a request, in items.
pub fn size(input: Input) -> usize {
    size_or(input, DEFAULT_PAGE_ITEMS)
}

/// The same for an operation that documents its own default.
pub fn size_or(input: Input, default: usize) -> usize {
    input
        .whole("MaxResults")
        .map_or(default, |size| size.max(1) as usize)
}

/// Where in a list a page begins, and the request that its tokens are bound to.
struct Cursor<K> {
    binding: String,
    /// The key of the last item of the page before; `None` on the first page.
    last: Option<K>,
    direction: Direction,
}

impl<K: Ord + Serialize + DeserializeOwned> Cursor<K> {
    fn of(operation: &str, input: Input, direction: Direction) -> Result<Cursor<K>, ServiceError> {
        let binding = binding(operation, input.body());
        let last = match input.text("NextToken") {
            Some(token) => Some(from_token(token, &binding).ok_or_else(invalid_token)?),
            None => None,
        };
        Ok(Cursor {
            binding,
            last,
            direction,
        })
    }

    /// Whether an item comes after the page before.
    fn is_after_last(&self, key: &K) -> bool {
        let last = self.last.as_ref();
        last.is_none_or(|last| self.direction.compare(key, last) == Ordering::Greater)
    }

    /// A page of these items, with a token if there are more.
    fn page<T>(&self, items: Vec<(K, T)>, more: bool) -> Page<T> {
        let next_token = match items.last() {
            Some((key, _)) if more => Some(to_token(key, &self.binding)),
            _ => None,
        };
        Page {
            items: items.into_iter().map(|(_, item)| item).collect(),
            next_token,
        }
    }
}

fn invalid_token() -> ServiceError {
    ServiceError::validation(
        "Invalid pagination token: the NextToken does not belong to this request.",
    )
}

/// A fingerprint of a request without its token and page size.
fn binding(operation: &str, body: &Map<String, Value>) -> String {
    let mut hash = Sha256::new();
    hash.update(operation.as_bytes());
    let mut members: Vec<_> = body
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "NextToken" | "MaxResults"))
        .collect();
    members.sort_by_key(|(name, _)| name.as_str());
    for (name, value) in members {
        hash.update(name.as_bytes());
        hash.update(value.to_string().as_bytes());
    }
    hex::encode(hash.finalize())
}

fn to_token<K: Serialize>(key: &K, binding: &str) -> String {
    // Keys are numbers, strings and tuples of them, which can always be serialised.
    let content = serde_json::to_vec(key).unwrap_or_default();
    format!("{}{}", checksum(&content, binding), hex::encode(content))
}

fn from_token<K: DeserializeOwned>(token: &str, binding: &str) -> Option<K> {
    let (digits, content) = token.split_at_checked(CHECKSUM_DIGITS)?;
    let content = hex::decode(content).ok()?;
    (digits == checksum(&content, binding)).then_some(())?;
    serde_json::from_slice(&content).ok()
}

fn checksum(content: &[u8], binding: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(binding.as_bytes());
    hash.update(content);
    let mut digits = hex::encode(hash.finalize());
    digits.truncate(CHECKSUM_DIGITS);
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn page(items: &[i64], body: &Value, direction: Direction) -> Result<Page<i64>, ServiceError> {
        let body = body.as_object().cloned().unwrap_or_default();
        of(
            "ListThings",
            Input::new(&body),
            direction,
            items.iter().map(|n| (*n, *n)),
        )
    }

    #[test]
    fn a_page_begins_after_the_last_item_whatever_was_inserted() {
        let first = page(
            &[5, 3, 1, 4],
            &json!({"MaxResults": 2}),
            Direction::Descending,
        )
        .expect("a page");
        assert_eq!(first.items, [5, 4]);
        let token = first.next_token.expect("more");
        let body = json!({"MaxResults": 2, "NextToken": token});
        let second = page(&[9, 8, 5, 4, 3, 2, 1], &body, Direction::Descending).expect("a page");
        assert_eq!(second.items, [3, 2]);
        assert!(second.next_token.is_some());
    }

    #[test]
    fn pages_of_ordered_candidates_are_the_same() {
        let items: Vec<i64> = (0..7).collect();
        for direction in [Direction::Ascending, Direction::Descending] {
            for size in 1..9 {
                let mut body = json!({"MaxResults": size});
                loop {
                    let sorted = page(&items, &body, direction).expect("a page");
                    let request = body.as_object().cloned().unwrap_or_default();
                    let candidates = items.iter().map(|n| (*n, *n));
                    let ordered =
                        in_order("ListThings", Input::new(&request), direction, candidates)
                            .expect("a page");
                    assert_eq!(
                        (&sorted.items, &sorted.next_token),
                        (&ordered.items, &ordered.next_token)
                    );
                    let Some(next) = sorted.next_token else { break };
                    body["NextToken"] = json!(next);
                }
            }
        }
    }

    #[test]
    fn the_last_page_has_no_token() {
        let all = page(&[2, 1], &json!({"MaxResults": 2}), Direction::Ascending).expect("a page");
        assert_eq!((all.items, all.next_token), (vec![1, 2], None));
    }

    #[test]
    fn tokens_of_other_requests_and_damaged_ones_are_refused() {
        let first =
            page(&[1, 2, 3], &json!({"MaxResults": 1}), Direction::Ascending).expect("a page");
        let token = first.next_token.expect("more");
        let other = json!({"NextToken": token, "Prefix": "x"});
        assert!(page(&[1, 2, 3], &other, Direction::Ascending).is_err());
        for broken in [
            "",
            "zz",
            &token[1..],
            &format!("{token}0"),
            "é".repeat(40).as_str(),
        ] {
            let body = json!({"NextToken": broken});
            assert!(
                page(&[1, 2, 3], &body, Direction::Ascending).is_err(),
                "{broken}"
            );
        }
    }
}
