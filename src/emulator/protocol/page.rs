//! Pages of a list, and the opaque tokens between them.
//!
//! A token names the last item that was handed out (its sort key), not a position, so that a page goes on where the
//! one before ended whatever was inserted or removed meanwhile. It is bound to its operation and filters.

use super::errors::Refusal;
use super::input::Input;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::cmp::Ordering;

/// What a caller gets without MaxResults; the service does not say what it gives.
const DEFAULT_SIZE: usize = 100;
/// Hex digits of a token that bind it to its request and guard it against typing errors.
const SEAL: usize = 16;

/// Which way a list runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

impl Direction {
    /// What the request's SortOrder says, else `default`.
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
    /// What the caller sends to get the next page; absent on the last.
    pub next: Option<String>,
}

/// The page a request asks for, out of all that match. Keys must be unique, or items with equal keys are skipped.
///
/// Costs one pass over the candidates and a sort of one page.
pub fn of<K, T>(
    operation: &str,
    input: Input,
    direction: Direction,
    candidates: impl Iterator<Item = (K, T)>,
) -> Result<Page<T>, Refusal>
where
    K: Ord + Serialize + DeserializeOwned,
{
    sized(operation, input, direction, size(input), candidates)
}

/// [`of`] with a size of the operation's own.
pub fn sized<K, T>(
    operation: &str,
    input: Input,
    direction: Direction,
    size: usize,
    candidates: impl Iterator<Item = (K, T)>,
) -> Result<Page<T>, Refusal>
where
    K: Ord + Serialize + DeserializeOwned,
{
    let turn = Turn::of(operation, input, direction)?;
    let mut rest: Vec<(K, T)> = candidates.filter(|(key, _)| turn.is_ahead(key)).collect();
    let by_key = |a: &(K, T), b: &(K, T)| direction.compare(&a.0, &b.0);
    let more = rest.len() > size;
    if more {
        rest.select_nth_unstable_by(size - 1, by_key);
        rest.truncate(size);
    }
    rest.sort_unstable_by(by_key);
    Ok(turn.page(rest, more))
}

/// [`of`] for candidates that lie in ascending order: nothing beyond the page is looked at.
pub fn in_order<K, T>(
    operation: &str,
    input: Input,
    direction: Direction,
    candidates: impl DoubleEndedIterator<Item = (K, T)>,
) -> Result<Page<T>, Refusal>
where
    K: Ord + Serialize + DeserializeOwned,
{
    let turn = Turn::of(operation, input, direction)?;
    let ahead = |(key, _): &(K, T)| turn.is_ahead(key);
    let size = size(input);
    let mut rest: Vec<(K, T)> = match direction {
        Direction::Ascending => candidates.filter(ahead).take(size + 1).collect(),
        Direction::Descending => candidates.rev().filter(ahead).take(size + 1).collect(),
    };
    let more = rest.len() > size;
    rest.truncate(size);
    Ok(turn.page(rest, more))
}

/// How many items a request asks for.
fn size(input: Input) -> usize {
    input
        .whole("MaxResults")
        .map_or(DEFAULT_SIZE, |size| size.max(1) as usize)
}

/// Where in a list a request goes on, and the request that tokens are bound to.
struct Turn<K> {
    binding: String,
    /// The key of the last item that was handed out before, if any was.
    last: Option<K>,
    direction: Direction,
}

impl<K: Ord + Serialize + DeserializeOwned> Turn<K> {
    fn of(operation: &str, input: Input, direction: Direction) -> Result<Turn<K>, Refusal> {
        let binding = binding(operation, input.body());
        let last = match input.text("NextToken") {
            Some(token) => Some(open(token, &binding).ok_or_else(wrong_token)?),
            None => None,
        };
        Ok(Turn {
            binding,
            last,
            direction,
        })
    }

    /// Whether an item was not handed out yet.
    fn is_ahead(&self, key: &K) -> bool {
        let last = self.last.as_ref();
        last.is_none_or(|last| self.direction.compare(key, last) == Ordering::Greater)
    }

    /// A page of these items, with a token where there are more.
    fn page<T>(&self, items: Vec<(K, T)>, more: bool) -> Page<T> {
        let next = match items.last() {
            Some((key, _)) if more => Some(seal(key, &self.binding)),
            _ => None,
        };
        Page {
            items: items.into_iter().map(|(_, item)| item).collect(),
            next,
        }
    }
}

fn wrong_token() -> Refusal {
    Refusal::validation(
        "Invalid pagination token: the NextToken is not one that this request was given.",
    )
}

/// A fingerprint of what a list is a list of: everything in the request but the token and the page's size.
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

fn seal<K: Serialize>(key: &K, binding: &str) -> String {
    // Keys are numbers, strings and tuples of them, which always serialise.
    let content = serde_json::to_vec(key).unwrap_or_default();
    format!("{}{}", checksum(&content, binding), hex::encode(content))
}

fn open<K: DeserializeOwned>(token: &str, binding: &str) -> Option<K> {
    let (seal, content) = token.split_at_checked(SEAL)?;
    let content = hex::decode(content).ok()?;
    (seal == checksum(&content, binding)).then_some(())?;
    serde_json::from_slice(&content).ok()
}

fn checksum(content: &[u8], binding: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(binding.as_bytes());
    hash.update(content);
    let mut digits = hex::encode(hash.finalize());
    digits.truncate(SEAL);
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn page(items: &[i64], body: &Value, direction: Direction) -> Result<Page<i64>, Refusal> {
        let body = body.as_object().cloned().unwrap_or_default();
        of(
            "ListThings",
            Input::new(&body),
            direction,
            items.iter().map(|n| (*n, *n)),
        )
    }

    #[test]
    fn pages_go_on_after_the_last_item_whatever_was_inserted() {
        let first = page(
            &[5, 3, 1, 4],
            &json!({"MaxResults": 2}),
            Direction::Descending,
        )
        .expect("a page");
        assert_eq!(first.items, [5, 4]);
        let token = first.next.expect("more");
        let body = json!({"MaxResults": 2, "NextToken": token});
        let second = page(&[9, 8, 5, 4, 3, 2, 1], &body, Direction::Descending).expect("a page");
        assert_eq!(second.items, [3, 2]);
        assert!(second.next.is_some());
    }

    #[test]
    fn pages_of_what_lies_in_order_are_the_same() {
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
                        (&sorted.items, &sorted.next),
                        (&ordered.items, &ordered.next)
                    );
                    let Some(next) = sorted.next else { break };
                    body["NextToken"] = json!(next);
                }
            }
        }
    }

    #[test]
    fn the_last_page_has_no_token() {
        let all = page(&[2, 1], &json!({"MaxResults": 2}), Direction::Ascending).expect("a page");
        assert_eq!((all.items, all.next), (vec![1, 2], None));
    }

    #[test]
    fn tokens_of_other_requests_and_broken_ones_are_refused() {
        let first =
            page(&[1, 2, 3], &json!({"MaxResults": 1}), Direction::Ascending).expect("a page");
        let token = first.next.expect("more");
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
