//! What is wrong with a definition, and with what a person types into its form.

use sluicegate_definition::{
    Bounds, Kind, MAX_EXECUTION_NAME_CHARS, MAX_VALUE_CHARS, NameError, NameErrorKind,
    ParameterKind, Problem, ProblemDetail, ProblemKind, Role, ValueError,
};

use super::actions::too_long;

/// Steps named in a cycle.
const MAX_CYCLE_STEPS: usize = 8;
/// Values named in a list of allowed ones.
const MAX_ALLOWED_VALUES: usize = 12;
/// Characters of a name or value in a sentence.
const MAX_QUOTED_CHARS: usize = 80;

/// A name or value in a sentence: quoted, and cut where it is very long.
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("“");
    quoted.extend(text.chars().take(MAX_QUOTED_CHARS));
    if text.chars().nth(MAX_QUOTED_CHARS).is_some() {
        quoted.push('…');
    }
    quoted.push('”');
    quoted
}

fn quoted_list<S: AsRef<str>>(values: &[S]) -> String {
    let quoted: Vec<String> = values
        .iter()
        .take(MAX_ALLOWED_VALUES + 1)
        .map(|value| quoted(value.as_ref()))
        .collect();
    let listed = quoted.len().min(MAX_ALLOWED_VALUES);
    match values.len() - listed {
        0 => quoted.join(", "),
        more => format!("{} and {more} more", quoted[..listed].join(", ")),
    }
}

/// A JSON type with its article.
fn a(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Bool => "a Boolean",
        Kind::Number => "a number",
        Kind::String => "a string",
        Kind::Array => "a list",
        Kind::Object => "an object",
    }
}

/// One problem of a definition.
pub fn problem(problem: &Problem) -> String {
    use ProblemDetail as D;
    match &problem.detail {
        D::Syntax {
            error,
            partly_read: true,
        } => format!(
            "The definition is not valid JSON: {error}. The part before the error is shown as far as it could be read."
        ),
        D::Syntax { error, .. } => format!("The definition is not valid JSON: {error}."),
        D::Definition { found } => {
            format!("The definition is {}, not an object with steps.", a(*found))
        }
        D::NoSteps => "The definition has no list of steps (“Steps”).".to_owned(),
        D::Steps { key, found } => format!("“{key}” is {}, not a list of steps.", a(*found)),
        D::StepItem { key, index, found } => {
            format!("“{key}[{index}]” is {}, not a step.", a(*found))
        }
        D::UnnamedStep { number, substitute } => {
            format!("Step number {number} has no name; it is shown as {substitute}.")
        }
        D::UntypedStep {
            name: Some(name), ..
        } => format!("The step {} has no type.", quoted(name)),
        D::UntypedStep { number, .. } => format!("Step number {number} has no type."),
        D::DuplicateStep { name, count } => format!(
            "{count} steps are named {}; references to that name use the first.",
            quoted(name)
        ),
        D::UnknownStep { step, name } => format!(
            "Step {} refers to {}, which is not a step of this definition.",
            quoted(step),
            quoted(name)
        ),
        D::DependsOn { step, found } => format!(
            "“DependsOn” of step {} is {}, not a list.",
            quoted(step),
            a(*found)
        ),
        D::DependsOnItem { step, found } => format!(
            "“DependsOn” of step {} contains {}, which does not name a step.",
            quoted(step),
            a(*found)
        ),
        D::UnknownTrigger { step, trigger } => format!(
            "Step {} depends on the unknown trigger {}; it is treated as Completed.",
            quoted(step),
            quoted(trigger)
        ),
        D::Cycle { steps } => cycle(steps),
        D::More { count } => format!("And {count} more {}.", plural(problem.kind)),
        detail => parameter_problem(detail),
    }
}

fn parameter_problem(detail: &ProblemDetail) -> String {
    use ProblemDetail as D;
    match detail {
        D::Parameters { found } => {
            format!("“Parameters” is {}, not a list of parameters.", a(*found))
        }
        D::UnnamedParameter { index } => {
            format!("“Parameters[{index}]” has no name and is left out.")
        }
        D::DuplicateParameter { name } => format!(
            "More than one parameter is named {}; only the first is used.",
            quoted(name)
        ),
        D::UnknownType {
            parameter,
            declared,
        } => format!(
            "Parameter {} has the unknown type {}; it is treated as a String.",
            quoted(parameter),
            quoted(declared)
        ),
        D::DefaultNotScalar { parameter, found } => format!(
            "The default of parameter {} is {}, not a single value.",
            quoted(parameter),
            a(*found)
        ),
        D::DefaultOfOtherType {
            parameter,
            default,
            kind,
        } => format!(
            "The default of parameter {}, {}, is not of its type {}.",
            quoted(parameter),
            quoted(default),
            kind.as_str()
        ),
        D::AllowedValues { parameter } => format!(
            "The allowed values of parameter {} are not a list of single values.",
            quoted(parameter)
        ),
        // Worded by `problem`.
        _ => String::new(),
    }
}

fn plural(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::NotJson => "errors in the JSON",
        ProblemKind::Shape => "values of an unexpected shape",
        ProblemKind::Duplicate => "duplicate names",
        ProblemKind::Dangling => "references to steps that do not exist",
        ProblemKind::Cycle => "cycles",
    }
}

fn cycle(steps: &[String]) -> String {
    if let [only] = steps {
        return format!("Step {} waits for itself.", quoted(only));
    }
    let mut names: Vec<String> = steps
        .iter()
        .take(MAX_CYCLE_STEPS)
        .map(|name| quoted(name))
        .collect();
    if steps.len() > MAX_CYCLE_STEPS {
        names.push(format!("{} more", steps.len() - MAX_CYCLE_STEPS));
    }
    names.extend(steps.first().map(|name| quoted(name)));
    format!(
        "{} steps wait for one another in a cycle: {}.",
        steps.len(),
        names.join(" → ")
    )
}

/// What is wrong with an execution's name.
pub fn name_error(error: &NameError) -> String {
    let problem = match error.kind {
        NameErrorKind::Empty => "Enter a name of letters, digits and hyphens.".to_owned(),
        NameErrorKind::Character(wrong) => {
            format!("{}. Use letters, digits and hyphens.", not_allowed(wrong))
        }
        NameErrorKind::LeadingHyphen => "A name cannot start with a hyphen.".to_owned(),
        NameErrorKind::TrailingHyphen => "A name cannot end with a hyphen.".to_owned(),
        NameErrorKind::TooLong(length) => too_long(MAX_EXECUTION_NAME_CHARS, length),
    };
    match &error.suggestion {
        Some(name) => format!("{problem} Try {name}."),
        None => problem,
    }
}

/// A character that a name cannot have.
fn not_allowed(character: char) -> String {
    let many = match character {
        ' ' => "Spaces",
        '_' => "Underscores",
        '.' => "Dots",
        ',' => "Commas",
        ':' => "Colons",
        '/' => "Slashes",
        '\t' => "Tabs",
        '\n' | '\r' => "Line breaks",
        space if space.is_whitespace() => "Special spaces",
        hidden if hidden.is_control() || hidden.escape_debug().len() > 2 => {
            let code = u32::from(hidden);
            return format!("The invisible character U+{code:04X} is not allowed");
        }
        other => return format!("“{other}” is not allowed"),
    };
    format!("{many} are not allowed")
}

/// Why a value does not fit its parameter.
pub fn value_error(error: &ValueError) -> String {
    match error {
        ValueError::Required {
            kind,
            role,
            allowed,
            default,
        } => {
            let wanted = if allowed.is_empty() {
                wanted(*kind, *role).to_owned()
            } else {
                format!("one of {}", quoted_list(allowed))
            };
            match default {
                Some(default) => {
                    format!(
                        "SageMaker does not accept an empty value. Enter {wanted}; the default is {}.",
                        quoted(default)
                    )
                }
                None => format!("Required: enter {wanted}."),
            }
        }
        ValueError::TooLong { length } => too_long(MAX_VALUE_CHARS, *length),
        ValueError::NotOfType { value, kind } => not_of_type(value, *kind),
        ValueError::NotAllowed { allowed } => format!("Choose one of {}.", quoted_list(allowed)),
        // In one line beside what was changed: the caption says what uses it.
        ValueError::OutOfRange { bounds, .. } => format!("Enter {}.", numbers(*bounds)),
        ValueError::Length {
            argument,
            bounds,
            length,
        } => format!(
            "Use {} characters for {argument}; this has {length}.",
            numbers(*bounds)
        ),
        ValueError::Pattern {
            argument,
            pattern,
            value,
        } => patterns::mismatch(argument, pattern, value),
        ValueError::NotAnInstanceType { .. } => {
            "Enter an instance type, for example ml.m5.xlarge.".to_owned()
        }
        ValueError::NotAnS3Uri { .. } => "Enter an S3 URI, for example s3://bucket/key.".to_owned(),
        ValueError::NoBucket => "Enter the bucket's name after s3://.".to_owned(),
        ValueError::BucketName { bucket } => format!(
            "{} is not a valid bucket name. Use 3 to 63 lowercase letters, digits, dots and hyphens; start and end with a letter or digit.",
            quoted(bucket)
        ),
    }
}

/// The numbers within bounds: `1 to 512`, `1 or more`.
pub fn numbers(bounds: Bounds) -> String {
    match (bounds.min, bounds.max) {
        (Some(min), Some(max)) if min == max => min.to_string(),
        (Some(min), Some(max)) => format!("{min} to {max}"),
        (Some(min), None) => format!("{min} or more"),
        (None, Some(max)) => format!("{max} or less"),
        (None, None) => "any number of".to_owned(),
    }
}

/// What to enter instead of a value that is not of its type.
fn not_of_type(value: &str, kind: ParameterKind) -> String {
    match kind {
        ParameterKind::String => "Enter text.".to_owned(),
        ParameterKind::Integer => "Enter a whole number, for example 5.".to_owned(),
        ParameterKind::Float => {
            let with_point = value.trim().replace(',', ".");
            let example = match with_point.parse::<f64>() {
                Ok(number) if number.is_finite() && value.contains(',') => with_point,
                _ => "0.5".to_owned(),
            };
            format!("Enter a number with a decimal point, for example {example}.")
        }
        ParameterKind::Boolean => "Enter true or false.".to_owned(),
    }
}

fn wanted(kind: ParameterKind, role: Role) -> &'static str {
    match (kind, role) {
        (ParameterKind::Integer, _) => "a whole number",
        (ParameterKind::Float, _) => "a number",
        (ParameterKind::Boolean, _) => "true or false",
        (ParameterKind::String, Role::InstanceType) => "an instance type such as ml.m5.xlarge",
        (ParameterKind::String, Role::S3Uri) => "an S3 URI such as s3://bucket/key",
        (ParameterKind::String, Role::ApprovalStatus) => "an approval status",
        (ParameterKind::String, Role::ModelPackageGroup) => "the name of a model package group",
        (ParameterKind::String, Role::Plain) => "a value",
    }
}

mod patterns;
#[cfg(test)]
mod tests;
