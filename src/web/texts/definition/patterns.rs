//! The service's patterns in words: a regular expression is no help to most people.

use super::quoted;

/// What a value has to be, by the beginning of the pattern. Longer beginnings come before shorter ones.
const IN_WORDS: &[(&str, &str)] = &[
    (
        "(https|s3)://",
        "Enter an S3 URI, for example s3://bucket/key",
    ),
    (
        "(arn:aws[a-z\\-]*:sagemaker:[a-z0-9\\-]*:[0-9]{12}:[a-z\\-]*\\/)?",
        "Use 1 to 63 letters, digits and hyphens, or an ARN; start and end with a letter or digit",
    ),
    (
        "[a-zA-Z0-9](-*[a-zA-Z0-9])*\\/",
        "Enter a content type, for example text/csv",
    ),
    (
        "[a-zA-Z0-9](-*[a-zA-Z0-9])",
        "Use letters, digits and hyphens; start and end with a letter or digit",
    ),
    (
        "[a-zA-Z0-9]([\\-a-zA-Z0-9]*[a-zA-Z0-9])?",
        "Use letters, digits and hyphens; start and end with a letter or digit",
    ),
    ("[-0-9a-zA-Z]+", "Use letters, digits and hyphens"),
    (
        "arn:aws[a-z\\-]*:iam::",
        "Enter the ARN of an IAM role, for example arn:aws:iam::111122223333:role/name",
    ),
    ("[\\S]+", "Leave out spaces and line breaks"),
];

/// A value that does not match the pattern of an argument.
pub(super) fn mismatch(argument: &str, pattern: &str, value: &str) -> String {
    if pattern.starts_with('.') && value.contains(['\n', '\r']) {
        return format!("Write it on one line; {argument} does not accept line breaks.");
    }
    let known = IN_WORDS
        .iter()
        .find(|(beginning, _)| pattern.starts_with(beginning));
    match known {
        // The value stands in the field above, and the rule says what the argument is.
        Some((_, words)) => format!("{words}."),
        None => format!(
            "{argument} does not accept {}. It must match {pattern}",
            quoted(value)
        ),
    }
}
