//! The rule for an execution's name.

/// The longest display name of an execution.
pub const MAX_EXECUTION_NAME_CHARS: usize = 82;

/// What is wrong with an execution's name, and a name that would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameError {
    /// What is wrong.
    pub kind: NameErrorKind,
    /// A corrected name, where one can be made.
    pub suggestion: Option<String>,
}

/// What is wrong with an execution's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameErrorKind {
    /// It is empty.
    Empty,
    /// It contains this character, which is not a letter, a digit or a hyphen.
    Character(char),
    /// It begins with a hyphen.
    LeadingHyphen,
    /// It ends with a hyphen.
    TrailingHyphen,
    /// It has this many characters, more than [`MAX_EXECUTION_NAME_CHARS`].
    TooLong(usize),
}

/// Whether a name may be an execution's: `[a-zA-Z0-9](-*[a-zA-Z0-9]){0,81}` and at most
/// [`MAX_EXECUTION_NAME_CHARS`] characters (`PipelineExecutionDisplayName`).
///
/// # Errors
/// What is wrong, with a corrected name where one can be made.
pub fn check_execution_name(name: &str) -> Result<(), NameError> {
    match error_kind(name) {
        None => Ok(()),
        Some(kind) => Err(NameError {
            kind,
            suggestion: corrected(name),
        }),
    }
}

fn error_kind(name: &str) -> Option<NameErrorKind> {
    if name.is_empty() {
        return Some(NameErrorKind::Empty);
    }
    let allowed = |character: char| character.is_ascii_alphanumeric() || character == '-';
    if let Some(wrong) = name.chars().find(|&character| !allowed(character)) {
        return Some(NameErrorKind::Character(wrong));
    }
    if name.starts_with('-') {
        return Some(NameErrorKind::LeadingHyphen);
    }
    if name.ends_with('-') {
        return Some(NameErrorKind::TrailingHyphen);
    }
    (name.len() > MAX_EXECUTION_NAME_CHARS).then_some(NameErrorKind::TooLong(name.len()))
}

/// The name with a hyphen for whatever is not allowed, within the limit.
fn corrected(name: &str) -> Option<String> {
    let mut corrected = String::new();
    for character in name.chars() {
        if corrected.len() == MAX_EXECUTION_NAME_CHARS {
            break;
        }
        if character.is_ascii_alphanumeric() {
            corrected.push(character);
        } else if !corrected.is_empty() && !corrected.ends_with('-') {
            corrected.push('-');
        }
    }
    let corrected = corrected.trim_end_matches('-');
    (!corrected.is_empty()).then(|| corrected.to_owned())
}
