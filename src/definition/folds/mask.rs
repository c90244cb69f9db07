//! Names without what tells alike ones apart.

/// The most characters of a last part that is taken for one of several: `eu` in `Train-eu`.
const MAX_SUFFIX_CHARS: usize = 4;
/// The most characters of one that has a digit: `8f3a21bc` in `Train-8f3a21bc`.
const MAX_NUMBERED_SUFFIX_CHARS: usize = 12;

/// What stands between the parts of a name.
const SEPARATORS: [char; 2] = ['-', '_'];

/// A name with `*` for what tells steps of one kind apart: its numbers, and a short last part. `Train-*` for `Train-12`,
/// `Train-eu` and `Train-8f3a21bc`; `Fold*-Evaluate` for `Fold3-Evaluate`; `Train*` for `TrainB`.
pub fn masked(name: &str) -> String {
    let head_end = suffix_start(name);
    let mut mask = String::with_capacity(name.len());
    let mut in_number = false;
    for c in name[..head_end].chars() {
        if !c.is_ascii_digit() {
            mask.push(c);
        } else if !in_number {
            mask.push('*');
        }
        in_number = c.is_ascii_digit();
    }
    if head_end < name.len() && !mask.ends_with('*') {
        mask.push('*');
    }
    mask
}

/// Where the last part of a name begins that is short enough to be one of several; its end where there is none.
fn suffix_start(name: &str) -> usize {
    if let Some(at) = name.rfind(SEPARATORS) {
        let suffix = &name[at + 1..];
        let (chars, has_digit) = (
            suffix.chars().count(),
            suffix.contains(|c: char| c.is_ascii_digit()),
        );
        let most = if has_digit {
            MAX_NUMBERED_SUFFIX_CHARS
        } else {
            MAX_SUFFIX_CHARS
        };
        if at > 0 && (1..=most).contains(&chars) {
            return at + 1;
        }
    }
    // `TrainB` and `TrainEU`, but not `EMR`.
    let head = name.trim_end_matches(|c: char| c.is_ascii_uppercase());
    let capitals = name.len() - head.len();
    let is_suffix = (1..=MAX_SUFFIX_CHARS).contains(&capitals)
        && head.ends_with(|c: char| c.is_ascii_lowercase());
    if is_suffix { head.len() } else { name.len() }
}

/// The first and the last of several names that are alike: `step_010–019`.
pub(super) fn range(first: &str, last: &str) -> String {
    let common: usize = first
        .chars()
        .zip(last.chars())
        .take_while(|(a, b)| a == b)
        .map(|(c, _)| c.len_utf8())
        .sum();
    let head = &first[..common];
    // Back to where the number or the part begins.
    let of_number = head.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_number =
        of_number.len() < head.len() || last[common..].starts_with(|c: char| c.is_ascii_digit());
    let head = match is_number {
        true => of_number,
        false => head.trim_end_matches(|c: char| !SEPARATORS.contains(&c)),
    };
    format!("{first}–{}", &last[head.len()..])
}
