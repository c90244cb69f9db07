//! What may stand in a name, an address and a group.

use super::Refusal;
use axum::http::StatusCode;

/// The longest name of a person, in characters.
pub(super) const NAME_LENGTH: usize = 128;

/// The longest e-mail address, in characters.
const EMAIL_LENGTH: usize = 254;

/// The longest name of a group, in characters.
const GROUP_LENGTH: usize = 256;

/// The most groups of one person.
pub(super) const GROUPS: usize = 512;

/// The most that the names of one person's groups come to, in bytes.
const GROUPS_BYTES: usize = 16 * 1024;

/// What is wrong with a text that tells who someone is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// It is not UTF-8.
    NotUtf8,
    /// It holds a character that cannot be seen or that turns others around.
    Invisible,
    /// A name holds a comma: two values that a proxy has joined look like that.
    Comma,
    /// There is an `@` and it does not make an e-mail address.
    NoAddress,
    /// It is longer than any real one.
    TooLong,
    /// There are more groups than can be.
    TooMany,
}

impl Flaw {
    /// What is wrong, for those who run the console.
    pub(super) fn why(self) -> &'static str {
        match self {
            Self::NotUtf8 => "a name, e-mail address or group is not UTF-8",
            Self::Invisible => "a name, e-mail address or group holds an invisible character",
            Self::Comma => "the name holds a comma",
            Self::NoAddress => "an e-mail address does not hold exactly one @ between two parts",
            Self::TooLong => "a name, e-mail address or group is too long",
            Self::TooMany => "there are too many groups",
        }
    }

    /// The answer where a header holds it.
    pub(super) fn refusal(self) -> Refusal {
        Refusal {
            status: StatusCode::BAD_REQUEST,
            title: "Not a proper name",
            sentence: match self {
                Self::NotUtf8 => "Your name, e-mail address or groups did not arrive as UTF-8.",
                Self::Invisible => {
                    "Your name, e-mail address or groups hold a character that cannot be seen."
                }
                Self::Comma => "Your name arrived with a comma in it, as if there were two.",
                Self::NoAddress => "Your e-mail address must hold exactly one @ between two parts.",
                Self::TooLong => "Your name, e-mail address or one of your groups is too long.",
                Self::TooMany => "You are in more groups than this console takes.",
            },
        }
    }
}

/// The text that a header's bytes are. Proxies send UTF-8 as it is: none of those with a preset
/// encodes it, so nothing is decoded further.
pub(super) fn read(bytes: &[u8]) -> Result<&str, Flaw> {
    let text = std::str::from_utf8(bytes).map_err(|_| Flaw::NotUtf8)?;
    visible(text)
}

fn visible(text: &str) -> Result<&str, Flaw> {
    if text.chars().any(is_invisible) {
        Err(Flaw::Invisible)
    } else {
        Ok(text)
    }
}

/// Like [`visible`]; a space at an end cannot be seen either.
fn all_visible(text: &str) -> Result<&str, Flaw> {
    if text.starts_with(' ') || text.ends_with(' ') {
        return Err(Flaw::Invisible);
    }
    visible(text)
}

/// A person's name; `None` where it is empty. With an `@` it must be an e-mail address, for rules
/// may name it as one.
pub(super) fn name(text: &str) -> Result<Option<String>, Flaw> {
    let name = all_visible(text)?;
    if name.chars().nth(NAME_LENGTH).is_some() {
        return Err(Flaw::TooLong);
    }
    if name.contains('@') {
        check_email(name)?;
    }
    Ok((!name.is_empty()).then(|| name.to_owned()))
}

/// An e-mail address; `None` where it is empty.
pub(super) fn email(text: &str) -> Result<Option<String>, Flaw> {
    let email = all_visible(text)?;
    if email.is_empty() {
        return Ok(None);
    }
    check_email(email)?;
    Ok(Some(email.to_owned()))
}

fn check_email(text: &str) -> Result<(), Flaw> {
    if text.chars().nth(EMAIL_LENGTH).is_some() {
        return Err(Flaw::TooLong);
    }
    let parts = text.split_once('@').ok_or(Flaw::NoAddress)?;
    let is_part = |part: &str| !part.is_empty() && !part.contains(['@', ' ', ',']);
    if is_part(parts.0) && is_part(parts.1) {
        Ok(())
    } else {
        Err(Flaw::NoAddress)
    }
}

/// The groups among `texts`: trimmed, without empty ones, each once, in their order.
pub(super) fn groups<'t>(texts: impl Iterator<Item = &'t str>) -> Result<Vec<String>, Flaw> {
    let mut known = std::collections::HashSet::new();
    let mut groups = Vec::new();
    let mut bytes = 0;
    for text in texts {
        let group = visible(text)?.trim_matches(' ');
        if group.is_empty() || !known.insert(group) {
            continue;
        }
        bytes += group.len();
        if group.chars().nth(GROUP_LENGTH).is_some() || bytes > GROUPS_BYTES {
            return Err(Flaw::TooLong);
        }
        if groups.len() == GROUPS {
            return Err(Flaw::TooMany);
        }
        groups.push(group.to_owned());
    }
    Ok(groups)
}

/// Whether a character cannot be seen, or changes how others are shown: with it two names that look
/// alike are two, or one looks like another.
fn is_invisible(c: char) -> bool {
    let is_strange_space = c.is_whitespace() && c != ' ';
    c.is_control()
        || is_strange_space
        || matches!(c,
            // Soft hyphen, joiners, fillers, and what shows as nothing.
            '\u{ad}' | '\u{34f}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2065}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            // Marks, embeddings, overrides and isolates that change the direction.
            | '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}'
            // Annotations, objects, and what stands for a character that was lost.
            | '\u{fff0}'..='\u{ffff}'
            // Musical controls, tags and variation selectors.
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}
