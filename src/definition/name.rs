//! The rule for an execution's name.

/// Characters of an execution's display name at most.
pub const EXECUTION_NAME_MAX: usize = 82;

/// What is wrong with an execution's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameFault {
    /// A sentence that names the fault and, where there is one, a name that would do.
    pub message: String,
    /// A corrected name.
    pub suggestion: Option<String>,
}

/// Whether a name may be an execution's: `[a-zA-Z0-9](-*[a-zA-Z0-9]){0,81}` and at most
/// [`EXECUTION_NAME_MAX`] characters (`PipelineExecutionDisplayName`).
///
/// # Errors
/// What is wrong, with a corrected name where one can be made.
pub fn check_execution_name(name: &str) -> Result<(), NameFault> {
    let Some(fault) = fault(name) else {
        return Ok(());
    };
    let suggestion = corrected(name);
    let message = match &suggestion {
        Some(better) => format!("{fault} Try {better}."),
        None => fault,
    };
    Err(NameFault {
        message,
        suggestion,
    })
}

fn fault(name: &str) -> Option<String> {
    const RULE: &str = "Letters, digits and inner hyphens only";
    if name.is_empty() {
        return Some("A name is required: letters, digits and inner hyphens.".to_owned());
    }
    let allowed = |character: char| character.is_ascii_alphanumeric() || character == '-';
    if let Some(wrong) = name.chars().find(|&character| !allowed(character)) {
        return Some(format!("{RULE}: {} is not allowed.", called(wrong)));
    }
    if name.starts_with('-') {
        return Some(format!("{RULE}: a hyphen at the beginning is not allowed."));
    }
    if name.ends_with('-') {
        return Some(format!("{RULE}: a hyphen at the end is not allowed."));
    }
    let length = name.len();
    (length > EXECUTION_NAME_MAX).then(|| {
        format!("At most {EXECUTION_NAME_MAX} characters are possible; these are {length}.")
    })
}

/// A character in a sentence.
fn called(character: char) -> String {
    match character {
        ' ' => "the space".to_owned(),
        '_' => "the underscore".to_owned(),
        '.' => "the dot".to_owned(),
        ',' => "the comma".to_owned(),
        ':' => "the colon".to_owned(),
        '/' => "the slash".to_owned(),
        '\t' => "the tab".to_owned(),
        '\n' | '\r' => "the line break".to_owned(),
        blank if blank.is_whitespace() => "a blank of an unusual kind".to_owned(),
        hidden if hidden.is_control() || hidden.escape_debug().len() > 2 => {
            format!("the invisible character U+{:04X}", u32::from(hidden))
        }
        other => format!("“{other}”"),
    }
}

/// The name with a hyphen for whatever is not allowed, within the limit.
fn corrected(name: &str) -> Option<String> {
    let mut better = String::new();
    for character in name.chars() {
        if better.len() == EXECUTION_NAME_MAX {
            break;
        }
        if character.is_ascii_alphanumeric() {
            better.push(character);
        } else if !better.is_empty() && !better.ends_with('-') {
            better.push('-');
        }
    }
    let better = better.trim_end_matches('-');
    (!better.is_empty()).then(|| better.to_owned())
}
