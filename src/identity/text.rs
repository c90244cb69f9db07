//! The rules for names, e-mail addresses and groups.

/// The longest name of a person.
const MAX_NAME_CHARS: usize = 128;

/// The longest e-mail address.
const MAX_EMAIL_CHARS: usize = 254;

/// The longest name of a group.
const MAX_GROUP_CHARS: usize = 256;

/// The groups one person may have.
const MAX_GROUPS: usize = 512;

/// The size of all group names of one person together.
const MAX_GROUPS_BYTES: usize = 16 * 1024;

/// What is wrong with a name, e-mail address or group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextError {
    /// It is not UTF-8.
    NotUtf8,
    /// It contains an invisible character, or one that changes the direction of others.
    Invisible,
    /// A name contains a comma, as if a proxy had joined two values.
    Comma,
    /// It contains an `@` but is not an e-mail address.
    NotAnEmail,
    /// It is longer than any real one.
    TooLong,
    /// There are too many groups.
    TooManyGroups,
    /// A list of groups, each in quotes, is malformed.
    Unquoted,
}

impl TextError {
    /// Its stable code in the audit trail.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::NotUtf8 => "identity_not_utf8",
            Self::Invisible => "identity_invisible_character",
            Self::Comma => "name_with_comma",
            Self::NotAnEmail => "email_malformed",
            Self::TooLong => "identity_too_long",
            Self::TooManyGroups => "too_many_groups",
            Self::Unquoted => "groups_not_quoted",
        }
    }
}

/// The text of a header's bytes. None of the proxies with a preset encodes UTF-8 any further, so nothing
/// is decoded.
pub(super) fn read(bytes: &[u8]) -> Result<&str, TextError> {
    let text = std::str::from_utf8(bytes).map_err(|_| TextError::NotUtf8)?;
    visible(text)
}

fn visible(text: &str) -> Result<&str, TextError> {
    if text.chars().any(is_invisible) {
        Err(TextError::Invisible)
    } else {
        Ok(text)
    }
}

/// Like [`visible`]; a space at either end is invisible too.
fn visible_throughout(text: &str) -> Result<&str, TextError> {
    if text.starts_with(' ') || text.ends_with(' ') {
        return Err(TextError::Invisible);
    }
    visible(text)
}

/// A person's name; `None` if it is empty. With an `@` it must be an e-mail address, because access rules
/// may treat it as one.
pub(super) fn name(text: &str) -> Result<Option<String>, TextError> {
    let name = visible_throughout(text)?;
    if name.chars().nth(MAX_NAME_CHARS).is_some() {
        return Err(TextError::TooLong);
    }
    if name.contains('@') {
        check_email(name)?;
    }
    Ok((!name.is_empty()).then(|| name.to_owned()))
}

/// An e-mail address; `None` if it is empty.
pub(super) fn email(text: &str) -> Result<Option<String>, TextError> {
    let email = visible_throughout(text)?;
    if email.is_empty() {
        return Ok(None);
    }
    check_email(email)?;
    Ok(Some(email.to_owned()))
}

fn check_email(text: &str) -> Result<(), TextError> {
    if text.chars().nth(MAX_EMAIL_CHARS).is_some() {
        return Err(TextError::TooLong);
    }
    let parts = text.split_once('@').ok_or(TextError::NotAnEmail)?;
    let is_part = |part: &str| !part.is_empty() && !part.contains(['@', ' ', ',']);
    if is_part(parts.0) && is_part(parts.1) {
        Ok(())
    } else {
        Err(TextError::NotAnEmail)
    }
}

/// The groups in `texts`: trimmed, without empty ones and repetitions, in their order.
pub(super) fn groups<'t>(texts: impl Iterator<Item = &'t str>) -> Result<Vec<String>, TextError> {
    let mut known = std::collections::HashSet::new();
    let mut groups = Vec::new();
    let mut bytes = 0;
    for text in texts {
        let group = visible(text)?.trim_matches(' ');
        if group.is_empty() || !known.insert(group) {
            continue;
        }
        bytes += group.len();
        if group.chars().nth(MAX_GROUP_CHARS).is_some() || bytes > MAX_GROUPS_BYTES {
            return Err(TextError::TooLong);
        }
        if groups.len() == MAX_GROUPS {
            return Err(TextError::TooManyGroups);
        }
        groups.push(group.to_owned());
    }
    Ok(groups)
}

/// The texts of a list such as `"ml-ops","risk, and more"`, or the only one, which vouch-proxy sends without quotes.
///
/// vouch-proxy escapes nothing. A quote inside a text is refused where it leaves the list malformed, but a group named
/// `a","b` cannot be distinguished from two groups.
pub(super) fn quoted<'t>(list: &'t str, delimiter: &str) -> Result<Vec<&'t str>, TextError> {
    let mut texts = Vec::new();
    let mut rest = list.trim_matches(' ');
    if !rest.contains('"') && !rest.contains(delimiter) {
        return Ok(vec![rest]);
    }
    while !rest.is_empty() {
        let inside = rest.strip_prefix('"').ok_or(TextError::Unquoted)?;
        let (text, after) = inside.split_once('"').ok_or(TextError::Unquoted)?;
        texts.push(text);
        rest = match after.trim_start_matches(' ') {
            "" => "",
            after => {
                let next = after.strip_prefix(delimiter).ok_or(TextError::Unquoted)?;
                let next = next.trim_start_matches(' ');
                if next.is_empty() {
                    return Err(TextError::Unquoted);
                }
                next
            }
        };
    }
    Ok(texts)
}

/// Whether a character is invisible or changes how others are shown, so that two different names look the
/// same.
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
