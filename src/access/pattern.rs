//! Patterns of names.

use std::fmt;
use std::str::FromStr;

/// A glob pattern of names: `?` matches any one character, `*` any number of them, every other character
/// itself. The complete name must match, case included.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern(String);

/// The longest pattern.
const MAX_PATTERN_CHARS: usize = 256;

impl Pattern {
    /// The pattern of every name.
    pub fn any() -> Self {
        Self("*".to_owned())
    }

    /// Whether every name matches.
    pub fn is_any(&self) -> bool {
        !self.0.is_empty() && self.0.bytes().all(|byte| byte == b'*')
    }

    /// Whether `name` matches. Takes time proportional to the product of both lengths at most.
    pub fn matches(&self, name: &str) -> bool {
        let (mut pattern, mut rest) = (self.0.as_str(), name);
        // What follows the last star, and the rest of the name after what the star has matched.
        let mut star: Option<(&str, &str)> = None;
        loop {
            let (expected, actual) = (pattern.chars().next(), rest.chars().next());
            match (expected, actual) {
                (None, None) => return true,
                (Some('*'), _) => {
                    pattern = &pattern[1..];
                    star = Some((pattern, rest));
                }
                (Some(letter), Some(found)) if letter == '?' || letter == found => {
                    pattern = &pattern[letter.len_utf8()..];
                    rest = &rest[found.len_utf8()..];
                }
                _ => {
                    // The star matches one more character.
                    let Some((after, left)) = star else {
                        return false;
                    };
                    let Some(next) = left.chars().next() else {
                        return false;
                    };
                    let left = &left[next.len_utf8()..];
                    star = Some((after, left));
                    (pattern, rest) = (after, left);
                }
            }
        }
    }
}

impl FromStr for Pattern {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.is_empty() {
            return Err("it is empty, so nothing would match");
        }
        if text.chars().count() > MAX_PATTERN_CHARS {
            return Err("it is longer than 256 characters");
        }
        if text.contains(['[', ']', '{', '}', '\\']) {
            return Err("only * and ? are wildcards");
        }
        if text
            .chars()
            .any(|letter| letter.is_whitespace() || letter.is_control())
        {
            return Err("it contains spaces or control characters");
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
